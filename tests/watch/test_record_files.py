import io
import struct
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.testing.clock import FakeClock
from hub.watch.recording.boxes import BoxTracker, facts_box, read_contents
from hub.watch.recording.segment import parameter_sets
from hub.watch.recording.timeline import HOLE_S, TICKS, Stamps, begin, go_on
from tests.servers.clips import Clips
from tests.watch.recording import Fed, folder_of_recordings, segments_in


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real recording of six seconds, with a key frame a second."""
    folder = tmp_path_factory.mktemp("files")
    fed = Fed(folder_of_recordings(folder / "recordings"), FakeClock(), segment_s=60)
    fed.feed(fed.connect(Clips(folder).path("plain")))
    fed.recorder.finish()
    [(path, _)] = segments_in(folder / "recordings")
    return path.read_bytes()


def test_frames_and_seconds_are_counted_from_the_file_alone(recording: bytes) -> None:
    found = read_contents(io.BytesIO(recording))
    assert (found.frames, found.codec, found.whole) == (60, "h264", len(recording))
    assert found.media_s == pytest.approx(6.0, abs=0.01)
    assert found.facts is not None


def test_a_file_cut_anywhere_is_whole_up_to_its_last_fragment(recording: bytes) -> None:
    tracker = BoxTracker()
    ends = tracker.feed(recording)
    assert len(ends) == 6
    for cut in range(0, len(recording), 997):
        found = read_contents(io.BytesIO(recording[:cut]))
        assert found.whole == max((end for end in ends if end <= cut), default=0)
        assert found.frames == 10 * sum(end <= cut for end in ends)


@given(st.data())
def test_the_tracker_finds_the_same_ends_however_the_bytes_come(recording: bytes, data: st.DataObject) -> None:
    whole = BoxTracker()
    ends = whole.feed(recording)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(recording)), max_size=30)))
    tracker, found = BoxTracker(), []
    for start, end in zip([0, *cuts], [*cuts, len(recording)], strict=True):
        found += [start + at for at in tracker.feed(recording[start:end])]
    assert found == ends
    assert (tracker.size, tracker.whole) == (len(recording), ends[-1])


@given(st.binary(max_size=400))
def test_what_is_no_recording_holds_nothing_and_raises_nothing(junk: bytes) -> None:
    assert read_contents(io.BytesIO(junk)).frames == 0
    BoxTracker().feed(junk)


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_a_damaged_recording_raises_nothing(recording: bytes, at: int, junk: bytes) -> None:
    found = read_contents(io.BytesIO(recording[:at] + junk + recording[at + len(junk) :]))
    assert found.whole <= len(recording)


def test_an_endless_box_is_no_reason_to_read_for_ever(tmp_path: Path) -> None:
    with (tmp_path / "x").open("w+b") as file:
        file.write(struct.pack(">I4sQ", 1, b"moof", 2**62))
        file.truncate(10**10)
        assert read_contents(file).whole == 0


def test_a_player_passes_over_the_box_of_facts() -> None:
    box = facts_box(b"{}")
    assert struct.unpack(">I4s", box[:8]) == (len(box), b"uuid")


def test_parameter_sets_are_those_in_front_of_the_picture() -> None:
    sps, pps, picture = b"\x67abc", b"\x68de", b"\x65" + bytes(range(1, 50))
    start = b"\0\0\0\1\x09\xf0\0\0\0\1" + sps + b"\0\0\0\1" + pps + b"\0\0\1\x06sei\0\0\1" + picture + b"\0\0\1\x67no"
    assert parameter_sets(start, "h264") == b"\0\0\1".join([sps, pps])
    assert parameter_sets(b"\0\0\1\x42\1vps\0\0\1\x26\1idr", "hevc") == b"\x42\1vps"
    assert parameter_sets(b"\0\0\0\x20\x67 length before", "h264") == b""
    assert parameter_sets(b"", "h264") == b""


def stamps(seconds: float | None, arrived_s: float) -> Stamps:
    ticks = None if seconds is None else round(seconds * 1000)
    return Stamps(ticks, ticks, 40, Fraction(1, 1000), arrived_s)


@given(
    st.lists(
        st.tuples(st.none() | st.floats(-1e6, 1e6), st.none() | st.floats(-1e6, 1e6), st.floats(0, 30)), min_size=1
    )
)
def test_a_file_s_clock_only_goes_forward_whatever_the_camera_says(packets) -> None:
    arrived_s, clock, last = 0.0, None, -1
    for pts, dts, way_s in packets:
        arrived_s += way_s
        base = Fraction(1, 1000)
        one = Stamps(
            None if pts is None else round(pts * 1000), None if dts is None else round(dts * 1000), 40, base, arrived_s
        )
        clock, placed = begin(one) if clock is None else go_on(clock, one)
        assert placed.dts > last
        assert placed.pts >= placed.dts
        assert placed.dts <= (arrived_s + 6 * len(packets)) * TICKS + len(packets)
        last = placed.dts


@given(st.lists(st.floats(0.001, HOLE_S - 0.01), min_size=1, max_size=50))
def test_timestamps_that_go_forward_are_taken_as_they_are(steps: list[float]) -> None:
    camera_s = 1234.5
    clock, _ = begin(stamps(camera_s, 10.0))
    for step in steps:
        camera_s += step
        clock, placed = go_on(clock, stamps(camera_s, 10.0 + camera_s - 1234.5))
        assert not placed.broke
        assert placed.hole_s == 0
    assert clock.ticks / TICKS == pytest.approx(camera_s - 1234.5, abs=0.002 * len(steps))


def test_packets_held_up_on_the_way_are_no_hole() -> None:
    clock, _ = begin(stamps(0.0, 0.0))
    for number in range(1, 200):
        clock, placed = go_on(clock, stamps(number * 0.04, 8.0))
        assert (placed.broke, placed.hole_s) == (False, 0.0)
