"""Fetches a recording: ONVIF hands footage over by RTSP, replayed as fast as the line takes it (Profile G; ONVIF
Streaming Specification, "Playback").

FFmpeg's RTSP client, which reads the cameras' streams, cannot send the headers that a replay needs, nor does it read
the times that come with the pictures. A relay between it and the device would need a thread and a port that anybody on
the machine may connect to. So the few requests are made here, and the packets put together by `hub_onvif.pictures`.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

import msgspec

from hub.api import (
    DeviceAccess,
    DeviceForbidden,
    DeviceRecording,
    DeviceRejected,
    DeviceUnreachable,
    Export,
    ProtocolError,
    Unsupported,
)
from hub_onvif.course import Course, moment, shown
from hub_onvif.pictures import Assembler, Picture
from hub_onvif.rtp import parse_packet, says_bye
from hub_onvif.rtsp import Frame, Message
from hub_onvif.rtsp_line import RtspLine
from hub_onvif.sdp import Track, parse_sdp, resolve

_log = logging.getLogger("hub_onvif")

_FIRST_S = 30.0
"""A disk may have to start up."""
_SILENCE_S = 20.0
_REST_S = 3.0
"""So long nothing comes once everything has come."""
_NEAR_END_S = 5.0
_PIECE = 256 * 1024
_FASTEST = 25_000_000
_SLACK = 64 * 1024 * 1024
"""Bytes: what comes for a second of footage at most, and besides."""
_LARGEST = 64 * 1024**3
_REFUSED_FOR = timedelta(hours=1)
_RANGE = re.compile(r"clock\s*=\s*(\d{8}T\d{6})(?:\.(\d{1,6})\d*)?Z")
_REQUIRE = {"Require": "onvif-replay"}


class Playing(msgspec.Struct, frozen=True, kw_only=True):
    """A replay that has begun."""

    url: str
    track: Track
    channel: int
    """Where its pictures come; what is said about them comes one higher."""
    alive_s: float
    """So often the device wants to hear from us."""
    begins_at: datetime | None
    """With which time the device says that it begins; None where it does not."""


class Replays:
    """The replays of one device."""

    def __init__(self, access: DeviceAccess) -> None:
        self._access = access
        self._refused_until: datetime | None = None

    def fetch(self, url: str, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
        """See `fetch`. After the device has refused the name or the password, nothing is asked for an hour: every try
        counts towards a lock-out on some devices."""
        if self._refused_until is not None and self._access.now() < self._refused_until:
            raise DeviceForbidden("The device does not let this account replay; it was not asked again.")
        place = urlsplit(url)
        line = RtspLine(self._access, place.hostname or "", place.port or 554)
        try:
            return fetch(line, url, recording, write)
        finally:
            self._refused_until = self._access.now() + _REFUSED_FOR if line.refused_sign_in else None
            line.close(url)


def fetch(line: RtspLine, url: str, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
    """Hand over the footage between the recording's two times, beginning with the key frame before, as a transport
    stream. What is heard is left behind.

    Raises every `DeviceError`; `DeviceUnreachable` where it broke off before its end.
    """
    from hub_onvif.transport_stream import MEDIA_TYPE, TransportStream  # libav is loaded by who fetches

    playing = play(line, url, recording.start_at, recording.end_at)
    course = Course(recording.start_at, recording.end_at, playing.track.clock, playing.begins_at)
    size, held = 0, bytearray()
    with closing(TransportStream(playing.track.codec)) as file:
        for picture in _wanted(line, playing, course, _most_bytes(recording)):
            held += file.add(picture, course.since_begin_us())
            if len(held) >= _PIECE:
                write(bytes(held))
                size += len(held)
                held.clear()
        held += file.finish()
    if held:
        write(bytes(held))
        size += len(held)
    told = course.told and course.begin_us is not None and course.last_us is not None
    return Export(
        media_type=MEDIA_TYPE,
        size_bytes=size,
        begin_at=moment(course.begin_us or 0) if told else None,
        end_at=moment(course.last_us or 0) if told else None,
    )


def play(line: RtspLine, url: str, start_at: datetime, end_at: datetime) -> Playing:
    """Have the device replay. Raises every `DeviceError`."""
    place = urlsplit(url)
    host, port = place.hostname or "", place.port or 554
    answer = line.ask("DESCRIBE", url, {"Accept": "application/sdp"})
    described = parse_sdp(answer.body)
    base = answer.header("content-base") or answer.header("content-location") or url
    base = base if "://" in base else url
    whole = resolve(described.control, base, host, port)
    answer = line.ask(
        "SETUP",
        resolve(described.track.control, base, host, port),
        {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1", **_REQUIRE},
    )
    channel = _channel(answer)
    alive_s = _alive_s(answer)
    span = {"Range": f"clock={_clock(start_at)}-{_clock(end_at)}", "Rate-Control": "no"}
    answer = line.ask("PLAY", whole, {**span, **_REQUIRE})
    return Playing(url=whole, track=described.track, channel=channel, alive_s=alive_s, begins_at=_begins_at(answer))


def _wanted(line: RtspLine, playing: Playing, course: Course, most_bytes: int) -> Iterator[Picture]:
    """The pictures that were asked for. Raises where they end before their time and the device does not say so."""
    assembler = Assembler(playing.track.codec, playing.track.parameter_sets)
    alive = _Alive(line, playing)
    taken, ended, over = 0, False, False
    heard_s = monotonic()
    while not over:
        quiet_s = _quiet_s(course, ended)
        item = line.take(min(quiet_s, playing.alive_s))
        if item == "gone" or monotonic() - heard_s >= quiet_s:
            break
        alive.tell()
        if isinstance(item, Message):
            over = alive.heed(item)
        if not isinstance(item, Frame):
            continue
        taken += len(item.data)
        if taken > most_bytes:
            raise ProtocolError("The replay does not end: more came than the footage can hold.")
        if item.channel == playing.channel + 1:
            over = says_bye(item.data)
        if item.channel != playing.channel:
            continue
        packet = parse_packet(item.data)
        if packet.payload_type != playing.track.payload_type:
            continue
        for picture in assembler.take(packet):
            verdict = course.judge(picture)
            if verdict == "wanted":
                yield picture
            ended, over = picture.end, over or picture.last or verdict == "over"
            heard_s = monotonic()
    for picture in assembler.rest():
        if course.judge(picture) == "wanted":
            yield picture
    if assembler.lost:
        _log.warning("a replay by %s left out packets %d times", playing.url, assembler.lost)
    _check_end(course, told=over, ended=ended)


def _quiet_s(course: Course, ended: bool) -> float:
    """How long the device may be silent."""
    if course.begin_us is None:
        return _FIRST_S
    return _REST_S if ended or course.reaches_end(_NEAR_END_S) else _SILENCE_S


def _check_end(course: Course, *, told: bool, ended: bool) -> None:
    if course.last_us is None:
        if told:
            raise DeviceRejected("The device has no footage of the time that was asked for.")
        raise DeviceUnreachable("The device was asked to replay and sent no footage.")
    if not (told or ended or course.reaches_end(_NEAR_END_S)):
        raise DeviceUnreachable(
            f"The replay broke off at {shown(course.last_us)}, before its end.", hint="Fetch it again."
        )


class _Alive:
    """Says that somebody listens still, and reads what the device says besides the footage."""

    def __init__(self, line: RtspLine, playing: Playing) -> None:
        self._line = line
        self._playing = playing
        self._method = "GET_PARAMETER"
        self._said_s = monotonic()

    def tell(self) -> None:
        """Where it is time."""
        if monotonic() - self._said_s >= self._playing.alive_s:
            self._said_s = monotonic()
            self._line.send(self._method, self._playing.url)

    def heed(self, message: Message) -> bool:
        """Whether the device says that the replay is over."""
        if message.method == "REDIRECT":
            raise ProtocolError("The device sends the replay elsewhere, which is not followed.")
        if message.status == 401:
            self._line.renew_challenge(message)
        elif message.status >= 400:
            self._method = "OPTIONS"  # which every device knows
        return message.method in ("ANNOUNCE", "TEARDOWN")


def _channel(answer: Message) -> int:
    transport = answer.header("transport").lower()
    if "tcp" not in transport:
        raise Unsupported("The device does not send footage over its own connection.")
    found = re.search(r"interleaved=(\d{1,3})", transport)
    channel = int(found[1]) if found else 0
    if channel > 254:
        raise ProtocolError("The device sends footage where there is no place for it.")
    return channel


def _alive_s(answer: Message) -> float:
    found = re.search(r";\s*timeout\s*=\s*(\d{1,5})", answer.header("session"))
    return min(max(int(found[1]) / 2 if found else 30.0, 5.0), 30.0)


def _begins_at(answer: Message) -> datetime | None:
    found = _RANGE.match(answer.header("range"))
    if found is None:
        return None
    try:
        return datetime.strptime(f"{found[1]}.{found[2] or 0} +0000", "%Y%m%dT%H%M%S.%f %z")
    except ValueError:
        return None


def _clock(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc:%Y%m%dT%H%M%S}.{utc.microsecond // 1000:03d}Z"


def _most_bytes(recording: DeviceRecording) -> int:
    seconds = max(0.0, (recording.end_at - recording.start_at).total_seconds())
    return min(_LARGEST, _SLACK + round(seconds * _FASTEST))
