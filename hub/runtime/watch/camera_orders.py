"""Which streams are to be watched: every camera's driver is asked where its stream is, each on its own."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from msgspec.structs import replace

from hub.errors import AuthRejected, DeviceError, DeviceUnreachable, Unsupported
from hub.ports import CameraDriver, NamedStreams, StreamSpec
from hub.runtime.watch.judged_orders import Complete
from hub.watch.messages import RecordOrder, WatchOrder, WatchSettings
from hub.watch.pool import WatchPool

log = structlog.get_logger("watch")

_LONGEST_ANSWER_S = 10.0
_ASK_AGAIN_S = 10.0
_SAY_AGAIN_S = 30.0
_GATHER_S = 0.05  # answers that come together are handed over together


class CameraSpec(NamedTuple):
    """What hub.toml says of how a camera is watched. A camera whose spec is the same goes on undisturbed."""

    driver: str
    options: Any
    settings: WatchSettings
    recording: RecordOrder | None = None
    """How it is recorded; where its own stream is, the driver says."""


class CameraOrders:
    """Keeps the pool's orders in line with hub.toml and with what the drivers say. On the hub's event loop."""

    def __init__(
        self,
        pool: WatchPool,
        *,
        build: Callable[[str, Any], CameraDriver],
        refused_at: Callable[[str], datetime | None],
        on_answer: Callable[[str, Exception | None], None],
        completing: Callable[[], Complete],
    ) -> None:
        """`build` makes a driver. `refused_at` says since when a camera is known to refuse its credentials.

        `on_answer` is called with a camera and why its driver could not say where the stream is, or None.
        `completing` gives the function that says how each camera is judged at the moment.
        """
        self._pool = pool
        self._build = build
        self._refused_at = refused_at
        self._on_answer = on_answer
        self._completing = completing
        self._specs: dict[str, CameraSpec] = {}
        self._orders: dict[str, WatchOrder] = {}
        self._retried: set[str] = set()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        """Runs from `start` to `stop`."""

    async def start(self) -> None:
        self.task = asyncio.create_task(self._place(), name="watch orders")

    async def stop(self) -> None:
        tasks = [*self._asking.values(), *([self.task] if self.task is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._asking.clear()

    def use(self, specs: Mapping[str, CameraSpec]) -> None:
        """Watch exactly these cameras."""
        for camera in [*self._specs]:
            if specs.get(camera) != self._specs[camera]:
                self._forget(camera)
        for camera, spec in specs.items():
            if camera not in self._specs:
                self._specs[camera] = spec
                self._ask(camera, self._refused_at(camera))
        self._changed.set()

    def look_again(self) -> None:
        """How cameras are judged has changed; their streams go on."""
        self._changed.set()

    def retry(self, camera: str) -> None:
        """Ask the driver of a refused camera again, and let the watch try what it says."""
        if camera in self._specs:
            self._retried.add(camera)
            self._ask(camera, None)

    def _forget(self, camera: str) -> None:
        del self._specs[camera]
        self._orders.pop(camera, None)
        self._retried.discard(camera)
        if (asking := self._asking.pop(camera, None)) is not None:
            asking.cancel()

    def _ask(self, camera: str, refused_at: datetime | None) -> None:
        if (asking := self._asking.pop(camera, None)) is not None:
            asking.cancel()
        self._asking[camera] = asyncio.create_task(
            self._ask_until_known(camera, self._specs[camera], refused_at), name=f"stream of {camera}"
        )

    async def _ask_until_known(self, camera: str, spec: CameraSpec, refused_at: datetime | None) -> None:
        while True:
            try:
                driver = self._build(spec.driver, spec.options)
                async with asyncio.timeout(_LONGEST_ANSWER_S):
                    stream = await driver.stream()
                    recording = await _recording(driver, spec, stream)
                order = WatchOrder(
                    camera=camera,
                    stream=stream,
                    settings=spec.settings,
                    refused_at=refused_at,
                    recording=recording,
                )
            except TimeoutError:
                late = f"The driver {spec.driver} did not say within {_LONGEST_ANSWER_S:.0f} s where the stream is."
                self._unknown(camera, DeviceUnreachable(late))
            except Exception as error:  # a driver is a plugin: it may raise anything, and costs its camera only
                self._unknown(camera, error)
                if isinstance(error, AuthRejected):
                    await self._wait_for_a_person(camera, error)
            else:
                self._orders[camera] = order
                self._changed.set()
                self._on_answer(camera, None)
                return
            await asyncio.sleep(_ASK_AGAIN_S)

    async def _wait_for_a_person(self, camera: str, error: AuthRejected) -> None:
        """Until `retry` cancels it. Says again how it is, as the watch does of the cameras that it sees."""
        while True:
            await asyncio.sleep(_SAY_AGAIN_S)
            self._on_answer(camera, error)

    def _unknown(self, camera: str, error: Exception) -> None:
        if self._orders.pop(camera, None) is not None:
            self._changed.set()
        self._on_answer(camera, error)

    async def _place(self) -> None:
        while True:
            await self._changed.wait()
            if self._asking:
                await asyncio.wait(self._asking.values(), timeout=_GATHER_S)
            self._changed.clear()
            await self._pool.watch([*map(self._completing(), self._orders.values())])
            for camera in [camera for camera in self._retried if camera in self._orders]:
                self._retried.discard(camera)
                await self._pool.retry(camera)


async def _recording(driver: CameraDriver, spec: CameraSpec, watched: StreamSpec) -> RecordOrder | None:
    """The order to record, with the stream where it is another than the watched one."""
    order = spec.recording
    if order is None or order.name == "watched":
        return order
    try:
        if not isinstance(driver, NamedStreams):
            raise Unsupported(f"the driver {spec.driver} knows one stream only")
        stream = await driver.named_stream(order.name)
    except DeviceError as error:
        # The watch must not suffer from it, and something recorded is better than nothing.
        log.warning("stream_not_known", stream=order.name, error=str(error), recorded="the watched stream")
        return order
    return order if stream == watched else replace(order, stream=stream)
