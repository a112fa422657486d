"""Devices as people are shown them: what is on record about each, and what it said at the last look."""

from datetime import datetime
from typing import Literal

import msgspec

from hub.client import HubClient
from hub.core.devices.look import Contact
from hub.core.devices.model import Fault
from hub.core.text import Text

Told = Literal["ok", "unknown", "unsupported", "error"]
"""Whether the device said something: only `ok` is evidence. See `hub.api.Reading`."""
Listening = Literal["listening", "waiting", "unsupported", "unknown", "full"]
"""Whether the hub hears what the device tells by itself. `waiting`: the line broke, and is tried again. `full`: so many
devices are listened to already that this one is not."""


class DiskNow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    state: str
    size_bytes: int | None = None
    free_bytes: int | None = None
    detail: str = ""


class ChannelNow(msgspec.Struct, frozen=True, kw_only=True):
    """A channel that is a camera of the site. None: not told."""

    channel: int
    camera: str
    name: Text = Text(en="")
    online: bool | None = None
    recorded: bool | None = None


class DeviceNow(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub knows of a device from its last look; nothing of it is older than the hub's start."""

    contact: Contact = "unknown"
    why: str = ""
    """Why it could not be asked; empty when it could."""
    asked_at: datetime | None = None
    """When it was asked last."""
    answered_at: datetime | None = None
    """When it last said how it is."""
    paused_until_at: datetime | None = None
    """It is not asked before that, because it failed several times."""
    latched: bool = False
    """It is not asked at all until a person says so: it refused the credentials."""
    took_s: float | None = None
    """How long the last look took."""
    clock: Told = "unknown"
    drift_s: float | None = None
    """Seconds that its clock is ahead; negative: behind."""
    within_s: float = 0.0
    clock_source: str = ""
    storage: Told = "unknown"
    disks: list[DiskNow] = []
    online: dict[int, bool] = {}
    recorded: dict[int, bool] = {}
    heat: Told = "unknown"
    hottest_c: float | None = None
    fans: bool | None = None
    started_at: datetime | None = None
    certificate_ends_at: datetime | None = None
    can: list[str] = []
    """What it can do, as it says itself: streams, snapshot, events, ptz …"""
    listening: Listening = "unknown"


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    """One device."""

    id: str
    name: Text
    driver: str
    own: bool = False
    """It is a camera, and has its id."""
    allow: list[str] = []
    channels: list[ChannelNow] = []
    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    mac: str = ""
    faults: list[Fault] = []
    """What is wrong with it by the record, oldest first."""
    ordered: str = ""
    """What it was told to do and has not done yet: clock, reboot; empty for nothing."""
    now: DeviceNow = DeviceNow()


class FirmwareLine(msgspec.Struct, frozen=True, kw_only=True):
    """The devices of one model that run the same firmware."""

    maker: str
    model: str
    firmware: str
    devices: list[str]


async def devices(client: HubClient) -> list[DeviceView]:
    """Every device that one may see, as in hub.toml."""
    return await client.read("devices", list[DeviceView])


async def device(client: HubClient, device_id: str) -> DeviceView:
    """One device; `NotFound`."""
    return await client.read(f"devices/{device_id}", DeviceView)


def firmware(devices: list[DeviceView]) -> list[FirmwareLine]:
    """Which firmware runs on which model, of the devices that have said so; by model, then firmware."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for each in devices:
        if each.model or each.firmware:
            found.setdefault((each.maker, each.model, each.firmware), []).append(each.id)
    return [
        FirmwareLine(maker=maker, model=model, firmware=version, devices=those)
        for (maker, model, version), those in sorted(found.items())
    ]
