"""A proof of all recordings, or of some: it goes on where it was interrupted, and reads no faster than it may.

For one thread; blocks for the disk.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from hub.clock import Clock
from hub.core.proof.compare import Held, settled
from hub.core.proof.events import Damage
from hub.core.recorded import Span
from hub.runtime.proof.comparison import Clocks, Proven, Prover
from hub.runtime.proof.ledger import Place, Sum

_NOTE_EVERY_S = 5.0
_LONGEST_NOTE = 256 * 1024 * 1024


class Pace:
    """Lets at most so many bytes a second pass, by waiting."""

    def __init__(self, bytes_per_s: float | None, clock: Clock, wait: Callable[[float], object]) -> None:
        self._per_s = bytes_per_s
        self._clock = clock
        self._wait = wait
        self._free_s = clock.monotonic()

    def take(self, count: int) -> None:
        """`count` bytes were read; returns when the next may be."""
        if self._per_s is None:
            return
        now_s = self._clock.monotonic()
        self._free_s = max(self._free_s, now_s) + count / self._per_s
        if self._free_s - now_s > 0.01:
            self._wait(self._free_s - now_s)


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What is proven: all, or one camera, or a period."""

    folder: str
    camera: str = ""
    span: Span | None = None

    def holds(self, place: Place) -> bool:
        day, camera = place
        if self.camera not in ("", camera):
            return False
        return self.span is None or f"{self.span.from_at:%Y-%m-%d}" <= day <= f"{self.span.to_at:%Y-%m-%d}"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof has come to so far."""

    segments: int = 0
    bytes: int = 0
    removed: int = 0
    unvouched: int = 0
    """Of those that were deleted, how many on the word of records that are newer than every head that was given."""
    waiting: int = 0
    away: int = 0
    """In storages that could not be read."""
    damages: list[Damage] = []
    clocks: dict[str, Clocks] = {}
    """By camera."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """How far a proof has come: everything before `place` is done, and `held` was read of it."""

    scope: Scope
    place: Place
    outcome: Outcome
    read_bytes: int
    held: dict[str, tuple[int, str]]


class Done(NamedTuple):
    """A proof that came to its end."""

    outcome: Outcome
    resumed_bytes: int
    """What was read before an interruption, and was not read again."""


def run_proof(
    prover: Prover,
    scope: Scope,
    *,
    clock: Clock,
    pace: Pace,
    note: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Prove what is in scope. `note`: the file in which it is noted how far it has come; one of the same scope is gone
    on from. Raises `OSError` where it cannot be written. `progress` is called with the bytes done, and those that there
    are, as far as they are sealed."""
    places = [place for place in prover.places() if scope.holds(place)]
    total = sum(prover.ledger.sums.get(place, Sum(0, 0)).bytes for place in places)
    known = load_note(note, scope) if note is not None else None
    run = _Run(scope, known, clock, pace, note, lambda read: progress(read, max(read, total)) if progress else None)
    try:
        for place in places:
            if known is None or place >= known.place:
                run.begin(place, known.held if known is not None and place == known.place else {})
                proven = prover.prove(place, advance=run.advance, within=scope.span, held=run.held, noted=run.keep)
                run.outcome = added(run.outcome, place, proven)
    except KeyboardInterrupt:
        run.save()
        raise
    if note is not None:
        note.unlink(missing_ok=True)
    return Done(
        replace(run.outcome, damages=settled(run.outcome.damages)), known.read_bytes if known is not None else 0
    )


class _Run:
    """What has been done of a proof, noted every few seconds."""

    def __init__(
        self,
        scope: Scope,
        known: Note | None,
        clock: Clock,
        pace: Pace,
        note: Path | None,
        progress: Callable[[int], None],
    ) -> None:
        self.outcome = known.outcome if known is not None else Outcome()
        self.held: dict[str, Held] = {}
        self._place: Place = ("", "")
        self._scope = scope
        self._clock = clock
        self._pace = pace
        self._note = note
        self._progress = progress
        self._read = known.read_bytes if known is not None else 0
        self._noted_s = clock.monotonic()

    def begin(self, place: Place, held: Mapping[str, tuple[int, str]]) -> None:
        """The next place, of which so much was read before."""
        self._place = place
        self.held = {name: Held(*one) for name, one in held.items()}

    def advance(self, count: int) -> None:
        self._read += count
        self._progress(self._read)
        self._pace.take(count)

    def keep(self) -> None:
        """Note how far it has come, every few seconds."""
        if self._clock.monotonic() - self._noted_s >= _NOTE_EVERY_S:
            self.save()

    def save(self) -> None:
        if self._note is None:
            return
        held = {name: (one.bytes, one.sha256) for name, one in self.held.items()}
        save_note(
            self._note,
            Note(scope=self._scope, place=self._place, outcome=self.outcome, read_bytes=self._read, held=held),
        )
        self._noted_s = self._clock.monotonic()


def added(outcome: Outcome, place: Place, proven: Proven) -> Outcome:
    """The outcome with one more place."""
    compared, camera = proven.compared, place[1]
    clocks = dict(outcome.clocks)
    if proven.clocks is not None:
        clocks[camera] = proven.clocks.together(clocks.get(camera))
    return Outcome(
        segments=outcome.segments + compared.intact,
        bytes=outcome.bytes + compared.intact_bytes,
        removed=outcome.removed + compared.removed,
        unvouched=outcome.unvouched + proven.unvouched,
        waiting=outcome.waiting + compared.waiting,
        away=outcome.away + proven.away,
        damages=[*outcome.damages, *compared.damages],
        clocks=clocks,
    )


def load_note(path: Path, scope: Scope) -> Note | None:
    """How far an interrupted proof of the same scope has come; None for none that can be used."""
    try:
        if path.stat().st_size > _LONGEST_NOTE:
            return None
        known = msgspec.json.decode(path.read_bytes(), type=Note)
    except (OSError, msgspec.MsgspecError):
        return None
    return known if known.scope == scope else None


def save_note(path: Path, note: Note) -> None:
    """Write it whole or not at all. Raises `OSError`."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(fd, "wb") as file:
        file.write(msgspec.json.encode(note))
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
