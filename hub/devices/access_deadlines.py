"""What is left of the calls that run on one device's line, each in a thread of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic

from hub.errors import DeviceUnreachable


class _Turn:
    """One call of one thread."""

    def __init__(self, ends_s: float, *, farewell: bool) -> None:
        self.ends_s = ends_s
        self.farewell = farewell
        self.given_up = False


class Deadlines:
    """From any thread. Sockets live in real time, so it is measured whatever the site's clock says."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[int, _Turn] = {}
        self.closed = threading.Event()

    @contextmanager
    def within(self, seconds: float, *, farewell: bool = False) -> Iterator[None]:
        """Bound what this thread does inside; an inner one never prolongs an outer one. `farewell`: also after the
        line was closed."""
        thread, outer = threading.get_ident(), self._turns.get(threading.get_ident())
        turn = _Turn(monotonic() + seconds, farewell=farewell)
        if outer is not None:
            turn.ends_s, turn.farewell = min(turn.ends_s, outer.ends_s), outer.farewell or farewell
            turn.given_up = outer.given_up
        with self._lock:
            self._turns[thread] = turn
        try:
            yield
        finally:
            with self._lock:
                if outer is None:
                    del self._turns[thread]
                else:
                    outer.given_up = outer.given_up or turn.given_up
                    self._turns[thread] = outer

    def left_s(self) -> float:
        """Seconds until this thread's call must be over; infinite outside of one. Raises `DeviceUnreachable`."""
        turn = self._turns.get(threading.get_ident())
        if self.closed.is_set() and not (turn and turn.farewell):
            raise DeviceUnreachable("The line to the device was closed.")
        if turn is None:
            return inf
        left_s = turn.ends_s - monotonic()
        if left_s <= 0 or turn.given_up:
            raise DeviceUnreachable("The device did not answer in the time that the call has.")
        return left_s

    def give_up(self, thread: int) -> None:
        """Whatever that thread's call still asks for is refused."""
        with self._lock:
            turn = self._turns.get(thread)
            if turn is not None:
                turn.given_up = True
