"""Whether this process itself stood still: a paused virtual machine, a starved or stopped process.

What a camera did meanwhile is not known, so a silence then must not be held against it. A process that is late again
and again is slow and not paused: its excuses would hide every loss, so it gets one in a while, or for a long pause.
"""

from hub.clock import Clock

_LATE_S = 1.5
_LONG_S = 5.0
"""So long a pause is longer than any silence that is held against a camera."""
_AGAIN_S = 20.0
"""Another short pause so soon after an excused one is no excuse."""


class Standstill:
    """One thread calls `tick` several times a second; any thread may ask."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tick_s = clock.monotonic()
        self._until_s = 0.0
        self._excused = False

    def tick(self) -> float:
        """Say that the process runs. Returns for how long it stood still before this, 0.0 when it did not."""
        now_s = self._clock.monotonic()
        late_s = now_s - self._tick_s
        if self._excuses(now_s):
            self._until_s, self._excused = now_s, True
        self._tick_s = now_s
        return late_s if late_s > _LATE_S else 0.0

    def until_s(self) -> float:
        """When the process last stood still, in monotonic seconds. Now, when another thread woke before the ticking."""
        now_s = self._clock.monotonic()
        return now_s if self._excuses(now_s) else self._until_s

    def _excuses(self, now_s: float) -> bool:
        late_s = now_s - self._tick_s
        lately = self._excused and now_s - self._until_s <= _AGAIN_S
        return late_s > (_LONG_S if lately else _LATE_S)
