"""What will happen, in the order of time: deeds of people and things, and what the books wait for."""

import heapq
from collections.abc import Callable
from datetime import datetime

Do = Callable[[], None]


class Agenda:
    """Mutable. `now` is the instant of what was taken last."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self._heap: list[tuple[datetime, int, int, Do, bool]] = []
        self._count = 0

    def plan(self, at: datetime, do: Do, *, by_hub: bool = False, after: int = 0) -> None:
        """Something is done at an instant, or now where that is past. `by_hub`: it needs the hub to run, and is made
        up for when it is started. Of several things at one instant those with a higher `after` come last."""
        self._count += 1
        heapq.heappush(self._heap, (max(at, self.now), after, self._count, do, by_hub))

    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def take(self) -> tuple[Do, bool]:
        """The next thing to be done; time goes on to it."""
        at, _, _, do, by_hub = heapq.heappop(self._heap)
        self.now = at
        return do, by_hub
