"""What belongs to a copy of the site: what people wrote, and what the hub knows. Recordings are too large for it."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from hub.config.hub_toml.site import SiteConfig
from hub.config.load import FILE
from hub.errors import SiteError
from hub.runtime.backup.journal_file import journal_path
from hub.runtime.releases.releasing import FOLDER as RELEASES
from hub.watch.recording.file import SEALS

Part = Literal["site", "secrets", "data", "seals"]
"""The folders of an archive: what lies beside hub.toml, `secrets/`, the data folder, and the lists that the seals of
recordings stand for."""

RULES, SECRETS = "rules", "secrets"
JOURNAL, ACCOUNTS, INDEX = "data/journal.db", "data/accounts.db", "data/recordings.db"
_SQLITE = b"SQLite format 3\0"
_LEFT_OUT = re.compile(
    r"""
    run | backups
    | search\.db.* | .*-(wal|shm|journal) | .*\.(lock|damaged|part|new|pyc) | __pycache__
    | \.(restore|making|watchroom|writable).* | before-restore-.*
    """,
    re.VERBOSE,
)
"""Names in the data folder of what lives only while the hub runs, is made anew from the rest, or is a copy itself."""


class Item(NamedTuple):
    """A file, and how it is called in the archive: its part and the path below that."""

    name: str
    source: Path
    sqlite: bool = False
    """A database that may be written meanwhile: it is copied by SQLite itself."""


def contents(config: SiteConfig, *, secrets: bool, without: Sequence[Path] = ()) -> Iterator[Item]:
    """What is to be copied, in the order in which it must be: the index of recordings knows nothing of records that
    the journal does not have, and the journal speaks of no picture that is not there.

    `without`: folders that are left out, such as the one with the copies. Raises `SiteError`, `OSError`.
    """
    site, data, journal = config.folder, config.data_folder, journal_path(config)
    if data.resolve() == site.resolve():
        raise SiteError("The data folder is the site's folder.", hint="Give [site] data a folder of its own.")
    # Packages hold recordings; the record has their hash, and they can be prepared anew.
    away = [path.resolve() for path in (config.recording_folder, data / RELEASES, *without)]
    yield Item(f"site/{FILE}", site / FILE)
    databases = [(INDEX, data / "recordings.db"), (JOURNAL, journal), (ACCOUNTS, data / "accounts.db")]
    yield from (Item(name, path, sqlite=True) for name, path in databases if path.is_file())
    known = {path.resolve() for _, path in databases}
    for path in _files(data, [*away, *known]):
        yield Item(f"data/{path.relative_to(data).as_posix()}", path, sqlite=_is_sqlite(path))
    folders = [(RULES, "site"), *([(SECRETS, "secrets")] if secrets else [])]
    own = config.plugins.path
    if own and not Path(own).is_absolute() and ".." not in Path(own).parts:
        folders.append((own, "site"))
    for name, part in folders:
        folder = site / name
        below = folder if part == "secrets" else site
        for path in _files(folder, away):
            yield Item(f"{part}/{path.relative_to(below).as_posix()}", path)
    seals = config.recording_folder / SEALS
    yield from (Item(f"seals/{path.name}", path) for path in _files(seals, []))


def belongs(name: str) -> bool:
    """Whether something of this name in the data folder belongs to a copy of the site."""
    return _LEFT_OUT.fullmatch(name) is None


def _files(folder: Path, away: Sequence[Path]) -> Iterator[Path]:
    """Every file below a folder, in the order of names; links to folders are not followed."""
    for where, folders, names in os.walk(folder):
        here = Path(where)
        folders[:] = sorted(name for name in folders if belongs(name) and (here / name).resolve() not in away)
        for name in sorted(names):
            path = here / name
            if belongs(name) and path.is_file() and path.resolve() not in away:
                yield path


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except FileNotFoundError:
        return False
