"""Listening to what a device tells by itself, on the thread that `Session.events` runs on."""

from collections.abc import Iterator

import msgspec

from hub.api import Answer, Clock, DeviceEvent, DeviceUnreachable, Flow, ProtocolError, Unsupported
from hub_hikvision.activity import Activity, expire, fold, resume
from hub_hikvision.isapi import Isapi
from hub_hikvision.multipart import Part, Splitter
from hub_hikvision.parse_events import parse_alert, place

PATHS = ("/ISAPI/Event/notification/alertStream", "/Event/notification/alertStream")
"""The second is that of firmware before ISAPI."""
_IDLE_S = 60.0
_MOST_UNREADABLE = 8
"""So many parts in a row that cannot be read, and the stream is given up."""
_LARGEST_REFUSAL = 64 * 1024


class Listener:
    """Reads the event stream of one device; keeps what lasts over breaks of the line."""

    def __init__(self, isapi: Isapi, clock: Clock) -> None:
        self._isapi = isapi
        self._clock = clock
        self._activity = Activity()
        self._path = PATHS[0]

    def events(self, known: frozenset[int]) -> Iterator[DeviceEvent | None]:
        """See `hub.api.Events.events`; `known` are the channels that the device has."""
        try:
            yield from self._listen(self._path, known)
        except Unsupported:
            if self._path != PATHS[0]:
                raise
            yield from self._listen(PATHS[1], known)

    def _listen(self, path: str, known: frozenset[int]) -> Iterator[DeviceEvent | None]:
        access = self._isapi.access
        with access.stream("GET", path, idle_s=_IDLE_S) as flow:
            pieces = iter(flow)
            _require_good(flow, pieces, self._isapi)
            self._path = path
            self._activity = resume(self._activity, self._clock.monotonic())
            splitter, unreadable = Splitter(), 0
            for piece in pieces:
                if access.closed:
                    return
                for part in splitter.feed(piece):
                    event, unreadable = self._take(part, known, unreadable)
                    yield event
                self._activity, ended = expire(self._activity, self._clock.monotonic())
                yield from ended
            last = splitter.end()
            if last is not None:
                # A refusal that came as the whole answer has no boundary behind it.
                self._isapi.judge(Answer(status=200, headers={}, body=last.body))
        if not access.closed:
            raise DeviceUnreachable("The device has ended its event stream.")

    def _take(self, part: Part, known: frozenset[int], unreadable: int) -> tuple[DeviceEvent | None, int]:
        """What a part tells; None for heartbeats and repetitions. The count is of unreadable parts in a row."""
        self._isapi.judge(Answer(status=200, headers={}, body=part.body))
        try:
            alert = parse_alert(part)
        except ProtocolError as error:
            if unreadable >= _MOST_UNREADABLE:
                raise
            return DeviceEvent(
                kind="other", phase="pulse", code="unreadable", detail=error.message[:300]
            ), unreadable + 1
        placed = msgspec.structs.replace(alert, channel=place(alert.channel, known))
        self._activity, event = fold(self._activity, placed, self._clock.monotonic())
        return event, 0


def _require_good(flow: Flow, pieces: Iterator[bytes], isapi: Isapi) -> None:
    """Raise what the device means when it gives no stream."""
    if flow.status == 200:
        if flow.headers.get("content-type", "").lower().startswith("text/html"):
            raise ProtocolError("The device answered with a web page where its events were expected.")
        return
    body = b""
    for piece in pieces:
        body += piece
        if len(body) > _LARGEST_REFUSAL:
            break
    isapi.judge(Answer(status=flow.status, headers={}, body=body))
    raise ProtocolError(f"The device answered with HTTP {flow.status} where its events were expected.")
