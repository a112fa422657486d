"""Records of a period on behalf of a person: how many of each kind there are, and a page of them."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from hub.client.views import EventView
from hub.core.event import Record, wire_name
from hub.core.people.account import Account
from hub.core.recorded import Span
from hub.core.state import State
from hub.errors import SiteError
from hub.server.books.book import LONGEST_S, Records, last_before
from hub.server.concerns import Concerns
from hub.server.views.state import event_view, may_read, sees_everything

_PAGE = 2_000


def count_records(
    records: Records, concerns: Concerns, account: Account, state: State, span: Span, types: Collection[str]
) -> Counter[str]:
    """How many records of each of these kinds the account may read in the period.

    Reads the journal: call it from a thread other than the event loop's. Raises `SiteError` when it takes too long.
    """
    every = sees_everything(account)
    return Counter(
        wire_name(record.event)
        for record in in_period(records, state, span, types)
        if may_read(account, record.event, None if every else concerns.camera_of(record, state), state)
    )


def entries(
    records: Records,
    concerns: Concerns,
    account: Account,
    state: State,
    span: Span,
    types: Collection[str],
    *,
    limit: int,
    after: int = 0,
) -> list[EventView]:
    """Records of these kinds in the period, oldest first: `limit` at most, with numbers above `after`. Blocks as well,
    and raises as well."""
    every, found = sees_everything(account), list[EventView]()
    for record in in_period(records, state, span, types, after=after):
        if may_read(account, record.event, None if every else concerns.camera_of(record, state), state):
            found.append(event_view(account, record, state))
            if len(found) == limit:
                break
    return found


def in_period(
    records: Records, state: State, span: Span, types: Collection[str], *, after: int = 0
) -> Iterator[Record]:
    """The records of these kinds in the period, oldest first, whoever asks. Blocks and raises as `count_records`."""
    clock, wanted = records.clock, _known(types)
    ends_s = clock.monotonic() + LONGEST_S
    position = max(after, last_before(records, span.from_at, state.position))
    end = last_before(records, span.to_at, state.position)
    while position < end and wanted:
        page = records.read(position, _PAGE, types=wanted)
        for record in page:
            if record.seq > end:
                return
            yield record
        position = page[-1].seq if len(page) == _PAGE else end
        if position < end and clock.monotonic() > ends_s:
            raise SiteError("The period has more records than can be read now.", hint="Ask for a shorter period.")


def _known(types: Collection[str]) -> Sequence[str]:
    return sorted(set(types))
