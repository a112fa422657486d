"""The folders below a site's data folder."""

from pathlib import Path

from hub.errors import SiteError


def make_folders(data: Path) -> None:
    """Make the data folder and those in it. Raises `SiteError`."""
    for name in ("", "evidence", "references", "run"):
        make_private(data / name)


def make_private(folder: Path) -> None:
    """Make a folder that only the hub's user can enter. Raises `SiteError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SiteError(
            f"The hub cannot write in {folder}: {error.strerror}.",
            hint="Let the hub's user own it, or name another folder with [site] data in hub.toml.",
        ) from error
