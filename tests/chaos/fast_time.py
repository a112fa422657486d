"""Time that runs faster, for a whole process of the hub: its clock, its event loop and its scheduler.

Every process that is given the same `Pace` sees the same time, so time goes on while no hub runs. The wall clock can
be set by whoever holds the `ClockFile`, as NTP or a person does, while a hub runs or while none does.
"""

import asyncio
import mmap
import selectors
import struct
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

import apscheduler.executors.base
import apscheduler.schedulers.base
import msgspec

_SET_BY = struct.Struct("d")
_PAIR_S = 0.2
_GUARDS_S = 1.5


class Pace(msgspec.Struct, frozen=True):
    """Wall time was `began_at` when the machine's steady clock showed `anchor_s`, and runs `speed` times as fast."""

    began_at: datetime
    anchor_s: float
    speed: float

    @classmethod
    def beginning_now(cls, began_at: datetime, speed: float) -> Self:
        return cls(began_at, time.monotonic(), speed)


class ClockFile:
    """By how many seconds the wall clock was set since the beginning, for all processes that open the same file."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_SET_BY.pack(0.0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), _SET_BY.size)

    @property
    def set_by_s(self) -> float:
        by_s: float = _SET_BY.unpack_from(self._shared)[0]
        return by_s

    def set_by(self, seconds: float) -> None:
        """Set the wall clock forwards, or back where `seconds` is negative."""
        _SET_BY.pack_into(self._shared, 0, self.set_by_s + seconds)


class FastClock:
    """A `hub.clock.Clock` at a `Pace`."""

    def __init__(self, pace: Pace, file: ClockFile) -> None:
        self.pace = pace
        self._file = file
        self._set_by_s = file.set_by_s
        self._read = threading.local()

    def now(self) -> datetime:
        steady_s = self.steady_s()
        self._read.steady_s = steady_s
        return self.pace.began_at.astimezone(UTC) + timedelta(seconds=steady_s + self._set_by_s)

    def look(self) -> None:
        """See whether the wall clock was set. Until then it goes on as it was."""
        self._set_by_s = self._file.set_by_s

    def monotonic(self) -> float:
        # Who asks for both wants to compare them. What lies between two reads is multiplied by the speed: a machine
        # that is busy for a moment would look like a clock that was set.
        steady_s = self.steady_s()
        read_s: float = self._read.__dict__.pop("steady_s", steady_s)
        return read_s if steady_s - read_s < _PAIR_S * self.pace.speed else steady_s

    def steady_s(self) -> float:
        """Seconds since the beginning, whatever the wall clock was set to."""
        return (time.monotonic() - self.pace.anchor_s) * self.pace.speed


class _FastSelector(selectors.DefaultSelector):
    def __init__(self, clock: FastClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(timeout / self._clock.pace.speed if timeout else timeout)
        # Here and nowhere else: between two reads of one turn of the loop lie microseconds, at any speed.
        self._clock.look()
        return ready


class _FastLoop(asyncio.SelectorEventLoop):
    """Every `sleep` and time limit of what runs on it is as much shorter as the clock is faster."""

    def __init__(self, clock: FastClock) -> None:
        self._clock = clock
        super().__init__(_FastSelector(clock))

    def time(self) -> float:
        return self._clock.steady_s()


def run_fast(clock: FastClock, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work` in a process that knows no other time than `clock`. Not to be undone: for processes of their own."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.now().astimezone(tz)

    timeout, wait = asyncio.timeout, asyncio.wait

    def stretched(seconds: float | None) -> float | None:
        # Shorter ones are naps of the hub. These guard the machine's own work, which is no faster than ever.
        return seconds * clock.pace.speed if seconds is not None and seconds >= _GUARDS_S else seconds

    def fast_wait(tasks: Any, *, timeout: float | None = None, **more: Any) -> Any:
        return wait(tasks, timeout=stretched(timeout), **more)

    vars(asyncio).update(timeout=lambda delay: timeout(stretched(delay)), wait=fast_wait)
    # It asks the machine for the time by itself.
    apscheduler.schedulers.base.datetime = Now
    apscheduler.executors.base.datetime = Now
    with asyncio.Runner(loop_factory=lambda: _FastLoop(clock)) as runner:
        runner.run(work())
