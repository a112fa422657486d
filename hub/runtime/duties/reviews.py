"""Puts the scheme of assessment in force, and makes the review of each month by itself some days after its end."""

import asyncio
from datetime import datetime, tzinfo

import structlog

from hub.clock import Clock
from hub.core.event import Draft
from hub.core.reviews.decisions import MOST_OPEN
from hub.core.reviews.events import AssessmentLoaded
from hub.core.reviews.month import month_before, span_of
from hub.core.reviews.scheme import Scheme
from hub.core.state import State
from hub.errors import HubError
from hub.runtime.core_loop import CoreLoop
from hub.server.backend import Backend
from hub.server.reports.reviews import make_review

log = structlog.get_logger("reviews")

_LOOK_EVERY_S = 300.0
_LONGEST_S = 600.0
"""Nobody waits for it: a journal of years may take its time."""


async def use_assessment(core: CoreLoop, scheme: Scheme | None) -> None:
    """Put a scheme in force and on record, where it is another one than before; None: nobody is reviewed."""
    event = AssessmentLoaded(scheme=scheme or Scheme(), there=scheme is not None)
    await core.propose(lambda state: [] if state.reviews.scheme == scheme else [Draft(event, actor="hub")])


class ReviewMaker:
    """Makes the review that is due. On the hub's event loop; the counting is done in a thread."""

    def __init__(self, backend: Backend, clock: Clock, zone: tzinfo) -> None:
        self._backend = backend
        self._clock = clock
        self._zone = zone

    async def keep(self) -> None:
        """Look every few minutes. Runs for ever."""
        while True:
            try:
                await self.look()
            except HubError as error:
                log.error("review_not_made", error=str(error), doing="trying again")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> str | None:
        """Make the review of the month before, where it is time and there is none. The month, if it was made."""
        month = due_month(self._backend.state(), self._clock.now(), self._zone)
        if month is None or not await asyncio.to_thread(self._began_before, month):
            return None
        await make_review(self._backend, month, "hub", longest_s=_LONGEST_S)
        return month

    def _began_before(self, month: str) -> bool:
        """Whether the journal has anything of the month: a hub that is new reviews nobody for the time before."""
        first = self._backend.read(0, 1)
        return bool(first) and first[0].seen_at < span_of(month, self._zone).to_at


def due_month(state: State, now: datetime, zone: tzinfo) -> str | None:
    """The month whose review is to be made by itself; None where it is not time, or it was made or withdrawn.

    What a leader withdrew is for a leader to make again.
    """
    scheme = state.reviews.scheme
    today = now.astimezone(zone).date()
    if scheme is None or not scheme.make_on_day or today.day < scheme.make_on_day:
        return None
    month = month_before(today)
    known = {past.month for past in state.reviews.past} | {review.month for review in state.reviews.open.values()}
    if month in known or len(state.reviews.open) >= MOST_OPEN:
        return None
    return month
