"""The note that the hub was alive: written while it is, and believed after a crash only where it can be true."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import SystemClock
from hub.core.catalogue import ClockStepped, HubStarted
from hub.core.event import Draft, Record
from hub.journal.log import Journal
from hub.runtime import alive
from hub.runtime.alive import EVERY_S, Note, believed, find_alive_until, keep_noting, load_note, note_file
from hub.runtime.minding import Minder
from hub.testing.clock import START, FakeClock
from tests.runtime.running import happens, journal_of, records_of, running, store_in, until

STARTED = HubStarted(version="1", last_stop="first")
MINUTE = timedelta(minutes=1)


def leave(data: Path, text: bytes) -> None:
    note_file(data).parent.mkdir(parents=True, exist_ok=True)
    note_file(data).write_bytes(text)


def noted(data: Path, at: datetime, position: int = 1) -> None:
    leave(data, msgspec.json.encode(Note(at=at, position=position)))


async def found(folder: Path, clock: FakeClock, *events: ClockStepped) -> datetime | None:
    """What a start finds 20 minutes after `START`; on record is a start at `START`, and what `events` say."""
    journal = Journal(store_in(folder), clock)
    await journal.start()
    try:
        if not journal.head.seq:
            await journal.append([Draft(STARTED, "hub")])
        if events:
            await journal.append([Draft(event, "hub") for event in events])
        return find_alive_until(folder, journal, START + 20 * MINUTE)
    finally:
        await journal.stop()


async def test_what_was_noted_after_the_last_record_says_until_when_the_hub_ran(tmp_path: Path) -> None:
    noted(tmp_path, START + 10 * MINUTE)
    assert await found(tmp_path, FakeClock()) == START + 10 * MINUTE


@pytest.mark.parametrize(
    ("at", "position"),
    [(START - MINUTE, 1), (START + 21 * MINUTE, 1), (START + 10 * MINUTE, 2)],
    ids=["before the last record", "in the future", "of another journal"],
)
async def test_a_note_that_cannot_be_true_is_not_believed(tmp_path: Path, at: datetime, position: int) -> None:
    noted(tmp_path, at, position)
    assert await found(tmp_path, FakeClock()) is None


async def test_a_clock_that_was_set_since_makes_a_note_worthless_until_the_next_one(tmp_path: Path) -> None:
    noted(tmp_path, START + 10 * MINUTE)
    clock = FakeClock()
    assert await found(tmp_path, clock, ClockStepped(by_s=-3600)) is None
    noted(tmp_path, START + 11 * MINUTE, 2)
    assert await found(tmp_path, clock) == START + 11 * MINUTE


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\0" * 60,
        b"yesterday",
        b"{}",
        b'{"at": "2026-01-05T08:00:00", "position": 1}',
        b'{"at": "2026-01-05T08:00:00Z", "position": -1}',
        b'{"at": "2026-01-05T08:00:00Z", "position": 1}' + b" " * 2000,
    ],
    ids=["empty", "zeros", "words", "no fields", "no zone", "negative", "endless"],
)
async def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, text: bytes) -> None:
    leave(tmp_path, text)
    assert load_note(tmp_path) is None
    assert await found(tmp_path, FakeClock()) is None


async def test_without_a_note_or_without_a_record_nothing_is_known(tmp_path: Path) -> None:
    assert await found(tmp_path, FakeClock()) is None
    noted(tmp_path / "new", START)
    journal = Journal(store_in(tmp_path / "new"), FakeClock())
    await journal.start()
    assert find_alive_until(tmp_path / "new", journal, START + MINUTE) is None
    await journal.stop()


async def test_a_folder_in_place_of_the_note_keeps_nobody_from_starting(tmp_path: Path) -> None:
    note_file(tmp_path).mkdir(parents=True)
    assert load_note(tmp_path) is None


_TIMES = st.integers(-100, 100).map(lambda minutes: START + minutes * MINUTE)


@given(_TIMES, st.integers(0, 20), _TIMES, st.integers(0, 20), _TIMES)
def test_whatever_is_noted_what_is_believed_lies_between_the_last_record_and_now(
    at: datetime, position: int, last_at: datetime, set_at: int, now: datetime
) -> None:
    last = Record(10, last_at, last_at, "hub", None, STARTED, None, b"")
    if believed(Note(at=at, position=position), last=last, set_at=set_at, now=now):
        assert last_at <= at <= now
        assert set_at <= position <= 10


async def test_the_hub_notes_again_and_again_that_it_is_alive_as_long_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alive, "EVERY_S", 0.01)
    note_file(tmp_path).parent.mkdir()
    clock, broken = SystemClock(), []
    async with running(tmp_path, clock) as core:
        (started,) = await happens(core, Draft(STARTED, "hub"))
        minder = Minder(broken.append)
        minder.soon(keep_noting(tmp_path, core, clock))
        await until(lambda: (note := load_note(tmp_path)) is not None and note.position == started.seq)
        first = load_note(tmp_path)
        assert first is not None
        await until(lambda: (note := load_note(tmp_path)) is not None and note.at > first.at)
        assert note_file(tmp_path).stat().st_mode & 0o777 == 0o600
        assert find_alive_until(tmp_path, journal_of(core), clock.now()) is not None
    last = load_note(tmp_path)
    assert last is not None
    assert last.at <= clock.now()
    assert broken == []


async def test_by_a_clock_that_was_set_nothing_is_noted_before_that_is_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alive, "EVERY_S", 0.01)
    note_file(tmp_path).parent.mkdir()
    clock, seen = FakeClock(), set()
    async with running(tmp_path, clock) as core:
        await happens(core, Draft(STARTED, "hub"))
        Minder(lambda reason: None).soon(keep_noting(tmp_path, core, clock))
        await until(lambda: load_note(tmp_path) is not None)
        clock.step(-3600)

        def noted_anew() -> bool:
            note = load_note(tmp_path)
            seen.add(note)
            return note is not None and note.at < START

        await until(noted_anew)
        (step,) = records_of(core, ClockStepped)
        assert {note.position >= step.seq for note in seen if note is not None and note.at < START} == {True}


async def test_a_folder_that_takes_no_note_is_logged_once_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(alive, "EVERY_S", 0.01)
    tries = 0

    class Counting(SystemClock):
        def now(self) -> datetime:
            nonlocal tries
            tries += 1
            return super().now()

    async with running(tmp_path, SystemClock()) as core:
        broken: list[str] = []
        Minder(broken.append).soon(keep_noting(tmp_path / "missing", core, Counting()))
        await until(lambda: tries > 5)
        note_file(tmp_path / "missing").parent.mkdir(parents=True)
        await until(lambda: load_note(tmp_path / "missing") is not None)
    assert broken == []
    said = capsys.readouterr()
    assert (said.out + said.err).count("note_not_written") == 1


def test_it_is_noted_often_enough_that_a_crash_costs_no_figure_its_truth() -> None:
    assert EVERY_S <= 10
    assert os.fspath(note_file(Path("data"))) == "data/run/alive"
