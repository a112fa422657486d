"""Signal loss within ten seconds of the last packet, with the default limits, in every way a signal gets lost."""

import asyncio
import socket
import time
from pathlib import Path

import pytest

from hub.ports import StreamSpec
from hub.watch.messages import WatchOrder, WatchSettings
from tests.servers.clips import Clips
from tests.servers.fixtures import MakeFarm
from tests.watch.servers import MjpegServer, SilentServer

LIMIT_S = 10.0
DEFAULT = WatchSettings(retry_longest_s=2.0)
"""Only the way back is quicker than by default."""


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


UDP = {"rtsp_transport": "udp"}


@pytest.fixture(scope="module")
def h265(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Clips(tmp_path_factory.mktemp("h265"), key_every=5, codec="libx265").path("plain")


def orders(streams: dict[str, StreamSpec]) -> list[WatchOrder]:
    return [WatchOrder(name, stream, DEFAULT) for name, stream in streams.items()]


@pytest.mark.slow
async def test_every_loss_is_raised_within_ten_seconds_and_ends_when_the_stream_is_back(
    camera_farm: MakeFarm, h265: Path, watch
):
    watched = await watch(workers=2)
    farm, killed, frozen = camera_farm(cameras=5), camera_farm(), camera_farm(cameras=2)
    other = camera_farm(cameras=2, paths={"plain": h265})
    with SilentServer() as silent, MjpegServer() as cut, MjpegServer() as stalled:
        streams = {
            "cut": StreamSpec(farm.url(0)),
            "stalled": StreamSpec(farm.url(1)),
            "well": StreamSpec(farm.url(2)),
            "server-killed": StreamSpec(killed.url(0)),
            "black-hole": StreamSpec(frozen.url(0)),
            "udp-cut": StreamSpec(farm.url(3), UDP),
            "udp-stalled": StreamSpec(farm.url(4), UDP),
            "udp-black-hole": StreamSpec(frozen.url(1), UDP),
            "h265-cut": StreamSpec(other.url(0)),
            "h265-stalled": StreamSpec(other.url(1), UDP),
            "mjpeg-cut": StreamSpec(cut.url),
            "mjpeg-stalled": StreamSpec(stalled.url),
        }
        await watched.pool.watch(orders(streams))
        await watched.until(lambda: watched.live(*streams), within_s=30)

        began = time.monotonic()
        for number in (0, 3):
            await asyncio.to_thread(farm.kill, number)
        await asyncio.to_thread(other.kill, 0)
        for one, number in ((farm, 1), (farm, 4), (other, 1)):
            one.stall(number)
        cut.cut()
        stalled.stall()
        killed.end()
        frozen.freeze()
        broken = streams.keys() - {"well"}
        streams |= {
            "silent-accept": StreamSpec(f"rtsp://u:secret@127.0.0.1:{silent.port}/live"),
            "gone-at-start": StreamSpec(f"rtsp://u:secret@127.0.0.1:{unused_port()}/live"),
        }
        await watched.pool.watch(orders(streams))
        lost = streams.keys() - {"well"}
        took: dict[str, float] = {}

        def all_lost() -> bool:
            for name in lost - took.keys():
                if "signal.lost" in watched.kinds(name):
                    took[name] = time.monotonic() - began
            return took.keys() == lost

        await watched.until(all_lost, within_s=20)
        print({name: round(seconds, 1) for name, seconds in sorted(took.items())})
        assert max(took.values()) <= LIMIT_S
        for name in lost:
            status = watched.now[name]
            [finding] = status.findings
            assert (status.at - finding.since_at).total_seconds() <= LIMIT_S
            assert status.not_judged is None
            assert "view.obstructed" in status.undecided
            assert "secret" not in finding.detail.en
        assert watched.now["well"].signal == "live"
        assert not any(status.findings for status in watched.statuses if status.camera == "well")

        for number in (0, 3):
            await asyncio.to_thread(farm.add, number)
        await asyncio.to_thread(other.add, 0)
        for one, number in ((farm, 1), (farm, 4), (other, 1)):
            one.stall(number, on=False)
        cut.cut(on=False)
        stalled.stall(on=False)
        frozen.thaw()
        killed.start()
        await watched.until(
            lambda: all(watched.now[name].signal == "live" and not watched.now[name].findings for name in broken),
            within_s=40,
        )
