import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hub_sqlite import store as store_module
from hub_sqlite.files import connect_writer
from hub_sqlite.schema import SUBJECT_FIELDS
from hub_sqlite.store import SqliteStore
from hypothesis import given
from hypothesis import strategies as st

from hub.api import OutboxEntry, SiteError, StoredRecord, Transaction
from hub.core.catalogue import _SUBJECT_FIELDS
from tests.journal.making import chained, store_in, write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = store_in(tmp_path)
    store.open(create=True)
    yield store
    store.close()


def effect(key: str, *, next_at_us: int = 0, state: str = "pending", attempts: int = 0) -> OutboxEntry:
    return OutboxEntry(
        key=key,
        kind="message",
        payload=b'{"to":"duty"}',
        cause=1,
        created_at_us=1,
        next_at_us=next_at_us,
        attempts=attempts,
        state=state,
    )


@pytest.mark.parametrize("count", [1, 3, 4, 5, 64, 65, 1_024, 1_025, 3_072, 3_073, 7_000])
def test_any_number_of_records_is_written_at_once_and_exactly(store: SqliteStore, count: int) -> None:
    records = chained(count)
    write(store, records)
    assert store.read(0, count + 1) == records
    assert store.head() == records[-1]


def test_an_empty_journal_has_no_head_and_no_records(store: SqliteStore) -> None:
    assert store.head() is None
    assert store.read(0, 10) == store.read_last(10) == []
    assert store.outbox_due(0, 10) == []
    assert store.known_keys(["a"]) == store.outbox_counts() == {}
    assert store.document("state") is None


def test_bodies_and_texts_come_back_byte_for_byte(store: SqliteStore) -> None:
    body = '{"type":"a.b","text":"东门 \\u0000 \\" é 🎥"}'.encode()
    record = StoredRecord(1, 2**62, -(2**62), "人:王", None, "a.b", 2**31, body, "key\n", b"\x00" * 32)
    write(store, [record])
    assert store.read(0, 1) == [record]


def test_one_commit_takes_several_transactions_with_all_their_parts(store: SqliteStore) -> None:
    records = chained(3)
    store.commit(
        [
            Transaction(
                records=records[:1], outbox_new=[effect("a"), effect("b", next_at_us=9)], documents={"s": b"1"}
            ),
            Transaction(records=records[1:], outbox_changed=[effect("a", state="done")], documents={"s": b"2"}),
            Transaction(outbox_new=[effect("a")]),
        ]
    )
    assert store.read(0, 9) == records
    assert store.document("s") == b"2"
    assert store.outbox_counts() == {"done": 1, "pending": 1}
    assert store.outbox_due(8, 10) == []
    assert store.outbox_due(9, 10) == [effect("b", next_at_us=9)]


def test_effects_that_are_due_come_oldest_first(store: SqliteStore) -> None:
    store.commit(
        [Transaction(outbox_new=[effect("c", next_at_us=3), effect("a", next_at_us=1), effect("b", next_at_us=2)])]
    )
    assert [entry.key for entry in store.outbox_due(10, 2)] == ["a", "b"]


def test_known_keys_are_found_among_many(store: SqliteStore) -> None:
    write(store, chained(300))
    asked = [f"key-{n}" for n in range(1, 1_000)]
    assert store.known_keys(asked) == {f"key-{n}": n for n in range(3, 301, 3)}


@pytest.mark.parametrize("sql", ["UPDATE record SET actor = 'x' WHERE seq = 1", "DELETE FROM record WHERE seq = 1"])
def test_the_file_itself_refuses_to_change_a_record(store: SqliteStore, tmp_path: Path, sql: str) -> None:
    write(store, chained(2))
    other = sqlite3.connect(tmp_path / "journal.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(sql)
    other.close()


@pytest.mark.parametrize(
    "bad",
    [
        chained(1)[0],
        chained(3)[2]._replace(seq=11, key="key-3"),
        chained(1)[0]._replace(seq=11, actor=None),  # type: ignore[arg-type]
        chained(1)[0]._replace(seq=11, actor="\ud800"),
        chained(1)[0]._replace(seq=11, at_us=2**70),
        chained(1)[0]._replace(seq=11, body=b"no json"),
    ],
    ids=["seq again", "key again", "no actor", "no text", "no integer", "no json"],
)
def test_a_commit_that_fails_writes_nothing_and_the_next_one_works(store: SqliteStore, bad: StoredRecord) -> None:
    records = chained(4)
    write(store, records[:3])
    with pytest.raises((SiteError, OverflowError, UnicodeError)):
        store.commit([Transaction(records=[records[3], bad], documents={"s": b"1"})])
    assert store.head() == records[2]
    assert store.document("s") is None
    write(store, records[3:])
    assert store.read(0, 9) == records


def test_a_commit_that_went_through_though_it_reported_an_error_is_not_written_twice(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_write = store_module._write

    def write_and_fail(*given: object) -> None:
        really_write(*given)  # type: ignore[arg-type]
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    records = chained(4)
    with monkeypatch.context() as patch:
        patch.setattr(store_module, "_write", write_and_fail)
        with pytest.raises(OSError, match="input/output error"):
            write(store, records[:3])
    write(store, records[:3])
    write(store, records[3:])
    assert store.read(0, 9) == records


def test_another_program_that_holds_the_file_is_waited_for_or_named(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub_sqlite.files._BUSY_S", 0.05)
    store.close()
    store.open(create=True)
    other = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OSError, match="another program holds"):
        write(store, chained(1))
    other.execute("ROLLBACK")
    other.close()
    write(store, chained(1))
    assert store.head() == chained(1)[0]


def test_a_commit_waits_for_the_disk(tmp_path: Path, store: SqliteStore) -> None:
    db = connect_writer(tmp_path / "journal.db")
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    db.close()


def test_nobody_else_on_the_machine_may_read_the_file(store: SqliteStore, tmp_path: Path) -> None:
    write(store, chained(1))
    for file in tmp_path.glob("journal.db*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_many_threads_read_while_one_writes_and_their_connections_are_used_again(
    store: SqliteStore,
) -> None:
    records = chained(2_000)
    faults: list[BaseException] = []
    written = 0

    def read() -> None:
        try:
            for _ in range(5):
                seqs = [record.seq for record in store.read(0, 5_000)]
                assert seqs == list(range(1, len(seqs) + 1))
                assert len(seqs) >= written
        except BaseException as error:
            faults.append(error)

    for first in range(0, 2_000, 200):
        threads = [threading.Thread(target=read) for _ in range(12)]
        for thread in threads:
            thread.start()
        write(store, records[first : first + 200])
        for thread in threads:
            thread.join(20)
        written = first + 200
    assert faults == []
    assert sum(file.endswith("/journal.db") for file in _open_files()) <= 13


def _open_files() -> list[str]:
    fds = Path("/proc/self/fd")
    return [os.readlink(fds / name) for name in os.listdir(fds) if os.path.lexists(fds / name)]


def test_nothing_stays_open_after_closing(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.open(create=True)
    write(store, chained(5))
    store.read(0, 5)
    store.close()
    store.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["journal.db", "journal.db.lock"]
    with pytest.raises(SiteError, match="is not open"):
        store.read(0, 5)
    with pytest.raises(SiteError, match="open for reading only"):
        write(store, chained(1))


def test_what_names_a_thing_in_an_event_is_indexed() -> None:
    assert set(_SUBJECT_FIELDS) <= set(SUBJECT_FIELDS)


WORDS = ["gate-1", "gate_1", "100%", "东门", 'say "hi"', "a:b", "Gate-1", ""]
BODIES = st.fixed_dictionaries(
    {"camera": st.sampled_from(WORDS)},
    optional={
        "alarm": st.sampled_from(WORDS),
        "kind": st.sampled_from(WORDS),
        "detail": st.sampled_from(WORDS),
        "number": st.integers(0, 3),
    },
)


@given(
    st.lists(st.tuples(st.sampled_from(["a.one", "a.two", "a.three"]), BODIES), min_size=1, max_size=12),
    st.integers(1, 6),
    st.lists(st.sampled_from(["a.one", "a.two", "a.four"]), max_size=3),
    st.none() | st.tuples(st.sampled_from(["camera", "alarm", "kind"]), st.sampled_from([w for w in WORDS if w])),
    st.none() | st.integers(0, 14),
)
def test_the_newest_records_that_match_are_found(
    tmp_path_factory: pytest.TempPathFactory,
    events: list[tuple[str, dict[str, object]]],
    limit: int,
    types: list[str],
    subject: tuple[str, str] | None,
    before: int | None,
) -> None:
    store = store_in(tmp_path_factory.mktemp("search"))
    store.open(create=True)
    write(
        store,
        [
            StoredRecord(seq, 0, 0, "hub", None, name, 1, msgspec.json.encode(body), None, b"")
            for seq, (name, body) in enumerate(events, 1)
        ],
    )
    found = store.read_last(limit, types=types, subject=":".join(subject) if subject else "", before=before)
    store.close()

    expected = [
        seq
        for seq, (name, body) in enumerate(events, 1)
        if (not types or name in types)
        and (subject is None or body.get(subject[0]) == subject[1])
        and (before is None or seq < before)
    ]
    assert [record.seq for record in found] == expected[-limit:]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("gate", [1, 2, 3]),
        ("GATE moved", [2]),
        ("东门", [3]),
        ("100%", [1]),
        ("gate_1", []),
        ("%", [1]),
        ("nowhere", []),
        ("since_at:yesterday", []),
        ("share:0.5", []),
    ],
)
def test_words_are_found_wherever_they_stand_in_an_event(store: SqliteStore, words: str, expected: list[int]) -> None:
    bodies = [
        '{"camera":"gate-1","detail":"covered 100%"}',
        '{"camera":"gate-2","detail":"moved"}',
        '{"camera":"gate-3","detail":"东门"}',
    ]
    write(
        store,
        [StoredRecord(n, 0, 0, "hub", None, "a.b", 1, body.encode(), None, b"") for n, body in enumerate(bodies, 1)],
    )
    assert [record.seq for record in store.read_last(10, subject=words)] == expected
    assert [record.seq for record in store.read_last(10, subject=words, types=["a.b"])] == expected
    assert store.read_last(10, subject=words, types=["a.c"]) == []


def test_a_search_for_a_great_many_types_works(store: SqliteStore) -> None:
    write(store, chained(9))
    types = [*(f"a.b{n}" for n in range(2_000)), "signal.lost"]
    assert [record.seq for record in store.read_last(2, types=types)] == [8, 9]
