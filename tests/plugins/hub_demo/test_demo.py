"""`hub demo` as a newcomer uses it: start it, disturb a camera, see the alarm, end it."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.assets.events import ReplacementProposed
from hub.core.catalogue import HubStopped, WorkerDied
from hub.core.duty.swap_events import SwapAgreed
from hub.core.dutylog.events import LogEntered
from hub.core.findings import CameraJudged, ReferenceLearned
from hub.core.people.account import PERSON_ROLES
from hub.core.releases.events import RecordingHeld
from tests.e2e.hubs import HUB, Site

# Painting the clips, which a new machine does once, takes a minute or two where other tests run beside it.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]

PASSWORD = "watchroom-demo"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The demo, started without a terminal. Its clips are painted once and kept in pytest's cache."""
    assert request.config.cache is not None
    cache = request.config.cache.mkdir("demo-clips")
    home = tmp_path_factory.mktemp("demo")
    site = Site(home / "plant", home, HUB_DEMO_DIR=str(home / "plant"), XDG_CACHE_HOME=str(cache))
    with site.log.open("ab") as out:
        site.process = subprocess.Popen(
            [*HUB, "demo", "start"],
            env=site.env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        site.until(lambda: "Everybody's password" in site.words(), 180, "the demo is ready")
        for camera in ("press-1", "gate-1", "yard-1", "boiler-1"):
            site.recorded(ReferenceLearned, 60, camera=camera)
            site.recorded(CameraJudged, 30, camera=camera)
        yield site
    finally:
        hub_pid = next((pid for pid in site.processes() if _is_hub(pid)), 0)
        if site.process.poll() is None:
            # Not SIGINT: a shell that starts tests in the background has it ignored, and children inherit that.
            site.process.send_signal(signal.SIGTERM)
            try:
                site.process.wait(30)
            except subprocess.TimeoutExpired:
                raise AssertionError(f"the demo did not end within 30 s: {site.words()[-5000:]}") from None
        if hub_pid and os.path.exists(f"/proc/{hub_pid}"):
            os.kill(hub_pid, signal.SIGKILL)
        site.end()


def _is_hub(pid: int) -> bool:
    return b"\0run\0" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_eight_cameras_in_two_domains_are_good(demo: Site) -> None:
    demo.until(
        lambda: {camera["condition"] for camera in demo.json("cameras")} == {"good"}, 60, "every camera is judged good"
    )
    cameras = demo.json("cameras")
    assert len(cameras) == 8
    assert {camera["domain"] for camera in cameras} == {"production", "security"}
    assert all(camera["fps"] > 5 for camera in cameras)


def test_everybody_can_be_somebody_and_those_on_duty_are_at_their_posts(demo: Site) -> None:
    leader = {"HUB_ACCOUNT": "chen", "HUB_PASSWORD": PASSWORD}
    people = {
        view["account"]["id"]: view for view in json.loads(demo.hub("people", "list", "--json", env=leader).stdout)
    }
    assert {view["account"]["role"] for view in people.values()} == set(PERSON_ROLES)
    assert all(view["qualified"] for account, view in people.items() if account != "admin")
    posts = json.loads(demo.hub("duty", "--json", env=leader).stdout)["posts"]
    there = [(place["account"], place["present"]) for post in posts for place in post["people"] if post["sign_on"]]
    assert there, "somebody watches at every hour"
    assert all(present for _, present in there)


def test_something_waits_in_each_panel(demo: Site) -> None:
    assert [permit["permit"]["state"] for permit in demo.json("permits", "list")] == ["applied"]
    assert {ticket["state"] for ticket in demo.json("tickets", "list")} >= {"assigned", "open"}
    assert len(demo.records(LogEntered)) == 3
    assert demo.records(SwapAgreed)
    assert demo.records(ReplacementProposed)
    assert demo.json("rounds", "list")
    leader = {"HUB_ACCOUNT": "chen", "HUB_PASSWORD": PASSWORD}
    (release,) = json.loads(demo.hub("releases", "--json", env=leader).stdout)
    assert release["release"]["state"] == "checked"
    assert len(release["release"]["officers"]) == 2


def test_what_the_police_ask_for_was_recorded_and_is_held(demo: Site) -> None:
    (held,) = demo.records(RecordingHeld)
    assert held.event.camera == "gate-1"
    demo.until(lambda: _recorded_s(demo, "gate-1") > 0, 90, "something of the gate is on disk")
    states = {camera["recording"]["state"] for camera in demo.json("cameras")}
    assert states == {"recording"}


def _recorded_s(demo: Site, camera: str) -> float:
    return sum(day["actual_s"] for day in demo.json("recordings", "check", camera)["days"])


DISTURBANCES = {
    ("press-1", "cover"): "view-obstructed",
    ("gate-1", "dark"): "picture-black",
    ("yard-1", "cut"): "signal-lost",
    ("boiler-1", "turn"): "view-moved",
}


def test_disturbances_raise_their_alarms_within_seconds_and_taking_them_away_returns_them(demo: Site) -> None:
    for camera, word in DISTURBANCES:
        assert camera in demo.hub("demo", word, camera).stdout
    began = time.monotonic()
    raised = {
        camera: demo.recorded(AlarmRaised, 40, camera=camera, rule=rule).event.alarm
        for (camera, _), rule in DISTURBANCES.items()
    }
    assert time.monotonic() - began < 35
    shown = demo.hub("demo", "status").stdout
    assert all(any(camera in line and word in line for line in shown.splitlines()) for camera, word in DISTURBANCES)
    demo.hub("alarms", "ack", raised["press-1"], env={"HUB_ACCOUNT": "chen", "HUB_PASSWORD": PASSWORD})
    demo.hub("demo", "restore", "all")
    for alarm in raised.values():
        demo.recorded(AlarmReturned, 40, alarm=alarm)
    states = {item["alarm"]["id"]: item["state"] for item in demo.json("alarms")}
    assert raised["press-1"] not in states, "acknowledged and over, it is gone from the list"
    assert {states[raised[camera]] for camera in ("gate-1", "yard-1", "boiler-1")} == {"returned"}
    others = {"welding-1", "conveyor-1", "road-1", "warehouse-1"}
    assert not [record for record in demo.records(AlarmRaised) if record.event.camera in others]


def test_what_cannot_be_done_is_said(demo: Site) -> None:
    done = demo.hub("demo", "cover", "nowhere", code=1)
    assert "press-1" in done.stderr
    elsewhere = demo.hub("demo", "cover", "press-1", code=1, env={"HUB_DEMO_DIR": str(demo.folder / "no")})
    assert "hub demo start" in elsewhere.stderr


def test_the_door_of_the_plant_opens_with_its_key_only(demo: Site) -> None:
    import socket

    file = demo.data / "plugins" / "demo" / "plant.json"
    assert oct(file.stat().st_mode)[-3:] == "600"
    state = json.loads(file.read_text())
    with socket.create_connection(("127.0.0.1", state["control"]), timeout=5) as link:
        link.sendall(b'{"key": "guessed", "scene": "press", "do": "cut"}\n')
        assert "error" in json.loads(link.makefile().readline())


def test_a_second_start_finds_the_first_one(demo: Site) -> None:
    before = demo.processes()
    done = subprocess.run([*HUB, "demo", "start"], env=demo.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert set(before) <= set(demo.processes())
    assert demo.json("status")["cameras"]


def test_no_worker_died_on_the_way(demo: Site) -> None:
    assert demo.records(WorkerDied) == []
    assert demo.records(HubStopped) == []
    assert demo.json("verify")["ok"]
