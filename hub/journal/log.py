"""The journal as the rest of the hub uses it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from hub.clock import Clock
from hub.core.event import Draft, Record
from hub.errors import JournalBlocked, JournalError
from hub.journal.chain import START, Head, follow
from hub.journal.codec import from_us, to_record, to_us
from hub.journal.subscription import Feed, Subscription
from hub.journal.transfer import unfinished_import
from hub.journal.writer import Outcome, Writer, build_request
from hub.ports import OutboxEntry, Store, StoredRecord

LONGEST_LINE = 20_000
"""Events that may wait to be written; more are refused with `JournalBlocked`."""

__all__ = ["LONGEST_LINE", "Head", "Journal"]


class Journal:
    """Append-only, hash-chained, durable before anybody reacts.

    `start`, `stop`, `append` and `subscribe` are called on one event loop; everything that reads, on any thread.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._head = START
        self._waiting = 0
        self._running = False

    async def start(self) -> None:
        """Open the store for writing, find the head and start the writer.

        Raises `SiteError` when the store cannot be opened, `JournalError` when an import into it was broken off.
        """
        opening = asyncio.create_task(asyncio.to_thread(self._open))
        try:
            newest = await asyncio.shield(opening)
        except BaseException:
            # Cancelling does not stop the thread, and nothing may be closed under its hands.
            await asyncio.wait({opening})
            await asyncio.to_thread(self._store.close)
            raise
        if newest is not None:
            self._head = follow(newest)
        seen_at = None if newest is None else from_us(newest.seen_at_us)
        self._loop = asyncio.get_running_loop()
        self._feed = Feed(self._head.seq, self.read)
        self._writer = Writer(self._store, self._clock, self._head, seen_at, self._deliver)
        self._writer.start()
        self._running = True

    async def stop(self) -> None:
        """Write what waits, end every subscription and close the store. Does nothing when it is not running.

        What the medium refuses to the last is refused to its caller with `JournalBlocked`.
        """
        if not self._running:
            return
        self._running = False
        await asyncio.to_thread(self._writer.stop)
        self._feed.end()
        await asyncio.to_thread(self._store.close)

    async def append(
        self,
        drafts: Sequence[Draft],
        *,
        outbox_new: Sequence[OutboxEntry] = (),
        outbox_changed: Sequence[OutboxEntry] = (),
        documents: Mapping[str, bytes] | None = None,
        seen_at: datetime | None = None,
    ) -> list[Record]:
        """Write `drafts` and all that goes with them in one transaction; returns the records when they are durable.

        `seen_at`: when the hub took them in; None: now.
        A draft whose `key` the journal has already is left out (of the answer, too); the rest is written all the same.
        Cancelling the caller does not take back what it asked for. Raises `JournalBlocked` when too many events wait
        (nothing was taken then), `JournalError` for an event that could not be read back and for a store that failed.
        """
        if not self._running:
            raise JournalError("The journal is not running.")
        done: asyncio.Future[list[Record]] = self._loop.create_future()
        request = build_request(
            drafts,
            seen_at or self._clock.now(),
            outbox_new=outbox_new,
            outbox_changed=outbox_changed,
            documents=documents or {},
            token=done,
        )
        if self._waiting and self._waiting + request.size > LONGEST_LINE:
            why = self.blocked or "the disk is too slow"
            raise JournalBlocked(
                f"{self._waiting} events wait to be written, and the line is full: {why}.",
                hint="See to the disk that holds the site's data; what waits is written as soon as it can be.",
            )
        self._waiting += request.size
        self._writer.put(request)
        return await done

    def read(self, after: int, limit: int) -> list[Record]:
        """Up to `limit` records with `seq` above `after`, in order."""
        return [to_record(stored) for stored in self._store.read(after, limit)]

    def read_last(
        self, limit: int, *, types: Iterable[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        """The newest records (below `before`), oldest first.

        `types` are wire names. `subject` is `camera:gate-1` (the event's field `camera` is `gate-1`) or words that
        all stand in the event.
        """
        found = self._store.read_last(limit, types=types, subject=subject, before=before)
        return [to_record(stored) for stored in found]

    @property
    def stored(self) -> Store:
        """The store itself, for those who read much and need little of it. Only its readers may be called."""
        return self._store

    def document(self, name: str) -> bytes | None:
        """A small named value that was written with `append(documents=…)`."""
        return self._store.document(name)

    def outbox_due(self, now: datetime, limit: int) -> list[OutboxEntry]:
        """Pending effects whose time has come, oldest first."""
        return self._store.outbox_due(to_us(now), limit)

    def outbox_counts(self) -> dict[str, int]:
        """How many effects are in each state."""
        return self._store.outbox_counts()

    @property
    def head(self) -> Head:
        """The newest durable record; `(0, 32 zero bytes)` when there is none."""
        return self._head

    @property
    def waiting(self) -> int:
        """How many events wait to be written."""
        return self._waiting

    @property
    def blocked(self) -> str:
        """Why nothing can be written at the moment; empty when all is well."""
        return self._writer.blocked if self._running else ""

    def subscribe(self, after: int | None = None) -> Subscription:
        """Follow every record with `seq` above `after`; from now on when it is None."""
        if not self._running:
            raise JournalError("The journal is not running.")
        return Subscription(self._feed, self._head.seq if after is None else after)

    def _open(self) -> StoredRecord | None:
        self._store.open(create=True)
        if unfinished_import(self._store):
            raise JournalError(
                "An import into this journal was interrupted.",
                hint="Run `hub journal import` with the same file again; it goes on where it stopped.",
            )
        return self._store.head()

    def _deliver(self, records: list[Record], outcomes: list[Outcome]) -> None:
        self._loop.call_soon_threadsafe(self._delivered, records, outcomes)

    def _delivered(self, records: list[Record], outcomes: list[Outcome]) -> None:
        if records:
            self._head = Head(records[-1].seq, records[-1].hash)
            self._feed.publish(records)
        for request, own, error in outcomes:
            self._waiting -= request.size if request.token is not None else 0
            done = request.token
            if not isinstance(done, asyncio.Future) or done.done():
                continue
            if error is None:
                done.set_result(own)
            else:
                done.set_exception(error)
