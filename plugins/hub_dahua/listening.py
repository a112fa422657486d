"""Listens to what a device tells by itself."""

from collections.abc import Iterator

from hub.api import DeviceError, DeviceEvent, DeviceForbidden, DeviceUnreachable, ProtocolError, Unsupported
from hub_dahua.cgi import Cgi
from hub_dahua.layout import read_channels
from hub_dahua.parse_events import STATES, parse_active, parse_part, present
from hub_dahua.parse_parts import Pending, fold_parts, parse_boundary

_ATTACH = "/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=5"
_IDLE_S = 30.0
"""Six heartbeats that did not come."""


def listen(cgi: Cgi) -> Iterator[DeviceEvent | None]:
    """The device's events. First what is in force now: asked for only after subscribing, so that nothing falls between
    the two."""
    with cgi.stream(_ATTACH, "its events", idle_s=_IDLE_S) as flow:
        pending = Pending(parse_boundary(flow.headers.get("content-type", "")))
        yield None
        yield from _in_force(cgi)
        for data in flow:
            pending, parts = fold_parts(pending, data)
            for part in parts:
                yield _event(part)
    if not cgi.access.closed:
        raise DeviceUnreachable("The device has ended its stream of events.")


def _in_force(cgi: Cgi) -> Iterator[DeviceEvent]:
    channels = _numbers(cgi)
    for code in STATES:
        try:
            said = cgi.active(code)
            active = frozenset[int]() if said is None else parse_active(said)
        except (Unsupported, DeviceForbidden, ProtocolError):
            continue  # The device does not tell this one; its changes come all the same.
        except DeviceUnreachable:
            if cgi.access.closed:
                raise
            return  # Small devices answer nothing beside their stream; the stream is what counts.
        yield from present(code, active, channels)


def _numbers(cgi: Cgi) -> tuple[int, ...]:
    try:
        return tuple(channel.number for channel in read_channels(cgi))
    except (Unsupported, DeviceForbidden, ProtocolError):
        return ()


def _event(part: str) -> DeviceEvent | None:
    try:
        return parse_part(part)
    except DeviceError as error:
        # One event that cannot be read is no reason to lose the line, nor to be kept quiet about.
        return DeviceEvent(kind="other", phase="pulse", code="unreadable", detail=error.message)
