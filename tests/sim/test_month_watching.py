"""Attention checks, walks, rounds and permits of a simulated month against the books."""

from collections import Counter

import pytest

from hub.core.attention.events import AttentionAnswered, AttentionAsked, AttentionOver
from hub.core.patrol.events import PatrolMissed
from hub.core.permits.events import PermitEndedWhileObstructed
from hub.core.rounds.events import CleaningProven, RoundDone, RoundDue, RoundMissed
from tests.sim.conftest import Plant


def test_each_check_ended_as_the_books_say(plant: Plant) -> None:
    asked: dict[str, AttentionAsked] = {}
    times, delays, over = {}, {}, {}
    for record in plant.records:
        match record.event:
            case AttentionAsked(check=name, again=False):
                asked[name], times[name] = record.event, record.seen_at
            case AttentionAnswered(check=name):
                delays[name] = record.event.delay_s
            case AttentionOver(check=name):
                over[name] = record.event.unwatched_s
            case _:
                pass
    theirs = sorted(
        (times[name], event.post, round(delays.get(name, -1.0), 3), round(over.get(name, 0.0), 3))
        for name, event in asked.items()
    )
    book = plant.month.checks
    mine = sorted(
        (
            check.asked_at,
            check.post,
            round(-1.0 if check.delay_s is None else check.delay_s, 3),
            round(check.unwatched_s, 3),
        )
        for check in (*book.past, *book.open.values())
    )
    assert theirs == mine
    assert sum(over.values()) == pytest.approx(sum(check.unwatched_s for check in book.past))


def test_the_walls_that_were_not_walked_are_on_record(plant: Plant) -> None:
    theirs = [(r.seen_at, r.event.post) for r in plant.records if isinstance(r.event, PatrolMissed)]
    assert sorted(theirs) == sorted(plant.month.checks.walks_missed)


def test_each_round_was_made_late_or_missed_as_the_books_say(plant: Plant) -> None:
    due = {
        r.event.round: (r.event.kind, r.seen_at, r.event.due_at) for r in plant.records if isinstance(r.event, RoundDue)
    }
    missed = {r.event.round for r in plant.records if isinstance(r.event, RoundMissed)}
    done = {r.event.round: (r.seen_at, r.event.late) for r in plant.records if isinstance(r.event, RoundDone)}
    theirs = Counter((*what, name in missed, done.get(name)) for name, what in due.items())
    mine = Counter(
        (each.kind, each.since_at, each.due_at, each.missed, (each.done_at, each.missed) if each.done_at else None)
        for each in plant.walks.rounds
    )
    assert theirs == mine


def test_a_lens_that_was_cleaned_is_proven_to_be_clean(plant: Plant) -> None:
    proven = sum(isinstance(record.event, CleaningProven) for record in plant.records)
    cleaned = [each for each in plant.walks.rounds if each.kind == "clean-lens" and each.done_at]
    assert proven + len(plant.state.cleanings) == len(cleaned) > 0


def test_each_permit_ended_as_the_books_say(plant: Plant) -> None:
    permits = plant.state.permits
    theirs = {p.id: (p.state, p.over_at) for p in (*permits.past, *permits.permits.values())}
    assert theirs == {p.id: (p.state, p.over_at) for p in plant.month.permits.permits}
    assert {p.id for p in permits.permits.values()} == {p.id for p in plant.month.permits.open()}
    still = sum(isinstance(record.event, PermitEndedWhileObstructed) for record in plant.records)
    assert still == plant.month.permits.left_in_all
    assert {(left.camera, left.kind) for left in permits.left.values()} == plant.month.permits.left
