"""What Uniview devices say of themselves. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from hub.api import (
    Channel,
    DeviceInfo,
    ProtocolError,
    PtzPosition,
    PtzPreset,
    StreamOffer,
    Unsupported,
    Volume,
    Weakness,
)
from hub_uniview.envelope import Data, fraction_of, listed, number_of, text_of

SPACE = "uniview:absolute"
MOST_CHANNELS = 256
MOST_VOLUMES = 64
MOST_PRESETS = 1024
MOST_SETTINGS = 20_000

_MB = 1024 * 1024
_State = Literal["ok", "full", "absent", "unformatted", "formatting", "degraded", "failed", "unknown"]
_DISKS: dict[int, _State] = {
    0: "absent",
    1: "unformatted",
    2: "formatting",
    3: "ok",
    4: "ok",
    5: "failed",
    6: "unknown",
    7: "failed",
}
"""No disk, not formatted, formatting, healthy, asleep, abnormal, being switched, not mounted."""
_KINDS: tuple[tuple[str, Literal["camera", "recorder"]], ...] = (
    ("NVR|XVR|DVR", "recorder"),
    ("IPC|HIC|TIC", "camera"),
)
_NAMES: tuple[Literal["main", "sub", "third"], ...] = ("main", "sub", "third")
_SECRET = re.compile(r"pass(?:word|wd|phrase)|pwd|\bpin\b|secret|token|key$", re.IGNORECASE)
_VOLATILE = {"devicetime", "localtime", "runtime"}


def parse_info(data: Data) -> DeviceInfo:
    """`DeviceInfo` or `DeviceBasicInfo`. Raises `ProtocolError` when it names neither model nor serial number."""
    model, serial = text_of(data, "DeviceModel", "Model"), text_of(data, "SerialNumber", "DeviceSN")
    if not model and not serial:
        raise ProtocolError("The device's description names neither model nor serial number.")
    return DeviceInfo(
        maker=text_of(data, "Manufacturer") or "Uniview",
        model=model,
        serial=serial,
        firmware=text_of(data, "FirmwareVersion"),
        mac=_mac(text_of(data, "MAC", "MacAddress")),
        name=text_of(data, "DeviceName"),
        kind=next((kind for words, kind in _KINDS if re.match(words, model, re.IGNORECASE)), "unknown"),
    )


def parse_channels(data: Data) -> tuple[Channel, ...]:
    """`ChannelDetailInfos` of a recorder, without the places where no camera was ever put. Raises `ProtocolError` when
    there is none left."""
    made: dict[int, Channel] = {}
    for entry in listed(data, "DetailInfos", MOST_CHANNELS):
        number = number_of(entry, "ID")
        if number is None or not 1 <= number <= MOST_CHANNELS:
            continue
        found = entry.get("AddressInfo")
        address = text_of(found, "Address", "IPAddress") if isinstance(found, dict) else ""
        status = number_of(entry, "Status")
        if status != 1 and not address and not text_of(entry, "DeviceModel", "Manufacturer"):
            continue
        online = {0: False, 1: True}.get(status) if status is not None else None
        made[number] = Channel(number=number, name=text_of(entry, "Name"), online=online, address=address)
    if not made:
        raise ProtocolError("The device lists no camera.")
    return tuple(made[number] for number in sorted(made))


def parse_stream(data: Data, number: int, host: str, port: int | None) -> StreamOffer:
    """`LiveStreamURL`: at the host that we asked, as devices tell addresses from inside their own network."""
    try:
        parts = urlsplit(text_of(data, "URL"))
        told = parts.port
    except ValueError:
        raise ProtocolError("The device's address of a stream cannot be read.") from None
    if parts.scheme not in ("rtsp", "rtsps") or not parts.hostname:
        raise ProtocolError("The device's address of a stream is no RTSP.")
    shown = f"[{host}]" if ":" in host else host
    return StreamOffer(
        name=_NAMES[number],
        url=urlunsplit((parts.scheme, f"{shown}:{port or told or 554}", parts.path, parts.query, "")),
    )


def parse_volumes(data: Data) -> tuple[Volume, ...]:
    """`Containers/DetailInfos`: disks and cards as `hdd-1`, shares as `nas-1`."""
    if "LocalHDDList" not in data and "LocalHDDNum" not in data:
        raise ProtocolError("The device's answer tells of no disks.")
    made: dict[str, Volume] = {}
    for kind, name in (("hdd", "LocalHDDList"), ("nas", "NASList")):
        if kind == "nas" and not data.get(name):
            continue
        for position, entry in enumerate(listed(data, name, MOST_VOLUMES), start=1):
            own = f"{kind}-{text_of(entry, 'ID') or position}"
            own = own if own not in made else f"{own}#{position}"
            status = number_of(entry, "Status")
            state = _DISKS.get(status, "unknown") if status is not None else "unknown"
            made[own] = Volume(
                id=own,
                state=state,
                size_bytes=_bytes(number_of(entry, "TotalCapacity")),
                free_bytes=_bytes(number_of(entry, "RemainCapacity")),
                detail="" if state in ("ok", "absent") else f"the device says status {status}",
                detail_zh="" if state in ("ok", "absent") else f"设备报告状态码 {status}",
            )
    return tuple(made.values())


def parse_time(data: Data) -> datetime:
    """`System/Time`: seconds since 1970, UTC. Raises `ProtocolError`."""
    seconds = number_of(data, "DeviceTime")
    if seconds is None or not 0 <= seconds < 2**37:
        raise ProtocolError("The device does not tell its time.")
    return datetime.fromtimestamp(seconds, UTC)


def parse_servers(data: Data) -> tuple[bool | None, tuple[str, ...]]:
    """`System/Time/NTP`: whether it is followed, and the servers."""
    enabled = number_of(data, "Enabled", "Enable")
    flag = data.get("Enabled")
    more = data.get("NTPServerInfos")
    entries = [data, *(each for each in (more if isinstance(more, list) else []) if isinstance(each, dict))]
    names = (text_of(each, "DomainName", "IPAddress", "ServerIPAddr", "Address") for each in entries[:16])
    on = flag if isinstance(flag, bool) else None if enabled is None else enabled == 1
    return on, tuple(name for name in names if name)


def parse_presets(data: Data) -> tuple[PtzPreset, ...]:
    """`PTZ/Presets`; without any the answer is empty."""
    if not data:
        return ()
    made: dict[int, PtzPreset] = {}
    for entry in listed(data, "PresetInfos", MOST_PRESETS):
        number = number_of(entry, "ID")
        if number is not None and 0 <= number < 100_000:
            made[number] = PtzPreset(id=str(number), name=text_of(entry, "Name"))
    return tuple(made.values())


def parse_position(move: Data, zoom: Data) -> PtzPosition:
    """`PTZ/AbsoluteMove` and `PTZ/AbsoluteZoom`: degrees, and how many times the picture is magnified."""
    pan, tilt = fraction_of(move, "Longitude"), fraction_of(move, "Latitude")
    if pan is None or tilt is None:
        raise ProtocolError("The device does not tell where the camera points.")
    ratio = fraction_of(zoom, "ZoomRatio")
    return PtzPosition(
        pan=pan, tilt=tilt, zoom=0.0 if ratio is None else ratio, space=SPACE, pan_range=(0.0, 360.0), pan_wraps=True
    )


def parse_rule(data: Data, channel: int, what: str) -> tuple[Weakness, ...]:
    """`Alarm/…/Rule`: whether the device looks at all."""
    enabled = data.get("Enabled")
    if enabled in (0, False):
        off = Weakness(
            kind="event-off",
            channel=channel,
            what=what,
            detail="the detection is switched off",
            detail_zh="检测已关闭",
        )
        return (off,)
    return ()


def flatten(section: str, data: Data) -> dict[str, str]:
    """Every setting of an object: `section/name/name` → text; without secrets and what changes by itself."""
    flat: dict[str, str] = {}
    waiting: list[tuple[str, Any]] = [(section, data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [
                (f"{path}/{name[:100]}", inner)
                for name, inner in value.items()
                if name.lower() not in _VOLATILE and not _SECRET.search(name)
            ]
        elif isinstance(value, list):
            waiting += [(f"{path}[{position}]", inner) for position, inner in enumerate(value)]
        else:
            flat[path] = _canonical(value)
        if len(flat) + len(waiting) > MOST_SETTINGS:
            raise ProtocolError(f"The device tells of more than {MOST_SETTINGS} settings in {section}.")
    return dict(sorted(flat.items()))


def change(data: Data, changes: Mapping[str, str]) -> Data:
    """A copy with some of its own settings (not those of inner objects) set. Raises `Unsupported`."""
    made = dict(data)
    for name, value in changes.items():
        now = data.get(name)
        if name not in data or isinstance(now, dict | list) or _SECRET.search(name):
            raise Unsupported(f"{name[:100]} can only be set by hand.", hint="Set it on the device itself.")
        if isinstance(now, bool):
            made[name] = value == "true"
        elif isinstance(now, int):
            if not re.fullmatch(r"-?[0-9]{1,15}", value):
                raise Unsupported(f"{name[:100]} is a number.", hint="Write digits.")
            made[name] = int(value)
        else:
            made[name] = value
    return made


def _canonical(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)[:4000]


def _bytes(megabytes: int | None) -> int | None:
    return megabytes * _MB if megabytes is not None and 0 <= megabytes < 2**39 else None


def _mac(text: str) -> str:
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) if len(digits) == 12 else ""
