"""What is typed into forms, and the commands that come of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm
from hub.core.cameras.commands import RelearnCamera
from hub.core.commands import StopHub
from hub.core.rounds.commands import CompleteRound
from hub.core.tickets.commands import AssignTicket, CloseTicket
from hub.testing.clock import FakeClock
from hub.tui.drafts import Drafts
from hub.tui.forms.alarms import acknowledge as acknowledge_form
from hub.tui.forms.alarms import shelve as shelve_form
from hub.tui.forms.cameras import relearn
from hub.tui.forms.form import Form
from hub.tui.forms.hub import stop_hub
from hub.tui.forms.rounds import complete_round
from hub.tui.forms.tickets import assign as assign_form
from hub.tui.forms.tickets import close as close_form
from hub.tui.forms.when import parse_past, parse_when, parse_within
from tests.tui.fake_hub import ACCOUNTS, FakeHub, troubled_plant

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ("30m", timedelta(minutes=30)),
        ("45", timedelta(minutes=45)),
        ("2h", timedelta(hours=2)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("1h 30", timedelta(hours=1, minutes=30)),
        ("3d", timedelta(days=3)),
        ("2小时30分", timedelta(hours=2, minutes=30)),
        (" 90min ", timedelta(minutes=90)),
        ("14:30", timedelta(hours=4)),
        ("14：30", timedelta(hours=4)),
        ("10:30", timedelta(days=1)),
        ("9:00", timedelta(hours=22, minutes=30)),
        ("2026-11-24 08:00", timedelta(hours=21, minutes=30)),
        ("2026-11-24", timedelta(hours=37, minutes=30)),
    ],
)
def test_durations_times_and_dates_are_understood(typed: str, after: timedelta) -> None:
    assert parse_when(typed, NOW, SHANGHAI) == NOW + after


@pytest.mark.parametrize(
    "typed", ["", "  ", "soon", "h", "25:00", "12:61", "2026-13-01", "2026-02-30", "-3h", "1.5h", "30 s"]
)
def test_anything_else_is_not_guessed_at(typed: str) -> None:
    assert parse_when(typed, NOW, SHANGHAI) is None


@pytest.mark.parametrize(
    ("typed", "before"),
    [
        ("20m", timedelta(minutes=20)),
        ("10:29", timedelta(minutes=1)),
        ("10:29:50", timedelta(seconds=10)),
        ("10:30:05", timedelta(hours=23, minutes=59, seconds=55)),
        ("10：29：50", timedelta(seconds=10)),
        ("2026-11-22 10:30:20", timedelta(hours=23, minutes=59, seconds=40)),
    ],
)
def test_a_time_in_the_past_is_understood_to_the_second(typed: str, before: timedelta) -> None:
    assert parse_past(typed, NOW, SHANGHAI) == NOW - before


@pytest.mark.parametrize("typed", ["10:29:60", "25:00:00", "10:29:5", "::10"])
def test_a_second_that_there_is_not_is_not_guessed_at(typed: str) -> None:
    assert parse_past(typed, NOW, SHANGHAI) is None


@given(st.text(max_size=25))
def test_no_input_breaks_the_reading_of_times(typed: str) -> None:
    for at in (parse_when(typed, NOW, SHANGHAI), parse_past(typed, NOW, SHANGHAI)):
        assert at is None or at.tzinfo is not None


@pytest.fixture
def hub() -> FakeHub:
    hub = troubled_plant(FakeClock(NOW))
    hub.account = ACCOUNTS["wang"]
    return hub


async def test_shelving_needs_a_reason_and_an_end_within_twelve_hours(hub: FakeHub) -> None:
    form = shelve_form((await hub.site()).alarms[0], SHANGHAI)
    assert form.read({"reason": " ", "until": "13h"}, NOW) == {
        "reason": "Say why it may be silent.",
        "until": "12 hours at most: whoever comes next must look at it again.",
    }
    assert form.read({"reason": "x", "until": "0m"}, NOW) == {"until": "This is in the past."}
    assert form.read({"reason": " paint ", "until": "12h"}, NOW) == ShelveAlarm(
        alarm="A-1", reason="paint", until_at=NOW + timedelta(hours=12)
    )


async def test_assigning_keeps_what_is_known_already(hub: FakeHub) -> None:
    await hub.send(AssignTicket(ticket="T-1", repairer="Li", cause="rain", estimate_at=NOW + timedelta(hours=2)))
    view = (await hub.site()).tickets[0]
    form = assign_form(view, SHANGHAI)
    initial = {field.name: field.initial for field in form.fields}
    assert initial == {"repairer": "Li", "cause": "rain", "estimate": "2026-11-23 12:30", "reason": ""}
    assert form.read(initial, NOW) == AssignTicket(
        ticket="T-1", repairer="Li", cause="rain", estimate_at=NOW + timedelta(hours=2)
    )
    assert form.read({"repairer": "", "estimate": "later"}, NOW) == {
        "repairer": "Name who repairs it.",
        "estimate": "Write 4h, 3d, 18:00 or 2026-11-30 18:00, or leave it empty.",
    }
    overdue = form.read(initial, NOW + timedelta(days=1))
    assert isinstance(overdue, AssignTicket), "an estimate that has passed may stay as it is"


async def test_each_form_gives_its_command(hub: FakeHub) -> None:
    site = await hub.site()
    cases: list[tuple[Form, dict[str, str], object]] = [
        (acknowledge_form(site.alarms[0]), {"note": " seen "}, AcknowledgeAlarm(alarm="A-1", note="seen")),
        (close_form(site.tickets[0]), {"cause": "fuse"}, CloseTicket(ticket="T-1", cause="fuse")),
        (complete_round(site.rounds[0]), {}, CompleteRound(round="R-1")),
        (relearn(site.cameras[0]), {"reason": "moved"}, RelearnCamera(camera="press-1", reason="moved")),
        (stop_hub(), {"reason": "update"}, StopHub(reason="update")),
    ]
    for form, values, command in cases:
        assert form.read(values, NOW) == command
    for form in (close_form(site.tickets[0]), relearn(site.cameras[0]), stop_hub()):
        assert isinstance(form.read({}, NOW), dict), "a reason or cause is always asked for"


def test_a_draft_is_kept_until_it_is_dropped_and_is_not_shared() -> None:
    drafts = Drafts()
    drafts.keep("shelve:A-1", {"reason": "roof"})
    drafts.of("shelve:A-1")["reason"] = "changed"
    assert drafts.of("shelve:A-1") == {"reason": "roof"}
    assert drafts.of("shelve:A-2") == {}
    drafts.drop("shelve:A-1")
    assert drafts.of("shelve:A-1") == {}


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        *(
            ("10:30", timedelta()),
            ("10:45:07", timedelta(minutes=15, seconds=7)),
            ("0:10", timedelta(hours=13.6666666)),
        ),
        *(("2026-11-23 11:00:01", timedelta(minutes=30, seconds=1)), ("10：31：00", timedelta(minutes=1))),
    ],
)
def test_a_time_within_a_period_is_the_first_one_from_its_beginning(typed: str, after: timedelta) -> None:
    found = parse_within(typed, NOW, NOW + timedelta(hours=20), SHANGHAI)
    assert found is not None
    assert abs(found - NOW - after) < timedelta(seconds=1)


@pytest.mark.parametrize("typed", ["", "10:29", "13:00", "10:31:60", "25:00", "noon", "2026-11-22 10:31"])
def test_what_is_no_time_of_the_period_is_none(typed: str) -> None:
    assert parse_within(typed, NOW, NOW + timedelta(hours=2), SHANGHAI) is None
