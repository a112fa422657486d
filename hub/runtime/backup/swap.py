"""Puts new files in the place of old ones, all of them or none, whatever kills the process in between.

Everything new lies beside its place already. A list of what is to be done is written, and with it the matter is
decided: from then on whoever comes next brings it to its end. Until then nothing was touched.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from hub.errors import SiteError
from hub.watch.recording.file import sync_folder

STAGE = ".restore"
_LIST = "commit.json"
_LOCK = ".restore.lock"


class Swap(msgspec.Struct, frozen=True):
    """One thing that changes: `target` goes to `aside`, where it is there; `staged` takes its place, where there is
    one. All are absolute, and on one file system."""

    target: str
    aside: str
    staged: str | None = None


class Commit(msgspec.Struct, frozen=True):
    """What was decided."""

    swaps: list[Swap]
    stages: list[str]
    """Folders that are taken away in the end."""


@contextmanager
def alone(site: Path) -> Iterator[None]:
    """One restore at a time. Raises `SiteError`."""
    try:
        fd = os.open(site / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SiteError(f"The hub cannot write in {site}: {error.strerror}.") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise SiteError(f"{site} is being restored at this moment.", hint="Wait for it.") from None
    finally:
        os.close(fd)


def require_whole(site: Path) -> None:
    """Raise `SiteError` when a restore was decided on and not brought to its end."""
    if (site / STAGE / _LIST).is_file():
        raise SiteError(
            f"A restore of {site} was interrupted.",
            hint="`hub restore --finish` brings it to its end, and so does `hub run`.",
        )


def bring_to_end(site: Path) -> bool:
    """What `hub run` does first: finish what an interrupted restore decided on. Whether there was anything.

    Raises `SiteError`.
    """
    if not (site / STAGE).is_dir():
        return False
    try:
        with alone(site):
            return finish(site)
    except OSError as error:
        raise SiteError(
            f"A restore of {site} was interrupted and cannot be finished: {error.strerror} ({error.filename}).",
            hint="See that the disk is there and can be written, then try again.",
        ) from error


def commit(site: Path, swaps: Sequence[Swap], stages: Sequence[Path]) -> None:
    """Decide, and do it. Everything staged must be on the disk for good. Raises `OSError`."""
    content = msgspec.json.encode(Commit([*swaps], [str(stage) for stage in stages]))
    fresh = site / STAGE / f"{_LIST}.new"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(site / STAGE / _LIST)
    sync_folder(site / STAGE)
    finish(site)


def finish(site: Path) -> bool:
    """Bring to its end what was decided; what was only prepared is taken away. Whether there was anything decided.

    Raises `OSError`.
    """
    listed = site / STAGE / _LIST
    if not listed.is_file():
        shutil.rmtree(site / STAGE, ignore_errors=True)
        return False
    decided = msgspec.json.decode(listed.read_bytes(), type=Commit)
    touched: set[Path] = set()
    for swap in decided.swaps:
        _swap(swap)
        touched |= {Path(swap.target).parent, Path(swap.aside).parent}
    for folder in touched:
        if folder.is_dir():
            sync_folder(folder)
    # The list goes last of all: as long as it is there, everything above can be done again.
    own = site / STAGE
    for stage in decided.stages:
        if Path(stage) != own:
            shutil.rmtree(stage, ignore_errors=True)
    listed.unlink()
    sync_folder(own)
    shutil.rmtree(own, ignore_errors=True)
    return True


def _swap(swap: Swap) -> None:
    """Done twice, it is as if it had been done once."""
    target, aside = Path(swap.target), Path(swap.aside)
    staged = Path(swap.staged) if swap.staged is not None else None
    if staged is not None and not os.path.lexists(staged):
        return
    if os.path.lexists(target) and not os.path.lexists(aside):
        aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.rename(aside)
    if staged is not None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        staged.rename(target)
