"""What the hub makes of the disk: the record of recordings, on a real journal."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

import hub.runtime.recording.recordings as module
from hub.clock import SystemClock
from hub.core.alarms.events import AlarmRaised
from hub.core.catalogue import SiteConfigured
from hub.core.event import Draft
from hub.core.findings import RecordingMissing, RecordingResumed
from hub.core.recordings import (
    RecordingPlanned,
    RecordingProtected,
    RecordingsRemoved,
    RecordingsSealed,
    RecordingUnplanned,
)
from hub.core.retention import Keeping
from hub.core.site import Area, Camera, Site
from hub.core.storage import StorageFreed, StorageGone, StorageLow, StorageReturned
from hub.core.text import Text
from hub.runtime.core_loop import CoreLoop
from hub.runtime.own_thread import OwnThread
from hub.runtime.recording.keeper import Seen
from hub.runtime.recording.plan import RecordingPlan
from hub.runtime.recording.recordings import Recordings
from tests.runtime.running import journal_of, lost, names_of, records_of, restored, running, until
from tests.servers.clips import Clips
from tests.watch.recording import Fed

SITE = Site(
    areas=[Area(id="yard", name=Text(en="Yard"))],
    cameras=[Camera(id="gate", name=Text(en="Gate"), area="yard", domain="security")],
)


class Ticking(SystemClock):
    """The real clock, which feeding by hand need not wait for."""

    def advance(self, seconds: float) -> None:
        return


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Clips(tmp_path_factory.mktemp("recordings")).path("plain")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(module, "HUNG_S", 1.0)
    monkeypatch.setattr(module, "BEGIN_S", 0.0)
    monkeypatch.setattr(module, "LOSS_TOLD_S", 0.0)


def plan(**changes: object) -> RecordingPlan:
    values = {
        "volume": "recordings",
        "cameras": {"gate": "watched"},
        "keeping": Keeping(),
        "missing_after_s": 1.0,
        "alarm_before_s": 30.0,
        "alarm_after_s": 30.0,
        "alarm_days": 10.0,
    }
    return RecordingPlan(**values | changes)  # type: ignore[arg-type]


@asynccontextmanager
async def recordings(folder: Path, wanted: RecordingPlan | None = None) -> AsyncIterator[tuple[CoreLoop, Recordings]]:
    async with running(folder, SystemClock()) as core:
        if core.state.site != SITE:
            await core.propose(lambda state: [Draft(SiteConfigured(site=SITE), actor="hub")])
        made = Recordings(
            core,
            journal_of(core),
            SystemClock(),
            wanted or plan(),
            folder=folder / "recordings",
            data=folder,
            trouble=lambda camera: "nothing",
        )
        core.on_change = made.follow
        await made.start()
        try:
            yield core, made
        finally:
            await made.stop()


def told(core: CoreLoop, *kinds: type) -> Callable[[], bool]:
    return lambda: {type(record.event) for record in records_of(core, *kinds)} == set(kinds)


def fed(folder: Path) -> Fed:
    return Fed(folder / "recordings", Ticking(), segment_s=60)


async def test_a_camera_without_new_bytes_is_missed_and_the_next_bytes_end_that(tmp_path: Path, clip: Path) -> None:
    async with recordings(tmp_path) as (core, _):
        await until(told(core, RecordingPlanned, RecordingMissing))
        [missing] = records_of(core, RecordingMissing)
        assert missing.event.detail == Text(en="Nothing comes from the camera.", zh="摄像机没有送来任何数据。")
        writer = fed(tmp_path)
        writer.feed(writer.connect(clip)[:25])
        await until(told(core, RecordingResumed))
        assert "recording.missing" not in core.state.cameras["gate"].findings
        await until(lambda: len(records_of(core, RecordingMissing)) == 2)
        writer.recorder.finish()
        found = names_of(records_of(core, RecordingMissing, RecordingResumed))
        assert found == ["recording.missing", "recording.resumed", "recording.missing"]


def causes(core: CoreLoop) -> list[str]:
    return [record.event.cause for record in records_of(core, RecordingMissing)]


async def test_a_lost_signal_is_the_cause_until_recording_had_the_time_to_go_on_after_it(
    tmp_path: Path, clip: Path
) -> None:
    async with recordings(tmp_path) as (core, _):
        await until(told(core, RecordingPlanned))
        await core.propose(lambda state: [lost("gate")])
        await until(told(core, RecordingMissing))
        assert causes(core) == ["signal"]
        await core.propose(lambda state: [restored("gate")])
        await asyncio.sleep(0.3)
        assert causes(core) == ["signal"], "it takes a moment to go on"
        await until(lambda: len(causes(core)) == 2)
        first, second = (record.event for record in records_of(core, RecordingMissing))
        assert (second.cause, second.since_at) == ("stream", first.since_at)
        assert second.detail == Text(en="Nothing comes from the camera.", zh="摄像机没有送来任何数据。")
        writer = fed(tmp_path)
        writer.feed(writer.connect(clip)[:25])
        await until(told(core, RecordingResumed))
        writer.recorder.finish()


async def test_while_a_loss_may_still_be_told_nothing_that_comes_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOSS_TOLD_S", 3.0)
    async with recordings(tmp_path) as (core, _):
        await until(told(core, RecordingPlanned))
        await asyncio.sleep(1.5)
        await core.propose(lambda state: [lost("gate")])
        await until(told(core, RecordingMissing))
        assert causes(core) == ["signal"]


async def test_a_loss_that_is_found_later_is_the_cause_at_once(tmp_path: Path) -> None:
    async with recordings(tmp_path) as (core, _):
        await until(told(core, RecordingMissing))
        assert causes(core) == ["stream"]
        await core.propose(lambda state: [lost("gate")])
        await until(lambda: causes(core) == ["stream", "signal"])


async def test_how_a_camera_is_recorded_now_is_judged_by_the_disk(tmp_path: Path, clip: Path) -> None:
    async with recordings(tmp_path, plan(missing_after_s=2.0)) as (_, made):
        [waiting] = made.now().values()
        assert (waiting.state, waiting.stream, waiting.grown_at, waiting.closed_at) == (
            "starting",
            "watched",
            None,
            None,
        )
        before = SystemClock().now()
        writer = fed(tmp_path)
        writer.feed(writer.connect(clip)[:25])
        await until(lambda: made.now()["gate"].state == "recording")
        recording = made.now()["gate"]
        assert recording.since_at is not None
        assert before - timedelta(seconds=1) <= recording.since_at <= SystemClock().now()
        assert recording.grown_at is not None
        await until(lambda: made.now()["gate"].state == "missing")
        missing = made.now()["gate"]
        assert (missing.since_at, missing.closed_at) == (None, None)
        assert missing.grown_at is not None
        assert missing.grown_at <= SystemClock().now() - timedelta(seconds=1.9)
        writer.recorder.finish()
        await until(lambda: made.now()["gate"].closed_at is not None)
        made.use(plan(cameras={}))
        assert made.now() == {}


async def test_what_is_no_longer_planned_is_no_longer_missed(tmp_path: Path) -> None:
    async with recordings(tmp_path) as (core, made):
        await until(told(core, RecordingMissing))
        made.use(plan(cameras={}))
        await until(told(core, RecordingUnplanned, RecordingResumed))
        assert core.state.recorded == {}


async def test_a_volume_that_cannot_be_written_is_told_once_and_its_return_too(tmp_path: Path) -> None:
    async with recordings(tmp_path) as (core, _):
        await until(told(core, RecordingPlanned))
        folder = tmp_path / "recordings"
        folder.rename(tmp_path / "aside")
        folder.write_text("not a folder")
        await until(told(core, StorageGone))
        [gone] = records_of(core, StorageGone)
        assert gone.event.reason
        assert core.state.storage == {"recordings": ["storage.gone"]}
        folder.unlink()
        (tmp_path / "aside").rename(folder)
        await until(told(core, StorageReturned))
        assert core.state.storage == {}


async def test_a_disk_that_does_not_answer_is_gone_and_keeps_nobody(tmp_path: Path) -> None:
    """The look blocks, as a system call on a hung disk does; no disk can be made to hang on demand."""
    answer = threading.Event()
    async with recordings(tmp_path, plan(missing_after_s=3.0)) as (core, made):
        await until(told(core, RecordingPlanned))
        look = made._keeper.look

        def hung(**how: bool) -> Seen:
            answer.wait()
            return look(**how)

        made._keeper.look = hung  # type: ignore[method-assign]
        await until(told(core, StorageGone))
        [gone] = records_of(core, StorageGone)
        assert gone.event.reason == "it does not answer"
        await until(told(core, RecordingMissing))
        missing = records_of(core, RecordingMissing)[-1].event
        assert (missing.cause, missing.detail.en) == ("storage", "The disk of recordings cannot be written.")
        answer.set()
        await until(told(core, StorageReturned))


async def test_deletions_are_on_record_before_they_are_done(tmp_path: Path, clip: Path) -> None:
    async with recordings(tmp_path) as (core, made):
        await until(told(core, RecordingPlanned))
        writer = fed(tmp_path)
        writer.feed(writer.connect(clip))
        writer.recorder.finish()
        await until(lambda: files_in(tmp_path))
        there: list[bool] = []

        def watch_order(records) -> None:
            there.extend(bool(files_in(tmp_path)) for r in records if isinstance(r.event, RecordingsRemoved))

        core.on_change = watch_order
        made.use(plan(keeping=Keeping(max_bytes=1)))
        await until(lambda: not files_in(tmp_path))
        assert there == [True]
        [removed] = records_of(core, RecordingsRemoved)
        assert (removed.event.rule, removed.event.runs[0].camera, removed.event.runs[0].count) == ("space", "gate", 1)


async def test_a_shortage_is_told_and_its_end_too(tmp_path: Path, clip: Path) -> None:
    async with recordings(tmp_path, plan(keeping=Keeping(max_bytes=1, min_days=1))) as (core, made):
        await until(told(core, RecordingPlanned))
        writer = fed(tmp_path)
        writer.feed(writer.connect(clip))
        writer.recorder.finish()
        await until(told(core, StorageLow), within_s=12)
        assert records_of(core, RecordingsRemoved) == []
        made.use(plan())
        await until(told(core, StorageFreed), within_s=12)


def files_in(folder: Path) -> list[str]:
    return [name for _, _, names in os.walk(folder / "recordings" / "gate") for name in names]


def alarm(camera: str | None) -> AlarmRaised:
    return AlarmRaised(
        alarm="A-1", rule="r", kind="k", subject="s", camera=camera, priority="high", title=Text(en="An alarm")
    )


async def test_an_alarm_about_a_recorded_camera_keeps_its_minute_once(tmp_path: Path) -> None:
    async with recordings(tmp_path) as (core, _):
        [record] = await core.propose(lambda state: [Draft(alarm("gate"), actor="rule:r")])
        await core.propose(lambda state: [Draft(alarm(None), actor="rule:r"), Draft(alarm("yard"), actor="rule:r")])
        await until(told(core, RecordingProtected))
        [kept] = records_of(core, RecordingProtected)
        assert kept.cause == record.seq
        assert (kept.event.from_at, kept.event.to_at) == (
            record.at - timedelta(seconds=30),
            record.at + timedelta(seconds=30),
        )
    async with recordings(tmp_path) as (core, _):
        await asyncio.sleep(0.3)
        assert len(records_of(core, RecordingProtected)) == 1, "a restart protects nothing twice"


async def test_an_alarm_raised_just_before_a_crash_is_made_up_for(tmp_path: Path) -> None:
    async with running(tmp_path, SystemClock()) as core:
        await core.propose(lambda state: [Draft(SiteConfigured(site=SITE), actor="hub")])
        await core.propose(lambda state: [Draft(alarm("gate"), actor="rule:r")])
    async with recordings(tmp_path) as (core, _):
        await until(told(core, RecordingProtected))


async def test_a_new_index_learns_plans_and_protections_from_the_journal(tmp_path: Path) -> None:
    async with recordings(tmp_path) as (core, _):
        await core.propose(lambda state: [Draft(alarm("gate"), actor="rule:r")])
        await until(told(core, RecordingProtected, RecordingPlanned))
    for path in tmp_path.glob("recordings.db*"):
        path.unlink()
    async with recordings(tmp_path) as (core, made):
        assert made._thread is not None
        now = SystemClock().now()
        assert list(await made._thread.run(lambda: made._keeper.index.planned(now))) == ["gate"]
        assert list(await made._thread.run(lambda: made._keeper.index.protected(now))) == ["gate"]


async def test_what_was_finished_is_sealed_when_the_hub_stops(tmp_path: Path, clip: Path) -> None:
    async with recordings(tmp_path) as (core, _):
        writer = fed(tmp_path)
        writer.feed(writer.connect(clip))
        writer.recorder.finish()
    async with running(tmp_path, SystemClock()) as core:
        [sealed] = records_of(core, RecordingsSealed)
        assert sealed.event.count == 1


async def test_a_thread_of_its_own_hands_back_results_and_errors_in_order() -> None:
    thread = OwnThread("test")
    done: list[int] = []
    first, second = thread.run(lambda: done.append(1)), thread.run(lambda: 1 / 0)
    third = thread.run(lambda: done.append(3))
    await first
    with pytest.raises(ZeroDivisionError):
        await second
    await third
    assert done == [1, 3]
    thread.end()


async def test_a_file_that_holds_nothing_yet_is_no_recording_and_no_reason_to_miss_one(tmp_path: Path) -> None:
    async with recordings(tmp_path, plan(missing_after_s=2.0)) as (core, made):
        await until(told(core, RecordingPlanned))
        (tmp_path / "recordings" / ".open" / "gate_watched_20260105T080000.000Z.mp4").touch()
        await until(lambda: made.growing)
        await asyncio.sleep(0.3)
        assert records_of(core, RecordingMissing) == []
        await until(told(core, RecordingMissing))
