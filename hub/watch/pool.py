"""The pool of watch workers, as the hub sees it: hand it the cameras, get their statuses.

Runs on the hub's event loop; all callbacks are called there and must not block. A worker that crashes, hangs or talks
nonsense is killed and started again, and until its cameras report anew each has a status that says so.
"""

import asyncio
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import structlog
from msgspec.structs import replace

from hub.clock import Clock
from hub.core.catalogue import WorkerDied, WorkerStarted
from hub.core.explanation import Explanation
from hub.core.findings import ReferenceLearned
from hub.core.status import WATCHED, CameraStatus
from hub.watch.backoff import pause_s
from hub.watch.messages import (
    FromWorker,
    Learned,
    Point,
    Pointing,
    Relearn,
    Report,
    Retry,
    ToWorker,
    Vital,
    WatchOrder,
    WorkerLoad,
)
from hub.watch.orders import refused_now, same_order, tried_again
from hub.watch.process import WorkerFailed, WorkerProcess
from hub.watch.spread import spread, suspects_of, workers_needed

PICTURE_S = 2.0
EXPLAIN_S = 3.0
_RESTART_FIRST_S = 0.5
_RESTART_LONGEST_S = 30.0
_STABLE_S = 120.0
_MOST_APART = 8
T = TypeVar("T")
_log = structlog.get_logger("hub.watch")


class _Slot:
    """A place for one worker, whichever process fills it now."""

    def __init__(self, number: int, *, apart: bool) -> None:
        self.number = number
        self.apart = apart
        self.name = f"watch-{number}"
        self.process: WorkerProcess | None = None
        self.task: asyncio.Task[None] | None = None
        self.failures = 0


class WatchPool:
    """Watches cameras in worker processes. Use from one event loop; `start` before anything else."""

    def __init__(
        self,
        *,
        workers: int,
        folder: Path,
        clock: Clock,
        on_status: Callable[[CameraStatus], None],
        on_worker: Callable[[WorkerStarted | WorkerDied], None],
        on_learned: Callable[[ReferenceLearned], None],
        status_every_s: float = 30.0,
    ) -> None:
        """`workers`: how many processes, 0 for one per core; `folder`: the site's data folder.

        `on_status` gets the whole status of a camera on every change and every `status_every_s`.
        """
        self._workers = workers or os.cpu_count() or 1
        self._folder = folder
        self._clock = clock
        self._on_status = on_status
        self._on_worker = on_worker
        self._on_learned = on_learned
        self._status_every_s = status_every_s
        self._dice = random.SystemRandom()
        self._orders: dict[str, WatchOrder] = {}
        self._placed: dict[str, int] = {}
        self._slots: dict[int, _Slot] = {}
        self._running = False

    async def start(self) -> None:
        """Begin; workers are started when there are cameras for them."""
        self._running = True

    async def stop(self) -> None:
        """End every worker, within seconds, and report nothing any more."""
        self._running = False
        tasks = [slot.task for slot in self._slots.values() if slot.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._slots.clear()
        self._placed.clear()
        self._orders.clear()

    async def watch(self, orders: Sequence[WatchOrder]) -> None:
        """Watch exactly these cameras. Cameras whose order is as before go on undisturbed, in the same worker."""
        assert self._running, "start() comes first"
        new = {order.camera: order for order in orders}
        for name, order in new.items():
            known = self._orders.get(name)
            # What this pool learned of refused credentials holds as long as the stream is the same.
            if known is not None and same_order(known, order):
                order = replace(order, refused_at=known.refused_at)
            new[name] = replace(order, pointing=known.pointing) if known is not None else order
        self._orders = new
        common = [number for number, slot in self._slots.items() if not slot.apart]
        common += [self._add_slot() for _ in range(workers_needed(len(new), self._workers) - len(common))]
        self._place(spread(self._placed, list(new), common))

    async def retry(self, camera: str) -> None:
        """Try a camera again that refused its credentials."""
        if camera in self._orders:
            self._orders[camera] = tried_again(self._orders[camera])
        self._tell(camera, Retry(camera))

    async def relearn(self, camera: str) -> None:
        """Forget a camera's reference view and learn it anew."""
        self._tell(camera, Relearn(camera))

    async def point(self, camera: str, preset: str, moving: bool) -> None:
        """Say where a steered camera points now; it holds until the next call, over the death of a worker too."""
        if camera in self._orders:
            pointing = Pointing(preset=preset, moving=moving)
            self._orders[camera] = replace(self._orders[camera], pointing=pointing)
            self._tell(camera, Point(camera, pointing))

    async def picture(self, camera: str) -> bytes | None:
        """The newest picture as JPEG; None when there is none, or the worker does not give it within 2 s."""
        process = self._process_of(camera)
        return await process.picture(camera, PICTURE_S) if process else None

    async def explain(self, camera: str) -> Explanation | None:
        """Why the camera is judged as it is; None when no worker says it within 3 s."""
        process = self._process_of(camera)
        return await process.explain(camera, EXPLAIN_S) if process else None

    def vital(self, camera: str) -> Vital | None:
        """The figures of a camera that change all the time, at most a second or two old; None without a worker."""
        process = self._process_of(camera)
        return process.vitals.get(camera) if process else None

    @property
    def loads(self) -> dict[str, WorkerLoad]:
        """How the workers that run now keep up, by name."""
        return {slot.name: slot.process.load for slot in self._slots.values() if slot.process is not None}

    @property
    def placed(self) -> dict[str, list[str]]:
        """The cameras of the workers that run now, by the worker's name."""
        running = {number: slot.name for number, slot in self._slots.items() if slot.process is not None}
        return {name: [cam for cam, at in self._placed.items() if at == number] for number, name in running.items()}

    @property
    def processes(self) -> dict[str, int]:
        """The workers that run now: name → process id."""
        return {slot.name: slot.process.pid for slot in self._slots.values() if slot.process is not None}

    # --- inside -----------------------------------------------------------------------------------------------

    def _process_of(self, camera: str) -> WorkerProcess | None:
        slot = self._slots.get(self._placed.get(camera, -1))
        return slot.process if slot else None

    def _tell(self, camera: str, message: ToWorker) -> None:
        process = self._process_of(camera)
        if process is not None:
            process.tell(message)

    def _add_slot(self, *, apart: bool = False) -> int:
        slot = _Slot(len(self._slots) + 1, apart=apart)
        self._slots[slot.number] = slot
        slot.task = asyncio.create_task(self._supervise(slot), name=slot.name)
        return slot.number

    def _place(self, placed: dict[str, int]) -> None:
        self._placed = placed
        for slot in self._slots.values():
            if slot.process is not None:
                slot.process.watch(self._orders_of(slot))

    def _orders_of(self, slot: _Slot) -> list[WatchOrder]:
        return [order for name, order in self._orders.items() if self._placed.get(name) == slot.number]

    async def _supervise(self, slot: _Slot) -> None:
        """Keep one worker running until cancelled."""
        while True:
            started_s = self._clock.monotonic()
            try:
                await self._run_once(slot)
            except Exception as error:  # whatever ended it, its cameras must be watched again
                stable = self._clock.monotonic() - started_s >= _STABLE_S
                slot.failures = 1 if stable else slot.failures + 1
                self._after_death(slot, error)
            await asyncio.sleep(pause_s(slot.failures, _RESTART_FIRST_S, _RESTART_LONGEST_S, self._dice))

    async def _run_once(self, slot: _Slot) -> None:
        process = await WorkerProcess.start(slot.name, self._folder, self._status_every_s, self._clock)
        kill = True
        try:
            orders = self._orders_of(slot)
            process.watch(orders)
            slot.process = process
            self._call(self._on_worker, WorkerStarted(worker=slot.name, cameras=[o.camera for o in orders]))
            await process.listen(lambda message: self._on_message(slot, message))
        except asyncio.CancelledError:
            kill = False
            raise
        finally:
            slot.process = None
            await process.close(kill=kill)

    def _on_message(self, slot: _Slot, message: FromWorker) -> None:
        camera = message.status.camera if isinstance(message, Report) else getattr(message, "camera", "")
        if self._placed.get(camera) != slot.number:
            # It was taken from this worker a moment ago.
            return
        match message:
            case Report(status=status):
                self._orders[camera] = refused_now(self._orders[camera], status)
                self._call(self._on_status, status)
            case Learned():
                self._call(
                    self._on_learned,
                    ReferenceLearned(
                        camera=camera,
                        reference=message.reference,
                        light=message.light,
                        preset=message.preset,
                        picture=message.picture,
                        beside=message.beside,
                        outdated=message.outdated,
                    ),
                )

    def _after_death(self, slot: _Slot, error: Exception) -> None:
        cameras = [order.camera for order in self._orders_of(slot)]
        failed = error if isinstance(error, WorkerFailed) else None
        reason = failed.message if failed else f"It could not be run: {error}."
        _log.error("watch worker died", worker=slot.name, reason=reason, cameras=len(cameras))
        self._call(self._on_worker, WorkerDied(worker=slot.name, reason=reason, cameras=cameras))
        for camera in cameras:
            self._call(self._on_status, self._unknown(camera))
        self._set_apart(slot, cameras, failed.blamed if failed else ())

    def _set_apart(self, slot: _Slot, cameras: list[str], blamed: Sequence[str]) -> None:
        """Give suspects a worker of their own, so that one camera cannot take the others down again and again."""
        apart = sum(slot.apart for slot in self._slots.values())
        if len(cameras) < 2 or (slot.failures < 2 and not blamed) or apart >= _MOST_APART:
            return
        suspects = suspects_of(cameras, blamed)
        number = self._add_slot(apart=True)
        _log.warning("suspected cameras set apart", worker=self._slots[number].name, cameras=suspects)
        self._place({**self._placed, **dict.fromkeys(suspects, number)})

    def _unknown(self, camera: str) -> CameraStatus:
        return CameraStatus(
            camera=camera,
            at=self._clock.now(),
            signal="connecting",
            not_judged="worker",
            undecided=sorted(WATCHED),
        )

    def _call(self, callback: Callable[[T], None], value: T) -> None:
        try:
            callback(value)
        except Exception:  # a fault of who listens must not end the watch
            _log.exception("the watch could not hand over what it saw")
