"""Looking for footage on a device, and fetching it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from hub.api import Answer, DeviceRecording, Export, Flow, ProtocolError, Unsupported
from hub_hikvision.isapi import Isapi
from hub_hikvision.parse_footage import (
    MOST_FOUND,
    Offset,
    media_of,
    parse_page,
    write_download,
    write_search,
)
from hub_hikvision.tree import parse_tree

SEARCH = "/ISAPI/ContentMgmt/search"
DOWNLOAD = "/ISAPI/ContentMgmt/download"
_XML = {"Content-Type": "application/xml; charset=UTF-8"}
_HEAD = 4096
_LARGEST_REFUSAL = 64 * 1024
_IDLE_S = 60.0


def search_footage(
    isapi: Isapi, channel: int, start_at: datetime, end_at: datetime, zone: Offset
) -> Iterator[DeviceRecording]:
    """Page by page while the device says that there is more. Raises `ProtocolError` when it goes in circles."""
    search_id = str(uuid4()).upper()
    position, newest = 0, None
    while position < MOST_FOUND:
        body = isapi.post(SEARCH, write_search(search_id, channel, start_at, end_at, position, zone))
        page = parse_page(parse_tree(body, "CMSearchResult"), channel, zone)
        for recording in page.recordings:
            if newest is not None and recording.start_at < newest:
                raise ProtocolError("The device's pages of footage are not in order of time.")
            newest = recording.start_at
            yield recording
        if not page.more:
            return
        if not page.count:
            raise ProtocolError("The device says that there is more footage, and gives none.")
        position += page.count


def export_footage(isapi: Isapi, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
    """The footage as the device gives it. Raises `ProtocolError` when less came than was announced."""
    try:
        return _download(isapi, "POST", recording, write)
    except Unsupported:
        # Older firmware takes the same body with GET.
        return _download(isapi, "GET", recording, write)


def _download(isapi: Isapi, method: str, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
    with isapi.access.stream(method, DOWNLOAD, body=write_download(recording), headers=_XML, idle_s=_IDLE_S) as flow:
        pieces = iter(flow)
        head = _head(flow, pieces, isapi)
        write(head)
        size = len(head)
        for piece in pieces:
            write(piece)
            size += len(piece)
        told = flow.headers.get("content-length", "")
    if isapi.access.closed or (told.isascii() and told.isdigit() and int(told) != size):
        raise ProtocolError(f"The footage was cut off after {size} bytes.", hint="Try again.")
    return Export(media_type=media_of(head, flow.headers.get("content-type", "")), size_bytes=size)


def _head(flow: Flow, pieces: Iterator[bytes], isapi: Isapi) -> bytes:
    """The first bytes of footage; raises what the device means when it sends something else."""
    head = b""
    limit = _HEAD if flow.status == 200 else _LARGEST_REFUSAL
    for piece in pieces:
        head += piece
        if len(head) >= limit:
            break
    if flow.status != 200 or head.lstrip()[:1] in (b"<", b"{") or not head:
        isapi.judge(Answer(status=flow.status, headers={}, body=head[:_LARGEST_REFUSAL]))
        raise ProtocolError("The device answered with something that is no footage.")
    return head


def utc(wall: datetime) -> timedelta:
    """The zone of devices that mean UTC when they write Z."""
    return timedelta(0)
