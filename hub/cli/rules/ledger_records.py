"""The records that the ledger is made of: from a running hub, or from the journal of one that does not run."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from hub.core.event import Event, Record

_PAGE = 1000
_MOST_PAGES = 500
_DAY = timedelta(days=1)

Page = Callable[[Sequence[str], int | None], Awaitable[list[Record]]]
"""The newest records of these wire names, before a record (None: of all)."""


class Found(NamedTuple):
    """`accounted_at`: when the hub was seen alive last."""

    records: list[Record]
    accounted_at: datetime


async def records_of(site: Path, url: str, since: datetime) -> Found:
    """What the ledger from `since` on needs. Raises what a client raises, or a store."""
    from hub.cli.connect import connected
    from hub.errors import HubUnreachable

    try:
        async with connected(site, url) as hub:

            async def page(types: Sequence[str], before: int | None) -> list[Record]:
                return [_record(view) for view in await hub.events(limit=_PAGE, types=types, before=before)]

            return Found(await _gather(page, since), (await hub.site()).at)
    except HubUnreachable:
        if url:
            raise
        return await _from_journal(site, since)


async def _from_journal(site: Path, since: datetime) -> Found:
    from hub.cli.site.journal import open_store
    from hub.journal.codec import to_record

    store = open_store(site, None)
    try:

        async def page(types: Sequence[str], before: int | None) -> list[Record]:
            return [to_record(stored) for stored in store.read_last(_PAGE, types=types, before=before)]

        newest = store.head()
        return Found(await _gather(page, since), to_record(newest).seen_at if newest is not None else since)
    finally:
        store.close()


async def _gather(page: Page, since: datetime) -> list[Record]:
    from hub.automation.schedules.ledger import COMINGS, PLANS, RESULTS

    plans = await _back(page, PLANS, None)
    # A clock that was set may have put on record early what was planned for later.
    rest = await _back(page, (*COMINGS, *RESULTS), since - _DAY)
    return sorted((*plans, *rest), key=lambda record: record.seq)


async def _back(page: Page, kinds: Sequence[type[Event]], since: datetime | None) -> list[Record]:
    """Records of these kinds from the newest back to `since`."""
    from hub.core.event import wire_name

    names, found = [wire_name(kind) for kind in kinds], list[Record]()
    before: int | None = None
    for _number in range(_MOST_PAGES):
        records = await page(names, before)
        found = [*records, *found]
        if len(records) < _PAGE or (since is not None and records[0].seen_at < since):
            return found
        before = records[0].seq
    from hub.errors import SiteError

    raise SiteError("There are too many records for one ledger.", hint="Ask for a shorter time with --since.")


def _record(view: Any) -> Record:
    import msgspec

    from hub.core.catalogue import CATALOGUE

    event = msgspec.convert(view.event, CATALOGUE[view.type])
    return Record(view.seq, view.at, view.seen_at, view.actor, view.cause, event, None, bytes.fromhex(view.hash))
