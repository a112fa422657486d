"""Devices as their keepers see them: `hub devices` on a hub whose recorder answers on a real socket."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.devices.events import DeviceDescribed, DeviceOrderDone, DeviceReachable, DeviceUnreachable
from hub.testing.devices import Fault, ReplayServer, Reply, Seen
from tests.e2e.conftest import MakeSite
from tests.e2e.hubs import PASSWORD, Site
from tests.runtime.sites import add_plugin

ACME = (Path(__file__).parents[1] / "runtime" / "acme.py").read_text(encoding="utf-8")
SECRET = "device-secret-7716"


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    ahead = {"s": 0.0}

    def answer(value: object) -> Reply:
        return Reply(body=json.dumps(value).encode(), media="application/json")

    def health(seen: Seen) -> Reply:
        now = datetime.now(UTC)
        shown = (now + timedelta(seconds=ahead["s"])).isoformat()
        return answer({"disks": {"1": "ok"}, "channels": {"1": True}, "clock": shown, "asked": now.isoformat()})

    replies = {
        ("GET", "/info"): answer({"model": "NVR-4", "serial": "S1", "firmware": "1.0"}),
        ("GET", "/health"): health,
        ("POST", "/clock"): answer({}),
        ("POST", "/reboot"): answer({}),
        ("GET", "/events"): Reply(stream=[b"null\n"]),
    }
    with ReplayServer(replies, user="hub", password=SECRET) as server:
        yield server


@pytest.fixture
def plant(make_site: MakeSite, untouched: Path, server: ReplayServer) -> Site:
    site = make_site(ACME_PASSWORD=SECRET)
    shutil.copytree(untouched, site.folder)
    (site.folder / "plugins").mkdir()
    add_plugin(site.folder, ACME, kinds=["vendor"], name="acme")
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(hub_toml.replace('[plugins]\n# path = "plugins"', '[plugins]\npath = "plugins"'))
    site.append(
        '\n[[devices]]\nid = "nvr-1"\nname = { en = "Recorder 1", zh = "录像机 1" }\ndriver = "acme"\n'
        f'host = "127.0.0.1"\nport = {server.address.port}\nuser = "hub"\npassword = "env:ACME_PASSWORD"\n'
        'poll_s = 10\nallow = ["clock", "reboot"]\n'
    )
    return site


def test_a_recorder_from_its_first_answer_to_its_silence_and_back(plant: Site, server: ReplayServer) -> None:
    admin = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
    assert plant.hub("check").returncode == 0
    plant.start()
    assert plant.recorded(DeviceDescribed).event.model == "NVR-4"
    plant.until(lambda: plant.json("devices")[0]["now"]["contact"] == "reached", 10, "it was asked")
    listed = plant.hub("devices", "list").stdout
    assert "nvr-1 Recorder 1" in listed
    assert "Acme NVR-4" in listed
    assert "it does not send the event tamper" in plant.hub("devices", "list", "--wrong").stdout
    shown = plant.hub("devices", "show", "nvr-1").stdout
    assert "Disk 1" in shown
    assert "what happens, by itself" in shown
    assert plant.json("devices", "firmware") == [
        {"maker": "Acme", "model": "NVR-4", "firmware": "1.0", "devices": ["nvr-1"]}
    ]
    assert abs(plant.json("devices", "clock", "nvr-1")["drift_s"]) < 2
    plant.hub("devices", "clock", "nvr-1", "--set", env=admin)
    plant.recorded(DeviceOrderDone, order="clock")
    plant.hub("devices", "reboot", "nvr-1", "--reason", "it hangs", env=admin)
    plant.recorded(DeviceOrderDone, order="reboot")
    assert "hub devices list" in plant.hub("devices", "retry", "nvr-9", env=admin, code=4).stderr

    server.set_all(Fault("closed"))
    plant.hub("devices", "retry", "nvr-1", env=admin)
    plant.recorded(DeviceUnreachable, device="nvr-1")
    plant.recorded(AlarmRaised, rule="device-unreachable")
    assert "Does not answer" in plant.hub("devices").stdout
    server.set_all(None)
    plant.hub("devices", "retry", "nvr-1", env=admin)
    plant.recorded(DeviceReachable)
    plant.recorded(AlarmReturned)

    plant.stop()
    everywhere = [plant.words(), *(str(record) for record in plant.records())]
    assert not [text for text in everywhere if SECRET in text]
