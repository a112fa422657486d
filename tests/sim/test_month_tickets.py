"""Repairs of a simulated month: each run with its times, and the figures about them, against the books."""

from datetime import datetime

import pytest

from hub.core.alarms.figures import percentile
from hub.core.tickets.events import TicketOnTime, TicketOverdue, TicketTakenUp, TicketUnassigned
from hub.core.tickets.figures import TicketFigures, figures
from hub.core.tickets.model import Ticket
from hub.core.tickets.tally import TicketTally
from tests.sim.book_tickets import OVERDUE, UNASSIGNED, Run
from tests.sim.conftest import Plant
from tests.sim.repairs import origin_of


@pytest.fixture(scope="module")
def runs(plant: Plant) -> list[Ticket]:
    tally = TicketTally()
    for record in plant.records:
        tally.take(record)
    return [run for life in tally.lives.values() for run in life.runs]


@pytest.fixture(scope="module")
def counted(plant: Plant, runs: list[Ticket]) -> TicketFigures:
    return figures(runs, from_at=plant.month.start_at, to_at=plant.month.closed_at)


def test_every_repair_went_as_the_books_say(plant: Plant, runs: list[Ticket]) -> None:
    theirs = sorted(
        (
            *(run.since_at, origin_of(run), run.subject, run.begun_at is not None),
            *map(stamp, (run.acknowledged_at, run.assigned_at, run.arrived_at, run.estimate_at)),
            *map(stamp, (run.repair.at if run.repair else None, run.restored_at, run.verified_at, run.closed_at)),
            *(bool(run.cancelled), run.overdue, run.unassigned, round(run.waited_s, 3)),
        )
        for run in runs
    )
    book = plant.month.tickets
    mine = sorted(
        (
            *(run.opened_at, run.rule, run.about, run.again),
            *map(stamp, (run.taken_note_at, run.assigned_at, run.arrived_at, run.estimate_at)),
            *map(stamp, (run.repaired_at, run.restored_at or run.gone_at, run.verified_at, run.closed_at)),
            *(run.cancelled, OVERDUE in run.late, UNASSIGNED in run.late, round(run.waited_s, 3)),
        )
        for run in (*book.ended, *book.open)
    )
    assert len(theirs) == len(mine)
    assert [(one, other) for one, other in zip(theirs, mine, strict=True) if one != other] == []


def test_what_was_late_was_told_and_settled_when_the_books_say(plant: Plant, runs: list[Ticket]) -> None:
    about = {run.id: run.subject for run in runs}
    theirs: list[tuple[datetime, str, str, str]] = []
    for record in plant.records:
        match record.event:
            case TicketOverdue(ticket=name):
                theirs.append((record.seen_at, OVERDUE, about[name], ""))
            case TicketUnassigned(ticket=name):
                theirs.append((record.seen_at, UNASSIGNED, about[name], ""))
            case TicketOnTime(ticket=name, how=how):
                theirs.append((record.seen_at, OVERDUE, about[name], how))
            case TicketTakenUp(ticket=name, how=taken_up):
                theirs.append((record.seen_at, UNASSIGNED, about[name], taken_up))
    assert sorted(theirs) == sorted(plant.month.tickets.tellings)
    assert {rule for _, rule, _, how in theirs if how} == {OVERDUE, UNASSIGNED}


def test_what_is_open_at_the_end_is_what_the_books_have(plant: Plant) -> None:
    theirs = sorted((origin_of(ticket), ticket.subject) for ticket in plant.state.tickets.values())
    assert theirs == sorted((run.rule, run.about) for run in plant.month.tickets.open)


def test_the_figures_count_the_runs(plant: Plant, counted: TicketFigures) -> None:
    book = plant.month.tickets
    faults = [run for run in (*book.ended, *book.open) if not run.cancelled]
    ended = [run for run in book.ended if not run.cancelled]
    estimated = [run for run in ended if run.estimate_at]
    assert counted.opened == len(faults)
    assert counted.reopened == sum(run.again for run in faults) > 0
    assert (counted.closed, counted.standing) == (len(ended), len(book.open))
    assert counted.cancelled == len(book.ended) - len(ended)
    assert counted.estimated == len(estimated)
    assert counted.late == sum(ended_at(run) > (run.estimate_at or run.opened_at) for run in estimated)
    assert counted.moved == sum(run.estimates > 1 for run in estimated)
    assert counted.signed == sum(run.signed for run in ended) > 0


def test_the_time_to_repair_falls_into_the_parts_that_the_books_have(plant: Plant, counted: TicketFigures) -> None:
    ended = [run for run in plant.month.tickets.ended if not run.cancelled]
    mine = {
        "acknowledge": [seconds(run.opened_at, run.taken_note_at) for run in ended],
        "dispatch": [seconds(run.taken_note_at, run.assigned_at) for run in ended],
        "arrive": [seconds(run.assigned_at, run.arrived_at, run.waited_away_s) for run in ended],
        "repair": [
            seconds(
                run.arrived_at or run.assigned_at,
                run.repaired_at,
                run.waited_s - (run.waited_away_s if run.arrived_at else 0.0),
            )
            for run in ended
        ],
        "wait": [run.waited_s or None for run in ended],
        "verify": [seconds(run.repaired_at, run.verified_at) for run in ended],
        "whole": [seconds(run.opened_at, run.restored_at) for run in ended],
    }
    for phase in counted.phases:
        known = sorted(each for each in mine[phase.name] if each is not None)
        assert phase.runs == len(known) > 0, phase.name
        assert phase.mean_s == pytest.approx(sum(known) / len(known)), phase.name
        assert phase.median_s == pytest.approx(percentile(known, 0.5)), phase.name
        assert phase.p95_s == pytest.approx(percentile(known, 0.95)), phase.name


def stamp(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""


def seconds(begin: datetime | None, end: datetime | None, less_s: float = 0.0) -> float | None:
    return max(0.0, (end - begin).total_seconds() - less_s) if begin is not None and end is not None else None


def ended_at(run: Run) -> datetime:
    assert run.restored_at is not None
    return run.restored_at
