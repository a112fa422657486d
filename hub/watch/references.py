"""The files of the reference views, below `references/CAMERA/` in the data folder.

    day-1.npz     what the judge learned       day-1.jpg   how it looked
    memory.bin    what the judge remembers besides, such as learned ranges
    set-aside/    files that cannot be read; nobody reads them again

What was approved or rejected is not in them: the journal has it, and every order says it. Whoever can write here can
make the watch learn anew, and nothing more.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from hub.vision.reference import Reference
from hub.watch.files import read_bounded, write_whole

_log = structlog.get_logger("hub.watch")
_UNFIT = re.compile(r"[^\w-]")
_ID = re.compile(r"[a-z]{1,20}-[0-9]{1,6}")
_MEMORY = "memory.bin"
_ASIDE = "set-aside"
_MOST = 500
"""Views that are read of one camera; a bank has fewer."""


class Kept(NamedTuple):
    """What is on disk of one camera: its views, oldest first, and what the judge remembered."""

    references: tuple[Reference, ...] = ()
    memory: bytes = b""


def folder_of(references: Path, camera: str) -> Path:
    """The folder of a camera's views."""
    return references / _UNFIT.sub("_", camera)


def picture_of(folder: Path, reference: str) -> Path:
    """Where the picture of a view is."""
    return folder / f"{_checked(reference)}.jpg"


def number_of(reference: str) -> int:
    """The running number in the name of a view; 0 for a name that has none.

    >>> number_of("day-12")
    12
    """
    return int(reference.rpartition("-")[2]) if _ID.fullmatch(reference) else 0


def load(references: Path, camera: str) -> Kept:
    """Everything that can be read of a camera; what cannot is set aside with a line in the log. Never raises."""
    _set_old_layout_aside(references, camera)
    folder = folder_of(references, camera)
    try:
        names = sorted((path.stem for path in folder.glob("*.npz")), key=number_of)
    except OSError as error:
        _log.error("reference views unreadable, learning anew", camera=camera, reason=reason_of(error))
        names = []
    found = [load_one(references, camera, name) for name in names[-_MOST:]]
    return Kept(tuple(each for each in found if each is not None), _load_memory(folder, camera))


def load_one(references: Path, camera: str, reference: str) -> Reference | None:
    """One view; None when it is not there or cannot be read. Nobody has approved it as far as this file goes."""
    folder = folder_of(references, camera)
    path = folder / f"{reference}.npz"
    try:
        data = read_bounded(path)
        if not _ID.fullmatch(reference):
            raise ValueError("its name is not that of a view")
        view = Reference.from_bytes(data)
        if view.id != reference:
            raise ValueError(f"it holds the view {view.id[:40]!r}")
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.error("reference view unreadable", camera=camera, file=path.name, reason=reason_of(error))
        return None
    except ValueError as error:
        _set_aside(path, folder, camera, reason_of(error))
        return None
    return replace(view, approved=False)


def save(references: Path, camera: str, view: Reference, picture: bytes) -> None:
    """Keep a view with its picture. Raises `OSError`."""
    folder = folder_of(references, camera)
    # The picture first: a view without its picture could be shown to nobody.
    write_whole(picture_of(folder, view.id), picture)
    write_whole(folder / f"{_checked(view.id)}.npz", view.to_bytes())


def remove(references: Path, camera: str, views: Iterable[str]) -> None:
    """Forget views for good; evidence that was made of their pictures stays. Raises `OSError`."""
    folder = folder_of(references, camera)
    for name in views:
        for path in (folder / f"{_checked(name)}.npz", picture_of(folder, name)):
            path.unlink(missing_ok=True)


def save_memory(references: Path, camera: str, memory: bytes) -> None:
    """Keep what the judge remembers. Raises `OSError`."""
    write_whole(folder_of(references, camera) / _MEMORY, memory)


def reason_of(error: Exception) -> str:
    """What went wrong, without the paths of this machine."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _checked(reference: str) -> str:
    """The name of a view, fit to be that of a file."""
    if not _ID.fullmatch(reference):
        raise ValueError(f"{reference[:40]!r} is not the name of a reference view")
    return reference


def _load_memory(folder: Path, camera: str) -> bytes:
    try:
        return read_bounded(folder / _MEMORY)
    except FileNotFoundError:
        return b""
    except (OSError, ValueError) as error:
        _log.error("what the judge remembered is unreadable", camera=camera, reason=reason_of(error))
        return b""


def _set_old_layout_aside(references: Path, camera: str) -> None:
    """Views of a former version lay beside the folders and are of another make."""
    folder = folder_of(references, camera)
    for suffix in (".npz", ".jpg"):
        path = references / f"{folder.name}{suffix}"
        if path.is_file():
            _set_aside(path, folder, camera, "a former version wrote it")


def _set_aside(path: Path, folder: Path, camera: str, reason: str) -> None:
    _log.error("reference view set aside, learning anew", camera=camera, file=path.name, reason=reason)
    try:
        (folder / _ASIDE).mkdir(parents=True, exist_ok=True)
        path.replace(folder / _ASIDE / path.name)
    except OSError as error:
        _log.error("file not set aside", camera=camera, file=path.name, reason=reason_of(error))
