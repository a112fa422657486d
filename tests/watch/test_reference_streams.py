"""Reference views on a real stream, in a real worker process: learned, approved, rejected, over restarts."""

import asyncio
import hashlib
import os
import signal

import pytest
from msgspec.structs import replace

from hub.watch.references import load
from tests.servers.fixtures import MakeFarm
from tests.watch.conftest import Watched, order


async def restart(watched: Watched) -> None:
    pid = watched.pool.processes["watch-1"]
    os.kill(pid, signal.SIGKILL)
    await watched.until(lambda: watched.pool.processes.get("watch-1", pid) != pid)


def stored(watched: Watched) -> list[str]:
    return [view.id for view in load(watched.folder / "references", "gate").references]


@pytest.mark.slow
async def test_a_view_is_told_of_until_somebody_decides_and_orders_hold_whatever_was_missed(
    camera_farm: MakeFarm, watch
):
    farm = camera_farm()
    watched: Watched = await watch(workers=1)
    ordered = order("gate", farm.url(0))
    await watched.pool.watch([ordered])
    await watched.until(lambda: watched.judged("gate") and bool(watched.learned))
    [learned] = watched.learned
    first = learned.reference
    assert learned.picture is not None
    picture = (watched.folder / "evidence" / learned.picture.path).read_bytes()
    assert hashlib.sha256(picture).hexdigest() == learned.picture.sha256
    assert watched.now["gate"].reference == first
    assert stored(watched) == [first]

    # Nobody has decided: after a restart the hub is told again, of the same view with the same picture.
    await restart(watched)
    await watched.until(lambda: len(watched.learned) == 2)
    assert watched.learned[1] == replace(learned, beside=False)
    await watched.until(lambda: watched.judged("gate"))

    # A worker that missed the word obeys the order all the same; what was replaced stays on disk.
    await watched.pool.watch([replace(ordered, decided={first: "superseded"})])
    await restart(watched)
    await watched.until(lambda: len(watched.learned) == 3)
    second = watched.learned[2].reference
    assert second != first
    assert stored(watched) == [first, second]

    # Back to the former one, without dropping the connection; the other one is forgotten, on disk too.
    await watched.until(lambda: watched.judged("gate"))
    assert watched.now["gate"].reference == second
    before = watched.now["gate"].reconnects
    await watched.pool.watch([replace(ordered, decided={first: "approved", second: "rejected"})])
    await watched.until(lambda: watched.now["gate"].reference == first)
    await watched.until(lambda: watched.judged("gate"))
    assert watched.now["gate"].reconnects == before
    await watched.until(lambda: stored(watched) == [first])
    assert not (watched.folder / "references" / "gate" / f"{second}.jpg").exists()
    kept = watched.learned[2].picture
    assert kept is not None
    assert (watched.folder / "evidence" / kept.path).exists(), "what was shown to people stays"

    # Other cells are ignored: that costs neither the connection nor a view.
    seen = len(watched.statuses)
    masked = replace(ordered, decided={first: "approved", second: "rejected"}, ignored=[0xFF00] * 9)
    await watched.pool.watch([masked])
    await watched.until(lambda: watched.now["gate"].not_judged == "starting")
    await watched.until(lambda: watched.judged("gate"))
    assert watched.now["gate"].reference == first
    assert {status.signal for status in watched.statuses[seen:]} == {"live"}
    assert len(watched.learned) == 3
    await stopped(watched)
    assert (watched.folder / "references" / "gate" / "memory.bin").exists()


async def test_a_steered_camera_is_compared_only_while_it_stands_where_somebody_says(camera_farm: MakeFarm, watch):
    farm = camera_farm()
    watched: Watched = await watch(workers=1)
    await watched.pool.watch([replace(order("gate", farm.url(0)), ptz=True)])
    await watched.until(lambda: "gate" in watched.now and watched.now["gate"].last_picture_at is not None)
    await watched.pool.point("gate", "door", moving=False)
    await watched.until(lambda: watched.judged("gate") and bool(watched.learned))
    assert [event.preset for event in watched.learned] == ["door"]
    await restart(watched)
    await watched.until(lambda: watched.judged("gate"))
    await watched.pool.point("gate", "", moving=True)
    await watched.until(lambda: watched.now["gate"].not_judged == "moving")


async def stopped(watched: Watched) -> None:
    pids = list(watched.pool.processes.values())
    await watched.pool.stop()
    async with asyncio.timeout(10):
        while any(os.path.exists(f"/proc/{pid}") for pid in pids):
            await asyncio.sleep(0.05)
