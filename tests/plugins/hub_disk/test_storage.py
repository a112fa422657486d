"""What becomes of a folder on another disk: unmounted, exchanged, full, read-only. On real file systems."""

import errno
import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hub_disk.options import DiskOptions
from hub_disk.storage import DiskStorage

from hub.errors import StorageError, StorageRefused, StorageUnavailable
from hub.plugin_host import build_context
from hub.ports import Storage
from hub.testing.clock import FakeClock
from tests.plugins.rights import folder_elsewhere, mounted, only_readable, unmounted

_NAME = "gate-1/2026-01-05/a.mp4"
_FILE = 300_000
_DISK = "2m"
_UNWRITABLE: Mapping[int, tuple[type[StorageError], str]] = {
    errno.EROFS: (StorageUnavailable, "only be read"),
    errno.EACCES: (StorageRefused, "may not write"),
}


class Place:
    """A mount point below `folder`, and file systems that come there in turn.

    Where nobody may mount, it is a link to a folder on another file system; the disk is full by the limit on the size
    of this process's files then.
    """

    def __init__(self, folder: Path, disks: ExitStack) -> None:
        self.folder, self.path = folder, folder / "mnt"
        self.path.mkdir()
        (folder / "site").mkdir()
        self._disks = disks
        self._mounted = False

    def come(self) -> None:
        """An empty disk is there from now on."""
        self._mounted = mounted(self.path, "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs")
        if not self._mounted:
            disk = self._disks.enter_context(folder_elsewhere(self.folder))
            self.path.rmdir()
            self.path.symlink_to(disk)

    def leave(self) -> None:
        """It is there no more, and what lies below the mount point is."""
        if self._mounted:
            unmounted(self.path)
        elif self.path.is_symlink():
            self.path.unlink()
            self.path.mkdir()
        self._mounted = False

    @contextmanager
    def full(self) -> Iterator[str]:
        """No room for another file meanwhile; yields what is said of that."""
        if self._mounted:
            disk = os.statvfs(self.path)
            (self.path / "ballast").write_bytes(bytes(disk.f_bavail * disk.f_frsize - _FILE // 2))
            yield "it is full"
            return
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE // 2, before[1]))
        try:
            yield "it takes no file as large as that"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def storage(self, *, min_free_gb: float = 0.0, below: str = "recordings", mounted: bool = True) -> Storage:
        context = build_context(
            "disk", site=self.folder / "site", data=self.folder / "site" / "data", clock=FakeClock(), language="en"
        )
        options = DiskOptions(path=self.path / below, min_free_gb=min_free_gb, mounted=mounted)
        return DiskStorage(options, context)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as disks:
        made = Place(tmp_path, disks)
        yield made
        made.leave()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.mp4"
    path.write_bytes(os.urandom(_FILE))
    return path


def put(storage: Storage, source: Path, name: str = _NAME) -> None:
    storage.put(name, source, sha256="", keep_until_at=None)


def test_while_the_disk_is_not_mounted_nothing_is_written_to_the_one_below(place: Place, source: Path) -> None:
    storage = place.storage()
    with pytest.raises(StorageUnavailable, match="not mounted"):
        put(storage, source)
    place.come()
    put(storage, source)
    place.leave()
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
    place.come()
    put(storage, source)
    place.leave()
    place.come()
    with pytest.raises(StorageRefused, match="another disk"):
        put(storage, source)
    os.makedirs(place.path / "recordings")
    (place.path / "recordings" / ".watchroom-storage").write_text("of another hub")
    with pytest.raises(StorageRefused, match="another disk"):
        put(storage, source)


def test_a_full_disk_says_so_and_keeps_no_part_of_a_file(place: Place, source: Path) -> None:
    place.come()
    storage = place.storage()
    for number in range(3):
        put(storage, source, f"gate-1/{number}.mp4")
    with place.full() as said, pytest.raises(StorageUnavailable, match=said):
        put(storage, source, "gate-1/3.mp4")
    there = list(storage.names(""))
    assert len(there) == 3
    assert {one.bytes for one in there} == {_FILE}
    assert [path for path in (place.path / "recordings" / ".incoming").iterdir() if path.name != "probe"] == []


def test_the_room_to_leave_is_left(place: Place, source: Path) -> None:
    place.come()
    disk = os.statvfs(place.path)
    os.truncate(source, disk.f_bavail * disk.f_frsize)  # a hole: it needs no room itself
    with pytest.raises(StorageUnavailable, match="full"):
        put(place.storage(min_free_gb=0.001), source)
    with pytest.raises(StorageUnavailable, match="full"):
        place.storage(min_free_gb=1_000_000.0).space()


def test_a_disk_that_can_only_be_read_is_read(place: Place, source: Path) -> None:
    place.come()
    storage = place.storage()
    put(storage, source)
    with only_readable(place.path.resolve()) as why:
        assert storage.read(_NAME, 0, _FILE) == source.read_bytes()
        error, said = _UNWRITABLE[why]
        for call in (lambda: put(storage, source), storage.space, lambda: storage.delete(_NAME)):
            with pytest.raises(error, match=said):
                call()


def test_a_link_that_somebody_put_there_is_not_listed(place: Place, source: Path) -> None:
    place.come()
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
    place.come()
    put(place.storage(), source)
    half = place.path / "recordings" / ".incoming" / "0123456789abcdef"
    half.write_bytes(b"half")
    put(place.storage(), source, "gate-1/b.mp4")
    assert not half.exists()
    assert len(list(place.storage().names(""))) == 2
