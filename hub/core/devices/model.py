"""What is on record about devices.

    fault      begins with                         ends with
    any        its event (`device.unreachable` …)  the event that clears it: only evidence ends a fault

A fault is told apart by its kind, its camera and, where a device may have several at once, its part (a disk, a
weakness, a report). What a device is known for goes with it when it leaves hub.toml.
"""

from datetime import datetime
from typing import cast

import msgspec
from msgspec.structs import replace

from hub.core.devices.events import (
    ConfiguredDevice,
    DeviceClockDrifted,
    DeviceDescribed,
    DeviceEvent,
    DeviceFault,
    DeviceMended,
    DeviceOrder,
    DeviceOrderDone,
    DeviceOrdered,
    DeviceOrderFailed,
    DeviceQuarantined,
    DeviceReleased,
    DeviceReported,
    DevicesConfigured,
    DeviceWeak,
)
from hub.core.event import Event, Record, wire_name
from hub.core.text import Text


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong with a device now; `seq` is the record that says so."""

    kind: str
    """Wire name of the event."""
    part: str = ""
    """Which disk, weakness or report; empty where there is one at a time."""
    about: str = ""
    """What kind of weakness or report."""
    camera: str | None = None
    source: str = ""
    """Of a clock: where it takes its time from."""
    since_at: datetime
    seq: int
    detail: Text = Text(en="")


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What a device says it is."""

    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    mac: str = ""


class Ordered(msgspec.Struct, frozen=True):
    """What a device is to do, and who wants it."""

    order: DeviceOrder
    by: str
    seq: int


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """What is on record about one device."""

    configured: ConfiguredDevice
    description: Description | None = None
    faults: dict[str, Fault] = {}
    """By `fault_key`."""
    ordered: Ordered | None = None
    """What it was told to do and nobody has said yet what came of it."""

    def fault(self, kind: type[DeviceFault], *, camera: str | None = None, part: str = "") -> Fault | None:
        return self.faults.get(fault_key(kind, camera, part))


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """All devices of the site."""

    by_id: dict[str, Device] = {}
    quarantined: dict[str, str] = {}
    """The plugins whose devices are not asked, and why."""

    def camera_device(self, camera: str) -> ConfiguredDevice | None:
        """The device that a camera is, or is a channel of."""
        found = (each.configured for each in self.by_id.values() if camera in each.configured.cameras.values())
        return next(found, None)


def fault_key(kind: type[Event], camera: str | None, part: str) -> str:
    return f"{wire_name(kind)}|{camera or ''}|{part}"


def follow(devices: Devices, record: Record, event: DeviceFault | DeviceMended | DeviceEvent) -> Devices:
    """The devices after one more record."""
    match event:
        case DevicesConfigured(devices=configured):
            return replace(devices, by_id={each.id: _known(devices, each) for each in configured})
        case DeviceQuarantined(plugin=plugin, reason=reason):
            return replace(devices, quarantined={**devices.quarantined, plugin: reason})
        case DeviceReleased(plugin=plugin):
            left = {name: reason for name, reason in devices.quarantined.items() if name != plugin}
            return replace(devices, quarantined=left)
    device = devices.by_id.get(event.device)
    if device is None:
        return devices
    return replace(devices, by_id={**devices.by_id, event.device: _device(device, record, event)})


def _known(devices: Devices, configured: ConfiguredDevice) -> Device:
    known = devices.by_id.get(configured.id)
    return replace(known, configured=configured) if known is not None else Device(configured=configured)


def _device(device: Device, record: Record, event: object) -> Device:
    match event:
        case DeviceDescribed():
            described = Description(
                maker=event.maker, model=event.model, serial=event.serial, firmware=event.firmware, mac=event.mac
            )
            return replace(device, description=described)
        case DeviceOrdered(order=order):
            return replace(device, ordered=Ordered(order, record.actor, record.seq))
        case DeviceOrderDone() | DeviceOrderFailed():
            return replace(device, ordered=None)
        case DeviceFault():
            fault = Fault(
                kind=wire_name(event),
                part=_part(event, type(event)),
                about=event.kind if isinstance(event, DeviceWeak | DeviceReported) else "",
                camera=event.camera,
                source=event.source if isinstance(event, DeviceClockDrifted) else "",
                since_at=event.since_at,
                seq=record.seq,
                detail=event.detail,
            )
            key = fault_key(type(event), fault.camera, fault.part)
            return replace(device, faults={**device.faults, key: fault})
        case DeviceMended():
            begun = cast(type[DeviceFault], event.CLEARS)
            key = fault_key(begun, event.camera, _part(event, begun))
            return replace(device, faults={name: fault for name, fault in device.faults.items() if name != key})
    return device


def _part(event: Event, begun: type[Event]) -> str:
    return str(getattr(event, begun.APART)) if begun.APART else ""
