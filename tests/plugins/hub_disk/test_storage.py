"""What becomes of a folder on another disk: unmounted, exchanged, full, read-only. On real file systems."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_disk.options import DiskOptions
from hub_disk.storage import DiskStorage

from hub.errors import StorageError, StorageRefused, StorageUnavailable
from hub.plugin_host import build_context
from hub.ports import Storage
from hub.testing.clock import FakeClock

_NAME = "gate-1/2026-01-05/a.mp4"


class Place:
    """A mount point below `folder`, and file systems that are mounted there in turn."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "mnt"
        self.path.mkdir()
        (folder / "site").mkdir()
        self.mounted: list[Path] = []

    def mount(self, *options: str) -> None:
        done = subprocess.run(["mount", *options, str(self.path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        self.mounted.append(self.path)

    def tmpfs(self, size: str = "8m") -> None:
        self.mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs")

    def umount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.mounted.pop())], check=True)

    def storage(self, *, min_free_gb: float = 0.0, below: str = "recordings", mounted: bool = True) -> Storage:
        context = build_context(
            "disk", site=self.folder / "site", data=self.folder / "site" / "data", clock=FakeClock(), language="en"
        )
        options = DiskOptions(path=self.path / below, min_free_gb=min_free_gb, mounted=mounted)
        return DiskStorage(options, context)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Needs the right to mount, as the tests of full disks do; run them as root or in `unshare -rm`."""
    made = Place(tmp_path)
    yield made
    while made.mounted:
        made.umount()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.mp4"
    path.write_bytes(os.urandom(300_000))
    return path


def put(storage: Storage, source: Path, name: str = _NAME) -> None:
    storage.put(name, source, sha256="", keep_until_at=None)


def test_while_the_disk_is_not_mounted_nothing_is_written_to_the_one_below(place: Place, source: Path) -> None:
    storage = place.storage()
    with pytest.raises(StorageUnavailable, match="not mounted"):
        put(storage, source)
    place.tmpfs()
    put(storage, source)
    place.umount()
    for call in (lambda: put(storage, source), lambda: storage.read(_NAME, 0, 1), storage.space):
        with pytest.raises(StorageUnavailable, match="not mounted"):
            call()
    with pytest.raises(StorageUnavailable):
        storage.delete(_NAME)
    with pytest.raises(StorageUnavailable):
        list(storage.names(""))
    assert list(place.path.iterdir()) == []


def test_another_disk_at_the_same_place_is_not_taken_for_the_right_one(place: Place, source: Path) -> None:
    storage = place.storage()
    place.tmpfs()
    put(storage, source)
    place.umount()
    place.tmpfs()
    with pytest.raises(StorageRefused, match="another disk"):
        put(storage, source)
    os.makedirs(place.path / "recordings")
    (place.path / "recordings" / ".watchroom-storage").write_text("of another hub")
    with pytest.raises(StorageRefused, match="another disk"):
        put(storage, source)


def test_a_full_disk_says_so_and_keeps_no_part_of_a_file(place: Place, source: Path) -> None:
    place.tmpfs("1m")
    storage = place.storage()
    for number in range(3):
        put(storage, source, f"gate-1/{number}.mp4")
    with pytest.raises(StorageUnavailable, match="full"):
        put(storage, source, "gate-1/3.mp4")
    there = list(storage.names(""))
    assert len(there) == 3
    assert {one.bytes for one in there} == {300_000}
    assert [path for path in (place.path / "recordings" / ".incoming").iterdir() if path.name != "probe"] == []


def test_the_room_to_leave_is_left(place: Place, source: Path) -> None:
    place.tmpfs("8m")
    storage = place.storage(min_free_gb=0.0083)
    with pytest.raises(StorageUnavailable, match="full"):
        put(storage, source)
    with pytest.raises(StorageUnavailable, match="full"):
        place.storage(min_free_gb=1.0).space()


def test_a_disk_that_can_only_be_read_is_read(place: Place, source: Path) -> None:
    place.tmpfs()
    storage = place.storage()
    put(storage, source)
    place.mount("-o", "remount,ro")
    place.mounted.pop()
    assert storage.read(_NAME, 0, 300_000) == source.read_bytes()
    for call in (lambda: put(storage, source), storage.space, lambda: storage.delete(_NAME)):
        with pytest.raises(StorageUnavailable, match="only be read"):
            call()


def test_a_link_that_somebody_put_there_is_not_listed(place: Place, source: Path) -> None:
    place.tmpfs()
    storage = place.storage()
    put(storage, source)
    (place.path / "recordings" / "gate-1" / "link.mp4").symlink_to("/etc/passwd")
    assert [one.name for one in storage.names("")] == [_NAME]


def test_a_folder_that_is_said_to_be_mounted_and_is_not_explains_itself(place: Place, source: Path) -> None:
    with pytest.raises(StorageError) as caught:
        place.storage(below="").space()
    assert "`mounted = false`" in caught.value.hint
    put(place.storage(mounted=False), source)


def test_what_a_hub_that_died_had_begun_to_write_is_removed(place: Place, source: Path) -> None:
    place.tmpfs()
    put(place.storage(), source)
    half = place.path / "recordings" / ".incoming" / "0123456789abcdef"
    half.write_bytes(b"half")
    put(place.storage(), source, "gate-1/b.mp4")
    assert not half.exists()
    assert len(list(place.storage().names(""))) == 2
