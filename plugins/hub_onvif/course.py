"""Which of the pictures that a device replays are those that were asked for, and when they were taken. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from hub.api import DeviceRejected, ProtocolError
from hub_onvif.pictures import Picture

_LEAD_US = 60_000_000
"""A replay begins with the key frame before its beginning, which is not longer ago than this."""
_ELSEWHERE_US = 600_000_000
"""A replay that begins longer before its time is another one."""
_BACK_US = 10_000_000
_HALF = 1 << 31

Verdict = Literal["early", "wanted", "over"]


class Course:
    """The course of one replay. For one thread.

    The times are the device's own where it tells them with its pictures; else they follow from the time with which it
    said it begins, or that it was asked to begin with.
    """

    def __init__(self, start_at: datetime, end_at: datetime, clock: int, begins_at: datetime | None = None) -> None:
        self.begin_us: int | None = None
        """When the first picture that is wanted was taken."""
        self.last_us: int | None = None
        """The same of the last."""
        self.told = begins_at is not None
        """Whether the times are the device's."""
        self._start_us, self._end_us = _us(start_at), _us(end_at)
        self._clock = clock
        self._at_us = _us(begins_at or start_at)
        self._stamp: int | None = None
        self._said_us: int | None = None

    def judge(self, picture: Picture) -> Verdict:
        """Whether the picture is before, of or after what was asked for; its time is then in `last_us`.

        Raises `ProtocolError` where the device's times go back, and `DeviceRejected` where it replays another time.
        """
        at_us = self._place(picture)
        if at_us >= self._end_us:
            if self.begin_us is None:
                raise DeviceRejected(
                    "The device has no footage of the time that was asked for: "
                    f"what it replays begins at {shown(at_us)}."
                )
            return "over"
        if self.begin_us is None:
            if at_us < self._start_us - _ELSEWHERE_US:
                raise ProtocolError(f"The device replays footage of {shown(at_us)}, and not of the time asked for.")
            if not picture.key or at_us < self._start_us - _LEAD_US:
                return "early"
            self.begin_us = self.last_us = at_us
        assert self.last_us is not None
        if at_us < self.last_us - _BACK_US:
            raise ProtocolError(f"The device replays footage again: {shown(at_us)} after {shown(self.last_us)}.")
        self.last_us = max(at_us, self.last_us)
        return "wanted"

    def since_begin_us(self) -> int:
        """From the first picture to the one that was judged last."""
        return max(0, self._at_us - (self.begin_us or 0))

    def reaches_end(self, within_s: float) -> bool:
        """Whether the last picture is so close to the end that nothing need be missing."""
        return self.last_us is not None and self.last_us >= self._end_us - within_s * 1_000_000

    def _place(self, picture: Picture) -> int:
        # Some devices tell whole seconds only: between two different ones the packets' own stamps count.
        fresh = picture.at_us is not None and picture.at_us != self._said_us
        if fresh and picture.at_us is not None:
            self._at_us, self.told = picture.at_us, True
            self._said_us = picture.at_us
        elif self._stamp is not None:
            ticks = (picture.stamp - self._stamp + _HALF) % (1 << 32) - _HALF
            self._at_us += ticks * 1_000_000 // self._clock
        self._stamp = picture.stamp
        return self._at_us


def _us(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment(at_us: int) -> datetime:
    """Raises `ProtocolError` for what is no time."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)
    except OverflowError:
        raise ProtocolError("The device tells a time that there is not.") from None


def shown(at_us: int) -> str:
    """For people: UTC, to the second."""
    return f"{moment(at_us):%Y-%m-%d %H:%M:%S} UTC"
