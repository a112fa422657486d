"""How a device is: disks, temperatures, fans, recording, time since its start. Pure."""

import re
from typing import Any, Literal

import msgspec

from hub.api import ProtocolError, Temperature, Volume
from hub_hikvision.parse_device import MOST_CHANNELS, PER_CHANNEL
from hub_hikvision.parse_json import parse_json, whole_of
from hub_hikvision.tree import Node, children_of, flag_of, number_of, text_of

MOST_VOLUMES = 64
_MB = 1024 * 1024
_LONGEST_UPTIME_S = 30 * 366 * 86_400

_State = Literal["ok", "full", "absent", "unformatted", "formatting", "degraded", "failed", "unknown"]
_STATES: dict[str, _State] = {
    "ok": "ok",
    "normal": "ok",
    "idle": "ok",
    "sleeping": "ok",
    "full": "full",
    "unformatted": "unformatted",
    "unformat": "unformatted",
    "unrecordhostformatted": "unformatted",
    "formating": "formatting",
    "formatting": "formatting",
    "smartfailed": "degraded",
    "rebuilding": "degraded",
    "repairing": "degraded",
    "reparing": "degraded",
    "degraded": "degraded",
    "error": "failed",
    "abnormal": "failed",
    "offline": "failed",
    "mismatch": "failed",
    "notexist": "failed",
}


class Uptime(msgspec.Struct, frozen=True):
    """`DeviceStatus`."""

    seconds: int | None
    temperatures: tuple[Temperature, ...]
    fans: bool | None
    """Whether all fans turn; None where one of them does not tell, or none are told."""


def parse_volumes(root: Node) -> tuple[Volume, ...]:
    """`storage`: disks and cards as `hdd-1`, shares as `nas-1`. Free space 0 on a healthy disk is one that overwrites
    its oldest."""
    made: dict[str, Volume] = {}
    for kind in ("hdd", "nas"):
        for position, node in enumerate(children_of(root, f"{kind}List/{kind}"), start=1):
            name = f"{kind}-{text_of(node, 'id')[:20] or position}"
            name = name if name not in made else f"{name}#{position}"
            made[name] = _volume(name, node)
    if len(made) > MOST_VOLUMES:
        raise ProtocolError(f"The device tells of more than {MOST_VOLUMES} disks.")
    return tuple(made.values())


def parse_smart(root: Node, disk: str) -> Temperature | None:
    """The temperature of a disk from `SMARTTestStatus`; the firmware spells it `temprature`."""
    return _temperature(disk, text_of(root, "temprature", "temperature"))


def parse_uptime(root: Node) -> Uptime:
    """`DeviceStatus`: only what it tells."""
    seconds = number_of(root, "deviceUpTime")
    temperatures = [
        _temperature(text_of(node, "tempSensorDescription", "id")[:100] or "device", text_of(node, "temperature"))
        for node in children_of(root, "TemperatureList/Temperature")
    ]
    speeds = [number_of(node, "speed") for node in children_of(root, "FanList/Fan")]
    stands = any(speed is not None and speed <= 0 for speed in speeds)
    return Uptime(
        seconds=seconds if seconds is not None and 0 <= seconds < _LONGEST_UPTIME_S else None,
        temperatures=tuple(each for each in temperatures if each is not None)[:MOST_VOLUMES],
        fans=False if stands else None if not speeds or None in speeds else True,
    )


def parse_working(body: bytes) -> dict[int, bool]:
    """`WorkingStatus` (JSON): channel → whether it is being recorded. Channels that do not say are left out.

    Raises `ProtocolError`.
    """
    told = parse_json(body, "The device's working status")
    inner = told.get("WorkingStatus", told) if isinstance(told, dict) else None
    if isinstance(inner, list):
        inner = inner[0] if inner else None
    channels = inner.get("ChanStatus") if isinstance(inner, dict) else None
    if not isinstance(channels, list):
        raise ProtocolError("The device's working status tells of no channels.")
    return dict(filter(None, map(_recording, channels[:MOST_CHANNELS])))


def parse_tracks(root: Node) -> dict[int, bool]:
    """`TrackList`: channel → whether a plan for recording its main stream is switched on."""
    planned: dict[int, bool] = {}
    for node in children_of(root, "Track"):
        number = number_of(node, "id")
        if number is None or number <= PER_CHANNEL:  # Some count their tracks there.
            number = number_of(node, "Channel", "id")
        if number is None or not 0 < number <= PER_CHANNEL * (MOST_CHANNELS + 1):
            continue
        channel, stream = divmod(number, PER_CHANNEL) if number > PER_CHANNEL else (number, 1)
        extensions = children_of(node, "CustomExtensionList/CustomExtension")
        scheduled = all(flag_of(extension, "enableSchedule") is not False for extension in extensions)
        if stream == 1 and 1 <= channel <= MOST_CHANNELS:
            planned[channel] = flag_of(node, "Enable", "enabled") is not False and scheduled
    return planned


def _volume(name: str, node: Node) -> Volume:
    status = text_of(node, "status")
    capacity, free = number_of(node, "capacity"), number_of(node, "freeSpace")
    state = _STATES.get(status.lower(), "unknown")
    # A slot without a card or disk is told as one of no size that is offline, or does not exist.
    if status.lower() in ("offline", "notexist") and not capacity:
        state = "absent"
    odd, read_only = state not in ("ok", "absent"), text_of(node, "property").upper() == "RO"
    place = (text_of(node, "hddName"), text_of(node, "ipAddress", "hostName"), text_of(node, "path"))
    details = (*place, f"the device says {status!r}" if odd else "", "read only" if read_only else "")
    in_chinese = (*place, f"设备报告 {status!r}" if odd else "", "只读" if read_only else "")
    return Volume(
        id=name,
        state=state,
        size_bytes=_bytes(capacity),
        free_bytes=_bytes(free),
        detail=", ".join(filter(None, details))[:300],
        detail_zh="，".join(filter(None, in_chinese))[:300],
    )


def _bytes(megabytes: int | None) -> int | None:
    return megabytes * _MB if megabytes is not None and 0 <= megabytes < 2**40 else None


def _temperature(name: str, text: str) -> Temperature | None:
    if not re.fullmatch(r"[+-]?[0-9]{1,4}(?:\.[0-9]{1,6})?", text):
        return None
    celsius = float(text)
    return Temperature(name=name, celsius=celsius) if -80 <= celsius <= 200 else None


def _recording(told: Any) -> tuple[int, bool] | None:
    if not isinstance(told, dict):
        return None
    number, record = whole_of(told.get("chanNo", told.get("id"))), _switch(told.get("record"))
    # No camera is configured there: nothing is expected to be recorded.
    unused = _switch(told.get("enable")) is False
    if number is None or not 1 <= number <= MOST_CHANNELS or record is None or unused:
        return None
    return number, record


def _switch(value: object) -> bool | None:
    switches: dict[int | None, bool] = {0: False, 1: True}
    return value if isinstance(value, bool) else switches.get(whole_of(value))
