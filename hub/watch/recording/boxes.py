"""Fragmented MP4 (ISO/IEC 14496-12) seen from outside: whole fragments, frames, durations, and a box of our own.

A recording is `ftyp moov (moof mdat)* uuid`: it can be cut behind any `mdat` and still plays. The `uuid` box at the
end holds what the index knows of the file, so that the index can be made anew from the files; players pass it over.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from hub.errors import ProtocolError

FACTS_TYPE = b"uuid" + bytes.fromhex("77a7c4d10c2b4f0e9e5d3fb96c1d5a02")
LARGEST_FACTS = 65_536
_LARGEST_HEAD = 16 * 1024 * 1024
"""Bytes of a `moov` or `moof`; a longer one is none of ours."""
_HEADER = 8
_LARGE_HEADER = 16
_CODECS = {b"avc1": "h264", b"avc3": "h264", b"hvc1": "hevc", b"hev1": "hevc"}


class BoxTracker:
    """Follows a file while it is written and knows where its last whole fragment ended."""

    def __init__(self) -> None:
        self.size = 0
        """Bytes so far."""
        self.whole = 0
        """Bytes up to the end of the last whole fragment; 0 before the first."""
        self._header = bytearray()
        self._left = 0
        self._type = b""

    def feed(self, data: bytes | memoryview) -> list[int]:
        """Take in what was written next; returns how far into `data` fragments ended, in order."""
        ends: list[int] = []
        at = 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
            else:
                at += self._read_header(data, at)
            if not self._left and not self._header and self._type == b"mdat":
                self._type = b""
                self.whole = self.size + at
                ends.append(at)
        self.size += len(data)
        return ends

    def _read_header(self, data: bytes | memoryview, at: int) -> int:
        wanted = _HEADER
        if len(self._header) >= _HEADER and self._header[:4] == b"\0\0\0\1":
            wanted = _LARGE_HEADER
        step = min(wanted - len(self._header), len(data) - at)
        self._header += data[at : at + step]
        if len(self._header) < wanted or (wanted == _HEADER and self._header[:4] == b"\0\0\0\1"):
            return step
        length = struct.unpack(">I", self._header[:4])[0]
        if length == 1:
            length = struct.unpack(">Q", self._header[8:16])[0]
        self._type = bytes(self._header[4:8])
        self._left = max(0, length - wanted)
        self._header.clear()
        return step


class Contents(NamedTuple):
    """What a file holds. `whole`: bytes up to the end of its last whole fragment or facts box."""

    whole: int
    frames: int
    media_s: float
    codec: str
    facts: bytes | None


def read_contents(file: BinaryIO) -> Contents:
    """Look through a recording from its beginning to where it is whole. Never raises for what is in it."""
    whole, frames, ticks, scale, codec = 0, 0, 0, 0, ""
    default_ticks = 0
    facts: bytes | None = None
    pending: tuple[int, int] | None = None
    for kind, begin, end, size in _top_boxes(file):
        try:
            if kind == b"moov":
                scale, codec, default_ticks = read_moov(_payload(file, begin, end))
            elif kind == b"moof":
                pending = read_moof(_payload(file, begin, end), default_ticks)
            elif kind == b"mdat" and pending is not None and end <= size:
                frames, ticks, pending = frames + pending[0], ticks + pending[1], None
                whole = end
            elif kind == b"uuid" and end <= size and end - begin <= LARGEST_FACTS:
                payload = _payload(file, begin, end)
                if payload.startswith(FACTS_TYPE[4:]):
                    facts, whole = payload[16:], end
        except (struct.error, ProtocolError, IndexError):
            break
    return Contents(whole, frames, ticks / scale if scale else 0.0, codec, facts)


def facts_box(facts: bytes) -> bytes:
    """The box that holds `facts`, to be written at the end of a file."""
    return struct.pack(">I", _HEADER + 16 + len(facts)) + FACTS_TYPE + facts


def _top_boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int, int]]:
    """Type, begin of the payload, end of the box (which may lie behind the file's), and the file's size."""
    size = file.seek(0, 2)
    at = 0
    while at + _HEADER <= size:
        file.seek(at)
        head = file.read(_LARGE_HEADER)
        length, kind = struct.unpack(">I4s", head[:8])
        begin = at + _HEADER
        if length == 1 and len(head) == _LARGE_HEADER:
            length, begin = struct.unpack(">Q", head[8:])[0], at + _LARGE_HEADER
        if length < begin - at:
            return
        yield kind, begin, at + length, size
        at += length


def _payload(file: BinaryIO, begin: int, end: int) -> bytes:
    if end - begin > _LARGEST_HEAD:
        raise ProtocolError("A box is longer than any of ours.")
    file.seek(begin)
    data = file.read(end - begin)
    if len(data) < end - begin:
        raise ProtocolError("A box is cut off.")
    return data


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + _HEADER <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < _HEADER:
            raise ProtocolError("A box is shorter than its own head.")
        yield kind, data[at + _HEADER : at + length]
        at += length


def _first(data: bytes, *path: bytes) -> bytes:
    for wanted in path:
        data = next((payload for kind, payload in _boxes(data) if kind == wanted), b"")
    return data


def read_moov(moov: bytes) -> tuple[int, str, int]:
    """Ticks a second, codec, and the ticks of a frame where a fragment does not say."""
    media = _first(moov, b"trak", b"mdia")
    head = _first(media, b"mdhd")
    scale = struct.unpack_from(">I", head, 20 if head[:1] == b"\1" else 12)[0]
    entry = _first(media, b"minf", b"stbl", b"stsd")[12:16]
    extends = _first(moov, b"mvex", b"trex")
    default = struct.unpack_from(">I", extends, 12)[0] if extends else 0
    return scale, _CODECS.get(entry, entry.decode("ascii", "replace")), default


def read_moof(moof: bytes, default_ticks: int) -> tuple[int, int]:
    """Frames of a fragment, and the ticks that they last together."""
    frames = ticks = 0
    for kind, track in _boxes(moof):
        if kind != b"traf":
            continue
        default = _default_ticks(_first(track, b"tfhd"), default_ticks)
        for inner, run in _boxes(track):
            if inner == b"trun":
                count, lasted = _read_run(run, default)
                frames, ticks = frames + count, ticks + lasted
    return frames, ticks


def _default_ticks(head: bytes, otherwise: int) -> int:
    flags = int.from_bytes(head[1:4], "big")
    if not flags & 0x8:
        return otherwise
    at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    ticks: int = struct.unpack_from(">I", head, at)[0]
    return ticks


def _read_run(run: bytes, default: int) -> tuple[int, int]:
    flags = int.from_bytes(run[1:4], "big")
    count: int = struct.unpack_from(">I", run, 4)[0]
    if not flags & 0x100:
        return count, count * default
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    step = 4 * bin(flags & 0xF00).count("1")
    if at + count * step > len(run):
        raise ProtocolError("A run names more frames than it has.")
    return count, sum(struct.unpack_from(">I", run, at + number * step)[0] for number in range(count))
