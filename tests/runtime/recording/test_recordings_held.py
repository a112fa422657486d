"""What is held for a release stays, whatever hub.toml says, until the release is over; on a real disk and index."""

import asyncio
from datetime import timedelta, timezone
from pathlib import Path

from msgspec.structs import replace

from hub.clock import SystemClock
from hub.core.event import Draft, Record
from hub.core.recordings import RecordingPlanned, RecordingsRemoved
from hub.core.releases.events import RecordingHeld, RecordingHoldEnded
from hub.core.retention import Keeping
from hub.runtime.core_loop import CoreLoop
from hub.runtime.recording.keeper import Seen
from hub.runtime.recording.recordings import Recordings
from tests.runtime.recording.test_recordings import (
    clip,
    fed,
    files_in,
    plan,
    quick,
    recordings,
    records_of,
    told,
    until,
)

__all__ = ["clip", "quick"]


def held(release: str = "F-1") -> RecordingHeld:
    now = SystemClock().now()
    return RecordingHeld(
        camera="gate", from_at=now - timedelta(hours=1), to_at=now + timedelta(hours=1), release=release
    )


def ended(hold: RecordingHeld) -> RecordingHoldEnded:
    return RecordingHoldEnded(camera=hold.camera, from_at=hold.from_at, to_at=hold.to_at, release=hold.release)


async def on_record(core: CoreLoop, *events: RecordingHeld | RecordingHoldEnded) -> None:
    await core.propose(lambda state: [Draft(event, actor="person:zhao") for event in events])


async def protected(made: Recordings) -> list[str]:
    assert made._thread is not None
    return list(await made._thread.run(lambda: made._keeper.index.protected(SystemClock().now())))


async def one_file(folder: Path, core: CoreLoop, clip: Path) -> None:
    await until(told(core, RecordingPlanned))
    writer = fed(folder)
    writer.feed(writer.connect(clip))
    writer.recorder.finish()
    await until(lambda: files_in(folder))


async def look_now(made: Recordings) -> Seen:
    """A look at the disk that chooses what is to go."""
    assert made._thread is not None

    def look() -> Seen:
        made._keeper._keep_s = 0.0
        return made._keeper.look()

    return await made._thread.run(look)


async def test_what_two_releases_hold_is_deleted_when_neither_needs_it(tmp_path: Path, clip: Path) -> None:
    async with recordings(tmp_path) as (core, made):
        await one_file(tmp_path, core, clip)
        first, second = held("F-1"), held("F-2")
        await on_record(core, first, second)
        await until_protected(made, True)
        made.use(plan(keeping=Keeping(max_bytes=1, keep_days=1e-9)))
        await on_record(core, ended(first))
        await made._put_on_record(await look_now(made))
        assert files_in(tmp_path)
        assert not records_of(core, RecordingsRemoved)
        await on_record(core, ended(second))
        await until(lambda: not files_in(tmp_path))
        assert records_of(core, RecordingsRemoved)


async def test_a_hold_that_comes_after_the_look_and_before_its_record_keeps_the_file(
    tmp_path: Path, clip: Path
) -> None:
    async with recordings(tmp_path) as (core, made):
        await one_file(tmp_path, core, clip)
        made.task.cancel()  # type: ignore[union-attr]
        made._keeper.keeping = Keeping(max_bytes=1)
        seen = await look_now(made)
        async with asyncio.timeout(15):  # what may be deleted is asked every few seconds only
            while not seen.removals:
                await asyncio.sleep(0.05)
                seen = await look_now(made)
        assert [len(removal.segments) for removal in seen.removals] == [1]
        await on_record(core, held())
        await made._put_on_record(seen)
        assert not records_of(core, RecordingsRemoved)
        await made._thread.run(lambda: None)  # type: ignore[union-attr]
        assert files_in(tmp_path)


async def test_a_new_index_learns_from_the_journal_what_is_held_and_what_no_longer(tmp_path: Path) -> None:
    async with recordings(tmp_path) as (core, made):
        first, second = held("F-1"), held("F-2")
        await on_record(core, first, second, ended(first))
        await until_protected(made, True)
    for path in tmp_path.glob("recordings.db*"):
        path.unlink()
    async with recordings(tmp_path) as (core, made):
        assert await protected(made) == ["gate"]
        await on_record(core, ended(second))
        await until_protected(made, False)


async def until_protected(made: Recordings, there: bool) -> None:
    """The index is told behind the record: wait for its thread, which does one thing after another."""
    for _ in range(50):
        if bool(await protected(made)) is there:
            return
    raise AssertionError("the index was not told")


def test_a_hold_that_is_told_twice_is_one_and_ends_once(tmp_path: Path) -> None:
    from hub.runtime.recording.facts import into_index
    from hub.runtime.recording.index import RecordIndex

    index = RecordIndex(tmp_path / "index.db", create=True)
    hold, now = held(), SystemClock().now()
    for event in (hold, hold):
        into_index(index, Record(1, now, now, "person:zhao", None, event, None, b""))
    assert [camera for camera, spans in index.protected(now).items() for _ in spans] == ["gate"]
    into_index(index, Record(2, now, now, "person:zhao", None, ended(held("F-2")), None, b""))
    assert index.protected(now)
    there = timezone(timedelta(hours=8))
    written = replace(hold, from_at=hold.from_at.astimezone(there))
    into_index(index, Record(3, now, now, "person:zhao", None, ended(written), None, b""))
    assert not index.protected(now)
    index.close()
