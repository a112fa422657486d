"""Every way in which the journal's file may not be usable, and reading without the right to write."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from hub_sqlite.store import SqliteStore

from hub.api import SiteError
from tests.journal.making import chained, store_in, write
from tests.plugins.rights import only_readable


def opened(folder: Path, *, create: bool) -> SqliteStore:
    store = store_in(folder)
    store.open(create=create)
    return store


def files_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_second_hub_is_refused_and_told_which_process_holds_the_journal(tmp_path: Path) -> None:
    first = opened(tmp_path, create=True)
    with pytest.raises(SiteError, match=rf"in use by another hub \(process {os.getpid()}\)\. Stop that one first"):
        opened(tmp_path, create=True)
    write(first, chained(1))
    first.close()
    second = opened(tmp_path, create=True)
    assert second.head() == chained(1)[0]
    second.close()


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"gone/journal\.db\.lock cannot be used: No such file"):
        opened(tmp_path / "gone", create=True)
    with pytest.raises(SiteError, match=r"There is no journal .*gone/journal\.db"):
        opened(tmp_path / "gone", create=False)


def test_a_missing_file_is_made_for_writing_only(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="There is no journal"):
        opened(tmp_path, create=False)
    assert files_in(tmp_path) == []
    opened(tmp_path, create=True).close()
    assert opened(tmp_path, create=False).head() is None


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()
    for create in (True, False):
        with pytest.raises(SiteError, match="Is a directory"):
            opened(tmp_path, create=create)


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, create: bool) -> None:
    (tmp_path / "journal.db").write_text("These are minutes of a meeting. " * 100)
    with pytest.raises(SiteError, match="not a database"):
        opened(tmp_path, create=create)
    assert (tmp_path / "journal.db").read_text() == "These are minutes of a meeting. " * 100


@pytest.mark.parametrize("create", [True, False])
def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path, create: bool) -> None:
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("CREATE TABLE bookings (room TEXT)")
    connection.commit()
    connection.close()
    before = (tmp_path / "journal.db").read_bytes()
    with pytest.raises(SiteError, match="is not a Watchroom journal"):
        opened(tmp_path, create=create)
    assert (tmp_path / "journal.db").read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_a_journal_of_a_newer_version_is_refused(tmp_path: Path, create: bool) -> None:
    opened(tmp_path, create=True).close()
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('watchroom.journal', 'later', '')"
    )
    connection.commit()
    connection.close()
    with pytest.raises(SiteError, match="newer version of this software"):
        opened(tmp_path, create=create)


def test_a_failed_opening_gives_the_lock_back(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    file.write_text("no journal " * 100)
    with pytest.raises(SiteError):
        opened(tmp_path, create=True)
    file.unlink()
    opened(tmp_path, create=True).close()


def test_a_folder_that_can_only_be_read_is_refused_for_writing(tmp_path: Path) -> None:
    with only_readable(tmp_path), pytest.raises(SiteError, match=r"The hub's user needs the folder"):
        opened(tmp_path, create=True)


def test_a_copy_is_read_on_a_medium_that_only_reads(tmp_path: Path) -> None:
    store = opened(tmp_path, create=True)
    write(store, chained(10))
    store.close()
    with only_readable(tmp_path):
        copy = opened(tmp_path, create=False)
        assert copy.read(0, 20) == chained(10)
        copy.close()


def left_by_a_killed_hub(folder: Path) -> Path:
    """A folder with ten records, the newest of them not in the journal's file yet but in its log."""
    store = opened(folder, create=True)
    write(store, chained(10))
    left = folder / "left"
    left.mkdir()
    for name in ("journal.db", "journal.db-wal"):
        shutil.copy(folder / name, left)
    store.close()
    return left


def test_newest_records_that_cannot_be_seen_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    disc = left_by_a_killed_hub(tmp_path)
    with only_readable(disc), pytest.raises(SiteError, match=r"newest records are in journal\.db-wal"):
        opened(disc, create=False)
    copy = opened(disc, create=False)
    assert copy.read(0, 20) == chained(10)
    copy.close()


def test_reading_needs_no_lock_and_leaves_nothing_behind(tmp_path: Path) -> None:
    store = opened(tmp_path, create=True)
    write(store, chained(10))
    store.close()
    (tmp_path / "journal.db.lock").unlink()
    before = (tmp_path / "journal.db").read_bytes()
    copy = opened(tmp_path, create=False)
    assert copy.read(0, 20) == chained(10)
    with pytest.raises(SiteError, match="open for reading only"):
        write(copy, chained(1))
    copy.close()
    assert files_in(tmp_path) == ["journal.db"]
    assert (tmp_path / "journal.db").read_bytes() == before


def test_a_reader_sees_what_a_hub_writes_meanwhile_whoever_came_first(tmp_path: Path) -> None:
    opened(tmp_path, create=True).close()
    records = chained(30)
    reader = opened(tmp_path, create=False)
    assert reader.head() is None
    hub = opened(tmp_path, create=True)
    write(hub, records[:10])
    assert reader.read(0, 50) == records[:10]
    write(hub, records[10:20])
    assert reader.read(0, 50) == records[:20]
    hub.close()
    assert reader.read(0, 50) == records[:20]
    hub.open(create=True)
    write(hub, records[20:])
    hub.close()
    assert reader.read(0, 50) == records
    reader.close()


def test_a_journal_that_was_stopped_is_one_file_though_somebody_still_reads_it(tmp_path: Path) -> None:
    hub = opened(tmp_path, create=True)
    write(hub, chained(10))
    reader = opened(tmp_path, create=False)
    assert reader.head() == chained(10)[-1]
    hub.close()
    copied = tmp_path / "copied"
    copied.mkdir()
    shutil.copy(tmp_path / "journal.db", copied)
    reader.close()
    copy = opened(copied, create=False)
    assert copy.read(0, 20) == chained(10)
    copy.close()


def test_what_a_killed_hub_left_in_its_log_is_read(tmp_path: Path) -> None:
    reader = opened(left_by_a_killed_hub(tmp_path), create=False)
    assert reader.read(0, 20) == chained(10)
    reader.close()


def test_opening_twice_is_a_mistake_that_is_told(tmp_path: Path) -> None:
    store = opened(tmp_path, create=True)
    with pytest.raises(SiteError, match="is open already"):
        store.open(create=False)
    store.close()


def test_a_file_named_in_the_options_is_used(tmp_path: Path) -> None:
    store = store_in(tmp_path / "elsewhere", str(tmp_path / "plant 东门 #1.db"))
    store.open(create=True)
    write(store, chained(3))
    store.close()
    assert "plant 东门 #1.db" in files_in(tmp_path)
