"""Single pictures: a decoder that hangs or dies costs one picture, not the hub."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.clock import SystemClock
from hub.core.viewings.reel import still_of
from hub.runtime.viewing import stills
from hub.runtime.viewing.stills import StillMaker
from hub.testing.clock import FakeClock
from hub.watch.recording.fragments import read_film
from tests.servers.clips import Clips
from tests.watch.recording import Fed, folder_of_recordings, segments_in


@pytest.fixture(scope="module")
def fragment(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Head and first fragment of a recording."""
    clips = Clips(tmp_path_factory.mktemp("clips"))
    folder = folder_of_recordings(tmp_path_factory.mktemp("recordings"))
    fed = Fed(folder, FakeClock(), segment_s=60.0)
    fed.feed(fed.connect(clips.path("plain")), fps=clips.fps)
    fed.recorder.end("stopped")
    fed.recorder.write(room=True)
    [(path, _segment)] = segments_in(folder)
    data = path.read_bytes()
    film = read_film(lambda start, length: data[start : start + length], len(data))
    assert film is not None
    found = still_of(film, 0.0)
    assert found is not None
    return data[: film.head], data[found.begin : found.begin + found.length]


@pytest.fixture
async def maker() -> AsyncIterator[StillMaker]:
    made = StillMaker(SystemClock())
    yield made
    await made.stop()
    assert processes() == []


def processes() -> list[int]:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in children if b"hub.watch.still" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def test_pictures_come_from_one_process(maker: StillMaker, fragment: tuple[bytes, bytes]) -> None:
    assert processes() == []
    for width in (160, 320, 480):
        picture = await maker.make(*fragment, width)
        assert picture is not None
        assert picture[:2] == b"\xff\xd8"
    assert len(processes()) == 1


async def test_what_cannot_be_decoded_is_no_picture_and_no_end(
    maker: StillMaker, fragment: tuple[bytes, bytes]
) -> None:
    assert await maker.make(fragment[0], b"nonsense" * 1000, 320) is None
    assert await maker.make(*fragment, 320) is not None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_after_a_decoder_that_died_or_hangs_the_next_picture_comes(
    maker: StillMaker, fragment: tuple[bytes, bytes], how: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await maker.make(*fragment, 320) is not None
    monkeypatch.setattr(stills, "_ANSWER_S", 0.5)
    [pid] = processes()
    os.kill(pid, how)
    assert await maker.make(*fragment, 320) is None
    monkeypatch.setattr(stills, "_ANSWER_S", 8.0)
    assert await maker.make(*fragment, 320) is not None
