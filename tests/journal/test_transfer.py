import io
import json
from pathlib import Path

import pytest
from hub_sqlite.store import SqliteStore

from hub.errors import JournalDamaged, JournalError
from hub.journal.log import Journal
from hub.journal.transfer import export, import_, unfinished_import
from hub.journal.verify import verify
from hub.ports import StoredRecord, Transaction
from hub.testing.clock import FakeClock
from tests.journal.making import chained, lost, store_in, write

RECORDS = 4_100
"""More than two batches."""


@pytest.fixture
def exported(store: SqliteStore) -> list[bytes]:
    """The lines of an export."""
    write(store, chained(RECORDS))
    file = io.BytesIO()
    assert export(store, file) == RECORDS
    return file.getvalue().splitlines(keepends=True)


@pytest.fixture
def empty(tmp_path: Path) -> SqliteStore:
    (tmp_path / "new").mkdir()
    store = store_in(tmp_path / "new")
    store.open(create=True)
    return store


def as_file(lines: list[bytes]) -> io.BytesIO:
    return io.BytesIO(b"".join(lines))


def everything(store: SqliteStore) -> list[StoredRecord]:
    return store.read(0, 10 * RECORDS)


def test_what_is_imported_is_what_was_exported(exported: list[bytes], store: SqliteStore, empty: SqliteStore) -> None:
    assert import_(as_file(exported), empty) == RECORDS
    assert everything(empty) == everything(store)
    assert verify(empty).ok
    again = io.BytesIO()
    export(empty, again)
    assert again.getvalue() == b"".join(exported)
    assert not unfinished_import(empty)


def test_every_line_is_json_that_people_and_tools_can_read(exported: list[bytes]) -> None:
    header, first, *_ = map(json.loads, exported)
    assert header == {
        "watchroom_journal": 1,
        "records": RECORDS,
        "head": {"seq": RECORDS, "hash": chained(RECORDS)[-1].hash.hex()},
    }
    assert first["seq"] == 1
    assert first["body"]["camera"] == "gate-1"
    assert len(exported) == RECORDS + 1


def test_an_empty_journal_goes_out_and_in(store: SqliteStore, empty: SqliteStore) -> None:
    file = io.BytesIO()
    assert export(store, file) == 0
    file.seek(0)
    assert import_(file, empty) == 0
    assert everything(empty) == []


@pytest.mark.parametrize(
    ("line", "damage"),
    [
        (5, lambda line: line.replace(b"gate-", b"date-")),
        (3_000, lambda line: line.replace(b'"actor":"watch', b'"actor":"match')),
        (2, lambda line: line.replace(b'"body":{"type"', b'"body":{ "type"')),
        (9, lambda line: b"{}\n"),
        (9, lambda line: b"not json\n"),
        (9, lambda line: line[:40] + b"\n"),
        (9, lambda line: line.replace(b'"seq":8', b'"seq":9')),
        (9, lambda line: line[:-2] + b',"more":1}\n'),
        (9, lambda line: b""),
        (9, lambda line: line + line),
        (9, lambda line: b'{"body":' * 100_000 + b"\n"),
        (9, lambda line: b" " * 5_000_000 + line),
    ],
)
def test_a_damaged_line_is_named_and_nothing_is_imported(
    exported: list[bytes], empty: SqliteStore, line: int, damage: object
) -> None:
    assert callable(damage)
    exported[line - 1] = damage(exported[line - 1])
    with pytest.raises(JournalDamaged) as caught:
        import_(as_file(exported), empty, name="plant.jsonl")
    named = int(str(caught.value).split(":")[1])
    assert str(caught.value).startswith("plant.jsonl:")
    assert named in (line, line + 1)
    assert caught.value.seq in (line - 1, line)
    assert everything(empty) == []


@pytest.mark.parametrize("lines", [slice(0, 100), slice(0, 1)])
def test_a_file_that_was_cut_off_is_refused(exported: list[bytes], empty: SqliteStore, lines: slice) -> None:
    with pytest.raises(JournalDamaged, match="its header promises 4100"):
        import_(as_file(exported[lines]), empty)
    assert everything(empty) == []


def test_a_file_without_its_last_line_break_is_whole(exported: list[bytes], empty: SqliteStore) -> None:
    exported[-1] = exported[-1].rstrip()
    assert import_(as_file(exported), empty) == RECORDS


@pytest.mark.parametrize(
    "header", [b"", b"{}\n", b"seq,at\n", b'{"watchroom_journal":2,"records":0,"head":{"seq":0,"hash":""}}\n']
)
def test_a_file_that_is_no_export_is_refused(empty: SqliteStore, header: bytes) -> None:
    with pytest.raises(JournalError, match=r"plant\.jsonl:1: "):
        import_(io.BytesIO(header), empty, name="plant.jsonl")


def test_a_journal_that_has_records_is_not_imported_into(exported: list[bytes], empty: SqliteStore) -> None:
    write(empty, chained(1))
    with pytest.raises(JournalError, match="has 1 records already"):
        import_(as_file(exported), empty)
    assert len(everything(empty)) == 1


def test_the_same_import_twice_is_refused(exported: list[bytes], empty: SqliteStore) -> None:
    import_(as_file(exported), empty)
    with pytest.raises(JournalError, match="has 4100 records already"):
        import_(as_file(exported), empty)


class FailsOnce(SqliteStore):
    """A disk that is full at the second commit."""

    commits = 0

    def commit(self, transactions: object) -> None:
        self.commits += 1
        if self.commits == 2:
            raise OSError(28, "the disk is full")
        super().commit(transactions)  # type: ignore[arg-type]


async def test_an_import_that_was_interrupted_goes_on_with_the_same_file_only(
    exported: list[bytes], store: SqliteStore, empty: SqliteStore, tmp_path: Path, clock: FakeClock
) -> None:
    empty.__class__ = FailsOnce
    with pytest.raises(OSError, match="the disk is full"):
        import_(as_file(exported), empty)
    empty.close()
    with pytest.raises(JournalError, match="An import into this journal was interrupted"):
        await Journal(store_in(tmp_path / "new"), clock).start()

    again = store_in(tmp_path / "new")
    again.open(create=True)
    assert len(everything(again)) == 2_000
    other = io.BytesIO()
    write(store, chained(1, start=chained(RECORDS)[-1]))
    export(store, other)
    other.seek(0)
    with pytest.raises(JournalError, match="An import of another file was interrupted here"):
        import_(other, again)

    assert import_(as_file(exported), again) == RECORDS
    assert verify(again).checked == RECORDS
    again.close()


async def test_an_imported_journal_goes_on_where_it_ended(
    exported: list[bytes], empty: SqliteStore, tmp_path: Path, clock: FakeClock
) -> None:
    import_(as_file(exported), empty)
    empty.close()
    journal = Journal(store_in(tmp_path / "new"), clock)
    await journal.start()
    assert [r.seq for r in await journal.append([lost("gate-1")])] == [RECORDS + 1]
    await journal.stop()


def test_an_export_of_a_damaged_journal_does_not_come_in_again(store: SqliteStore, empty: SqliteStore) -> None:
    records = chained(10)
    store.commit([Transaction(records=[*records[:6], records[6]._replace(actor="nobody"), *records[7:]])])
    file = io.BytesIO()
    export(store, file)
    file.seek(0)
    with pytest.raises(JournalDamaged, match=r"the file:8: Record 7 does not match its hash"):
        import_(file, empty)
