"""Finding things: what the API answers to a search, and the question itself."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.client import EventView, HubClient, Parameters

LONGEST_QUERY = 200
"""Characters of a question."""
MOST_HITS = 100


class SearchHit(msgspec.Struct, frozen=True, kw_only=True):
    """A record that holds all the words."""

    event: EventView
    excerpt: str
    """The part of its words in which the first of them stands, on one line."""
    marks: list[tuple[int, int]] = []
    """Where the words stand in the excerpt: from, to."""


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: records about the very thing that was named (`T-7`) first, then the newest first."""

    hits: list[SearchHit]
    before: int | None = None
    """Ask with this for what is older; None when there is no more."""
    complete: bool = True
    """False: it took too long, and there may be more that was not seen."""
    behind: int = 0
    """Records so new, or so many, that they cannot be found yet."""


async def search(
    client: HubClient,
    query: str,
    *,
    kinds: Sequence[str] = (),
    camera: str = "",
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> SearchAnswer:
    """Records that hold every word of `query`. `kinds` are first parts of wire names, such as `ticket`."""
    parameters: Parameters = {"q": query[:LONGEST_QUERY], "limit": limit}
    if kinds:
        parameters["kinds"] = list(kinds)
    if camera:
        parameters["camera"] = camera
    if before is not None:
        parameters["before"] = before
    for name, at in (("from", from_at), ("to", to_at)):
        if at is not None:
            parameters[name] = at.isoformat()
    return await client.read("search", SearchAnswer, parameters)
