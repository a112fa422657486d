"""What is late about a ticket is told, ends when it is settled, and is told again without a storm."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from hub.core.alarms.commands import ReturnAlarm
from hub.core.catalogue import ClockStepped
from hub.core.command import Command, Order
from hub.core.decisions import decide, due
from hub.core.event import Event
from hub.core.findings import CameraJudged, SignalLost
from hub.core.people.commands import DismissPerson
from hub.core.people.events import AccountCreated
from hub.core.text import Text
from hub.core.tickets.commands import (
    ArriveAtFault,
    AssignTicket,
    CancelTicket,
    OpenTicket,
    ReportRepair,
    SignTicket,
    WaitWithRepair,
)
from hub.core.tickets.events import (
    TicketContinued,
    TicketOnTime,
    TicketOverdue,
    TicketRelapsed,
    TicketTakenUp,
    TicketUnassigned,
)
from tests.core.conftest import START, History

LOST = OpenTicket(rule="lost", subject="camera:press-1", camera="press-1", title=Text(en="No signal"), clause="3.3")
BACK = ReturnAlarm(rule="lost", subject="camera:press-1")
NAMED = AssignTicket(ticket="T-1", repairer="Li", estimate_at=START + timedelta(hours=6))
MENDED = ReportRepair(ticket="T-1", cause="a loose plug")
CANCELLED = CancelTicket(ticket="T-1", reason="no fault")
LATE = (TicketOverdue, TicketOnTime, TicketUnassigned, TicketTakenUp)


@pytest.fixture
def unnamed(history: History) -> History:
    """A fault that nobody was named for in five hours."""
    history.happen(CameraJudged(camera="press-1"), SignalLost(camera="press-1", since_at=START))
    history.decide(decide, LOST)
    history.pass_time(hours=5)
    return history


@pytest.fixture
def overdue(history: History) -> History:
    """A repair whose estimate passed one hour ago."""
    history.happen(CameraJudged(camera="press-1"), SignalLost(camera="press-1", since_at=START))
    history.decide(decide, LOST)
    history.decide(decide, NAMED)
    history.pass_time(hours=7)
    return history


def late(history: History) -> list[tuple[type[Event], str]]:
    """What was told and settled so far, and how."""
    events = [record.event for record in history.records]
    return [(type(event), getattr(event, "how", "")) for event in events if isinstance(event, LATE)]


@pytest.mark.parametrize(
    ("command", "how"),
    [
        (replace(NAMED, estimate_at=START + timedelta(hours=9), reason="no lift"), "estimate"),
        (replace(NAMED, estimate_at=None, reason="nobody knows"), "estimate"),
        (WaitWithRepair(ticket="T-1", reason="a part", until_at=START + timedelta(hours=9)), "waiting"),
        (MENDED, "repaired"),
        (BACK, "restored"),
        (CANCELLED, "cancelled"),
    ],
)
def test_an_estimate_that_passed_is_settled_with_what_settles_it(
    overdue: History, command: Command | Order, how: str
) -> None:
    assert overdue.state.tickets["T-1"].overdue
    last = overdue.decide(decide, command)[-1]
    assert last == TicketOnTime(ticket="T-1", camera="press-1", how=how)  # type: ignore[arg-type]
    assert late(overdue) == [(TicketOverdue, ""), (TicketOnTime, how)]
    found = overdue.state.tickets.get("T-1") or overdue.state.closed_tickets["T-1"]
    assert not found.overdue


@pytest.mark.parametrize(
    "command",
    [
        replace(NAMED, repairer="Wang"),
        replace(NAMED, estimate_at=START + timedelta(hours=2), reason="written too late"),
        WaitWithRepair(ticket="T-1", reason="a part, nobody knows when"),
        ArriveAtFault(ticket="T-1"),
    ],
)
def test_what_makes_nothing_ready_sooner_settles_nothing_and_is_not_told_again(
    overdue: History, command: Command
) -> None:
    overdue.decide(decide, command)
    overdue.pass_time(hours=20)
    assert late(overdue) == [(TicketOverdue, "")]
    assert overdue.state.tickets["T-1"].overdue


@pytest.mark.parametrize(
    ("command", "how"), [(NAMED, "named"), (MENDED, "repaired"), (BACK, "restored"), (CANCELLED, "cancelled")]
)
def test_a_fault_that_nobody_was_named_for_is_settled_with_what_settles_it(
    unnamed: History, command: Command | Order, how: str
) -> None:
    assert unnamed.state.tickets["T-1"].unassigned
    last = unnamed.decide(decide, command)[-1]
    assert last == TicketTakenUp(ticket="T-1", camera="press-1", how=how)  # type: ignore[arg-type]
    found = unnamed.state.tickets.get("T-1") or unnamed.state.closed_tickets["T-1"]
    assert not found.unassigned
    assert late(unnamed) == [(TicketUnassigned, ""), (TicketTakenUp, how)]


def test_a_repair_that_is_signed_for_at_once_is_settled_once(overdue: History) -> None:
    overdue.decide(decide, MENDED, "person:li")
    overdue.decide(decide, SignTicket(ticket="T-1", reason="seen"), "person:chen")
    assert overdue.state.tickets == {}
    assert late(overdue) == [(TicketOverdue, ""), (TicketOnTime, "repaired")]


def test_a_fault_that_comes_back_when_its_estimate_has_passed_is_told_again(overdue: History) -> None:
    overdue.decide(decide, BACK)
    assert [type(event) for event in overdue.decide(decide, LOST)] == [TicketRelapsed]
    assert [type(event) for event in due(overdue.state, overdue.now)] == [TicketOverdue]


def test_a_plug_that_flaps_is_told_of_once_an_hour(overdue: History) -> None:
    overdue.decide(decide, BACK)
    before = len(late(overdue))
    for _ in range(300):
        overdue.decide(decide, LOST)
        overdue.pass_time(seconds=20)
        overdue.decide(decide, BACK)
        overdue.pass_time(seconds=10)
    hours = (overdue.now - START).total_seconds() / 3600 - 7
    assert 2.5 < hours < 4
    told = [each for each, _ in late(overdue)[before:]]
    assert told == [TicketOverdue, TicketOnTime] * (len(told) // 2)
    assert 2 <= len(told) // 2 <= hours + 1


def test_a_wait_that_ends_with_the_repair_still_to_be_made_is_told_again(overdue: History) -> None:
    overdue.decide(decide, WaitWithRepair(ticket="T-1", reason="a part", until_at=START + timedelta(hours=9)))
    assert [type(event) for event in overdue.pass_time(hours=4)] == [TicketOverdue, TicketContinued]


def test_a_fault_that_comes_back_with_nobody_named_is_told_again(unnamed: History) -> None:
    unnamed.decide(decide, BACK)
    unnamed.decide(decide, LOST)
    unnamed.pass_time(hours=1)
    assert late(unnamed) == [(TicketUnassigned, ""), (TicketTakenUp, "restored"), (TicketUnassigned, "")]


def test_who_leaves_without_a_successor_leaves_no_estimate_behind_and_nobody_named(history: History) -> None:
    history.happen(AccountCreated(account="li", name="Li", role="repairer", domains=["production"]))
    history.happen(AccountCreated(account="admin", name="Admin", role="administrator", domains=["production"]))
    history.decide(decide, LOST)
    history.decide(decide, NAMED)
    history.pass_time(hours=7)
    history.decide(decide, DismissPerson(account="li", reason="left"), "person:admin")
    history.pass_time(minutes=1)
    assert late(history) == [(TicketOverdue, ""), (TicketOnTime, "estimate"), (TicketUnassigned, "")]


def test_a_clock_that_is_set_back_delays_nothing_by_more_than_the_hour(overdue: History) -> None:
    overdue.decide(decide, BACK)
    told_at = overdue.state.tickets["T-1"].overdue_told_at
    assert told_at is not None
    overdue.happen(ClockStepped(by_s=-600.0))
    assert overdue.state.tickets["T-1"].overdue_told_at == told_at - timedelta(minutes=10)
