"""MTTR with its parts, MTBF and estimates kept, against figures counted by hand."""

from datetime import timedelta

from hub.core.event import Event, Record
from hub.core.text import Text
from hub.core.tickets.events import (
    TicketAcknowledged,
    TicketArrived,
    TicketAssigned,
    TicketCancelled,
    TicketClosed,
    TicketContinued,
    TicketOpened,
    TicketReopened,
    TicketRepaired,
    TicketVerified,
    TicketWaiting,
)
from hub.core.tickets.figures import PHASES, Phase, TicketFigures, durations, figures
from hub.core.tickets.tally import TicketTally
from tests.core.conftest import START

FAULT = TicketOpened(ticket="T-1", title=Text(en="No signal"), subject="camera:gate-1", camera="gate-1")


def at(hours: float) -> timedelta:
    return timedelta(hours=hours)


def tally_of(*happened: tuple[float, Event]) -> TicketTally:
    tally = TicketTally()
    for seq, (hours, event) in enumerate(happened, start=1):
        tally.take(Record(seq, START + at(hours), START + at(hours), "person:li", None, event, None, b""))
    return tally


def figures_of(tally: TicketTally, hours: float, since: float = 0) -> TicketFigures:
    runs = [run for life in tally.lives.values() for run in life.runs]
    return figures(runs, from_at=START + at(since), to_at=START + at(hours))


REPAIRED: list[tuple[float, Event]] = [
    (1, FAULT),
    (1.5, TicketAcknowledged(ticket="T-1")),
    (2, TicketAssigned(ticket="T-1", repairer="Li", estimate_at=START + at(6))),
    (2.5, TicketWaiting(ticket="T-1", reason="a car")),
    (3, TicketContinued(ticket="T-1")),
    (4, TicketArrived(ticket="T-1")),
    (4.5, TicketWaiting(ticket="T-1", reason="a part")),
    (5.5, TicketContinued(ticket="T-1")),
    (7, TicketRepaired(ticket="T-1", cause="plug")),
    (7.5, TicketVerified(ticket="T-1", by="watch", since_at=START + at(7))),
    (7.5, TicketClosed(ticket="T-1", cause="plug")),
]


def test_the_time_to_repair_is_split_into_who_it_waited_for() -> None:
    (life,) = tally_of(*REPAIRED).lives.values()
    hours = {name: value / 3600 for name, value in durations(life.ticket).items()}
    assert hours == {
        "acknowledge": 0.5,
        "dispatch": 0.5,
        "arrive": 1.5,
        "repair": 2.0,
        "wait": 1.5,
        "verify": 0.5,
        "whole": 6.0,
    }
    parts = sum(hours[name] for name in ("acknowledge", "dispatch", "arrive", "repair", "wait"))
    assert parts == hours["whole"], "up to the report, which restored it"


def test_a_closed_repair_counts_once_with_its_estimate_and_its_verifier() -> None:
    found = figures_of(tally_of(*REPAIRED), 24)
    assert (found.opened, found.closed, found.standing, found.estimated, found.late, found.signed) == (1, 1, 0, 1, 1, 0)
    assert [phase.name for phase in found.phases] == list(PHASES)
    assert found.phases[-1] == Phase("whole", 1, 21600.0, 21600.0, 21600.0)


def test_what_has_no_end_on_record_is_counted_nowhere() -> None:
    found = figures_of(tally_of((1, FAULT), (2, TicketVerified(ticket="T-1", by="watch", since_at=START + at(1.5)))), 3)
    assert (found.closed, found.standing) == (0, 1)
    assert {phase.runs for phase in found.phases} == {0}


def test_a_reopened_fault_is_a_second_failure_of_the_same_ticket() -> None:
    again = TicketReopened(ticket="T-1", title=FAULT.title, camera="gate-1")
    tally = tally_of(*REPAIRED, (20, again))
    found = figures_of(tally, 24)
    assert (found.opened, found.reopened, found.closed, found.standing) == (2, 1, 1, 1)
    (gate,) = found.subjects
    assert (gate.failures, gate.down_s / 3600, gate.up_s / 3600) == (2, 6 + 4, 14)
    assert (gate.mtbf_s or 0) / 3600 == 7
    assert (gate.mttr_s or 0) / 3600 == 6


def test_two_faults_at_a_time_are_one_time_down_and_a_cancelled_one_is_none() -> None:
    other = TicketOpened(ticket="T-2", title=Text(en="Dirty"), subject="camera:gate-1", camera="gate-1")
    wrong = TicketOpened(ticket="T-3", title=Text(en="?"), subject="camera:press-1", camera="press-1")
    tally = tally_of((1, FAULT), (2, other), (3, wrong), (4, TicketCancelled(ticket="T-3", reason="none")))
    found = figures_of(tally, 5)
    assert (found.opened, found.cancelled, found.failed) == (2, 1, 1)
    assert found.subjects[0].down_s == 4 * 3600
    assert found.subjects[0].mttr_s is None


def test_a_period_counts_only_what_lies_in_it() -> None:
    found = figures_of(tally_of(*REPAIRED), hours=7.2, since=3)
    assert (found.opened, found.closed, found.standing, found.failed) == (0, 0, 1, 0)
