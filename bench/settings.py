"""What watching settings and home presets costs: settings that are read again, 300 cameras that say where they stand.

The real keeper with its files on the real disk, the real decisions and the real state; what devices answer lies in
memory, since asking them is measured by `bench.devices`.
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from bench.report import Row
from hub.clock import SystemClock
from hub.core.baselines.commands import ApproveSettings
from hub.core.catalogue import SiteConfigured
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.devices.events import ConfiguredDevice, DevicesConfigured
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.homes.commands import ReportPosition
from hub.core.homes.position import Position
from hub.core.site import Area, Camera, Site
from hub.core.state import State
from hub.core.text import Text
from hub.runtime.devices.baselines import SettingsKeeper
from hub.runtime.devices.kept_settings import KeptSettings

DEVICES = 300
SETTINGS = 2_000
"""Of each device: what a recorder of 16 channels tells."""
ROUNDS = 10
COMPARE_MS = 20.0
"""At most, of the processor, for the settings of a device that are read again."""
POSITION_US = 100.0
"""At most, for a camera that says where it stands; every camera does twice a minute."""

_HOME = Position(pan=120.0, tilt=10.0, zoom=1.0, space="degrees", pan_span=360.0, tilt_span=90.0, zoom_span=30.0)


class _Site:
    """The state of a site, as the hub's core keeps it; nothing is written."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.state = State()
        self.records = 0

    def happen(self, events: Sequence[Event], actor: str) -> None:
        now = self.clock.now()
        for event in events:
            self.records += 1
            self.state = fold(self.state, Record(self.records, now, now, actor, None, event, None, b""))

    async def submit(self, command: Command | Order, actor: str) -> object:
        events = decide(self.state, command, actor, self.clock.now())
        self.happen(events, actor)
        return events


class _Reach:
    """Devices that tell their settings at once."""

    def __init__(self, names: Sequence[str]) -> None:
        common = {f"Channel{number // 50}/Setting{number:04}": f"value {number % 7}" for number in range(SETTINGS)}
        self.settings = {name: {**common, "Network/Name": name} for name in names}

    def telling(self) -> Sequence[str]:
        return list(self.settings)

    async def read(self, device: str) -> Mapping[str, str]:
        return self.settings[device]

    async def write(self, device: str, wanted: Mapping[str, str]) -> None:
        self.settings[device] |= wanted


def run() -> list[Row]:
    """Measure both; takes about half a minute."""
    with tempfile.TemporaryDirectory(prefix="watchroom-bench-") as folder:
        compared = asyncio.run(_settings(Path(folder)))
    return [*compared, _homes()]


async def _settings(folder: Path) -> list[Row]:
    names = [f"nvr-{number:03}" for number in range(DEVICES)]
    site, reach = _Site(), _Reach(names)
    site.happen([DevicesConfigured(devices=[ConfiguredDevice(id=name, name=Text(en=name)) for name in names])], "hub")
    keeper = SettingsKeeper(
        reach, KeptSettings(folder), site.clock, state=lambda: site.state, submit=site.submit, every_s=lambda: 3600.0
    )
    for name in names:
        found = await keeper.compare(name)
        await site.submit(ApproveSettings(device=name, digest=found.digest), "person:bench")

    async def round_of(bench: str) -> Row:
        began_s, cpu_s = time.perf_counter(), time.process_time()
        for name in names:
            await keeper.compare(name)
        each_ms = (time.process_time() - cpu_s) / DEVICES * 1e3
        return Row(
            bench=bench,
            subject=f"{DEVICES} devices of {SETTINGS:,} settings",
            figure=f"{(time.perf_counter() - began_s) / DEVICES * 1e3:.1f} ms a device",
            cpu=f"{each_ms:.1f} ms a device",
            note=f"kept on the disk, compared, reported; at most {COMPARE_MS:g} ms of the processor",
            failed=each_ms > COMPARE_MS,
        )

    same = await round_of("settings as approved, read again")
    for name in names:
        reach.settings[name] = {**reach.settings[name], "Channel0/Setting0001": "changed"}
    changed = await round_of("settings of which one was changed")
    assert all(site.state.baselines.devices[name].count == 1 for name in names), "a change was not found"
    return [same, changed]


def _homes() -> Row:
    site = _Site()
    cameras = [
        Camera(id=f"dome-{number:03}", name=Text(en="Dome"), area="yard", domain="security", home="1")
        for number in range(DEVICES)
    ]
    plant = Site(name=Text(en="Plant"), areas=[Area(id="yard", name=Text(en="Yard"))], cameras=cameras)
    site.happen([SiteConfigured(site=plant)], "hub")

    def report(position: Position, *, turned: bool = False) -> None:
        for camera in cameras:
            order = ReportPosition(camera=camera.id, preset="1", position=position, turned=turned)
            site.happen(decide(site.state, order, "hub", site.clock.now()), "hub")

    report(_HOME, turned=True)
    cpu_s = time.process_time()
    for _ in range(ROUNDS):
        report(_HOME)
    each_us = (time.process_time() - cpu_s) / ROUNDS / DEVICES * 1e6
    report(replace(_HOME, pan=250.0))
    assert all(home.strayed is not None for home in site.state.homes.cameras.values()), "a camera strayed unseen"
    return Row(
        bench="a camera says where it stands",
        subject=f"{DEVICES} steered cameras at home",
        cpu=f"{each_us:.0f} µs a camera",
        note=f"{each_us * DEVICES / 30 / 1e4:.2f} % of a core, twice a minute each; at most {POSITION_US:g} µs",
        failed=each_us > POSITION_US,
    )
