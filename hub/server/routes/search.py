"""Search everywhere: the records that hold some words, cut to what the caller may see."""

import asyncio
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from msgspec.structs import replace
from starlette.responses import Response

from hub.client.search import LONGEST_QUERY, MOST_HITS, SearchAnswer, SearchHit
from hub.core.people.account import Account
from hub.core.state import State
from hub.errors import SiteError
from hub.journal.excerpt import excerpt
from hub.journal.projection import Projection
from hub.journal.search import Place, SearchFile, Wanted, number_of, reading, words_of
from hub.server.answers import Json, gives
from hub.server.backend import Backend
from hub.server.concerns import Concerns
from hub.server.problems import Malformed
from hub.server.routes.log import Before, Camera, From, To, instant, seen_by
from hub.server.routes.site import LARGEST_SEQ
from hub.server.services import Hub, SignedIn
from hub.server.views.state import event_view, may_read, sees_everything, told

NUMBERED_FIRST = 20
"""How many records about the very thing that was named come before all others."""
_WAIT_S = 0.5
_PAGES = 10


def routes() -> APIRouter:
    router = APIRouter(tags=["search"])

    @router.get(
        "/search",
        summary="Search everywhere",
        description=(
            "The records that hold every word, in Chinese or English, whatever the case. What was asked for by its "
            "number (`T-7`) comes first, then the newest. What the caller may not see is neither shown nor counted."
        ),
        responses=gives(SearchAnswer, "What was found.", 401, 422, 503),
    )
    async def search(
        hub: Hub,
        caller: SignedIn,
        query: Annotated[
            str, Query(alias="q", min_length=1, max_length=LONGEST_QUERY, description="Words, at most eight.")
        ],
        kinds: Annotated[
            list[str], Query(max_length=50, description="Only records of these areas, such as `ticket` or `log`.")
        ] = [],  # noqa: B006
        camera: Camera = "",
        from_at: From = None,
        to_at: To = None,
        before: Before = None,
        limit: Annotated[int, Query(ge=1, le=MOST_HITS, description="How many at most.")] = 50,
    ) -> Response:
        words = words_of(query)
        if not words:
            raise Malformed("The question holds no word.", hint="Give words, or a number such as T-7.")
        wanted = Wanted(
            words=words,
            areas=tuple(kinds),
            camera=camera,
            from_us=instant(from_at, 0),
            to_us=instant(to_at, LARGEST_SEQ),
            before=before if before is not None else LARGEST_SEQ,
            seen=seen_by(caller.account, hub.backend.state()),
        )
        return Json(await asyncio.to_thread(found_for, hub.backend, hub.concerns, caller.account, wanted, limit))

    return router


def found_for(backend: Backend, concerns: Concerns, account: Account, wanted: Wanted, limit: int) -> SearchAnswer:
    """What an account finds. For a thread other than the event loop's. Raises `SiteError`."""
    return _Search(backend, concerns, account, backend.state(), wanted).answer(limit)


class _Search:
    """One question, on a thread of its own."""

    def __init__(self, backend: Backend, concerns: Concerns, account: Account, state: State, wanted: Wanted) -> None:
        self._backend = backend
        self._concerns = concerns
        self._account = account
        self._state = state
        self._wanted = wanted
        self._complete = True

    def answer(self, limit: int) -> SearchAnswer:
        index: Projection = self._backend.index
        index.wait_for(self._state.position, _WAIT_S)
        if index.fault:
            raise SiteError(f"Nothing can be searched at the moment: {index.fault}.", hint="See the hub's log.")
        with reading(index.path, self._backend.clock) as opened:
            first = self._numbered(opened)
            known = {hit.event.seq for hit in first}
            wanted = limit + 1
            rest = []
            for hit in self._others(opened, wanted):
                if hit.event.seq not in known:
                    rest.append(hit)
                if len(rest) == wanted:
                    break
        more = len(rest) > limit or not self._complete
        hits = [*first, *rest[:limit]]
        before = rest[:limit][-1].event.seq if more and rest else None
        return SearchAnswer(hits=hits, before=before, complete=self._complete, behind=index.behind)

    def _numbered(self, index: SearchFile) -> list[SearchHit]:
        """The records about the thing whose number was asked for: on the first page only."""
        number = number_of(self._wanted.words)
        if not number or self._wanted.before != LARGEST_SEQ:
            return []
        page = index.find_numbered(number, self._wanted, NUMBERED_FIRST)
        return list(filter(None, map(self._hit, page.found)))

    def _others(self, index: SearchFile, size: int) -> Iterator[SearchHit]:
        """The records that hold the words, newest first; read in pages, since some may not be for the caller."""
        wanted = self._wanted
        for _ in range(_PAGES):
            page = index.find(wanted, size + NUMBERED_FIRST)
            self._complete = self._complete and page.complete
            yield from filter(None, map(self._hit, page.found))
            if len(page.found) < size + NUMBERED_FIRST:
                return
            wanted = replace(wanted, before=page.found[-1].seq)
        self._complete = False

    def _hit(self, place: Place) -> SearchHit | None:
        found = self._backend.read_last(1, before=place.seq + 1)
        if not found or found[0].seq != place.seq:
            return None
        record = found[0]
        camera = None if sees_everything(self._account) else self._concerns.camera_of(record, self._state)
        if not may_read(self._account, record.event, camera, self._state):
            return None
        if told(self._account, record.event, self._state) != record.event:
            # The words that it was found by may be those that are cut out of it.
            return None
        text, marks = excerpt(place.text, self._wanted.words)
        return SearchHit(event=event_view(self._account, record, self._state), excerpt=text, marks=marks)
