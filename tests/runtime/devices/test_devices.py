"""Devices over the whole hub: a device that answers on a real socket, its vendor a plugin of the site."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.command import Command
from hub.core.devices.commands import RebootDevice, RetryDevice, SetDeviceClock
from hub.core.devices.events import (
    DeviceAccepted,
    DeviceClockDrifted,
    DeviceClockRight,
    DeviceDescribed,
    DeviceDiskFailed,
    DeviceDiskRepaired,
    DeviceOrderDone,
    DeviceOrderFailed,
    DeviceReachable,
    DeviceRefused,
    DeviceReported,
    DeviceReportEnded,
    DevicesConfigured,
    DeviceSignalled,
    DeviceUnreachable,
    DeviceWeak,
)
from hub.core.findings import AccessRefused, SignalLost
from hub.testing.devices import Fault, ReplayServer, Reply, Seen
from tests.runtime.sites import HEAD, RunningHub, add_plugin, camera, make_site, running_hub

ACME = (Path(__file__).parents[1] / "acme.py").read_text(encoding="utf-8")
RULES = (Path(__file__).parents[3] / "rules" / "devices.toml").read_text(encoding="utf-8")
PASSWORD = "p@ss/w:rd?%#7716"


class Recorder:
    """What the device says now; changed by the tests."""

    def __init__(self) -> None:
        self.firmware = "1.0"
        self.disks = {"1": "ok", "2": "absent"}
        self.channels = {"1": True, "2": True}
        self.ahead_s = 0.0
        self.obeys = True

    def info(self, seen: Seen) -> Reply:
        return _json({"model": "NVR-4", "serial": "S1", "firmware": self.firmware})

    def health(self, seen: Seen) -> Reply:
        now = datetime.now(UTC)
        shown = now + timedelta(seconds=self.ahead_s)
        return _json(
            {"disks": self.disks, "channels": self.channels, "clock": shown.isoformat(), "asked": now.isoformat()}
        )

    def clock(self, seen: Seen) -> Reply:
        if self.obeys:
            at = datetime.fromisoformat(seen.body.decode())
            self.ahead_s = (at - datetime.now(UTC)).total_seconds()
        return _json({})


def _json(value: dict[str, Any]) -> Reply:
    return Reply(body=json.dumps(value).encode(), media="application/json")


def told(kind: str, phase: str, *, code: str = "x", channel: int | None = None) -> bytes:
    return json.dumps({"kind": kind, "phase": phase, "code": code, "channel": channel}).encode() + b"\n"


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def server(recorder: Recorder) -> Iterator[ReplayServer]:
    replies = {
        ("GET", "/info"): recorder.info,
        ("GET", "/health"): recorder.health,
        ("POST", "/clock"): recorder.clock,
        ("POST", "/reboot"): _json({}),
        ("GET", "/events"): Reply(stream=[b"null\n"]),
        ("GET", "/streams/1"): _json({"main": "rtsp://10.9.9.9:1/main", "sub": "rtsp://10.9.9.9:1/sub?a=b"}),
    }
    with ReplayServer(replies, user="hub", password=PASSWORD) as server:
        yield server


@asynccontextmanager
async def plant(
    folder: Path, server: ReplayServer, monkeypatch: pytest.MonkeyPatch, *, allow: str = '["preset"]', cameras: str = ""
) -> AsyncIterator[RunningHub]:
    """A hub with the device, whose password is in the environment."""
    if "ACME_PASSWORD" not in os.environ:
        monkeypatch.setenv("ACME_PASSWORD", PASSWORD)
    device = f"""
[[devices]]
id = "nvr-1"
name = {{ en = "Recorder 1", zh = "录像机 1" }}
driver = "acme"
host = "127.0.0.1"
port = {server.address.port}
user = "hub"
password = "env:ACME_PASSWORD"
poll_s = 10
allow = {allow}
"""
    leader = HEAD[HEAD.index("[[routes]]") : HEAD.index("[plugins]")].replace('"duty"', '"leader"')
    site = make_site(folder / "site", HEAD.replace("[plugins]", leader + "[plugins]") + device + cameras, devices=RULES)
    add_plugin(site, ACME, kinds=["vendor"])
    async with running_hub(site) as running:
        yield running


async def command(running: RunningHub, command: Command) -> None:
    await running.hub.backend.submit(command, "person:zhang")


async def look_again(running: RunningHub) -> None:
    await command(running, RetryDevice(device="nvr-1"))


async def test_a_device_is_described_and_is_an_alarm_while_it_is_silent(
    tmp_path: Path, server: ReplayServer, monkeypatch: pytest.MonkeyPatch
):
    async with plant(tmp_path, server, monkeypatch) as running:
        assert (await running.until(DevicesConfigured)).event.devices[0].id == "nvr-1"  # type: ignore[attr-defined]
        described = (await running.until(DeviceDescribed)).event
        assert (described.model, described.firmware) == ("NVR-4", "1.0")  # type: ignore[attr-defined]
        await running.until(DeviceWeak, what="tamper")
        assert running.hub.devices.now()["nvr-1"].contact == "reached"
        server.set_all(Fault("closed"))
        await look_again(running)
        await look_again(running)
        await running.until(DeviceUnreachable, device="nvr-1", camera=None)
        await running.until(AlarmRaised, rule="device-unreachable", subject="device:nvr-1")
        server.set_all(None)
        await look_again(running)
        await running.until(DeviceReachable)
        await running.until(AlarmReturned)
        assert not [line for line in map(str, running.records()) if PASSWORD in line]


async def test_a_wrong_clock_and_a_failed_disk_are_found_and_their_end_too(
    tmp_path: Path, server: ReplayServer, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
):
    recorder.ahead_s, recorder.disks = 90, {"1": "failed", "2": "absent"}
    async with plant(tmp_path, server, monkeypatch) as running:
        drifted = (await running.until(DeviceClockDrifted)).event
        assert 88 < drifted.drift_s < 92  # type: ignore[attr-defined]
        assert (await running.until(DeviceDiskFailed)).event.disk == "1"  # type: ignore[attr-defined]
        await running.until(AlarmRaised, rule="device-disk")
        recorder.ahead_s, recorder.disks = 0, {"1": "ok"}
        await look_again(running)
        await running.until(DeviceClockRight)
        await running.until(DeviceDiskRepaired)
        assert len(running.records(DeviceDiskFailed)) == 1


async def test_what_the_device_tells_is_on_record_and_a_broken_line_ends_nothing(
    tmp_path: Path, server: ReplayServer, monkeypatch: pytest.MonkeyPatch
):
    on_nvr = camera("gate", "", "acme", device="nvr-1")
    lines = [told("tamper", "start", channel=1), told("motion", "start"), told("illegal-access", "pulse", code="login")]
    again = [told("tamper", "start", channel=1), 0.5, told("tamper", "stop", channel=1)]
    server.set("GET", "/events", [Reply(stream=lines, ends=True), Reply(stream=again)])
    async with plant(tmp_path, server, monkeypatch, cameras=on_nvr) as running:
        reported = (await running.until(DeviceReported)).event
        assert (reported.camera, reported.kind, reported.code) == ("gate", "tamper", "x")  # type: ignore[attr-defined]
        await running.until(AlarmRaised, rule="device-tamper", subject="camera:gate")
        assert (await running.until(DeviceSignalled)).event.code == "login"  # type: ignore[attr-defined]
        await running.until(DeviceReportEnded, camera="gate")
        await running.until(AlarmReturned)
        assert len(running.records(DeviceReported)) == 1
        assert len(running.records(DeviceSignalled)) == 1
        assert not running.records(DeviceUnreachable)


async def test_a_refused_password_is_tried_once_until_a_person_says_so_also_over_a_restart(
    tmp_path: Path, server: ReplayServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ACME_PASSWORD", "another")
    on_nvr = camera("gate", "", "acme", device="nvr-1")
    async with plant(tmp_path, server, monkeypatch, cameras=on_nvr) as running:
        await running.until(DeviceRefused)
        await running.until(AccessRefused, camera="gate")
        tried = server.failed_sign_ins
        assert 1 <= tried <= 2
    async with running_hub(tmp_path / "site") as running:
        async with asyncio.timeout(10):
            while running.hub.devices.now()["nvr-1"].contact != "refused":
                await asyncio.sleep(0.05)
        assert server.failed_sign_ins == tried
        monkeypatch.setenv("ACME_PASSWORD", PASSWORD)
        await look_again(running)
        await running.until(DeviceAccepted)
        # Its camera is tried with it; that nobody listens at the address of the stream is another matter.
        await running.until(SignalLost, camera="gate")


async def test_the_clock_is_set_and_read_back_where_that_is_allowed(
    tmp_path: Path, server: ReplayServer, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
):
    recorder.ahead_s = 300
    async with plant(tmp_path, server, monkeypatch, allow='["clock", "reboot"]') as running:
        await running.until(DeviceClockDrifted)
        await command(running, SetDeviceClock(device="nvr-1"))
        done = await running.until(DeviceOrderDone, order="clock")
        assert "+300 s" in done.event.detail.en  # type: ignore[attr-defined]
        await running.until(DeviceClockRight)
        recorder.ahead_s, recorder.obeys = 300, False
        await command(running, SetDeviceClock(device="nvr-1"))
        failed = await running.until(DeviceOrderFailed, order="clock")
        assert "still +300 s off" in failed.event.reason  # type: ignore[attr-defined]
        await command(running, RebootDevice(device="nvr-1", reason="it hangs"))
        await running.until(DeviceOrderDone, order="reboot")
        assert ("POST", "/reboot") in [(seen.method, seen.path) for seen in server.requests]


async def test_a_camera_of_the_device_is_watched_at_the_devices_address_with_its_credentials(
    tmp_path: Path, server: ReplayServer, monkeypatch: pytest.MonkeyPatch
):
    on_nvr = camera("gate", "", "acme", device="nvr-1")
    async with plant(tmp_path, server, monkeypatch, cameras=on_nvr) as running:
        driver = running.hub.drivers.of("gate")
        assert driver is not None
        spec = await driver.stream()
        # Not at 10.9.9.9, which the device named: the password goes to the device and nowhere else.
        assert spec.url == "rtsp://hub:p%40ss%2Fw%3Ard%3F%25%237716@127.0.0.1:1/sub?a=b"
        assert (await driver.named_stream("main")).url.endswith("@127.0.0.1:1/main")  # type: ignore[attr-defined]
        # The watch tries it as any other stream; nobody listens there.
        await running.until(SignalLost, camera="gate")


async def test_a_changed_hub_toml_opens_and_closes_devices(
    tmp_path: Path, server: ReplayServer, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
):
    recorder.disks = {"1": "failed"}
    async with plant(tmp_path, server, monkeypatch) as running:
        await running.until(DeviceDiskFailed)
        path = tmp_path / "site" / "hub.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text[: text.index("[[devices]]")], encoding="utf-8")
        await running.until(DevicesConfigured, devices=[], within_s=20)
        ended = await running.until(DeviceDiskRepaired)
        assert ended.event.gone  # type: ignore[attr-defined]
        assert running.hub.devices.now() == {}
        assert server.open_streams == 0
        path.write_text(text, encoding="utf-8")
        await running.until(DeviceDiskFailed, count=2, within_s=20)
