"""What was seen of a device at one look, and what follows from it. Pure.

Only what a device said is evidence. What it could not say, or was not asked, neither begins a fault nor ends one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from hub.core.devices.events import (
    MENDED,
    ConfiguredDevice,
    DeviceCertificateEnding,
    DeviceChannelOffline,
    DeviceClockDrifted,
    DeviceDescribed,
    DeviceDiskFailed,
    DeviceFanFailed,
    DeviceFault,
    DeviceMended,
    DeviceOverheated,
    DeviceRecordingStopped,
    DeviceRefused,
    DevicesConfigured,
    DeviceUnreachable,
    DeviceUntrusted,
    DeviceWeak,
)
from hub.core.devices.model import Description, Device, Devices, Fault
from hub.core.devices.reasons import reason_in_both
from hub.core.devices.words import WEAKNESSES, named, with_detail
from hub.core.durations import duration
from hub.core.event import Event, wire_name
from hub.core.text import Text

Contact = Literal["reached", "failed", "refused", "untrusted", "unknown"]
"""Whether the device could be asked. `reached`: it answered, and accepted us. `unknown`: nobody can say."""

FAILS_FOR = 2
"""So many looks in a row must fail until a device counts as unreachable: one lost answer is none."""
COOLER_BY = 5.0
"""Degrees below the limit at which a device is no longer too hot."""
SHARED = "shared-password"
"""The kind of weakness that the hub finds itself: no device knows of another."""
_SECONDS_BELOW = 120
"""A clock that is off by less is told in seconds."""
MOST_PARTS = 64
"""Disks, or weaknesses, of one device that are told apart."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """From when on something is a fault."""

    drift_s: float = 5.0
    hot_c: float = 75.0
    certificate_days: float = 30.0


class Drift(NamedTuple):
    """How far a device's clock is ahead, how exact that is, and where it takes its time from."""

    seconds: float
    within_s: float
    source: str = "unknown"


class Disk(NamedTuple):
    """How a disk is. `bad`: it cannot be written. None: nobody can say."""

    bad: bool | None
    state: str = ""
    detail: Text = Text(en="")


class Weak(NamedTuple):
    """What is switched off or weak, as the device says."""

    kind: str
    what: str = ""
    channel: int | None = None
    detail: Text = Text(en="")

    @property
    def part(self) -> str:
        return f"{self.kind} {self.what}".strip() + (f" @{self.channel}" if self.channel is not None else "")


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at a device gave; None: nothing was said about it."""

    at: datetime
    contact: Contact = "unknown"
    why: str = ""
    """Why it could not be asked, without secrets."""
    failures: int = 0
    """How many looks failed in a row, this one included."""
    described: Description | None = None
    drift: Drift | None = None
    disks: dict[str, Disk] | None = None
    recording: dict[int, bool] = {}
    """Channel → whether the device records it."""
    online: dict[int, bool] = {}
    """Channel → whether the recorder gets the camera behind it."""
    hottest_c: float | None = None
    fans: bool | None = None
    certificate_ends_at: datetime | None = None
    weak: tuple[Weak, ...] | None = None
    shares_password: bool | None = None
    """Whether hub.toml gives another device the same password."""


def reconcile(device: Device, look: Look, limits: Limits) -> list[Event]:
    """The events that bring what is on record about a device in line with a look at it."""
    return [
        *_contact(device, look),
        *_described(device, look),
        *_clock(device, look, limits),
        *_disks(device, look),
        *_channels(device, look),
        *_heat(device, look, limits),
        *_level(device, look, DeviceFanFailed, None if look.fans is None else not look.fans),
        *_certificate(device, look, limits),
        *_weak(device, look),
        *_shared(device, look),
    ]


def reconfigure(devices: Devices, configured: list[ConfiguredDevice]) -> list[Event]:
    """The events that bring the record in line with the devices that hub.toml names."""
    if [device.configured for device in devices.by_id.values()] == configured:
        return []
    now = {each.id: each for each in configured}
    return [*_gone(devices, now), DevicesConfigured(devices=configured)]


def mended(device: str, fault: Fault, *, gone: bool = False) -> DeviceMended:
    """The event that ends a fault."""
    begun = _BY_KIND[fault.kind]
    ended = MENDED[begun]
    parts = {begun.APART: fault.part} if begun.APART else {}
    return ended(device=device, camera=fault.camera, since_at=fault.since_at, gone=gone, **parts)


def _gone(devices: Devices, now: dict[str, ConfiguredDevice]) -> Iterator[Event]:
    """What was wrong with what is no longer in hub.toml."""
    for device in devices.by_id.values():
        left = now.get(device.configured.id)
        there = {*left.cameras.values(), None} if left is not None else set()
        same_kind = left is not None and left.own == device.configured.own
        for fault in device.faults.values():
            if not same_kind or fault.camera not in there:
                yield mended(device.configured.id, fault, gone=True)


def _contact(device: Device, look: Look) -> Iterator[Event]:
    if look.contact == "unknown":
        return
    failed = look.contact == "failed"
    if failed and look.failures < FAILS_FOR and _standing(device, DeviceUnreachable) is None:
        return
    yield from _level(device, look, DeviceUnreachable, failed, detail=look.why)
    if failed:
        return  # whether it would accept us, nobody can say
    yield from _level(device, look, DeviceUntrusted, look.contact == "untrusted", detail=look.why)
    if look.contact != "untrusted":
        yield from _level(device, look, DeviceRefused, look.contact == "refused", detail=look.why)


def _described(device: Device, look: Look) -> Iterator[Event]:
    said = look.described
    if said is None or said == device.description:
        return
    yield DeviceDescribed(
        device=device.configured.id,
        camera=device.configured.camera,
        maker=said.maker,
        model=said.model,
        serial=said.serial,
        firmware=said.firmware,
        mac=said.mac,
    )


def _clock(device: Device, look: Look, limits: Limits) -> Iterator[Event]:
    if look.drift is None:
        return
    seconds, within_s, source = look.drift
    known = _standing(device, DeviceClockDrifted)
    if known is None and abs(seconds) - within_s > limits.drift_s:
        much = how_far(seconds)
        detail = Text(
            en=f"{much.en} {'ahead' if seconds > 0 else 'behind'} (± {within_s:.1f} s)",
            zh=f"{'快' if seconds > 0 else '慢'} {much.zh}（± {within_s:.1f} 秒）",
        )
        yield DeviceClockDrifted(
            device=device.configured.id,
            camera=device.configured.camera,
            since_at=look.at,
            drift_s=round(seconds, 1),
            within_s=round(within_s, 1),
            source=source,
            detail=detail,
        )
    elif known is not None and abs(seconds) <= limits.drift_s - min(within_s, limits.drift_s / 2):
        yield mended(device.configured.id, known)


def how_far(seconds: float) -> Text:
    """How far a clock is off, either way: in seconds up to two minutes, then in its two largest units.

    >>> how_far(-63.2).en, how_far(27_868_360).en
    ('63 s', '322 d 13 h')
    """
    whole = abs(round(seconds))
    return duration(whole) if whole >= _SECONDS_BELOW else Text(en=f"{whole} s", zh=f"{whole} 秒")


def _disks(device: Device, look: Look) -> Iterator[Event]:
    if look.disks is None:
        return
    standing = {fault.part: fault for fault in device.faults.values() if fault.kind == wire_name(DeviceDiskFailed)}
    for name, disk in list(look.disks.items())[:MOST_PARTS]:
        if disk.bad and name not in standing:
            yield DeviceDiskFailed(
                device=device.configured.id,
                camera=device.configured.camera,
                since_at=look.at,
                disk=name,
                state=disk.state,
                detail=Text(en=disk.detail.en, zh=disk.detail.zh or disk.detail.en),
            )
    for name, fault in standing.items():
        disk_now = look.disks.get(name)
        if disk_now is None or disk_now.bad is False:  # taken out, or good
            yield mended(device.configured.id, fault)


def _channels(device: Device, look: Look) -> Iterator[Event]:
    for channel, camera in device.configured.cameras.items():
        recorded, online = look.recording.get(channel), look.online.get(channel)
        yield from _level(device, look, DeviceRecordingStopped, _not(recorded), camera=camera)
        if not device.configured.own:
            yield from _level(device, look, DeviceChannelOffline, _not(online), camera=camera)


def _heat(device: Device, look: Look, limits: Limits) -> Iterator[Event]:
    if look.hottest_c is None:
        return
    known = _standing(device, DeviceOverheated)
    if known is None and look.hottest_c >= limits.hot_c:
        yield DeviceOverheated(
            device=device.configured.id,
            camera=device.configured.camera,
            since_at=look.at,
            celsius=round(look.hottest_c, 1),
            detail=Text(en=f"{look.hottest_c:.0f} °C"),
        )
    elif known is not None and look.hottest_c <= limits.hot_c - COOLER_BY:
        yield mended(device.configured.id, known)


def _certificate(device: Device, look: Look, limits: Limits) -> Iterator[Event]:
    if look.certificate_ends_at is None:
        return
    known = _standing(device, DeviceCertificateEnding)
    ends_soon = look.certificate_ends_at - look.at < timedelta(days=limits.certificate_days)
    if ends_soon and known is None:
        yield DeviceCertificateEnding(
            device=device.configured.id,
            camera=device.configured.camera,
            since_at=look.at,
            ends_at=look.certificate_ends_at,
        )
    elif not ends_soon and known is not None:
        yield mended(device.configured.id, known)


def _weak(device: Device, look: Look) -> Iterator[Event]:
    if look.weak is None:
        return
    found = {weak.part: weak for weak in look.weak[:MOST_PARTS]}
    standing = {fault.part: fault for fault in device.faults.values() if fault.kind == wire_name(DeviceWeak)}
    for part, weak in found.items():
        camera = device.configured.cameras.get(weak.channel or 0) or device.configured.camera
        if part not in standing:
            yield DeviceWeak(
                device=device.configured.id,
                camera=camera,
                since_at=look.at,
                weakness=part,
                kind=weak.kind,
                what=weak.what,
                detail=with_detail(WEAKNESSES.get(weak.kind, WEAKNESSES["other"]), named(weak.what, weak.detail)),
            )
    ended = standing.keys() - found.keys() - {SHARED}
    yield from (mended(device.configured.id, fault) for part, fault in standing.items() if part in ended)


def _shared(device: Device, look: Look) -> Iterator[Event]:
    known = device.fault(DeviceWeak, camera=device.configured.camera, part=SHARED)
    if look.shares_password and known is None:
        yield DeviceWeak(
            device=device.configured.id,
            camera=device.configured.camera,
            since_at=look.at,
            weakness=SHARED,
            kind=SHARED,
            detail=WEAKNESSES[SHARED],
        )
    elif look.shares_password is False and known is not None:
        yield mended(device.configured.id, known)


def _level(
    device: Device,
    look: Look,
    kind: type[DeviceFault],
    bad: bool | None,
    *,
    camera: str | None = None,
    detail: str = "",
) -> Iterator[Event]:
    """Begin or end a fault of which there is one for each camera; None is no evidence."""
    if bad is None:
        return
    about = camera or device.configured.camera
    known = device.fault(kind, camera=about)
    if bad and known is None:
        yield kind(device=device.configured.id, camera=about, since_at=look.at, detail=reason_in_both(detail))
    elif not bad and known is not None:
        yield mended(device.configured.id, known)


def _standing(device: Device, kind: type[DeviceFault]) -> Fault | None:
    return device.fault(kind, camera=device.configured.camera)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


_BY_KIND: dict[str, type[DeviceFault]] = {wire_name(begun): begun for begun in DeviceFault.__subclasses__()}
