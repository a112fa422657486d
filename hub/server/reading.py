"""Reading the journal on behalf of a person: what they may not see is left out."""

import asyncio
from collections.abc import Sequence

from msgspec.structs import replace

from hub.client.views import EventView, RuleView
from hub.core.event import Record
from hub.core.people import Account
from hub.core.state import State
from hub.server.backend import Backend
from hub.server.concerns import Concerns
from hub.server.views import event_view, may_read, sees_everything

_SMALLEST_PAGE = 200
_PAGES = 20


async def views_of(concerns: Concerns, account: Account, records: Sequence[Record], state: State) -> list[EventView]:
    """The records among these that the account may read, as views."""
    if sees_everything(account):
        return _views(concerns, account, records, state)
    return await asyncio.to_thread(_views, concerns, account, records, state)


async def newest(
    backend: Backend,
    concerns: Concerns,
    account: Account,
    *,
    limit: int,
    types: Sequence[str],
    subject: str,
    before: int | None,
) -> list[EventView]:
    """The newest records that the account may read, oldest first.

    Fewer than `limit` when there are no more, or when thousands of records in a row are not for this account.
    """
    state = backend.state()

    size = max(limit, _SMALLEST_PAGE)

    def read() -> list[EventView]:
        found: list[EventView] = []
        end = before
        for _ in range(_PAGES):
            page = backend.read_last(size, types=types, subject=subject, before=end)
            found = [*_views(concerns, account, page, state), *found]
            if len(found) >= limit or len(page) < size:
                break
            end = page[0].seq
        return found[-limit:]

    return await asyncio.to_thread(read)


async def rules_for(backend: Backend, concerns: Concerns, account: Account) -> list[RuleView]:
    """The rules in force; why one acted last is left out where that is about what the account may not see."""
    rules, state = list(backend.rules()), backend.state()
    if sees_everything(account):
        return rules

    def told(rule: RuleView) -> bool:
        about = backend.read_last(1, before=rule.why_seq + 1) if rule.why_seq is not None else []
        return bool(about) and about[0].seq == rule.why_seq and _readable(concerns, account, about[0], state)

    def cut() -> list[RuleView]:
        return [rule if not rule.why or told(rule) else replace(rule, why="", why_seq=None) for rule in rules]

    return await asyncio.to_thread(cut)


def _views(concerns: Concerns, account: Account, records: Sequence[Record], state: State) -> list[EventView]:
    return [event_view(account, record, state) for record in records if _readable(concerns, account, record, state)]


def _readable(concerns: Concerns, account: Account, record: Record, state: State) -> bool:
    camera = None if sees_everything(account) else concerns.camera_of(record, state)
    return may_read(account, record.event, camera, state)
