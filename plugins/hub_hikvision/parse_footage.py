"""Footage on a device: what is asked, and what it tells. Pure."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from xml.sax.saxutils import escape

import msgspec

from hub.api import DeviceRecording, ProtocolError
from hub_hikvision.parse_device import PER_CHANNEL
from hub_hikvision.parse_time import read_local
from hub_hikvision.tree import Node, children_of, number_of, text_of

PAGE = 40
MOST_FOUND = 10_000

_NS = "http://www.isapi.org/ver20/XMLSchema"
_SIZE = re.compile(r"[?&]size=([0-9]{1,15})(?:&|$)")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})")

Offset = Callable[[datetime], timedelta]
"""What the device adds to UTC at a time on its wall (naive)."""


class Page(msgspec.Struct, frozen=True):
    """One page of what was found."""

    recordings: tuple[DeviceRecording, ...]
    count: int
    """How many matches it held, those of other channels, too."""
    more: bool


def write_search(
    search_id: str, channel: int, start_at: datetime, end_at: datetime, position: int, zone: Offset
) -> bytes:
    """`CMSearchDescription` for the main stream of a channel, from the `position`th match on."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><CMSearchDescription version="2.0" xmlns="{_NS}">'
        f"<searchID>{search_id}</searchID><trackList><trackID>{channel * PER_CHANNEL + 1}</trackID></trackList>"
        f"<timeSpanList><timeSpan><startTime>{_write_time(start_at, zone)}</startTime>"
        f"<endTime>{_write_time(end_at, zone)}</endTime></timeSpan></timeSpanList>"
        # The misspelling is the protocol's.
        f"<maxResults>{PAGE}</maxResults><searchResultPostion>{position}</searchResultPostion>"
        "<metadataList><metadataDescriptor>//recordType.meta.std-cgi.com</metadataDescriptor></metadataList>"
        "</CMSearchDescription>"
    ).encode()


def parse_page(root: Node, channel: int, zone: Offset) -> Page:
    """`CMSearchResult`. Raises `ProtocolError`."""
    status = text_of(root, "responseStatusStrg").upper()
    if status not in ("OK", "MORE", "NO MATCHES", "NO MATCH"):
        raise ProtocolError(f"The device's search ended in a way nobody knows: {status[:60]!r}.")
    made = []
    nodes = list(children_of(root, "matchList/searchMatchItem"))
    if len(nodes) > MOST_FOUND:
        raise ProtocolError("The device gives more footage in a page than it was asked for.")
    for node in nodes:
        track = number_of(node, "trackID")
        if track is not None and track // PER_CHANNEL != channel:
            continue
        uri = text_of(node, "mediaSegmentDescriptor/playbackURI")
        if not uri:
            raise ProtocolError("The device found footage and does not say where it is.")
        size = _SIZE.search(uri)
        start_at = _read_time(text_of(node, "timeSpan/startTime"), zone)
        end_at = _read_time(text_of(node, "timeSpan/endTime"), zone)
        if end_at < start_at:
            raise ProtocolError("The device found footage that ends before it begins.")
        made.append(
            DeviceRecording(
                id=_without_userinfo(uri),
                channel=channel,
                start_at=start_at,
                end_at=end_at,
                size_bytes=int(size[1]) if size else None,
                reason=text_of(node, "metadataMatches/metadataDescriptor").rpartition("/")[2][:60],
            )
        )
    return Page(tuple(sorted(made, key=lambda each: each.start_at)), len(nodes), status == "MORE")


def write_download(recording: DeviceRecording) -> bytes:
    """`downloadRequest`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><downloadRequest version="1.0" xmlns="{_NS}">'
        f"<playbackURI>{escape(recording.id)}</playbackURI></downloadRequest>"
    ).encode()


def media_of(head: bytes, told: str) -> str:
    """The media type of footage by its first bytes: devices call everything `video/mp4` or nothing."""
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if head[:4] == b"\x00\x00\x01\xba":
        return "video/mp2p"
    if head[:4] == b"IMKH":
        # Its maker's head before an MPEG programme stream.
        return "application/octet-stream"
    named = told.partition(";")[0].strip().lower()
    return named if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", named) else "application/octet-stream"


def _write_time(at: datetime, zone: Offset) -> str:
    wall = at.astimezone(UTC).replace(tzinfo=None)
    return f"{wall + zone(wall):%Y-%m-%dT%H:%M:%S}Z"


def _read_time(text: str, zone: Offset) -> datetime:
    wall, suffix = read_local(text)
    told = _OFFSET.fullmatch(suffix)
    if told:
        offset = timedelta(hours=int(told[2]), minutes=int(told[3])) * (-1 if told[1] == "-" else 1)
    else:
        offset = zone(wall)
    return wall.replace(tzinfo=UTC) - offset


def _without_userinfo(uri: str) -> str:
    if len(uri) > 2000:
        raise ProtocolError("The device's address of footage is longer than 2000 characters.")
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise ProtocolError("The device's address of footage cannot be read.") from None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
