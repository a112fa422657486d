"""The tables, and how they came to be: one migration for each change of shape."""

import sqlite3

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Table

from hub.api import SiteError

APPLICATION_ID = 0x57524D4A
"""Marks the file as a Watchroom journal (`PRAGMA application_id`; "WRMJ")."""

SUBJECT_FIELDS = (
    *("camera", "file", "plugin", "notifier", "worker", "volume"),
    *("rule", "round", "alarm", "ticket", "account"),
    *("variable", "gap", "post", "entry", "place", "swap", "handover", "review"),
    *("asset", "permit", "desk", "device", "release"),
)
"""Fields of events that name a thing; what they hold is kept in the table `subject`, to be found quickly.

A field that is added here needs a migration that runs `INDEX_SUBJECTS` over the records that are there already.
"""

_NAMES = ", ".join(f"'{name}'" for name in SUBJECT_FIELDS)

INDEX_SUBJECTS = f"""
INSERT OR IGNORE INTO subject (subject, seq)
SELECT field.key || ':' || field.value, record.seq
FROM record, json_each(record.body) AS field
WHERE record.seq BETWEEN ? AND ? AND field.key IN ({_NAMES}) AND field.type = 'text'
"""  # noqa: S608

migrations = Migrations("watchroom.journal")


@migrations(name="tables")
def _tables(db: Database) -> None:
    record = Table(db, "record", strict=True)
    record.create(
        {
            "seq": int,
            "at_us": int,
            "seen_at_us": int,
            "actor": str,
            "cause": int,
            "type": str,
            "version": int,
            "body": str,
            "key": str,
            "hash": bytes,
        },
        pk="seq",
        not_null={"at_us", "seen_at_us", "actor", "type", "version", "body", "hash"},
    )
    record.create_index(["type"])
    db.execute("CREATE UNIQUE INDEX record_key ON record (key) WHERE key IS NOT NULL")
    for action in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER record_no_{action.lower()} BEFORE {action} ON record "
            f"BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
    db.execute(
        "CREATE TABLE subject (subject TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (subject, seq)) "
        "STRICT, WITHOUT ROWID"
    )
    Table(db, "outbox", strict=True).create(
        {
            "key": str,
            "kind": str,
            "payload": bytes,
            "cause": int,
            "created_at_us": int,
            "next_at_us": int,
            "attempts": int,
            "state": str,
        },
        pk="key",
        not_null={"kind", "payload", "cause", "created_at_us", "next_at_us", "attempts", "state"},
    )
    db.execute("CREATE INDEX outbox_due ON outbox (state, next_at_us)")
    Table(db, "document", strict=True).create({"name": str, "value": bytes}, pk="name", not_null={"value"})
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations(name="volumes")
def _volumes(db: Database) -> None:
    _index_again(db)


@migrations(name="variables and posts")
def _variables_and_posts(db: Database) -> None:
    _index_again(db)


@migrations(name="the control room's work")
def _control_room(db: Database) -> None:
    _index_again(db)


@migrations(name="reviews")
def _reviews(db: Database) -> None:
    _index_again(db)


@migrations(name="devices")
def _devices(db: Database) -> None:
    _index_again(db)


@migrations(name="releases")
def _releases(db: Database) -> None:
    _index_again(db)


def _index_again(db: Database) -> None:
    (last,) = db.execute("SELECT coalesce(max(seq), 0) FROM record").fetchone()
    db.execute(INDEX_SUBJECTS, [1, last])


def steps_of(db: Database) -> tuple[list[str], list[str], list[str]]:
    """The names of the steps that the file took, of those it has still to take, and of those nobody here knows."""
    known = [step.name for step in migrations.pending(Database(memory=True, execute_plugins=False))]
    taken = [step.name for step in migrations.applied(db)]
    return taken, [name for name in known if name not in taken], [name for name in taken if name not in known]


def check_ours(db: Database, name: str, *, empty_is_ours: bool) -> None:
    """Raise `SiteError` unless the file called `name` is a journal that this software can use."""
    try:
        mark = db.execute("PRAGMA application_id").fetchone()[0]
        empty = not mark and not db.table_names()
        applied = {step.name for step in migrations.applied(db)}
    except sqlite3.DatabaseError as error:
        raise SiteError(
            f"{name} cannot be used as a journal: {error}.",
            hint="If it is the journal, put back a copy of it; else name another file in [journal].",
        ) from error
    if empty and empty_is_ours:
        return
    if mark != APPLICATION_ID:
        raise SiteError(f"{name} is not a Watchroom journal.", hint="Name another file in [journal].")
    if applied - {step.name for step in migrations.pending(Database(memory=True, execute_plugins=False))}:
        raise SiteError(
            f"{name} was written by a newer version of this software.",
            hint="Update the software, or put back the journal's copy from before the update.",
        )
