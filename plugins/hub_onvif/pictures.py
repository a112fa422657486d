"""From RTP packets to pictures: H.264 as RFC 6184 has it, H.265 as RFC 7798 has it. Pure.

What the recorder kept is put together again and never changed: NAL units with start codes between them. Only the
parameter sets that the device told beforehand are put in front of key frames that come without any.
"""

from collections.abc import Iterator

import msgspec

from hub.api import ProtocolError, Unsupported
from hub_onvif.rtp import Packet
from hub_onvif.sdp import Codec

LARGEST_PICTURE = 16 * 1024 * 1024
_MOST_UNITS = 4096
_START = b"\0\0\0\1"
_H264_AGGREGATE, _H264_FRAGMENT, _H264_OTHERS = 24, 28, frozenset({25, 26, 27, 29})
_H265_AGGREGATE, _H265_FRAGMENT, _H265_OTHERS = 48, 49, frozenset({50})
_PICTURES = {"h264": frozenset(range(1, 6)), "hevc": frozenset(range(32))}
_KEYS = {"h264": frozenset({5}), "hevc": frozenset(range(16, 22))}
_SEQUENCE_SETS = {"h264": frozenset({7}), "hevc": frozenset({33})}
"""Types of NAL units."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """One coded picture, with start codes."""

    data: bytes
    key: bool
    stamp: int
    at_us: int | None
    """When it was taken, by the device's clock; None: not told."""
    end: bool
    after_break: bool
    last: bool


class Assembler:
    """Packets in, pictures out. For one thread."""

    def __init__(self, codec: Codec, parameter_sets: tuple[bytes, ...]) -> None:
        self.lost = 0
        """How often packets were missing between two that came."""
        self._codec = codec
        self._sets = parameter_sets
        self._units: list[bytes] = []
        self._size = 0
        self._fragment: bytearray | None = None
        self._begun: Packet | None = None
        self._sequence: int | None = None

    def take(self, packet: Packet) -> Iterator[Picture]:
        """The pictures that are whole with this packet. Raises `ProtocolError` and `Unsupported`."""
        missing = self._sequence is not None and packet.sequence != (self._sequence + 1) & 0xFFFF
        self._sequence = packet.sequence
        if missing:
            self.lost += not packet.after_break
            self._fragment = None  # of a unit that has a hole, nothing can be used
        if self._begun is not None and packet.stamp != self._begun.stamp:
            yield from self.rest()
        self._begun = packet if self._begun is None else _joined_marks(self._begun, packet)
        for unit in self._unpacked(packet.payload):
            self._size += len(unit)
            self._units.append(unit)
        if self._size + len(self._fragment or b"") > LARGEST_PICTURE or len(self._units) > _MOST_UNITS:
            raise ProtocolError("The device sent a picture that is too large.")
        if packet.marker:
            yield from self.rest()

    def rest(self) -> Iterator[Picture]:
        """What is there of the picture that has begun, as far as it is one."""
        kinds = {self._kind(unit) for unit in self._units}
        told, self._begun, self._fragment = self._begun, None, None
        if told is None or not kinds & _PICTURES[self._codec]:
            return  # parameter sets that come by themselves belong to the next picture
        key = bool(kinds & _KEYS[self._codec]) or told.clean
        units = self._units
        if key and not kinds & _SEQUENCE_SETS[self._codec]:
            units = [*self._sets, *units]
        self._units, self._size = [], 0
        yield Picture(
            data=b"".join(_START + unit for unit in units),
            key=key,
            stamp=told.stamp,
            at_us=told.at_us,
            end=told.end,
            after_break=told.after_break,
            last=told.last,
        )

    def _kind(self, unit: bytes) -> int:
        return unit[0] & 0x1F if self._codec == "h264" else unit[0] >> 1 & 0x3F

    def _unpacked(self, payload: bytes) -> Iterator[bytes]:
        if self._codec == "h264":
            return self._unpacked_h264(payload)
        return self._unpacked_h265(payload)

    def _unpacked_h264(self, payload: bytes) -> Iterator[bytes]:
        if not payload:
            return
        kind = payload[0] & 0x1F
        if kind == _H264_AGGREGATE:
            yield from _parts(payload[1:])
        elif kind == _H264_FRAGMENT:
            if len(payload) >= 2:
                head = bytes([payload[0] & 0xE0 | payload[1] & 0x1F])
                yield from self._joined(head, payload[1], payload[2:])
        elif kind in _H264_OTHERS:
            raise Unsupported("The device mixes up the order of the pieces of its pictures (interleaved mode).")
        elif kind:
            yield payload

    def _unpacked_h265(self, payload: bytes) -> Iterator[bytes]:
        if len(payload) < 2:
            return
        kind = payload[0] >> 1 & 0x3F
        if kind == _H265_AGGREGATE:
            yield from _parts(payload[2:])
        elif kind == _H265_FRAGMENT:
            if len(payload) >= 3:
                head = bytes([payload[0] & 0x81 | (payload[2] & 0x3F) << 1, payload[1]])
                yield from self._joined(head, payload[2], payload[3:])
        elif kind in _H265_OTHERS:
            raise Unsupported("The device sends its pictures in pieces of a kind that the hub does not know (PACI).")
        else:
            yield payload

    def _joined(self, head: bytes, marks: int, piece: bytes) -> Iterator[bytes]:
        """A unit that comes in fragments, once its last one is here."""
        if marks & 0x80:
            self._fragment = bytearray(head)
        if self._fragment is None:
            return
        self._fragment += piece
        if marks & 0x40:
            whole, self._fragment = bytes(self._fragment), None
            yield whole


def _joined_marks(first: Packet, other: Packet) -> Packet:
    """What the device tells of a picture, which may stand in any of its packets."""
    if other.at_us is None and not (other.clean or other.end or other.after_break or other.last):
        return first
    return msgspec.structs.replace(
        first,
        at_us=first.at_us if first.at_us is not None else other.at_us,
        clean=first.clean or other.clean,
        end=first.end or other.end,
        after_break=first.after_break or other.after_break,
        last=first.last or other.last,
    )


def _parts(payload: bytes) -> Iterator[bytes]:
    """The units of a packet that holds several."""
    at = 0
    while at + 2 <= len(payload):
        length = int.from_bytes(payload[at : at + 2], "big")
        unit = payload[at + 2 : at + 2 + length]
        if len(unit) < length:
            raise ProtocolError("The device sent a piece of footage that is cut off.")
        if unit:
            yield unit
        at += 2 + length
