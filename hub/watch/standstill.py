"""Whether this process itself stood still: a paused virtual machine, a starved or stopped process.

What a camera did meanwhile is not known, so a silence then must not be held against it.
"""

from hub.clock import Clock

_LATE_S = 1.5


class Standstill:
    """One thread calls `tick` several times a second; any thread may ask."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tick_s = clock.monotonic()
        self._until_s = 0.0

    def tick(self) -> float:
        """Say that the process runs. Returns for how long it stood still before this, 0.0 when it did not."""
        now_s = self._clock.monotonic()
        late_s = now_s - self._tick_s
        if late_s > _LATE_S:
            self._until_s = now_s
        self._tick_s = now_s
        return late_s if late_s > _LATE_S else 0.0

    def until_s(self) -> float:
        """When the process last stood still, in monotonic seconds. Now, when another thread woke before the ticking."""
        now_s = self._clock.monotonic()
        return now_s if now_s - self._tick_s > _LATE_S else self._until_s
