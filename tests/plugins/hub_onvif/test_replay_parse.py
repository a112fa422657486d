"""The text and the packets of a replay: what is understood, and that nothing a device sends breaks anything else."""

import base64
import hashlib
import io
import struct
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hub_onvif.course import Course
from hub_onvif.pictures import Assembler, Picture
from hub_onvif.rtp import Packet, parse_packet, says_bye
from hub_onvif.rtsp import Frame, Message, build_request, parse_challenge, sign, take_item
from hub_onvif.sdp import Codec, parse_sdp, resolve
from hub_onvif.transport_stream import Order, TransportStream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.api import DeviceError, ProtocolError, Unsupported
from tests.servers.clips import encode, render
from tests.servers.scripted_recorder import CLEAN, END, footage, interleaved, packet, sdp

AT = datetime(2026, 1, 5, 1, 2, 3, 250_000, tzinfo=UTC)


def test_a_packet_tells_when_its_picture_was_taken() -> None:
    told = parse_packet(packet(7, 900, b"x", at=AT, flags=CLEAN | END))
    assert told.at_us == round(AT.timestamp() * 1_000_000)
    assert (told.sequence, told.stamp, told.payload, told.marker) == (7, 900, b"x", True)
    assert (told.clean, told.end, told.after_break, told.last) == (True, True, False, False)


def test_times_after_2036_begin_anew_and_are_right() -> None:
    late = datetime(2036, 2, 7, 6, 28, 17, tzinfo=UTC)
    wrapped = struct.pack(">IIBBH", int(late.timestamp()) + 2_208_988_800 - (1 << 32), 0, 0, 0, 0)
    data = b"\x90\x60" + bytes(10) + struct.pack(">HH", 0xABAC, 3) + wrapped
    assert parse_packet(data).at_us == int(late.timestamp()) * 1_000_000


def test_padding_and_other_extensions_are_left_out() -> None:
    data = b"\xb1\x60" + bytes(10) + b"csrc" + struct.pack(">HH", 0xBEDE, 1) + b"ext!" + b"payload" + b"\0\0\3"
    assert (parse_packet(data).payload, parse_packet(data).at_us) == (b"payload", None)


def test_a_device_that_does_not_know_the_time_tells_none() -> None:
    data = b"\x90\x60" + bytes(10) + struct.pack(">HHIIBBH", 0xABAC, 3, 0, 0, 0, 0, 0)
    assert parse_packet(data).at_us is None


def test_the_end_is_found_among_other_reports() -> None:
    report, bye = struct.pack(">BBHI", 0x80, 200, 1, 7), struct.pack(">BBHI", 0x81, 203, 1, 7)
    assert says_bye(report + bye)
    assert not says_bye(report)
    assert not says_bye(b"")


def taken(codec: Codec, *payloads: tuple[bytes, bool], sets: tuple[bytes, ...] = ()) -> list[Picture]:
    assembler = Assembler(codec, sets)
    found = [
        picture
        for number, (payload, marker) in enumerate(payloads)
        for picture in assembler.take(Packet(payload_type=96, marker=marker, sequence=number, stamp=0, payload=payload))
    ]
    return [*found, *assembler.rest()]


def test_units_of_h265_come_whole_together_and_in_fragments() -> None:
    vps, sps = b"\x40\x01vps", b"\x42\x01sps"
    together = b"\x60\x01" + struct.pack(">H", 5) + vps + struct.pack(">H", 5) + sps
    fragments = [
        b"\x62\x01" + bytes([marks | 19]) + part for marks, part in ((0x80, b"one"), (0, b"two"), (0x40, b"!"))
    ]
    [picture] = taken("hevc", (together, False), *((part, False) for part in fragments))
    start = b"\0\0\0\1"
    assert picture.data == start + vps + start + sps + start + b"\x26\x01onetwo!"
    assert picture.key


def test_units_of_h264_come_together() -> None:
    [picture] = taken("h264", (b"\x78\x00\x02\x67s\x00\x02\x68p\x00\x03\x65ab", True))
    assert picture.data == b"\0\0\0\1\x67s\0\0\0\1\x68p\0\0\0\1\x65ab"


def test_parameter_sets_by_themselves_belong_to_the_next_picture() -> None:
    [picture] = taken("h264", (b"\x67s", True), (b"\x68p", True), (b"\x65ab", True), sets=(b"\x67other",))
    assert picture.data == b"\0\0\0\1\x67s\0\0\0\1\x68p\0\0\0\1\x65ab"


def test_a_unit_with_a_hole_in_it_is_left_out_and_counted() -> None:
    assembler = Assembler("h264", ())
    pieces = [(0, b"\x7c\x85one"), (2, b"\x7c\x45three"), (3, b"\x41whole")]
    found = [
        picture
        for sequence, payload in pieces
        for picture in assembler.take(
            Packet(payload_type=96, marker=sequence == 3, sequence=sequence, stamp=0, payload=payload)
        )
    ]
    assert [each.data for each in found] == [b"\0\0\0\1\x41whole"]
    assert assembler.lost == 1


@pytest.mark.parametrize("payload", [b"\x79ab", b"\x7dab"])
def test_pieces_in_another_order_are_unsupported(payload: bytes) -> None:
    with pytest.raises(Unsupported):
        taken("h264", (payload, True))


def test_a_description_names_the_pictures_their_sets_and_what_controls_them() -> None:
    described = parse_sdp(sdp().encode())
    assert (described.track.codec, described.track.clock, described.track.control) == ("h264", 90_000, "track1")
    assert [each[:1] for each in described.track.parameter_sets] == [b"\x67", b"\x68"]
    sets = ";".join(f"sprop-{name}={base64.b64encode(name.encode()).decode()}" for name in ("sps", "vps", "pps"))
    h265 = parse_sdp(sdp("H265/90000", fmtp=sets).encode()).track
    assert (h265.codec, h265.parameter_sets) == ("hevc", (b"vps", b"sps", b"pps"))


def test_a_description_without_tracks_is_told_apart_from_one_with_others() -> None:
    with pytest.raises(ProtocolError, match="no track"):
        parse_sdp(b"v=0\r\n")
    with pytest.raises(Unsupported, match="JPEG"):
        parse_sdp(sdp("JPEG/90000").encode())


@pytest.mark.parametrize(
    ("control", "base", "expected"),
    [
        ("", "rtsp://192.0.2.9:8554/a", "rtsp://h:554/a"),
        ("*", "rtsp://192.0.2.9/a/", "rtsp://h:554/a/"),
        ("track1", "rtsp://192.0.2.9/a?b=1/", "rtsp://h:554/a?b=1/track1"),
        ("track1", "rtsp://192.0.2.9/a?user=u&pwd=p/", "rtsp://h:554/a/track1"),
        ("/track1?x=1", "rtsp://192.0.2.9/a", "rtsp://h:554/a/track1?x=1"),
        ("rtsp://elsewhere.example:99/x/y", "rtsp://192.0.2.9/a", "rtsp://h:554/x/y"),
    ],
)
def test_every_part_of_a_recording_is_at_the_host_we_know(control: str, base: str, expected: str) -> None:
    assert resolve(control, base, "h", 554) == expected


def test_signatures_are_those_of_the_standard() -> None:
    # RFC 7616, section 3.9.1; the method and the address are HTTP's there.
    for algorithm, expected in (
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ):
        [challenge] = filter(None, [parse_challenge([
            f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
            'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
            'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
        ])])  # fmt: skip
        signed = sign(
            challenge, user="Mufasa", password="Circle of Life", method="GET", url="/dir/index.html", count=1,
            cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        )  # fmt: skip
        assert f'response="{expected}"' in signed


def test_the_strongest_challenge_is_taken_and_the_password_itself_is_never_sent() -> None:
    told = ['Basic realm="r"', 'Digest realm="r", nonce="1"', 'Digest realm="r", nonce="2", algorithm=SHA-256']
    challenge = parse_challenge(told)
    assert challenge is not None
    assert challenge.nonce == "2"
    assert parse_challenge(told[:1]) is None
    assert parse_challenge(['Digest realm="r", nonce="1", algorithm=ROT13']) is None


def test_a_word_that_would_break_a_request_is_not_sent() -> None:
    with pytest.raises(ProtocolError):
        build_request("PLAY", "rtsp://h/x", {"Session": "a\r\nX: y"})


def test_pieces_are_taken_out_as_they_become_whole() -> None:
    stream = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 2\r\n\r\nhi" + interleaved(b"data", 3)
    buffer, found = bytearray(), []
    for byte in stream:
        buffer.append(byte)
        item = take_item(buffer)
        if item is not None:
            found.append(item)
    assert isinstance(found[0], Message)
    assert (found[0].status, found[0].body) == (200, b"hi")
    assert found[1:] == [Frame(3, b"data")]


@pytest.mark.parametrize(
    "shown",
    [
        [0, 1, 2, 3, 4, 5],
        [0, 3, 1, 2, 6, 4, 5],
        [0, 4, 2, 1, 3, 8, 6, 5, 7],
        [5],
        [0, 0, 0, 0],
    ],
)
def test_every_picture_is_decoded_before_it_is_shown_and_after_the_one_before(shown: list[int]) -> None:
    order, decoded = Order(), []
    for each in shown:
        decoded += order.take(each * 3600)
    decoded += order.rest()
    assert len(decoded) == len(shown)
    assert all(before < after for before, after in pairwise(decoded))
    if len(set(shown)) == len(shown):
        assert all(at <= each * 3600 for at, each in zip(decoded, shown, strict=True))


@pytest.mark.parametrize(("library", "codec", "ending"), [("libx264", "h264", "h264"), ("libx265", "hevc", "h265")])
def test_pictures_made_from_both_sides_are_shown_in_their_order(
    tmp_path: Path, library: str, codec: Codec, ending: str
) -> None:
    pictures = render("plain", fps=10)
    for name in (f"clip.{ending}", "clip.mkv"):
        encode(pictures, tmp_path / name, fps=10, codec=library, b_frames=2)
    with av.open(str(tmp_path / f"clip.{ending}")) as clip, av.open(str(tmp_path / "clip.mkv")) as times:
        coded = [bytes(each) for each in clip.demux(video=0) if each.size]
        shown = [(each.pts or 0, each.is_keyframe) for each in times.demux(video=0) if each.size]
    file, written = TransportStream(codec), b""
    for data, (milliseconds, key) in zip(coded, shown, strict=True):
        picture = Picture(data=data, key=key, stamp=0, at_us=None, end=False, after_break=False, last=False)
        written += file.add(picture, milliseconds * 1000)
    written += file.finish()
    with av.open(io.BytesIO(written)) as made:
        at = [float(frame.time or 0) for frame in made.decode(video=0)]
    assert len(at) == len(coded)
    assert {round(after - before, 3) for before, after in pairwise(at)} == {0.1}


STREAM = b"".join(footage(AT, 12)) + b"RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n"
EXAMPLES = settings(max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.too_slow])


@EXAMPLES
@given(st.binary(max_size=400))
def test_whatever_stands_in_a_packet_is_a_picture_or_an_error(data: bytes) -> None:
    for codec in ("h264", "hevc"):
        assembler = Assembler(codec, (b"\x67s",))  # type: ignore[arg-type]
        try:
            told = parse_packet(b"\x80\xe0" + data)
            for picture in [*assembler.take(told), *assembler.take(told), *assembler.rest()]:
                assert picture.data.startswith(b"\0\0\0\1")
        except DeviceError:
            continue


@EXAMPLES
@given(st.integers(0, len(STREAM) - 1), st.binary(min_size=1, max_size=8))
def test_a_stream_with_other_bytes_in_it_is_read_or_refused(place: int, other: bytes) -> None:
    buffer = bytearray(STREAM[:place] + other + STREAM[place + len(other) :])
    assembler = Assembler("h264", ())
    try:
        while (item := take_item(buffer)) is not None:
            if isinstance(item, Frame) and item.channel == 0:
                list(assembler.take(parse_packet(item.data)))
    except DeviceError:
        return


@EXAMPLES
@given(st.text(max_size=300))
def test_whatever_a_description_says_is_a_track_or_an_error(text: str) -> None:
    for body in (text, f"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 {text}\r\na={text}"):
        try:
            described = parse_sdp(body.encode("utf-8", "replace"))
            resolve(described.track.control, "rtsp://h/", "h", 554)
        except DeviceError:
            continue


@EXAMPLES
@given(st.text(max_size=200), st.binary(max_size=60))
def test_whatever_a_challenge_says_is_signed_or_left(text: str, data: bytes) -> None:
    challenge = parse_challenge([f"Digest {text}", f'Digest nonce="1", {text}'])
    if challenge is not None:
        sign(challenge, user="u", password=hashlib.md5(data).hexdigest(), method="M", url="u", count=1, cnonce="c")
    says_bye(data)


def test_an_end_far_away_is_reached_by_stamps_that_begin_anew() -> None:
    course = Course(AT, AT + timedelta(days=2), 90_000)
    verdicts = []
    for number in range(0, 172_900, 60):
        stamp = number * 90_000 % (1 << 32)
        picture = Picture(data=b"", key=True, stamp=stamp, at_us=None, end=False, after_break=False, last=False)
        verdicts.append(course.judge(picture))
    assert verdicts.index("over") == 2 * 24 * 60
