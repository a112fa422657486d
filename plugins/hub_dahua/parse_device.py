"""What a device is, its channels, streams and users, from its answers. Pure."""

import json
import re
from typing import Literal, NamedTuple

from hub.api import Channel, DeviceInfo, DeviceUser, ProtocolError, StreamOffer, Unsupported
from hub_dahua.parse_table import Table, flag, number, rows, text_of, whole

MOST_CHANNELS = 1024
_LONGEST_NAME = 200
_RECORDER = re.compile(r"(?i)nvr|xvr|dvr|hcvr|evs|ivss|mhdx|nvd")
_HYBRID = re.compile(r"(?i)xvr|hcvr|dvr|mhdx")
_CAMERA = re.compile(r"(?i)ipc|ip camera|sd\b|ptz|tpc|dome|vip[- ]|-hf|-hd|\bcamera")
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_REMOTE = re.compile(r"table\.RemoteDevice(?:\.uuid:System_CONFIG_NETCAMERA_INFO_(\d{1,5})|\[(\d{1,5})\])\.(\w+)")
_CODECS = {"H.264": "H264", "H.265": "H265", "MJPG": "JPEG", "MJPEG": "JPEG", "MPEG4": "MPEG4", "SVAC": "SVAC"}
_STREAM_NAMES: tuple[Literal["main", "sub", "third"], ...] = ("main", "sub", "third")


class Identity(NamedTuple):
    """The answers that say what a device is; empty where it did not answer."""

    system: Table
    version: Table = {}
    vendor: Table = {}
    name: Table = {}
    kind: Table = {}
    network: Table = {}


def parse_info(said: Identity) -> DeviceInfo:
    """What the device says it is. Raises `ProtocolError` where it says neither type nor serial number."""
    system = said.system
    model = system.get("deviceType", "")
    if model.isdigit() or not model:  # Recorders number their types here and give the name in `updateSerial`.
        model = system.get("updateSerial", model)
    serial = system.get("serialNumber", "")
    if not model and not serial:
        raise ProtocolError("The device says neither its type nor its serial number.")
    return DeviceInfo(
        maker=_clean(said.vendor.get("vendor", "")) or "Dahua",
        model=_clean(model),
        serial=_clean(serial),
        firmware=_clean(said.version.get("version", "")),
        mac=_mac(said.network),
        name=_clean(said.name.get("name", "")),
        kind=_kind(model, said.kind.get("class", "") or said.kind.get("type", "")),
    )


def is_hybrid(model: str) -> bool:
    """Whether a recorder has sockets for analogue cameras besides its network channels."""
    return bool(_HYBRID.search(model))


class RemoteSlot(NamedTuple):
    """A recorder's channel as its settings have it."""

    enabled: bool
    address: str = ""
    name: str = ""


def parse_remote(table: Table) -> dict[int, RemoteSlot]:
    """Channel → the network camera that is entered for it. Both spellings of firmware are read."""
    found: dict[int, dict[str, str]] = {}
    for key, value in table.items():
        if match := _REMOTE.fullmatch(key):
            found.setdefault(int(match[1] or match[2]) + 1, {})[match[3]] = value
    return {
        channel: RemoteSlot(
            flag(slot.get("Enable")) is not False, _clean(slot.get("Address", "")), slot.get("Name", "")
        )
        for channel, slot in sorted(found.items())
        if channel <= MOST_CHANNELS
    }


def parse_states(table: Table) -> dict[int, str]:
    """Channel → the recorder's word for the connection to its camera: `Connected`, `Unconnect`, `Empty` …"""
    found: dict[int, str] = {}
    for row in rows(table, "states").values():
        words = {key.lower(): value for key, value in row.items()}
        index, state = whole(words.get("channel")), words.get("connectionstate")
        if index is not None and 0 <= index < MOST_CHANNELS and state:
            found[index + 1] = state
    return found


def parse_states_json(body: bytes) -> dict[int, str]:
    """Like `parse_states`, as newer firmware tells it in JSON. Raises `ProtocolError`."""
    try:
        said = json.loads(text_of(body))
    except (ValueError, RecursionError):
        said = None
    states = said.get("states") if isinstance(said, dict) else None
    if not isinstance(states, list):
        raise ProtocolError("The device does not say in a known way which cameras are connected.")
    told = [(_index(one.get("channel")), one.get("connectionState")) for one in states if isinstance(one, dict)]
    return {
        index + 1: state
        for index, state in told[:MOST_CHANNELS]
        if index is not None and 0 <= index < MOST_CHANNELS and isinstance(state, str) and state
    }


def parse_channels(
    titles: Table, remote: dict[int, RemoteSlot], states: dict[int, str], lost: frozenset[int] | None, hybrid: bool
) -> tuple[Channel, ...]:
    """The channels that are in use.

    A recorder lists a title for every slot, used or not; a slot is left out when the recorder says that it is empty,
    or has no camera entered for it. `lost`: channels without a picture, None where that was not told. A device without
    `remote` and `states` is a camera, whose channels have no line that could be down.
    """
    names = {
        number + 1: _clean(row.get("Name", ""))
        for number, row in rows(titles, "table.ChannelTitle").items()
        if number < MOST_CHANNELS
    }
    if not names:
        raise ProtocolError("The device names no channel.")
    recorder = bool(remote or states)
    used = [n for n in names if not recorder or _is_used(n, remote, states, hybrid)]
    return tuple(
        Channel(
            number=n,
            name=names[n],
            online=_online(n, states, lost) if recorder else None,
            address=remote[n].address if n in remote else "",
        )
        for n in used
    )


def parse_streams(encode: Table, channel: int, host: str, port: int) -> tuple[StreamOffer, ...]:
    """The streams of a channel, main first. Without `encode` main and sub are offered, as every device has them."""
    shown_host = f"[{host}]" if ":" in host else host
    base = f"rtsp://{shown_host}:{port}/cam/realmonitor?channel={channel}&subtype="
    if not encode:
        return tuple(StreamOffer(name=name, url=f"{base}{n}") for n, name in enumerate(_STREAM_NAMES[:2]))
    start = f"table.Encode[{channel - 1}]."
    if not any(key.startswith(start) for key in encode):
        raise Unsupported(f"The device has no channel {channel}.", hint="Channels count from 1; ask for its channels.")
    formats = (f"{start}MainFormat[0].", f"{start}ExtraFormat[0].", f"{start}ExtraFormat[1].")
    offers = []
    for n, (name, form) in enumerate(zip(_STREAM_NAMES, formats, strict=True)):
        video = {key.removeprefix(form): value for key, value in encode.items() if key.startswith(form)}
        if not video or (n > 0 and flag(video.get("VideoEnable")) is False):
            continue
        width, height = _size(video)
        offers.append(
            StreamOffer(
                name=name,
                url=f"{base}{n}",
                codec=_codec(video.get("Video.Compression", "")),
                width=width,
                height=height,
                fps=_positive(video.get("Video.FPS")),
            )
        )
    if not offers:
        raise ProtocolError(f"The device describes no stream of channel {channel}.")
    return tuple(offers)


def parse_rtsp_port(table: Table) -> int:
    """Where the streams are. Raises `Unsupported` where the service is switched off."""
    if flag(table.get("table.RTSP.Enable")) is False:
        raise Unsupported("RTSP is switched off in the device.", hint="Switch it on in its network settings.")
    port = whole(table.get("table.RTSP.Port"))
    if port is None or not 0 < port < 65536:
        raise ProtocolError("The device does not say on which port its streams are.", hint="Give `rtsp_port`.")
    return port


def parse_users(table: Table) -> tuple[DeviceUser, ...]:
    """The accounts. Raises `ProtocolError` where there is none: the one that asks is one."""
    users = tuple(
        DeviceUser(name=_clean(row["Name"]), level=_clean(row.get("Group", "")))
        for row in rows(table, "users").values()
        if row.get("Name")
    )
    if not users:
        raise ProtocolError("The device lists no account.")
    return users


def _is_used(channel: int, remote: dict[int, RemoteSlot], states: dict[int, str], hybrid: bool) -> bool:
    if channel in states:
        return states[channel].lower() != "empty"
    if channel in remote:
        return remote[channel].enabled
    return hybrid


def _online(channel: int, states: dict[int, str], lost: frozenset[int] | None) -> bool | None:
    if channel in states:
        word = states[channel].lower()
        known = {"connected": True, "unconnect": False, "disconnect": False, "disconnected": False, "connecting": False}
        if word in known:
            return known[word]
    return None if lost is None else channel not in lost


def _kind(model: str, said: str) -> Literal["camera", "recorder", "encoder", "unknown"]:
    for word in (said, model):
        if _RECORDER.search(word):
            return "recorder"
        if re.search(r"(?i)nvs|encoder|dvs", word):
            return "encoder"
        if _CAMERA.search(word) or word.upper() in ("IPC", "SD", "ITC"):
            return "camera"
    return "unknown"


def _index(value: object) -> int | None:
    return whole(value) if isinstance(value, str) else value if type(value) is int else None


def _mac(network: Table) -> str:
    default = network.get("table.Network.DefaultInterface", "eth0")
    wanted = [f"table.Network.{default}.PhysicalAddress"]
    wanted += [key for key in network if key.endswith(".PhysicalAddress")]
    for key in wanted:
        # All zeros is what a socket without an address of its own writes.
        if _MAC.fullmatch(network.get(key, "")) and network[key].strip("0:-"):
            return network[key].lower().replace("-", ":")
    return ""


def _size(video: dict[str, str]) -> tuple[int | None, int | None]:
    if match := re.fullmatch(r"(\d{1,5})x(\d{1,5})", video.get("Video.resolution", "")):
        return int(match[1]), int(match[2])
    width, height = whole(video.get("Video.Width")), whole(video.get("Video.Height"))
    return (width, height) if width and height and width > 0 < height else (None, None)


def _positive(value: str | None) -> float | None:
    found = number(value)
    return found if found is not None and found > 0 else None


def _codec(word: str) -> str:
    return next((codec for start, codec in _CODECS.items() if word.upper().startswith(start)), _clean(word)[:20])


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip()[:_LONGEST_NAME]
