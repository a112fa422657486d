"""A vendor's camera as the watch knows cameras: where its streams are, and how to turn it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal
from urllib.parse import quote, urlsplit, urlunsplit

from hub.devices.trust import TlsTrust
from hub.errors import DeviceForbidden, ProtocolError, Unsupported
from hub.ports import StreamSpec
from hub.vendor.access import Credentials
from hub.vendor.values import StreamOffer

_SCHEMES = ("rtsp", "rtsps", "http", "https")
StreamName = Literal["main", "sub"]


class VendorCamera:
    """Implements `CameraDriver`, `NamedStreams` and `Presets` over the session of the camera's device."""

    def __init__(
        self,
        *,
        watched: StreamName | None,
        streams: Callable[[], Awaitable[Sequence[tuple[StreamOffer, StreamSpec]]]],
        turn: Callable[[str], Awaitable[None]],
        may_turn: bool,
    ) -> None:
        """`watched`: the stream that hub.toml wants watched. `streams` gives those of the camera, ready to be opened;
        `turn` turns it to a preset."""
        self._watched = watched
        self._streams = streams
        self._turn = turn
        self._may_turn = may_turn

    async def stream(self) -> StreamSpec:
        """The stream to watch: the one that hub.toml names, else the sub stream, else the main one."""
        return choose(await self._streams(), self._watched or "sub", strict=self._watched is not None)

    async def named_stream(self, name: StreamName) -> StreamSpec:
        return choose(await self._streams(), name, strict=True)

    async def turn_to(self, preset: str) -> None:
        if not self._may_turn:
            raise DeviceForbidden("hub.toml does not allow the hub to turn it.", hint='Add "preset" to its `allow`.')
        await self._turn(preset)


def choose(streams: Sequence[tuple[StreamOffer, StreamSpec]], name: StreamName, *, strict: bool) -> StreamSpec:
    """The stream of this name; where it is not `strict` and there is none, the first. Raises `Unsupported`."""
    if not streams:
        raise Unsupported("The device says that the camera has no stream.")
    named = next((spec for offer, spec in streams if offer.name == name), None)
    if named is None and strict:
        there = ", ".join(offer.name for offer, _ in streams)
        raise Unsupported(f"The camera has no {name} stream.", hint=f"There is: {there}.")
    return named if named is not None else streams[0][1]


def spec_of(offer: StreamOffer, host: str, credentials: Credentials | None, trust: TlsTrust) -> StreamSpec:
    """The stream with the credentials in its address, ready for the watch. Raises `ProtocolError`.

    It is opened at `host`, where the device is asked, whatever address the device names: one behind a router names one
    that cannot be reached, and one that was tampered with would have the password sent elsewhere.
    """
    try:
        parts = urlsplit(offer.url)
        port = parts.port
    except ValueError:
        raise ProtocolError("The device gave an address of a stream that is none.") from None
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.username is not None:
        raise ProtocolError("The device gave an address of a stream that the hub does not open.")
    place = f"[{host}]" if ":" in host else host
    place = place if port is None else f"{place}:{port}"
    if credentials is not None:
        place = f"{quote(credentials.user, safe='')}:{quote(credentials.password, safe='')}@{place}"
    rtsp = parts.scheme in ("rtsp", "rtsps")
    options = {"rtsp_transport": "tcp", "allowed_media_types": "video"} if rtsp else {}
    if parts.scheme in ("rtsps", "https") and trust.fingerprint:
        options["tls_fingerprint"] = trust.fingerprint
    elif parts.scheme in ("rtsps", "https") and trust.ca_file is not None:
        options["ca_file"] = str(trust.ca_file)
    return StreamSpec(urlunsplit((parts.scheme, place, parts.path, parts.query, "")), options)
