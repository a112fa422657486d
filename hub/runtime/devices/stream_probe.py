"""Looks at a stream whose address a person approved: what `hub discover add rtsp://…` shows before it is written.

For camera drivers that know a camera by the `url` of its stream and have no session with the device. It blocks.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from hub.client.discovery import Target
from hub.clock import Clock
from hub.discovery.probing import Probed
from hub.errors import DeviceUnreachable, Refused
from hub.plugin_host import PluginHost
from hub.plugin_host.registration import Registered
from hub.ports import PluginContext, StreamSpec
from hub.vendor.values import Channel, DeviceInfo, StreamOffer
from hub.watch.messages import WatchSettings

LOOK_S = 20.0
"""So long a whole picture is waited for; a camera may send one every ten seconds."""
_SETTINGS = WatchSettings(open_timeout_s=10.0)


def stream_drivers(host: PluginHost) -> dict[str, Registered]:
    """The camera drivers that know a camera by the address of its stream, by name."""
    return {name: offer for name, offer in host.cameras.items() if "url" in offer.options.model_fields}


def stream_keys(target: Target, password: str) -> dict[str, Any]:
    """What hub.toml says of such a camera beside its id and its place. `password` as it is, or the reference to it."""
    keys = {
        "url": target.url,
        "user": target.user,
        "password": password if target.user else "",
        "tls_fingerprint": target.fingerprint,
    }
    return {key: value for key, value in keys.items() if value}


def check_url(target: Target) -> None:
    """Raise `Refused` unless the address is that of a stream at the approved host, without credentials."""
    try:
        parts = urlsplit(target.url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or host.casefold() != target.host.strip("[]").casefold():
        raise Refused("The stream is not at the address that was approved.", hint="Like rtsp://10.0.0.8:554/live.")
    if parts.username is not None or parts.password is not None:
        raise Refused(
            "The address of the stream holds credentials.", hint="Give them as user and password: they are kept apart."
        )


def probe_stream(host: PluginHost, target: Target, context: PluginContext, clock: Clock) -> Probed:
    """Open the stream and take its first picture. Raises `Refused`, `DeviceError`, `PluginError`."""
    check_url(target)
    offer = stream_drivers(host)[target.driver]
    try:
        options = offer.options(**stream_keys(target, target.password))
    except ValueError as error:  # pydantic's ValidationError is one; what it says may hold the password
        raise Refused("The driver does not take this address.", hint=_first_words(error)) from None
    spec = asyncio.run(_spec(host, target.driver, options, context))
    try:
        codec, size, picture, problems = _look(spec, clock)
    except DeviceUnreachable as error:
        # The video library says "Input/output error" of a name that nobody knows.
        hint = error.hint or "See whether the address is right, and whether the camera can be reached from here."
        raise DeviceUnreachable(error.message, hint=hint) from None
    return Probed(
        info=DeviceInfo(kind="camera"),
        capabilities={"streams": "yes", "snapshot": "yes" if picture else "unknown"},
        channels=(Channel(number=1, online=bool(picture)),),
        streams={1: (StreamOffer(name="main", url=target.url, codec=codec, width=size[0], height=size[1]),)},
        picture=picture,
        pictured=1 if picture else 0,
        problems=problems,
    )


async def _spec(host: PluginHost, driver: str, options: object, context: PluginContext) -> StreamSpec:
    return await host.build_camera(driver, options, context).stream()


def _look(spec: StreamSpec, clock: Clock) -> tuple[str, tuple[int, int], bytes, tuple[str, ...]]:
    # The video library is large, and the hub needs it for nothing else.
    from hub.watch.pictures import jpeg
    from hub.watch.reader import open_stream

    until_s = clock.monotonic() + LOOK_S
    with open_stream(spec, _SETTINGS, clock) as source:
        video = source.video.codec_context
        codec, size = _codec(video.name), (video.width, video.height)
        try:
            for arrival in source.arrivals(lambda: True):
                if arrival.frame is not None:
                    return codec, (arrival.frame.width, arrival.frame.height), jpeg(arrival.frame), ()
                if clock.monotonic() > until_s:
                    break
        except DeviceUnreachable as error:
            return codec, size, b"", (error.message,)
    return codec, size, b"", (f"No whole picture came within {LOOK_S:.0f} s.",)


def _codec(name: str) -> str:
    known: Mapping[str, str] = {"h264": "H264", "hevc": "H265", "mjpeg": "JPEG"}
    return known.get(name, name.upper())


def _first_words(error: ValueError) -> str:
    errors = getattr(error, "errors", None)
    told = [str(each["msg"]) for each in errors(include_input=False, include_url=False)] if errors else []
    return told[0].removeprefix("Value error, ")[:200] if told else ""
