"""Duty of a simulated month: who came, who did not, who handed over to whom, against the books."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

from hub.core.calendar import is_worked
from hub.core.duty.roster import shifts_between
from hub.core.duty.swap_events import SwapApproved
from hub.core.dutylog.events import LogEntered
from hub.core.posts.events import PostAttendance, PostCovered
from hub.core.posts.handover_events import HandoverOverridden, HandoverTaken
from tests.sim.conftest import Plant


def test_the_roster_has_the_shifts_that_hang_on_the_wall(plant: Plant) -> None:
    month, state = plant.month, plant.state
    begin, end = month.start_at + timedelta(days=1), month.end_at
    theirs = {
        (stint.post, stint.shift, person, stint.from_at, stint.to_at)
        for stint in shifts_between(
            state.duty.roster, begin, end, ZoneInfo("Asia/Shanghai"), lambda day: is_worked(state.calendar, day)
        )
        for person in stint.people
    }
    mine = {(s.post, s.shift, s.person, s.from_at, s.to_at) for s in month.rota if s.from_at < end and s.to_at > begin}
    assert theirs == mine
    approved = [record for record in plant.records if isinstance(record.event, SwapApproved)]
    assert len(approved) == len(plant.exchanges.approved)


def test_every_place_has_the_verdict_that_the_person_earned(plant: Plant) -> None:
    theirs = sorted(
        (e.from_at, e.post, e.account, e.verdict, round(e.late_s, 3), round(e.early_s, 3))
        for e in (record.event for record in plant.records)
        if isinstance(e, PostAttendance)
    )
    mine = sorted(
        (p.stint.from_at, p.stint.post, p.stint.person, p.verdict, round(p.late_s, 3), round(p.early_s, 3))
        for p in plant.month.duty.ended
    )
    assert [(one, other) for one, other in zip(theirs, mine, strict=True) if one != other] == []
    verdicts = Counter(p.verdict for p in plant.month.duty.ended)
    assert min(verdicts["attended"], verdicts["late"], verdicts["absent"]) > 5


def test_those_at_the_posts_at_the_end_are_those_who_are_there(plant: Plant) -> None:
    theirs = {(there.account, there.post, there.since_at) for there in plant.state.posts.signed_on.values()}
    assert theirs == {(each.person, each.post, each.since) for each in plant.month.duty.present.values()}
    assert plant.state.posts.unmanned == plant.month.duty.unmanned
    assert plant.state.posts.relief_missing == plant.month.duty.unrelieved


def test_each_handover_is_on_record_with_those_who_signed(plant: Plant) -> None:
    theirs = [
        (record.seen_at, record.event.post, record.event.outgoing, record.event.account)
        for record in plant.records
        if isinstance(record.event, HandoverTaken)
    ]
    assert theirs == [handed[:4] for handed in plant.people.handovers]
    overridden = [record for record in plant.records if isinstance(record.event, HandoverOverridden)]
    assert len(overridden) == sum(handed[4] for handed in plant.people.handovers)
    assert plant.state.posts.handovers == {}


def test_a_leader_sent_as_many_people_as_the_books_say(plant: Plant) -> None:
    assert sum(isinstance(record.event, PostCovered) for record in plant.records) == plant.people.covers > 0


def test_the_log_has_every_entry_and_the_visitors_who_are_inside(plant: Plant) -> None:
    theirs = Counter(record.event.kind for record in plant.records if isinstance(record.event, LogEntered))
    assert theirs == plant.people.entries
    assert set(plant.state.dutylog.visitors) == plant.people.inside
