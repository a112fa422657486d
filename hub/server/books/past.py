"""The site as the record had it at an earlier time: faults, permits, releases, proposals, reviews, what was judged.

Folded from the records of those subjects alone, and carried on when somebody asks about a later time. Whoever asks
about an earlier one lets it begin anew.
"""

from threading import Lock
from typing import get_args

from msgspec.structs import replace

from hub.core.assets.events import AssetEvent
from hub.core.catalogue import ClockStepped, HubStarted, SiteConfigured
from hub.core.event import wire_name
from hub.core.findings import CameraJudged, CameraNotJudged
from hub.core.fold import fold
from hub.core.permits.events import PermitEvent
from hub.core.releases.events import HoldEvent, ReleaseEvent
from hub.core.reviews.events import ReviewEvent
from hub.core.state import State
from hub.core.tickets.tally import EVENTS
from hub.server.books.book import LONGEST_S, Records, busy

TYPES: tuple[str, ...] = tuple(
    sorted(
        {
            wire_name(event)
            for event in (
                *(SiteConfigured, HubStarted, ClockStepped, CameraJudged, CameraNotJudged),
                *EVENTS,
                *get_args(AssetEvent),
                *get_args(PermitEvent),
                *get_args(ReleaseEvent | HoldEvent),
                *get_args(ReviewEvent),
            )
        }
    )
)
"""Wire names of the records that are folded."""
_PAGE = 2_000
_WAIT_S = 1.0


class PastBook:
    """It reads the journal: call it from a thread other than the event loop's."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._lock = Lock()
        self._state = State()
        self._position = 0

    def state(self, now: State, upto: int) -> State:
        """`now` with the subjects of `TYPES` as they stood after the record `upto`; everything else is as it is now.
        Of cameras it is told whether they were judged, and nothing of their findings.

        Raises `SiteError` while the past is still being counted; the counting goes on with the next question.
        """
        if upto >= now.position:
            return now
        if not self._lock.acquire(timeout=_WAIT_S):
            raise busy()
        try:
            self._follow(upto)
            then = self._state
        finally:
            self._lock.release()
        return replace(
            now,
            cameras=then.cameras,
            tickets=then.tickets,
            closed_tickets=then.closed_tickets,
            permits=then.permits,
            releases=then.releases,
            reviews=replace(then.reviews, scheme=now.reviews.scheme),
            assets=replace(now.assets, proposals=then.assets.proposals),
        )

    def _follow(self, upto: int) -> None:
        if upto < self._position:
            self._state, self._position = State(), 0
        ends_s = self._records.clock.monotonic() + LONGEST_S
        while self._position < upto:
            page = self._records.read(self._position, _PAGE, types=TYPES)
            wanted = [record for record in page if record.seq <= upto]
            for record in wanted:
                self._state = fold(self._state, record)
            whole = len(wanted) == _PAGE
            self._position = wanted[-1].seq if whole else upto
            if whole and self._records.clock.monotonic() > ends_s:
                raise busy()
