"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""A Monday morning, where a `FakeClock` begins unless told otherwise."""


class FakeClock:
    """A `hub.clock.Clock` in the test's hands.

    >>> clock = FakeClock()
    >>> clock.advance(90)
    >>> clock.now().isoformat(), clock.monotonic()
    ('2026-01-05T08:01:30+00:00', 90.0)

    Any thread may read it; one thread at a time may move it.
    """

    def __init__(self, start: datetime = START) -> None:
        if start.tzinfo is None:
            raise ValueError("FakeClock needs an aware datetime, such as datetime(2026, 1, 5, tzinfo=UTC)")
        self._now = start.astimezone(UTC)
        self._monotonic_s = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass, for the wall clock and the monotonic one. Time does not go back: see `step`."""
        if seconds < 0:
            raise ValueError("time passes forwards; step() moves the wall clock back")
        self._now += timedelta(seconds=seconds)
        self._monotonic_s += seconds

    def step(self, seconds: float) -> None:
        """Correct the wall clock by `seconds`, which may be negative, as NTP or a person does. No time passes."""
        self._now += timedelta(seconds=seconds)
