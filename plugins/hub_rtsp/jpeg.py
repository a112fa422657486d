"""The first whole picture of an answer: a JPEG by itself, or the first of a stream of them (MJPEG). Pure.

Where a picture begins and ends is read from the picture: the boundaries of such streams are written in every way
there is, the lengths are often wrong, and a small preview inside a picture has an end of its own.
"""

from collections.abc import Iterable
from typing import NamedTuple

from hub.api import ProtocolError

LARGEST = 16 * 1024 * 1024
"""Bytes of one picture."""
_LONGEST_HEAD = 64 * 1024
_START = b"\xff\xd8\xff"
_END, _SCAN = 0xD9, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that no length follows."""


class _Place(NamedTuple):
    at: int = 0
    in_scan: bool = False
    has_scan: bool = False
    whole: bool = False


def first_jpeg(pieces: Iterable[bytes], *, largest: int = LARGEST) -> bytes:
    """The first picture, taken as soon as it is whole. Raises `ProtocolError` where none comes, or one too large."""
    data, begun, place = bytearray(), False, _Place()
    for piece in pieces:
        data += piece
        if not begun:
            start = data.find(_START)
            if start < 0:
                if len(data) > _LONGEST_HEAD:
                    raise ProtocolError("The camera sends something else than pictures.", hint="Is the path right?")
                continue
            del data[:start]
            begun = True
        place = _walk(data, place)
        if place.whole:
            return bytes(data[: place.at])
        if len(data) > largest:
            raise ProtocolError(f"The camera's picture is larger than {largest // 1024 // 1024} MiB.")
    raise ProtocolError("The camera gave no whole picture.", hint="Is the path right?")


def _walk(data: bytearray, place: _Place) -> _Place:
    """As far as the bytes reach: to the end of the picture, or to the segment that is not whole yet."""
    while not place.whole:
        following = _through_scan(data, place) if place.in_scan else _over_segment(data, place)
        if following is None:
            return place
        place = following
    return place


def _through_scan(data: bytearray, place: _Place) -> _Place | None:
    mark = data.find(b"\xff", place.at)
    if mark < 0 or mark + 1 >= len(data):
        return None
    code = data[mark + 1]
    if code == 0x00 or 0xD0 <= code <= 0xD7:
        return place._replace(at=mark + 2)
    return place._replace(at=mark, in_scan=False)


def _over_segment(data: bytearray, place: _Place) -> _Place | None:
    at = place.at
    if len(data) < at + 2:
        return None
    if data[at] != 0xFF:
        raise ProtocolError("The camera's picture is damaged.")
    code = data[at + 1]
    if code == 0xFF:
        return place._replace(at=at + 1)
    if code == _END:
        if not place.has_scan:
            raise ProtocolError("The camera's picture is empty.")
        return place._replace(at=at + 2, whole=True)
    if code in _ALONE:
        return place._replace(at=at + 2)
    if len(data) < at + 4:
        return None
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    if length < 2 or code == 0x00:
        raise ProtocolError("The camera's picture is damaged.")
    if len(data) < at + 2 + length:
        return None
    return place._replace(at=at + 2 + length, in_scan=code == _SCAN, has_scan=place.has_scan or code == _SCAN)
