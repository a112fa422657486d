"""Where the engine goes on after a stop or a crash.

Every transaction that carries effects also carries two documents: the state of the engine, and a mark that says up to
where its effects are out. After a crash the engine takes up the state, meets the records after it once more and gives
the same effects under the same keys. Where the state is of no use (another version of the software wrote it), it is
computed from the whole journal, and the mark tells which of the effects were out already.

What waits for its time can be much, and little of it changes from one transaction to the next. So it is written on
shelves of its own (those of `hub.automation.pages`), and only a shelf that changed is written again.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

import msgspec
import structlog

from hub import __version__
from hub.automation import engine
from hub.automation.engine import RuleIndex
from hub.automation.model import Effect, EngineState, Step, Trace
from hub.automation.pages import Pages
from hub.automation.timers import Pending, Timers
from hub.core.event import Record
from hub.journal.log import Journal

log = structlog.get_logger("core")

_STATE = "engine:state"
_MARK = "engine:mark"
_SHELF = "engine:timers:"
_AT_ONCE = 2_000


class Mark(msgspec.Struct, frozen=True):
    """The effects of every record up to `seq`, and of every timer due by `until_at` with them, are out."""

    seq: int
    until_at: datetime


class Restored(msgspec.Struct, frozen=True):
    """The engine as of the newest record. `effects` are not out yet."""

    state: EngineState
    effects: Sequence[Effect]
    traces: Sequence[Trace]
    marked: bool
    """False in a journal that has never been run on; its first transaction must set the mark."""


class _Written(msgspec.Struct, frozen=True):
    """A snapshot with the software it fits. What waits is not in `state`, but on the `shelves` with these numbers."""

    by: str
    state: msgspec.Raw
    shelves: list[int]


_Shelf = dict[int, dict[str, dict[str, Pending]]]


def documents(state: EngineState, until_at: datetime, before: EngineState | None = None) -> Mapping[str, bytes]:
    """What to write in the transaction with which the last effects of `state` are out.

    `before` is the state whose documents were written last by this process; None when none were.
    """
    shelves = state.pending.about.pages
    known = before.pending.about.pages if before is not None else {}
    rest = msgspec.Raw(msgspec.msgpack.encode(msgspec.structs.replace(state, pending=Timers())))
    written = _Written(by=software(), state=rest, shelves=list(shelves))
    mark = Mark(seq=state.site.position, until_at=until_at)
    changed = {
        f"{_SHELF}{number}": msgspec.msgpack.encode(shelf)
        for number, shelf in shelves.items()
        if shelf is not known.get(number)
    }
    return {**changed, _STATE: msgspec.msgpack.encode(written), _MARK: msgspec.json.encode(mark)}


@cache
def software() -> str:
    """Names what a snapshot depends on: the version, and the shape of the state."""
    shape = msgspec.json.encode(msgspec.json.schema(EngineState), order="deterministic")
    return f"{__version__} {hashlib.sha256(shape).hexdigest()[:16]}"


def restore(journal: Journal, rules: RuleIndex, now: datetime) -> Restored:
    """The engine under `rules` as the journal leaves it. Reads the journal: not for the event loop."""
    mark = _mark(journal)
    snapshot = _snapshot(journal)
    state = engine.adopt(rules, snapshot or EngineState(), now)
    effects: list[Effect] = []
    traces: list[Trace] = []

    def keep(step: Step, *, out: bool) -> None:
        nonlocal state
        state = step.state
        traces.extend(step.trace)
        if not out:
            effects.extend(step.effects)

    if snapshot is None:
        # A journal without a mark was imported: what its rules wanted done is history.
        upto = mark.seq if mark is not None else journal.head.seq
        for record in _records(journal, 0, upto):
            keep(engine.step(rules, state, record, record.seen_at), out=True)
        if mark is not None:
            keep(engine.step(rules, state, None, mark.until_at), out=True)
    for record in _records(journal, state.site.position, journal.head.seq):
        keep(engine.step(rules, state, record, record.seen_at), out=False)
    return Restored(state, effects, traces, marked=mark is not None)


def _records(journal: Journal, after: int, last: int) -> Iterator[Record]:
    while after < last:
        batch = journal.read(after, min(_AT_ONCE, last - after))
        if not batch:
            return
        yield from batch
        after = batch[-1].seq


def _shelf(journal: Journal, number: int) -> _Shelf:
    return msgspec.msgpack.decode(journal.document(f"{_SHELF}{number}") or b"", type=_Shelf)


def _mark(journal: Journal) -> Mark | None:
    written = journal.document(_MARK)
    return None if written is None else msgspec.json.decode(written, type=Mark)


def _snapshot(journal: Journal) -> EngineState | None:
    document = journal.document(_STATE)
    if document is None:
        return None
    try:
        written = msgspec.msgpack.decode(document, type=_Written)
        if written.by == software():
            state = msgspec.msgpack.decode(written.state, type=EngineState)
            shelves = {number: _shelf(journal, number) for number in written.shelves}
            return msgspec.structs.replace(state, pending=Timers(Pages(shelves)))
        reason = "another version of the software wrote it"
    except msgspec.MsgspecError as error:
        reason = str(error)
    # The journal has everything; it only takes longer.
    log.warning("snapshot_not_used", reason=reason, doing="reading the whole journal")
    return None
