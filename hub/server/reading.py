"""Reading the journal on behalf of a person: what they may not see is left out."""

import asyncio
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from hub.client.rules import RuleDetail
from hub.client.views import EventView, RuleView
from hub.core.event import Record
from hub.core.people.account import Account
from hub.core.state import State
from hub.server.backend import Backend
from hub.server.concerns import Concerns
from hub.server.views.state import covers, event_view, may_read, sees_everything

_SMALLEST_PAGE = 200
_PAGES = 20
_OF_NOBODY = frozenset({"hub", "file", "plugin", "notifier", "rule", "variable", "volume", "worker"})
"""Subjects that are about no camera."""


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


async def rule_for(backend: Backend, concerns: Concerns, account: Account, rule: str) -> RuleDetail:
    """One rule in force, without the decisions about what the account may not see. Raises `NotFound`."""
    detail, state = await backend.rule(rule), backend.state()
    if sees_everything(account):
        return detail

    def told(seq: int) -> bool:
        about = backend.read_last(1, before=seq + 1)
        return bool(about) and about[0].seq == seq and _readable(concerns, account, about[0], state)

    def cut() -> RuleDetail:
        traces = [trace for trace in detail.traces if told(trace.seq)]
        seq = detail.rule.why_seq
        view = detail.rule if seq is None or told(seq) else replace(detail.rule, why="", why_seq=None)
        return replace(detail, traces=traces, rule=view)

    return await asyncio.to_thread(cut)


def may_hear_of(account: Account, state: State) -> Callable[[str], bool]:
    """Whether an account of a rule may tell the person what is about a subject (`camera:gate-1`).

    What is about neither a camera nor the hub's own parts may concern any camera: it is for those who see everything.
    """
    if sees_everything(account):
        return lambda subject: True

    def told(subject: str) -> bool:
        kind, _, name = subject.partition(":")
        return covers(account, name, state) if kind == "camera" else kind in _OF_NOBODY

    return told


def _views(concerns: Concerns, account: Account, records: Sequence[Record], state: State) -> list[EventView]:
    return [event_view(account, record, state) for record in records if _readable(concerns, account, record, state)]


def _readable(concerns: Concerns, account: Account, record: Record, state: State) -> bool:
    camera = None if sees_everything(account) else concerns.camera_of(record, state)
    return may_read(account, record.event, camera, state)
