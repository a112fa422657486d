"""The tables of the search file and how records are written into them. One thread writes: `hub.journal.projection`."""

import sqlite3
from collections.abc import Sequence

import msgspec

from hub.core.catalogue import SiteConfigured
from hub.core.deeds import SnapshotTaken
from hub.core.dutylog.events import LogEntered
from hub.core.dutylog.model import Entry, entry_of
from hub.core.event import Record, wire_name
from hub.core.people.events import AccountCreated
from hub.journal.codec import to_us
from hub.journal.search_words import Names, found_by

_SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (kind TEXT, id TEXT, said TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE entry (seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, area TEXT NOT NULL, text TEXT NOT NULL);
CREATE VIRTUAL TABLE word USING fts5(text, content='entry', content_rowid='seq', tokenize='trigram');
CREATE TABLE about (seq INTEGER, camera TEXT, PRIMARY KEY (seq, camera)) WITHOUT ROWID;
CREATE INDEX about_camera ON about (camera, seq);
CREATE TABLE numbered (id TEXT, seq INTEGER, PRIMARY KEY (id, seq)) WITHOUT ROWID;
CREATE TABLE camera_of (id TEXT, camera TEXT, PRIMARY KEY (id, camera)) WITHOUT ROWID;
CREATE TABLE log (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT NOT NULL, happened_us INTEGER NOT NULL,
                  about TEXT, corrects TEXT, leaving INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX log_about ON log (about) WHERE about IS NOT NULL;
CREATE INDEX log_corrects ON log (corrects) WHERE corrects IS NOT NULL;
CREATE TABLE picture (cause INTEGER, seq INTEGER, camera TEXT, path TEXT, PRIMARY KEY (cause, seq)) WITHOUT ROWID;
"""


def create(db: sqlite3.Connection) -> None:
    """Make the tables in an empty file."""
    db.executescript(_SCHEMA)


def load_names(db: sqlite3.Connection) -> Names:
    """The names as they were when the file was written last."""
    found: dict[str, dict[str, list[str]]] = {"camera": {}, "person": {}}
    for kind, key, said in db.execute("SELECT kind, id, said FROM name"):
        found[kind][key] = said.split("\n")
    return Names(found["camera"], found["person"])


def named(db: sqlite3.Connection, names: Names, record: Record) -> Names:
    """The names after a record that may give some."""
    match record.event:
        case SiteConfigured(site=site):
            cameras = {camera.id: [camera.name.en, camera.name.zh] for camera in site.cameras}
            db.executemany(
                "INSERT OR REPLACE INTO name VALUES ('camera', ?, ?)",
                [(key, "\n".join(said)) for key, said in cameras.items()],
            )
            return names._replace(cameras={**names.cameras, **cameras})
        case AccountCreated(account=account, name=name):
            db.execute("INSERT OR REPLACE INTO name VALUES ('person', ?, ?)", (account, name))
            return names._replace(people={**names.people, account: [name]})
        case _:
            return names


def add(db: sqlite3.Connection, record: Record, names: Names) -> None:
    """Let a record be found."""
    found = found_by(record, names)
    cameras = found.cameras or _cameras_of(db, found.ids)
    area = wire_name(record.event).partition(".")[0]
    db.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (record.seq, to_us(record.seen_at), area, found.text))
    db.execute("INSERT INTO word (rowid, text) VALUES (?, ?)", (record.seq, found.text))
    db.executemany("INSERT INTO about VALUES (?, ?)", [(record.seq, camera) for camera in cameras])
    db.executemany("INSERT INTO numbered VALUES (?, ?)", [(number, record.seq) for number in found.ids])
    if found.cameras:
        links = [(number, camera) for number in found.ids[:1] for camera in found.cameras]
        db.executemany("INSERT OR IGNORE INTO camera_of VALUES (?, ?)", links)
    match record.event:
        case LogEntered():
            _add_entry(db, entry_of(record, record.event))
        case SnapshotTaken(camera=camera, evidence=evidence) if record.cause is not None and evidence.after is not None:
            db.execute(
                "INSERT INTO picture VALUES (?, ?, ?, ?)", (record.cause, record.seq, camera, evidence.after.path)
            )


def _add_entry(db: sqlite3.Connection, entry: Entry) -> None:
    row = (
        entry.seq,
        entry.id,
        entry.kind,
        to_us(entry.happened_at),
        entry.about or None,
        entry.corrects or None,
        entry.leaving,
    )
    db.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, msgspec.json.encode(entry)))


def _cameras_of(db: sqlite3.Connection, ids: Sequence[str]) -> tuple[str, ...]:
    """The cameras of the first of these things that is known to have any."""
    for number in ids:
        found = db.execute("SELECT camera FROM camera_of WHERE id = ?", (number,)).fetchall()
        if found:
            return tuple(camera for (camera,) in found)
    return ()
