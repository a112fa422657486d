"""Brings a site's files to the shape of this version, and says beforehand what that means.

The hub does the same to each file when it opens it. Doing it on purpose means: with a backup, in one go, and verified.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import msgspec

from hub.clock import Clock
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import load_site
from hub.config.problems import Problem, errors_of
from hub.errors import ConfigError, SiteError
from hub.journal.projection import FILE as SEARCH
from hub.journal.projection import VERSION as SEARCH_VERSION
from hub.journal.verify import verify
from hub.ports import Store
from hub.runtime.backup.journal_file import journal_path, open_journal
from hub.runtime.backup.making import Made, Wish, make_backup
from hub.runtime.backup.notes import leave_note
from hub.runtime.backup.swap import require_whole
from hub.runtime.parts import load_parts
from hub.runtime.recording.index import VERSION as INDEX_VERSION
from hub.runtime.recording.index import RecordIndex
from hub.server.accounts.book import BOOK, AccountBook
from hub.server.accounts.tables import later_columns

State = Literal["current", "older", "newer", "absent", "damaged", "by_hand"]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The shape of one file: what it is, and what this version makes of it."""

    part: str
    file: str
    found: str
    wanted: str
    state: State


@runtime_checkable
class Shaped(Protocol):
    """A store that can say which steps its file has gone through."""

    def steps(self) -> tuple[list[str], list[str], list[str]]:
        """Those that were taken, those to be taken, and those that this version does not know."""


def survey(site: Path) -> list[Standing]:
    """How the site's files stand; nothing is changed. Raises `SiteError`."""
    require_whole(site)
    written = to_do_by_hand(site)
    files = Standing(
        part="files",
        file="hub.toml, rules/",
        found=f"{len(written)} mistakes" if written else "",
        wanted="",
        state="by_hand" if written else "current",
    )
    try:
        return [*_standings(load_site(site)), files]
    except ConfigError:
        return [files]


def to_do_by_hand(site: Path) -> list[Problem]:
    """What people wrote that this version cannot read: nobody but they can say what they meant."""
    try:
        return [problem for problem in errors_of(load_parts(site).problems) if not problem.plugin]
    except ConfigError as error:
        return [problem for problem in error.problems if isinstance(problem, Problem)]


def upgrade(
    site: Path, backups: Path | None, clock: Clock, progress: Callable[[int, int], None] | None = None
) -> Made | None:
    """Bring every file to the shape of this version; first a copy of the site goes to `backups`. Raises `SiteError`."""
    config = load_site(site)
    too_new = [one for one in _standings(config) if one.state in ("newer", "damaged")]
    if too_new:
        raise SiteError(
            f"{too_new[0].file} is {too_new[0].state}: nothing was changed.", hint="Update the software first."
        )
    made: Made | None = None
    if backups is not None:
        made = make_backup(site, wish := Wish(backups), clock, progress)
        leave_note(config.data_folder, made, wish, clock.now())
    path, data = journal_path(config), config.data_folder
    if path.is_file():
        # Opened for writing it takes the steps itself, under the lock that keeps hubs away.
        store = open_journal(path, create=True)
        try:
            verdict = verify(store)
        finally:
            store.close()
        if not verdict.ok:
            raise SiteError(f"The journal does not hold: {verdict.problem}", hint="Put the backup back.")
    if (data / BOOK).is_file():
        book = AccountBook(data / BOOK)
        book.open()
        book.close()
    index = data / "recordings.db"
    if index.is_file():
        try:
            RecordIndex(index, create=True).close()
        except sqlite3.Error as error:
            raise SiteError(f"{index} cannot be used: {error}.", hint="Delete it: the hub makes it anew.") from error
    return made


def _standings(config: SiteConfig) -> Iterator[Standing]:
    data = config.data_folder
    yield _journal(journal_path(config))
    yield _accounts(data / BOOK)
    yield _by_version("recordings", data / "recordings.db", "facts", str(INDEX_VERSION), anew=False)
    yield _by_version("search", data / SEARCH, "fact", SEARCH_VERSION, anew=True)


def _journal(path: Path) -> Standing:
    if not path.is_file():
        return Standing(part="journal", file=str(path), found="", wanted="", state="absent")
    try:
        store: Store = open_journal(path)
    except SiteError as error:
        newer = "newer version" in error.message
        return Standing(
            part="journal", file=str(path), found=error.message, wanted="", state="newer" if newer else "damaged"
        )
    try:
        taken, to_take, _ = store.steps() if isinstance(store, Shaped) else ([], [], [])
    finally:
        store.close()
    return Standing(
        part="journal",
        file=str(path),
        found=taken[-1] if taken else "",
        wanted=(to_take or taken or [""])[-1],
        state="older" if to_take else "current",
    )


def _accounts(path: Path) -> Standing:
    if not path.is_file():
        return Standing(part="accounts", file=str(path), found="", wanted="", state="absent")
    try:
        with closing(_reading(path)) as db:
            missing = [
                f"{table}.{name}"
                for table, columns in later_columns().items()
                for name in columns - {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
            ]
    except sqlite3.Error as error:
        return Standing(part="accounts", file=str(path), found=str(error), wanted="", state="damaged")
    return Standing(
        part="accounts",
        file=str(path),
        found=f"without {len(missing)} columns" if missing else "all columns",
        wanted="all columns",
        state="older" if missing else "current",
    )


def _by_version(part: str, path: Path, table: str, wanted: str, *, anew: bool) -> Standing:
    """A file that carries a number. `anew`: it follows from others and is made anew when it is of another version."""
    if not path.is_file():
        return Standing(part=part, file=str(path), found="", wanted=wanted, state="absent")
    try:
        with closing(_reading(path)) as db:
            row = db.execute(f"SELECT value FROM {table} WHERE name = 'version'").fetchone()  # noqa: S608 # our own name
    except sqlite3.Error as error:
        state: State = "absent" if anew else "damaged"
        return Standing(part=part, file=str(path), found=str(error), wanted=wanted, state=state)
    found = str(row[0]) if row else ""
    if found == wanted:
        state = "current"
    elif anew:
        state = "absent"
    else:
        state = "newer" if found.isdigit() and int(found) > int(wanted) else "older"
    return Standing(part=part, file=str(path), found=found, wanted=wanted, state=state)


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads, and leaves nothing behind."""
    log = path.with_name(path.name + "-wal")
    how = "mode=ro" if log.exists() else "immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=5.0)
