"""Proof of recordings on a real hub: a recorder whose clock is wrong, a real stream, real files, and what becomes of
them."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.core.recordings import RecordingsSealed
from hub.testing.devices import ReplayServer, Reply, Seen
from tests.e2e.conftest import MakeSite
from tests.runtime.sites import add_plugin
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

ACME = (Path(__file__).parents[1] / "runtime" / "acme.py").read_text(encoding="utf-8")
AHEAD_S = 7.0


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[ReplayServer]:
    """One channel with a live stream; its clock is seven seconds ahead."""
    clips = Clips(tmp_path)
    with CameraFarm({"plain": clips.path("plain")}, cameras=1, fps=clips.fps) as farm:

        def answer(value: object) -> Reply:
            return Reply(body=json.dumps(value).encode(), media="application/json")

        def health(seen: Seen) -> Reply:
            now = datetime.now(UTC)
            shown = (now + timedelta(seconds=AHEAD_S)).isoformat()
            return answer({"disks": {"1": "ok"}, "channels": {"1": True}, "clock": shown, "asked": now.isoformat()})

        replies = {
            ("GET", "/info"): answer({"model": "NVR-4", "serial": "S1", "firmware": "1.0"}),
            ("GET", "/health"): health,
            ("GET", "/streams/1"): answer({"main": farm.url(0)}),
            ("GET", "/events"): Reply(stream=[b"null\n"]),
        }
        with ReplayServer(replies, user="hub", password="device-secret-7716") as server:
            yield server


def test_files_carry_the_recorder_s_clock_and_are_proven_until_somebody_touches_them(
    make_site: MakeSite, untouched: Path, recorder: ReplayServer
) -> None:
    site = make_site(ACME_PASSWORD="device-secret-7716")
    shutil.copytree(untouched, site.folder)
    (site.folder / "plugins").mkdir()
    add_plugin(site.folder, ACME, kinds=["vendor"], name="acme")
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(hub_toml.replace('[plugins]\n# path = "plugins"', '[plugins]\npath = "plugins"'))
    site.append(
        '\n[[devices]]\nid = "nvr-1"\nname = { en = "Recorder 1", zh = "录像机 1" }\ndriver = "acme"\n'
        f'host = "127.0.0.1"\nport = {recorder.address.port}\nuser = "hub"\npassword = "env:ACME_PASSWORD"\n'
        'poll_s = 10\n\n[recording]\nsegment_s = 3\nmin_free_gb = 0.001\n\n[[cameras]]\nid = "gate"\n'
        'name = { en = "Gate", zh = "大门" }\narea = "gates"\ndomain = "security"\ndriver = "acme"\n'
        'device = "nvr-1"\nchannel = 1\nrecording = { stream = "watched" }\n'
    )
    site.start()

    def told() -> bool:
        listed = site.json("recordings", "list", "gate")
        return any(one["device_offset_s"] is not None for one in listed)

    site.until(told, 50, "a file that knows the clock of its recorder")
    [offset_s] = {one["device_offset_s"] for one in site.json("recordings", "list", "gate")} - {None}
    assert abs(offset_s - AHEAD_S) < 1
    assert f"{offset_s:+.1f} s" in site.hub("recordings", "list", "gate").stdout
    assert site.json("recordings", "proof")["verify_days"] == 30
    found = site.json("verify", "--recordings")
    assert found["ok"], "what is not sealed yet waits, and is not missed"
    assert found["recordings"]["waiting"] > 2

    site.stop()
    count = site.recorded(RecordingsSealed).event.count
    found = site.json("verify", "--recordings")
    assert (found["ok"], found["recordings"]["segments"]) == (True, count)
    assert found["recordings"]["clocks"]["gate"][1:] == [offset_s, offset_s]
    head = found["head"]
    first, second = sorted((site.data / "recordings").glob("gate/*/*.mp4"))[:2]
    shutil.copy(second, first)
    said = site.hub("verify", "--recordings", "--head", head, code=5).stdout
    below = site.data / "recordings"
    assert f"{first.relative_to(below)}: holds the content of {second.relative_to(below)}" in said
