"""The bytes of a recorded file, wherever it lies now: being written, finished, in its place, in another storage."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from hub.errors import NotFound
from hub.watch.recording.file import CLOSED, OPEN

Elsewhere = Callable[[str, int, int], bytes]
"""Bytes of a file that does not lie on this disk: name, start, length. Raises `SiteError`, `StorageError`."""
_BLOCK = 1024 * 1024
_BLOCKS_KEPT = 64
"""Who looks for a moment reads here and there: a storage elsewhere is asked for whole blocks, and each once."""


class RecordFiles:
    """Files by their name below the folder of recordings. From any thread; blocks for the disk or the network."""

    def __init__(self, folder: Path, elsewhere: Elsewhere) -> None:
        self._folder = folder
        self._elsewhere = elsewhere
        self._blocks: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, name: str, start: int, length: int) -> bytes:
        """Bytes of a file; fewer at its end. Raises `NotFound`, `SiteError`, `StorageError`, `OSError`."""
        path = self._find(name)
        if path is not None:
            try:
                with path.open("rb", buffering=0) as file:
                    return os.pread(file.fileno(), length, start)
            except FileNotFoundError:
                # It went on its way between the look and the reading.
                pass
        return self._from_elsewhere(name, start, length)

    def size_of_open(self, name: str) -> int:
        """Bytes so far of a file that is being written. Raises `NotFound`, `OSError`."""
        path = self._find(name)
        if path is None:
            raise NotFound("The file of the recording is no longer there.", hint="See `hub recordings list`.")
        return path.stat().st_size

    def _find(self, name: str) -> Path | None:
        # A file wanders from `.open` to `.closed` to its place: in this order none is missed on its way.
        bare = name.rpartition("/")[2]
        for path in (self._folder / OPEN / bare, *(self._folder / CLOSED).glob(f"{bare}~*"), self._folder / name):
            if path.is_file():
                return path
        return None

    def _from_elsewhere(self, name: str, start: int, length: int) -> bytes:
        found = bytearray()
        first = start // _BLOCK
        for number in range(first, (start + length - 1) // _BLOCK + 1):
            block = self._block(name, number)
            found += block
            if len(block) < _BLOCK:
                break
        skip = start - first * _BLOCK
        return bytes(found[skip : skip + length])

    def _block(self, name: str, number: int) -> bytes:
        key = name, number
        with self._lock:
            if key in self._blocks:
                self._blocks.move_to_end(key)
                return self._blocks[key]
        block = self._elsewhere(name, number * _BLOCK, _BLOCK)
        with self._lock:
            self._blocks[key] = block
            while len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        return block
