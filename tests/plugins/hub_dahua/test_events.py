"""The stream of events, cut into parts and read."""

import itertools
from datetime import UTC, datetime

import pytest
from hub_dahua.parse_events import STATES, parse_active, parse_part, present
from hub_dahua.parse_parts import LARGEST_PART, Pending, fold_parts, parse_boundary
from hypothesis import given
from hypothesis import strategies as st

from hub.api import ProtocolError
from tests.plugins.hub_dahua.synthetic import HEARTBEAT, event

_MOTION = 'Code=VideoMotion;action=Start;index=0;data={\n   "Id" : [ 0 ],\n   "RegionName" : [ "a {" ]\n}\n'
_BLIND = "Code=VideoBlind;action=Stop;index=2"
_STREAM = event(_MOTION) + HEARTBEAT + event(_BLIND) + HEARTBEAT


def _cut(pieces: list[bytes], boundary: bytes = b"--myboundary") -> list[str]:
    pending, found = Pending(boundary), []
    for piece in pieces:
        pending, parts = fold_parts(pending, piece)
        found += parts
    return found


@pytest.mark.parametrize(
    ("said", "boundary"),
    [
        ("multipart/x-mixed-replace; boundary=myboundary", b"--myboundary"),
        ('multipart/x-mixed-replace;boundary="--strange"', b"--strange"),
        ("multipart/x-mixed-replace", b"--myboundary"),
    ],
)
def test_the_boundary_is_read_as_firmware_writes_it(said: str, boundary: bytes) -> None:
    assert parse_boundary(said) == boundary


def test_another_kind_of_answer_is_no_stream_of_events() -> None:
    with pytest.raises(ProtocolError):
        parse_boundary("text/html")


@given(st.lists(st.integers(min_value=1, max_value=len(_STREAM) - 1), max_size=12))
def test_wherever_the_network_cuts_the_parts_are_the_same(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(_STREAM)]
    pieces = [_STREAM[start:end] for start, end in itertools.pairwise(edges)]
    assert _cut(pieces) == [_MOTION.strip(), "Heartbeat", _BLIND, "Heartbeat"]


def test_an_event_is_given_before_the_next_one_comes() -> None:
    assert _cut([event(_BLIND)]) == [_BLIND]


@given(st.sampled_from([40, 60, 9999]), st.integers(min_value=80, max_value=200))
def test_a_wrong_length_loses_no_event(length: int, cut: int) -> None:
    wrong = event(_MOTION, length=length)
    told, beat = (parse_part(part) for part in _cut([wrong[:cut], wrong[cut:], HEARTBEAT]))
    assert beat is None
    assert told is not None
    assert (told.kind, told.channel) == ("motion", 1)


def test_a_length_that_ends_within_the_data_does_not_cut_it() -> None:
    wrong = event(_MOTION, length=60)
    head = wrong.index(b"Code=")
    assert _cut([wrong[: head + 60], wrong[head + 60 :], HEARTBEAT]) == [_MOTION.strip(), "Heartbeat"]


def test_a_length_that_is_much_too_short_does_not_cut_an_event_that_came_whole() -> None:
    assert _cut([event(_MOTION, length=1), HEARTBEAT]) == [_MOTION.strip(), "Heartbeat"]


def test_a_part_without_a_length_comes_with_the_next_boundary() -> None:
    bare = b"--myboundary\r\nContent-Type: text/plain\r\n\r\nCode=VideoLoss;action=Start;index=1\r\n\r\n"
    assert _cut([bare]) == []
    assert _cut([bare, HEARTBEAT]) == ["Code=VideoLoss;action=Start;index=1", "Heartbeat"]


def test_an_event_without_end_is_not_kept_for_ever() -> None:
    with pytest.raises(ProtocolError, match="more than"):
        _cut([b"--myboundary\r\n\r\nCode=X;"] + [b"x" * 65536] * (LARGEST_PART // 65536 + 1))
    with pytest.raises(ProtocolError, match="more than"):
        _cut([b"x" * 65536] * (LARGEST_PART // 65536 + 1))


@pytest.mark.parametrize(
    ("text", "kind", "phase", "channel"),
    [
        ("Code=VideoLoss;action=Start;index=1", "video-loss", "start", 2),
        ("Code=VideoBlind;action=Stop;index=0", "tamper", "stop", 1),
        ("Code=VideoAbnormalDetection;action=Start;index=0", "scene-change", "start", 1),
        ('Code=VideoAbnormalDetection;action=Start;index=0;data={"Type" : 4}', "too-dark", "start", 1),
        ('Code=VideoAbnormalDetection;action=Start;index=0;data={"Type" : 77}', "other", "start", None),
        ("Code=VideoUnFocus;action=Start;index=0", "defocus", "start", 1),
        ("Code=StorageFailure;action=Start;index=0", "disk-error", "start", None),
        ("Code=StorageNotExist;action=Start;index=0", "disk-missing", "start", None),
        ("Code=AlarmLocal;action=Start;index=3", "input", "start", None),
        ("Code=TimeChange;action=Pulse;index=0;data={}", "clock-changed", "pulse", None),
        ("Code=LoginFailure;action=Pulse;index=0", "illegal-access", "pulse", None),
        ("Code=NetAbort;action=Start", "network", "start", None),
        ("Code=SomethingNew;action=Pulse;index=7", "other", "pulse", None),
        ('Code=CrossLineDetection;action=Start;index=1;data={"RuleID" : 2}', "other", "start", 2),
    ],
)
def test_an_event_is_told_in_our_words(text: str, kind: str, phase: str, channel: int | None) -> None:
    parsed = parse_part(text)
    assert parsed is not None
    assert (parsed.kind, parsed.phase, parsed.channel) == (kind, phase, channel)


def test_the_time_of_an_event_is_taken_only_from_where_it_is_utc() -> None:
    told = parse_part('Code=VideoMotion;action=Start;index=0;data={"RealUTC" : 1775756069, "UTC" : 1}')
    local = parse_part('Code=VideoMotion;action=Start;index=0;data={"UTC" : 1775756069}')
    assert told is not None
    assert told.at == datetime(2026, 4, 9, 17, 34, 29, tzinfo=UTC)
    assert local is not None
    assert local.at is None


def test_an_event_with_broken_data_is_still_an_event() -> None:
    parsed = parse_part('Code=VideoBlind;action=Start;index=0;data={ "Id" : [')
    assert parsed is not None
    assert (parsed.kind, parsed.at, parsed.detail) == ("tamper", None, "")


def test_who_failed_to_sign_in_is_not_told_on() -> None:
    parsed = parse_part('Code=LoginFailure;action=Pulse;index=0;data={"Name" : "", "Address" : "10.0.0.99"}')
    assert parsed is not None
    assert "10.0.0.99" not in parsed.detail


@pytest.mark.parametrize("text", ["Heartbeat", "Code=NewFile;action=Pulse;index=0", "Code=VideoMotion;action=State"])
def test_heartbeats_and_noise_are_no_events(text: str) -> None:
    assert parse_part(text) is None


def test_what_is_no_event_is_said_to_be_none() -> None:
    with pytest.raises(ProtocolError):
        parse_part("<html>")


def test_what_is_in_force_is_told_for_every_channel_as_start_or_stop() -> None:
    told = present("VideoLoss", parse_active({"channels[0]": "1", "channels[1]": "4"}), (1, 2))
    assert [(one.channel, one.phase) for one in told] == [(1, "stop"), (2, "start"), (5, "start")]
    (disk,) = present("StorageFailure", frozenset((0,)), (1, 2))
    assert (disk.kind, disk.phase, disk.channel) == ("disk-error", "start", None)
    assert present("StorageNotExist", frozenset(), (1,))[0].phase == "stop"
    assert len(STATES) == 6


def test_an_answer_that_names_no_index_is_not_taken_for_calm() -> None:
    with pytest.raises(ProtocolError):
        parse_active({"result": "0"})
    with pytest.raises(ProtocolError):
        parse_active({"channels[0]": "x"})
