"""Copies that somebody made at the machine, on their way onto the record: a note in `data/run` for each.

The hub that runs takes them up, or the next one that starts. Whoever may read the hub's files can copy them without
this program, so a note is for honest people: it tells who had a copy made, and whether passwords are in it.
"""

import os
import pwd
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from hub.core.backups import BackupTaken
from hub.runtime.backup.making import Made, Wish

log = structlog.get_logger("backup")

_FOLDER = "run"
_NAME = "backup-{}.json"
_LONGEST = 1024 * 1024


def leave_note(data: Path, made: Made, wish: Wish, at: datetime) -> bool:
    """Leave a note of a copy in the data folder; whether that could be done."""
    event = BackupTaken(
        archive=made.path.name,
        folder=str(made.path.parent),
        bytes=made.bytes,
        sha256=made.sha256,
        files=made.files,
        head=made.head,
        encrypted=made.path.suffix == ".age",
        secrets=wish.secrets,
        removed=made.removed,
        user=_user(),
        made_at=at,
    )
    path = data / _FOLDER / _NAME.format(made.sha256[:16])
    waiting = path.with_suffix(".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.encode(event))
            file.flush()
            os.fsync(file.fileno())
        waiting.rename(path)
    except OSError:
        return False
    return True


def left_notes(data: Path) -> Iterator[tuple[Path, BackupTaken]]:
    """The notes that wait, with their files; what is none is removed. Raises `OSError`."""
    for path in sorted((data / _FOLDER).glob(_NAME.format("*"))):
        try:
            with path.open("rb") as file:
                yield path, msgspec.json.decode(file.read(_LONGEST), type=BackupTaken)
        except msgspec.MsgspecError as error:
            log.warning("backup_note_unreadable", file=path.name, error=str(error)[:200])
            path.unlink(missing_ok=True)


def _user() -> str:
    """Who is at the machine: whoever became the hub's user to do this, where that is known."""
    if who := os.environ.get("SUDO_USER", ""):
        return who[:100]
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
