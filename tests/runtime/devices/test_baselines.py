"""The keeper of approved settings over a real core: it reads, keeps, compares and puts back. The device is a dictionary
that may clamp, refuse, or be changed by others."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

import pytest

from hub.core.baselines.commands import ApproveSettings, RestoreSettings
from hub.core.baselines.compare import digest_of
from hub.core.baselines.events import SettingsNotRestored, SettingsRestored, SettingsRestoring
from hub.core.baselines.model import Baseline
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.devices.events import ConfiguredDevice, DevicesConfigured
from hub.core.event import Draft, Record
from hub.core.text import Text
from hub.errors import DeviceRejected, DeviceUnreachable, ProtocolError, SiteError
from hub.runtime.core_loop import CoreLoop
from hub.runtime.devices.baselines import MOST_SETTINGS, SettingsKeeper
from hub.runtime.devices.kept_settings import KeptSettings
from hub.testing.clock import FakeClock
from tests.runtime.running import running

GOOD = {"Image/Sharpness": "50", "NTP/Enable": "true"}
CHANGED = {"Image/Sharpness": "10", "NTP/Enable": "false", "Users/guest": "viewer"}


class Recorder:
    """A device as the keeper reaches it."""

    def __init__(self) -> None:
        self.settings = dict(GOOD)
        self.clamps: dict[str, str] = {}
        self.fails: Exception | None = None
        self.told = 0

    def telling(self) -> Sequence[str]:
        return ["nvr-1"]

    async def read(self, device: str) -> Mapping[str, str]:
        self.told += 1
        if self.fails is not None:
            raise self.fails
        return dict(self.settings)

    async def write(self, device: str, wanted: Mapping[str, str]) -> None:
        if "refused" in wanted.values():
            raise DeviceRejected("The device does not take it.")
        self.settings |= {**wanted, **{name: self.clamps[name] for name in wanted if name in self.clamps}}


class Room:
    def __init__(self, core: CoreLoop, clock: FakeClock, folder: Path) -> None:
        self.core, self.clock, self.folder, self.device = core, clock, folder, Recorder()
        self.kept = KeptSettings(folder / "settings")
        self.keeper = SettingsKeeper(
            self.device, self.kept, clock, state=lambda: core.state, submit=self.submit, every_s=lambda: 3600
        )
        core.on_change = self.changed
        self.records: list[Record] = []

    def changed(self, records: Sequence[Record]) -> None:
        self.records += records
        for record in records:
            if isinstance(record.event, SettingsRestoring):
                self.keeper.restore(record.event)

    async def submit(self, command: Command | Order, actor: str) -> object:
        now = self.clock.now()
        return await self.core.propose(
            lambda state: [Draft(event, actor=actor) for event in decide(state, command, actor, now)]
        )

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():
                await asyncio.sleep(0.01)

    @property
    def standing(self) -> Baseline:
        return self.core.state.baselines.devices["nvr-1"]

    async def approve(self, settings: Mapping[str, str], reason: str = "") -> None:
        await self.submit(ApproveSettings(device="nvr-1", digest=digest_of(settings), reason=reason), "person:wang")

    async def put_back(self, target: Mapping[str, str] | None = None, only: tuple[str, ...] = ()) -> object:
        """Ask for it and wait for what comes of it."""
        wanted = digest_of(target) if target is not None else None
        await self.submit(
            RestoreSettings(device="nvr-1", found=self.standing.digest, target=wanted, only=only, reason="not agreed"),
            "person:admin",
        )
        told = self.device.told
        await self.until(lambda: not self.standing.restoring)
        await self.until(lambda: self.device.told > told)
        return next(
            record.event
            for record in reversed(self.records)
            if isinstance(record.event, SettingsRestored | SettingsNotRestored)
        )


@pytest.fixture
async def room(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Room]:
    async with running(tmp_path, clock) as core:
        room = Room(core, clock, tmp_path)
        device = ConfiguredDevice(id="nvr-1", name=Text(en="Recorder"), allow=["settings"])
        await core.propose(lambda state: [Draft(DevicesConfigured(devices=[device]), actor="hub")])
        await room.keeper.compare("nvr-1")
        await room.approve(GOOD)
        yield room


async def test_the_same_settings_say_nothing_and_changed_ones_are_told_with_all_changes_kept(room: Room) -> None:
    before = len(room.records)
    assert (await room.keeper.compare("nvr-1")).found == []
    assert len(room.records) == before
    room.device.settings = dict(CHANGED)
    compared = await room.keeper.compare("nvr-1")
    assert [(each.setting, each.was, each.now) for each in compared.found] == [
        ("Image/Sharpness", "50", "10"),
        ("NTP/Enable", "true", "false"),
        ("Users/guest", None, "viewer"),
    ]
    assert (room.standing.state, room.standing.count) == ("drifted", 3)
    assert await room.keeper.differences("nvr-1", digest_of(GOOD), digest_of(CHANGED)) == compared.found


async def test_settings_are_put_back_read_again_and_what_was_added_stays_a_difference(room: Room) -> None:
    room.device.settings = dict(CHANGED)
    await room.keeper.compare("nvr-1")
    done = await room.put_back()
    assert isinstance(done, SettingsRestored)
    assert (done.written, done.left, done.before) == (2, [], digest_of(CHANGED))
    assert room.device.settings == {**GOOD, "Users/guest": "viewer"}
    await room.until(lambda: room.standing.count == 1)
    assert room.standing.changes[0].setting == "Users/guest"


async def test_only_what_was_chosen_is_put_back(room: Room) -> None:
    room.device.settings = dict(CHANGED)
    await room.keeper.compare("nvr-1")
    await room.put_back(only=("NTP/Enable",))
    assert room.device.settings == {**CHANGED, "NTP/Enable": "true"}


async def test_what_was_put_back_can_be_undone(room: Room) -> None:
    room.device.settings = {"Image/Sharpness": "10", "NTP/Enable": "true"}
    await room.keeper.compare("nvr-1")
    await room.put_back()
    await room.until(lambda: room.standing.state == "approved")
    undone = await room.put_back(target={"Image/Sharpness": "10", "NTP/Enable": "true"})
    assert isinstance(undone, SettingsRestored)
    assert room.device.settings["Image/Sharpness"] == "10"
    await room.until(lambda: room.standing.state == "drifted")


async def test_what_the_device_did_not_take_is_named(room: Room) -> None:
    room.device.settings = {"Image/Sharpness": "10", "NTP/Enable": "false"}
    room.device.clamps = {"Image/Sharpness": "40"}
    await room.keeper.compare("nvr-1")
    done = await room.put_back()
    assert isinstance(done, SettingsRestored)
    assert [(each.setting, each.was, each.now) for each in done.left] == [("Image/Sharpness", "50", "40")]


async def test_what_was_changed_again_meanwhile_is_not_written_over(room: Room) -> None:
    room.device.settings = dict(CHANGED)
    await room.keeper.compare("nvr-1")
    room.device.settings["NTP/Enable"] = "sometimes"
    failed = await room.put_back()
    assert isinstance(failed, SettingsNotRestored)
    assert "changed since" in failed.detail.en
    assert room.device.settings["NTP/Enable"] == "sometimes"
    await room.until(lambda: any(change.now == "sometimes" for change in room.standing.changes))


async def test_a_device_that_does_not_answer_or_refuses_says_so_and_changes_nothing(room: Room) -> None:
    room.device.settings = dict(CHANGED)
    await room.keeper.compare("nvr-1")
    room.device.fails = DeviceUnreachable("No answer from 10.0.0.8.")
    failed = await room.put_back()
    assert isinstance(failed, SettingsNotRestored)
    assert failed.detail.en == "No answer from 10.0.0.8."
    assert failed.detail.zh
    assert room.standing.state == "drifted"
    with pytest.raises(DeviceUnreachable):
        await room.keeper.compare("nvr-1")
    assert room.standing.state == "drifted", "no evidence is no end"


@pytest.mark.parametrize("told", [{}, {str(number): "" for number in range(MOST_SETTINGS + 1)}, {"one": "x" * 20_000}])
async def test_nothing_and_far_too_much_are_not_believed(room: Room, told: dict[str, str]) -> None:
    room.device.settings = told
    with pytest.raises(ProtocolError):
        await room.keeper.compare("nvr-1")
    assert room.standing.state == "approved"


async def test_approved_settings_that_are_lost_from_the_disk_are_said_to_be(room: Room) -> None:
    (file,) = room.folder.rglob(f"{digest_of(GOOD)}.json")
    file.unlink()
    room.device.settings = dict(CHANGED)
    with pytest.raises(SiteError, match="not kept any more"):
        await room.keeper.compare("nvr-1")


async def test_what_was_being_put_back_when_the_hub_ended_is_given_up(room: Room) -> None:
    room.device.settings = dict(CHANGED)
    await room.keeper.compare("nvr-1")
    room.core.on_change = room.records.extend
    await room.submit(RestoreSettings(device="nvr-1", found=room.standing.digest, reason="not agreed"), "person:admin")
    assert room.standing.restoring
    running_keeper = asyncio.create_task(room.keeper.run())
    await room.until(lambda: not room.standing.restoring)
    running_keeper.cancel()
    (given_up,) = [record.event for record in room.records if isinstance(record.event, SettingsNotRestored)]
    assert (given_up.detail.en, given_up.detail.zh) == ("The hub was stopped meanwhile.", "其间系统停止运行。")
