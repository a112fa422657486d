"""What a device has recorded on its own card or share: looking for it, and fetching it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from lxml import etree

from hub.api import DeviceRecording, DeviceUnreachable, Export, Flow, ProtocolError
from hub_axis.parse_xml import Listed, export_refusal, parse_recording_id, parse_recordings, parse_tree
from hub_axis.vapix import Vapix, refusal_of

_LIST = "/axis-cgi/record/list.cgi"
_EXPORT = "/axis-cgi/record/export/exportrecording.cgi"
_PAGE = 200
_MOST = 10_000
_MATROSKA = b"\x1a\x45\xdf\xa3"
_LONGEST_REFUSAL = 64 * 1024


def search(vapix: Vapix, channel: int, start_at: datetime, end_at: datetime) -> Iterator[DeviceRecording]:
    """Recordings that touch the time, cut to it: a continuous recording is days long, and what is fetched is the part
    that was asked for."""
    seen: set[str] = set()
    found: list[DeviceRecording] = []
    while len(seen) < _MOST:
        # A page begins with the last of the one before: whether devices count from 0 or from 1 is not told.
        place = f"&startatresultnumber={len(seen)}" if seen else ""
        query = f"starttime={_utc(start_at)}&stoptime={_utc(end_at)}&sortorder=ascending&maxnumberofresults={_PAGE}"
        page = parse_recordings(vapix.xml(f"{_LIST}?{query}{place}"), vapix.access.now())
        fresh = [one for one in page if one.id not in seen]
        seen.update(one.id for one in fresh)
        found += [
            _cut(one, start_at, end_at)
            for one in fresh
            if one.channel == channel and one.start_at < end_at and one.end_at > start_at
        ]
        if not fresh or len(page) < _PAGE:
            break
    # In order of time they were asked for, which is not to say that they came so.
    yield from sorted(found, key=lambda one: one.start_at)


def _cut(one: Listed, start_at: datetime, end_at: datetime) -> DeviceRecording:
    return DeviceRecording(
        id=one.id,
        channel=one.channel,
        start_at=max(one.start_at, start_at),
        end_at=min(one.end_at, end_at),
        reason=one.reason,
    )


def running_channels(vapix: Vapix, device_now: datetime) -> frozenset[int]:
    """Which views the device records now."""
    since = _utc(device_now - timedelta(minutes=1))
    query = f"starttime={since}&sortorder=descending&maxnumberofresults={_PAGE}"
    page = parse_recordings(vapix.xml(f"{_LIST}?{query}"), device_now)
    return frozenset(one.channel for one in page if one.running)


def export(vapix: Vapix, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
    """The part of the recording between its two times, as Matroska. It begins at the key frame before."""
    disk, name = parse_recording_id(recording.id)
    times = f"&starttime={_utc(recording.start_at)}&stoptime={_utc(recording.end_at)}"
    path = f"{_EXPORT}?schemaversion=1&recordingid={name}&diskid={disk}&exportformat=matroska{times}"
    with vapix.stream("GET", path) as flow:
        error = refusal_of(flow.status, path)
        if error is not None:
            raise error
        size = _copy(flow, write)
        expected = flow.headers.get("content-length", "")
    if vapix.access.closed or (re.fullmatch(r"[0-9]{1,18}", expected) and int(expected) != size):
        raise DeviceUnreachable("The recording broke off before its end.", hint="Fetch it again.")
    return Export(media_type="video/x-matroska", size_bytes=size)


def _copy(flow: Flow, write: Callable[[bytes], object]) -> int:
    """Write all that comes, once it has shown to be footage. A refusal comes as XML, with HTTP 200."""
    head, size = b"", 0
    for piece in flow:
        if size:
            write(piece)
            size += len(piece)
            continue
        head += piece
        if len(head) >= len(_MATROSKA) and head.startswith(_MATROSKA):
            write(head)
            size = len(head)
        elif not _MATROSKA.startswith(head[: len(_MATROSKA)]) and len(head) > _LONGEST_REFUSAL:
            break
    if not size:
        raise _no_footage(head)
    return size


def _no_footage(body: bytes) -> Exception:
    try:
        root: etree._Element = parse_tree(body)
    except ProtocolError:
        return ProtocolError("The device gave something else than Matroska.")
    return export_refusal(root) or ProtocolError("The device gave something else than Matroska.")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
