"""Makes the review of a month: reads from the journal what the scheme counts, counts it, and has it put on record."""

import asyncio
from collections.abc import Iterator
from datetime import tzinfo
from zoneinfo import ZoneInfo

from hub.core.event import Record
from hub.core.recorded import Span
from hub.core.reviews.assess import LEAD, assess, types_of
from hub.core.reviews.commands import RecordReview
from hub.core.reviews.decisions import check_new
from hub.core.reviews.month import span_of
from hub.core.reviews.points import PersonReview
from hub.core.reviews.scheme import Scheme, digest_of
from hub.core.state import State
from hub.errors import NotFound, SiteError, WrongState
from hub.server.backend import Backend
from hub.server.books.book import LONGEST_S, Records, last_before

_PAGE = 2_000


async def make_review(backend: Backend, month: str, actor: str, *, longest_s: float = LONGEST_S) -> list[Record]:
    """Review everybody for a month that is over. Raises `Refused`, and `SiteError` when it takes longer than that."""
    state, zone = backend.state(), ZoneInfo(backend.timezone)
    scheme = check_new(state, month)
    if backend.clock.now() < _span(month, zone).to_at:
        raise WrongState(f"{month} is not over yet.", hint="`hub reviews so-far` shows what it comes to so far.")
    people = await asyncio.to_thread(counted, backend, state, scheme, month, zone, longest_s=longest_s)
    order = RecordReview(month=month, scheme=digest_of(scheme), position=state.position, people=people)
    return await backend.submit(order, actor)


async def so_far(backend: Backend, month: str) -> tuple[PersonReview, ...]:
    """What a month comes to up to now, by the scheme in force. Nothing is put on record. Raises as `make_review`."""
    state, zone = backend.state(), ZoneInfo(backend.timezone)
    if state.reviews.scheme is None:
        raise NotFound("There is no scheme of assessment.", hint="Write rules/assessment.toml.")
    return await asyncio.to_thread(counted, backend, state, state.reviews.scheme, month, zone, longest_s=LONGEST_S)


def counted(
    records: Records, state: State, scheme: Scheme, month: str, zone: tzinfo, *, longest_s: float
) -> tuple[PersonReview, ...]:
    """The points of everybody in a month. It blocks: call it from a thread other than the event loop's."""
    span = _span(month, zone)
    return assess(_records(records, state, scheme, span, longest_s), scheme, people_of(state, span), month, zone)


def people_of(state: State, span: Span) -> dict[str, str]:
    """The names, by account, of those who worked here at some time of a month."""
    return {
        account: person.account.name
        for account, person in state.staff.people.items()
        if person.account.role != "reader"
        and (person.since_at is None or person.since_at < span.to_at)
        and (person.left_at is None or person.left_at >= span.from_at)
    }


def _records(records: Records, state: State, scheme: Scheme, span: Span, longest_s: float) -> Iterator[Record]:
    """The records that matter to the month, a page at a time."""
    clock, types = records.clock, types_of(scheme)
    ends_s = clock.monotonic() + longest_s
    after = last_before(records, span.from_at - LEAD, state.position)
    end = last_before(records, span.to_at, state.position)
    while after < end:
        page = records.read(after, _PAGE, types=types)
        yield from (record for record in page if record.seq <= end)
        after = page[-1].seq if len(page) == _PAGE else end
        if after < end and clock.monotonic() > ends_s:
            raise SiteError(
                "The month takes longer to count than you can wait for.",
                hint="The hub makes the review by itself some days after the month's end.",
            )


def _span(month: str, zone: tzinfo) -> Span:
    try:
        return span_of(month, zone)
    except ValueError as error:
        raise NotFound(f"{month[:20]!r} is no month.", hint="It looks like 2026-10.") from error
