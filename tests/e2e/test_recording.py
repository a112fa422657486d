"""Recording as staff meet it: a hub with real cameras, faults made for real, to the alarm and back."""

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.findings import RecordingMissing, RecordingResumed
from hub.core.recordings import (
    RecordingGap,
    RecordingPlanned,
    RecordingProtected,
    RecordingRecovered,
    RecordingsRemoved,
    RecordingsSealed,
    RecordingUnplanned,
    parse_manifest,
    seal_of,
)
from hub.core.storage import StorageGone, StorageReturned
from tests.e2e.hubs import PASSWORD, Site
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips
from tests.watch.recording import played

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
SETTINGS = "\n[recording]\nsegment_s = 2\nmissing_after_s = 5\nmin_free_gb = 0.001\n"


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path_factory.mktemp("clips"))
    paths = {scene: clips.path(scene) for scene in ("plain",)}
    with CameraFarm(paths, cameras=2, fps=clips.fps) as running:
        yield running


def recorded_site(site: Site, farm: CameraFarm, settings: str = SETTINGS, cameras: int = 1) -> Site:
    site.append(settings)
    for number in range(cameras):
        site.add_camera(f"gate-{number}", farm.url(number))
        site.append('recording = { stream = "watched" }\n')
    return site


def files(site: Site, camera: str = "gate-0") -> list[Path]:
    return sorted((site.data / "recordings").glob(f"{camera}/*/*.mp4"))


def recording(site: Site, count: int = 2) -> Callable[[], bool]:
    known = set(files(site))
    return lambda: len(set(files(site)) - known) >= count


def test_a_camera_is_recorded_checked_and_listed(site: Site, farm: CameraFarm) -> None:
    recorded_site(site, farm).start()
    site.until(recording(site, 3), 30, "three files")
    site.recorded(RecordingPlanned, camera="gate-0", stream="watched")

    listed = site.json("recordings", "list", "gate-0")
    assert [one["codec"] for one in listed if not one["open"]] == ["h264"] * sum(not one["open"] for one in listed)
    for one in listed[:2]:
        seen = played(Path(one["path"]))
        assert seen.frames == one["frames"] > 0
        assert hashlib.sha256(Path(one["path"]).read_bytes()).hexdigest() == one["sha256"]

    checked = site.json("recordings", "check", "--hash")
    [day] = checked["days"]
    assert day["actual_s"] >= 0.5 * day["planned_s"] > 0
    assert checked["checked"] >= 3
    assert checked["bad"] == []
    assert "gate-0" in site.hub("recordings", "check").stdout

    site.hub("recordings", "list", "--day", "yesterday", code=2)

    path = Path(listed[1]["path"])
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    Path(listed[0]["path"]).unlink()
    assert (
        "only to the user of the operating system"
        in site.hub("recordings", "check", "--hash", code=2, env=ADMIN).stderr
    )
    bad = site.json("recordings", "check", "--hash", code=5)["bad"]
    assert [one["path"] for one in bad] == [listed[0]["path"], listed[1]["path"]]

    site.stop()
    sealed = site.recorded(RecordingsSealed).event
    manifest = parse_manifest((site.data / "recordings" / sealed.manifest).read_text())
    assert sealed.root == seal_of(manifest)
    assert sealed.count == len(manifest) == len(files(site)) + 1
    assert list((site.data / "recordings" / ".open").iterdir()) == []


def test_after_kill_9_the_open_file_is_saved_and_the_gap_is_the_hub_s(site: Site, farm: CameraFarm) -> None:
    recorded_site(site, farm, SETTINGS.replace("segment_s = 2", "segment_s = 60")).start()
    opened = site.data / "recordings" / ".open"
    site.until(lambda: opened.is_dir() and any(p.stat().st_size > 150_000 for p in opened.iterdir()), 30, "bytes")
    began = time.time()
    site.cut_the_power()
    time.sleep(max(0.0, began + 3 - time.time()))  # longer than a seam
    site.start()
    saved = site.recorded(RecordingRecovered, camera="gate-0").event
    path = site.data / "recordings" / saved.segment
    assert played(path).frames > 10
    assert hashlib.sha256(path.read_bytes()).hexdigest() == saved.sha256
    site.until(lambda: any(p.stat().st_size > 50_000 for p in opened.iterdir()), 30, "bytes again")
    site.stop()
    gap = site.recorded(RecordingGap, camera="gate-0").event
    assert gap.cause == "hub"
    assert gap.from_at == saved.end_at


def test_a_worker_that_is_killed_costs_a_moment_and_its_file_is_saved(site: Site, farm: CameraFarm) -> None:
    recorded_site(site, farm, SETTINGS.replace("segment_s = 2", "segment_s = 60")).start()
    opened = site.data / "recordings" / ".open"
    site.until(lambda: opened.is_dir() and any(p.stat().st_size > 50_000 for p in opened.iterdir()), 30, "bytes")
    [worker] = [pid for pid in site.processes() if "hub.watch.worker" in Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(worker, signal.SIGKILL)
    saved = site.recorded(RecordingRecovered, camera="gate-0", within_s=30).event
    assert played(site.data / "recordings" / saved.segment).frames > 0
    site.until(lambda: any(p.stat().st_size > 50_000 for p in opened.iterdir()), 30, "bytes again")


def test_an_alarm_keeps_what_was_recorded_around_it(site: Site, farm: CameraFarm) -> None:
    # The camera is gone for about seven seconds before the alarm: as many again are kept of when it was there, and
    # there is more than that.
    settings = SETTINGS + "keep_days = 0.0001\nalarm_before_s = 14\nalarm_after_s = 6\n"
    recorded_site(site, farm, settings, cameras=2).start()
    site.until(recording(site, 6), 45, "six files")
    farm.kill(0)
    try:
        alarm = site.recorded(AlarmRaised, camera="gate-0", rule="signal-lost")
    finally:
        farm.add(0)
    kept = site.recorded(RecordingProtected, camera="gate-0", alarm=alarm.event.alarm).event
    assert kept.from_at == alarm.at - timedelta(seconds=14)
    assert kept.to_at == alarm.at + timedelta(seconds=6)

    def all_else_is_gone() -> bool:
        found = site.json("recordings", "list", "gate-0", "--from", "2020-01-01")
        old = [one for one in found if one["end_at"] < kept.from_at.isoformat()]
        return not old and any(one["protected"] for one in found)

    site.until(all_else_is_gone, 60, "what is not protected is deleted")

    def kept_is_older_than_all_may_be() -> bool:
        return alarm.seen_at.timestamp() + 6 + 9 + 8 < time.time()

    site.until(kept_is_older_than_all_may_be, 60, "what is protected is older than the days to keep")
    found = site.json("recordings", "list", "gate-0", "--from", "2020-01-01")
    protected = [one for one in found if one["protected"]]
    assert protected[0]["begin_at"] <= alarm.at.isoformat()
    assert sum(played(Path(one["path"])).seconds for one in protected if not one["open"]) >= 5
    removed = site.recorded(RecordingsRemoved, rule="days").event
    assert {run.camera for run in removed.runs} == {"gate-0", "gate-1"}


def test_recording_is_judged_by_the_disk_and_resumes_by_itself(site: Site, tmp_path: Path, farm: CameraFarm) -> None:
    """A disk that turns read-only, and one that goes: the alarm, and back."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and _ran("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk))
    recorded_site(site, farm, SETTINGS + f'folder = "{disk}/recordings"\n').start()
    opened = disk / "recordings" / ".open"
    site.until(lambda: opened.is_dir() and any(p.stat().st_size > 50_000 for p in opened.iterdir()), 30, "bytes")
    aside = tmp_path / "aside"
    try:
        if mounted:
            assert _ran("umount", "--lazy", str(disk))
        else:
            (disk / "recordings").rename(aside)
        site.recorded(StorageGone, within_s=20)
        missing = site.recorded(RecordingMissing, camera="gate-0", within_s=20).event
        assert "disk" in missing.detail.en
        assert missing.detail.zh
        site.recorded(AlarmRaised, rule="storage-gone")
        assert missing.cause == "storage"
        assert site.records(AlarmRaised, rule="recording-missing") == [], "the disk has an alarm of its own"
        assert not (disk / "recordings").exists(), "nothing is written below the mount point"
        if mounted:
            assert _ran("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk))
            (disk / "recordings").mkdir()
        else:
            aside.rename(disk / "recordings")
        site.recorded(StorageReturned, within_s=20)
        site.recorded(RecordingResumed, camera="gate-0", within_s=20)
        site.recorded(AlarmReturned, within_s=10)
    finally:
        if mounted:
            site.end()
            _ran("umount", "--lazy", str(disk))


def test_a_lost_camera_is_one_alarm_and_its_gap_is_on_record(site: Site, farm: CameraFarm) -> None:
    recorded_site(site, farm).start()
    site.until(recording(site, 2), 30, "two files")
    [shown] = site.json("cameras")
    assert shown["recording"]["state"] == "recording"
    farm.kill(0)
    try:
        missing = site.recorded(RecordingMissing, camera="gate-0", within_s=30)
        site.recorded(AlarmRaised, rule="signal-lost", camera="gate-0")
        site.until(lambda: site.records(RecordingMissing)[-1].event.cause == "signal", 20, "the signal is the cause")
        assert site.json("cameras")[0]["recording"]["state"] == "missing"
    finally:
        farm.add(0)
    site.recorded(RecordingResumed, camera="gate-0", within_s=30)
    gap = site.recorded(RecordingGap, camera="gate-0", within_s=30).event
    assert gap.cause in ("camera", "network")
    assert gap.from_at <= missing.at
    assert site.records(AlarmRaised, rule="recording-missing") == []


def test_a_full_disk_is_told_while_the_watch_goes_on(site: Site, tmp_path: Path, farm: CameraFarm) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or not _ran("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)):
        pytest.fail("this test makes a small disk, which needs the right to mount")
    try:
        settings = SETTINGS.replace("0.001", "0.004") + f'folder = "{disk}"\nmin_days = 1\n'
        recorded_site(site, farm, settings).start()
        site.until(lambda: len(list(disk.glob("gate-0/*/*.mp4"))) >= 2, 30, "two files")
        (disk / "ballast").write_bytes(b"\0" * 12_000_000)
        low = site.recorded(AlarmRaised, rule="storage-low", within_s=30)
        site.until(lambda: _tried(lambda: (disk / "more").open("ab").write(b"\0" * 1_000_000)), 10, "the disk is full")
        missing = site.recorded(RecordingMissing, camera="gate-0", within_s=30)
        assert site.json("cameras")[0]["signal"] == "live"
        assert list(site.records(RecordingsRemoved)) == [], "young recordings are kept"
        for name in ("ballast", "more"):
            (disk / name).unlink()
        site.recorded(RecordingResumed, camera="gate-0", within_s=20)
        site.recorded(AlarmReturned, alarm=low.event.alarm, within_s=30)
        assert missing.seq > low.seq
        site.stop()
        for path in disk.glob("gate-0/*/*.mp4"):
            assert played(path).frames > 0
    finally:
        site.end()
        _ran("umount", "--lazy", str(disk))


def test_a_camera_that_is_no_longer_to_be_recorded_is_neither_recorded_nor_missed(site: Site, farm: CameraFarm) -> None:
    recorded_site(site, farm).start()
    site.until(recording(site, 1), 30, "a file")
    text = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(text.replace('recording = { stream = "watched" }\n', ""))
    site.recorded(RecordingUnplanned, camera="gate-0")
    site.until(lambda: not list((site.data / "recordings" / ".open").iterdir()), 10, "nothing is written")
    time.sleep(7)  # longer than `missing_after_s`
    assert site.records(RecordingMissing) == []


def test_the_main_stream_is_recorded_over_a_connection_of_its_own(site: Site, farm: CameraFarm) -> None:
    site.append(SETTINGS)
    site.add_camera("gate-0", farm.url(0))
    site.append(f'main_url = "{farm.url(1)}"\nrecording = {{ stream = "main" }}\n')
    before = farm.clients(1)
    site.start()
    site.until(recording(site, 2), 30, "two files")
    assert farm.clients(1) == before + 1
    assert farm.clients(0) == 1
    assert {path.name.split("_")[1] for path in files(site)} == {"main"}


def _ran(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _tried(work: Callable[[], object]) -> bool:
    """Whether `work` is refused by a full disk by now."""
    try:
        work()
    except OSError:
        return True
    return False
