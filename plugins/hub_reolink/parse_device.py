"""What a device is and has, from its answers. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from hub.api import (
    Channel,
    DeviceInfo,
    DeviceRejected,
    DeviceUser,
    ProtocolError,
    PtzPosition,
    PtzPreset,
    Reading,
    StreamOffer,
    Unsupported,
    Volume,
)
from hub_reolink.parse_reply import listed, part, whole, word

MOST_CHANNELS = 256
SPACE = "reolink-units"
_MB = 1024 * 1024
_FULL_BELOW_MB = 64
_CHINESE = {
    "it is there and cannot be used": "存在但无法使用",
    "full, and the oldest is not overwritten": "已满且未设置循环覆盖",
}
"""What is told of a disk."""
_CODECS = {"h264": "H264", "h265": "H265"}


def parse_info(value: Mapping[str, Any], link: Mapping[str, Any]) -> DeviceInfo:
    """`value` answers `GetDevInfo`, `link` `GetLocalLink` (empty: not told)."""
    info = part(value, "DevInfo")
    if not word(info, "model") and not word(info, "serial"):
        raise ProtocolError("The device says neither its model nor its serial number.")
    kind = word(info, "exactType").upper()
    channels = whole(info, "channelNum") or 0
    local = link.get("LocalLink")
    mac = word(local, "mac") if isinstance(local, dict) else ""
    return DeviceInfo(
        maker="Reolink",
        model=word(info, "model"),
        serial=word(info, "serial"),
        firmware=word(info, "firmVer"),
        mac=mac.lower().replace("-", ":") if _is_mac(mac) else "",
        name=word(info, "name"),
        kind="recorder" if kind in ("NVR", "HOMEHUB") or channels > 4 else "camera" if kind else "unknown",
    )


def parse_channels(value: Mapping[str, Any], *, recorder: bool) -> tuple[Channel, ...]:
    """The answer to `GetChannelstatus`: the slots of a recorder that have a camera, with its line."""
    found = {}
    for row in listed(value, "status", MOST_CHANNELS):
        index, online = whole(row, "channel"), whole(row, "online")
        used = online == 1 or word(row, "name") or word(row, "typeInfo")
        if index is not None and 0 <= index < MOST_CHANNELS and (used or not recorder):
            found[index + 1] = Channel(
                number=index + 1,
                name=word(row, "name"),
                online={0: False, 1: True}.get(online if online is not None else -1) if recorder else None,
            )
    if not found:
        raise ProtocolError("The device names no channel.")
    return tuple(found[number] for number in sorted(found))


def parse_streams(value: Mapping[str, Any], channel: int, host: str, port: int) -> tuple[StreamOffer, ...]:
    """The answer to `GetEnc`: main and sub. Raises `ProtocolError` where there is neither."""
    encoding = part(value, "Enc")
    shown_host = f"[{host}]" if ":" in host else host
    offers = []
    names: tuple[tuple[Literal["main", "sub"], str], ...] = (("main", "mainStream"), ("sub", "subStream"))
    for name, key in names:
        stream = encoding.get(key)
        if not isinstance(stream, dict):
            continue
        width, height = _size(word(stream, "size"))
        rate = whole(stream, "frameRate")
        codec = word(stream, "vType").lower()
        offers.append(
            StreamOffer(
                name=name,
                url=f"rtsp://{shown_host}:{port}/Preview_{channel:02d}_{name}",
                codec=_CODECS.get(codec, codec.upper()[:20]),
                width=width,
                height=height,
                fps=float(rate) if rate is not None and rate > 0 else None,
            )
        )
    if not offers or offers[0].name != "main":
        raise ProtocolError(f"The device describes no stream of channel {channel}.")
    return tuple(offers)


def parse_rtsp_port(value: Mapping[str, Any]) -> int:
    """The answer to `GetNetPort`. Raises `Unsupported` where RTSP is switched off."""
    ports = part(value, "NetPort")
    if whole(ports, "rtspEnable") == 0:
        raise Unsupported("RTSP is switched off in the device.", hint="Switch it on: Network, Advanced, Port Settings.")
    port = whole(ports, "rtspPort")
    if port is None or not 0 < port < 65536:
        raise ProtocolError("The device does not say on which port its streams are.")
    return port


def parse_volumes(value: Mapping[str, Any], *, overwrites: bool | None) -> tuple[Volume, ...]:
    """The answer to `GetHddInfo`: disks and cards; none where nothing is put in. `size` is what is free, in MB."""
    volumes: dict[str, Volume] = {}
    for n, row in enumerate(listed(value, "HddInfo", 64)):
        number = whole(row, "id")
        size, free = _bytes(whole(row, "capacity")), _bytes(whole(row, "size"))
        name = str(number if number is not None else n)
        state, detail = _state(row, free, overwrites)
        volumes[name if name not in volumes else f"{name} {n}"] = Volume(
            id=name if name not in volumes else f"{name} {n}",
            state=state,
            size_bytes=size,
            free_bytes=free,
            detail=detail,
            detail_zh=_CHINESE.get(detail, ""),
        )
    return tuple(volumes.values())


def parse_recording(enabled: int | None) -> Reading[bool]:
    """Of `GetRecV20`: only "off" is certain, as a schedule may be in a pause."""
    if enabled == 0:
        return Reading(status="ok", value=False)
    return Reading(detail="recorded by a schedule; whether it is on now the device does not tell")


def parse_users(value: Mapping[str, Any]) -> tuple[DeviceUser, ...]:
    users = tuple(
        DeviceUser(name=word(row, "userName"), level=word(row, "level"))
        for row in listed(value, "User", 64)
        if word(row, "userName")
    )
    if not users:
        raise ProtocolError("The device lists no account.")
    return users


def parse_position(value: Mapping[str, Any]) -> PtzPosition:
    """The answer to `GetPtzCurPos`: the device's own steps; it tells no zoom and no range here."""
    position = part(value, "PtzCurPos")
    pan, tilt = whole(position, "Ppos"), whole(position, "Tpos")
    if pan is None:
        raise ProtocolError("The device does not tell where the camera points.")
    return PtzPosition(pan=float(pan), tilt=float(tilt or 0), zoom=0.0, space=SPACE)


def parse_presets(value: Mapping[str, Any]) -> tuple[PtzPreset, ...]:
    """The answer to `GetPtzPreset`: those that are set."""
    found = {
        number: word(row, "name")
        for row in listed(value, "PtzPreset", 1024)
        if (number := whole(row, "id")) is not None and number >= 0 and whole(row, "enable") == 1
    }
    return tuple(PtzPreset(id=str(number), name=name) for number, name in sorted(found.items()))


def find_preset(presets: Iterable[PtzPreset], wanted: str) -> int:
    """By number, or by name. Raises `DeviceRejected`."""
    known = list(presets)
    for preset in known:
        if preset.id == wanted:
            return int(preset.id)
    for preset in known:
        if preset.name and preset.name.casefold() == wanted.casefold():
            return int(preset.id)
    names = ", ".join(f"{preset.id} ({preset.name})" for preset in known[:12])
    raise DeviceRejected(f"The camera has no preset {wanted[:60]!r}.", hint=f"It has: {names or 'none'}.")


def flatten(section: str, value: object, most: int = 4000) -> dict[str, str]:
    """The settings in an answer, flat, such as `GetOsd-1/Osd.osdTime.pos`; without secrets, at most `most`."""
    found: dict[str, str] = {}
    open_values: list[tuple[str, object]] = [("", value)]
    while open_values and len(found) < most:
        path, one = open_values.pop()
        if isinstance(one, dict):
            open_values += [(f"{path}.{key}" if path else str(key), inner) for key, inner in one.items()]
        elif isinstance(one, list):
            open_values += [(f"{path}[{n}]", inner) for n, inner in enumerate(one)]
        elif not any(secret in path.lower() for secret in _LEFT_OUT):
            text = str(one).lower() if isinstance(one, bool) else str(one)
            found[f"{section}/{path}"[:300]] = "".join(sign for sign in text if sign.isprintable())[:1000]
    return found


_LEFT_OUT = ("password", "passwd", "token", "secret", "wifikey", "psk", "uid")


def _state(
    row: Mapping[str, Any], free: int | None, overwrites: bool | None
) -> tuple[Literal["ok", "full", "unformatted", "failed", "unknown"], str]:
    formatted, mounted = whole(row, "format"), whole(row, "mount")
    if formatted == 0:
        return "unformatted", ""
    if mounted == 0:
        return "failed", "it is there and cannot be used"
    if formatted != 1 or mounted != 1:
        return "unknown", ""
    if overwrites is False and free is not None and free < _FULL_BELOW_MB * _MB:
        return "full", "full, and the oldest is not overwritten"
    return "ok", ""


def _bytes(megabytes: int | None) -> int | None:
    return megabytes * _MB if megabytes is not None and megabytes >= 0 and megabytes < 1 << 38 else None


def _size(text: str) -> tuple[int | None, int | None]:
    width, star, height = text.partition("*")
    if star and width.isascii() and height.isascii() and width.isdigit() and height.isdigit() and len(text) < 14:
        return int(width), int(height)
    return None, None


def _is_mac(text: str) -> bool:
    parts = text.replace("-", ":").split(":")
    return len(parts) == 6 and all(len(one) == 2 and set(one) <= set("0123456789abcdefABCDEF") for one in parts)
