"""The bytes of a recording wherever it lies, also while it is on its way, and in a storage elsewhere."""

from pathlib import Path

import pytest

from hub.errors import NotFound, SiteError
from hub.runtime.viewing.files import RecordFiles
from hub.watch.recording.file import CLOSED, OPEN

BARE = "gate_main_20260105T080000.000Z.mp4"
NAME = f"gate/2026-01-05/{BARE}"
DATA = bytes(range(256)) * 16


class Storage:
    """A storage that counts what it is asked."""

    def __init__(self, size: int) -> None:
        self.data = bytes(number % 251 for number in range(size))
        self.asked: list[tuple[int, int]] = []

    def read(self, name: str, start: int, length: int) -> bytes:
        self.asked.append((start, length))
        return self.data[start : start + length]


def nowhere(name: str, start: int, length: int) -> bytes:
    raise SiteError(f"The recording {name} is not there.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (OPEN, CLOSED, "gate/2026-01-05"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("place", [f"{OPEN}/{BARE}", f"{CLOSED}/{BARE}~{'0' * 64}", NAME])
def test_a_file_is_read_wherever_it_is_on_its_way(folder: Path, place: str) -> None:
    (folder / place).write_bytes(DATA)
    files = RecordFiles(folder, nowhere)
    assert files.read(NAME, 10, 20) == DATA[10:30]
    assert files.read(NAME, len(DATA) - 5, 20) == DATA[-5:]
    assert files.size_of_open(NAME) == len(DATA)


def test_what_is_gone_is_said(folder: Path) -> None:
    files = RecordFiles(folder, nowhere)
    with pytest.raises(SiteError):
        files.read(NAME, 0, 1)
    with pytest.raises(NotFound):
        files.size_of_open(NAME)


def test_a_storage_elsewhere_is_asked_for_whole_blocks_and_each_once(folder: Path) -> None:
    storage = Storage(2_500_000)
    files = RecordFiles(folder, storage.read)
    for start in range(0, 2_000_000, 50_000):
        assert files.read(NAME, start, 4096) == storage.data[start : start + 4096]
    assert files.read(NAME, 1_000_000, 200_000) == storage.data[1_000_000:1_200_000]
    assert files.read(NAME, 2_499_990, 100) == storage.data[-10:]
    assert files.read(NAME, 2_600_000, 100) == b""
    assert storage.asked == [(number * 1024 * 1024, 1024 * 1024) for number in range(3)]


def test_so_many_blocks_are_kept_and_no_more(folder: Path) -> None:
    storage = Storage(0)
    storage.data = b"x" * (100 * 1024 * 1024)
    files = RecordFiles(folder, storage.read)
    for number in range(100):
        files.read(NAME, number * 1024 * 1024, 10)
    assert len(files._blocks) == 64
    files.read(NAME, 0, 10)
    assert len(storage.asked) == 101
