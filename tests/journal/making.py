"""What the tests of the journal are made of: a real store in a folder, and events."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hub_sqlite.options import SqliteOptions
from hub_sqlite.store import SqliteStore

from hub.core.event import Draft
from hub.core.findings import SignalLost
from hub.journal.chain import START, record_hash
from hub.ports import PluginContext, StoredRecord, Transaction
from hub.testing.clock import FakeClock

SINCE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def store_in(folder: Path, file: str = "journal.db") -> SqliteStore:
    context = PluginContext(plugin="sqlite", data=folder, site=folder, clock=FakeClock(), language="en")
    return SqliteStore(SqliteOptions(file=Path(file)), context)


def lost(camera: str, *, key: str | None = None, cause: int | None = None, at: datetime | None = None) -> Draft:
    event = SignalLost(camera=camera, since_at=SINCE, measures={"silent_s": 6.0})
    return Draft(event, "watch:w1", cause=cause, at=at, key=key)


def chained(count: int, *, start: StoredRecord | None = None) -> list[StoredRecord]:
    """`count` records whose chain holds, with every kind of field in use."""
    seq, previous = (start.seq, start.hash) if start is not None else START
    records = []
    for _ in range(count):
        seq += 1
        fields = (
            seq,
            1_700_000_000_000_000 + seq * 1_000,
            1_700_000_000_000_500 + seq * 1_000,
            f"watch:w{seq % 3}",
            seq - 1 if seq % 4 == 0 else None,
            "signal.lost",
            1,
            b'{"type":"signal.lost","camera":"gate-%d","since_at":"2026-01-05T08:00:00Z"}' % (seq % 5),
            f"key-{seq}" if seq % 3 == 0 else None,
        )
        previous = record_hash(previous, *fields)
        records.append(StoredRecord(*fields, previous))
    return records


def write(store: SqliteStore, records: Sequence[StoredRecord]) -> None:
    store.commit([Transaction(records=records)])


def tamper(file: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Change the file as an attacker would who has it to himself: without the triggers."""
    connection = sqlite3.connect(file)
    for name in ("record_no_update", "record_no_delete"):
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
    for sql, given in statements:
        connection.execute(sql, given)
    connection.commit()
    connection.close()
