"""Following the journal for what is counted over it: once from its beginning, then only what came since.

Only the records of some types are read, a page at a time, and one question at a time is answered. A long journal takes
longer than a question may last: the counting then goes on with the next question.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Protocol

from hub.clock import Clock
from hub.core.event import Record
from hub.errors import SiteError

LONGEST_S = 8.0
"""How long one question may take; clients wait for 10 s."""
_PAGE = 2_000
_WAIT_S = 1.0


class Records(Protocol):
    """The part of the backend that is needed here. Called from any thread."""

    @property
    def clock(self) -> Clock: ...

    def read(self, after: int, limit: int, *, types: Sequence[str] = ()) -> list[Record]: ...

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]: ...


class Book:
    """How far the journal was read. It blocks: ask from a thread other than the event loop's."""

    def __init__(self, records: Records, types: Sequence[str], take: Callable[[Record], None]) -> None:
        """`take` is handed each record of `types` once, in order."""
        self.records = records
        self.position = 0
        """Up to which record everything was taken; set it before the first reading to begin later."""
        self._types = types
        self._take = take
        self._lock = Lock()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else reads or asks meanwhile. Raises `SiteError` when somebody does for long."""
        # Whoever waits holds one of the few threads that the whole hub has for such things.
        if not self._lock.acquire(timeout=_WAIT_S):
            raise busy()
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def followed(self, upto: int, *, until_s: float | None = None) -> Iterator[None]:
        """`alone`, with everything taken up to the record `upto`. Raises as `follow`."""
        with self.alone():
            self.follow(upto, until_s=until_s)
            yield

    def follow(self, upto: int, *, until_s: float | None = None) -> None:
        """Take everything up to the record `upto`; within `alone`.

        Raises `SiteError` when that is not done at `until_s` on the monotonic clock, as a rule `LONGEST_S` from now.
        """
        clock = self.records.clock
        ends_s = clock.monotonic() + LONGEST_S if until_s is None else until_s
        while self.position < upto:
            page = self.records.read(self.position, _PAGE, types=self._types)
            for record in page:
                self._take(record)
                self.position = record.seq
            if len(page) < _PAGE:
                self.position = max(upto, self.position)
            if self.position < upto and clock.monotonic() > ends_s:
                raise busy()


def last_before(records: Records, at: datetime, last: int) -> int:
    """The number of the last record before `at`, of `last` records; 0 when there is none."""
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        found = records.read(middle, 1)
        if found and found[0].seen_at < at:
            low = found[0].seq
        else:
            high = middle
    return low


def busy() -> SiteError:
    """What is said while the past is not counted yet."""
    return SiteError("The past is still being counted.", hint="Ask again in a moment.")
