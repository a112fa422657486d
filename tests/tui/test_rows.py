"""Rows, cells and facts from views: pure, so without Textual."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from hub.client import CameraView, SiteView, WorkerPace
from hub.client.views import CameraCondition
from hub.core import catalogue, status
from hub.core.alarms.events import PRIORITIES, Priority
from hub.core.alarms.model import AlarmState
from hub.core.people import account as people
from hub.core.state import ActiveFinding
from hub.core.text import Text
from hub.core.tickets.model import TicketState
from hub.locale import set_language
from hub.testing.clock import FakeClock
from hub.tui import moments, words
from hub.tui.rows import alarms, heading, health, rules, tickets, wall
from hub.tui.rows.row import Column, Row, fit, shown_columns, widths
from hub.tui.situation import Link, Situation, hub_now, zone_of
from tests.tui.fake_hub import ACCOUNTS, FakeHub, troubled_plant

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def bad_day() -> FakeHub:
    hub = troubled_plant(FakeClock(NOW))
    hub.account = ACCOUNTS["wang"]
    return hub


@pytest.fixture
async def site(bad_day: FakeHub) -> SiteView:
    return await bad_day.site()


@pytest.fixture
def live(site: SiteView) -> Situation:
    return Situation(now=NOW, zone=SHANGHAI, link=Link(up=True), site=site)


@pytest.fixture
def stale(live: Situation) -> Situation:
    return replace(
        live, link=Link(up=False, since_at=NOW, reason="Connection refused."), now=NOW + timedelta(seconds=9)
    )


def row(rows: list[Row], key: str) -> tuple[str, ...]:
    return tuple(cell.text for cell in next(row for row in rows if row.key == key).cells)


def camera(site: SiteView, name: str) -> CameraView:
    return next(camera for camera in site.cameras if camera.id == name)


def test_the_wall_groups_cameras_by_area_in_the_order_of_the_site(live: Situation) -> None:
    rows = wall.rows(live)
    assert [r.key for r in rows if r.group] == ["area:workshop", "area:yard"]
    assert [r.key for r in rows][:5] == ["area:workshop", "press-1", "press-2", "furnace", "crane-3"]


def test_a_camera_row_tells_its_state_by_shape_colour_and_word(live: Situation) -> None:
    rows = wall.rows(live)
    assert row(rows, "furnace")[:3] == ("! Obstructed", "Furnace mouth", "now")
    assert row(rows, "gate-2")[:4] == ("✗ Signal lost", "Goods gate", "7 min", "6 s")
    assert row(rows, "crane-3")[0] == "? Not judged"
    assert row(rows, "press-1")[0] == "✓ Good"
    tones = {r.key: r.cells[0].tone for r in rows if not r.group}
    assert (tones["furnace"], tones["gate-2"], tones["crane-3"], tones["press-1"]) == (
        "fault",
        "lost",
        "not_judged",
        "good",
    )


def test_not_judged_is_counted_neither_as_good_nor_as_bad(live: Situation, site: SiteView) -> None:
    assert row(wall.rows(live), "area:workshop")[0] == "1 of 4 bad"
    assert wall.area_summary(site.cameras) == "8 cameras, 2 with faults, 1 not judged"
    only = [camera(site, "press-1"), camera(site, "crane-3")]
    quiet = replace(live, site=replace(site, cameras=only))
    assert row(wall.rows(quiet), "area:workshop")[0] == "1 of 2 unknown"


def test_a_finding_of_a_camera_that_nobody_judges_does_not_pass_for_the_present(
    live: Situation, site: SiteView
) -> None:
    unknown = replace(camera(site, "furnace"), condition="not_judged", not_judged="worker")
    assert wall.state_words(unknown, live) == "? Not judged"
    facts = {fact.label: fact.text for fact in wall.facts(unknown, live)}
    assert facts["Not judged"] == "its watch worker died and is being restarted"
    assert facts["Finding"].startswith("Obstructed, since 10:29:54")


def test_only_faults_leaves_out_what_is_good_and_keeps_what_is_unknown(live: Situation) -> None:
    keys = [r.key for r in wall.rows(live, only_wrong=True) if not r.group]
    assert keys == ["furnace", "crane-3", "gate-2"]


@pytest.mark.parametrize("find", ["gate", "GATE", "大门", "main ga", "gate-1"])
def test_cameras_are_found_by_any_part_of_any_name(live: Situation, find: str) -> None:
    assert "gate-1" in [r.key for r in wall.rows(live, find=find)]


def test_while_the_hub_is_lost_nothing_keeps_its_colour_or_its_sign(stale: Situation) -> None:
    for rows in (wall.rows(stale), alarms.rows(stale), tickets.rows(stale), health.rows(stale)):
        tones = {cell.tone for r in rows if not r.group for cell in r.cells if cell.text.strip()}
        assert tones == {"stale"}
        signs = {cell.text[0] for r in rows if not r.group for cell in r.cells if cell.text[:2] in ("✓ ", "! ", "✗ ")}
        assert signs == set()
    assert heading.link(stale).text == "✗ no hub"
    assert "has not answered since 10:30:00. What is shown was true at 10:30:00" in heading.banner(stale)


def test_a_blocked_journal_is_said_across_every_panel(live: Situation, site: SiteView) -> None:
    assert heading.banner(live) == ""
    journal = replace(site.health.journal, blocked="no space left on device", waiting=7)
    blocked = replace(live, site=replace(site, health=replace(site.health, journal=journal)))
    assert "Nothing can be written to the journal: no space left on device." in heading.banner(blocked)
    assert row(health.rows(blocked), "journal:head")[1:] == (
        "✗ blocked",
        "nothing can be written: no space left on device; 7 records wait",
    )


@pytest.mark.parametrize(
    ("signal", "age_s", "up", "grey", "said"),
    [
        ("live", 2, True, False, "live, 2 s old"),
        ("live", 30, True, True, "not live: 30 s old"),
        ("stalled", 2, True, True, "not live: 2 s old"),
        ("lost", 400, True, True, "not live: 6 min old"),
        ("live", 2, False, True, "not live, no hub: 2 s old"),
    ],
)
def test_a_picture_is_called_live_only_when_it_is(
    live: Situation, site: SiteView, signal: str, age_s: int, up: bool, grey: bool, said: str
) -> None:
    view = replace(camera(site, "press-1"), signal=signal, last_picture_at=NOW - timedelta(seconds=age_s))
    fact, drawn_grey = wall.caption(view, replace(live, link=Link(up=up)), None)
    assert (fact.text, drawn_grey) == (said, grey)


def test_a_picture_known_to_be_newer_than_the_last_report_is_as_young_as_that(live: Situation, site: SiteView) -> None:
    view = replace(camera(site, "press-1"), last_picture_at=NOW - timedelta(seconds=29))
    assert wall.caption(view, live, NOW - timedelta(seconds=3))[0].text == "live, 3 s old"
    assert wall.caption(replace(view, last_picture_at=None), live, None) == (
        wall.Fact("", "age unknown, not live", "fault"),
        True,
    )


def test_alarms_come_by_priority_then_newest_first_and_what_is_laid_aside_last(site: SiteView) -> None:
    [lost, obstructed, blurred] = site.alarms
    newer = replace(obstructed, alarm=replace(obstructed.alarm, id="A-9", raised_at=NOW + timedelta(seconds=5)))
    shelved = replace(lost, state="shelved", alarm=replace(lost.alarm, id="A-7"))
    ids = [view.alarm.id for view in alarms.ordered([shelved, blurred, obstructed, newer, lost])]
    assert ids == ["A-1", "A-9", "A-2", "A-3", "A-7"]


def test_alarm_facts_begin_with_what_it_is_and_what_to_do(live: Situation, site: SiteView) -> None:
    facts = {fact.label: fact.text for fact in alarms.facts(site.alarms[0], live)}
    assert list(facts)[:4] == ["Alarm", "About", "State", "What to do"]
    assert facts["What to do"].startswith("Check the camera's power")
    assert facts["Raised"] == "10:30:00 (0 s ago)"
    assert facts["Rule"] == "signal-lost (clause 3.6b)"


def test_returned_but_unacknowledged_alarms_still_count_as_waiting(site: SiteView) -> None:
    assert alarms.counts(site.alarms) == {"critical": 1, "high": 1, "medium": 1}


def test_an_overdue_repair_stands_out(live: Situation, site: SiteView) -> None:
    view = site.tickets[0]
    late = replace(view, ticket=replace(view.ticket, repairer="Li", estimate_at=NOW - timedelta(hours=1)))
    rows = tickets.rows(replace(live, site=replace(site, tickets=[late])))
    assert row(rows, "T-1")[4:6] == ("Li", "! 09:30:00")
    assert next(f for f in tickets.facts(late, live) if f.label == "Ready by").text == "09:30:00 (overdue)"


def test_a_ticket_says_that_the_watch_still_sees_the_fault(live: Situation, site: SiteView) -> None:
    labels = [fact.label for fact in tickets.facts(site.tickets[0], live)]
    assert "Watch" in labels
    assert "Watch" not in [fact.label for fact in tickets.facts(site.tickets[1], live)]


async def test_rules_show_when_they_are_due_fired_and_why(live: Situation, bad_day: FakeHub) -> None:
    listed = await bad_day.rules()
    rows = rules.rows(listed, live)
    shown = ("Signal lost", "3.3", "Signal lost", "-", "10:18:00", "✓ On", "-")
    assert row(rows, "rules/watch.toml#signal-lost")[:7] == shown
    weekly = {fact.label: fact.text for fact in rules.facts(listed[2], live)}
    assert weekly["Next due"] == "11-26 10:30"


def test_health_says_how_each_worker_keeps_up(bad_day: FakeHub, live: Situation) -> None:
    assert live.site is not None
    well = WorkerPace(cameras=["press-1", "gate-1"], lag_s=0.012, asked_every_s=2.0, picture_every_s=2.0)
    busy = replace(well, lag_s=0.31, picture_every_s=5.0, slow_since_at=NOW - timedelta(minutes=4))
    names = [name for name, worker in live.site.health.workers.items() if worker.running]
    paces = dict(zip(names, [well, busy], strict=False))
    shown = replace(live, site=replace(live.site, health=replace(live.site.health, paces=paces)))
    rows = health.rows(shown)
    assert row(rows, f"worker:{names[0]}")[1:] == (
        "✓ running",
        "2 cameras, pictures looked at every 2 s, 0.01 s late",
    )
    assert row(rows, f"worker:{names[1]}")[1:] == (
        "✗ busy",
        "Pictures are looked at every 5 s instead of 2 s because the machine is busy, since 10:26:00, "
        "2 cameras, 0.31 s late",
    )
    assert health.wrong(shown) == health.wrong(live) + 1


def test_what_the_hub_says_in_english_is_said_in_the_language_in_force(live: Situation) -> None:
    assert live.site is not None
    note = "Restart the hub to put the change of [journal] in force."
    shown = replace(live, site=replace(live.site, health=replace(live.site.health, messages=[note])))
    assert row(health.rows(shown), "hub:message:0")[2] == note
    set_language("zh_CN")
    assert "[journal]" in row(health.rows(shown), "hub:message:0")[2]
    assert "Restart" not in row(health.rows(shown), "hub:message:0")[2]


def test_measures_have_names_and_no_minus_before_a_zero(live: Situation) -> None:
    assert live.site is not None
    measures = {"picture_every_s": 2.0, "key_frame_every_s": 1.2, "shift_x": -0.0001, "warmth": -0.05}
    [fact] = [
        fact
        for fact in wall.facts(replace(camera(live.site, "press-1"), measures=measures), live)
        if fact.label == "Measures"
    ]
    assert fact.text == (
        "seconds between key frames 1.20  seconds between pictures 2.00  shift across 0.00  warmth -0.05"
    )


def test_the_reason_of_a_lost_signal_is_told_in_the_language_in_force(live: Situation) -> None:
    assert live.site is not None
    lost = ActiveFinding("signal.lost", NOW, 7, Text(en="rtsp://10.0.0.8/live: Connection refused."))
    shown = replace(camera(live.site, "press-1"), findings=[lost], condition="lost")
    assert "rtsp://10.0.0.8/live: Connection refused." in [fact.text for fact in wall.facts(shown, live)]
    set_language("zh_CN")
    assert "rtsp://10.0.0.8/live：连接被拒绝。" in [fact.text for fact in wall.facts(shown, live)]


def test_health_names_every_part_that_is_not_well(live: Situation) -> None:
    rows = health.rows(live)
    bad = {r.key: r.cells[2].text for r in rows if r.cells[1].text.startswith("✗")}
    assert bad["plugin:webhook"] == "connection to 10.0.0.9 refused"
    assert "did" not in bad
    assert any("rules/watch.toml:14:9" in text for text in bad.values())
    assert health.wrong(live) == len(bad) == 2


def test_the_heading_fits_80_columns_with_every_priority_and_big_numbers(live: Situation, site: SiteView) -> None:
    many = [
        replace(site.alarms[0], alarm=replace(site.alarms[0].alarm, id=f"A-{n}", priority=priority))
        for n, priority in enumerate(PRIORITIES * 9)
    ]
    for language in ("en", "zh_CN"):
        set_language(language)
        cells = [*heading.counts(replace(live, site=replace(site, alarms=many))), heading.link(live)]
        assert sum(cell_len(cell.text) for cell in cells) + len(cells) <= 78, language


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_table_text_uses_a_character_of_ambiguous_width(live: Situation, stale: Situation, language: str) -> None:
    set_language(language)
    for situation in (live, stale):
        listed = [
            wall.rows(situation),
            alarms.rows(situation, {"A-1"}),
            tickets.rows(situation),
            health.rows(situation),
        ]
        texts = [cell.text for rows in listed for r in rows for cell in r.cells]
        texts += [c.label for table in (wall, alarms, tickets, rules, health) for c in table.columns()]
        texts += [cell.text for cell in (*heading.counts(situation), heading.link(situation))]
        ambiguous = {char for text in texts for char in text if unicodedata.east_asian_width(char) == "A"}
        assert ambiguous == set()


def test_every_state_of_the_contract_has_a_word_and_a_sign() -> None:
    assert set(words.CONDITIONS) == set(get_args(CameraCondition))
    assert set(words.ALARM_STATES) == set(get_args(AlarmState))
    assert set(words.TICKET_STATES) == set(get_args(TicketState))
    assert set(words.PRIORITIES) == set(get_args(Priority))
    assert set(words.FINDINGS) == set(catalogue.FINDINGS)
    assert set(words.NOT_JUDGED) == set(get_args(status.NotJudged))
    assert set(words.SIGNALS) == {*get_args(status.Signal), "unknown"}
    assert set(words.ROLES) == set(people.ROLES)
    assert set(words.DOMAINS) == set(people.DOMAINS)
    for table in (words.CONDITIONS, words.ALARM_STATES, words.TICKET_STATES):
        shapes = [mark for mark, _name in table.values()]
        assert len(set(shapes)) == len(shapes), "no two states may share a sign"


@given(st.text(max_size=60), st.integers(1, 40))
def test_fitted_text_never_takes_more_cells_than_it_was_given(text: str, width: int) -> None:
    printable = "".join(char for char in text if char.isprintable())
    assert cell_len(fit(printable, width)) <= width


def test_fitted_text_marks_what_was_cut_and_never_halves_a_chinese_character() -> None:
    assert fit("Camera obstructed", 10) == "Camera ob~"
    assert fit("摄像机被遮挡", 8) == "摄像机~"
    assert fit("摄像机", 6) == "摄像机"


@given(st.integers(0, 300))
def test_columns_fill_the_table_and_never_shrink_below_their_width(width: int) -> None:
    for table in (wall, alarms, tickets, rules, health):
        columns = shown_columns(table.columns(), width)
        given_widths = widths(columns, width)
        least = [column.width for column in columns]
        assert all(a >= b for a, b in zip(given_widths, least, strict=True))
        assert sum(given_widths) == max(width, sum(least))


def test_every_table_fits_80_columns() -> None:
    for table in (wall, alarms, tickets, rules, health):
        columns = shown_columns(table.columns(), 80)
        room = 46 if table is wall else 79
        columns = shown_columns(table.columns(), room)
        assert sum(column.width + 2 for column in columns) <= room, table.__name__


def test_columns_that_need_room_are_left_out_below_it() -> None:
    plan = [Column("a", "A", 5), Column("b", "B", 5, from_width=100)]
    assert [c.key for c in shown_columns(plan, 99)] == ["a"]
    assert [c.key for c in shown_columns(plan, 100)] == ["a", "b"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3, "0 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h"), (2 * 86400, "2 d")]
)
def test_ages_are_said_in_one_unit(seconds: float, said: str) -> None:
    assert moments.age(seconds) == said


def test_times_of_today_are_short_and_others_carry_their_date() -> None:
    at = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    assert moments.clock(at, SHANGHAI, now=NOW) == "09:02:03"
    assert moments.clock(at - timedelta(days=1), SHANGHAI, now=NOW) == "11-22 09:02"
    assert moments.clock(at - timedelta(days=400), SHANGHAI, now=NOW) == "2025-10-19 09:02"
    assert moments.clock(None, SHANGHAI) == ""


def test_a_wrong_clock_on_this_machine_misleads_nobody(site: SiteView) -> None:
    wrong = NOW - timedelta(days=3)
    assert hub_now(site, 100.0, 104.0, wrong) == site.at + timedelta(seconds=4)
    assert hub_now(None, 100.0, 104.0, wrong) == wrong


def test_the_zone_is_the_sites_and_the_readers_own_only_without_one(site: SiteView) -> None:
    assert zone_of(site, UTC) == SHANGHAI
    assert zone_of(replace(site, timezone=""), UTC) is UTC
    assert zone_of(replace(site, timezone="Mars/Olympus"), UTC) is UTC
