"""What flows from one camera: rates over the last seconds, and how late the thread woke that reads it."""

from collections import deque

_RATE_SAMPLES = 6


class Flow:
    """`packets`, `size` and `rested` are counted by the camera's thread; the methods belong to the one that reports."""

    def __init__(self) -> None:
        self.packets = self.size = 0
        self.rested = (0.0, 0)
        """How late the thread woke from all its rests together, in seconds, and their number."""
        self._told = self.rested
        self._samples: deque[tuple[float, int, int]] = deque(maxlen=_RATE_SAMPLES)

    def sample(self, now_s: float) -> None:
        """Called about once a second: the rates are over the last five samples."""
        self._samples.append((now_s, self.packets, self.size))

    def rates(self) -> tuple[float, float]:
        """Packets and kilobits a second."""
        if len(self._samples) < 2:
            return 0.0, 0.0
        (from_s, from_packets, from_size), (to_s, to_packets, to_size) = self._samples[0], self._samples[-1]
        passed_s = max(to_s - from_s, 0.001)
        return round((to_packets - from_packets) / passed_s, 1), round((to_size - from_size) / passed_s / 125, 1)

    def lateness(self) -> tuple[float, int]:
        """`rested` since the last call."""
        now, before = self.rested, self._told
        self._told = now
        return now[0] - before[0], now[1] - before[1]
