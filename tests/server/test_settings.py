"""Settings of devices over the real API: what differs, for whom, read at once, accepted."""

import pytest

from hub.client.settings import settings, settings_of
from hub.core.baselines.commands import ApproveSettings, ReportSettings
from hub.core.baselines.compare import MOST_TOLD, changes, digest_of
from hub.core.baselines.decisions import decide
from hub.core.devices.events import ConfiguredDevice, DevicesConfigured
from hub.core.text import Text
from hub.errors import DeviceUnreachable, NotAllowed, NotFound

from .conftest import Plant

GOOD = {f"Image/{number:03}": "50" for number in range(80)}
CHANGED = dict.fromkeys(GOOD, "10")


def read(plant: Plant, device: str, found: dict[str, str]) -> None:
    known = plant.backend.state().baselines.devices.get(device)
    approved = known.approved if known is not None else ""
    differ = changes(GOOD, found) if approved else []
    order = ReportSettings(
        device=device,
        digest=digest_of(found),
        entries=len(found),
        serial="S1",
        approved=approved,
        count=len(differ),
        changes=tuple(differ[:MOST_TOLD]),
    )
    plant.backend.kept_settings[digest_of(found)] = found
    plant.backend.write(*decide(plant.backend.state(), order, "hub", plant.clock.now()))


@pytest.fixture
def changed(plant: Plant) -> Plant:
    """Two recorders, one of each domain; that of the gate has other settings than were approved."""
    devices = [
        ConfiguredDevice(id="nvr-g", name=Text(en="Gates", zh="大门录像机"), cameras={1: "gate-1"}, allow=["settings"]),
        ConfiguredDevice(id="nvr-p", name=Text(en="Presses"), cameras={1: "press-1"}),
    ]
    plant.backend.write(DevicesConfigured(devices=devices))
    for device in devices:
        read(plant, device.id, GOOD)
        approve = ApproveSettings(device=device.id, digest=digest_of(GOOD))
        plant.backend.write(*decide(plant.backend.state(), approve, "person:wang", plant.clock.now()))
    read(plant, "nvr-g", CHANGED)
    return plant


async def test_those_that_differ_come_first_and_with_every_change_not_only_the_first_fifty(changed: Plant) -> None:
    client = await changed.signed_in("leader.ps")
    assert [(view.device, view.state, view.count, view.may_restore) for view in await settings(client)] == [
        ("nvr-g", "drifted", 80, True),
        ("nvr-p", "approved", 0, False),
    ]
    detail = await settings_of(client, "nvr-g")
    assert len(detail.changes) == 80
    assert (detail.changes[0].was, detail.changes[0].now) == ("50", "10")
    assert detail.view.name.zh == "大门录像机"


async def test_who_is_to_approve_settings_for_the_first_time_sees_all_of_them(changed: Plant) -> None:
    changed.backend.write(
        DevicesConfigured(devices=[ConfiguredDevice(id="nvr-new", name=Text(en="New"), cameras={1: "gate-1"})])
    )
    read(changed, "nvr-new", GOOD)
    detail = await settings_of(await changed.signed_in("leader.ps"), "nvr-new")
    assert (detail.view.state, detail.view.count) == ("proposed", 0)
    assert {each.setting: (each.was, each.now) for each in detail.changes} == {
        name: (None, value) for name, value in GOOD.items()
    }


async def test_nobody_learns_of_devices_of_a_foreign_domain(changed: Plant) -> None:
    client = await changed.signed_in("leader.p")
    assert [view.device for view in await settings(client)] == ["nvr-p"]
    for device in ("nvr-g", "nvr-9"):
        with pytest.raises(NotFound, match=f"No device {device}"):
            await settings_of(client, device)
    with pytest.raises(NotAllowed):
        await client.send(ApproveSettings(device="nvr-g", digest=digest_of(CHANGED), reason="agreed"))


async def test_a_device_is_read_at_once_and_one_that_does_not_answer_says_so_with_what_is_known(changed: Plant) -> None:
    client = await changed.signed_in("leader.ps")
    assert (await settings_of(client, "nvr-g", fresh=True)).problem == ""
    assert changed.backend.read_devices == ["nvr-g"]
    changed.backend.unread = DeviceUnreachable("No answer within 10 s.")
    detail = await settings_of(client, "nvr-g", fresh=True)
    assert (detail.problem, len(detail.changes)) == ("No answer within 10 s.", 80)


async def test_what_was_seen_is_accepted_with_a_reason(changed: Plant) -> None:
    client = await changed.signed_in("leader.ps")
    detail = await settings_of(client, "nvr-g")
    await client.send(ApproveSettings(device="nvr-g", digest=detail.view.digest, reason="agreed on Monday"))
    accepted = await settings_of(client, "nvr-g")
    assert (accepted.view.state, accepted.view.approved_by, accepted.changes) == ("approved", "person:leader.ps", [])
