"""From what a session told to what the core is shown: pure, and nothing that was not told becomes anything."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar, get_args

from msgspec.structs import replace

from hub.client.devices import DeviceNow, DiskNow
from hub.core.devices.events import ReportKind
from hub.core.devices.look import Contact, Disk, Drift, Look, Weak
from hub.core.devices.model import Description
from hub.core.devices.reports import Told
from hub.core.text import Text
from hub.secret import redact
from hub.vendor.values import (
    DeviceClock,
    DeviceEvent,
    DeviceInfo,
    Health,
    Reading,
    Temperature,
    Volume,
    Weakness,
)

LONGEST_WORD = 80
LONGEST_TEXT = 300
_MOST = 256
"""Disks, channels or weaknesses of one device that are looked at."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BAD: Mapping[str, bool | None] = {
    "ok": False,
    "absent": False,
    "full": True,
    "unformatted": True,
    "degraded": True,
    "failed": True,
    "formatting": None,
    "unknown": None,
}
"""Whether a disk in this state is a fault; None: nobody can say."""
_KINDS = frozenset(get_args(ReportKind))
ROUGH_S = 0.5
"""Devices tell the time to the second: so much it may be off by that alone."""

V = TypeVar("V")


def shown(text: str, longest: int = LONGEST_TEXT) -> str:
    """What a device said, fit to be shown and kept."""
    return _UNPRINTABLE.sub(" ", redact(text[: 4 * longest])).strip()[:longest]


def value_of(reading: Reading[V]) -> V | None:
    """What was read; None where it was not."""
    return reading.value if reading.status == "ok" else None


def drift_of(clock: DeviceClock, took_s: float) -> Drift:
    """How far the clock is ahead. The device's answer was made at some moment of an exchange that took `took_s` at
    most, and is to the second."""
    ahead = (clock.at - clock.asked_at).total_seconds()
    return Drift(ahead, took_s / 2 + ROUGH_S, clock.source)


def described(info: DeviceInfo) -> Description:
    return Description(
        maker=shown(info.maker, LONGEST_WORD),
        model=shown(info.model, LONGEST_WORD),
        serial=shown(info.serial, LONGEST_WORD),
        firmware=shown(info.firmware, LONGEST_WORD),
        mac=shown(info.mac, LONGEST_WORD),
    )


def look_at(health: Health, *, at: datetime, took_s: float) -> Look:
    """What a device said about itself."""
    clock, volumes, channels = value_of(health.clock), value_of(health.volumes), value_of(health.channels)
    heat = value_of(health.temperatures)
    recording = {channel: value_of(reading) for channel, reading in list(health.recording.items())[:_MOST]}
    return Look(
        at=at,
        contact="reached",
        drift=drift_of(clock, took_s) if clock is not None else None,
        disks=dict(map(_disk, volumes[:_MOST])) if volumes is not None else None,
        recording={channel: said for channel, said in recording.items() if said is not None},
        online={each.number: each.online for each in (channels or ())[:_MOST] if each.online is not None},
        hottest_c=_hottest(heat),
        fans=value_of(health.fans),
    )


def weak_of(weaknesses: tuple[Weakness, ...]) -> tuple[Weak, ...]:
    return tuple(
        Weak(each.kind, shown(each.what, LONGEST_WORD), each.channel, _text(each.detail, each.detail_zh))
        for each in weaknesses[:_MOST]
    )


def told(event: DeviceEvent, at: datetime) -> Told:
    """One thing that a device told, heard at `at`."""
    return Told(
        # A plugin may give a word that is not one of ours, and the record could not be read again.
        kind=event.kind if event.kind in _KINDS else "other",
        phase=event.phase if event.phase in ("start", "stop") else "pulse",
        code=shown(event.code, LONGEST_WORD) or event.kind,
        channel=event.channel,
        at=at,
        device_at=event.at,
        detail=shown(event.detail),
    )


def failed(now: DeviceNow, contact: Contact, why: str, at: datetime) -> DeviceNow:
    """What is known of a device that could not be asked: nothing of what it said before holds any more."""
    return DeviceNow(
        contact=contact,
        why=shown(why),
        asked_at=at,
        answered_at=now.answered_at,
        can=now.can,
        listening=now.listening,
    )


def answered(now: DeviceNow, health: Health, look: Look, *, took_s: float) -> DeviceNow:
    """What is known of a device that said how it is."""
    return replace(
        now,
        contact="reached",
        why="",
        asked_at=look.at,
        answered_at=look.at,
        paused_until_at=None,
        latched=False,
        took_s=round(took_s, 3),
        clock=health.clock.status,
        drift_s=round(look.drift.seconds, 1) if look.drift is not None else None,
        within_s=round(look.drift.within_s, 1) if look.drift is not None else 0.0,
        clock_source=look.drift.source if look.drift is not None else "",
        storage=health.volumes.status,
        disks=[_disk_now(each) for each in (value_of(health.volumes) or ())[:_MOST]],
        online=look.online,
        recorded=look.recording,
        heat=health.temperatures.status,
        hottest_c=look.hottest_c,
        fans=look.fans,
        started_at=value_of(health.started_at),
        certificate_ends_at=look.certificate_ends_at,
    )


def _disk(volume: Volume) -> tuple[str, Disk]:
    return shown(volume.id, LONGEST_WORD), Disk(
        _BAD.get(volume.state), volume.state, _text(volume.detail, volume.detail_zh)
    )


def _text(en: str, zh: str) -> Text:
    return Text(en=shown(en), zh=shown(zh))


def _disk_now(volume: Volume) -> DiskNow:
    return DiskNow(
        id=shown(volume.id, LONGEST_WORD),
        state=volume.state,
        size_bytes=volume.size_bytes,
        free_bytes=volume.free_bytes,
        detail=shown(volume.detail),
    )


def _hottest(temperatures: tuple[Temperature, ...] | None) -> float | None:
    found = [each.celsius for each in temperatures or () if -60 < each.celsius < 200]
    return max(found, default=None)
