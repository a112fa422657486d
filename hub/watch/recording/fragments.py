"""A recording as a player is given it: where each fragment lies, when it begins, and whether with a key frame.

Reads the heads of the boxes alone, about a kilobyte for two seconds of pictures, through whatever reads bytes of a
file: the disk, or a storage elsewhere.
"""

import struct
from collections.abc import Callable, Iterator

from hub.core.viewings.reel import Film, Fragment
from hub.errors import ProtocolError
from hub.watch.recording.boxes import read_moof, read_moov

Read = Callable[[int, int], bytes]
"""`read(start, length)`; fewer bytes at the end of the file."""

_HEADER = 8
_LARGEST_HEAD = 1024 * 1024
_LOOK = 4096
"""What is read at once: the head of a usual fragment and the beginning of the box behind it."""
_MOST_FRAGMENTS = 20_000
_ENTRY = 78
"""Bytes of a `VisualSampleEntry` before the boxes in it (ISO/IEC 14496-12, 12.1.3)."""
_SETTINGS = (b"avcC", b"hvcC")
_NOT_SYNC = 0x10000


def read_film(read: Read, size: int) -> Film | None:
    """What a file of `size` bytes holds, as far as it is whole. None when it cannot be played. Raises what `read`
    raises."""
    fragments: list[Fragment] = []
    head, settings = 0, b""
    scale, default_ticks, sync_default = 0, 0, 0
    moof: tuple[int, bytes] | None = None
    try:
        for kind, begin, length, data in _top(read, size):
            if kind == b"moov":
                scale, _codec, default_ticks = read_moov(data[_HEADER:])
                sync_default = _default_flags(data)
                settings = _settings(data)
                head = begin + length
            elif kind == b"moof":
                moof = begin, data
            elif kind == b"mdat" and moof is not None and scale:
                at, payload = moof
                whole = begin + length - at
                fragments.append(_fragment(at, whole, payload, default_ticks, sync_default))
                moof = None
            if len(fragments) > _MOST_FRAGMENTS:
                return None
    except (struct.error, ProtocolError, IndexError):
        # What is broken ends what can be played; that it is broken is found by those who prove recordings.
        pass
    if not head or not fragments or not scale:
        return None
    return Film(head, scale, settings, tuple(fragments))


def _top(read: Read, size: int) -> Iterator[tuple[bytes, int, int, bytes]]:
    """Kind, place, length and (of heads) content of each box that is whole."""
    at = 0
    while at + _HEADER <= size:
        seen = read(at, min(_LOOK, size - at))
        length, kind = struct.unpack_from(">I4s", seen)
        if length == 1:
            length = struct.unpack_from(">Q", seen, _HEADER)[0]
        if length < _HEADER or at + length > size:
            return
        data = b""
        if kind in (b"moov", b"moof"):
            if length > _LARGEST_HEAD:
                return
            data = seen[:length] if len(seen) >= length else read(at, length)
            if len(data) < length:
                return
        yield kind, at, length, data
        at += length


def _fragment(begin: int, length: int, moof: bytes, default_ticks: int, default_flags: int) -> Fragment:
    _frames, ticks = read_moof(moof[_HEADER:], default_ticks)
    for kind, at, end in _inner(moof, _HEADER, len(moof)):
        if kind == b"traf":
            boxes = {inner: (start, stop) for inner, start, stop in _inner(moof, at, end)}
            stamp, width = _stamp(moof, boxes[b"tfdt"][0]) if b"tfdt" in boxes else (0, 0)
            if not width:
                raise ProtocolError("A fragment does not say when it begins.")
            begins = int.from_bytes(moof[stamp : stamp + width], "big")
            return Fragment(begin, length, begins, ticks, stamp, width, key=_is_key(moof, boxes, default_flags))
    raise ProtocolError("A fragment without a track.")


def _stamp(moof: bytes, at: int) -> tuple[int, int]:
    """Where `tfdt` says when the fragment begins, and in how many bytes."""
    return at + 4, 8 if moof[at] == 1 else 4


def _is_key(moof: bytes, boxes: dict[bytes, tuple[int, int]], default_flags: int) -> bool:
    """Whether the first picture of a fragment stands for itself."""
    flags = default_flags
    if b"tfhd" in boxes:
        at = boxes[b"tfhd"][0]
        has = int.from_bytes(moof[at + 1 : at + 4], "big")
        skip = at + 8 + sum(width for bit, width in ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4)) if has & bit)
        if has & 0x20:
            flags = struct.unpack_from(">I", moof, skip)[0]
    at = boxes[b"trun"][0]
    has = int.from_bytes(moof[at + 1 : at + 4], "big")
    after = at + 8 + (4 if has & 0x1 else 0)
    if has & 0x4:
        flags = struct.unpack_from(">I", moof, after)[0]
    elif has & 0x400:
        first = after + (4 if has & 0x100 else 0) + (4 if has & 0x200 else 0)
        flags = struct.unpack_from(">I", moof, first)[0]
    return not flags & _NOT_SYNC


def _default_flags(moov: bytes) -> int:
    at = _find(moov, (b"mvex", b"trex"))
    return struct.unpack_from(">I", moov, at[0] + 20)[0] if at is not None else 0


def _settings(moov: bytes) -> bytes:
    """What the decoder must be told: size, and the parameter sets; nothing that differs between files by itself."""
    found = _find(moov, (b"trak", b"mdia", b"minf", b"stbl", b"stsd"))
    if found is None:
        return moov
    at, end = found
    for kind, begin, stop in _inner(moov, at + 8, end):
        size = moov[begin + 24 : begin + 28]
        for inner, start, last in _inner(moov, begin + _ENTRY, stop):
            if inner in _SETTINGS:
                return kind + size + moov[start:last]
    return moov


def _find(data: bytes, path: tuple[bytes, ...]) -> tuple[int, int] | None:
    at, end = _HEADER, len(data)
    for wanted in path:
        found = next(((begin, stop) for kind, begin, stop in _inner(data, at, end) if kind == wanted), None)
        if found is None:
            return None
        at, end = found
    return at, end


def _inner(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of the content of each box between two places."""
    while at + _HEADER <= end:
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < _HEADER or at + length > end:
            raise ProtocolError("A box does not fit into the one around it.")
        yield kind, at + _HEADER, at + length
        at += length
