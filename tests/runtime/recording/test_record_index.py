"""The index: older files, and where segments lie."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.core.recordings import Segment
from hub.runtime.recording.index import RecordIndex

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)


def segment(minute: int, camera: str = "gate") -> Segment:
    begin_at = AT + timedelta(minutes=minute)
    return Segment(
        camera=camera,
        stream="main",
        begin_at=begin_at,
        end_at=begin_at + timedelta(minutes=1),
        media_s=60.0,
        frames=1500,
        bytes=1000,
        sha256=f"{minute:064x}",
        codec="h264",
        ended="rolled",
    )


@pytest.fixture
def index(tmp_path: Path) -> Iterator[RecordIndex]:
    made = RecordIndex(tmp_path / "recordings.db", create=True)
    yield made
    made.close()


def test_an_index_of_the_first_version_is_used_on(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"
    old = sqlite3.connect(path)
    old.executescript(
        """
        CREATE TABLE segments (
            name TEXT PRIMARY KEY, camera TEXT NOT NULL, stream TEXT NOT NULL, begin_us INTEGER NOT NULL,
            end_us INTEGER NOT NULL, media_s REAL NOT NULL, frames INTEGER NOT NULL, bytes INTEGER NOT NULL,
            sha256 TEXT NOT NULL, codec TEXT NOT NULL, ended TEXT NOT NULL, recovered INTEGER NOT NULL,
            device_offset_s REAL, holes TEXT NOT NULL, seal TEXT
        ) WITHOUT ROWID;
        CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
        INSERT INTO facts VALUES ('version', '1'), ('told', '42');
        INSERT INTO segments VALUES ('gate/2026-01-05/gate_main_20260105T080000.000Z.mp4', 'gate', 'main',
            1767600000000000, 1767600060000000, 60.0, 1500, 1000, 'aa', 'h264', 'rolled', 0, NULL, '[]', 's');
        """
    )
    old.close()
    for _ in range(2):
        index = RecordIndex(path, create=True)
        assert index.fact("told") == "42"
        [one] = index.oldest()
        known = index.one(one.name)
        assert known is not None
        assert (known.place, known.seal) == ("", "s")
        index.close()


def test_an_index_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"
    RecordIndex(path, create=True).close()
    later = sqlite3.connect(path)
    later.execute("UPDATE facts SET value = '99' WHERE name = 'version'")
    later.commit()
    later.close()
    with pytest.raises(sqlite3.DatabaseError, match="another version"):
        RecordIndex(path, create=True)


def test_what_moved_left_something_behind_until_it_is_cleared(index: RecordIndex) -> None:
    index.add([segment(0), segment(1), segment(2)], seal="s")
    names = [one.name for one in index.oldest()]
    index.moved(names[:2], "nas")
    assert index.leftovers("", 10) == names[:2]
    assert index.totals() == (1, 1000)
    assert index.totals("nas") == (2, 2000)
    assert index.places() == {"": (1, 1000), "nas": (2, 2000)}
    assert [one.name for one in index.oldest(here=True)] == names[2:]
    assert [one.name for one in index.oldest(here=False)] == names[:2]
    index.cleared("", names[:2])
    assert index.leftovers("", 10) == []
    index.moved(names[:1], "archive")
    assert index.leftovers("nas", 10) == names[:1]
    index.moved(names[:1], "nas")
    assert index.leftovers("nas", 10) == [], "what has come back is no leftover"
    assert index.leftovers("archive", 10) == names[:1]


def test_what_was_deleted_while_it_was_copied_is_a_leftover_where_it_was_copied_to(index: RecordIndex) -> None:
    index.add([segment(0)], seal="s")
    [one] = index.oldest()
    index.leave([one.name])
    index.cleared("", [one.name])
    index.moved([one.name], "nas")
    assert index.leftovers("nas", 10) == [one.name]
    assert list(index.oldest()) == []


def test_only_what_is_sealed_and_lies_elsewhere_is_due(index: RecordIndex) -> None:
    index.add([segment(0), segment(1)], seal="s")
    index.add([segment(2)])
    index.add([segment(3, "other")], seal="s")
    names = [one.name for one in index.oldest()]
    late = AT + timedelta(hours=1)
    due = index.due("", "gate", AT - timedelta(days=1), late, 10)
    assert [one.segment.name for one in due] == names[:2]
    assert [one.segment.name for one in index.due("", "gate", AT, AT + timedelta(minutes=1), 10)] == names[:1]
    index.moved(names[:1], "nas")
    assert [one.segment.name for one in index.due("", "gate", AT, late, 10)] == names[1:2]
    assert [one.segment.name for one in index.due("nas", "gate", AT, late, 10)] == names[:1]


def test_another_folder_forgets_what_lay_in_the_old_one_and_no_storage(index: RecordIndex) -> None:
    index.add([segment(0), segment(1)], seal="s")
    names = [one.name for one in index.oldest()]
    index.moved(names[:1], "nas")
    index.forget_segments()
    assert [one.name for one in index.oldest()] == names[:1]
    assert index.leftovers("", 10) == []
