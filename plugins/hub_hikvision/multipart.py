"""Parts of an event stream, whatever pieces its bytes come in. Pure.

Theory: `alertStream` is multipart without end, and firmware takes liberties: lengths are wrong or missing, boundaries
differ from the one that was announced, XML comes without any. So the boundary is the one that is seen; XML ends with
its closing tag, at once and without waiting for what follows; lengths are believed for what is not XML only. Pictures
are passed over without being kept.
"""

import re
from collections.abc import Iterator
from enum import Enum

import msgspec

from hub.api import ProtocolError

LARGEST_PART = 256 * 1024
LARGEST_PICTURE = 64 * 1024 * 1024
LARGEST_HEAD = 8 * 1024
MOST_RUBBISH = 1024 * 1024
_PIECE = 64 * 1024

_BOUNDARY = re.compile(rb"--[\w'()+,./:=?-]{1,70}")
_LONGEST_LINE = 100
_START = re.compile(rb"--|<\?xml|<Event")
_LONGEST_START = 6
_XML_END = re.compile(rb"</(?:EventNotificationAlert|ResponseStatus|userCheck)\s{0,8}>")
_LONGEST_END = 40
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length\s*:\s*([0-9]{1,12})\s*$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^content-type\s*:\s*([^;\r\n]{1,100})", re.IGNORECASE | re.MULTILINE)


class Part(msgspec.Struct, frozen=True):
    """One part that is kept: XML or JSON."""

    media: str
    body: bytes


class _State(Enum):
    BETWEEN = "between"
    HEAD = "head"
    TEXT = "text"
    PICTURE = "picture"


class Splitter:
    """Takes bytes, gives parts. Holds at most a part and a piece; for one thread."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._state = _State.BETWEEN
        self._boundary = b""
        self._media = ""
        self._length: int | None = None
        self._passed = 0
        """Of a picture: how much of it is gone already."""
        self._rubbish = 0
        self._looked = 0
        """How far the held bytes were searched, so that drips cost no more than floods."""

    @property
    def held(self) -> int:
        """How many bytes are kept now."""
        return len(self._held)

    def feed(self, piece: bytes) -> Iterator[Part]:
        """The parts that this piece completes. Raises `ProtocolError` for what has no end."""
        for at in range(0, len(piece), _PIECE):
            self._held += piece[at : at + _PIECE]
            goes_on = True
            while goes_on:
                match self._state:
                    case _State.BETWEEN:
                        goes_on = self._begin()
                    case _State.HEAD:
                        goes_on = self._read_head()
                    case _State.PICTURE:
                        goes_on = self._pass_over()
                    case _State.TEXT:
                        part = self._read_text()
                        goes_on = part is not None
                        if part is not None and part.body:
                            self._rubbish = 0
                            yield part

    def end(self) -> Part | None:
        """What is left when the stream has ended: a last part without an end of its own."""
        body = bytes(self._held).strip()
        self._held.clear()
        return Part(self._media, body) if body and self._state is _State.TEXT else None

    def _begin(self) -> bool:
        """Find what may begin a part; True when something was found or thrown away."""
        held = self._held
        found = _START.search(held)
        if found is None:
            self._throw_away(max(0, len(held) - _LONGEST_START))
            return False
        self._throw_away(found.start())
        if not held.startswith(b"--"):
            self._enter(_State.TEXT, "application/xml")
            return True
        end = held.find(b"\n", 0, _LONGEST_LINE)
        if end < 0:
            if len(held) < _LONGEST_LINE:
                return False
            self._throw_away(2)
            return True
        line = bytes(held[:end]).strip()
        if not _BOUNDARY.fullmatch(line):
            self._throw_away(2)
            return True
        del held[: end + 1]
        if self._boundary and line == self._boundary + b"--":
            # The closing one. Some firmware sends it and goes on.
            return True
        self._boundary = line
        self._enter(_State.HEAD)
        return True

    def _read_head(self) -> bool:
        held = self._held
        # An empty line at once: a part without headers.
        found = re.match(rb"\r?\n", held) or _HEAD_END.search(held, 0, LARGEST_HEAD)
        if found is None or found.end() > LARGEST_HEAD:
            if len(held) >= LARGEST_HEAD:
                raise ProtocolError("A part of the device's event stream begins with headers without end.")
            return False
        if held == b"\r":
            return False
        head = bytes(held[: found.start()])
        del held[: found.end()]
        media, length = _TYPE.search(head), _LENGTH.search(head)
        named = media[1].decode("ascii", "replace").strip().lower() if media else "application/xml"
        is_text = "xml" in named or "json" in named
        self._enter(_State.TEXT if is_text else _State.PICTURE, named, int(length[1]) if length else None)
        return True

    def _read_text(self) -> Part | None:
        """The part, when all of it is there."""
        held, is_xml = self._held, "xml" in self._media
        told = None if is_xml else self._length
        if told is not None and told > LARGEST_PART:
            raise ProtocolError(f"A part of the device's event stream is larger than {LARGEST_PART} bytes.")
        ends = [] if told is None else [told] if len(held) >= told else []
        mark = b"\n" + self._boundary
        start = max(0, self._looked - max(_LONGEST_END, len(mark)))
        if self._boundary:
            at = held.find(mark, start, len(held) if told is None else told)
            ends += [at] if at >= 0 else []
        if is_xml and (found := _XML_END.search(held, start)):
            ends.append(found.end())
        self._looked = len(held)
        if not ends:
            if len(held) > LARGEST_PART:
                raise ProtocolError(f"A part of the device's event stream is larger than {LARGEST_PART} bytes.")
            return None
        part = Part(self._media, bytes(held[: min(ends)]).strip())
        del held[: min(ends)]
        self._enter(_State.BETWEEN)
        return part

    def _pass_over(self) -> bool:
        """Nothing of a picture is kept but what may be the beginning of a boundary."""
        held, mark = self._held, b"\n" + self._boundary
        if self._length is not None:
            gone = min(self._length - self._passed, len(held))
            done = self._passed + gone == self._length
        else:
            at = held.find(mark)
            gone, done = (at, True) if at >= 0 else (max(0, len(held) - len(mark)), False)
        del held[:gone]
        self._passed += gone
        if self._passed > LARGEST_PICTURE:
            raise ProtocolError("A part of the device's event stream has no end.")
        if done:
            self._enter(_State.BETWEEN)
        return done

    def _throw_away(self, count: int) -> None:
        self._rubbish += len(self._held[:count].strip())
        del self._held[:count]
        if self._rubbish > MOST_RUBBISH:
            raise ProtocolError("The device's event stream holds no events.")

    def _enter(self, state: _State, media: str = "", length: int | None = None) -> None:
        self._state, self._media, self._length = state, media, length
        self._passed = self._looked = 0
