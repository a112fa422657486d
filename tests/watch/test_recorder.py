import hashlib
import itertools
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from hub.clock import SystemClock
from hub.core.recordings import at_of
from hub.ports import StreamSpec
from hub.testing.clock import FakeClock
from hub.watch.messages import WatchSettings
from hub.watch.recording.file import OPEN, recover
from hub.watch.recording.line import RecordLine
from tests.e2e.disks import small_disk
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips, encode, render
from tests.servers.fixtures import MakeFarm
from tests.watch.recording import Fed, desk, folder_of_recordings, open_in, order_for, played, segments_in, until

QUICK = WatchSettings(lost_after_s=2.0, open_timeout_s=2.0, retry_longest_s=0.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of_recordings(tmp_path / "recordings")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Clips(tmp_path_factory.mktemp("recorder")).path("plain")


def recorded_line(farm: CameraFarm, running, folder: Path, **changes) -> RecordLine:
    recorder = running.recorder("gate", order_for(folder, **changes))
    line = RecordLine(recorder, StreamSpec(farm.url(0)), QUICK, clock=SystemClock(), dice=random.Random(1))
    line.start()
    return line


# --- what a file holds ---


def test_a_clip_is_kept_frame_by_frame_in_files_that_every_player_takes(folder: Path, clip: Path) -> None:
    fed = Fed(folder, FakeClock())
    packets = fed.connect(clip)
    fed.feed(packets)
    fed.recorder.end("stopped")
    fed.recorder.write(room=True)
    found = segments_in(folder)
    assert [segment.ended for _, segment in found] == ["rolled", "stopped"]
    assert sum(segment.frames for _, segment in found) == len(packets) == 60
    for path, segment in found:
        seen = played(path)
        assert (seen.codec, seen.frames, seen.size) == ("h264", segment.frames, (640, 360))
        assert seen.seconds == pytest.approx(segment.media_s, abs=0.001)
        assert segment.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert segment.bytes == path.stat().st_size
    assert sum(segment.media_s for _, segment in found) == pytest.approx(6.0, abs=0.01)
    assert found[1][1].begin_at == found[0][1].end_at == at_of(1767600003100000)


def test_a_file_says_how_far_the_camera_s_clock_was_ahead_when_it_ended(folder: Path, clip: Path) -> None:
    fed = Fed(folder, FakeClock())
    packets = fed.connect(clip)
    fed.feed(packets[:20])
    fed.recorder.order = order_for(folder, device_offset_s=-3.5)
    fed.feed(packets[20:])
    fed.recorder.order = order_for(folder)
    fed.recorder.finish()
    assert [segment.device_offset_s for _, segment in segments_in(folder)] == [-3.5, None]


def test_h265_is_kept_too(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "clip.h265"
    encode(render("plain", fps=10)[:30], path, fps=10, codec="libx265")
    fed = Fed(folder, FakeClock())
    fed.feed(fed.connect(path))
    fed.recorder.finish()
    [(file, segment)] = segments_in(folder)
    assert (segment.codec, segment.frames, played(file).frames) == ("hevc", 30, 30)


def test_pictures_that_are_shown_in_another_order_than_sent_stay_in_theirs(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    encode(render("plain", fps=10)[:30], path, fps=10, b_frames=2)
    fed = Fed(folder, FakeClock())
    packets = fed.connect(path)
    stamps = [(packet.pts * 1000 * packet.time_base, packet.dts * 1000 * packet.time_base) for packet in packets]
    fed.feed(packets, stamp=lambda n: stamps[n])
    fed.recorder.finish()
    [(file, segment)] = segments_in(folder)
    assert (segment.frames, played(file).frames) == (30, 30)


def test_a_stream_that_no_file_can_hold_is_told_and_costs_nothing_else(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-c:v", "mjpeg", str(path)], check=True
    )
    fed = Fed(folder, FakeClock())
    fed.feed(fed.connect(path))
    assert fed.recorder.trouble == "codec"
    assert open_in(folder) == []


# --- timestamps that are not to be relied on ---


@pytest.mark.parametrize(
    ("name", "stamp"),
    [
        ("jump ahead", lambda n: (n * 100 + (3_600_000 if n >= 25 else 0),) * 2),
        ("go back", lambda n: (n * 100 - (60_000 if n >= 25 else 0),) * 2),
    ],
)
def test_timestamps_that_break_end_the_file_at_the_next_key_frame_and_lose_nothing(
    folder: Path, clip: Path, name: str, stamp
) -> None:
    fed = Fed(folder, FakeClock(), segment_s=60)
    fed.feed(fed.connect(clip), stamp=stamp)
    fed.recorder.finish()
    found = segments_in(folder)
    assert [(segment.ended, segment.frames) for _, segment in found] == [("timestamps", 30), ("stopped", 30)], name
    assert [played(path).frames for path, _ in found] == [30, 30]
    assert sum(segment.media_s for _, segment in found) == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize(
    "stamp",
    [
        lambda n: (None, None),
        lambda n: (None, None) if n % 3 else (n * 100, n * 100),
        lambda n: (n * 100, None),
        lambda n: (n // 2 * 200,) * 2,
    ],
)
def test_missing_or_doubled_timestamps_break_no_file(folder: Path, clip: Path, stamp) -> None:
    fed = Fed(folder, FakeClock(), segment_s=60)
    fed.feed(fed.connect(clip), stamp=stamp)
    fed.recorder.finish()
    [(path, segment)] = segments_in(folder)
    assert played(path).frames == segment.frames == 60
    assert segment.media_s == pytest.approx(6.0, abs=0.3)


def test_a_time_in_which_the_camera_sent_nothing_is_noted_as_a_hole(folder: Path, clip: Path) -> None:
    clock = FakeClock()
    fed = Fed(folder, clock, segment_s=60)
    packets = fed.connect(clip)
    fed.feed(packets[:20])
    clock.advance(7)
    fed.feed(packets[20:])
    fed.recorder.finish()
    [(_, segment)] = segments_in(folder)
    [hole] = segment.holes
    assert (hole.to_us - hole.from_us) / 1e6 == pytest.approx(7.1, abs=0.01)


def test_a_picture_that_changes_its_size_begins_a_file_of_its_own(folder: Path, clip: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.h264"
    encode(render("plain", fps=10, width=320, height=180)[:20], small, fps=10)
    fed = Fed(folder, FakeClock(), segment_s=60)
    packets = fed.connect(clip)[:20]
    other = Fed(folder_of_recordings(tmp_path / "other"), fed.clock).connect(small)
    fed.feed([*packets, *other])
    fed.recorder.finish()
    found = segments_in(folder)
    assert [segment.ended for _, segment in found] == ["picture", "stopped"]
    assert [(played(path).size, played(path).frames) for path, _ in found] == [((640, 360), 20), ((320, 180), 20)]


def test_a_stream_without_key_frames_ends_its_file_in_the_end(folder: Path, clip: Path) -> None:
    fed = Fed(folder, FakeClock(), segment_s=0.3)
    packets = fed.connect(clip)
    dull = [packet for packet in packets if not packet.is_keyframe]
    fed.feed([packets[0], *dull[:40]])
    [(_, segment)] = segments_in(folder)
    assert segment.ended == "camera"
    assert segment.frames == pytest.approx(31, abs=1)


# --- disks ---


def test_a_full_disk_costs_what_comes_meanwhile_and_recording_resumes_by_itself(tmp_path: Path, clip: Path) -> None:
    with small_disk(tmp_path / "disk", os.getpid) as disk:
        folder = folder_of_recordings(tmp_path / "disk" / "recordings")
        fed = Fed(folder, FakeClock(), segment_s=60)
        fed.feed(fed.connect(clip)[:30])
        disk.fill()
        fed.feed(fed.connect(clip))
        assert fed.recorder.trouble == "storage"
        disk.free()
        for path in open_in(folder):
            recover(path)
        fed.feed(fed.connect(clip))
        assert fed.recorder.trouble == ""
        fed.recorder.finish()
        found = segments_in(folder)
        assert len(found) >= 2
        for path, segment in found:
            assert played(path).frames == segment.frames > 0
        assert open_in(folder) == []


def test_a_volume_with_too_little_room_is_not_filled(folder: Path, clip: Path) -> None:
    fed = Fed(folder, FakeClock())
    packets = fed.connect(clip)
    fed.feed(packets[:20])
    fed.recorder.take(packets[20], fed.clock.monotonic())
    fed.recorder.write(room=False)
    assert fed.recorder.trouble == "full"
    assert [segment.ended for _, segment in segments_in(folder)] == ["storage"]
    fed.feed(packets[30:])
    assert fed.recorder.trouble == ""


def test_a_disk_that_hangs_delays_no_camera_and_costs_bounded_memory(folder: Path, clip: Path) -> None:
    """Nothing is written meanwhile, as when the writing thread hangs in the kernel."""
    fed = Fed(folder, FakeClock(), segment_s=60)
    packets = fed.connect(clip)
    fed.feed(packets[:10])
    recorder = fed.recorder
    recorder.most_waiting = sum(packet.size for packet in packets[10:25])
    for packet in packets[10:40]:
        recorder.take(packet, fed.clock.monotonic())
    assert recorder.trouble == "slow"
    recorder.write(room=True)
    assert [segment.ended for _, segment in segments_in(folder)] == ["storage"]
    fed.feed(packets[40:])
    assert recorder.trouble == ""


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, clip: Path) -> None:
    fed = Fed(tmp_path / "unmounted", FakeClock())
    fed.feed(fed.connect(clip)[:20])
    assert fed.recorder.trouble == "storage"
    assert not (tmp_path / "unmounted").exists()


# --- real streams ---


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_live_stream_is_recorded_without_a_gap(folder: Path, tmp_path: Path, codec: str) -> None:
    clips = Clips(tmp_path / "clips", codec=codec)
    (tmp_path / "clips").mkdir()
    with CameraFarm({"plain": clips.path("plain")}, fps=10) as farm, desk() as running:
        line = recorded_line(farm, running, folder, segment_s=2)
        until(lambda: len(segments_in(folder)) >= 3)
        line.stop()
        running.leave(line.recorder)
        until(lambda: open_in(folder) == [])
        found = segments_in(folder)
        for path, segment in found:
            seen = played(path)
            assert seen.frames == segment.frames
            assert seen.seconds == pytest.approx(segment.media_s, abs=0.001)
        wall_s = (found[-1][1].end_at - found[0][1].begin_at).total_seconds()
        assert sum(segment.media_s for _, segment in found) == pytest.approx(wall_s, abs=0.6)
        for (_, before), (_, after) in itertools.pairwise(found):
            assert abs((after.begin_at - before.end_at).total_seconds()) < 1.0


@pytest.mark.slow
def test_a_camera_that_goes_and_comes_is_recorded_again_and_the_end_says_why(
    camera_farm: MakeFarm, folder: Path
) -> None:
    farm = camera_farm()
    with desk() as running:
        line = recorded_line(farm, running, folder, segment_s=60)
        until(lambda: any(path.stat().st_size > 20_000 for path in open_in(folder)))
        farm.kill(0)
        until(lambda: [segment.ended for _, segment in segments_in(folder)] == ["camera"])
        farm.add(0)
        until(lambda: any(path.stat().st_size > 20_000 for path in open_in(folder)))
        farm.freeze()
        until(lambda: [segment.ended for _, segment in segments_in(folder)] == ["camera", "network"])
        farm.thaw()
        until(lambda: any(path.stat().st_size > 20_000 for path in open_in(folder)))
        line.stop()
        running.leave(line.recorder)
        until(lambda: open_in(folder) == [])
    assert [played(path).frames == segment.frames for path, segment in segments_in(folder)] == [True] * 3


_WRITER = """
import random, sys, threading
from pathlib import Path
from hub.clock import SystemClock
from hub.ports import StreamSpec
from hub.watch.messages import RecordOrder, WatchSettings
from hub.watch.recording.line import RecordLine
from hub.watch.recording.recorder import RecordDesk
desk = RecordDesk(SystemClock())
desk.start()
recorder = desk.recorder("gate", RecordOrder(folder=sys.argv[1], segment_s=600))
RecordLine(recorder, StreamSpec(sys.argv[2]), WatchSettings(), clock=SystemClock(), dice=random.Random()).start()
threading.Event().wait()
"""


@pytest.mark.slow
def test_what_a_killed_process_left_open_is_saved_to_its_last_whole_fragment(
    camera_farm: MakeFarm, folder: Path
) -> None:
    farm = camera_farm()
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(folder), farm.url(0)])
    try:
        until(lambda: any(path.stat().st_size > 100_000 for path in open_in(folder)))
        [path] = open_in(folder)
        assert recover(path) is None, "a file that is being written is left alone"
    finally:
        writer.kill()
        writer.wait()
    with path.open("ab") as file:
        file.write(b"\0\0\x10\0moof" + b"x" * 100)
    saved = recover(path)
    assert saved is not None
    assert saved.segment is not None
    assert saved.lost_bytes >= 108
    [(closed, segment)] = segments_in(folder)
    assert (segment.recovered, segment.ended) == (True, "crash")
    assert segment == saved.segment
    assert segment.sha256 == hashlib.sha256(closed.read_bytes()).hexdigest()
    assert played(closed).frames == segment.frames > 10


def test_a_file_without_a_whole_fragment_is_nothing(folder: Path) -> None:
    path = folder / OPEN / "gate_main_20260105T080000.000Z.mp4"
    path.write_bytes(b"\0\0\0\x10ftypisom")
    saved = recover(path)
    assert saved is not None
    assert saved.segment is None
    assert not path.exists()
