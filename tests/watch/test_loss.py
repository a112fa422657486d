"""Signal loss within ten seconds of the last packet, with the default limits, in every way a signal gets lost."""

import asyncio
import socket
import time

import pytest

from hub.watch.messages import WatchSettings
from tests.servers.fixtures import MakeFarm
from tests.watch.conftest import order
from tests.watch.servers import SilentServer

LIMIT_S = 10.0
DEFAULT = WatchSettings(retry_longest_s=2.0)
"""Only the way back is quicker than by default."""


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
async def test_every_loss_is_raised_within_ten_seconds_and_ends_when_the_stream_is_back(camera_farm: MakeFarm, watch):
    watched = await watch(workers=2)
    farm, killed, frozen = camera_farm(cameras=3), camera_farm(), camera_farm()
    with SilentServer() as silent:
        urls = {
            "cut": farm.url(0),
            "stalled": farm.url(1),
            "well": farm.url(2),
            "server-killed": killed.url(0),
            "black-hole": frozen.url(0),
        }
        await watched.pool.watch([order(name, url, DEFAULT) for name, url in urls.items()])
        await watched.until(lambda: all(name in watched.now and watched.now[name].signal == "live" for name in urls))

        began = time.monotonic()
        await asyncio.to_thread(farm.kill, 0)
        farm.stall(1)
        killed.end()
        frozen.freeze()
        urls |= {
            "silent-accept": f"rtsp://u:secret@127.0.0.1:{silent.port}/live",
            "gone-at-start": f"rtsp://u:secret@127.0.0.1:{unused_port()}/live",
        }
        await watched.pool.watch([order(name, url, DEFAULT) for name, url in urls.items()])
        lost = urls.keys() - {"well"}
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

        await asyncio.to_thread(farm.add, 0)
        farm.stall(1, on=False)
        frozen.thaw()
        killed.start()
        back = ("cut", "stalled", "black-hole", "server-killed")
        await watched.until(
            lambda: all(watched.now[name].signal == "live" and not watched.now[name].findings for name in back),
            within_s=40,
        )
