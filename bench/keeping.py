"""Moving recordings into a storage on the same disk, against `cp` and `cmp` over the same files; and a copy of a whole
site, against `tar` and `sha256sum` over its files. All read from the disk: what is in memory is driven out before.
"""

import asyncio
import os
import resource
import subprocess
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from hub_disk.options import DiskOptions
from hub_disk.storage import DiskStorage
from pyrage import x25519

from bench.proof import Cost, cost_of, drive_out
from bench.report import Row
from bench.scratch import scratch
from hub.clock import SystemClock
from hub.core.recordings import Segment
from hub.journal.log import Journal
from hub.ports import PluginContext
from hub.runtime.backup.journal_file import journal_store
from hub.runtime.backup.making import Wish, make_backup
from hub.runtime.proof.run import Pace
from hub.runtime.recording.index import Sealed
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.storages.calls import StorageCalls
from hub.runtime.storages.moving import Mover
from tests.chaos.vault import Vault
from tests.config.test_site import BASE
from tests.runtime.running import lost

SEGMENTS = 200
SIZE = 4 * 1024 * 1024
"""Bytes of one; a minute at 0.5 Mbit/s."""
RECORDS = 100_000
PICTURES = 1_000
PICTURE_BYTES = 60_000


def run() -> list[Row]:
    with scratch() as folder:
        return [*_moving(folder / "moving"), *_backup(folder / "backup")]


def _moving(folder: Path) -> list[Row]:
    data, nas, peer = folder / "data", folder / "nas", folder / "peer"
    for each in (data, nas, peer, folder / "plugin"):
        each.mkdir(parents=True)
    vault = Vault(data)
    try:
        due = [Sealed(one, None) for one in vault.record("cam", count=SEGMENTS, size=SIZE)]
        files = [vault.path(one.segment) for one in due]
        drive_out(files)
        copied = cost_of(lambda: _copy_and_compare(files, peer), resource.RUSAGE_CHILDREN)
        clock = SystemClock()
        context = PluginContext(plugin="disk", data=folder / "plugin", site=folder, clock=clock, language="en")
        options = DiskOptions(path=nas, mounted=False, min_free_gb=0)
        storage = StorageCalls("nas", DiskStorage(options, context))
        places = RecordPlaces(vault.keeper.index_path, vault.folder, {"nas": storage})
        mover = Mover(storage, places, folder=vault.folder, data=data, clock=clock)
        pace = Pace(None, clock, time.sleep)
        drive_out(files)
        moved: list[int] = []

        def move() -> None:
            moved.append(len(mover.copy(due, _keep_until, within_s=3600, pace=pace).done))

        own = cost_of(move, resource.RUSAGE_SELF)
    finally:
        vault.close()
    size = SEGMENTS * SIZE
    what = f"moving {SEGMENTS} recordings of {SIZE // 1024**2} MB to a folder on the same disk"
    whole = moved == [SEGMENTS]
    return [
        _row(what, "cp, sync, cmp", copied, size, "read back; nothing is on record"),
        _row(what, "Watchroom: copied, synced, read back, hashed", own, size, "" if whole else "not all", not whole),
    ]


def _backup(site: Path) -> list[Row]:
    for name in ("data/evidence", "data/recordings", "rules"):
        (site / name).mkdir(parents=True)
    (site / "hub.toml").write_text(BASE, encoding="utf-8")
    asyncio.run(_record(site / "data"))
    for number in range(PICTURES):
        (site / "data" / "evidence" / f"{number}.jpg").write_bytes(os.urandom(PICTURE_BYTES))
    files = sorted(path for path in site.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    what = f"copy of a site: {RECORDS:,} records, {PICTURES:,} pictures, {size / 1e6:.0f} MB"
    key = x25519.Identity.generate().to_public()
    rows = []
    drive_out(files)
    tar = cost_of(lambda: _tar(site, site.parent / "peer.tar"), resource.RUSAGE_CHILDREN)
    rows.append(_row(what, "tar, sync, sha256sum", tar, size, "no proof of the journal; torn where it is written"))
    for subject, wish in (
        ("Watchroom: copied, proven, read again", Wish(folder=site.parent / "plain")),
        ("Watchroom: the same, encrypted", Wish(folder=site.parent / "secret", recipients=[key])),
    ):
        drive_out(files)
        own = cost_of(lambda: make_backup(site, wish, SystemClock()), resource.RUSAGE_SELF)  # noqa: B023
        rows.append(_row(what, subject, own, size))
    return rows


async def _record(data: Path) -> None:
    clock = SystemClock()
    journal = Journal(journal_store(data / "journal.db", clock), clock)
    await journal.start()
    for first in range(0, RECORDS, 1000):
        await journal.append([lost(f"gate-{number % 100}") for number in range(first, first + 1000)])
    await journal.stop()


def _copy_and_compare(files: Sequence[Path], to: Path) -> None:
    subprocess.run(["cp", "-t", to, *files], check=True)
    subprocess.run(["sync", "-f", to], check=True)
    copies = [to / path.name for path in files]
    drive_out(copies)
    for path, copy in zip(files, copies, strict=True):
        subprocess.run(["cmp", path, copy], check=True)


def _tar(site: Path, archive: Path) -> None:
    subprocess.run(["tar", "cf", archive, "-C", site, "."], check=True)
    subprocess.run(["sync", archive], check=True)
    drive_out([archive])
    subprocess.run(["sha256sum", archive], check=True, stdout=subprocess.DEVNULL)


def _keep_until(segment: Segment) -> datetime:
    return segment.end_at + timedelta(days=30)


def _row(what: str, subject: str, cost: Cost, size: int, note: str = "", failed: bool = False) -> Row:
    return Row(
        bench=what,
        subject=subject,
        figure=f"{size / cost.wall_s / 1e6:,.0f} MB/s",
        cpu=f"{1000 * cost.cpu_s / (size / 1e9):,.0f} ms a GB",
        note=note,
        failed=failed,
    )
