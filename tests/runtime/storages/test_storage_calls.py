"""Storages that hang, break and lie cost nobody but themselves."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from hub.clock import SystemClock
from hub.errors import NotStored, PluginError, StorageUnavailable
from hub.ports import StorageSpace, StoredObject
from hub.runtime.storages.calls import StorageCalls


class Awkward:
    """A storage whose every call does what the test says."""

    def __init__(self, do: Callable[[], bytes]) -> None:
        self.do = do

    def put(self, name: str, source: Path, *, sha256: str, keep_until_at: datetime | None) -> None:
        self.do()

    def read(self, name: str, start: int, length: int) -> bytes:
        return self.do()

    def delete(self, name: str) -> None:
        self.do()

    def names(self, prefix: str) -> Iterator[StoredObject]:
        self.do()
        yield StoredObject("a", 1)

    def space(self) -> StorageSpace:
        self.do()
        return StorageSpace()

    def close(self) -> None:
        self.do()


def test_a_storage_that_hangs_is_left_behind_and_takes_four_threads_at_most() -> None:
    let_go = threading.Event()
    clock = SystemClock()

    def hang() -> bytes:
        let_go.wait(30)
        return b""

    calls = StorageCalls("nas", Awkward(hang), call_s=0.2)
    before, began_s = threading.active_count(), clock.monotonic()

    def ask(_: int) -> str:
        try:
            calls.read("a", 0, 1)
        except StorageUnavailable as error:
            return error.message
        return "answered"

    with ThreadPoolExecutor(12) as pool:
        said = set(pool.map(ask, range(12)))
    assert said == {"The storage nas does not answer."}
    assert threading.active_count() <= before + 4
    assert clock.monotonic() - began_s < 5.0
    let_go.set()


def test_a_storage_that_answers_again_is_used_again() -> None:
    let_go = threading.Event()

    def wait() -> bytes:
        let_go.wait(30)
        return b"x"

    calls = StorageCalls("nas", Awkward(wait), call_s=0.2)
    for _ in range(5):
        with pytest.raises(StorageUnavailable):
            calls.read("a", 0, 1)
    let_go.set()
    assert calls.read("a", 0, 1) == b"x"


def test_what_a_storage_may_not_raise_is_a_fault_of_its_plugin() -> None:
    def broken() -> bytes:
        raise KeyError("oops")

    def io() -> bytes:
        raise OSError(5, "Input/output error")

    def missing() -> bytes:
        raise NotStored("there is none")

    for do, kind in ((broken, PluginError), (io, StorageUnavailable), (missing, NotStored)):
        calls = StorageCalls("nas", Awkward(do))
        for call in (calls.space, lambda calls=calls: calls.read("a", 0, 1), lambda calls=calls: calls.names("")):
            with pytest.raises(kind):
                call()


def test_a_source_that_is_not_there_is_no_fault_of_the_storage(tmp_path: Path) -> None:
    calls = StorageCalls("nas", Awkward(lambda: b""))
    with pytest.raises(FileNotFoundError):
        calls.put("a", tmp_path / "none", sha256="", keep_until_at=None)
