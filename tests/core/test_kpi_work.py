"""Shifts, checks, walks of the wall and permits, counted on the days of the plant."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.core.attention.events import AttentionAnswered, AttentionMissed, AttentionOver
from hub.core.event import Event, Record
from hub.core.kpi.work import EndedPermit, Work, at_posts
from hub.core.patrol.events import PatrolDone, PatrolMissed
from hub.core.permits.events import PermitBegan, PermitEnded, PermitEndedWhileObstructed
from hub.core.posts.events import PostAttendance
from hub.core.posts.events import Verdict as Attendance
from hub.core.text import Text

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 1, 16, tzinfo=UTC)
"""Midnight in the plant, of the second of March."""
FIRST = date(2026, 3, 2)
NAME = Text(en="Desk")


class Story:
    def __init__(self) -> None:
        self.work = Work(ZONE)

    def at(self, hours: float, *events: Event) -> None:
        seen_at = START + timedelta(hours=hours)
        for event in events:
            self.work.take(Record(1, seen_at, seen_at, "hub", None, event, None, b""))

    def day(self, number: int = 0, posts: set[str] | None = None) -> dict[str, int]:
        day = FIRST + timedelta(days=number)
        return {what: count for what, count in at_posts(self.work.between(day, day), posts).items() if count}


def attended(verdict: Attendance, from_hours: float = 0.0, post: str = "desk") -> Event:
    from_at = START + timedelta(hours=from_hours)
    return PostAttendance(
        post=post,
        post_name=NAME,
        account="li",
        name=NAME,
        shift="day",
        shift_name=NAME,
        team="",
        from_at=from_at,
        to_at=from_at + timedelta(hours=12),
        verdict=verdict,
    )


def missed(check: str) -> Event:
    return AttentionMissed(check=check, post="desk", post_name=NAME, people=["li"], since_at=START)


def answered(check: str) -> Event:
    return AttentionAnswered(check=check, post="desk", delay_s=10.0, right=None)


def over(check: str, seconds: float) -> Event:
    return AttentionOver(check=check, post="desk", how="answered", unwatched_s=seconds)


def test_a_shift_counts_for_the_day_on_which_it_begins() -> None:
    story = Story()
    story.at(36, attended("late", 20.0), attended("attended", 20.0, "gate"), attended("absent", 24.0))
    assert story.day() == {"late": 1, "attended": 1}
    assert story.day(1) == {"absent": 1}
    assert story.day(posts={"gate"}) == {"attended": 1}


def test_a_check_that_was_missed_and_answered_late_was_missed() -> None:
    story = Story()
    story.at(1, answered("C-1"))
    story.at(2, missed("C-2"))
    story.at(3, answered("C-2"), over("C-2", 3600.0))
    assert story.day() == {"checks_answered": 1, "checks_missed": 1, "unwatched_s": 3600}


def test_a_check_that_nobody_was_left_to_answer_counts_neither_way() -> None:
    story = Story()
    story.at(1, AttentionOver(check="C-1", post="desk", how="left", unwatched_s=0.0))
    assert story.day() == {}


def test_a_walk_that_was_missed_counts_once_even_when_it_is_made_late() -> None:
    story = Story()
    done = PatrolDone(patrol="W-1", post="desk", good=3, bad=0, took_s=60.0, looked_s=30.0)
    late = PatrolMissed(post="desk", post_name=NAME, due_at=START, unseen=2)
    story.at(1, done)
    story.at(3, late)
    story.at(4, done)
    story.at(5, done)
    assert story.day() == {"walks_made": 2, "walks_missed": 1}


def test_a_permit_counts_on_the_day_it_ended_with_what_it_left_behind() -> None:
    story = Story()
    for number in (1, 2):
        began = PermitBegan(permit=f"P-{number}", cameras=["a", "b"], kinds=["signal"], to_at=START)
        story.at(1, began)
    story.at(
        2, PermitEnded(permit="P-1", how="time"), PermitEndedWhileObstructed(camera="a", permit="P-1", kind="signal")
    )
    story.at(30, PermitEnded(permit="P-2", how="done"), PermitEnded(permit="P-9", how="done"))
    assert story.work.permits(FIRST, FIRST) == [EndedPermit(FIRST, ("a", "b"), left=True)]
    assert story.work.permits(FIRST, FIRST + timedelta(days=1))[1].left is False
    story.work.drop_before(FIRST + timedelta(days=1))
    assert len(story.work.permits(FIRST, FIRST + timedelta(days=1))) == 1
