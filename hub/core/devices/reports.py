"""What devices tell by themselves: what lasts as a level, what has no end counted. Pure.

A device that is subscribed to again tells its present state. What it does not speak of is neither over nor begun.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.devices.events import DeviceReported, DeviceSignalled, ReportKind
from hub.core.devices.look import mended
from hub.core.devices.model import Device
from hub.core.devices.words import REPORTS, with_detail
from hub.core.event import Event, wire_name

UNRECORDED: frozenset[ReportKind] = frozenset({"motion", "input", "ptz-moved", "other"})
"""What happens all day and is no fault: seen, and not put on record."""
MOST_REPORTS = 128
"""Reports of one device that are told apart."""
SIGNAL_EVERY_S = 60.0
"""The same signal of a device goes on record at most so often; between, it is counted."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a device told."""

    kind: ReportKind
    phase: Literal["start", "stop", "pulse"]
    code: str
    channel: int | None = None
    at: datetime
    """When the hub heard of it."""
    device_at: datetime | None = None
    detail: str = ""

    @property
    def part(self) -> str:
        return self.code + (f" @{self.channel}" if self.channel is not None else "")


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What a device told, up to now."""

    levels: dict[str, Told] = {}
    """The newest word about what begins and ends, by `Told.part`."""
    signals: dict[str, tuple[Told, int]] = {}
    """The signals that are not on record yet, with how many there were, by `Told.part`."""
    recorded_at: dict[str, datetime] = {}
    """When a signal was put on record last."""


def hear(heard: Heard, told: Told) -> Heard:
    """One more thing that was told."""
    if told.kind in UNRECORDED:
        return heard
    part = told.part
    if told.phase == "pulse":
        if part not in heard.signals and len(heard.signals) >= MOST_REPORTS:
            return heard
        count = heard.signals[part][1] if part in heard.signals else 0
        return replace(heard, signals={**heard.signals, part: (told, count + 1)})
    known = heard.levels.get(part)
    if known is None and len(heard.levels) >= MOST_REPORTS:
        return heard
    if known is not None and known.phase == told.phase:
        return heard
    return replace(heard, levels={**heard.levels, part: told})


def reconcile_reports(device: Device, heard: Heard) -> list[Event]:
    """The events that bring the record in line with the newest word about everything that begins and ends."""
    wire = wire_name(DeviceReported)
    standing = {fault.part: fault for fault in device.faults.values() if fault.kind == wire}
    events: list[Event] = []
    for part, told in heard.levels.items():
        if told.phase == "start" and part not in standing and len(standing) + len(events) < MOST_REPORTS:
            events.append(
                DeviceReported(
                    device=device.configured.id,
                    camera=_camera(device, told.channel),
                    since_at=told.at,
                    report=part,
                    kind=told.kind,
                    code=told.code,
                    channel=told.channel,
                    device_at=told.device_at,
                    detail=with_detail(REPORTS[told.kind], told.detail),
                )
            )
        elif told.phase == "stop" and part in standing:
            events.append(mended(device.configured.id, standing[part]))
    return events


def signals_due(device: Device, heard: Heard, now: datetime) -> tuple[list[Event], dict[str, int]]:
    """The signals that may go on record now, and how many of each they stand for, by `Told.part`."""
    recent = _recent(heard.recorded_at, now)
    due = {part: signal for part, signal in heard.signals.items() if part not in recent}
    events: list[Event] = [
        DeviceSignalled(
            device=device.configured.id,
            camera=_camera(device, told.channel),
            kind=told.kind,
            code=told.code,
            channel=told.channel,
            times=count,
            detail=with_detail(REPORTS[told.kind], told.detail),
        )
        for told, count in due.values()
    ]
    return events, {part: count for part, (_, count) in due.items()}


def settle(heard: Heard, recorded: Mapping[str, int], now: datetime) -> Heard:
    """What was heard without the signals that are on record now; those that came meanwhile wait their turn."""
    waiting = {
        part: (told, count - recorded.get(part, 0))
        for part, (told, count) in heard.signals.items()
        if count > recorded.get(part, 0)
    }
    return replace(heard, signals=waiting, recorded_at=_recent(heard.recorded_at, now) | dict.fromkeys(recorded, now))


def _recent(recorded_at: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    return {part: at for part, at in recorded_at.items() if 0 <= (now - at).total_seconds() < SIGNAL_EVERY_S}


def _camera(device: Device, channel: int | None) -> str | None:
    return device.configured.cameras.get(channel or 0) or device.configured.camera
