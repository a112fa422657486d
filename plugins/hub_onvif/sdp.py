"""What a device says of the tracks of a recording (RFC 8866, RFC 6184 section 8, RFC 7798 section 7). Pure."""

import base64
import binascii
import re
from typing import Literal

import msgspec

from hub.api import ProtocolError, Unsupported
from hub_onvif.addresses import stream_url

Codec = Literal["h264", "hevc"]

_CODECS: dict[str, Codec] = {"H264": "h264", "H265": "hevc"}
_PARAMETER_SETS = ("sprop-vps", "sprop-sps", "sprop-pps", "sprop-parameter-sets")
_MOST_LINES = 1000
_MOST_SETS = 16
_MAP = re.compile(r"rtpmap:(\d{1,3}) ([\w.-]{1,40})/(\d{1,7})")
_FORMAT = re.compile(r"fmtp:(\d{1,3}) (.{1,16000})")


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """The pictures of a recording."""

    codec: Codec
    payload_type: int
    clock: int
    """Ticks of the packets' time stamps in a second."""
    parameter_sets: tuple[bytes, ...]
    """NAL units without start codes; what the device tells here it need not send with the pictures."""
    control: str


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A recording: its pictures, and what controls it as a whole."""

    track: Track
    control: str


def parse_sdp(body: bytes) -> Described:
    """The first track of pictures that the hub can keep. Raises `Unsupported` where there are only others."""
    whole, sections = _sections(body)
    seen: set[str] = set()
    for lines in sections:
        track = _track(lines, seen)
        if track is not None:
            return Described(track=track, control=_control(whole))
    if not sections:
        raise ProtocolError("The device describes no track of the recording.")
    raise Unsupported(
        f"The recording holds {', '.join(sorted(seen))[:100] or 'no pictures'}; H.264 and H.265 can be fetched."
    )


def _sections(body: bytes) -> tuple[list[str], list[list[str]]]:
    """The lines about the whole, and those about each track of pictures."""
    whole: list[str] = []
    sections: list[list[str]] = []
    current = whole
    for line in body.decode("utf-8", "replace").splitlines()[:_MOST_LINES]:
        if line.startswith("m="):
            current = [line]
            if line.startswith("m=video "):
                sections.append(current)
        else:
            current.append(line)
    return whole, sections


def _track(lines: list[str], seen: set[str]) -> Track | None:
    types = lines[0].split()[3:]
    attributes = [line[2:].strip() for line in lines[1:] if line.startswith("a=")]
    for found in filter(None, map(_MAP.match, attributes)):
        codec, clock = _CODECS.get(found[2].upper()), int(found[3])
        seen.add(found[2])
        if found[1] not in types or codec is None or clock == 0 or int(found[1]) > 127:
            continue
        options = _options(attributes, found[1])
        if options.get("packetization-mode", "0") not in ("0", "1") or options.get("sprop-max-don-diff", "0") != "0":
            raise Unsupported("The device mixes up the order of the pieces of its pictures (interleaved mode).")
        return Track(
            codec=codec,
            payload_type=int(found[1]),
            clock=clock,
            parameter_sets=_parameter_sets(options),
            control=_control(lines),
        )
    return None


def _options(attributes: list[str], payload_type: str) -> dict[str, str]:
    for found in filter(None, map(_FORMAT.match, attributes)):
        if found[1] == payload_type:
            pairs = (piece.strip().partition("=") for piece in found[2].split(";"))
            return {name.strip().lower(): value.strip() for name, _, value in pairs}
    return {}


def _parameter_sets(options: dict[str, str]) -> tuple[bytes, ...]:
    """Those that can be read: a device may send them with the pictures as well."""
    found: list[bytes] = []
    for name in _PARAMETER_SETS:
        for piece in filter(None, options.get(name, "").split(",")):
            try:
                found.append(base64.b64decode(piece, validate=True))
            except (binascii.Error, ValueError):
                continue
    return tuple(filter(None, found[:_MOST_SETS]))


def _control(lines: list[str]) -> str:
    return next((line[10:].strip() for line in lines if line.startswith("a=control:")), "")


def resolve(control: str, base: str, host: str, port: int) -> str:
    """Where a track, or the whole, is controlled, on the host and port that we reach the device at.

    >>> resolve("track1", "rtsp://192.168.0.64/replay/", "10.0.0.8", 554)
    'rtsp://10.0.0.8:554/replay/track1'
    """
    if "://" in control:
        return stream_url(control, host, port)
    begun = stream_url(base, host, port)
    if control in ("", "*"):
        return begun
    rest = stream_url(f"rtsp://x/{control}", host, port).partition(f":{port}/")[2]
    return f"{begun}{'' if begun.endswith('/') else '/'}{rest}"
