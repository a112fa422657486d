"""Looking at a computer's files: regular ones only, and bounded in number, depth and size.

What is there may have been put there to deceive: a file that cannot be looked at, or a folder with too much in it, is
told as that, and never ends the look.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from hub.api import ProtocolError, Unsupported
from hub_station.parse import shown

UNREADABLE = "cannot be read"
"""Of what the hub's account may not see; that it is so is compared like anything else."""
_LARGEST_TEXT = 64 * 1024 * 1024
_LARGEST_HASHED = 64 * 1024 * 1024
_MOST_NAMES = 5_000
_MOST_ENTRIES = 2_000
_DEEPEST = 4
_PIECE = 1024 * 1024


class Files:
    """The files below `root`. `going_on` is called between them and raises when the time is over."""

    def __init__(self, root: Path, going_on: Callable[[], object]) -> None:
        self._root = root
        self._going_on = going_on

    def at(self, path: str) -> Path:
        """Where the computer's own `path` is."""
        return self._root / path.lstrip("/")

    def text(self, path: str) -> str:
        """A file's text. Raises `Unsupported` when it is not there, `ProtocolError` when it cannot be read."""
        self._going_on()
        place = self.at(path)
        try:
            with os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise ProtocolError(f"{path} is no file.")
                body = file.read(_LARGEST_TEXT + 1)
        except FileNotFoundError:
            raise Unsupported(f"The computer has no {path}.", hint="See `root` and `compare`.") from None
        except OSError as error:
            raise ProtocolError(f"{path} cannot be read: {error.strerror or 'unknown reason'}.") from None
        if len(body) > _LARGEST_TEXT:
            raise ProtocolError(f"{path} is larger than {_LARGEST_TEXT // 1024 // 1024} MiB.")
        return body.decode("utf-8", "replace")

    def names(self, folder: str) -> tuple[str, ...] | None:
        """What lies in a folder, sorted; None where that cannot be seen, nothing where there is no such folder."""
        self._going_on()
        try:
            with os.scandir(self.at(folder)) as entries:
                found = [entry.name for entry in islice(entries, _MOST_NAMES + 1)]
        except PermissionError:
            return None
        except OSError:
            return ()
        return tuple(sorted(found)) if len(found) <= _MOST_NAMES else None

    def walk(self, folder: str, *, deep: int = _DEEPEST, most: int = _MOST_ENTRIES) -> Iterator[tuple[str, str]]:
        """Every file and link below a folder, as path below it and value; `most` of them, and then that there is
        more."""
        for told, (name, value) in enumerate(self._below(folder, deep)):
            if told == most:
                yield ".", f"more than {most} files"
                return
            yield name, value

    def _below(self, folder: str, deep: int) -> Iterator[tuple[str, str]]:
        names = self.names(folder)
        if names is None:
            yield ".", UNREADABLE
            return
        for name in names:
            path = f"{folder}/{name}"
            value = self.value(path)
            if value is not None:
                yield name, value
            elif deep > 1 and name != "__pycache__" and self._is_folder(path):
                for below, found in self._below(path, deep - 1):
                    yield str(PurePosixPath(name) / below), found

    def _is_folder(self, path: str) -> bool:
        try:
            return stat.S_ISDIR(self.at(path).lstat().st_mode)
        except OSError:
            return False

    def value(self, path: str) -> str | None:
        """What is compared of a file: its hash, or where a link leads. None for what is neither."""
        self._going_on()
        place = self.at(path)
        try:
            about = place.lstat()
            if stat.S_ISLNK(about.st_mode):
                return f"→ {shown(str(place.readlink()))}"
            if not stat.S_ISREG(about.st_mode):
                return None
            if about.st_size > _LARGEST_HASHED:
                return f"{about.st_size} bytes, not hashed"
            return self._hash(place)
        except PermissionError:
            return UNREADABLE
        except OSError:
            return None

    def _hash(self, place: Path) -> str:
        digest, left = hashlib.sha256(), _LARGEST_HASHED
        with os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as file:
            while left > 0 and (piece := file.read(min(_PIECE, left))):
                digest.update(piece)
                left -= len(piece)
        return f"sha256:{digest.hexdigest()}"
