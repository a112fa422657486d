"""What a device is: its description, its channels and their streams. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from hub.api import Channel, DeviceInfo, ProtocolError, StreamOffer
from hub_hikvision.tree import Node, child_of, children_of, flag_of, name_of, number_of, text_of

MOST_CHANNELS = 256
PER_CHANNEL = 100
"""Stream ids are channel · 100 + number: 101 is the main stream of channel 1, 102 its sub stream."""

_LOST = re.compile(r"unreach|error|fail|refuse|invalid|wrong|lock|conflict|not|bad|over")
"""Of the words that recorders have for a camera they cannot use."""
_NAMES: dict[int, Literal["main", "sub", "third"]] = {1: "main", 2: "sub", 3: "third"}
_CODECS = {"MJPEG": "JPEG", "MPEG4": "MPEG4", "H.264": "H264", "H.265": "H265", "SVAC": "SVAC"}
_KINDS: tuple[tuple[str, Literal["camera", "recorder", "encoder"]], ...] = (
    (r"NVR|DVR|HVR|XVR|\bNVS\b|CVR", "recorder"),
    (r"DVS|encoder|\bDEC\b|video server", "encoder"),
    (r"IPC|IPD|IPZoom|camera|dome|IPTC|TIPC|PTZ|bullet|fisheye", "camera"),
)


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `Streaming/channels`."""

    id: int
    enabled: bool
    codec: str
    width: int | None
    height: int | None
    fps: float | None
    rtsp_port: int | None

    @property
    def channel(self) -> int:
        return self.id // PER_CHANNEL


def parse_info(root: Node) -> DeviceInfo:
    """`DeviceInfo`. Raises `ProtocolError` when it names neither model nor serial number."""
    model, serial = text_of(root, "model"), text_of(root, "serialNumber", "deviceID")
    if not model and not serial:
        raise ProtocolError("The device's description names neither model nor serial number.")
    return DeviceInfo(
        maker="Hikvision",
        model=model[:200],
        serial=serial[:200],
        firmware=" ".join(filter(None, (text_of(root, "firmwareVersion"), text_of(root, "firmwareReleasedDate"))))[
            :200
        ],
        mac=read_mac(text_of(root, "macAddress")),
        name=text_of(root, "deviceName")[:200],
        kind=_kind(text_of(root, "deviceType")),
    )


def read_mac(text: str) -> str:
    """`aa:bb:cc:dd:ee:ff`; empty where it is none.

    >>> read_mac("BC-AD-28-00-11-22")
    'bc:ad:28:00:11:22'
    """
    digits = re.sub(r"[^0-9a-f]", "", text.lower())
    # All of one digit is what a device without one writes.
    known = len(digits) == 12 and len(set(digits)) > 1
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) if known else ""


def parse_inputs(root: Node) -> tuple[Channel, ...]:
    """`VideoInputChannelList`: a camera's own sensors, or the analogue inputs of a recorder."""
    made = []
    for node in children_of(root, "VideoInputChannel"):
        number = number_of(node, "id", "inputPort")
        if number is not None and 1 <= number <= MOST_CHANNELS and flag_of(node, "videoInputEnabled") is not False:
            seen = text_of(node, "resDesc")
            online = None if not seen else not re.search(r"no\s*(?:video|signal)", seen, re.IGNORECASE)
            made.append(Channel(number=number, name=text_of(node, "name")[:200], online=online))
    return _sorted(made)


def parse_proxies(root: Node) -> tuple[Channel, ...]:
    """`InputProxyChannelList`, or one `InputProxyChannel`: the network cameras behind a recorder."""
    nodes = [root] if name_of(root) == "InputProxyChannel" else children_of(root, "InputProxyChannel")
    made = []
    for node in nodes:
        number = number_of(node, "id")
        if number is not None and 1 <= number <= MOST_CHANNELS:
            made.append(Channel(number=number, name=text_of(node, "name")[:200], address=_proxied(node)))
    return _sorted(made)


def parse_proxy_states(root: Node) -> Mapping[int, tuple[bool | None, str]]:
    """`InputProxyChannelStatusList`, or one entry: channel → whether it delivers, and where its camera is."""
    single = name_of(root) == "InputProxyChannelStatus"
    told: dict[int, tuple[bool | None, str]] = {}
    for node in [root] if single else children_of(root, "InputProxyChannelStatus"):
        number = number_of(node, "id")
        if number is not None and 1 <= number <= MOST_CHANNELS:
            told[number] = (_delivers(node), _proxied(node))
    return told


def parse_proxy_count(root: Node) -> int:
    """How many network cameras a recorder takes, from `DeviceCap`; 0 where it is none."""
    return max(0, min(number_of(root, "RacmCap/inputProxyNums", "inputProxyNums") or 0, MOST_CHANNELS))


def merge_channels(
    inputs: Iterable[Channel], proxies: Iterable[Channel], states: Mapping[int, tuple[bool | None, str]]
) -> tuple[Channel, ...]:
    """One list: a network camera takes the place of an input of the same number."""
    merged = {channel.number: channel for channel in inputs}
    for proxy in proxies:
        online, address = states.get(proxy.number, (None, ""))
        merged[proxy.number] = msgspec.structs.replace(proxy, online=online, address=proxy.address or address)
    for number in states.keys() - merged.keys():
        online, address = states[number]
        merged[number] = Channel(number=number, online=online, address=address)
    return _sorted(merged.values())


def parse_streams(root: Node) -> tuple[Stream, ...]:
    """`StreamingChannelList`, or one `StreamingChannel`."""
    nodes = [root] if name_of(root) == "StreamingChannel" else children_of(root, "StreamingChannel")
    made: dict[int, Stream] = {}
    for node in nodes:
        number = number_of(node, "id")
        if number is None or not PER_CHANNEL < number <= PER_CHANNEL * (MOST_CHANNELS + 1):
            continue
        rate = number_of(node, "Video/maxFrameRate")
        codec = text_of(node, "Video/videoCodecType")
        made[number] = Stream(
            id=number,
            enabled=flag_of(node, "enabled") is not False and flag_of(node, "Video/enabled") is not False,
            codec=_CODECS.get(codec.upper().rstrip("+"), codec[:20]),
            width=_positive(number_of(node, "Video/videoResolutionWidth")),
            height=_positive(number_of(node, "Video/videoResolutionHeight")),
            # In hundredths; 0 means as many as the sensor gives.
            fps=rate / 100 if rate is not None and 0 < rate <= 100_000 else None,
            rtsp_port=_port(number_of(child_of(node, "Transport"), "rtspPortNo")),
        )
    return tuple(made[number] for number in sorted(made))


def parse_rtsp_port(root: Node) -> int | None:
    """The port of RTSP in `AdminAccessProtocolList`."""
    for node in children_of(root, "AdminAccessProtocol"):
        if text_of(node, "protocol").upper() == "RTSP" and flag_of(node, "enabled") is not False:
            return _port(number_of(node, "portNo"))
    return None


def offer_streams(streams: Iterable[Stream], channel: int, host: str, port: int) -> tuple[StreamOffer, ...]:
    """The enabled streams of a channel as addresses, main first."""
    shown = f"[{host}]" if ":" in host else host
    return tuple(
        StreamOffer(
            name=_NAMES[stream.id % PER_CHANNEL],
            url=f"rtsp://{shown}:{port}/Streaming/Channels/{stream.id}",
            codec=stream.codec,
            width=stream.width,
            height=stream.height,
            fps=stream.fps,
        )
        for stream in sorted(streams, key=lambda stream: stream.id)
        if stream.channel == channel and stream.enabled and stream.id % PER_CHANNEL in _NAMES
    )


def _kind(told: str) -> Literal["camera", "recorder", "encoder", "unknown"]:
    return next((kind for words, kind in _KINDS if re.search(words, told, re.IGNORECASE)), "unknown")


def _proxied(node: Node) -> str:
    source = child_of(node, "sourceInputPortDescriptor")
    return text_of(source, "ipAddress", "hostName", "ipv6Address")[:200]


def _delivers(node: Node) -> bool | None:
    """`chanDetectResult` tells more than `online`: a camera that refuses the recorder's password is online."""
    online = flag_of(node, "online")
    found = text_of(node, "chanDetectResult").lower()
    return False if online and _LOST.search(found) else online


def _sorted(channels: Iterable[Channel]) -> tuple[Channel, ...]:
    return tuple(sorted({channel.number: channel for channel in channels}.values(), key=lambda channel: channel.number))


def _positive(number: int | None) -> int | None:
    return number if number is not None and 0 < number <= 100_000 else None


def _port(number: int | None) -> int | None:
    return number if number is not None and 0 < number <= 65535 else None
