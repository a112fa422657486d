"""The only place that asks the machine for the time."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the rest of the hub knows of time; `hub.testing.FakeClock` is the controllable one."""

    def now(self) -> datetime:
        """Wall time as an aware UTC datetime. It may step when the machine's clock is corrected."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never step and never go back."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
