"""RTP packets with ONVIF's header extension (RFC 3550 section 5; ONVIF Streaming Specification, "RTP header
extension"), and the end of a stream in RTCP. Pure."""

import struct

import msgspec

from hub.api import ProtocolError

_REPLAY = 0xABAC
_HEAD = struct.Struct(">BBHII")
_EXTENSION = struct.Struct(">HH")
_TOLD = struct.Struct(">IIB")
_CLEAN, _END, _BREAK, _LAST = 0x80, 0x40, 0x20, 0x10
_NTP_TO_UNIX_S = 2_208_988_800
_BYE = 203


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """A packet, and what the device tells of the picture that it is a part of."""

    payload_type: int
    marker: bool
    sequence: int
    stamp: int
    payload: bytes
    at_us: int | None = None
    """When the picture was taken, in microseconds since 1970, by the device's clock; None: not told."""
    clean: bool = False
    """Decoding can begin with this picture."""
    end: bool = False
    """Nothing was recorded for a while after it."""
    after_break: bool = False
    """What came before it does not lead up to it."""
    last: bool = False
    """Nothing more will come."""


def parse_packet(data: bytes) -> Packet:
    """Raises `ProtocolError`."""
    if len(data) < _HEAD.size or data[0] >> 6 != 2:
        raise ProtocolError("The device sent a piece of footage that is no RTP.")
    first, second, sequence, stamp, _ = _HEAD.unpack_from(data)
    at = _HEAD.size + 4 * (first & 0x0F)
    end = len(data)
    if first & 0x20:
        end -= data[-1]
    told: tuple[int, int, int] | None = None
    if first & 0x10:
        if at + _EXTENSION.size > end:
            raise ProtocolError("The device sent a piece of footage that is cut off.")
        profile, words = _EXTENSION.unpack_from(data, at)
        at += _EXTENSION.size
        if profile == _REPLAY and words >= 3 and at + 12 <= end:
            told = _TOLD.unpack_from(data, at)
        at += 4 * words
    if at > end:
        raise ProtocolError("The device sent a piece of footage that is cut off.")
    flags = told[2] if told is not None else 0
    return Packet(
        payload_type=second & 0x7F,
        marker=bool(second & 0x80),
        sequence=sequence,
        stamp=stamp,
        payload=data[at:end],
        at_us=_unix_us(told[0], told[1]) if told is not None else None,
        clean=bool(flags & _CLEAN),
        end=bool(flags & _END),
        after_break=bool(flags & _BREAK),
        last=bool(flags & _LAST),
    )


def _unix_us(seconds: int, fraction: int) -> int | None:
    if not seconds and not fraction:
        return None  # the device does not know, and says so
    era_s = seconds if seconds & 0x8000_0000 else seconds + (1 << 32)  # from 2036 on they count from 0 again
    return (era_s - _NTP_TO_UNIX_S) * 1_000_000 + (fraction * 1_000_000 + (1 << 31) >> 32)


def says_bye(data: bytes) -> bool:
    """Whether an RTCP packet, which may be several, ends the stream. Never raises."""
    at = 0
    while at + 4 <= len(data) and data[at] >> 6 == 2:
        if data[at + 1] == _BYE:
            return True
        at += 4 + 4 * int.from_bytes(data[at + 2 : at + 4], "big")
    return False
