"""Devices over the real API: what is shown, to whom, and that what was not told is not called good."""

import pytest

from hub.client.devices import DeviceNow, device, devices, firmware
from hub.core.devices.commands import RebootDevice, RetryDevice
from hub.core.devices.events import (
    ConfiguredDevice,
    DeviceDescribed,
    DeviceRecordingStopped,
    DevicesConfigured,
    DeviceUnreachable,
)
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound
from tests.server.conftest import Plant

MIXED = ConfiguredDevice(
    id="nvr-1", name=Text(en="Recorder"), driver="acme", cameras={1: "press-1", 2: "gate-1"}, allow=["reboot"]
)
SECURITY = ConfiguredDevice(id="nvr-2", name=Text(en="Gates"), driver="acme", cameras={1: "gate-1"})
EMPTY = ConfiguredDevice(id="nvr-3", name=Text(en="Spare"), driver="acme")


@pytest.fixture
def stocked(plant: Plant) -> Plant:
    now = plant.clock.now()
    plant.backend.write(
        DevicesConfigured(devices=[MIXED, SECURITY, EMPTY]),
        DeviceDescribed(device="nvr-1", maker="Acme", model="NVR-4", firmware="1.0"),
        DeviceDescribed(device="nvr-2", maker="Acme", model="NVR-4", firmware="1.1"),
        DeviceUnreachable(device="nvr-2", since_at=now),
        DeviceRecordingStopped(device="nvr-1", camera="press-1", since_at=now),
        DeviceRecordingStopped(device="nvr-1", camera="gate-1", since_at=now),
    )
    plant.backend.devices_now["nvr-1"] = DeviceNow(contact="reached", recorded={1: False, 2: False}, online={1: True})
    return plant


async def test_everything_is_shown_to_those_who_see_everything(stocked: Plant) -> None:
    views = {view.id: view for view in await devices(await stocked.signed_in("leader.ps"))}
    assert list(views) == ["nvr-1", "nvr-2", "nvr-3"]
    assert (views["nvr-1"].model, views["nvr-1"].now.contact) == ("NVR-4", "reached")
    assert [(each.camera, each.online, each.recorded) for each in views["nvr-1"].channels] == [
        ("press-1", True, False),
        ("gate-1", None, False),
    ]
    assert [fault.kind for fault in views["nvr-2"].faults] == ["device.unreachable"]
    # Nobody has asked it since the hub started.
    assert (views["nvr-2"].now.contact, views["nvr-2"].now.drift_s) == ("unknown", None)


async def test_channels_and_faults_of_another_domain_are_cut_out_and_its_devices_are_not_there(stocked: Plant) -> None:
    client = await stocked.signed_in("watch_officer.p")
    (view,) = await devices(client)
    assert (view.id, [each.camera for each in view.channels]) == ("nvr-1", ["press-1"])
    assert [fault.camera for fault in view.faults] == ["press-1"]
    with pytest.raises(NotFound):
        await device(client, "nvr-2")


async def test_events_of_a_device_are_told_to_those_of_its_domain(stocked: Plant) -> None:
    client = await stocked.signed_in("watch_officer.p")
    told = {(each.type, each.event.get("device")) for each in await client.events(limit=50)}
    assert ("device.described", "nvr-1") in told
    assert ("device.unreachable", "nvr-2") not in told
    security = await stocked.signed_in("watch_officer.s")
    assert "device.unreachable" in {each.type for each in await security.events(limit=50)}


async def test_orders_are_for_administrators_and_need_to_be_allowed(stocked: Plant) -> None:
    officer = await stocked.signed_in("watch_officer.ps")
    with pytest.raises(NotAllowed):
        await officer.send(RetryDevice(device="nvr-1"))
    administrator = await stocked.signed_in("administrator.ps")
    (record,) = await administrator.send(RebootDevice(device="nvr-1", reason="it hangs"))
    assert record.type == "device.ordered"
    assert (await device(administrator, "nvr-1")).ordered == "reboot"
    with pytest.raises(NotAllowed, match="does not allow"):
        await administrator.send(RebootDevice(device="nvr-2", reason="it hangs"))


async def test_firmware_is_listed_by_model(stocked: Plant) -> None:
    lines = firmware(await devices(await stocked.signed_in("leader.ps")))
    assert [(line.model, line.firmware, line.devices) for line in lines] == [
        ("NVR-4", "1.0", ["nvr-1"]),
        ("NVR-4", "1.1", ["nvr-2"]),
    ]
