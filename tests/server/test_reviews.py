"""Reviews over the real API: made from the journal, seen by whom they are about, appealed, decided, signed."""

from datetime import timedelta

import pytest

from hub.client import reviews
from hub.client.reviews import ReviewedPerson
from hub.core.matching import Match
from hub.core.people.events import AccountCreated
from hub.core.posts.events import PostAttendance, Verdict
from hub.core.reviews.commands import (
    AppealPoint,
    CloseReview,
    CommendPerson,
    DecideAppeal,
    MakeReview,
    WithdrawReview,
)
from hub.core.reviews.events import AssessmentLoaded
from hub.core.reviews.scheme import Counted, PointRule, Scheme
from hub.core.text import Text
from hub.errors import HubError, NotAllowed, NotFound, WrongState
from hub.server.accounts.sign_in import created

from .conftest import Plant, departmental, everybody

SCHEME = Scheme(
    points=(
        PointRule(
            id="late",
            title=Text(en="Late", zh="迟到"),
            points=-1,
            clause="3.4",
            counted=Counted(on=("post.attendance",), who="account", where=(Match(path="verdict", one_of=("late",)),)),
        ),
    )
)
LEADER, SECOND, OFFICER, OTHER, LIMITED = (
    "leader.ps",
    "administrator.ps",
    "watch_officer.p",
    "watch_officer.s",
    "leader.p",
)


def late(plant: Plant, account: str, verdict: Verdict = "late") -> PostAttendance:
    now = plant.clock.now()
    return PostAttendance(
        post="room",
        post_name=Text(en="Control room", zh="监控室"),
        account=account,
        name=Text(en=account),
        shift="day",
        shift_name=Text(en="Day"),
        team="",
        from_at=now,
        to_at=now + timedelta(hours=8),
        verdict=verdict,
    )


@pytest.fixture
async def month(plant: Plant) -> Plant:
    """January, in which two people came late; it is the third of February now."""
    people = [*everybody(), *departmental()]
    plant.backend.write(*(created(account) for account in people if account.role != "reader"))
    plant.backend.write(AssessmentLoaded(scheme=SCHEME))
    plant.backend.write(late(plant, OFFICER), late(plant, OFFICER), late(plant, OTHER), late(plant, LEADER, "attended"))
    plant.clock.advance(29 * 86400)
    plant.backend.write(late(plant, OFFICER))
    return plant


def by_person(people: list[ReviewedPerson]) -> dict[str, float]:
    return {each.person: each.total for each in people if each.points}


async def test_a_month_is_made_from_the_journal_and_seen_by_whom_it_is_about(month: Plant) -> None:
    leader = await month.signed_in(LEADER)
    made = await leader.send(MakeReview(month="2026-01"))
    assert made[0].event["review"] == "V-1"
    found = await reviews.review(leader, "V-1")
    assert by_person(found.people) == {OFFICER: -2, OTHER: -1}
    (line,) = await reviews.reviews(leader)
    assert (line.id, line.month, line.state, line.made_by) == ("V-1", "2026-01", "open", f"person:{LEADER}")
    assert line.people == len(found.people) == len([*everybody(), *departmental()]) - 3
    assert (await leader.site()).reviews == [line]

    officer = await month.signed_in(OFFICER)
    (own,) = (await reviews.review(officer, "V-1")).people
    assert (own.person, own.total, len(own.points)) == (OFFICER, -2, 2)
    point = own.points[0]
    (record,) = await reviews.records(officer, point.records)
    assert (record.type, record.event["account"]) == ("post.attendance", OFFICER)
    assert (await officer.site()).reviews[0].people == 1


async def test_who_came_after_the_month_is_not_in_its_review(month: Plant) -> None:
    month.backend.write(AccountCreated(account="newcomer", name="New Comer", role="repairer", domains=["production"]))
    leader = await month.signed_in(LEADER)
    assert "newcomer" not in {each.person for each in (await reviews.so_far(leader, "2026-01")).people}
    assert "newcomer" in {each.person for each in (await reviews.so_far(leader, "2026-02")).people}


async def test_nobody_reads_in_the_journal_what_a_review_says_of_others(month: Plant) -> None:
    leader = await month.signed_in(LEADER)
    await leader.send(MakeReview(month="2026-01"))
    await leader.send(CommendPerson(account=OTHER, points=1, reason="put out a fire"))
    for who, whom in ((OFFICER, {OFFICER}), (OTHER, {OTHER})):
        client = await month.signed_in(who)
        events = await client.events(limit=1000, types=["review.person", "review.commended"])
        assert {event.event.get("person", event.event.get("account")) for event in events} == whom
    limited = await month.signed_in(LIMITED)
    seen = {event.event["person"] for event in await limited.events(limit=1000, types=["review.person"])}
    assert OFFICER in seen
    assert OTHER not in seen
    events = await leader.events(limit=1000, types=["review.person"])
    assert {OFFICER, OTHER} <= {event.event["person"] for event in events}


async def test_a_month_that_is_not_over_is_not_reviewed_but_can_be_looked_at(month: Plant) -> None:
    leader = await month.signed_in(LEADER)
    with pytest.raises(WrongState, match="2026-02 is not over yet"):
        await leader.send(MakeReview(month="2026-02"))
    before = len(month.backend.records)
    now = await reviews.so_far(leader)
    assert (now.month, by_person(now.people)) == ("2026-02", {OFFICER: -1})
    officer = await month.signed_in(OTHER)
    assert by_person((await reviews.so_far(officer, "2026-01")).people) == {OTHER: -1}
    assert [record.event for record in month.backend.records[before:] if "review" in type(record.event).__name__] == []
    assert month.backend.state().reviews.open == {}


async def test_without_a_scheme_there_is_nothing_to_look_at(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)
    with pytest.raises(NotFound, match="no scheme"):
        await reviews.so_far(client)
    with pytest.raises(WrongState, match="no scheme"):
        await client.send(MakeReview(month="2025-12"))
    with pytest.raises(NotFound, match="no review V-9"):
        await reviews.review(client, "V-9")


async def test_an_appeal_is_decided_by_who_did_not_make_the_review_and_the_whole_is_signed(
    month: Plant,
) -> None:
    leader = await month.signed_in(LEADER)
    await leader.send(MakeReview(month="2026-01"))
    officer = await month.signed_in(OFFICER)
    await officer.send(AppealPoint(review="V-1", number=2, reason="the bus broke down"))
    assert (await reviews.reviews(leader))[0].waiting == 1
    other = await month.signed_in(OTHER)
    assert (await reviews.reviews(other))[0].waiting == 0
    taken_back = DecideAppeal(review="V-1", person=OFFICER, number=2, decision="withdrawn", reason="so it was")
    with pytest.raises(NotAllowed, match="made V-1 yourself"):
        await leader.send(taken_back)
    with pytest.raises(NotAllowed):
        await other.send(taken_back)
    second = await month.signed_in(SECOND)
    await second.send(taken_back)
    (own,) = (await reviews.review(officer, "V-1")).people
    assert own.total == -1
    appeal = own.appeal(2)
    assert appeal is not None
    assert (appeal.state, appeal.why, appeal.decided_by) == ("withdrawn", "so it was", f"person:{SECOND}")

    with pytest.raises(WrongState, match="may appeal"):
        await second.send(CloseReview(review="V-1"))
    month.clock.advance(14 * 86400)
    second = await month.signed_in(SECOND)
    await second.send(CloseReview(review="V-1", note="seen with all"))
    (line,) = await reviews.reviews(second)
    assert (line.state, line.over_by) == ("closed", f"person:{SECOND}")
    found = await reviews.review(second, "V-1")
    assert by_person(found.people) == {OFFICER: -1, OTHER: -1}
    assert (found.note, len(found.digest)) == ("seen with all", 64)
    assert (await second.site()).reviews == []


async def test_what_was_taken_back_can_still_be_read(month: Plant) -> None:
    leader = await month.signed_in(LEADER)
    await leader.send(MakeReview(month="2026-01"))
    await leader.send(WithdrawReview(review="V-1", reason="wrong scheme"))
    await leader.send(MakeReview(month="2026-01"))
    assert [(line.id, line.state) for line in await reviews.reviews(leader)] == [("V-2", "open"), ("V-1", "withdrawn")]
    found = await reviews.review(leader, "V-1")
    assert (found.line.state, found.note, by_person(found.people)[OFFICER]) == ("withdrawn", "wrong scheme", -2)


async def test_a_month_that_is_none_is_refused(month: Plant) -> None:
    leader = await month.signed_in(LEADER)
    with pytest.raises(HubError, match="month"):
        await reviews.so_far(leader, "2026-13")
    with pytest.raises(HubError, match="month"):
        await leader.send(MakeReview(month="January"))
