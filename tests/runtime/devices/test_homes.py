"""The watch over home presets, over a real core: the camera's head is a value that moves and may fail."""

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from hub.automation.model import TurnToPreset
from hub.core.catalogue import SiteConfigured
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.deeds import CameraTurned
from hub.core.event import Draft, Event, Record, wire_name
from hub.core.homes.commands import ReturnHome
from hub.core.homes.model import Home
from hub.core.homes.position import Position
from hub.core.site import Area, Camera, Site
from hub.core.text import Text
from hub.errors import DeliveryFailed, DeviceUnreachable
from hub.runtime.core_loop import CoreLoop
from hub.runtime.devices import homes as watched
from hub.runtime.devices.homes import HomeWatch, Reading
from hub.testing.clock import FakeClock
from tests.runtime.running import running

HOME = Position(pan=120.0, tilt=10.0, zoom=1.0, space="degrees", pan_span=360.0, tilt_span=90.0, zoom_span=30.0)
AWAY = replace(HOME, pan=250.0)
SITE = Site(
    name=Text(en="Plant"),
    areas=[Area(id="yard", name=Text(en="Yard"))],
    cameras=[Camera(id="gate-1", name=Text(en="Gate"), area="yard", domain="security", home="1")],
)


class Room:
    """The head of one camera, and what the watch over it does."""

    def __init__(self, core: CoreLoop, clock: FakeClock) -> None:
        self.core, self.clock = core, clock
        self.at, self.moving, self.preset = AWAY, False, HOME
        self.fails: Exception | None = None
        self.refuses: Exception | None = None
        self.asked = 0
        self.pointed: list[tuple[str, bool]] = []
        self.records: list[Record] = []
        self.watch = HomeWatch(
            self, clock, state=lambda: core.state, submit=self.submit, turn=self.turn, note=self.note, point=self.point
        )
        core.on_change = self.changed

    def steered(self) -> Sequence[str]:
        return ["gate-1"]

    async def position(self, camera: str) -> Reading:
        self.asked += 1
        if self.fails is not None:
            raise self.fails
        return Reading(self.at, self.moving)

    async def turn(self, do: TurnToPreset) -> Event:
        if self.refuses is not None:
            raise self.refuses
        self.at = self.preset
        return CameraTurned(camera=do.camera, rule="", preset=do.preset)

    async def point(self, camera: str, preset: str, moving: bool) -> None:
        self.pointed.append((preset, moving))

    def changed(self, records: Sequence[Record]) -> None:
        self.records += records
        self.watch.follow(records)

    async def note(self, event: Event, actor: str) -> object:
        return await self.core.propose(lambda state: [Draft(event, actor=actor)])

    async def submit(self, command: Command | Order, actor: str) -> object:
        now = self.clock.now()
        return await self.core.propose(
            lambda state: [Draft(event, actor=actor) for event in decide(state, command, actor, now)]
        )

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():
                await asyncio.sleep(0.01)

    async def until_logged(self, logs: Sequence[MutableMapping[str, Any]], event: str) -> None:
        self.clock.advance(31)
        await self.until(lambda: any(entry["event"] == event for entry in logs))

    def said(self) -> list[str]:
        return [name for record in self.records if (name := wire_name(record.event)) != "site.configured"]

    @property
    def home(self) -> Home:
        return self.core.state.homes.cameras["gate-1"]

    async def looked(self, times: int = 2) -> None:
        """So many readings more, at the usual pace."""
        for _ in range(times):
            before = self.asked
            self.clock.advance(31)
            await self.until(lambda before=before: self.asked > before)
        await asyncio.sleep(0.02)

    async def sent_home(self) -> None:
        await self.submit(ReturnHome(camera="gate-1"), "person:li")


@pytest.fixture
async def room(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    monkeypatch.setattr(watched, "_TICK_S", 0.005)
    monkeypatch.setattr(watched, "_SETTLE_S", 0.005)
    async with running(tmp_path, clock) as core:
        room = Room(core, clock)
        await core.propose(lambda state: [Draft(SiteConfigured(site=SITE), actor="hub")])
        going = asyncio.create_task(room.watch.run())
        yield room
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


@pytest.fixture
async def learned(room: Room) -> Room:
    await room.sent_home()
    await room.until(lambda: "home.learned" in room.said())
    room.records.clear()
    return room


async def test_sent_home_it_stands_there_and_the_watch_knows(room: Room) -> None:
    await room.looked()
    assert room.said() == []
    await room.sent_home()
    await room.until(lambda: "home.learned" in room.said())
    assert room.said() == ["home.return_ordered", "camera.turned", "home.learned"]
    assert room.home.position == HOME
    await room.until(lambda: room.pointed[-1:] == [("1", False)])


async def test_a_camera_that_is_being_steered_is_not_astray_and_one_that_was_left_elsewhere_is(learned: Room) -> None:
    learned.at, learned.moving = AWAY, True
    await learned.looked(3)
    assert learned.said() == []
    assert learned.pointed[-1] == ("", True)
    learned.moving = False
    await learned.looked(2)
    await learned.until(lambda: learned.said() == ["camera.strayed"])
    assert learned.pointed[-1] == ("", False), "its view is compared with no reference"
    await learned.sent_home()
    await learned.until(lambda: "camera.home" in learned.said())
    await learned.until(lambda: learned.pointed[-1] == ("1", False))


async def test_one_that_drifts_on_without_saying_so_is_not_yet_astray(learned: Room) -> None:
    for pan in (200.0, 230.0, 260.0):
        learned.at = replace(HOME, pan=pan)
        await learned.looked(1)
    assert learned.said() == []


async def test_what_cannot_be_read_is_no_evidence(learned: Room) -> None:
    learned.at = AWAY
    learned.fails = DeviceUnreachable("No answer.")
    await learned.looked(3)
    assert learned.said() == []
    learned.fails = None
    await learned.looked(2)
    await learned.until(lambda: learned.said() == ["camera.strayed"])


async def test_the_log_tells_once_why_a_camera_cannot_be_read_and_when_it_can_again(learned: Room) -> None:
    with capture_logs() as logs:
        learned.fails = DeviceUnreachable("No answer.")
        await learned.looked(3)
        learned.fails = ValueError("A plugin broke.")
        await learned.looked(3)
        learned.fails = None
        await learned.until_logged(logs, "position_read_again")
    told = [(entry["event"], entry.get("kind"), bool(entry.get("exc_info"))) for entry in logs]
    assert told == [
        ("position_not_read", "DeviceUnreachable", False),
        ("position_not_read", "ValueError", True),
        ("position_read_again", None, False),
    ]


async def test_a_camera_that_cannot_be_turned_says_why(learned: Room) -> None:
    learned.refuses = DeliveryFailed("The device did not take it.")
    await learned.sent_home()
    await learned.until(lambda: "home.return_failed" in learned.said())
    assert learned.core.state.homes.returning == {}
    learned.refuses = None
    await learned.sent_home()
    await learned.until(lambda: "camera.turned" in learned.said())


async def test_a_preset_that_was_moved_on_the_device_is_found_when_it_is_sent_there(learned: Room) -> None:
    learned.preset = AWAY
    await learned.sent_home()
    await learned.until(lambda: "camera.strayed" in learned.said())
    assert learned.home.position == HOME, "nobody has approved the other place"
