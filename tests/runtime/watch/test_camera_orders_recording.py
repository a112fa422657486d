"""Which stream is recorded, and over which connection."""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

import pytest

from hub.ports import StreamSpec
from hub.runtime.watch.camera_orders import CameraOrders, CameraSpec
from hub.watch.messages import RecordOrder, WatchOrder, WatchSettings

SUB, MAIN = StreamSpec("rtsp://camera/sub"), StreamSpec("rtsp://camera/main")


class OneStream:
    async def stream(self) -> StreamSpec:
        return SUB


class TwoStreams(OneStream):
    async def named_stream(self, name: Literal["main", "sub"]) -> StreamSpec:
        return {"main": MAIN, "sub": SUB}[name]


class Pool:
    def __init__(self) -> None:
        self.orders: asyncio.Queue[list[WatchOrder]] = asyncio.Queue()

    async def watch(self, orders: Sequence[WatchOrder]) -> None:
        await self.orders.put(list(orders))


async def ordered(driver: Any, recording: RecordOrder | None) -> WatchOrder:
    pool = Pool()
    orders = CameraOrders(
        pool,  # type: ignore[arg-type]
        build=lambda name, options: driver,
        refused_at=lambda camera: None,
        on_answer=lambda camera, error: None,
        completing=lambda: lambda order: order,
    )
    await orders.start()
    try:
        orders.use({"gate": CameraSpec("x", None, WatchSettings(), recording)})
        async with asyncio.timeout(5):
            while not (found := await pool.orders.get()):
                pass
        return found[0]
    finally:
        await orders.stop()


def wanted(name: str) -> RecordOrder:
    return RecordOrder(folder="/srv", name=name)  # type: ignore[arg-type]


async def test_a_camera_that_is_not_to_be_recorded_has_no_order_for_it() -> None:
    assert (await ordered(TwoStreams(), None)).recording is None


@pytest.mark.parametrize("name", ["watched", "sub"])
async def test_the_watched_stream_is_recorded_over_its_own_connection(name: str) -> None:
    order = await ordered(TwoStreams(), wanted(name))
    assert order.recording == wanted(name)
    assert order.recording.stream is None


async def test_another_stream_gets_a_connection_of_its_own() -> None:
    order = await ordered(TwoStreams(), wanted("main"))
    assert order.stream == SUB
    assert order.recording is not None
    assert order.recording.stream == MAIN


async def test_a_driver_that_knows_one_stream_has_that_recorded() -> None:
    order = await ordered(OneStream(), wanted("main"))
    assert order.recording is not None
    assert order.recording.stream is None
