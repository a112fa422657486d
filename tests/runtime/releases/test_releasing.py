"""The hub makes packages: whole or not at all, whatever happens to it, its disk or its devices."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.recordings import RecordingsSealed
from hub.core.releases.events import (
    BlurRegion,
    ReleaseClosed,
    ReleaseHandedOver,
    ReleasePackageDeleted,
    ReleasePackageVoid,
    ReleasePreparationFailed,
    ReleasePrepared,
    ReleaseWithdrawn,
)
from hub.journal.verify import verify as verify_journal
from hub.runtime.releases import releasing
from tests.e2e.disks import small_disk
from tests.footage.packing import BEGIN, ROOT, seals_of, unpacked
from tests.runtime.releasing_stage import preparing, report_on, requested, stage
from tests.runtime.running import store_in


async def test_a_package_is_made_and_every_original_is_proven_by_the_journal(tmp_path: Path) -> None:
    async with stage(tmp_path) as made:
        region = BlurRegion(camera="gate-1", left=0.1, top=0.1, right=0.4, bottom=0.4)
        await made.write(*requested(), preparing(copy=True, blur=[region]))
        release = await made.settled()
        assert release.state == "prepared", release.failure
        report = report_on(made)
        assert (report.findings, report.originals, report.sealed) == ([], 4, 4)
        assert release.package is not None
        assert (release.package.segments, release.package.key) == (4, report.fingerprint)
        bag = unpacked(made.releasing.file(release.package.name), tmp_path / "unpacked")
        [sealing] = made.records(RecordingsSealed)
        assert seals_of(bag)["seals"][0]["record"]["hash"] == sealing.hash.hex()
        custody = (bag / "data/custody.html").read_text()
        assert "批准" in custody
        assert "cards seen" in custody
        assert len(list((bag / "data/copy").glob("*/*.mp4"))) == 4
        assert [path.name for path in made.packages.iterdir()] == [release.package.name]
        assert made.releasing.progress("F-1") is None


async def test_a_package_that_is_void_is_deleted_and_so_is_one_that_is_no_longer_needed(tmp_path: Path) -> None:
    async with stage(tmp_path) as made:
        await made.write(*requested(), preparing())
        first = (await made.settled()).package
        await made.write(ReleasePackageVoid(release="F-1"), preparing())
        second = (await made.settled()).package
        assert first is not None
        assert second is not None
        assert [path.name for path in made.packages.iterdir()] == [second.name] != [first.name]
        await made.write(ReleaseHandedOver(release="F-1", receiver="Li", receipt="ab"), ReleaseClosed(release="F-1"))
        async with asyncio.timeout(5):
            while list(made.packages.iterdir()):
                await asyncio.sleep(0.02)
        deleted = made.records(ReleasePackageDeleted)
        ends = made.records(ReleasePackageVoid, ReleaseClosed)
        assert [one.event for one in deleted] == [
            ReleasePackageDeleted(release="F-1", package=one.name, sha256=one.sha256, bytes=one.bytes, why=why)
            for one, why in ((first, "void"), (second, "closed"))
        ]
        assert [(one.actor, one.cause) for one in deleted] == [("hub", end.seq) for end in ends]


async def test_a_deletion_that_a_crash_cut_short_is_done_and_told_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as made:
        await made.write(*requested(), preparing())
        package = (await made.settled()).package
        assert package is not None
        path = made.releasing.file(package.name)
        data = path.read_bytes()
        await made.write(ReleasePackageVoid(release="F-1"), ReleaseWithdrawn(release="F-1"))
        async with asyncio.timeout(5):
            while path.exists():
                await asyncio.sleep(0.02)
    path.write_bytes(data)
    (path.parent / "F-1_20260105T080000.000Z.tar").write_bytes(data)  # made, and the hub was killed before its record
    async with stage(tmp_path) as made:
        async with asyncio.timeout(5):
            while list(made.packages.iterdir()):
                await asyncio.sleep(0.02)
        [deleted] = made.records(ReleasePackageDeleted)
        assert deleted.event.why == "withdrawn"


async def test_an_original_that_was_changed_fails_it_by_name_and_nothing_is_left(tmp_path: Path) -> None:
    async with stage(tmp_path) as made:
        path = next((tmp_path / "recordings/gate-2").glob("*/*.mp4"))
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        await made.write(*requested(), preparing())
        release = await made.settled()
        assert release.state == "approved"
        assert path.name in release.failure
        assert list(made.packages.iterdir()) == []


async def test_a_list_that_was_changed_fails_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as made:
        [manifest] = (tmp_path / "recordings/.seals").iterdir()
        lines = manifest.read_text().splitlines()
        manifest.write_text("\n".join(reversed(lines)) + "\n")
        await made.write(*requested(), preparing())
        assert "is not what record" in (await made.settled()).failure


async def test_nothing_of_the_period_is_no_package(tmp_path: Path) -> None:
    async with stage(tmp_path) as made:
        early = [*requested()]
        early[0] = type(early[0])(
            **{
                **{name: getattr(early[0], name) for name in early[0].__struct_fields__},
                "from_at": BEGIN - timedelta(days=2),
                "to_at": BEGIN - timedelta(days=1),
            }
        )
        await made.write(*early, preparing())
        assert "nothing of that period" in (await made.settled()).failure


async def test_it_waits_for_the_seal_of_what_was_just_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "_LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(releasing, "_SEAL_WAIT_S", 0.3)
    async with stage(tmp_path, keep=False) as made:
        find = made.reading.find
        made.reading.find = lambda *args, **more: [  # type: ignore[method-assign]
            type(one)(**{**{n: getattr(one, n) for n in one.__struct_fields__}, "seal": ""})
            for one in find(*args, **more)
        ]
        task = asyncio.create_task(made.releasing.keep())
        await made.write(*requested(), preparing())
        async with asyncio.timeout(5):
            while (said := made.releasing.progress("F-1")) is None or said.step != "waiting":
                await asyncio.sleep(0.01)
        assert "not finished and sealed yet" in (await made.settled()).failure
        made.reading.find = find  # type: ignore[method-assign]
        await made.write(preparing())
        assert (await made.settled()).state == "prepared"
        task.cancel()
        await asyncio.wait({task})


async def test_what_nobody_foresaw_fails_one_package_and_not_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove = releasing.prove

    def breaks(*args: Any) -> Any:
        raise ZeroDivisionError

    async with stage(tmp_path) as made:
        monkeypatch.setattr(releasing, "prove", breaks)
        await made.write(*requested(), preparing())
        release = await made.settled()
        assert (release.state, release.failure) == ("approved", "The hub failed over it; its log says where.")
        monkeypatch.setattr(releasing, "prove", prove)
        await made.write(preparing())
        assert (await made.settled()).state == "prepared"


# --- a full disk ----------------------------------------------------------------------------------------------------


async def test_a_disk_without_room_is_the_reason_and_when_there_is_room_it_can_be_made(tmp_path: Path) -> None:
    async with stage(tmp_path, reserve_bytes=shutil.disk_usage(tmp_path).total) as made:
        await made.write(*requested(), preparing())
        release = await made.settled()
        assert release.state == "approved"
        assert "MB are free" in release.failure
        assert list(made.packages.iterdir()) == []
    async with stage(tmp_path) as made:
        await made.write(preparing())
        assert (await made.settled()).state == "prepared"
        assert report_on(made).findings == []


async def test_a_disk_that_fills_up_while_the_package_is_made_is_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing() -> None:
        return

    with small_disk(tmp_path / "releases", lambda: packing() or os.getpid(), megabytes=4) as disk:
        async with stage(tmp_path) as made:
            monkeypatch.setattr(made.releasing, "_tidy", nothing)  # the ballast lies there
            await made.write(*requested(), preparing(copy=True))
            async with asyncio.timeout(20):
                while (said := made.releasing.progress("F-1")) is None or said.step != "copy":
                    await asyncio.sleep(0.001)
            disk.fill()
            release = await made.settled()
            assert release.state == "approved", "it was not made on a full disk"
            assert "disk" in release.failure
            assert {path.name for path in (tmp_path / "releases").iterdir()} <= {"ballast"}
            disk.free()
            await made.write(preparing(copy=True))
            assert (await made.settled()).state == "prepared"
            assert report_on(made).findings == []


def packing() -> int | None:
    """The process that makes a package now, of those that this one started."""
    children = (path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    for pid in (pid for found in children for pid in found):
        if b"hub.footage.work" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return int(pid)
    return None


# --- kill -9 --------------------------------------------------------------------------------------------------------


def any_of(folder: Path, pattern: str) -> Callable[[], bool]:
    return lambda: any((folder / "releases").glob(pattern))


MOMENTS: Mapping[str, str] = {
    "the work has begun": ".work-*",
    "originals are being copied": ".work-*/F-1/original/*/*/*.mp4",
    "the copy is being made": ".work-*/F-1/copy/*/*.mp4",
    "it is being signed": ".work-*/F-1/data",
    "it is being packed": ".work-*/packed",
    "it is there and not on record": "F-1_*.tar",
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_killed_at_any_moment_it_is_made_anew_and_there_is_one_package(tmp_path: Path, moment: str) -> None:
    async with stage(tmp_path, keep=False) as made:
        await made.write(*requested(), preparing(copy=True))
    command = [sys.executable, "-m", "tests.runtime.releasing_stage", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT)
    seen = any_of(tmp_path, MOMENTS[moment])
    deadline = time.monotonic() + 40
    while not seen() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was done before that moment came"
    async with stage(tmp_path) as made:
        release = await made.settled()
        assert release.state == "prepared", release.failure
        assert len(made.records(ReleasePrepared)) == 1
        assert made.records(ReleasePreparationFailed) == []
        assert report_on(made).findings == []
        async with asyncio.timeout(5):
            while len(list(made.packages.iterdir())) > 1:
                await asyncio.sleep(0.02)
    store = store_in(tmp_path)
    store.open(create=False)
    assert verify_journal(store).ok
    store.close()
