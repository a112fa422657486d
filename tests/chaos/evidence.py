"""What a killed and restarted hub has left behind, read from its files after it has ended."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from copy import copy
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from hub.core.catalogue import ClockStepped
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.state import State
from hub.journal.codec import from_us, to_record
from hub.journal.verify import Verdict, verify
from tests.runtime.running import store_in


class Sending(NamedTuple):
    """One entry of the outbox, whatever became of it."""

    key: str
    state: str
    created_at: datetime

    @property
    def effect(self) -> str:
        """The key of the effect that it belongs to."""
        return self.key.partition(">")[0]

    @property
    def errand(self) -> str:
        """`snapshot` or `preset`: it may be given up, and that is on record then. Empty for a message."""
        kind = self.key.partition(">")[2].partition(":")[0]
        return kind if kind in ("snapshot", "preset") else ""


class Evidence:
    """The journal of a site and its outbox."""

    def __init__(self, site: Path) -> None:
        store = store_in(site / "data")
        store.open(create=False)
        try:
            self.verdict: Verdict = verify(store)
            self.records: Sequence[Record] = [to_record(stored) for stored in store.read(0, 10_000_000)]
        finally:
            store.close()
        self.outbox: Sequence[Sending] = outbox_of(site)

    def by_a_steady_clock(self) -> "Evidence":
        """The same, with the times of records as if nobody had ever set the wall clock while the hub ran."""
        steady, set_by_s = copy(self), 0.0
        records = []
        for record in self.records:
            if isinstance(record.event, ClockStepped):
                set_by_s += record.event.by_s
            records.append(msgspec.structs.replace(record, seen_at=record.seen_at - timedelta(seconds=set_by_s)))
        steady.records = records
        return steady

    @property
    def ended_at(self) -> datetime:
        return self.records[-1].seen_at

    def of(self, *kinds: type[Event]) -> list[Record]:
        return [record for record in self.records if isinstance(record.event, kinds)]

    def state(self) -> State:
        """What follows from the journal."""
        state = State()
        for record in self.records:
            state = fold(state, record)
        return state


def outbox_of(site: Path) -> list[Sending]:
    """Every entry of the outbox, oldest first; while the hub runs, too."""
    with closing(sqlite3.connect(f"file:{site / 'data' / 'journal.db'}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT key, state, created_at_us FROM outbox ORDER BY created_at_us")
        return [Sending(key, state, from_us(created_at_us)) for key, state, created_at_us in rows]
