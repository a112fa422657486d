"""Views and streams, from a device's parameters. Pure.

What VAPIX calls a camera number is the number of a view: the sensors of a multi-sensor camera, the inputs of an
encoder, and the cut-outs (view areas) of one sensor that people have switched on. Those are the channels here.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

from hub.api import Address, Channel, StreamOffer, Unsupported
from hub_axis.options import AxisOptions

GROUPS = "root.Image,root.ImageSource,root.Network.RTSP,root.Properties.Image,root.StreamProfile"
"""What of `param.cgi` is needed here."""
_VIEW = re.compile(r"Image\.I(\d{1,3})\.(Enabled|Name)")
_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")
_SUB_WIDTH = 800
_CODECS = {"h264": "H264", "h265": "H265", "av1": "AV1", "jpeg": "JPEG", "mjpeg": "JPEG"}


class _Size(NamedTuple):
    width: int
    height: int


def channels_of(parameters: Mapping[str, str]) -> tuple[Channel, ...]:
    """The views that are switched on."""
    views: dict[int, dict[str, str]] = {}
    for name, value in parameters.items():
        if (found := _VIEW.fullmatch(name)) is not None:
            views.setdefault(int(found[1]), {})[found[2]] = value
    return tuple(
        Channel(number=index + 1, name=view.get("Name", "")[:200])
        for index, view in sorted(views.items())
        if view.get("Enabled", "yes").lower() != "no"
    )


def streams_of(
    parameters: Mapping[str, str], channel: int, address: Address, options: AxisOptions
) -> tuple[StreamOffer, ...]:
    """Main and sub of a view. Raises `Unsupported` with the way out."""
    if parameters.get("Network.RTSP.Enabled", "yes").lower() == "no":
        raise Unsupported("RTSP is switched off on the device.", hint="Switch it on: System, Network, RTSP.")
    numbers = [one.number for one in channels_of(parameters)]
    if numbers and channel not in numbers:
        raise Unsupported(
            f"The device has no view {channel}.", hint=f"It has {', '.join(map(str, numbers))}: see `channel`."
        )
    codec = _codec(parameters.get("Properties.Image.Format", "").lower().split(","), options)
    size = _size(parameters.get(f"Image.I{channel - 1}.Appearance.Resolution", ""))
    place = _place(address, options.rtsp_port or _port(parameters.get("Network.RTSP.Port", "")))
    query = f"camera={channel}&videocodec={codec}"
    main = _offer("main", place, query, codec, size)
    if options.main_profile:
        main = _profiled("main", place, channel, codec, size, options.main_profile, parameters)
    if options.sub_profile:
        return main, _profiled("sub", place, channel, codec, None, options.sub_profile, parameters)
    small = _smaller(parameters.get("Properties.Image.Resolution", ""), size)
    if small is None:
        return (main,)
    sub = f"{query}&resolution={small.width}x{small.height}"
    return main, _offer("sub", place, sub, codec, small)


def _codec(formats: list[str], options: AxisOptions) -> str:
    offered = [one for one in ("h264", "h265", "jpeg") if one in formats or (one == "jpeg" and "mjpeg" in formats)]
    if options.codec is not None and offered and options.codec not in offered:
        raise Unsupported(f"The device has no {options.codec}.", hint=f"It has {', '.join(offered)}: see `codec`.")
    return options.codec or (offered[0] if offered else "h264")


def _size(text: str) -> _Size | None:
    found = _SIZE.fullmatch(text.strip())
    return None if found is None else _Size(int(found[1]), int(found[2]))


def _port(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) and 0 < int(text) < 65536 else 554


def _place(address: Address, port: int) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"rtsp://{host}/axis-media/media.amp" if port == 554 else f"rtsp://{host}:{port}/axis-media/media.amp"


def _offer(name: str, place: str, query: str, codec: str, size: _Size | None, fps: float | None = None) -> StreamOffer:
    return StreamOffer(
        name="main" if name == "main" else "sub",
        url=f"{place}?{query}",
        codec=_CODECS.get(codec, codec.upper()[:20]),
        width=None if size is None else size.width,
        height=None if size is None else size.height,
        fps=fps,
    )


def _profiled(
    name: str, place: str, channel: int, codec: str, size: _Size | None, wanted: str, parameters: Mapping[str, str]
) -> StreamOffer:
    profiles = {
        value: parameters.get(f"{key.removesuffix('.Name')}.Parameters", "")
        for key, value in parameters.items()
        if key.startswith("StreamProfile.") and key.endswith(".Name")
    }
    if wanted not in profiles:
        known = ", ".join(sorted(profiles)[:20]) or "none"
        raise Unsupported(f"The device has no stream profile '{wanted}'.", hint=f"It has: {known}.")
    said = dict(parse_qsl(profiles[wanted][:2000]))
    fps = float(said["fps"]) if re.fullmatch(r"[1-9]\d{0,2}", said.get("fps", "")) else None
    size = _size(said.get("resolution", "")) or size
    query = f"camera={channel}&streamprofile={quote(wanted, safe='')}"
    return _offer(name, place, query, said.get("videocodec", codec).lower(), size, fps)


def _smaller(text: str, main: _Size | None) -> _Size | None:
    """The largest that fits a sub stream, of the main's shape where there is one."""
    sizes = [size for one in text[:4000].split(",") if (size := _size(one)) is not None and size.width <= _SUB_WIDTH]
    if main is not None:
        sizes = [size for size in sizes if size.width < main.width]
        alike = [size for size in sizes if abs(size.width * main.height - size.height * main.width) < 16 * main.width]
        sizes = alike or sizes
    return max(sizes, default=None)
