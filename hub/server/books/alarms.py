"""The alarms of the past, counted once and carried on: what the figures and the history of alarms are read from.

Only the records of alarms are read, from as far back as somebody asked, a page at a time. What was counted stays in
memory (some hundred bytes an hour with alarms, and the newest twenty thousand alarms); after a start it is counted anew
when somebody asks. A journal of months takes some seconds then, which the one who asks may have to ask for twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from hub.core.alarms.figures import AlarmFigures, figures
from hub.core.alarms.tally import TYPES, Life, Tally
from hub.core.people.account import Account
from hub.core.people.rights import sight, visible
from hub.core.state import State
from hub.server.books.book import Book, Records, last_before

MOST_DAYS = 400
USUAL_DAYS = 90
"""How far back the history goes when nobody has asked for figures of an earlier time."""
LEAD = timedelta(days=2)
"""Counting begins so long before, so that alarms that stood then are known."""


class AlarmBook:
    """Answers one question at a time. It reads the journal: call it from a thread other than the event loop's."""

    def __init__(self, records: Records) -> None:
        self._clock = records.clock
        self._book = Book(records, TYPES, lambda record: self._tally.take(record))
        self._tally = Tally()
        self._begin_at: datetime | None = None

    def figures(self, account: Account, state: State, *, from_at: datetime, to_at: datetime) -> AlarmFigures:
        """The figures of the account's domains. Raises `SiteError` while the period is still being counted."""
        seen = visible(account, state)
        with self.tallied(state, from_at) as tally:
            first = self._book.records.read(0, 1)
            return figures(
                tally,
                from_at=from_at,
                to_at=to_at,
                now=self._clock.now(),
                desks=sorted(account.domains),
                standing=seen.alarms.values(),
                sees=sight(account, state.site),
                began_at=first[0].seen_at if first else None,
            )

    def history(
        self, account: Account, state: State, *, limit: int, before: str = "", find: "Wanted | None" = None
    ) -> list[Life]:
        """The alarms that the account may see, newest first: those numbered below `before`. Raises as `figures`."""
        wanted = find or Wanted()
        with self.tallied(state, self._clock.now() - timedelta(days=USUAL_DAYS)):
            found: list[Life] = []
            sees = sight(account, state.site)
            for life in self._newest(before):
                if sees(life.camera) and wanted.fits(life):
                    found.append(life)
                    if len(found) == limit:
                        break
            return found

    @contextmanager
    def tallied(self, state: State, since_at: datetime, *, until_s: float | None = None) -> Iterator[Tally]:
        """The counts of the time since then and of some days before; to be read here only. Raises as `figures`."""
        with self._book.alone():
            begin_at = max(since_at, self._clock.now() - timedelta(days=MOST_DAYS)) - LEAD
            if self._begin_at is None or begin_at < self._begin_at:
                # From the beginning of that day, so that who asks every minute for the last day does not begin anew.
                self._begin_at = begin_at.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
                self._tally = Tally({camera.id: camera.domain for camera in state.site.cameras})
                self._book.position = last_before(self._book.records, self._begin_at, state.position)
            self._book.follow(state.position, until_s=until_s)
            yield self._tally

    def _newest(self, before: str) -> Iterator[Life]:
        end = number_of(before) if before else None
        return (life for life in reversed(self._tally.lives.values()) if end is None or number_of(life.alarm) < end)


class Wanted:
    """What the history is asked for; what is empty does not matter."""

    def __init__(
        self, *, camera: str = "", kind: str = "", rule: str = "", verdict: str = "", cleared: bool = False
    ) -> None:
        """`verdict`: real, false, nuisance, or `none` for alarms without one. `cleared`: only those that are over."""
        self._equal = {"camera": camera, "kind": kind, "rule": rule}
        self._verdict = verdict
        self._cleared = cleared

    def fits(self, life: Life) -> bool:
        if self._cleared and life.cleared_at is None:
            return False
        if self._verdict and self._verdict != (life.verdict or "none"):
            return False
        return all(not value or getattr(life, name) == value for name, value in self._equal.items())


def number_of(alarm: str) -> int:
    """The number in an alarm's id; 0 for what is none.

    >>> number_of("A-12"), number_of("x")
    (12, 0)
    """
    number = alarm.removeprefix("A-")
    return int(number) if number.isascii() and number.isdecimal() else 0
