"""Figures of groups: numerators, denominators and verdicts, as they follow from what was counted."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.alarms.tally import Hour, Judged, Source, Tally
from hub.core.assets.fields import REQUIRED
from hub.core.assets.model import Asset, Retirement
from hub.core.duty.roster import Post, Roster
from hub.core.kpi.availability import CameraTime
from hub.core.kpi.counted import (
    Alarms,
    Archive,
    Counted,
    Repairs,
    Rounds,
    alarms_of,
    archives_of,
    repairs_of,
    rounds_of,
)
from hub.core.kpi.definitions import FIGURES, USUAL_TARGETS
from hub.core.kpi.figures import Figure, GroupFigures
from hub.core.kpi.groups import Group, groups_of
from hub.core.kpi.ratios import figures_of
from hub.core.kpi.recording import RecordedTime
from hub.core.kpi.targets import Target
from hub.core.kpi.work import EndedPermit
from hub.core.rounds.ledger import PastRound
from hub.core.site import Area, Camera, Department, Site
from hub.core.text import Text
from hub.core.tickets.model import Ticket

HOUR = 3600.0
FROM = datetime(2026, 3, 1, tzinfo=UTC)
TO = FROM + timedelta(days=1)
BOTH = Group(id="", name=Text(en="Plant"), by="site", cameras=("a", "b"), desks=("production", "security"), posts=None)
ONE = Group(id="a", name=Text(en="A"), by="camera", cameras=("a",))


def time(
    camera: str, good: float, fault: float = 0, lost: float = 0, unjudged: float = 0, down: float = 0
) -> CameraTime:
    hours = [each * HOUR for each in (good, fault, lost, unjudged, down)]
    return CameraTime(
        camera=camera,
        good_s=hours[0],
        fault_s=hours[1],
        lost_s=hours[2],
        not_judged_s=hours[3],
        unwatched_s=hours[4],
        excused_s=lost * HOUR / 2,
        excused_lost_s=lost * HOUR / 2,
        probes=24,
        probes_with_signal=24,
    )


GOOD = Counted(
    from_at=FROM, to_at=TO, began_at=FROM, now=TO, cameras={"a": time("a", 18, 2, 4), "b": time("b", 20, 0, 0, 4)}
)


def figures(counted: Counted, group: Group = BOTH, *targets: Target, over: bool = True) -> GroupFigures:
    return figures_of(group, counted, {target.figure: target for target in targets}, over=over)


def figure(id_: str, counted: Counted, group: Group = BOTH, *targets: Target, over: bool = True) -> Figure:
    found = figures(counted, group, *targets, over=over).figure(id_)
    assert found is not None, id_
    return found


def counted(**more: object) -> Counted:
    return Counted(from_at=FROM, to_at=TO, began_at=FROM, now=TO, cameras=GOOD.cameras, **more)  # type: ignore[arg-type]


def test_both_readings_of_the_online_rate_stand_side_by_side() -> None:
    by_time, by_probes = figure("online_time", GOOD), figure("online_probes", GOOD)
    assert (by_time.numerator, by_time.denominator, by_time.excused) == (44 * HOUR, 48 * HOUR, 2 * HOUR)
    assert (by_probes.numerator, by_probes.denominator, by_probes.value) == (48, 48, 1.0)


def test_an_average_does_not_hide_the_worst_camera() -> None:
    worst = figure("online_worst", GOOD)
    assert (worst.about, worst.value) == ("a", 20 / 24)
    assert figures(GOOD, ONE).figure("online_worst") is None, "of one camera there is no worst"


def test_good_pictures_are_given_of_judged_time_and_of_all_watched_time() -> None:
    of_judged, of_watched = figure("picture_judged", GOOD), figure("picture_watched", GOOD)
    assert (of_judged.numerator, of_judged.denominator) == (38 * HOUR, 40 * HOUR)
    assert (of_watched.numerator, of_watched.denominator) == (38 * HOUR, 48 * HOUR)
    assert figure("not_judged", GOOD).value == 4 / 48


def test_time_in_which_the_hub_did_not_run_counts_neither_way_and_is_shown() -> None:
    down = Counted(
        from_at=FROM, to_at=TO, began_at=FROM, now=TO, cameras={"a": time("a", 18, down=6), "b": time("b", 24)}
    )
    assert figure("online_time", down).value == 1.0
    assert figure("unwatched", down).value == 6 / 48


TARGET = Target(figure="online_time", good_from=0.9)


@pytest.mark.parametrize(("least", "verdict"), [(0.9, "good"), (0.95, "low")])
def test_a_figure_is_judged_by_the_target_of_the_site(least: float, verdict: str) -> None:
    assert figure("online_time", GOOD, BOTH, Target(figure="online_time", good_from=least)).verdict == verdict


def test_a_figure_without_a_target_is_not_judged() -> None:
    assert figure("online_time", GOOD).verdict == "none"


def test_as_long_as_the_period_is_not_over_it_is_collecting() -> None:
    assert figure("online_time", GOOD, BOTH, TARGET, over=False).verdict == "collecting"
    assert figure("register", GOOD, BOTH, TARGET, over=False).verdict == "none", "what is of now can be judged now"


@pytest.mark.parametrize(("down", "verdict"), [(1.0, "good"), (1.5, "collecting")])
def test_as_long_as_too_little_was_watched_it_is_collecting(down: float, verdict: str) -> None:
    cameras = {"a": time("a", 24 - down, down=down)}
    found = Counted(from_at=FROM, to_at=TO, began_at=FROM, now=TO, cameras=cameras)
    assert figure("online_time", found, ONE, TARGET).verdict == verdict
    unwatched = figure("unwatched", found, ONE, Target(figure="unwatched", good_to=0.01))
    assert unwatched.verdict == "low", "that the hub was down is judged all the same"


def test_what_lies_before_the_first_record_was_not_watched() -> None:
    began = Counted(from_at=FROM, to_at=TO, began_at=FROM + timedelta(hours=12), now=TO, cameras={"a": time("a", 12)})
    found = figures(began, ONE, TARGET)
    assert (found.watched_s, found.expected_s, found.coverage) == (12 * HOUR, 24 * HOUR, 0.5)
    online = found.figure("online_time")
    assert online is not None
    assert (online.value, online.verdict) == (1.0, "collecting")


def test_nothing_counted_is_no_figure_and_not_zero() -> None:
    nothing = Counted(from_at=FROM, to_at=TO, now=TO)
    for each in figures(nothing).figures:
        if each.id not in ("alarm_rate",):
            assert each.value is None, each.id


def test_recording_is_actual_over_planned_and_a_camera_passes_by_its_own_share() -> None:
    recorded = {
        "a": RecordedTime(planned_s=1000, missing_s=5, excused_s=5),
        "b": RecordedTime(planned_s=1000, missing_s=100),
    }
    found = counted(recorded=recorded)
    whole = figure("recording", found)
    assert (whole.numerator, whole.denominator, whole.excused) == (1895, 2000, 5)
    assert figure("recording_cameras", found).value == 0.5
    assert figure("recording_cameras", found, BOTH, Target(figure="recording", good_from=0.85)).value == 1.0


def test_the_shortest_unbroken_recording_is_named() -> None:
    since = {"a": TO - timedelta(days=3), "b": None, "x": TO}
    shortest = figure("recorded_days", counted(unbroken_since=since))
    assert (shortest.about, shortest.value) == ("b", 0.0)
    assert figure("recorded_days", counted(unbroken_since=since), ONE).value == 3.0


def test_alarms_about_no_camera_come_to_each_post() -> None:
    alarms = Alarms(
        disturbing={"production": 10, "security": 20, "": 5, "elsewhere": 99},
        acknowledged={"production": 2, "security": 1, "": 1, "elsewhere": 9},
        acknowledge_s={"production": 60.0, "security": 30.0, "": 30.0, "elsewhere": 999.0},
        judged={"a": 4, "": 1, "x": 9},
        false={"a": 1, "": 1, "x": 9},
    )
    found = counted(alarms=alarms)
    rate = figure("alarm_rate", found)
    assert (rate.numerator, rate.denominator) == (40, 2 * 144)
    assert figure("acknowledge", found).value == 30.0
    assert figure("false_share", found).value == 2 / 5
    assert figure("false_camera_day", found).value == 0.5
    assert figure("false_share", found, ONE).value == 1 / 4
    assert figures(found, ONE).figure("alarm_rate") is None, "a camera has no operators"


def test_alarms_are_counted_from_the_tally_by_domain_and_camera() -> None:
    tally = Tally()
    hour = tally.hours[FROM + timedelta(hours=3), "security"] = Hour()
    hour.slots[2] = 4
    hour.acknowledge_s += [10.0, 20.0]
    for alarm, camera, verdict in (("A-1", "a", "false"), ("A-2", "a", "real"), ("A-3", None, "false")):
        hour.judged[alarm] = Judged(verdict, Source("r", "s", "k", camera))  # type: ignore[arg-type]
    tally.hours[TO, "security"] = later = Hour()
    later.slots[0] = 9
    found = alarms_of(tally, FROM, TO)
    assert (found.disturbing, found.acknowledged, found.acknowledge_s) == (
        {"security": 4},
        {"security": 2},
        {"security": 30.0},
    )
    assert (found.judged, found.false) == ({"a": 2, "": 1}, {"a": 1, "": 1})


def ticket(
    number: int, since: float, closed: float | None = None, *, acknowledged: float | None = None, cancelled: str = ""
) -> Ticket:
    def at(hours: float | None) -> datetime | None:
        return FROM + timedelta(hours=hours) if hours is not None else None

    return Ticket(
        id=f"T-{number}",
        camera="a",
        title=Text(en="x"),
        subject="camera:a",
        alarm=None,
        rule=None,
        clause="",
        opened_at=FROM + timedelta(hours=since),
        opened_by="person:li",
        acknowledged_at=at(acknowledged),
        restored_at=at(closed),
        closed_at=at(closed),
        cancelled=cancelled,
    )


def test_repairs_are_counted_by_camera_with_their_parts() -> None:
    runs = [
        ticket(1, 1, 5, acknowledged=2),
        ticket(2, -10, 3),
        ticket(3, 4),
        ticket(4, 4, 6, cancelled="entered twice"),
        ticket(5, -20, -10),
        ticket(6, 30),
    ]
    found = repairs_of(runs, FROM, TO)["a"]
    assert (found.began, found.closed) == (2, 2)
    assert (found.seconds["whole"], found.runs["whole"]) == (17 * HOUR, 2)
    assert (found.seconds["acknowledge"], found.runs["acknowledge"]) == (HOUR, 1)
    both = counted(repairs={"a": found, "": Repairs(began=7, closed=0)})
    assert figure("repair", both).value == 17 * HOUR / 2
    assert figure("repair_acknowledge", both).denominator == 1
    mtbf = figure("mtbf", both)
    assert (mtbf.numerator, mtbf.denominator) == (42 * HOUR, 2), "what is about no camera is no failure of one"


def test_rounds_are_kept_or_not_and_those_about_a_camera_are_that_cameras() -> None:
    def past(number: int, camera: str | None, outcome: str, due: float = 2) -> PastRound:
        due_at = FROM + timedelta(hours=due)
        return PastRound(
            id=f"R-{number}", kind="k", title=Text(en="k"), team="", camera=camera, since_at=FROM, due_at=due_at,
            outcome=outcome,
        )  # fmt: skip

    told = [past(1, None, "done"), past(2, None, "late"), past(3, "a", ""), past(4, "a", "done", 99)]
    rounds = rounds_of(told, FROM, TO, TO)
    assert rounds == {"": Rounds(in_time=1, judged=2), "a": Rounds(in_time=0, judged=1)}
    assert figure("rounds", counted(rounds=rounds)).value == 1 / 3
    assert figure("rounds", counted(rounds=rounds), ONE).value == 0.0


def test_attendance_shows_the_excused_beside_and_does_not_count_them() -> None:
    work = {
        "desk": Counter({"attended": 7, "late": 1, "absent": 2, "excused": 3, "unseen": 4}),
        "gate": Counter(
            {"checks_answered": 3, "checks_missed": 1, "unwatched_s": 120, "walks_made": 9, "walks_missed": 1}
        ),
    }
    found = counted(work=work)
    came = figure("attendance", found)
    assert (came.numerator, came.denominator, came.excused) == (8, 10, 3)
    assert figure("attendance_late", found).value == 0.1
    assert figure("attention", found).value == 0.75
    assert figure("attention_unwatched", found).value == 120.0
    assert figure("patrol", found).value == 0.9
    gate = Group(id="guards", name=Text(en="G"), by="department", cameras=("a",), posts=("gate",))
    assert figure("attendance", found, gate).value is None
    assert figure("patrol", found, gate).value == 0.9
    assert figures(found, ONE).figure("attendance") is None


def test_permits_are_those_of_the_groups_cameras() -> None:
    permits = [EndedPermit(date(2026, 3, 1), ("a",), left=True), EndedPermit(date(2026, 3, 1), ("b", "c"))]
    assert figure("permits", counted(permits=permits)).value == 0.5
    assert figure("permits", counted(permits=permits), ONE).value == 0.0


def test_the_register_is_counted_for_whomever_an_asset_belongs_to() -> None:
    archives = {
        "a": Archive(domain="security", department="guards", filled=3, required=4),
        "SW-1": Archive(domain="production", department="", filled=1, required=6),
    }
    found = counted(archives=archives)
    assert figure("register", found).value == 0.4
    assert figure("register", found, ONE).value == 0.75
    domain = Group(id="production", name=Text(en="P"), by="domain", cameras=("b",), desks=("production",))
    assert figure("register", found, domain).value == 1 / 6


def test_retired_assets_have_no_archive_to_fill() -> None:
    assets = [
        Asset(id="a", kind="camera", values={"name": "A", "domain": "security"}),
        Asset(id="b", kind="camera", retired=Retirement(at=FROM, by="person:li", reason="broken")),
    ]
    found = archives_of(assets, {})
    assert set(found) == {"a"}
    assert (found["a"].domain, found["a"].required) == ("security", len(REQUIRED["camera"]))
    assert 0 < found["a"].filled < found["a"].required


SITE = Site(
    name=Text(en="Plant"),
    departments=[Department("p", Text(en="Press shop")), Department("g", Text(en="Guards"))],
    areas=[Area("hall", Text(en="Hall"), "p"), Area("yard", Text(en="Yard"), "g"), Area("roof", Text(en="Roof"))],
    cameras=[
        Camera("a", Text(en="A"), "hall", "production"),
        Camera("b", Text(en="B"), "yard", "security"),
        Camera("c", Text(en="C"), "roof", "security"),
    ],
)
ROSTER = Roster(posts=(Post(id="desk", name=Text(en="Desk"), department="g"), Post(id="gate", name=Text(en="Gate"))))


def test_groups_are_made_of_what_the_reader_may_see() -> None:
    def groups(by: str, seen: str = "abc") -> dict[str, tuple[str, ...]]:
        found = groups_of(SITE, ROSTER, by, sees=lambda c: c is None or c in seen, domains=["security"])  # type: ignore[arg-type]
        return {group.id: group.cameras for group in found}

    assert groups("site", "ab") == {"": ("a", "b")}
    (plant,) = groups_of(
        SITE, ROSTER, "site", sees=lambda c: c != "gone-2", domains=[], counted=["gone-1", "gone-2", "a"]
    )
    assert plant.cameras == ("a", "b", "c", "gone-1"), "one that hub.toml has no more was there all the same"
    assert groups("domain") == {"production": ("a",), "security": ("b", "c")}
    assert groups("domain", "bc") == {"security": ("b", "c")}
    assert groups("department") == {"": ("c",), "g": ("b",), "p": ("a",)}
    assert groups("camera", "c") == {"c": ("c",)}
    (guards,) = [
        each for each in groups_of(SITE, ROSTER, "department", sees=lambda c: True, domains=[]) if each.id == "g"
    ]
    assert (guards.posts, guards.name) == (("desk",), Text(en="Guards"))


def test_every_figure_has_both_languages_and_says_what_it_divides() -> None:
    assert len({each.id for each in FIGURES}) == len(FIGURES)
    for each in FIGURES:
        for text in (each.name, each.numerator, each.denominator):
            assert text.en, each.id
            assert text.zh, each.id
        assert bool(each.note.en) == bool(each.note.zh), each.id
        assert each.entries.startswith("hub "), each.id
    assert {target.figure for target in USUAL_TARGETS} <= {each.id for each in FIGURES}


def test_what_is_counted_is_defined_and_in_its_order() -> None:
    every = figures(counted(unbroken_since={"a": TO}))
    assert [each.id for each in every.figures] == [each.id for each in FIGURES]


SHARES = st.floats(0, 24)


@given(SHARES, SHARES, SHARES, SHARES, SHARES, st.booleans())
def test_a_share_of_time_is_between_nothing_and_all(
    good: float, fault: float, lost: float, unjudged: float, down: float, over: bool
) -> None:
    found = Counted(
        from_at=FROM, to_at=TO, began_at=FROM, now=TO, cameras={"a": time("a", good, fault, lost, unjudged, down)}
    )
    for each in figures(found, ONE, TARGET, over=over).figures:
        if each.id in ("online_time", "picture_judged", "picture_watched", "not_judged", "unwatched"):
            assert each.value is None or -1e-9 <= each.value <= 1 + 1e-9
            assert (each.value is None) == (each.denominator <= 0)
        assert over or each.verdict in ("collecting", "none")
