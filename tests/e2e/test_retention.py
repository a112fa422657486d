"""The hub is killed while it deletes what hub.toml lets go: nothing goes that is not on record, and all of it goes."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.core.recordings import RecordingsRemoved, parse_file_name
from hub.testing.clock import FakeClock
from hub.watch.recording.file import CLOSED, OPEN, SEALS
from tests.e2e.hubs import Site
from tests.servers.clips import Clips
from tests.watch.recording import Fed

CAMERAS = ("gate", "vault")
EACH = 40
BEFORE = 17
"""So many files are gone when the hub is killed."""
KILL = f"""
import os, signal, sys
gone = 0
def watch(event, arguments):
    global gone
    if event == "os.remove" and str(arguments[0]).endswith(".mp4"):
        if gone == {BEFORE}:
            os.kill(os.getpid(), signal.SIGKILL)
        gone += 1
sys.addaudithook(watch)
"""


def on_disk(folder: Path) -> dict[str, set[datetime]]:
    found: dict[str, set[datetime]] = {camera: set() for camera in CAMERAS}
    for path in folder.glob("[a-z]*/*/*.mp4"):
        named = parse_file_name(path.name)
        assert named is not None
        found[named[0]].add(named[2])
    return found


def fill(folder: Path, clip: Path, newest: datetime) -> None:
    """Files of 6 s, one every hour, the newest then, of two cameras; as the watch leaves them."""
    for name in (OPEN, CLOSED, SEALS):
        (folder / name).mkdir(parents=True)
    for number in range(EACH):
        clock = FakeClock(newest - timedelta(hours=number))
        fed = Fed(folder, clock, segment_s=60)
        fed.feed(fed.connect(clip))
        fed.recorder.end("stopped")
        fed.recorder.write(room=True)
    for path in [*(folder / CLOSED).iterdir()]:
        copy = path.with_name(path.name.replace("gate_", "vault_"))
        copy.write_bytes(path.read_bytes())


def test_killed_while_it_deletes_all_that_goes_is_on_record_with_the_line_of_hub_toml(
    site: Site, tmp_path: Path
) -> None:
    for camera in CAMERAS:
        site.add_camera(camera, f"rtsp://127.0.0.1:1/{camera}")
    site.append("\n[recording.domains.security]\nkeep_days = 40\n")
    text = (site.folder / "hub.toml").read_text(encoding="utf-8")
    head, vault = text.rsplit('id = "vault"', 1)
    vault = vault.replace('driver = "rtsp"', 'driver = "rtsp"\nrecording = { stream = "watched", keep_days = 365 }', 1)
    site.write(f'{head}id = "vault"{vault}')
    recordings = site.data / "recordings"
    (tmp_path / "clips").mkdir()
    fill(recordings, Clips(tmp_path / "clips").path("plain"), datetime.now(UTC) - timedelta(days=50))
    before = {path.name for path in (recordings / CLOSED).iterdir()}
    assert len(before) == 2 * EACH

    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(KILL)
    site.env["PYTHONPATH"] = str(tmp_path / "hook")
    site.start(until_ready=False)
    assert site.process is not None
    assert site.process.wait(60) == -signal.SIGKILL
    left = on_disk(recordings)
    assert len(left["gate"]) == EACH - BEFORE
    assert len(left["vault"]) == EACH
    [first] = site.records(RecordingsRemoved)
    assert isinstance(first.event, RecordingsRemoved)
    assert sum(run.count for run in first.event.runs) == EACH, "all of it was on record before the first went"

    del site.env["PYTHONPATH"]
    site.start()
    site.until(lambda: not on_disk(recordings)["gate"], 30, "everything is deleted that is to go")
    assert len(on_disk(recordings)["vault"]) == EACH, "a camera of its own terms keeps what it has"
    site.stop()
    assert site.json("verify")["ok"]
    told = [record.event for record in site.records(RecordingsRemoved)]
    assert {(one.rule, one.by, one.days) for one in told} == {("days", "domain:security", 40.0)}
    assert {run.camera for one in told for run in one.runs} == {"gate"}
