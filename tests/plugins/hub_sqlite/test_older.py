"""A journal of every older shape is brought to this one: same records, same head, and found by what each is about."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hub_sqlite.schema import SUBJECT_FIELDS, migrations
from hub_sqlite.store import SqliteStore
from sqlite_utils import Database

from hub.journal.chain import START, record_hash
from hub.journal.verify import verify
from hub.ports import StoredRecord
from tests.journal.making import store_in, write

STEPS = [step.name for step in migrations.pending(Database(memory=True, execute_plugins=False))]
"""Each but the first only finds again what a record is about: an older file differs from this one by those alone."""


def opened(folder: Path, *, create: bool) -> SqliteStore:
    store = store_in(folder)
    store.open(create=create)
    return store


def about_everything() -> list[StoredRecord]:
    """A chain of records, each about another kind of thing."""
    previous, records = START.hash, []
    for seq, name in enumerate(SUBJECT_FIELDS, 1):
        body = msgspec.json.encode({"type": "x", name: f"{name}-1"})
        fields = (seq, 1_700_000_000_000_000 + seq, 1_700_000_000_000_000 + seq, "hub", None, "x", 1, body, None)
        previous = record_hash(previous, *fields)
        records.append(StoredRecord(*fields, previous))
    return records


def about(path: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.execute("SELECT subject, seq FROM subject ORDER BY subject, seq"))


def made_older(path: Path, step: str) -> None:
    """The file as software left it for which `step` was the newest: it knew fewer things that a record can be about."""
    later = STEPS[STEPS.index(step) + 1 :]
    with closing(sqlite3.connect(path)) as db:
        db.executemany("DELETE FROM _sqlite_migrations WHERE name = ?", [(name,) for name in later])
        db.execute("DELETE FROM subject WHERE subject NOT LIKE 'camera:%'")
        db.commit()


@pytest.mark.parametrize("step", STEPS[:-1])
def test_it_is_brought_to_this_shape_without_a_record_changed(tmp_path: Path, step: str) -> None:
    store = opened(tmp_path, create=True)
    write(store, about_everything())
    store.close()
    path = tmp_path / "journal.db"
    wanted = about(path)
    assert len(wanted) == len(SUBJECT_FIELDS)
    made_older(path, step)

    store = opened(tmp_path, create=False)
    taken, to_take, unknown = store.steps()
    before = verify(store)
    store.close()
    assert (taken[-1], to_take, unknown) == (step, STEPS[STEPS.index(step) + 1 :], [])
    assert before.ok, "what is older is read and proven as it is"
    assert about(path) != wanted

    store = opened(tmp_path, create=True)
    after = verify(store)
    found = [store.read_last(5, subject=f"{field}:{field}-1")[0].seq for field in SUBJECT_FIELDS]
    store.close()
    assert (after.ok, after.head) == (True, before.head)
    assert found == list(range(1, len(SUBJECT_FIELDS) + 1))
    assert about(path) == wanted
