"""What waits for its time: for the rest of a `for`, for a delayed item, for an escalation, for a message to go out."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.automation.occurrence import Occurrence
from hub.automation.pages import Pages

_LARGEST_CHUNK = 256


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits for its time."""

    kind: Literal["for", "step", "group"] = "for"
    rule: str
    digest: str
    subject: str
    """What it is about; for a group its key, see `hub.automation.grouping`."""
    cause: int
    due_at: datetime
    began: Occurrence
    """The record `cause`: what the conditions and texts of the rule are about when the time has come."""
    run: str = ""
    """The run of which this is a step (`hub.automation.runs`), and the place in which it stands."""
    same: str = ""
    stage: int = 0
    """0: the rule's `do`; 1: its first escalation, and so on."""
    nth: int = 1
    """Which of the repetitions of the stage."""
    item: int | None = None
    """One delayed item of the stage; None: the stage itself."""
    held: bool = False
    """It came due, or follows one that did, while nobody was to be disturbed (`hub.automation.holding`): it waits for
    the end of that, and `due_at` only says how far apart it lies from the others."""

    @property
    def key(self) -> str:
        """Tells it from everything else that waits about the same subject."""
        return f"{self.run}/{self.stage}.{self.nth}.{self.item}" if self.run else self.rule


_Place = tuple[datetime, int, str, str]


class Timers(msgspec.Struct, frozen=True, dict=True):
    """Everything that waits. A value: a change gives another one and costs about the same however much waits.

    What comes due at the same instant comes in the order of what caused it, then by rule and step. What is held comes
    due at no instant; it is found by what it is about.
    """

    about: Pages[dict[str, Pending]] = Pages()
    """By subject, then by `Pending.key`."""

    @cached_property
    def order(self) -> tuple[tuple[_Place, ...], ...]:
        """What waits in the order in which it comes due, in chunks. It follows from `about` and is no field of its own:
        worked out when a snapshot was read, and handed on from there."""
        places = sorted(_place(pending) for pending in self._all() if not pending.held)
        half = _LARGEST_CHUNK // 2
        return tuple(tuple(places[first : first + half]) for first in range(0, len(places), half))

    def get(self, subject: str, key: str) -> Pending | None:
        of_subject = self.about.get(subject)
        return of_subject.get(key) if of_subject is not None else None

    def about_subject(self, subject: str) -> tuple[Pending, ...]:
        of_subject = self.about.get(subject)
        return tuple(of_subject.values()) if of_subject is not None else ()

    def put(self, pending: Pending) -> "Timers":
        """With `pending`, in place of the one with its subject and key."""
        of_subject = self.about.get(pending.subject) or {}
        known = of_subject.get(pending.key)
        order = self.order if known is None or known.held else _without(self.order, _place(known))
        about = self.about.put(pending.subject, {**of_subject, pending.key: pending})
        return _ordered(about, order if pending.held else _with(order, _place(pending)))

    def drop(self, pending: Pending) -> "Timers":
        """Without `pending`, which must be there."""
        of_subject = (self.about.get(pending.subject) or {}).copy()
        del of_subject[pending.key]
        about = self.about.put(pending.subject, of_subject) if of_subject else self.about.drop(pending.subject)
        return _ordered(about, self.order if pending.held else _without(self.order, _place(pending)))

    def first(self) -> Pending | None:
        """What comes due next."""
        if not self.order:
            return None
        _, _, subject, key = self.order[0][0]
        return self.get(subject, key)

    def values(self) -> Iterator[Pending]:
        """Everything that waits, in the order in which it comes due; then what is held. Looks at each."""
        for chunk in self.order:
            for _, _, subject, key in chunk:
                pending = self.get(subject, key)
                assert pending is not None
                yield pending
        yield from sorted((pending for pending in self._all() if pending.held), key=_place)

    def only(self, keep: Callable[[Pending], bool]) -> "Timers":
        """What `keep` takes; looks at each."""
        return Timers(
            self.about.mapped(lambda _, waiting: {key: p for key, p in waiting.items() if keep(p)} or None),
        )

    def moved(self, by: timedelta) -> "Timers":
        """Everything due so much later."""
        return Timers(
            self.about.mapped(
                lambda _, waiting: {key: replace(p, due_at=p.due_at + by) for key, p in waiting.items()},
            )
        )

    def __bool__(self) -> bool:
        return bool(self.about)

    def __len__(self) -> int:
        return sum(len(of_subject) for of_subject in self.about.values())

    def _all(self) -> Iterator[Pending]:
        for of_subject in self.about.values():
            yield from of_subject.values()


def _place(pending: Pending) -> _Place:
    return (pending.due_at, pending.cause, pending.subject, pending.key)


def _ordered(about: Pages[dict[str, Pending]], order: tuple[tuple[_Place, ...], ...]) -> Timers:
    timers = Timers(about)
    timers.__dict__["order"] = order
    return timers


def _first(chunk: tuple[_Place, ...]) -> _Place:
    return chunk[0]


def _with(order: tuple[tuple[_Place, ...], ...], place: _Place) -> tuple[tuple[_Place, ...], ...]:
    if not order:
        return ((place,),)
    at = max(0, bisect_right(order, place, key=_first) - 1)
    chunk = order[at]
    within = bisect_left(chunk, place)
    chunk = (*chunk[:within], place, *chunk[within:])
    if len(chunk) <= _LARGEST_CHUNK:
        return (*order[:at], chunk, *order[at + 1 :])
    half = len(chunk) // 2
    return (*order[:at], chunk[:half], chunk[half:], *order[at + 1 :])


def _without(order: tuple[tuple[_Place, ...], ...], place: _Place) -> tuple[tuple[_Place, ...], ...]:
    at = bisect_right(order, place, key=_first) - 1
    chunk = order[at]
    within = bisect_left(chunk, place)
    chunk = (*chunk[:within], *chunk[within + 1 :])
    return (*order[:at], chunk, *order[at + 1 :]) if chunk else (*order[:at], *order[at + 1 :])
