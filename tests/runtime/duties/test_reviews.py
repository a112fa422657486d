"""The scheme of assessment taken up from its file, and the review that the hub makes by itself."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.clock import Clock
from hub.core.catalogue import ConfigRejected
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.event import Draft, Event, Record
from hub.core.people.events import AccountCreated
from hub.core.posts.events import PostLeftOpen
from hub.core.reviews.events import AssessmentLoaded, PersonReviewed, ReviewMade, ReviewWithdrawn
from hub.core.reviews.model import Reviews
from hub.core.reviews.scheme import Counted, PointRule, Scheme
from hub.core.state import State
from hub.core.text import Text
from hub.journal.codec import to_record
from hub.runtime.core_loop import CoreLoop
from hub.runtime.duties.reviews import ReviewMaker, due_month, use_assessment
from hub.testing.clock import FakeClock
from tests.runtime.running import running
from tests.runtime.sites import make_site, running_hub

ZONE = ZoneInfo("Asia/Shanghai")
SCHEME = Scheme(
    points=(
        PointRule(
            id="left-open",
            title=Text(en="Did not sign off", zh="未签退"),
            points=-1,
            counted=Counted(on=("post.left_open",), who="account"),
        ),
    )
)
POINT = """
[[point]]
id = "left-open"
title = { en = "Did not sign off", zh = "未签退" }
on = "post.left_open"
who = "account"
points = -1
"""


class Kept:
    """What the review's maker needs of the backend, over a real core and its journal."""

    timezone = "Asia/Shanghai"

    def __init__(self, core: CoreLoop, clock: Clock) -> None:
        self.clock = clock
        self._core = core
        self._journal = core.journal  # type: ignore[attr-defined]

    def state(self) -> State:
        return self._core.state

    def read(self, after: int, limit: int, *, types: Sequence[str] = ()) -> list[Record]:
        return [to_record(stored) for stored in self._journal.stored.read(after, limit, types=types)]

    async def submit(self, command: Command | Order, actor: str) -> list[Record]:
        return await self._core.propose(
            lambda state: [Draft(event, actor=actor) for event in decide(state, command, actor, self.clock.now())]
        )

    async def write(self, *events: Event) -> None:
        await self._core.propose(lambda state: [Draft(event, actor="hub") for event in events])

    def records(self, *types: str) -> list[Record]:
        return self.read(0, 1000, types=types)


def left_open() -> PostLeftOpen:
    name, until_at = Text(en="Li"), datetime(2026, 1, 20, tzinfo=UTC)
    return PostLeftOpen(
        place="room li", post="room", post_name=Text(en="Room"), account="li", name=name, until_at=until_at
    )


async def test_the_month_before_is_reviewed_once_by_the_hub_itself_from_its_third_day_on(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 1, 20, tzinfo=UTC))
    async with running(tmp_path, clock) as core:
        backend = Kept(core, clock)
        maker = ReviewMaker(backend, clock, ZONE)  # type: ignore[arg-type]
        await use_assessment(core, SCHEME)
        await backend.write(AccountCreated(account="li", name="Li Na", role="watch_officer", domains=["security"]))
        await backend.write(left_open(), left_open())
        assert await maker.look() is None, "December was before its time, and January is not over"
        clock.advance(timedelta(days=13, hours=15, minutes=59).total_seconds())
        assert await maker.look() is None, "it is the second of February in the plant"
        await backend.write(left_open())
        clock.advance(60)
        assert await maker.look() == "2026-01"
        assert await maker.look() is None, "once"
        (made,) = backend.records("review.made")
        assert isinstance(made.event, ReviewMade)
        assert (made.event.review, made.event.people, made.actor) == ("V-1", 1, "hub")
        (person,) = backend.records("review.person")
        assert isinstance(person.event, PersonReviewed)
        assert [point.points for point in person.event.points] == [-1, -1], "what came in February counts in February"
    async with running(tmp_path, clock) as core:
        again = Kept(core, clock)
        assert await ReviewMaker(again, clock, ZONE).look() is None, "nor after a restart"  # type: ignore[arg-type]
        assert again.state().reviews.open["V-1"].total("li") == -2


async def test_a_hub_that_is_new_reviews_nobody_for_the_time_before_it(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 2, 10, tzinfo=UTC))
    async with running(tmp_path, clock) as core:
        await use_assessment(core, SCHEME)
        backend = Kept(core, clock)
        assert await ReviewMaker(backend, clock, ZONE).look() is None  # type: ignore[arg-type]
        assert backend.records("review.made") == []


@pytest.mark.parametrize(
    ("scheme", "now", "month"),
    [
        (SCHEME, datetime(2026, 1, 3, 1, tzinfo=UTC), "2025-12"),
        (SCHEME, datetime(2026, 1, 31, 1, tzinfo=UTC), "2025-12"),
        (SCHEME, datetime(2026, 1, 2, 1, tzinfo=UTC), None),
        (Scheme(make_on_day=0), datetime(2026, 1, 3, 1, tzinfo=UTC), None),
        (None, datetime(2026, 1, 3, 1, tzinfo=UTC), None),
    ],
)
def test_when_a_month_is_due(scheme: Scheme | None, now: datetime, month: str | None) -> None:
    assert due_month(State(reviews=Reviews(scheme=scheme)), now, ZONE) == month


async def test_what_a_leader_took_back_is_for_a_leader_to_make_again(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 1, 20, tzinfo=UTC))
    async with running(tmp_path, clock) as core:
        backend = Kept(core, clock)
        await use_assessment(core, SCHEME)
        clock.advance(timedelta(days=20).total_seconds())
        maker = ReviewMaker(backend, clock, ZONE)  # type: ignore[arg-type]
        assert await maker.look() == "2026-01"
        await backend.write(ReviewWithdrawn(review="V-1", month="2026-01", reason="wrong"))
        assert await maker.look() is None


async def test_the_scheme_goes_on_record_when_the_file_is_saved_and_a_broken_one_changes_nothing(
    tmp_path: Path,
) -> None:
    site = make_site(tmp_path, assessment=POINT)
    file = site / "rules" / "assessment.toml"
    async with running_hub(site) as run:
        loaded = await run.until(AssessmentLoaded)
        assert (loaded.event.there, loaded.event.scheme.points) == (True, SCHEME.points)
        file.write_text(POINT.replace("post.left_open", "post.left_opn"), encoding="utf-8")
        rejected = await run.until(ConfigRejected, file="rules/assessment.toml")
        assert "Did you mean `post.left_open`?" in rejected.event.problems[0].en
        assert run.hub.core.state.reviews.scheme == SCHEME
        file.write_text(POINT.replace("-1", "-2"), encoding="utf-8")
        changed = await run.until(AssessmentLoaded, count=2)
        assert changed.event.scheme.points[0].points == -2
        file.unlink()
        gone = await run.until(AssessmentLoaded, count=3)
        assert not gone.event.there
        assert run.hub.core.state.reviews.scheme is None
