"""A hub in a process of its own, with its watch replaced by a world that is known: everything else is the product."""

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import apscheduler.executors.asyncio
import hub_mqtt.notifier
import hub_rtsp.driver
import hub_sqlite.store
import hub_webhook.notifier
import msgspec
import pydantic.v1
import uvicorn.protocols.http.h11_impl

import hub.runtime.hub
from hub.core.explanation import Explanation
from hub.core.status import CameraStatus, FindingLevel
from hub.runtime.hub import Hub
from hub.runtime.logs import set_up_logs
from hub.runtime.parts import load_parts, require_sound
from hub.runtime.snapshot import software
from hub.watch.messages import Vital, WatchOrder, WorkerLoad
from tests.chaos.fast_time import ClockFile, FastClock, Pace, run_fast
from tests.chaos.world import faults, next_change_s

PRELOADED = (
    *(hub_mqtt.notifier, hub_rtsp.driver, hub_sqlite.store, hub_webhook.notifier),
    *(apscheduler.executors.asyncio, pydantic.v1, uvicorn.protocols.http.h11_impl, software()),
)
"""What a hub would read or work out only when it starts: a process that is forked from one with this module starts in
less than half the time."""

TURNED = "turned"
"""The file of a site in which each camera notes that it was turned, one line with its id each time."""
_STATUS_EVERY_S = 30.0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """How to run a hub."""

    site: Path
    pace: Pace
    seed: int = 0
    quiet_s: float = 0.0
    """When the world comes to rest, seconds after the beginning; 0: nothing ever happens in it."""


class ScriptedWatch:
    """Stands in for the pool of watch workers: says of each camera what the world has it be."""

    def __init__(self, order: Order, clock: FastClock, on_status: Callable[[CameraStatus], None]) -> None:
        self._order = order
        self._clock = clock
        self._on_status = on_status
        self._tasks: list[asyncio.Task[None]] = []
        self.loads: dict[str, WorkerLoad] = {}
        self.placed: dict[str, list[str]] = {}

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def watch(self, orders: Sequence[WatchOrder]) -> None:
        await self.stop()
        self._tasks = [asyncio.create_task(self._look(order.camera)) for order in orders]

    async def _look(self, camera: str) -> None:
        while True:
            at_s = self._clock.steady_s()
            now = self._clock.now()
            seen = faults(self._order.seed, camera, at_s, self._order.quiet_s)
            self._on_status(
                CameraStatus(
                    camera=camera,
                    at=now,
                    signal="lost" if "signal.lost" in seen else "live",
                    findings=[FindingLevel(kind=kind, since_at=now - timedelta(seconds=1)) for kind in sorted(seen)],
                )
            )
            change_s = next_change_s(self._order.seed, camera, at_s, self._order.quiet_s)
            await asyncio.sleep(min(_STATUS_EVERY_S, change_s - at_s if change_s is not None else _STATUS_EVERY_S))

    async def retry(self, camera: str) -> None:
        pass

    async def relearn(self, camera: str) -> None:
        pass

    async def point(self, camera: str, preset: str, moving: bool) -> None:
        pass

    async def picture(self, camera: str) -> bytes | None:
        return camera.encode()

    async def explain(self, camera: str) -> Explanation | None:
        return None

    def vital(self, camera: str) -> Vital | None:
        return Vital(idle_s=0.0, last_picture_at=self._clock.now())


def run_hub(order: Order, told: Connection) -> None:
    """Run the hub of a site until it is stopped or killed; says "ready" on the pipe when it is."""
    log = os.open(order.site / "hub.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 2)
    set_up_logs("text")
    clock = FastClock(order.pace, ClockFile(order.site / "clock"))

    class SteeredCamera(hub_rtsp.driver.RtspCamera):
        """Notes how it was turned."""

        async def turn_to(self, preset: str) -> None:
            camera = self._options.url.reveal().rpartition("/")[2]
            with (order.site / TURNED).open("a", encoding="utf-8") as notes:
                notes.write(f"{camera}\n")

    vars(hub_rtsp.driver)["RtspCamera"] = SteeredCamera
    parts = load_parts(order.site)
    require_sound(parts)

    def scripted(*, on_status: Callable[[CameraStatus], None], **more: object) -> ScriptedWatch:
        return ScriptedWatch(order, clock, on_status)

    vars(hub.runtime.hub)["WatchPool"] = scripted

    async def work() -> None:
        running = Hub(parts, clock)
        saying = asyncio.create_task(_say_when_ready(running, told))
        await running.run()
        saying.cancel()

    run_fast(clock, work)


async def _say_when_ready(running: Hub, told: Connection) -> None:
    await running.ready.wait()
    told.send("ready")
