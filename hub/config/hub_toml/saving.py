"""Saves a changed hub.toml: whole or not at all, and never over what somebody else saved meanwhile."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from hub.config.load import FILE
from hub.config.read import read_text
from hub.errors import ConfigError, SiteError, WrongState

KEPT = 20
"""So many former versions stay."""


def change_site(folder: Path, change: Callable[[str], str], check: Callable[[str], None], at: datetime) -> Path:
    """Put `change(text)` in the place of hub.toml and return where the former version is kept: `hub.toml.TIME.bak`.

    `check` is given the new text and raises when the hub would not run with it. Raises what both raise, `ConfigError`
    and `SiteError` when the file cannot be read or written, and `WrongState` when it was changed meanwhile; hub.toml is
    as it was then.
    """
    path = (folder / FILE).resolve()
    before, problems = read_text(path, FILE)
    if problems:
        raise ConfigError(problems)
    after = change(before)
    check(after)
    try:
        kept = _keep(path, before, at)
        _replace(path, before, after)
    except OSError as error:
        raise SiteError(
            f"{FILE} cannot be written: {error.strerror or type(error).__name__}.",
            hint="Let the hub's user write in the site's folder; the service may have it read-only.",
        ) from error
    return kept


def _keep(path: Path, text: str, at: datetime) -> Path:
    """The former version beside the file, readable for as few as the file itself; the oldest beyond `KEPT` go."""
    kept = path.with_name(f"{path.name}.{at:%Y%m%dT%H%M%S.%fZ}.bak")
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, path.stat().st_mode & 0o777), "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    for old in sorted(path.parent.glob(f"{path.name}.*T*Z.bak"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return kept


def _replace(path: Path, before: str, after: str) -> None:
    was = path.stat()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after.encode())
            file.flush()
            os.fchmod(file.fileno(), was.st_mode & 0o777)
            with suppress(PermissionError):  # only root gives files away; the owner stays who writes it then
                os.fchown(file.fileno(), was.st_uid, was.st_gid)
            os.fsync(file.fileno())
        if path.read_bytes() != before.encode():
            raise WrongState("hub.toml was changed by somebody else meanwhile.", hint="Look at it, and try again.")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
