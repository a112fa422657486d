"""A release from the request to the receiver: a real camera, a real hub that is killed, the tools that people have."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hub.core.recordings import RecordingsSealed
from hub.core.releases.events import (
    RecordingHeld,
    ReleaseFetched,
    ReleaseHandedOver,
    ReleasePrepared,
    ReleasePreparing,
    ReleaseRequested,
)
from tests.e2e.hubs import PASSWORD, Site
from tests.footage.packing import unpacked
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips
from tests.watch.recording import played

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
FIRST, OWN = "the-first-of-many", "a-password-of-ones-own"
SETTINGS = "\n[recording]\nsegment_s = 4\nmin_free_gb = 0.001\n"


@pytest.fixture(scope="module")
def recorded(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hub with two files of a camera that are sealed, and a specialist."""
    clips = Clips(tmp_path_factory.mktemp("clips"))
    home = tmp_path_factory.mktemp("releases")
    shutil.copytree(untouched, home / "plant")
    site = Site(home / "plant", home / "home")
    site.append(SETTINGS)
    with CameraFarm({"plain": clips.path("plain")}, cameras=1, fps=clips.fps) as farm:
        site.add_camera("gate-0", farm.url(0))
        site.append('recording = { stream = "watched" }\n')
        try:
            site.start()
            files = site.data / "recordings/gate-0"
            site.until(lambda: len(list(files.glob("*/*.mp4"))) >= 2, 40, "two files")
            site.stop()
            site.start()
            site.recorded(RecordingsSealed)
            new = {**ADMIN, "HUB_NEW_PASSWORD": FIRST}
            role = ("--name", "Sun Li", "--role", "specialist", "--domain", "security", "--domain", "production")
            site.hub("accounts", "add", "sun", *role, env=new)
            own = {"HUB_ACCOUNT": "sun", "HUB_PASSWORD": FIRST, "HUB_NEW_PASSWORD": OWN}
            site.hub("people", "password", env=own)
            role = ("--name", "Li Qiang", "--role", "watch_officer", "--domain", "security", "--domain", "production")
            site.hub("accounts", "add", "li", *role, env=new)
            site.hub("people", "password", env={**own, "HUB_ACCOUNT": "li"})
            yield site
        finally:
            site.end()


def test_a_package_goes_from_the_request_to_the_receiver_and_survives_a_kill(recorded: Site, tmp_path: Path) -> None:
    li, sun = ({"HUB_ACCOUNT": name, "HUB_PASSWORD": OWN} for name in ("li", "sun"))
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.4 a letter")
    listed = [one for one in recorded.json("recordings", "list", "gate-0") if one["seal"]]
    begin = datetime.fromisoformat(listed[0]["begin_at"])
    recorded.hub(
        *("releases", "request", "gate-0", "--agency", "Police", "--reason", "Theft", "--content", "Who left"),
        *("--from", begin.isoformat(), "--to", (begin + timedelta(seconds=5)).isoformat()),
        *("--officer", "Chen Gang=1", "--officer", "Wu Bo=2", "--letter", str(letter), "--letter-number", "7"),
        env=li,
    )
    assert recorded.recorded(ReleaseRequested).event.release == "F-1"
    recorded.recorded(RecordingHeld, camera="gate-0")
    refused = recorded.hub("releases", "fetch", "F-1", "-o", str(tmp_path / "early.tar"), code=4, env=sun)
    assert "no package" in refused.stderr
    recorded.hub("releases", "check", "F-1", env=sun)
    recorded.hub("releases", "approve", "F-1", env=ADMIN)
    recorded.hub("releases", "prepare", "F-1", "--blur", "gate-0:10,10,40,40", env=sun)
    recorded.recorded(ReleasePreparing)
    os.kill(recorded.pid, signal.SIGKILL)
    recorded.end()
    recorded.start()
    prepared = recorded.recorded(ReleasePrepared, within_s=40).event
    assert (prepared.release, prepared.segments >= 1) == ("F-1", True)

    package = tmp_path / "F-1.tar"
    recorded.hub("releases", "fetch", "F-1", "-o", str(package), code=4, env=li)
    recorded.hub("releases", "fetch", "F-1", "-o", str(package), env=sun)
    assert recorded.recorded(ReleaseFetched).actor == "person:sun"
    key = recorded.json("releases", "key")["fingerprint"]
    assert key == prepared.key
    said = recorded.json("releases", "verify", str(package))
    assert (said["findings"], said["release"], said["compared"]) == ([], "F-1", True)
    assert said["originals"] == said["sealed"] == prepared.segments

    bag = unpacked(package, tmp_path / "at the receiver's")
    command = [sys.executable, "-I", str(bag / "verify.py"), str(bag), "--key", key]
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=bag).returncode == 0
    # Five seconds at ten pictures a second, in as many files as the camera filled.
    assert sum(played(copy).frames for copy in (bag / "data/copy").glob("*/*.mp4")) == pytest.approx(50, abs=8)

    changed = next((bag / "data/original").glob("*/*/*.mp4"))
    changed.write_bytes(changed.read_bytes()[:-1])
    damaged = recorded.hub("releases", "verify", str(bag), code=5)
    assert changed.name in damaged.stdout
    assert recorded.hub("releases", "verify", str(letter), code=4).stderr
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(b"%PDF-1.4 a receipt")
    recorded.hub("releases", "hand-over", "F-1", "--receiver", "Chen Gang", "--receipt", str(receipt), env=sun)
    recorded.recorded(ReleaseHandedOver)
    recorded.hub("releases", "fetch", "F-1", "-o", str(tmp_path / "late.tar"), code=4, env=sun)
