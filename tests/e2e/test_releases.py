"""A release on a real hub, from the request to its end: real streams, real files, real retention, real packages."""

import hashlib
import tarfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.core.fetched import FootageFetched
from hub.core.recordings import RecordingsRemoved
from hub.core.releases.events import RecordingHoldEnded, ReleasePreparationFailed, ReleasePrepared, ReleasePreparing
from hub.testing.devices import Fault, ReplayServer, Reply, Seen
from tests.e2e.hubs import PASSWORD, Site
from tests.footage.packing import BEGIN, SECONDS, write_segment
from tests.plugins.hub_hikvision.synthetic import found, recorder
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
FIRST, OWN = "the-first-of-many", "a-password-of-ones-own"
HE = {"HUB_ACCOUNT": "he", "HUB_PASSWORD": OWN}


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path_factory.mktemp("clips"))
    with CameraFarm({"plain": clips.path("plain")}, cameras=2, fps=clips.fps) as running:
        yield running


SECRET = "device-secret-7716"
PURPOSE = '[releases.internal_purposes]\naccident = { en = "Inquiry into an accident", zh = "事故调查" }\n'
RECORDER = """
[[devices]]
id = "nvr-1"
name = {{ en = "Recorder 1", zh = "录像机 1" }}
driver = "hikvision"
host = "127.0.0.1"
port = {port}
user = "hub"
password = "env:NVR_PASSWORD"
poll_s = 10

[[cameras]]
id = "gate-7"
name = {{ en = "Gate 7", zh = "七号门" }}
area = "gates"
domain = "security"
driver = "hikvision"
device = "nvr-1"
channel = 7
"""


def staffed(site: Site) -> None:
    domains = ("--domain", "security", "--domain", "production")
    added = ("accounts", "add", "he", "--name", "He Yan", "--role", "specialist")
    site.hub(*added, *domains, env={**ADMIN, "HUB_NEW_PASSWORD": FIRST})
    site.hub("people", "password", env={**HE, "HUB_PASSWORD": FIRST, "HUB_NEW_PASSWORD": OWN})


def files(site: Site, camera: str) -> set[Path]:
    return set((site.data / "recordings" / camera).glob("*/*.mp4"))


def test_a_release_holds_its_originals_against_the_retention_until_it_is_closed(
    site: Site, farm: CameraFarm, tmp_path: Path
) -> None:
    site.append("\n[recording]\nsegment_s = 2\nmin_free_gb = 0.001\nalarm_days = 0.00001\n" + PURPOSE)
    for number in range(2):
        site.add_camera(f"gate-{number}", farm.url(number))
        site.append('recording = { stream = "watched" }\n')
    site.start()
    staffed(site)
    site.until(lambda: min(len(files(site, f"gate-{number}")) for number in range(2)) >= 3, 60, "files")
    held = files(site, "gate-0")
    end = datetime.now(UTC).replace(microsecond=0)
    begin = end - timedelta(minutes=5)
    asked = site.hub(
        *("releases", "request", "gate-0", "--agency", "Safety", "--purpose", "accident"),
        *("--reason", "a fall", "--content", "who fell"),
        *("--from", begin.isoformat(), "--to", end.isoformat()),
        env=HE,
    )
    assert asked.stderr.startswith("F-1 waits for its check")
    text = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(text.replace("segment_s = 2\n", "segment_s = 2\nkeep_days = 0.00001\n"))
    before = files(site, "gate-1")
    site.until(lambda: not before & files(site, "gate-1"), 60, "what nobody holds is deleted")
    assert held <= files(site, "gate-0")
    assert {run.camera for record in site.records(RecordingsRemoved) for run in record.event.runs} >= {"gate-1"}

    site.hub("releases", "check", "F-1", env=HE)
    site.hub("releases", "approve", "F-1", env=ADMIN)
    site.stop()  # seals what was recorded: only that is packed
    site.start()
    site.hub("releases", "prepare", "F-1", "--no-copy", env=HE)
    made = site.recorded(ReleasePrepared, 60, release="F-1").event
    assert made.segments >= len(held) - 1
    package, receipt = tmp_path / "F-1.tar", tmp_path / "receipt.pdf"
    receipt.write_bytes(b"%PDF-1.4 received")
    given = ("releases", "hand-over", "F-1", "--receiver", "Zhou Jie", "--receipt", str(receipt))
    assert "Nobody has fetched" in site.hub(*given, env=HE, code=4).stderr
    site.hub("releases", "fetch", "F-1", "-o", str(package), env=HE)
    with tarfile.open(package) as opened:
        assert {path.name for path in held} & {Path(name).name for name in opened.getnames()}
    site.hub(*given, env=HE)
    assert held & files(site, "gate-0")
    site.hub("releases", "close", "F-1", env=ADMIN)
    assert site.recorded(RecordingHoldEnded, release="F-1").event.camera == "gate-0"
    site.until(lambda: not held & files(site, "gate-0"), 60, "what is held no more is deleted")
    (entry,) = site.json("releases", "register")["entries"]
    assert (entry["state"], entry["receiver"], entry["package"]) == ("closed", "Zhou Jie", made.sha256)


def test_a_package_ordered_right_after_the_start_has_what_the_recorder_has_once_it_answers(
    site: Site, tmp_path: Path
) -> None:
    write_segment(tmp_path / "nvr.mp4")
    footage = (tmp_path / "nvr.mp4").read_bytes()
    there = threading.Event()
    table = recorder()
    info = table["GET", "/ISAPI/System/deviceInfo"]

    def described(seen: Seen) -> Reply | Fault:
        return info if there.is_set() and isinstance(info, Reply) else Fault("closed")

    replies = {
        **table,
        ("GET", "/ISAPI/System/deviceInfo"): described,
        ("POST", "/ISAPI/ContentMgmt/search"): found((8, 9), track=701),
        ("POST", "/ISAPI/ContentMgmt/download"): Reply(body=footage, media="video/mp4"),
    }
    with ReplayServer(replies, user="hub", password=SECRET, digest="MD5") as server:
        site.env["NVR_PASSWORD"] = SECRET
        site.append("\n" + PURPOSE + RECORDER.format(port=server.address.port))
        site.start()
        staffed(site)
        site.hub(
            *("releases", "request", "gate-7", "--agency", "Safety", "--purpose", "accident"),
            *("--reason", "a fall", "--content", "who fell"),
            *("--from", BEGIN.isoformat(), "--to", (BEGIN + timedelta(seconds=SECONDS)).isoformat()),
            env=HE,
        )
        site.hub("releases", "check", "F-1", env=HE)
        site.hub("releases", "approve", "F-1", env=ADMIN)
        site.stop()
        site.start()
        site.hub("releases", "prepare", "F-1", env=HE)
        site.recorded(ReleasePreparing, release="F-1")
        assert site.json("releases", "show", "F-1")["view"]["release"]["state"] == "preparing"
        there.set()
        made = site.recorded(ReleasePrepared, 60, release="F-1").event
        fetched = site.recorded(FootageFetched, release="F-1").event
        assert (fetched.device, fetched.sha256) == ("nvr-1", hashlib.sha256(footage).hexdigest())
        assert (made.segments, made.missing_s) == (0, 0.0)
        site.hub("releases", "prepare", "F-1", "--without-recorders", env=HE)
        failed = site.recorded(ReleasePreparationFailed, 30, release="F-1").event
        assert "ordered without asking nvr-1" in failed.reason
