import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hub_sqlite.store import SqliteStore
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.journal.chain import START, Head, follow, record_hash
from hub.journal.log import Journal
from hub.journal.verify import Verdict, verify
from hub.ports import StoredRecord
from tests.journal.making import chained, lost, store_in, tamper, write

RECORDS = 12
SEQ = st.integers(min_value=1, max_value=RECORDS)
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
INT64 = st.integers(min_value=-(2**63), max_value=2**63 - 1)
SMALLEST = -(2**63)
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "seq": INT64,
    "at_us": INT64,
    "seen_at_us": INT64,
    "actor": TEXT,
    "cause": st.none() | INT64,
    "type": TEXT,
    "version": INT64,
    "body": TEXT,
    "key": st.none() | TEXT,
    "hash": st.binary(max_size=40),
}
HEAD = follow(chained(RECORDS)[-1])


@pytest.fixture(scope="module")
def whole() -> Iterator[Path]:
    """The file of a journal whose chain holds; never changed."""
    with tempfile.TemporaryDirectory() as folder:
        store = store_in(Path(folder))
        store.open(create=True)
        write(store, chained(RECORDS))
        store.close()
        yield Path(folder) / "journal.db"


def verdict_after(whole: Path, *statements: tuple[str, tuple[object, ...]], expected: Head | None = None) -> Verdict:
    """What verify says of a copy that was tampered with."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(whole, folder)
        tamper(Path(folder) / "journal.db", *statements)
        store = store_in(Path(folder))
        store.open(create=False)
        try:
            return verify(store, expected=expected)
        finally:
            store.close()


def test_a_whole_journal_holds_and_its_head_is_told(whole: Path) -> None:
    assert verdict_after(whole, expected=HEAD) == Verdict(ok=True, checked=RECORDS, head=HEAD)


def test_of_several_heads_that_were_noted_every_one_must_be_there(whole: Path) -> None:
    records = chained(RECORDS)
    heads = [follow(record) for record in records[2::3]]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(whole, folder)
        store = store_in(Path(folder))
        store.open(create=False)
        try:
            assert verify(store, noted=heads).ok
            wrong = verify(store, noted=[*heads, Head(6, bytes(32))])
            assert (wrong.ok, wrong.first_bad_seq) == (False, 6)
            cut = verify(store, noted=[*heads, Head(RECORDS + 5, bytes(32))])
            assert (cut.ok, cut.first_bad_seq) == (False, RECORDS + 1)
        finally:
            store.close()


def test_it_goes_on_from_what_was_proven_before_and_shows_every_record_once(store: SqliteStore) -> None:
    records = chained(RECORDS)
    write(store, records[:5])
    seen: list[int] = []
    first = verify(store, each=lambda record: seen.append(record.seq))
    write(store, records[5:])
    second = verify(store, since=first.head, each=lambda record: seen.append(record.seq))
    assert (first.head.seq, second.head, seen) == (5, HEAD, list(range(1, RECORDS + 1)))
    assert not verify(store, since=Head(5, bytes(32))).ok, "what follows must follow from it"


def test_an_empty_journal_holds(store: SqliteStore) -> None:
    assert verify(store) == Verdict(ok=True, checked=0, head=START)


@settings(deadline=None)
@given(SEQ, st.sampled_from(sorted(COLUMNS)), st.data())
def test_a_change_of_any_column_of_any_record_is_found(whole: Path, seq: int, column: str, data: st.DataObject) -> None:
    value = data.draw(COLUMNS[column])
    record = chained(RECORDS)[seq - 1]
    before = record.body.decode() if column == "body" else getattr(record, column)
    assume(value != before)
    assume(column != "seq" or not 1 <= value <= RECORDS)
    assume(column != "key" or value not in [r.key for r in chained(RECORDS)])

    verdict = verdict_after(whole, (f"UPDATE record SET {column} = ? WHERE seq = ?", (value, seq)), expected=HEAD)

    assert not verdict.ok
    # The smallest number of all lies before every place from which records can be read: the record is then missing.
    moved_before_all = column == "seq" and SMALLEST < value < 1
    assert verdict.first_bad_seq == (1 if moved_before_all else seq)
    assert str(verdict.first_bad_seq) in verdict.problem


@settings(deadline=None)
@given(SEQ, st.integers(min_value=1, max_value=RECORDS))
def test_removed_records_are_found_and_the_first_one_named(whole: Path, first: int, count: int) -> None:
    verdict = verdict_after(
        whole, ("DELETE FROM record WHERE seq BETWEEN ? AND ?", (first, first + count - 1)), expected=HEAD
    )
    assert (verdict.ok, verdict.first_bad_seq, verdict.checked) == (False, first, first - 1)
    assert "missing" in verdict.problem or "cut off" in verdict.problem


@settings(deadline=None)
@given(SEQ)
def test_an_inserted_record_is_found_though_its_own_hash_is_right(whole: Path, seq: int) -> None:
    records = chained(RECORDS)
    previous = START.hash if seq == 1 else records[seq - 2].hash
    fields = (seq, 1, 1, "person:nobody", None, "signal.lost", 1, b'{"type":"signal.lost"}', None)
    forged = StoredRecord(*fields, record_hash(previous, *fields))
    verdict = verdict_after(
        whole,
        ("UPDATE record SET seq = -seq WHERE seq >= ?", (seq,)),
        ("UPDATE record SET seq = -seq + 1 WHERE seq < 0", ()),
        (
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?)",
            tuple(forged),
        ),
    )
    assert (verdict.ok, verdict.first_bad_seq) == (False, seq + 1)
    assert "does not match its hash" in verdict.problem


@settings(deadline=None)
@given(SEQ, SEQ)
def test_exchanged_records_are_found_and_the_first_one_named(whole: Path, one: int, other: int) -> None:
    assume(one != other)
    verdict = verdict_after(
        whole,
        ("UPDATE record SET seq = 99 WHERE seq = ?", (one,)),
        ("UPDATE record SET seq = ? WHERE seq = ?", (one, other)),
        ("UPDATE record SET seq = ? WHERE seq = 99", (other,)),
    )
    assert (verdict.ok, verdict.first_bad_seq) == (False, min(one, other))


def test_a_changed_record_whose_hash_was_recomputed_breaks_the_next_one(whole: Path) -> None:
    old = chained(5)[4]
    forged = old._replace(actor="person:nobody")
    hash_ = record_hash(chained(4)[3].hash, *forged[:9])
    verdict = verdict_after(whole, ("UPDATE record SET actor = ?, hash = ? WHERE seq = 5", ("person:nobody", hash_)))
    assert (verdict.first_bad_seq, verdict.checked) == (6, 5)


def test_records_cut_off_at_the_end_are_found_with_a_noted_head(whole: Path) -> None:
    cut = ("DELETE FROM record WHERE seq > 9", ())
    assert verdict_after(whole, cut).ok
    verdict = verdict_after(whole, cut, expected=HEAD)
    assert (verdict.first_bad_seq, verdict.checked) == (10, 9)
    assert verdict.problem == "The journal ends at record 9; records up to 12 were cut off."


def test_a_journal_written_anew_is_found_with_a_noted_head(whole: Path) -> None:
    verdict = verdict_after(whole, expected=Head(7, bytes(32)))
    assert (verdict.ok, verdict.first_bad_seq) == (False, 7)
    assert "written anew" in verdict.problem


def test_an_older_noted_head_holds_in_a_longer_journal(whole: Path) -> None:
    assert verdict_after(whole, expected=follow(chained(4)[-1])).ok


@pytest.mark.parametrize("seq", [0, -5, -(2**62)])
def test_a_record_before_the_first_one_is_found(whole: Path, seq: int) -> None:
    forged = chained(1)[0]._replace(seq=seq, key=None)
    verdict = verdict_after(
        whole, ("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?)", tuple(forged))
    )
    assert (verdict.ok, verdict.first_bad_seq) == (False, 1)
    assert "inserted" in verdict.problem


def test_a_text_that_is_no_utf8_is_named_not_a_crash(whole: Path) -> None:
    verdict = verdict_after(whole, ("UPDATE record SET actor = CAST(? AS TEXT) WHERE seq = 3", (b"\xff\xfe",)))
    assert (verdict.ok, verdict.first_bad_seq) == (False, 3)


def test_a_file_with_broken_pages_gives_a_verdict_not_a_crash(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.open(create=True)
    write(store, chained(3_000))
    store.close()
    file = tmp_path / "journal.db"
    with file.open("r+b") as raw:
        raw.seek(file.stat().st_size // 2)
        raw.write(b"\xa5" * 20_000)
    copy = store_in(tmp_path)
    copy.open(create=False)
    verdict = verify(copy)
    copy.close()
    assert not verdict.ok
    assert verdict.first_bad_seq is not None
    assert verdict.first_bad_seq <= 3_000


async def test_a_journal_is_verified_while_it_is_written(journal: Journal, tmp_path: Path) -> None:
    await journal.append([lost("gate-1")])
    done = asyncio.Event()

    async def keep_writing() -> None:
        while not done.is_set():
            await journal.append([lost(f"c{n}") for n in range(50)])

    writing = asyncio.create_task(keep_writing())
    checked = 0
    for _ in range(20):
        store = store_in(tmp_path)
        store.open(create=False)
        verdict = await asyncio.to_thread(verify, store)
        store.close()
        assert verdict.ok, verdict.problem
        assert verdict.checked >= checked
        checked = verdict.checked
    done.set()
    await writing
    assert checked > 50


def test_progress_is_told_in_records(store: SqliteStore) -> None:
    write(store, chained(4_500))
    told: list[tuple[int, int]] = []
    verify(store, progress=lambda done, total: told.append((done, total)))
    assert told == [(2_000, 4_500), (4_000, 4_500), (4_500, 4_500)]
