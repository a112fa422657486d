"""Notices when the machine's clock jumps, so that nothing that is being waited for is lost or doubled."""

from datetime import datetime

from hub.clock import Clock

STEP_S = 2.0
"""Smaller differences are a clock being slewed, or a busy machine."""


class ClockWatch:
    """Compares the wall clock with one that never steps. Ask it before the wall clock is believed."""

    def __init__(self, clock: Clock, last_seen_at: datetime | None) -> None:
        """`last_seen_at` is the time of the newest record: a wall clock that is behind it was set back since."""
        self._clock = clock
        self._wall, self._steady_s = clock.now(), clock.monotonic()
        behind_s = (last_seen_at - self._wall).total_seconds() if last_seen_at is not None else 0.0
        self._behind_s = behind_s if behind_s > STEP_S else 0.0

    @property
    def seen_at(self) -> datetime:
        """What the wall clock said when `stepped_s` was asked last: the newest time whose jumps are all known."""
        return self._wall

    def stepped_s(self) -> float:
        """By how many seconds the wall clock jumped since this was asked last; 0 when it did not."""
        wall, steady_s, by_s = self._look()
        self._wall, self._steady_s, self._behind_s = wall, steady_s, 0.0
        return by_s

    def unseen_s(self) -> float:
        """What `stepped_s` would say; it still will."""
        return self._look()[2]

    def _look(self) -> tuple[datetime, float, float]:
        wall, steady_s = self._clock.now(), self._clock.monotonic()
        by_s = (wall - self._wall).total_seconds() - (steady_s - self._steady_s)
        return wall, steady_s, (by_s if abs(by_s) > STEP_S else 0.0) - self._behind_s
