"""What every storage of recordings must do."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from hub.clock import SystemClock
from hub.errors import NotStored, StorageError, StorageUnavailable
from hub.plugin_host import Kind, PluginHost
from hub.ports import PluginContext, Storage, StoredObject
from hub.testing.contracts.plugin import PluginContract

_NAME = "gate-1/2026-01-05/gate-1_main_20260105T080000.000Z.mp4"
_PATIENCE_S = 60.0
"""After so long the hub leaves a call behind."""


def make_content(size: int, seed: int = 1) -> bytes:
    """Bytes that do not repeat, the same for the same seed."""
    return hashlib.shake_256(seed.to_bytes(4)).digest(size)


class StorageContract(PluginContract):
    """Subclass it as `TestMyStorage`, set `module`, `name` and `secrets`, and give the fixture `options`.

    For a storage over a network take `RemoteStorageContract`.
    """

    kind: ClassVar[Kind] = "storage"

    def build(self, host: PluginHost, options: Mapping[str, Any], context: PluginContext) -> Storage:
        return host.build_storage(self.name, self.offer(host).options.model_validate(options), context)

    @pytest.fixture
    def storage(self, host: PluginHost, options: Mapping[str, Any], context: PluginContext) -> Iterator[Storage]:
        storage = self.build(host, options, context)
        yield storage
        storage.close()

    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        """A file of 100,003 bytes."""
        path = tmp_path / "source.mp4"
        path.write_bytes(make_content(100_003))
        return path

    def put(self, storage: Storage, source: Path, name: str = _NAME) -> bytes:
        content = source.read_bytes()
        storage.put(name, source, sha256=hashlib.sha256(content).hexdigest(), keep_until_at=None)
        return content

    def test_what_is_stored_is_read_back_exactly(self, storage: Storage, source: Path) -> None:
        content = self.put(storage, source)
        assert storage.read(_NAME, 0, 1_000_000) == content

    def test_any_part_is_read_and_nothing_behind_the_end(self, storage: Storage, source: Path) -> None:
        content = self.put(storage, source)
        assert storage.read(_NAME, 0, 1) == content[:1]
        assert storage.read(_NAME, 4_096, 10_000) == content[4_096:14_096]
        assert storage.read(_NAME, 100_000, 4_096) == content[100_000:]
        assert storage.read(_NAME, 100_003, 10) == b""
        assert storage.read(_NAME, 200_000, 10) == b""

    def test_a_large_file_is_stored_whole(self, storage: Storage, tmp_path: Path) -> None:
        path = tmp_path / "large.mp4"
        path.write_bytes(make_content(20_000_001))
        content = self.put(storage, path)
        start, digest = 0, hashlib.sha256()
        while block := storage.read(_NAME, start, 4_194_304):
            digest.update(block)
            start += len(block)
        assert (start, digest.hexdigest()) == (20_000_001, hashlib.sha256(content).hexdigest())

    def test_storing_again_replaces(self, storage: Storage, source: Path) -> None:
        self.put(storage, source)
        source.write_bytes(b"another")
        self.put(storage, source)
        assert storage.read(_NAME, 0, 1_000) == b"another"
        assert list(storage.names(_NAME)) == [StoredObject(_NAME, 7)]

    def test_what_is_not_there_is_told_apart_from_a_storage_that_is_away(self, storage: Storage, source: Path) -> None:
        self.put(storage, source)
        for name in ("gate-2/2026-01-05/none.mp4", "gate-1/2026-01-05", f"{_NAME}/deeper"):
            with pytest.raises(NotStored):
                storage.read(name, 0, 10)

    def test_what_is_deleted_is_gone_and_deleting_again_does_no_harm(self, storage: Storage, source: Path) -> None:
        self.put(storage, source)
        self.put(storage, source)
        storage.delete(_NAME)
        with pytest.raises(NotStored):
            storage.read(_NAME, 0, 10)
        assert list(storage.names("gate-1/")) == []
        storage.delete(_NAME)
        storage.delete("never/stored.mp4")

    def test_names_are_listed_by_how_they_begin(self, storage: Storage, source: Path) -> None:
        names = ["gate-1/2026-01-05/a.mp4", "gate-1/2026-01-06/b.mp4", "gate-10/2026-01-05/c.mp4", ".catalog/d.json"]
        for name in names:
            self.put(storage, source, name)
        assert sorted(storage.names("")) == sorted(StoredObject(name, 100_003) for name in names)
        assert [one.name for one in storage.names("gate-1/2026-01-05/")] == names[:1]
        assert sorted(one.name for one in storage.names("gate-1")) == names[:3]
        assert [one.name for one in storage.names(".catalog/")] == [".catalog/d.json"]
        assert list(storage.names("gate-2/")) == []

    def test_nothing_outside_is_reached_by_a_name(self, storage: Storage, source: Path) -> None:
        self.put(storage, source)
        for name in ("../escaped", "a/../../escaped", "/etc/passwd", "a//b", "", ".", "a\x00b", "x" * 1_000):
            with pytest.raises(StorageError):
                self.put(storage, source, name)
            with pytest.raises(StorageError):
                storage.read(name, 0, 10)

    def test_it_says_whether_it_can_be_written(self, storage: Storage) -> None:
        space = storage.space()
        assert space.free is None or space.free > 0
        assert space.total is None or space.total >= (space.free or 0)

    def test_everything_is_there_after_opening_again(
        self, host: PluginHost, options: Mapping[str, Any], context: PluginContext, source: Path
    ) -> None:
        first = self.build(host, options, context)
        content = self.put(first, source)
        first.close()
        second = self.build(host, options, context)
        assert second.read(_NAME, 0, 1_000_000) == content
        second.close()

    def test_four_threads_at_once_do_not_disturb_each_other(self, storage: Storage, tmp_path: Path) -> None:
        begin = threading.Barrier(4)

        def work(seed: int) -> bool:
            path = tmp_path / f"{seed}.mp4"
            path.write_bytes(make_content(50_000, seed))
            begin.wait()
            content = self.put(storage, path, f"gate-{seed}/x.mp4")
            return storage.read(f"gate-{seed}/x.mp4", 0, 60_000) == content

        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(work, range(4)))

    def test_a_time_until_which_it_is_kept_is_taken(
        self, storage: Storage, source: Path, context: PluginContext
    ) -> None:
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        until_at = context.clock.now() + timedelta(days=1)
        storage.put(_NAME, source, sha256=digest, keep_until_at=until_at)
        assert storage.read(_NAME, 0, 10) == source.read_bytes()[:10]


class RemoteStorageContract(StorageContract):
    """What a storage must do, too, whose far side can be gone."""

    @pytest.fixture
    def unreachable(self) -> Mapping[str, Any]:
        """Options where nobody answers: a port on which nothing listens."""
        raise NotImplementedError

    def test_nobody_there_means_try_again(
        self,
        host: PluginHost,
        context: PluginContext,
        unreachable: Mapping[str, Any],
        source: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        storage = self.build(host, unreachable, context)
        clock = SystemClock()
        began_s = clock.monotonic()
        calls = [
            lambda: self.put(storage, source),
            lambda: storage.read(_NAME, 0, 10),
            lambda: storage.delete(_NAME),
            lambda: list(storage.names("")),
            storage.space,
        ]
        for call in calls:
            with pytest.raises(StorageUnavailable) as caught:
                call()
            self.assert_no_secret(caught.value, repr(caught.value), caplog.text)
        assert clock.monotonic() - began_s < _PATIENCE_S
        storage.close()
