"""The one thread that writes: everything that waits goes into one commit.

While the medium refuses (disk full), what waits is kept and tried again with back-off; once it is written, a
`JournalBlockedFor` follows it. Nobody is told of a record before it is durable.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hub.clock import Clock
from hub.core.catalogue import ClockStepped, JournalBlockedFor
from hub.core.event import Draft, Event, Record
from hub.errors import HubError, JournalBlocked, JournalError
from hub.journal.chain import Head, record_hash
from hub.journal.codec import encode_readable, from_us, to_us
from hub.ports import OutboxEntry, Store, StoredRecord, Transaction

LARGEST_COMMIT = 4_096
"""Records. Bounds the memory of one commit and how long the first of them waits for the last."""

_FIRST_RETRY_S, _LAST_RETRY_S = 0.2, 2.0


class Entry(NamedTuple):
    """One event, ready to be written."""

    type: str
    version: int
    body: bytes
    event: Event
    at_us: int
    at: datetime
    draft: Draft


class Request(NamedTuple):
    """What one caller wants written together."""

    entries: list[Entry]
    seen_at: datetime
    outbox_new: Sequence[OutboxEntry]
    outbox_changed: Sequence[OutboxEntry]
    documents: Mapping[str, bytes]
    token: object
    """Handed back with the outcome."""

    @property
    def size(self) -> int:
        """Places that it takes in the waiting line."""
        return max(1, len(self.entries))


class Outcome(NamedTuple):
    """What became of one request."""

    request: Request
    records: list[Record]
    error: HubError | None


class _Batch(NamedTuple):
    transaction: Transaction
    outcomes: list[Outcome]
    records: list[Record]


def build_request(
    drafts: Sequence[Draft],
    seen_at: datetime,
    *,
    outbox_new: Sequence[OutboxEntry] = (),
    outbox_changed: Sequence[OutboxEntry] = (),
    documents: Mapping[str, bytes],
    token: object = None,
) -> Request:
    """Check and encode what a caller wants written. Raises `JournalError` for what could not be read back."""
    entries = []
    seen_us = to_us(seen_at)
    for draft in drafts:
        type_, version, body, event = encode_readable(draft.event)
        try:
            at_us = _checked_at_us(draft, seen_us)
        except (TypeError, ValueError, AttributeError) as error:
            raise JournalError(f"{type(draft.event).__name__} cannot be written: {error}.") from error
        at = seen_at if draft.at is None else from_us(at_us)
        entries.append(Entry(type_, version, body, event, at_us, at, draft))
    return Request(entries, seen_at, outbox_new, outbox_changed, documents, token)


class Writer:
    """Owns the thread. `put` and `stop` are called on the event loop; `deliver` is called on the thread.

    `deliver(records, outcomes)` is called once a commit, with the records in order and what became of each request.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        head: Head,
        seen_at: datetime | None,
        deliver: Callable[[list[Record], list[Outcome]], None],
    ) -> None:
        self.blocked = ""
        """Why nothing can be written at the moment. Read by any thread."""
        self._store = store
        self._clock = clock
        self._head = head
        self._seen_at = seen_at
        self._deliver = deliver
        self._line: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, request: Request) -> None:
        self._line.put(request)

    def stop(self) -> None:
        """Write what waits and end; blocks until then. A medium that refuses is asked once more."""
        self._stopping.set()
        self._line.put(None)
        self._thread.join()

    def _run(self) -> None:
        for requests in self._gathered():
            since = self._clock.monotonic()
            reason = self._write(requests)
            if reason:
                event = JournalBlockedFor(seconds=self._clock.monotonic() - since, reason=reason)
                # At the end of the line: what came while the journal was blocked came before this.
                self._line.put(build_request([Draft(event, "hub")], self._clock.now(), documents={}))

    def _write(self, requests: list[Request]) -> str:
        """Write `requests` and tell their outcome. Returns why the medium refused at first, if it did."""
        reason, delay_s = "", _FIRST_RETRY_S
        batch: _Batch | None = None
        while True:
            last_try = self._stopping.is_set()
            try:
                batch = batch or self._build(requests)
                self._store.commit([batch.transaction])
                break
            except OSError as error:
                self.blocked = reason = error.strerror or str(error)
                if last_try:
                    self._refuse(requests, JournalBlocked, f"The journal was stopped while it was blocked: {reason}.")
                    return ""
                self._stopping.wait(delay_s)
                delay_s = min(2 * delay_s, _LAST_RETRY_S)
            # Whatever else a store raises is a fault of it, or of one request: the callers learn of it, the thread
            # goes on, and nobody pays for a neighbour's request.
            except Exception as error:
                if len(requests) > 1:
                    reasons = [self._write([request]) for request in requests]
                    return next(filter(None, reasons), "")
                self.blocked = f"{type(error).__name__}: {error}"
                self._refuse(requests, JournalError, f"The journal could not be written: {self.blocked}.")
                return ""
        self.blocked = ""
        if batch.records:
            newest = batch.records[-1]
            self._head, self._seen_at = Head(newest.seq, newest.hash), newest.seen_at
        self._deliver(batch.records, batch.outcomes)
        return reason

    def _build(self, requests: list[Request]) -> _Batch:
        seq, hash_ = self._head
        seen_at = self._seen_at
        taken = self._known_keys(requests)
        stored: list[StoredRecord] = []
        batch: list[Record] = []
        outcomes: list[Outcome] = []
        for request in requests:
            # The order of the journal is the order of time: a clock that was set back does not undo it, but where a
            # record says by how much it was set.
            if seen_at is None or any(isinstance(entry.event, ClockStepped) for entry in request.entries):
                seen_at = request.seen_at
            seen_at = max(seen_at, request.seen_at)
            seen_us = to_us(seen_at)
            first = len(batch)
            for type_, version, body, event, at_us, at, draft in request.entries:
                key = draft.key
                if key is not None:
                    if key in taken:
                        continue
                    taken.add(key)
                seq += 1
                actor, cause = draft.actor, draft.cause
                hash_ = record_hash(hash_, seq, at_us, seen_us, actor, cause, type_, version, body, key)
                stored.append(StoredRecord(seq, at_us, seen_us, actor, cause, type_, version, body, key, hash_))
                batch.append(Record(seq, at, seen_at, actor, cause, event, key, hash_))
            outcomes.append(Outcome(request, batch[first:], None))
        transaction = Transaction(
            records=stored,
            outbox_new=[entry for request in requests for entry in request.outbox_new],
            outbox_changed=[entry for request in requests for entry in request.outbox_changed],
            documents={name: value for request in requests for name, value in request.documents.items()},
        )
        return _Batch(transaction, outcomes, batch)

    def _known_keys(self, requests: list[Request]) -> set[str]:
        keys = {entry.draft.key for request in requests for entry in request.entries if entry.draft.key is not None}
        return set(self._store.known_keys(keys)) if keys else set()

    def _refuse(self, requests: list[Request], error: type[JournalError], message: str) -> None:
        self._deliver([], [Outcome(request, [], error(message)) for request in requests])

    def _gathered(self) -> Iterable[list[Request]]:
        """Everything that waits, again and again, until the end."""
        stopped = False
        while not (stopped and self._line.empty()):
            requests: list[Request] = []
            size = 0
            while size < LARGEST_COMMIT:
                request = self._line.get()
                if request is None:
                    stopped = True
                else:
                    requests.append(request)
                    size += request.size
                if self._line.empty():
                    break
            if requests:
                yield requests


def _checked_at_us(draft: Draft, seen_us: int) -> int:
    draft.actor.encode()
    if draft.key is not None:
        draft.key.encode()
    if draft.cause is not None and not 0 < draft.cause < 2**63:
        raise ValueError(f"its cause, {draft.cause}, is no record")
    return seen_us if draft.at is None else to_us(draft.at)
