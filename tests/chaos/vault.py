"""Recordings that were sealed, in a real journal and a real folder, and what an attacker does to them who may write
everywhere: the disk and the database."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from hub_sqlite.store import SqliteStore

from hub.core.event import Event
from hub.core.recordings import RecordingsRemoved, Segment, runs_of
from hub.core.retention import Keeping
from hub.journal.chain import START, Head, follow, record_hash
from hub.journal.codec import encode, to_us
from hub.journal.verify import Verdict
from hub.ports import StoredRecord, Transaction
from hub.runtime.proof.comparison import Prover
from hub.runtime.proof.ledger import Ledger
from hub.runtime.proof.run import Outcome, Pace, Scope, run_proof
from hub.runtime.recording.keeper import Keeper
from hub.testing.clock import FakeClock
from hub.watch.recording.file import hash_of
from tests.journal.making import store_in

SEGMENT_S = 60


class Vault:
    """A site's journal and recordings, on a clock that is set by hand."""

    def __init__(self, data: Path, *, seed: int = 1) -> None:
        self.data = data
        self.folder = data / "recordings"
        self.clock = FakeClock()
        self.dice = Random(seed)
        self.store: SqliteStore = store_in(data)
        self.store.open(create=True)
        self.head = START
        self.keeper = Keeper(self.folder, data, self.clock, Keeping())
        self.keeper.open()
        self.keeper.look()

    @property
    def journal(self) -> Path:
        return self.data / "journal.db"

    def close(self) -> None:
        self.keeper.close()
        self.store.close()

    def write(self, event: Event) -> None:
        """Put an event on record, as the hub does."""
        type_, version, body = encode(event)
        at_us = to_us(self.clock.now())
        fields = (self.head.seq + 1, at_us, at_us, "hub", None, type_, version, body, None)
        record = StoredRecord(*fields, record_hash(self.head.hash, *fields))
        self.store.commit([Transaction(records=[record])])
        self.head = follow(record)

    def record(
        self, camera: str = "gate", *, count: int = 1, size: int = 5_000, offset_s: float | None = None
    ) -> list[Segment]:
        """Files of a minute each, one after the other, in their place and in the index."""
        made = []
        for _ in range(count):
            begin_at = self.clock.now()
            self.clock.advance(SEGMENT_S)
            segment = Segment(
                camera=camera,
                stream="main",
                begin_at=begin_at,
                end_at=self.clock.now(),
                media_s=SEGMENT_S,
                frames=SEGMENT_S * 25,
                bytes=size,
                sha256="",
                codec="h264",
                ended="rolled",
                device_offset_s=offset_s,
            )
            path = self.folder / segment.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.dice.randbytes(size))
            with path.open("rb") as file:
                known = {name: getattr(segment, name) for name in segment.__struct_fields__}
                made.append(Segment(**{**known, "sha256": hash_of(file).hexdigest()}))
        self.keeper.index.add(made)
        return made

    def seal(self) -> str:
        """Seal what is not sealed; the list's name."""
        self.clock.advance(1)
        seal = self.keeper.look(last=True).seal
        assert seal is not None
        self.write(seal.event)
        self.keeper.sealed(seal)
        return seal.event.manifest

    def sealed(self, *batches: int, camera: str = "gate") -> list[Segment]:
        """So many segments under each of several seals."""
        made = []
        for count in batches:
            made += self.record(camera, count=count)
            self.seal()
        return made

    def delete(self, segments: Sequence[Segment]) -> None:
        """As the hub does by its rules: on record first."""
        self.write(RecordingsRemoved(rule="days", runs=runs_of(segments)))
        self.keeper.remove(list(segments))

    def days_pass(self, days: float) -> None:
        self.clock.advance(timedelta(days=days).total_seconds())

    def ledger(self, *heads: Head) -> tuple[Ledger, Verdict]:
        ledger = Ledger(self.store, self.folder, noted=heads)
        return ledger, ledger.catch_up()

    def prover(self, ledger: Ledger) -> Prover:
        return Prover(ledger, self.folder, self.keeper.index_path, self.clock)

    def prove(self, *heads: Head) -> "Found":
        """What `hub verify --recordings` finds."""
        ledger, verdict = self.ledger(*heads)
        scope = Scope(folder=str(self.folder))
        pace = Pace(None, self.clock, lambda seconds: None)
        done = run_proof(self.prover(ledger), scope, clock=self.clock, pace=pace)
        return Found(verdict, done.outcome, ledger)

    # --- the attacker ---

    def path(self, segment: Segment) -> Path:
        return self.folder / segment.name

    def sql(self, *statements: str) -> None:
        """Change the database behind the hub's back, without its triggers."""
        db = sqlite3.connect(self.journal)
        for name in ("record_no_update", "record_no_delete"):
            db.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.close()

    def rehash(self) -> Head:
        """Compute the whole chain anew over what stands in the journal now; returns its new head."""
        db = sqlite3.connect(self.journal)
        db.execute("DROP TRIGGER IF EXISTS record_no_update")
        head = START
        for row in db.execute("SELECT * FROM record ORDER BY seq").fetchall():
            columns = [item[0] for item in db.execute("SELECT * FROM record LIMIT 1").description]
            known = dict(zip(columns, row, strict=True))
            known["body"] = known["body"].encode() if isinstance(known["body"], str) else known["body"]
            digest = record_hash(head.hash, *(known[name] for name in StoredRecord._fields[:9]))
            db.execute("UPDATE record SET hash = ? WHERE seq = ?", (digest, known["seq"]))
            head = Head(known["seq"], digest)
        db.commit()
        db.close()
        return head


class Found:
    """What a proof came to, in short."""

    def __init__(self, verdict: Verdict, outcome: Outcome, ledger: Ledger) -> None:
        self.verdict = verdict
        self.outcome = outcome
        self.lists = [(one.manifest, one.flaw) for one in ledger.damaged_lists()]
        self.adopted = ledger.adopted
        self.damages = {one.segment: (one.flaw, one.other) for one in outcome.damages}

    @property
    def whole(self) -> bool:
        return self.verdict.ok and not self.damages and not self.lists
