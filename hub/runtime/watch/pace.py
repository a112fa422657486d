"""How the watch's workers keep up: looked at all the time, shown, and put on record when it lasts."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from hub.client.views import WorkerPace
from hub.clock import Clock
from hub.core.event import Draft
from hub.core.pace import Pace, WatchOverloaded, follow, reconcile
from hub.core.state import State
from hub.errors import JournalError
from hub.runtime.core_loop import CoreLoop
from hub.watch.messages import WorkerLoad

log = structlog.get_logger("watch")

LOOK_EVERY_S = 2.0


class WatchPace:
    """On the hub's event loop."""

    def __init__(
        self,
        core: CoreLoop,
        clock: Clock,
        *,
        loads: Callable[[], Mapping[str, WorkerLoad]],
        placed: Callable[[], Mapping[str, Sequence[str]]],
    ) -> None:
        """`loads` and `placed`: the load and the cameras of the workers that run now, by worker."""
        self._core = core
        self._clock = clock
        self._loads = loads
        self._placed = placed
        self._paces: dict[str, Pace] = {}

    async def keep(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.look()
            except JournalError as error:
                log.error("pace_not_recorded", error=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """One look, and what follows from it on record."""
        now_s = self._clock.monotonic()
        seen = {name: _pace(load) for name, load in self._loads().items()}
        self._paces = follow(self._paces, seen, self._core.state.overloaded, now_s)

        def think(state: State) -> list[Draft]:
            return [
                Draft(event, actor=f"watch:{event.worker}" if isinstance(event, WatchOverloaded) else "hub")
                for event in reconcile(self._paces, state.overloaded, now_s)
            ]

        if think(self._core.state):
            await self._core.propose(think)

    def views(self) -> dict[str, WorkerPace]:
        """The workers that run now, as people are shown them."""
        now, now_s, placed = self._clock.now(), self._clock.monotonic(), self._placed()
        views = {}
        for name in sorted(self._loads()):
            pace = self._paces.get(name, Pace(since_s=now_s))
            views[name] = WorkerPace(
                cameras=list(placed.get(name, ())),
                lag_s=pace.lag_s,
                cpu=pace.cpu,
                asked_every_s=pace.asked_every_s,
                picture_every_s=pace.picture_every_s,
                slow_since_at=now - timedelta(seconds=now_s - pace.since_s) if pace.slow else None,
            )
        return views


def _pace(load: WorkerLoad) -> Pace:
    return Pace(asked_every_s=load.picture_every_s, factor=load.picture_factor, lag_s=load.lag_s, cpu=load.cpu)
