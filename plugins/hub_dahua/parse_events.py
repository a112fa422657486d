"""What the device tells by itself, and what of it is in force. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from hub.api import DeviceEvent, EventKind, ProtocolError
from hub_dahua.parse_table import Table, rows, whole

HEARTBEAT = "Heartbeat"
_LINE = re.compile(r"\s*Code=([A-Za-z0-9_]{1,64});\s*action=(\w{1,20})(?:;\s*index=(-?\d{1,6}))?\s*(.*)", re.DOTALL)
_DATA = re.compile(r";?\s*data=(.*)", re.DOTALL)

KINDS: Mapping[str, EventKind] = {
    "VideoLoss": "video-loss",
    "VideoBlind": "tamper",
    "VideoAbnormalDetection": "scene-change",
    "SceneChange": "scene-change",
    "MovedDetection": "scene-change",
    "VideoUnFocus": "defocus",
    "UnFocusDetect": "defocus",
    "VideoMotion": "motion",
    "SmartMotionHuman": "motion",
    "SmartMotionVehicle": "motion",
    "StorageNotExist": "disk-missing",
    "StorageFailure": "disk-error",
    "RAIDAlarm": "disk-error",
    "StorageLowSpace": "disk-full",
    "RecordLoss": "recording-failed",
    "AlarmLocal": "input",
    "AlarmBoxAlarm": "input",
    "NTPAdjustTime": "clock-changed",
    "TimeChange": "clock-changed",
    "LoginFailure": "illegal-access",
    "LoginFailureAlarm": "illegal-access",
    "IllegalLogin": "illegal-access",
    "NetAbort": "network",
    "IPConflict": "network",
    "MACConflict": "network",
    "HeatImagingTemper": "temperature",
    "HighTemperature": "temperature",
    "ChassisIntruded": "tamper",
    "FanSpeed": "fan",
    "PowerFault": "power",
    "Reboot": "rebooted",
    "ReBoot": "rebooted",
    "PTZManualControl": "ptz-moved",
}
"""The maker's word → ours; every other word is `other`."""
ABOUT_A_CHANNEL: frozenset[EventKind] = frozenset(
    ("video-loss", "tamper", "scene-change", "defocus", "too-dark", "too-bright", "motion", "ptz-moved")
)
STATES = ("VideoLoss", "VideoBlind", "VideoAbnormalDetection", "StorageNotExist", "StorageFailure", "StorageLowSpace")
"""What is asked for right after subscribing, as the stream itself tells changes only."""
_NOISE = ("NewFile", "VideoMotionInfo", "KeepLightOn", "RtspSessionDisconnect", "InterVideoAccess", "SystemState")
"""Told many times a minute, and about nothing that a control room acts on."""
_ABNORMAL: Mapping[str, EventKind] = {
    "0": "video-loss",
    "2": "tamper",
    "3": "scene-change",
    "4": "too-dark",
    "5": "too-bright",
}
_PHASES = {"start": "start", "stop": "stop", "pulse": "pulse"}


def parse_part(text: str) -> DeviceEvent | None:
    """One part of the stream; None for a heartbeat and for what is noise. Raises `ProtocolError`.

    >>> parse_part("Code=VideoBlind;action=Start;index=0").kind
    'tamper'
    """
    if text.startswith(HEARTBEAT):
        return None
    match = _LINE.fullmatch(text)
    if match is None:
        raise ProtocolError("The device's event is not like `Code=…;action=…;index=…`.")
    code, action, index, tail = match.groups()
    phase = _PHASES.get(action.lower())
    if phase is None or code in _NOISE:
        return None
    data = _data(tail)
    return _event(code, phase, None if index is None else int(index), data)


def parse_active(table: Table) -> frozenset[int]:
    """The indexes at which something is in force: `channels[0]=2`. They count from 0."""
    found = [whole(row.get("")) for row in rows(table, "channels").values()]
    if not found or None in found:
        raise ProtocolError("The device does not say in a known way where the event is in force.")
    return frozenset(index for index in found if index is not None and 0 <= index < 100_000)


def present(code: str, active: frozenset[int], channels: Iterable[int]) -> tuple[DeviceEvent, ...]:
    """What is in force of one kind of event, told as its start or its stop, for each of the channels."""
    kind = KINDS[code]
    if kind not in ABOUT_A_CHANNEL:
        return (DeviceEvent(kind=kind, phase="start" if active else "stop", code=code),)
    every = sorted({*channels, *(index + 1 for index in active)})
    return tuple(
        DeviceEvent(kind=kind, phase="start" if channel - 1 in active else "stop", channel=channel, code=code)
        for channel in every
    )


def _event(code: str, phase: str, index: int | None, data: Mapping[str, object]) -> DeviceEvent:
    kind = KINDS.get(code, "other")
    if code == "VideoAbnormalDetection" and (what := data.get("Type")) is not None:
        # Some firmware writes the number as a word; what cannot be read is not taken for any of them.
        kind = _ABNORMAL.get(str(what), "other")
    by_channel = kind in ABOUT_A_CHANNEL and code != "ChassisIntruded"
    # Rules of the camera's own analysis (lines, areas) are about a channel, other unknown words may be about anything.
    by_channel = by_channel or (kind == "other" and "RuleID" in data)
    return DeviceEvent(
        kind=kind,
        phase=phase,  # type: ignore[arg-type]
        channel=index + 1 if by_channel and index is not None and index >= 0 else None,
        at=_at(data),
        code=code,
        detail=_detail(kind, index, data),
    )


def _data(tail: str) -> Mapping[str, object]:
    match = _DATA.fullmatch(tail.strip())
    if match is None:
        return {}
    try:
        found = json.loads(match[1])
    except (ValueError, RecursionError):
        return {}  # Data that was cut short does not make the event itself less true.
    return found if isinstance(found, dict) else {}


def _at(data: Mapping[str, object]) -> datetime | None:
    # `UTC` holds local time on much firmware; `RealUTC` is what its name says.
    seconds = data.get("RealUTC")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 946684800 <= seconds < 4102444800:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _detail(kind: EventKind, index: int | None, data: Mapping[str, object]) -> str:
    if kind == "input" and index is not None:
        return f"input {index + 1}"
    # Nobody who watches is to be named: addresses and users of a failed sign-in are for the device's own log.
    words = [data.get(key) for key in ("Name", "RegionName", "State")]
    said = ", ".join(str(word) for word in words if isinstance(word, str) and word)
    return "".join(sign for sign in said if sign.isprintable())[:100]
