"""What holds for every ticket whatever people, rules, cameras and clocks do, and that the table says what happens."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.alarms.commands import ReturnAlarm
from hub.core.catalogue import HubStarted, SiteConfigured
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.event import Event, Record, wire_name
from hub.core.findings import CameraJudged, CameraNotJudged, SignalLost, SignalRestored
from hub.core.text import Text
from hub.core.tickets.commands import (
    AcknowledgeTicket,
    ArriveAtFault,
    AssignTicket,
    CancelTicket,
    CloseTicket,
    ContinueRepair,
    OpenTicket,
    ReopenTicket,
    ReportRepair,
    SignTicket,
    WaitWithRepair,
)
from hub.core.tickets.events import (
    TicketClosed,
    TicketOnTime,
    TicketOverdue,
    TicketTakenUp,
    TicketUnassigned,
    TicketVerified,
    TicketVerifying,
)
from hub.core.tickets.figures import durations, figures
from hub.core.tickets.model import TRANSITIONS, Ticket
from hub.core.tickets.tally import EVENTS, TicketTally
from hub.errors import Refused
from tests.core.conftest import SITE, START, History

RULE = {"rule": "lost", "subject": "camera:press-1"}
PEOPLE = ("person:li", "person:chen", "person:wang")


def commands(now_h: int) -> list[Command | Order]:
    at = START + timedelta(hours=now_h)
    return [
        OpenTicket(**RULE, camera="press-1", title=Text(en="No signal"), clause=""),
        ReturnAlarm(**RULE),
        AcknowledgeTicket(ticket="T-1"),
        AssignTicket(ticket="T-1", repairer="li", estimate_at=at, reason="r"),
        ArriveAtFault(ticket="T-1"),
        WaitWithRepair(ticket="T-1", reason="part", until_at=at + timedelta(hours=1)),
        WaitWithRepair(ticket="T-1", reason="part"),
        ContinueRepair(ticket="T-1"),
        ReportRepair(ticket="T-1", cause="c"),
        SignTicket(ticket="T-1", reason="r"),
        CloseTicket(ticket="T-1", cause="c"),
        CancelTicket(ticket="T-1", reason="r"),
        ReopenTicket(ticket="T-1", reason="r"),
    ]


HAPPENINGS: list[Event] = [
    SignalLost(camera="press-1", since_at=START),
    SignalRestored(camera="press-1"),
    CameraNotJudged(camera="press-1", reason="worker"),
    CameraJudged(camera="press-1"),
    HubStarted(version="1", last_stop="clean"),
    TicketVerifying(ticket="T-1"),
]
HAPPEN = 10
steps = st.lists(
    st.tuples(st.integers(0, 12 + HAPPEN), st.integers(0, 30), st.sampled_from(PEOPLE)), min_size=5, max_size=60
)


def live(
    script: list[tuple[int, int, str]], *, pace: int = 1, look: Callable[[History], None] = lambda history: None
) -> History:
    """What comes of a script; time passes `pace` times as fast, and `look` sees everything settled after each step."""
    history = History()
    history.happen(SiteConfigured(site=SITE), CameraJudged(camera="press-1"))
    history.decide(decide, commands(0)[0])
    for choice, number, who in script:
        hours = int((history.now - START).total_seconds() // 3600) + 1 + number % 5
        if choice < 13:
            with suppress(Refused):
                history.decide(decide, commands(hours)[choice], who)
        elif choice < 13 + 3:
            history.pass_time(minutes=number * pace)
        else:
            event = HAPPENINGS[number % len(HAPPENINGS)]
            ticket = history.state.tickets.get("T-1")
            may_begin = ticket is not None and ticket.state in ("repaired", "restored")
            if not isinstance(event, TicketVerifying) or may_begin:
                history.happen(event)
        history.pass_time(seconds=0)
        look(history)
    return history


def runs_of(records: list[Record]) -> list[Ticket]:
    tally = TicketTally()
    for record in records:
        tally.take(record)
    return [run for life in tally.lives.values() for run in life.runs]


@settings(max_examples=150, deadline=None)
@given(steps)
def test_no_path_closes_a_ticket_unverified(script: list[tuple[int, int, str]]) -> None:
    history = live(script)
    verified: set[str] = set()
    for record in history.records:
        event = record.event
        if isinstance(event, TicketVerified):
            verified.add(event.ticket)
        elif isinstance(event, TicketClosed):
            assert event.ticket in verified
        elif wire_name(event) in ("ticket.relapsed", "ticket.reopened"):
            verified.discard(getattr(event, "ticket", ""))


@settings(max_examples=100, deadline=None)
@given(steps)
def test_the_hub_verifies_only_after_the_whole_time_without_interruption_and_nobody_signs_for_the_own_repair(
    script: list[tuple[int, int, str]],
) -> None:
    history = live(script)
    begun: Record | None = None
    for number, record in enumerate(history.records):
        event = record.event
        if isinstance(event, TicketVerifying):
            begun = record
        elif isinstance(event, TicketVerified) and event.by == "watch":
            assert begun is not None
            assert record.seen_at - begun.seen_at >= timedelta(minutes=10)
            between = history.records[begun.seq : number]
            assert not any(isinstance(each.event, SignalLost | CameraNotJudged | HubStarted) for each in between)
        elif isinstance(event, TicketVerified):
            repaired = [each for each in history.records[:number] if wire_name(each.event) == "ticket.repaired"]
            assert repaired[-1].actor != record.actor


@settings(max_examples=100, deadline=None)
@given(steps)
def test_times_are_in_order(script: list[tuple[int, int, str]]) -> None:
    history = live(script)
    for run in runs_of(history.records):
        begun, repaired = run.since_at, run.repair.at if run.repair else None
        for earlier, later in (
            (begun, run.acknowledged_at),
            (run.acknowledged_at, run.assigned_at),
            (begun, run.arrived_at),
            (begun, repaired),
            (begun, run.restored_at),
            (run.restored_at, run.verified_at),
            (run.verified_at, run.closed_at),
        ):
            assert earlier is None or later is None or earlier <= later
        assert all(value >= 0 for value in durations(run).values())


@settings(max_examples=150, deadline=None)
@given(steps)
def test_what_is_told_stands_exactly_as_long_as_the_ticket_is_late_and_within_an_hour_it_is_not_told_twice(
    script: list[tuple[int, int, str]],
) -> None:
    live(script, pace=12, look=_look_at_what_is_late)


def _look_at_what_is_late(history: History) -> None:
    ticket, now = history.state.tickets.get("T-1"), history.now
    overdue, overdue_at = _told(history, TicketOverdue, TicketOnTime)
    late = ticket is not None and ticket.promised_at is not None and ticket.promised_at <= now
    assert overdue == late or (late and overdue_at is not None and now < overdue_at + timedelta(hours=1))
    unnamed, unnamed_at = _told(history, TicketUnassigned, TicketTakenUp)
    open_still = ticket is not None and ticket.state in ("open", "acknowledged", "arrived", "waiting")
    nobody = open_still and ticket is not None and not ticket.repairer and ticket.since_at + timedelta(hours=4) <= now
    assert unnamed == nobody or (nobody and unnamed_at is not None and now < unnamed_at + timedelta(hours=1))


def _told(history: History, begins: type[Event], ends: type[Event]) -> tuple[bool, datetime | None]:
    """Whether what the event tells of T-1 stands by the record, and when it was told last."""
    standing, told_at = False, None
    for record in history.records:
        if isinstance(record.event, begins | ends) and getattr(record.event, "ticket", "") == "T-1":
            assert isinstance(record.event, ends) == standing, "told only where it does not stand, and settled once"
            standing = isinstance(record.event, begins)
            told_at = record.seen_at if standing else told_at
    return standing, told_at


@settings(max_examples=150, deadline=None)
@given(steps)
def test_every_change_of_state_is_in_the_table(script: list[tuple[int, int, str]]) -> None:
    table = set(TRANSITIONS)
    before: str = "[*]"
    tally = TicketTally()
    for record in live(script).records:
        was = tally.lives.get("T-1")
        tally.take(record)
        now = tally.lives.get("T-1")
        if now is None or getattr(record.event, "ticket", "T-1") != "T-1":
            continue
        before = was.ticket.state if was is not None else "[*]"
        if before != now.ticket.state:
            assert isinstance(record.event, EVENTS)
            assert (before, wire_name(record.event), now.ticket.state) in table


@settings(max_examples=60, deadline=None)
@given(steps)
def test_the_tally_and_the_state_agree_and_the_figures_add_up(script: list[tuple[int, int, str]]) -> None:
    history = live(script)
    tally = TicketTally()
    for record in history.records:
        tally.take(record)
    open_now = {life.ticket.id for life in tally.lives.values() if life.ticket.closed_at is None}
    assert open_now == set(history.state.tickets)
    runs = runs_of(history.records)
    found = figures(runs, from_at=START, to_at=history.now + timedelta(seconds=1))
    assert found.opened + sum(bool(run.cancelled) for run in runs) == len(runs)
    assert found.closed + found.cancelled + found.standing == len(runs)
    for each in found.subjects:
        assert abs(each.up_s + each.down_s - (found.to_at - found.from_at).total_seconds()) < 1e-3
        assert each.down_s >= 0
        assert each.up_s >= -1e-3
