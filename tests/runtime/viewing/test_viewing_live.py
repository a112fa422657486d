"""Cameras live: one connection however many look, and an end that is told whatever happens to camera or process."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from hub.core.recordings import Stream
from hub.errors import AuthRejected, DeviceUnreachable
from hub.ports import StreamSpec
from hub.runtime.viewing.live import LiveLines, LiveShow
from hub.watch.messages import WatchSettings
from hub.watch.viewing_pipes import LiveOrder
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips
from tests.watch.servers import MjpegServer, RefusingServer

KEY: tuple[str, Stream] = ("gate", "watched")
SETTINGS = WatchSettings(lost_after_s=2.0, open_timeout_s=2.0)


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path_factory.mktemp("clips"), key_every=5)
    with CameraFarm({"plain": clips.path("plain")}, cameras=1, fps=clips.fps) as running:
        yield running


@pytest.fixture
async def lines() -> AsyncIterator[LiveLines]:
    made = LiveLines()
    yield made
    await made.stop()


def order(url: str) -> LiveOrder:
    return LiveOrder(camera="gate", stream=StreamSpec(url), settings=SETTINGS)


async def gathered(show: LiveShow, count: int) -> bytes:
    """The first bytes that come, so many at least."""
    data = b""
    async with asyncio.timeout(20):
        async for chunk in show.chunks():
            data += chunk
            if len(data) >= count:
                break
    return data


async def until(condition: Callable[[], bool], within_s: float = 15.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.05)


def codec_of(path: Path) -> str:
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.split()[0]


async def test_two_who_look_share_one_connection_and_both_can_begin_to_play(
    lines: LiveLines, farm: CameraFarm, tmp_path: Path
) -> None:
    first = await lines.show(KEY, order(farm.url(0)))
    begun = await gathered(first, 20_000)
    second = await lines.show(KEY, order(farm.url(0)))
    for number, data in enumerate((begun, await gathered(second, 20_000))):
        path = tmp_path / f"{number}.ts"
        path.write_bytes(data)
        assert codec_of(path) == "h264"
    assert farm.clients(0) == 1
    await first.close()
    await first.close()
    assert await gathered(second, 5_000)
    await second.close()
    await until(lambda: farm.clients(0) == 0)


async def test_a_camera_of_still_pictures_is_shown_too(lines: LiveLines, tmp_path: Path) -> None:
    with MjpegServer() as camera:
        show = await lines.show(KEY, order(camera.url))
        assert show.media.startswith("multipart/x-mixed-replace")
        data = await gathered(show, 5_000)
        assert b"--ffmpeg" in data
        assert b"\xff\xd8" in data
        await show.close()


async def test_a_camera_that_refuses_or_is_not_there_is_said_without_its_password(lines: LiveLines) -> None:
    with RefusingServer() as camera:
        with pytest.raises(AuthRejected) as refused:
            await lines.show(KEY, order(f"rtsp://admin:s3cret@127.0.0.1:{camera.port}/gate"))
        assert "s3cret" not in str(refused.value)
    with pytest.raises(DeviceUnreachable):
        await lines.show(KEY, order("rtsp://admin:s3cret@127.0.0.1:1/gate"))


async def test_who_looks_is_told_when_the_camera_goes_and_looks_again_when_it_is_back(
    lines: LiveLines, farm: CameraFarm
) -> None:
    show = await lines.show(KEY, order(farm.url(0)))
    assert await gathered(show, 1_000)
    farm.kill(0)
    try:
        async with asyncio.timeout(15):
            async for _ in show.chunks():
                pass
    finally:
        farm.add(0)
    again = await lines.show(KEY, order(farm.url(0)))
    assert await gathered(again, 1_000)
    await show.close()
    assert await gathered(again, 1_000), "the old one's end is not the new one's"
    await again.close()


async def test_a_process_that_is_killed_ends_the_picture_and_nothing_else(lines: LiveLines, farm: CameraFarm) -> None:
    show = await lines.show(KEY, order(farm.url(0)))
    [pid] = live_processes()
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        async for _ in show.chunks():
            pass
    await show.close()
    again = await lines.show(KEY, order(farm.url(0)))
    assert await gathered(again, 1_000)
    await again.close()
    await until(lambda: live_processes() == [])


async def test_the_address_is_in_no_list_of_processes(lines: LiveLines, farm: CameraFarm) -> None:
    show = await lines.show(KEY, order(farm.url(0)))
    [pid] = live_processes()
    assert b"rtsp" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert b"rtsp" not in Path(f"/proc/{pid}/environ").read_bytes()
    await show.close()


async def test_a_player_that_takes_too_little_skips_to_a_key_frame(
    lines: LiveLines, farm: CameraFarm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hub.runtime.viewing.live._MOST_WAITING", 60_000)
    slow = await lines.show(KEY, order(farm.url(0)))
    quick = await lines.show(KEY, order(farm.url(0)))
    await gathered(quick, 300_000)
    path = tmp_path / "late.ts"
    path.write_bytes(await gathered(slow, 40_000))
    assert path.stat().st_size <= 60_000 + 50_000
    assert codec_of(path) == "h264"
    await slow.close()
    await quick.close()


def live_processes() -> list[int]:
    """Processes of this test that show a camera live."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in children if b"hub.watch.live" in Path(f"/proc/{pid}/cmdline").read_bytes()]
