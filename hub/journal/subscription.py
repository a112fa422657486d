"""Following the journal: every record once, in order, without gaps, at the follower's own pace.

The newest records stay in memory, shared by all who follow; one who lags behind them reads the store until it has
caught up. Nobody who follows can hold up the writer or the others.
"""

import asyncio
from collections.abc import Callable, Sequence

from hub.core.event import Record
from hub.errors import HubError, JournalDamaged

LARGEST_BATCH = 1_000
"""Records handed over at once."""

_KEEP = 4_096


class Feed:
    """The newest records and those who wait for more. Used on the event loop only."""

    def __init__(self, position: int, read: Callable[[int, int], list[Record]]) -> None:
        self.position = position
        """`seq` of the newest record."""
        self.read = read
        """Reads the store: `(after, limit)`; called on a thread of its own."""
        self.ended = False
        self.followers: set[Subscription] = set()
        self._recent: list[Record] = []

    def publish(self, records: Sequence[Record]) -> None:
        """Let everybody know of `records`, which follow each other and what was published before."""
        self._recent += records
        self.position = records[-1].seq
        if len(self._recent) > 2 * _KEEP:
            del self._recent[:-_KEEP]
        self._wake()

    def end(self) -> None:
        """No more will come."""
        self.ended = True
        self._wake()

    def recent(self, after: int) -> list[Record] | None:
        """Some records above `after`; None when the next one is not in memory."""
        if not self._recent or not self._recent[0].seq <= after + 1 <= self.position:
            return None
        start = after + 1 - self._recent[0].seq
        return self._recent[start : start + LARGEST_BATCH]

    def _wake(self) -> None:
        for follower in self.followers:
            follower.wake()


class Subscription:
    """An asynchronous iterator over batches of records; made by `Journal.subscribe`, for one task at a time.

    It ends when it is closed, or when the journal stops and what is in memory was handed over. A cancelled wait loses
    nothing: the next one goes on from `position`. Raises `JournalDamaged` when the store no longer has a record that
    follows.
    """

    def __init__(self, feed: Feed, after: int) -> None:
        self.position = after
        """`seq` of the last record handed over."""
        self._feed = feed
        self._closed = False
        self._waiter: asyncio.Future[None] | None = None
        feed.followers.add(self)

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> list[Record]:
        while not self._over():
            if self.position >= self._feed.position:
                await self._news()
            else:
                # One turn of the loop for the others: a follower that is always behind must not starve them.
                await asyncio.sleep(0)
            if self._over() or self.position >= self._feed.position:
                continue
            batch = self._feed.recent(self.position) or await self._from_store()
            if batch and not self._closed:
                self.position = batch[-1].seq
                return batch
        raise StopAsyncIteration

    def close(self) -> None:
        """End it. Called on the event loop, any number of times."""
        self._closed = True
        self._feed.followers.discard(self)
        self.wake()

    def wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _over(self) -> bool:
        """Closed, or the journal stopped and all that is in memory was handed over."""
        return self._closed or (self._feed.ended and self._feed.recent(self.position) is None)

    async def _news(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    async def _from_store(self) -> list[Record]:
        """What follows, read on a thread of its own; nothing when the journal stopped meanwhile."""
        try:
            batch = await asyncio.to_thread(self._feed.read, self.position, LARGEST_BATCH)
        except HubError:
            if self._feed.ended:
                return []
            raise
        missing = next((seq for seq, r in enumerate(batch, self.position + 1) if r.seq != seq), None)
        if missing is not None or not batch:
            missing = missing or self.position + 1
            raise JournalDamaged(
                f"Record {missing} is missing from the journal.", seq=missing, hint="`hub verify` says more."
            )
        return batch
