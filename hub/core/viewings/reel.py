"""Pure: how recorded files become one stretch of time that a player can play and seek in.

A recorded file is fragmented MP4 whose clock begins at 0. Played one after the other, their clocks would jump back, and
players do not find their way in that. So a player is given one file that is nowhere on disk: the head of the first one,
an index, and pieces, each a run of whole fragments that begins with a key frame, in which nothing is altered but the
time that each fragment says it begins at. What cannot be played with the same decoder settings is another part.
"""

import struct
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from hub.core.recorded import Span

PIECE_S = 4.0
"""A piece has at least so many seconds where the file has them: fewer, and the index of hours grows long."""
_VERSION_1 = 0x0100_0000
_TRACK = 1
"""The number that libav gives the only track of a recording."""


class Fragment(NamedTuple):
    """One fragment (`moof` and `mdat`) of a file. Offsets are bytes, times are ticks of the file's clock."""

    begin: int
    length: int
    at: int
    """When it begins, by the file's clock."""
    ticks: int
    """How long it lasts."""
    stamp: int
    """Where within the fragment it says when it begins."""
    stamp_bytes: int
    """4 or 8: how it says so."""
    key: bool
    """Whether it begins with a key frame."""


class Film(NamedTuple):
    """What one recorded file holds."""

    head: int
    """Bytes of `ftyp` and `moov`, without which no fragment can be played."""
    scale: int
    """Ticks in a second."""
    settings: bytes
    """The decoder's settings; films with other ones cannot be played in one go."""
    fragments: tuple[Fragment, ...]


class Taken(NamedTuple):
    """A recorded file with its place in time."""

    name: str
    begin_at: datetime
    film: Film


class Patch(NamedTuple):
    """Write `value` as a big-endian number of `width` bytes at `at`, counted from the piece's first byte."""

    at: int
    width: int
    value: int


class Piece(NamedTuple):
    """A run of whole fragments of one file."""

    name: str
    begin: int
    length: int
    seconds: float
    at: datetime
    """When its first picture was recorded."""
    patches: tuple[Patch, ...]


class Part(NamedTuple):
    """What plays in one go. `name` is the file whose first `head` bytes open the decoder."""

    name: str
    head: int
    scale: int
    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> float:
        return sum(piece.seconds for piece in self.pieces)


class Cut(NamedTuple):
    """Bytes from `begin` to `end` of a piece, by its number; None: of what goes before the first one."""

    piece: int | None
    begin: int
    end: int


def parts_of(taken: Sequence[Taken], span: Span) -> list[Part]:
    """What of these files (in the order of time) was recorded in a period, from the key frame before its beginning."""
    parts: list[Part] = []
    opened: Film | None = None
    clock = 0
    for one in taken:
        film = one.film
        chosen = _within(one, span)
        if not chosen:
            continue
        if opened is None or (film.settings, film.scale) != (opened.settings, opened.scale):
            opened, clock = film, 0
            parts.append(Part(one.name, film.head, film.scale, ()))
        pieces, clock = _pieces(one, chosen, clock)
        parts[-1] = parts[-1]._replace(pieces=(*parts[-1].pieces, *pieces))
    return parts


def still_of(film: Film, seconds: float) -> Fragment | None:
    """The fragment with the last key frame at or before a time of the film; the first one for a time before it."""
    keys = [fragment for fragment in film.fragments if fragment.key]
    before = [fragment for fragment in keys if fragment.at <= seconds * film.scale]
    return before[-1] if before else keys[0] if keys else None


def patched(data: bytes, patches: Sequence[Patch]) -> bytes:
    """The bytes of a piece with its times in place."""
    piece = bytearray(data)
    for patch in patches:
        piece[patch.at : patch.at + patch.width] = patch.value.to_bytes(patch.width, "big")
    return bytes(piece)


def index_of(part: Part) -> bytes:
    """The box (`sidx`, ISO/IEC 14496-12, 8.16.3) by which players find their way to any piece without reading all."""
    body = struct.pack(">IIIQQHH", _VERSION_1, _TRACK, part.scale, 0, 0, 0, len(part.pieces))
    begins_with_key = 0x9000_0000
    for piece in part.pieces:
        body += struct.pack(">III", piece.length, round(piece.seconds * part.scale), begins_with_key)
    return struct.pack(">I4s", len(body) + 8, b"sidx") + body


def size_of(part: Part) -> int:
    """Bytes of the part as one file: head, index, pieces."""
    return part.head + _index_bytes(part) + sum(piece.length for piece in part.pieces)


def cuts_of(part: Part, start: int, length: int) -> list[Cut]:
    """Where the bytes of a range of that file come from. Empty for a range behind its end."""
    cuts, at, end = [], 0, start + length
    for number, size in enumerate((part.head + _index_bytes(part), *(each.length for each in part.pieces))):
        if at < end and at + size > start:
            cuts.append(Cut(number - 1 if number else None, max(start - at, 0), min(end - at, size)))
        at += size
    return cuts


def _index_bytes(part: Part) -> int:
    return 40 + 12 * len(part.pieces)


def _within(one: Taken, span: Span) -> list[Fragment]:
    film = one.film
    from_ticks = (span.from_at - one.begin_at).total_seconds() * film.scale
    to_ticks = (span.to_at - one.begin_at).total_seconds() * film.scale
    first = still_of(film, from_ticks / film.scale)
    if first is None:
        return []
    return [
        fragment
        for fragment in film.fragments
        if first.at <= fragment.at < to_ticks and film.fragments[-1].at + film.fragments[-1].ticks > from_ticks
    ]


def _pieces(one: Taken, chosen: Sequence[Fragment], clock: int) -> tuple[list[Piece], int]:
    """The pieces, and where the player's clock stands behind them."""
    scale = one.film.scale
    later = clock - chosen[0].at
    groups: list[list[Fragment]] = []
    for fragment in chosen:
        full = bool(groups) and fragment.at - groups[-1][0].at >= PIECE_S * scale
        if not groups or (full and fragment.key):
            groups.append([])
        groups[-1].append(fragment)
    pieces = []
    for group in groups:
        first, last = group[0], group[-1]
        patches = tuple(
            Patch(each.begin - first.begin + each.stamp, each.stamp_bytes, each.at + later) for each in group
        )
        pieces.append(
            Piece(
                name=one.name,
                begin=first.begin,
                length=last.begin + last.length - first.begin,
                seconds=(last.at + last.ticks - first.at) / scale,
                at=one.begin_at + timedelta(seconds=first.at / scale),
                patches=patches,
            )
        )
    end = chosen[-1].at + chosen[-1].ticks + later
    return pieces, end
