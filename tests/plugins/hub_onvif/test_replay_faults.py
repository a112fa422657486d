"""Recorders that replay wrongly, or wickedly: every one ends soon, with an error of the taxonomy, and hangs up."""

import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic
from typing import Any

import hub_onvif.replay
import msgspec
import pytest
from hub_onvif.options import OnvifOptions
from hub_onvif.session import OnvifSession

from hub.api import (
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceRecording,
    DeviceRejected,
    DeviceUnreachable,
    Export,
    ProtocolError,
    Unsupported,
)
from tests.plugins.hub_onvif.conftest import MakePair
from tests.servers.scripted_recorder import (
    BREAK,
    END,
    HANG_UP,
    LAST,
    PPS,
    SILENCE,
    SPS,
    Action,
    ScriptedRecorder,
    footage,
    interleaved,
    packet,
    pieces,
    sdp,
    unit,
)

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
SECONDS = 3.0
RECORDING = DeviceRecording(id="rec1@x", channel=1, start_at=START, end_at=START + timedelta(seconds=SECONDS))
ACCOUNT = ("admin", "p@ss/#?%:ü")
WHOLE = [*footage(START, 30, flags=LAST)]
BYE = interleaved(struct.pack(">BBHI", 0x81, 203, 1, 0x77), channel=1)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits for a silent device are real, and shorter."""
    for name, seconds in (("_FIRST_S", 1.5), ("_SILENCE_S", 1.0), ("_REST_S", 0.3)):
        monkeypatch.setattr(hub_onvif.replay, name, seconds)


class Bench:
    """Fetches `RECORDING` from recorders that play scripts."""

    def __init__(self, meet: MakePair, stack: ExitStack) -> None:
        self._meet = meet
        self._stack = stack
        self.recorder: ScriptedRecorder | None = None

    def fetch(
        self,
        script: Iterable[Action],
        *,
        deadline_s: float = 10.0,
        recording: DeviceRecording = RECORDING,
        **more: Any,
    ) -> Export:
        self.recorder = self._stack.enter_context(ScriptedRecorder(script, **more))
        pair = self._meet(options=OnvifOptions(rtsp_port=self.recorder.port))
        self.access, self._deadline_s = pair.camera.access(), deadline_s
        self.session = OnvifSession(self.access, OnvifOptions(rtsp_port=self.recorder.port))
        return self.again(recording)

    def again(self, recording: DeviceRecording = RECORDING) -> Export:
        self.data = bytearray()
        with self.access.deadline(self._deadline_s):
            return self.session.export(recording, self.data.extend)

    @property
    def asked(self) -> list[str]:
        assert self.recorder is not None
        return self.recorder.methods


@pytest.fixture
def bench(meet: MakePair) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(meet, stack)


# --- what is right ----------------------------------------------------------------------------------------------------


def test_the_replay_is_asked_for_as_onvif_has_it_at_the_host_we_know(bench: Bench) -> None:
    bench.fetch(WHOLE, account=ACCOUNT)
    recorder = bench.recorder
    assert recorder is not None
    place = f"rtsp://127.0.0.1:{recorder.port}"
    signed = [each for each in recorder.asked if "authorization" in each.headers]
    assert [(each.method, each.url) for each in signed[:3]] == [
        ("DESCRIBE", f"{place}/replay/rec1"),
        ("SETUP", f"{place}/replay/rec1/track1"),
        ("PLAY", f"{place}/replay/rec1/"),
    ]
    play = signed[2].headers
    assert play["range"] == "clock=20260105T010000.000Z-20260105T010003.000Z"
    assert (play["rate-control"], play["require"], play["session"]) == ("no", "onvif-replay", "abc")
    assert recorder.refusals == 0


def test_the_end_that_a_device_tells_is_the_end(bench: Bench) -> None:
    for script in (WHOLE, [*footage(START, 20), BYE], [*footage(START, 20, flags=END), SILENCE]):
        export = bench.fetch(script)
        assert export.begin_at == START
        assert export.size_bytes == len(bench.data) > 0


def test_a_replay_that_ends_by_hanging_up_at_its_end_is_whole(bench: Bench) -> None:
    assert bench.fetch([*footage(START, 30), HANG_UP]).end_at == START + timedelta(seconds=2.9)


def test_what_comes_after_the_range_is_not_taken_and_the_replay_is_ended(bench: Bench) -> None:
    export = bench.fetch(footage(START, 1_000_000))
    assert export.end_at == START + timedelta(seconds=2.9)


def test_footage_begins_with_a_key_frame_not_long_before_the_range(bench: Bench) -> None:
    early = [*footage(START - timedelta(seconds=90), 915, keys=50), SILENCE]
    export = bench.fetch(early)
    assert export.begin_at == START - timedelta(seconds=60)


def test_a_gap_in_a_recording_stays_a_gap(bench: Bench) -> None:
    after = footage(START + timedelta(seconds=2), 10, first=10, flags=BREAK | LAST)
    assert bench.fetch([*footage(START, 10, flags=END), *after]).end_at == START + timedelta(seconds=2.9)


def test_without_times_in_the_packets_those_of_the_answer_to_play_hold(bench: Bench) -> None:
    told = "Range: clock=20260105T005959.500Z-20260105T010003Z\r\n"
    export = bench.fetch([*footage(START, 30, told=False), BYE], play_headers=told)
    assert export.begin_at == START - timedelta(seconds=0.5)
    assert export.end_at == START + timedelta(seconds=2.4)


def test_without_any_times_the_footage_is_taken_as_it_was_asked_for_and_its_times_are_not_told(bench: Bench) -> None:
    export = bench.fetch(footage(START, 1000, told=False))
    assert (export.begin_at, export.end_at) == (None, None)
    assert export.size_bytes > 0


def test_times_in_whole_seconds_are_filled_up_by_the_stamps_of_the_packets(bench: Bench) -> None:
    script = [
        interleaved(packet(n, n * 9000, unit(n, key=n % 10 == 0, size=500), at=START + timedelta(seconds=n // 10)))
        for n in range(30)
    ]
    assert bench.fetch([*script, BYE]).end_at == START + timedelta(seconds=2.9)


def test_parameter_sets_that_are_told_beforehand_stand_before_every_key_frame(bench: Bench) -> None:
    bench.fetch(WHOLE)
    assert bench.data.count(SPS) == bench.data.count(PPS) == 3


def test_a_nonce_that_is_too_old_is_no_refusal(bench: Bench) -> None:
    assert bench.fetch(WHOLE, account=ACCOUNT, stale=True).size_bytes > 0
    assert bench.recorder is not None
    assert bench.recorder.refusals == 0


def test_the_device_hears_from_us_while_it_replays(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_onvif.replay, "_alive_s", lambda answer: 0.1)

    def script() -> Iterator[Action]:
        pictures = footage(START, 30, flags=LAST)
        yield next(pictures)
        ends_s = monotonic() + 5
        while bench.asked.count("OPTIONS") < 2 and monotonic() < ends_s:
            yield BYE[:0]
        yield from pictures

    bench.fetch(script(), statuses={"GET_PARAMETER": (501, "")})
    assert bench.asked.count("GET_PARAMETER") == 1
    assert bench.asked.count("OPTIONS") >= 2


def test_answers_and_questions_between_the_footage_are_read_past(bench: Bench) -> None:
    question = b"SET_PARAMETER rtsp://127.0.0.1/ RTSP/1.0\r\nCSeq: 9\r\nContent-Length: 3\r\n\r\na:b"
    between = [part for each in WHOLE for part in (each, question)]
    assert bench.fetch(between).end_at == START + timedelta(seconds=2.9)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "status", "kind", "words"),
    [
        ("DESCRIBE", 404, DeviceRejected, "does not know this recording"),
        ("DESCRIBE", 403, DeviceForbidden, "does not let this account"),
        ("SETUP", 551, Unsupported, "does not know ONVIF replay"),
        ("SETUP", 461, Unsupported, "over its own connection"),
        ("SETUP", 453, DeviceBusy, "bandwidth"),
        ("PLAY", 457, DeviceRejected, "no footage of the time"),
        ("PLAY", 454, DeviceRejected, "refused the replay"),
        ("PLAY", 500, ProtocolError, "refused the replay"),
        ("PLAY", 503, DeviceBusy, "busy"),
    ],
)
def test_a_refusal_says_what_it_means(
    bench: Bench, method: str, status: int, kind: type[DeviceError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        bench.fetch(WHOLE, statuses={method: (status, "")})
    assert bench.data == b""


def test_a_redirect_is_not_followed(bench: Bench) -> None:
    with ScriptedRecorder(WHOLE) as other:
        for method in ("DESCRIBE", "SETUP", "PLAY"):
            with pytest.raises(ProtocolError, match="not followed"):
                bench.fetch(WHOLE, statuses={method: (302, f"Location: {other.url}\r\n")})
        with pytest.raises(ProtocolError, match="not followed"):
            bench.fetch([f"REDIRECT {other.url} RTSP/1.0\r\nLocation: {other.url}\r\n\r\n".encode(), SILENCE])
        assert other.connections == 0


def test_another_host_in_the_address_or_the_description_is_never_asked(meet: MakePair) -> None:
    with (
        ScriptedRecorder(WHOLE) as other,
        ScriptedRecorder(WHOLE, sdp=sdp(control=other.url), told_base=other.url) as own,
    ):
        address = f"rtsp://u:pw@192.0.2.77:{own.port}/replay/rec1?user=u&pwd=x"
        session = meet(replays_at=address).session
        assert session.export(RECORDING, lambda piece: None).size_bytes > 0
        assert other.connections == 0
        assert {each.url for each in own.asked} == {own.url}, "credentials in the address are dropped"


def test_a_password_is_not_sent_to_who_wants_it_readable(bench: Bench) -> None:
    with pytest.raises(DeviceForbidden, match="of a kind"):
        bench.fetch(WHOLE, basic=True)
    assert bench.recorder is not None
    assert all("authorization" not in each.headers for each in bench.recorder.asked)


def test_a_wrong_password_is_sent_once(bench: Bench) -> None:
    with pytest.raises(DeviceForbidden, match="does not accept"):
        bench.fetch(WHOLE, account=("admin", "another"))
    assert bench.recorder is not None
    assert bench.recorder.refusals == 1
    with pytest.raises(DeviceForbidden, match="not asked again"):
        bench.again()
    assert (bench.recorder.connections, bench.recorder.refusals) == (1, 1)


@pytest.mark.parametrize("scheme", ["rtsps://192.0.2.9/replay", "http://192.0.2.9/replay"])
def test_replays_by_other_ways_are_unsupported(meet: MakePair, scheme: str) -> None:
    with pytest.raises(Unsupported, match="fetches footage by rtsp"):
        meet(replays_at=scheme).session.export(RECORDING, lambda piece: None)


def test_footage_that_the_hub_cannot_keep_is_unsupported(bench: Bench) -> None:
    for rtpmap, words in (("JPEG/90000", "JPEG"), ("MP4V-ES/90000", "MP4V-ES")):
        with pytest.raises(Unsupported, match=words):
            bench.fetch(WHOLE, sdp=sdp(rtpmap))
    with pytest.raises(Unsupported, match="interleaved"):
        bench.fetch(WHOLE, sdp=sdp(fmtp="packetization-mode=2"))
    with pytest.raises(Unsupported, match="own connection"):
        bench.fetch(WHOLE, transport="RTP/AVP;unicast;client_port=1-2")


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_an_answer_for_another_session_is_no_answer(bench: Bench) -> None:
    with pytest.raises(ProtocolError, match="another session"):
        bench.fetch(WHOLE, play_session="somebody-elses")


def test_a_replay_that_never_plays_is_given_up(bench: Bench) -> None:
    with pytest.raises(DeviceUnreachable, match="sent no footage"):
        bench.fetch([SILENCE])


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
def test_a_device_that_does_not_answer_is_given_up_at_the_deadline(bench: Bench, method: str) -> None:
    began_s = monotonic()
    with pytest.raises(DeviceUnreachable):
        bench.fetch(WHOLE, silent_to=frozenset({method}), deadline_s=1.0)
    assert monotonic() - began_s < 4


def test_a_replay_without_end_and_without_pictures_ends_with_the_deadline(bench: Bench) -> None:
    def drip() -> Iterator[Action]:
        for number in count():
            yield interleaved(packet(number, 0, b"\x67sequence", marker=False))

    began_s = monotonic()
    with pytest.raises(DeviceError):
        bench.fetch(drip(), deadline_s=3.0)
    assert monotonic() - began_s < 6


def test_footage_that_repeats_for_ever_is_noticed(bench: Bench) -> None:
    def loop() -> Iterator[Action]:
        for turn in count():
            yield from footage(START - timedelta(seconds=20), 220, first=220 * turn)

    with pytest.raises(ProtocolError, match="again"):
        bench.fetch(loop())


def test_more_than_the_footage_can_hold_is_not_taken(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_onvif.replay, "_SLACK", 100_000)
    monkeypatch.setattr(hub_onvif.replay, "_FASTEST", 100_000)

    def still() -> Iterator[Action]:
        for number in count():
            yield interleaved(packet(number, number, unit(number, key=True, size=900), at=START))

    with pytest.raises(ProtocolError, match="does not end"):
        bench.fetch(still())
    assert len(bench.data) < 1_000_000


def test_a_picture_that_is_too_large_is_not_gathered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_onvif.pictures.LARGEST_PICTURE", 200_000)

    def endless() -> Iterator[Action]:
        parts = pieces(unit(0, key=True, size=50_000))
        yield interleaved(packet(0, 0, parts[0], marker=False, at=START))
        for number in count(1):
            yield interleaved(packet(number, 0, parts[1], marker=False))

    with pytest.raises(ProtocolError, match="too large"):
        bench.fetch(endless())


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\x01\x02garbage",
        b"GIF89a" * 4000,
        b"RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/9 nonsense\r\n\r\n",
        interleaved(b"\x00\x01"),
        interleaved(b"\x9f" + bytes(11)),
        interleaved(b"\x90\x60" + bytes(10) + b"\xab\xac\xff\xff"),
    ],
)
def test_garbage_between_the_footage_ends_the_replay(bench: Bench, garbage: bytes) -> None:
    with pytest.raises(ProtocolError):
        bench.fetch([*WHOLE[:5], garbage, *WHOLE[5:10], HANG_UP])


@pytest.mark.parametrize("ending", [HANG_UP, SILENCE])
def test_a_replay_that_breaks_off_is_not_taken_for_whole(bench: Bench, ending: Action) -> None:
    long = msgspec.structs.replace(RECORDING, end_at=START + timedelta(hours=1))
    with pytest.raises(DeviceUnreachable, match="broke off at 2026-01-05 01:00:02 UTC"):
        bench.fetch([*footage(START, 30), ending], recording=long)


@pytest.mark.parametrize("hours", [-2, 2])
def test_footage_of_another_time_is_not_taken_for_what_was_asked_for(bench: Bench, hours: int) -> None:
    with pytest.raises((ProtocolError, DeviceRejected), match=r"not of the time|no footage of the time"):
        bench.fetch(footage(START + timedelta(hours=hours), 1000))
    assert bench.data == b""


def test_a_port_where_nobody_listens_is_told_with_what_to_do(meet: MakePair) -> None:
    with ScriptedRecorder([]) as gone:
        port = gone.port
    session = meet(options=OnvifOptions(rtsp_port=port)).session
    with pytest.raises(DeviceUnreachable) as raised:
        session.export(RECORDING, lambda piece: None)
    assert "rtsp_port" in raised.value.hint


def test_closing_the_way_to_the_device_ends_a_replay(bench: Bench) -> None:
    def script() -> Iterator[Action]:
        yield from footage(START, 5)
        bench.access.close()
        yield SILENCE

    began_s = monotonic()
    with pytest.raises(DeviceUnreachable):
        bench.fetch(script(), deadline_s=60.0)
    assert monotonic() - began_s < 5
