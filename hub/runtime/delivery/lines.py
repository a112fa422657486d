"""What of the due messages goes out now to each recipient: each by itself, several as one list, or later.

A line is one recipient of a route (`Parcel.line`). What a line remembers is a shortcut: the outbox says what waits, and
the journal what was sent, so nothing is lost with it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from hub.core.delivery import EffectDone, MessagesListed
from hub.core.event import Record
from hub.ports import OutboxEntry
from hub.runtime.delivery.outbox import MESSAGE, Parcel, line_of
from hub.runtime.delivery.quiet import STORM, Hold, Manners, free_at, held

MOST_IN_LIST = 200
_CRITICAL_GATHER_S = 2.0
"""A storm of critical messages is gathered no longer than this: one more message is better than a late one."""
_REMEMBERED = 1000


class Waiting(NamedTuple):
    """A delivery whose time has come."""

    entry: OutboxEntry
    parcel: Parcel


class Plan(NamedTuple):
    """What becomes of the due deliveries of one line; what is in none of them stays due."""

    alone: list[Waiting]
    together: list[Waiting]
    """To be sent as one list; empty or at least two."""
    held: list[tuple[Waiting, Hold]]


class _Crowd(NamedTuple):
    """Messages of a line that wait because they are too many; since when, by the monotonic clock."""

    since_s: float
    keys: set[str]


class Lines:
    """Remembers what was sent along each line, and since when a crowd waits. For one thread."""

    def __init__(self, manners: Callable[[str], Manners], zone: tzinfo) -> None:
        """`manners` gives how a route, or `person:ACCOUNT`, wants to be told."""
        self._manners = manners
        self._zone = zone
        self._sent: dict[str, deque[datetime]] = {}
        self._crowds: dict[str, _Crowd] = {}

    def follow(self, records: Iterable[Record]) -> None:
        """Take note of what was sent; of a list and its messages in the same batch, the list counts."""
        listed: set[str] = set()
        for record in records:
            match record.event:
                case MessagesListed(keys=keys) if keys:
                    listed |= set(keys)
                    self._note(line_of(keys[0]), record.seen_at)
                case EffectDone(key=key, kind=kind) if kind == MESSAGE and key not in listed:
                    self._note(line_of(key), record.seen_at)

    def clock_stepped(self, by_s: float) -> None:
        """The wall clock was set: what was sent is as long ago as before."""
        step = timedelta(seconds=by_s)
        self._sent = {line: deque((at + step for at in sent), _REMEMBERED) for line, sent in self._sent.items()}

    def plan(self, due: Sequence[Waiting], now: datetime, now_s: float, *, busy: int, listing: bool) -> Plan:
        """What becomes of the due deliveries of one line, at least one.

        `busy`: how many sendings of the line are under way; `listing`: one of them is a list.
        """
        line = due[0].parcel.line
        manners = self._manners(due[0].parcel.route)
        sent = [*self._sent.get(line, ()), *[now] * busy]
        plan = Plan([], [], [])
        gathered: list[Waiting] = []
        released = False
        for waiting in due:
            parcel = waiting.parcel
            if manners.one_by_one or parcel.for_machine:
                plan.alone.append(waiting)
            elif hold := held(manners, parcel.message.priority, now, self._zone, sent):
                plan.held.append((waiting, hold))
            elif parcel.with_files:
                plan.alone.append(waiting)
            elif parcel.held_until_us:
                gathered.append(waiting)
                released = True
            elif self._crowded(line, waiting.entry.key) or free_at(STORM, sent, now):
                self._crowds.setdefault(line, _Crowd(now_s, set())).keys.add(waiting.entry.key)
                gathered.append(waiting)
            else:
                plan.alone.append(waiting)
                sent.append(now)
        if gathered and not listing and (released or self._ripe(line, gathered, now_s)):
            together = gathered[:MOST_IN_LIST]
            (plan.together if len(together) > 1 else plan.alone).extend(together)
            gathered = gathered[MOST_IN_LIST:]
        if not gathered:
            self._crowds.pop(line, None)
        return plan

    def _crowded(self, line: str, key: str) -> bool:
        crowd = self._crowds.get(line)
        return crowd is not None and key in crowd.keys

    def _ripe(self, line: str, gathered: Sequence[Waiting], now_s: float) -> bool:
        """Whether a crowd has waited long enough for others to join it; for a further try it does not wait."""
        critical = any(waiting.parcel.message.priority == "critical" for waiting in gathered)
        patience_s = _CRITICAL_GATHER_S if critical else STORM.within_s
        tried = any(waiting.entry.attempts for waiting in gathered)
        return tried or now_s - self._crowds[line].since_s >= patience_s

    def _note(self, line: str, at: datetime) -> None:
        self._sent.setdefault(line, deque(maxlen=_REMEMBERED)).append(at)
