"""Between the watch and the core: which cameras to watch, and what their statuses change on record."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress

import structlog

from hub.clock import Clock
from hub.core.catalogue import FINDINGS, CameraRelearned, CameraRetried, ReferenceLearned, WorkerDied, WorkerStarted
from hub.core.event import Draft, Record
from hub.core.state import CameraState, State
from hub.core.status import CameraStatus, FindingLevel, reconcile
from hub.errors import AuthRejected, DeviceError
from hub.ports import CameraDriver
from hub.runtime.core_loop import CoreLoop
from hub.secret import redact
from hub.watch.messages import WatchOrder, WatchSettings
from hub.watch.pool import WatchPool

log = structlog.get_logger("watch")

_ASK_AGAIN_S = 10.0


class Watching:
    """Keeps the pool's orders in line with hub.toml and the record in line with the statuses."""

    def __init__(self, core: CoreLoop, clock: Clock) -> None:
        self.statuses: dict[str, CameraStatus] = {}
        self.on_pulse: Callable[[], None] = lambda: None
        self._core = core
        self._clock = clock
        self._pool: WatchPool | None = None
        self._drivers: Mapping[str, CameraDriver] = {}
        self._settings: Mapping[str, WatchSettings] = {}
        self._ordering: asyncio.Task[None] | None = None
        self._proposed = False
        self._tasks: set[asyncio.Future[None]] = set()

    def use_pool(self, pool: WatchPool) -> None:
        self._pool = pool

    async def order(self, drivers: Mapping[str, CameraDriver], settings: Mapping[str, WatchSettings]) -> None:
        """Watch exactly these cameras. A driver that cannot say where its stream is, is asked again every 10 s."""
        self._drivers, self._settings = drivers, settings
        self.statuses = {camera: status for camera, status in self.statuses.items() if camera in drivers}
        await self.stop()
        self._ordering = asyncio.create_task(self._order(), name="watch orders")

    async def stop(self) -> None:
        if self._ordering is not None:
            self._ordering.cancel()
            with suppress(asyncio.CancelledError):
                await self._ordering

    async def picture(self, camera: str) -> bytes | None:
        return await self._pool.picture(camera) if self._pool is not None else None

    def follow(self, records: Sequence[Record]) -> None:
        """Carry out what people asked of a camera."""
        for record in records:
            match record.event:
                case CameraRetried(camera=camera):
                    self._soon(self._retry(camera))
                case CameraRelearned(camera=camera):
                    self._soon(self._relearn(camera))

    def take_status(self, status: CameraStatus) -> None:
        """A worker said how a camera is."""
        if status.camera not in self._drivers:
            return
        self.statuses[status.camera] = status
        self.on_pulse()
        if not self._proposed and self._differs(self._core.state, status):
            self._proposed = True
            self._core.propose_soon(self._reconcile_all)

    def take_worker(self, event: WorkerStarted | WorkerDied) -> None:
        if isinstance(event, WorkerDied):
            log.error("worker_died", worker=event.worker, reason=event.reason, cameras=len(event.cameras))
        self._core.propose_soon(lambda state: [Draft(event, actor=f"watch:{event.worker}")])

    def take_learned(self, event: ReferenceLearned) -> None:
        log.info("reference_learned", camera=event.camera)
        self._core.propose_soon(lambda state: [Draft(event, actor="watch")])

    def _differs(self, state: State, status: CameraStatus) -> bool:
        return bool(reconcile(_known(state, status.camera), status))

    def _reconcile_all(self, state: State) -> list[Draft]:
        self._proposed = False
        return [
            Draft(event, actor="watch", at=status.at)
            for status in self.statuses.values()
            for event in reconcile(_known(state, status.camera), status)
        ]

    async def _order(self) -> None:
        while True:
            orders, failed = [], False
            for camera, driver in self._drivers.items():
                try:
                    stream = await driver.stream()
                except Exception as error:  # a driver is a plugin: it may raise anything, and costs its camera only
                    failed = failed or not isinstance(error, AuthRejected)
                    self._report_failure(camera, error)
                else:
                    refused = _known(self._core.state, camera).findings.get("access.refused")
                    orders.append(
                        WatchOrder(
                            camera=camera,
                            stream=stream,
                            settings=self._settings[camera],
                            refused_at=refused.since_at if refused is not None else None,
                        )
                    )
            if self._pool is not None:
                await self._pool.watch(orders)
            if not failed:
                return
            await asyncio.sleep(_ASK_AGAIN_S)

    def _report_failure(self, camera: str, error: Exception) -> None:
        words = redact(str(error)) if isinstance(error, DeviceError) else redact(f"{type(error).__name__}: {error}")
        log.warning("camera_has_no_stream", camera=camera, error=words)
        now = self._clock.now()
        refused = isinstance(error, AuthRejected)
        kind = "access.refused" if refused else "signal.lost"
        known = self.statuses.get(camera)
        since_at = known.findings[0].since_at if known is not None and known.findings else now
        self.take_status(
            CameraStatus(
                camera=camera,
                at=now,
                signal="refused" if refused else "lost",
                findings=[FindingLevel(kind=kind, since_at=since_at, detail=words)],
                undecided=[name for name in FINDINGS if name.startswith(("picture.", "view."))],
            )
        )

    async def _retry(self, camera: str) -> None:
        if self._pool is not None:
            await self._pool.retry(camera)

    async def _relearn(self, camera: str) -> None:
        if self._pool is not None:
            await self._pool.relearn(camera)

    def _soon(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _known(state: State, camera: str) -> CameraState:
    return state.cameras.get(camera) or CameraState(id=camera)
