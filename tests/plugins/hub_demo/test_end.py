"""The plant's process never outlives the hub that started it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from hub_demo import clips
from hub_demo.state import read_state, remove_state, write_state

CHILD = """
import asyncio, sys
from pathlib import Path
from hub_demo import clips, plant
from hub_demo.rtsp import AccessUnit

unit = AccessUnit((bytes([0x67, 66, 0, 10]), bytes([0x68, 1]), bytes([0x65, 1])), key=True)
plant.render_all = lambda cache: iter(())
plant.load_clip = lambda cache, scene, view: [unit]
asyncio.run(plant.serve(Path(sys.argv[1]), Path(sys.argv[1]), 0))
"""


@pytest.fixture
async def plant(tmp_path: Path) -> asyncio.subprocess.Process:
    """The plant with clips of one picture, so that nothing needs to be painted."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD, str(tmp_path)), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        assert b"ready" in await process.stdout.readline()
    return process


async def test_it_ends_and_tidies_up_when_its_standard_input_closes(
    tmp_path: Path, plant: asyncio.subprocess.Process
) -> None:
    assert read_state(tmp_path)
    assert plant.stdin is not None
    plant.stdin.close()
    async with asyncio.timeout(5):
        assert await plant.wait() == 0
    assert read_state(tmp_path) is None


async def test_killed_it_leaves_a_file_that_the_next_one_replaces(
    tmp_path: Path, plant: asyncio.subprocess.Process
) -> None:
    os.kill(plant.pid, signal.SIGKILL)
    await plant.wait()
    assert read_state(tmp_path)
    write_state(tmp_path, {"rtsp": 1})
    assert read_state(tmp_path) == {"rtsp": 1}
    remove_state(tmp_path)
    (tmp_path / "plant.json").write_text("half of i")
    assert read_state(tmp_path) is None


def test_clips_of_changed_scenes_have_another_place(tmp_path: Path) -> None:
    assert clips.clips_folder(tmp_path).parent == tmp_path
    assert clips.clips_folder(tmp_path) == clips.clips_folder(tmp_path)
