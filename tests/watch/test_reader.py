import time
from pathlib import Path

import av
import numpy as np
import pytest

from hub.clock import SystemClock
from hub.errors import AuthRejected, DeviceError, DeviceUnreachable, ProtocolError
from hub.ports import StreamSpec
from hub.watch.frames import frame_of, still_of
from hub.watch.messages import WatchSettings
from hub.watch.reader import open_stream, stream_options
from tests.servers.clips import Clips, encode, render
from tests.servers.fixtures import MakeFarm
from tests.watch.servers import GibberishServer, RefusingServer, SilentServer

QUICK = WatchSettings(lost_after_s=2.0, open_timeout_s=1.0)
PASSWORD = "p@ss:w/rd%40"


def first_frames(url: str, count: int = 1, settings: WatchSettings = QUICK) -> list[av.VideoFrame]:
    frames: list[av.VideoFrame] = []
    with open_stream(StreamSpec(url), settings, SystemClock()) as source:
        for arrival in source.arrivals(lambda: True):
            if arrival.frame is not None:
                frames.append(arrival.frame)
            if len(frames) == count:
                break
    return frames


def failure(url: str, settings: WatchSettings = QUICK) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        first_frames(url, 10_000, settings)
    return caught.value


def test_a_password_with_escaped_signs_opens_the_camera(camera_farm: MakeFarm):
    farm = camera_farm(account=("us er", PASSWORD))
    assert "%40" in farm.url(0)
    [frame] = first_frames(farm.url(0))
    assert (frame.width, frame.height) == (640, 360)


def test_a_wrong_password_is_told_apart_from_a_camera_that_is_gone(camera_farm: MakeFarm):
    farm = camera_farm(account=("admin", PASSWORD))
    refused = failure(farm.url(0, password="wrong-secret"))
    assert isinstance(refused, AuthRejected)
    gone = failure(farm.url(7))
    assert isinstance(gone, DeviceUnreachable)
    farm.end()
    down = failure(farm.url(0))
    assert isinstance(down, DeviceUnreachable)
    for error in (refused, gone, down):
        assert "wrong-secret" not in str(error)
        assert "admin" not in str(error)
        assert "%40" not in str(error)


def test_wrong_credentials_are_sent_once_in_a_connection():
    with RefusingServer() as server:
        error = failure(f"rtsp://admin:secret@127.0.0.1:{server.port}/live")
        assert isinstance(error, AuthRejected)
        assert server.attempts == 1


def test_a_server_that_accepts_and_says_nothing_is_given_up_in_time():
    with SilentServer() as server:
        began = time.monotonic()
        error = failure(f"rtsp://u:p@127.0.0.1:{server.port}/live")
        assert time.monotonic() - began < 3 * QUICK.open_timeout_s
    assert isinstance(error, DeviceUnreachable)
    assert "did not answer within 1 s" in str(error)


def test_a_server_that_talks_nonsense_for_ever_is_given_up_in_time():
    with GibberishServer() as server:
        began = time.monotonic()
        error = failure(f"rtsp://u:p@127.0.0.1:{server.port}/live")
        assert time.monotonic() - began < 3 * QUICK.open_timeout_s
    assert isinstance(error, DeviceError)
    assert "u:p" not in str(error)


@pytest.mark.parametrize("url", ["", "rtsp://[::1/x", "nosuch://a:b@host/x", "/no/such/file", "rtsp://", "\x00"])
def test_an_address_that_means_nothing_is_a_device_error(url: str):
    assert "a:b" not in str(failure(url))


def test_a_stream_that_stalls_ends_by_its_own_time_limit(camera_farm: MakeFarm):
    farm = camera_farm()

    def silence_s() -> float:
        """For how long a stream that stalls is read until it ends."""
        farm.stall(0, on=False)
        with open_stream(StreamSpec(farm.url(0)), QUICK, SystemClock()) as source:
            arrivals = source.arrivals(lambda: True)
            next(arrivals)
            farm.stall(0)
            began = time.monotonic()
            with pytest.raises(DeviceUnreachable, match="fell silent"):
                for _ in arrivals:
                    pass
            # Closing afterwards says goodbye to a camera that does not answer, which has a limit of its own.
            return time.monotonic() - began

    # libav counts its waits, not the time: whatever else the machine does is added. It does so once, not always.
    assert any(silence_s() < 2 * QUICK.lost_after_s for _ in range(3))


def test_a_file_without_video_is_a_protocol_error(tmp_path: Path):
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.rate = 8000
        output.mux(stream.encode(frame))
    assert isinstance(failure(str(path)), ProtocolError)


@pytest.mark.parametrize(
    ("name", "codec", "b_frames"), [("b.mp4", "libx264", 3), ("b.ts", "libx264", 3), ("b.mkv", "libx265", 3)]
)
def test_every_key_frame_is_there_at_once_even_with_b_frames(tmp_path: Path, name: str, codec: str, b_frames: int):
    pictures = render("plain", fps=10)[:40]
    encode(pictures, tmp_path / name, fps=10, b_frames=b_frames, codec=codec)
    frames = first_frames(str(tmp_path / name), 4)
    for frame, number in zip(frames, (0, 10, 20, 30), strict=True):
        apart = [np.abs(frame.to_ndarray(format="gray").astype(int) - picture).mean() for picture in pictures]
        assert int(np.argmin(apart)) == number


def test_only_key_frames_that_are_wanted_are_decoded(clips: Clips):
    decoded = []
    packets = 0
    with open_stream(StreamSpec(str(clips.path("plain"))), QUICK, SystemClock()) as source:
        answers = iter([True, False, False] * 4)
        for arrival in source.arrivals(lambda: next(answers)):
            packets += 1
            if arrival.frame is not None:
                decoded.append(packets)
    assert packets == 60
    assert decoded == [1, 16, 31, 46]


def test_a_damaged_key_frame_costs_a_picture_and_not_the_stream(clips: Clips, tmp_path: Path):
    data = bytearray(clips.path("plain").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 60_000] = np.random.default_rng(1).integers(0, 256, 60_000, np.uint8).tobytes()
    path = tmp_path / "damaged.h264"
    path.write_bytes(data)
    with open_stream(StreamSpec(str(path)), QUICK, SystemClock()) as source:
        frames = [arrival.frame for arrival in source.arrivals(lambda: True) if arrival.frame is not None]
    assert 9 <= len(frames) <= 12


def test_the_gray_picture_is_small_exact_and_outlives_its_frame(clips: Clips):
    [frame, other] = first_frames(str(clips.path("plain")), 2)
    gray = frame_of(frame).gray
    before = gray.copy()
    assert gray.shape == (180, 320)
    assert gray.dtype == np.uint8
    full = frame.to_ndarray(format="gray").astype(float)
    average = full.reshape(180, 2, 320, 2).mean((1, 3))
    assert np.abs(average - gray).max() <= 1.0
    del frame
    frame_of(other)
    assert (gray == before).all()


def test_wide_pictures_are_kept_small_and_in_shape():
    wide = av.VideoFrame(1920, 1080, "yuv420p")
    assert (still_of(wide).width, still_of(wide).height) == (640, 360)
    narrow = av.VideoFrame(352, 288, "yuv420p")
    assert still_of(narrow) is narrow


def test_a_plugin_may_set_options_but_not_the_time_limit():
    options = stream_options(StreamSpec("rtsp://h/x", {"rtsp_transport": "udp", "timeout": "0"}), QUICK)
    assert options["rtsp_transport"] == "udp"
    assert options["timeout"] == "1000000"
    assert "rtsp_transport" not in stream_options(StreamSpec("clip.mp4"), QUICK)
