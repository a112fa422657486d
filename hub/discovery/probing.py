"""Asks one device, over its vendor's session, what it is and shows: what a person looks at before it is added.

A part that fails leaves the others as they are and says why; only a device that cannot be asked at all raises.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar

import msgspec

from hub.errors import AuthRejected, DeviceError, DeviceUntrusted, NotActivated, ProtocolError, Unsupported
from hub.secret import redact
from hub.vendor.session import Channels, Ptz, Session, Streams
from hub.vendor.values import Capability, Channel, DeviceInfo, StreamOffer, Support

MOST_CHANNELS = 256
_CHANNELS_ASKED = 16
"""Of so many channels the streams are asked for: the others have the same, and a recorder takes a second for each."""
LARGEST_PICTURE = 8 * 1024 * 1024
_JPEG = b"\xff\xd8\xff"

T = TypeVar("T")


class Probed(msgspec.Struct, frozen=True, kw_only=True):
    """What a device answered."""

    info: DeviceInfo
    capabilities: Mapping[Capability, Support] = {}
    channels: tuple[Channel, ...] = ()
    """At least one."""
    streams: Mapping[int, tuple[StreamOffer, ...]] = {}
    """By channel, of the first channels."""
    steered: Mapping[int, bool] = {}
    """By channel, of those that say it: whether it can be turned."""
    picture: bytes = b""
    """A JPEG of `pictured`; empty where there is none."""
    pictured: int = 0
    problems: tuple[str, ...] = ()
    """What could not be found out, and why."""


def probe(session: Session, channel: int = 0) -> Probed:
    """What the device behind a session says of itself. `channel`: whose picture; 0: the first that delivers.

    Raises a `DeviceError` when the device cannot be reached, does not take the credentials, or cannot say what it is.
    """
    info = session.describe()
    problems: list[str] = []

    def told(what: str, question: Callable[[], T], otherwise: T) -> T:
        try:
            return question()
        except (AuthRejected, DeviceUntrusted, NotActivated):  # nothing after this can go better
            raise
        except DeviceError as error:
            problems.append(f"{what}: {redact(str(error))}")
            return otherwise

    nothing: Mapping[Capability, Support] = {}
    capabilities = told("capabilities", session.capabilities, nothing)
    channels: tuple[Channel, ...] = ()
    if isinstance(session, Channels):
        channels = told("channels", session.channels, channels)[:MOST_CHANNELS]
    channels = channels or (Channel(number=1, name=info.name),)
    streams: dict[int, tuple[StreamOffer, ...]] = {}
    picture, pictured = b"", 0
    if isinstance(session, Streams):
        for each in [each for each in channels if each.online is not False][:_CHANNELS_ASKED]:
            streams[each.number] = told(f"streams of channel {each.number}", _streams(session, each.number), ())
        pictured = channel or next((n for n, offers in streams.items() if offers), channels[0].number)
        picture = told(f"picture of channel {pictured}", _snapshot(session, pictured), b"")
    steered: dict[int, bool] = {}
    if capabilities.get("ptz") == "yes" and isinstance(session, Ptz):
        for number in streams or (1,):
            turns = told(f"steering of channel {number}", _turns(session, number), None)
            steered |= {} if turns is None else {number: turns}
    return Probed(
        info=info,
        capabilities=capabilities,
        channels=channels,
        streams=streams,
        steered=steered,
        picture=picture,
        pictured=pictured if picture else 0,
        problems=tuple(problems),
    )


def _turns(session: Ptz, channel: int) -> Callable[[], bool | None]:
    """A camera that says where it points, or names presets, can be turned."""

    def ask() -> bool:
        try:
            session.position(channel)
        except Unsupported:
            with suppress(Unsupported):
                return bool(session.presets(channel))
            return False
        return True

    return ask


def _streams(session: Streams, channel: int) -> Callable[[], tuple[StreamOffer, ...]]:
    return lambda: session.streams(channel)


def _snapshot(session: Streams, channel: int) -> Callable[[], bytes]:
    def ask() -> bytes:
        picture = session.snapshot(channel)
        if not picture.startswith(_JPEG):
            raise ProtocolError("What the device gave is not a JPEG picture.")
        if len(picture) > LARGEST_PICTURE:
            raise ProtocolError(f"The picture is larger than {LARGEST_PICTURE // 1024 // 1024} MB.")
        return picture

    return ask
