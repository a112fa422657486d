"""A storage of recordings, called with time limits: a share that hangs takes a few threads with it, nothing else."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from hub.core.recordings import Segment
from hub.errors import PluginError, StorageError, StorageUnavailable
from hub.ports import Storage, StorageSpace, StoredObject

T = TypeVar("T")

_AT_ONCE = 4
_PUT_S = 600.0
_CALL_S = 60.0
_BLOCK = 8 * 1024 * 1024
_MOST_NAMES = 100_000


class Miscopied(StorageError):
    """What was read back is not what had been stored. `source_sha256` is of the source, which may be damaged itself."""

    def __init__(self, message: str, *, source_sha256: str) -> None:
        super().__init__(message, hint="Look at the disks and the memory of both sides.")
        self.source_sha256 = source_sha256


class StorageCalls:
    """One storage. All methods may be called from any thread, and block; they raise like `hub.ports.Storage`.

    What a plugin raises besides is a `PluginError`, and an `OSError` of the storage a `StorageUnavailable`.
    """

    def __init__(self, name: str, storage: Storage, *, call_s: float = _CALL_S, put_s: float = _PUT_S) -> None:
        self.name = name
        self._storage = storage
        self._call_s = call_s
        self._put_s = put_s
        self._free = threading.BoundedSemaphore(_AT_ONCE)

    def put(self, name: str, source: Path, *, sha256: str, keep_until_at: datetime | None) -> None:
        """Store a copy; what came of it is not checked. Raises `OSError` when `source` cannot be read."""
        source.stat()
        self._call(lambda: self._storage.put(name, source, sha256=sha256, keep_until_at=keep_until_at), self._put_s)

    def store(self, segment: Segment, source: Path, *, keep_until_at: datetime | None) -> None:
        """Store a segment's file and read it back whole. Raises `Miscopied` too."""
        self.put(segment.name, source, sha256=segment.sha256, keep_until_at=keep_until_at)
        digest, size = hashlib.sha256(), 0
        for block in self.blocks(segment.name):
            digest.update(block)
            size += len(block)
        if (size, digest.hexdigest()) != (segment.bytes, segment.sha256):
            with source.open("rb") as file:
                own = hashlib.file_digest(file, "sha256").hexdigest()
            raise Miscopied(
                f"The storage {self.name} holds {segment.name} otherwise than it was sent.", source_sha256=own
            )

    def read(self, name: str, start: int, length: int) -> bytes:
        return self._call(lambda: self._storage.read(name, start, length), self._call_s)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The whole of it, in pieces of at most 8 MiB."""
        start = 0
        while block := self.read(name, start, _BLOCK):
            yield block
            start += len(block)
            if len(block) < _BLOCK:
                break

    def delete(self, name: str) -> None:
        self._call(lambda: self._storage.delete(name), self._call_s)

    def names(self, prefix: str) -> list[StoredObject]:
        """What is there; 100,000 at most."""
        return self._call(lambda: list(islice(self._storage.names(prefix), _MOST_NAMES)), self._put_s)

    def space(self) -> StorageSpace:
        return self._call(self._storage.space, self._call_s)

    def let_go(self) -> None:
        """Close it, and wait for nothing."""
        threading.Thread(target=self._storage.close, name=f"storage {self.name}", daemon=True).start()

    def _call(self, work: Callable[[], T], within_s: float) -> T:
        # Whoever hangs keeps its place, so that no more threads than these can ever hang.
        if not self._free.acquire(timeout=within_s):
            raise self._silent()
        answer: Future[T] = Future()
        threading.Thread(target=self._run, args=(work, answer), name=f"storage {self.name}", daemon=True).start()
        try:
            return answer.result(within_s)
        except TimeoutError:
            if not answer.done():
                raise self._silent() from None
            raise StorageUnavailable(f"The storage {self.name} did not answer in time.") from None
        except (StorageError, PluginError):
            raise
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise StorageUnavailable(f"The storage {self.name} cannot be used: {reason}.") from error
        except Exception as error:
            raise PluginError(f"The storage {self.name} broke: {type(error).__name__}: {error}") from error

    def _run(self, work: Callable[[], T], answer: "Future[T]") -> None:
        try:
            result = work()
        except BaseException as error:
            answer.set_exception(error)
        else:
            answer.set_result(result)
        finally:
            self._free.release()

    def _silent(self) -> StorageUnavailable:
        return StorageUnavailable(f"The storage {self.name} does not answer.", hint="Is the share or the network hung?")
