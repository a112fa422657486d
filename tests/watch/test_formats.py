"""Every way a camera may send its pictures, from real servers: coding, transport, sign-in, encryption, timestamps."""

import asyncio
import itertools
from pathlib import Path

import av
import numpy as np
import pytest
from msgspec.structs import replace

from hub.clock import SystemClock
from hub.errors import DeviceError, ProtocolError
from hub.ports import StreamSpec
from hub.watch.frames import frame_of
from hub.watch.messages import WatchOrder
from hub.watch.reader import open_stream
from tests.servers.clips import Clips, encode, render
from tests.servers.fixtures import MakeFarm
from tests.watch.conftest import QUICK
from tests.watch.servers import Certificate, MjpegServer, PacedServer, TlsProxy


@pytest.fixture(scope="module")
def h265(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Clips(tmp_path_factory.mktemp("h265"), key_every=5, codec="libx265").path("plain")


def keys(spec: StreamSpec, count: int = 2) -> list[av.VideoFrame]:
    """The first pictures of a stream, one for each key frame."""
    frames: list[av.VideoFrame] = []
    with open_stream(spec, QUICK, SystemClock()) as source:
        for arrival in source.arrivals(lambda: True):
            if arrival.frame is not None:
                frames.append(arrival.frame)
            if len(frames) == count:
                break
    return frames


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("coding", ["h264", "h265"])
def test_both_codings_come_over_both_transports_with_digest(
    camera_farm: MakeFarm, clips: Clips, h265: Path, coding: str, transport: str
):
    shown = {"plain": h265 if coding == "h265" else clips.path("plain")}
    farm = camera_farm(paths=shown, account=("admin", "p@ss word"))
    frames = keys(StreamSpec(farm.url(0), {"rtsp_transport": transport}))
    assert [(frame.width, frame.height) for frame in frames] == [(640, 360)] * 2


def test_mjpeg_over_http_is_read_and_only_the_pictures_that_are_wanted_are_decoded():
    with MjpegServer(every_s=0.05) as camera:
        wanted = iter([True, *[False] * 9, True])
        seen = []
        with open_stream(StreamSpec(camera.url), QUICK, SystemClock()) as source:
            for arrival in source.arrivals(lambda: next(wanted)):
                seen.append(arrival.frame is not None)
                if len(seen) == 11:
                    break
    assert seen == [True, *[False] * 9, True]


class TestEncrypted:
    """rtsps with a certificate that the camera signed itself."""

    @pytest.fixture
    def camera(self, camera_farm: MakeFarm, tmp_path: Path):
        certificate = Certificate(tmp_path, name="camera.example")
        farm = camera_farm(account=("admin", "secret"))
        with TlsProxy(farm.port, certificate) as proxy:
            yield f"rtsps://admin:secret@127.0.0.1:{proxy.port}/cam0", certificate, proxy

    def test_it_is_not_trusted_by_default_and_gets_no_credentials(self, camera):
        url, _, proxy = camera
        with pytest.raises(DeviceError) as caught:
            keys(StreamSpec(url))
        assert "secret" not in str(caught.value)
        assert proxy.bytes_in == 0

    def test_pinned_by_its_fingerprint_it_is_trusted(self, camera):
        url, certificate, _ = camera
        assert len(keys(StreamSpec(url, {"tls_fingerprint": certificate.fingerprint}))) == 2

    def test_another_certificate_than_the_pinned_one_is_refused_before_anything_is_sent(self, camera):
        url, certificate, proxy = camera
        other = certificate.fingerprint.replace("A", "B").replace("1", "2")
        with pytest.raises(ProtocolError, match="another certificate"):
            keys(StreamSpec(url, {"tls_fingerprint": other}))
        assert proxy.bytes_in == 0

    def test_an_authority_of_ones_own_is_trusted_for_the_name_it_vouches_for(self, camera):
        url, certificate, _ = camera
        options = {"ca_file": str(certificate.path), "verifyhost": "camera.example"}
        assert len(keys(StreamSpec(url, options))) == 2
        with pytest.raises(DeviceError):
            keys(StreamSpec(url, options | {"verifyhost": "another.example"}))

    def test_who_wants_no_verification_must_say_so(self, camera):
        url, _, _ = camera
        assert len(keys(StreamSpec(url, {"tls_verify": "0"}))) == 2


def transport_stream(path: Path, start_s: float) -> bytes:
    """Two seconds of MPEG-TS whose timestamps begin at `start_s`."""
    encode(render("plain", fps=10)[:20], path, fps=10, key_every=5, start_s=start_s)
    return path.read_bytes()


def test_timestamps_that_jump_go_back_or_are_missing_disturb_nothing(tmp_path: Path):
    jumpy = b"".join(transport_stream(tmp_path / f"{n}.ts", start_s) for n, start_s in enumerate((100, 9000, 50)))
    plain = tmp_path / "plain.h264"
    encode(render("plain", fps=10)[:60], plain, fps=10, key_every=5)
    for data, apart in ((jumpy, 4), (plain.read_bytes(), 10)):
        with PacedServer(data, seconds=2.0) as server:
            frames = keys(StreamSpec(f"tcp://127.0.0.1:{server.port}"), count=10)
        pictures = [frame.to_ndarray(format="gray").tobytes() for frame in frames]
        assert len(set(pictures)) == apart
        assert all(one != next_one for one, next_one in itertools.pairwise(pictures))


async def test_the_watch_goes_on_over_a_change_of_resolution(
    camera_farm: MakeFarm, clips: Clips, tmp_path: Path, watch
):
    small = Clips(tmp_path, key_every=5, width=352, height=288).path("plain")
    farm = camera_farm(paths={"large": clips.path("plain"), "small": small})
    watched = await watch()
    await watched.pool.watch([WatchOrder("gate", StreamSpec(farm.url(0)), QUICK)])
    await watched.until(lambda: watched.live("gate") and watched.now["gate"].width == 640)
    farm.show(0, "small")
    await watched.until(lambda: (watched.now["gate"].width, watched.now["gate"].height) == (352, 288))
    assert watched.now["gate"].reconnects == 0
    assert not any(found.kind == "signal.lost" for status in watched.statuses for found in status.findings)


async def test_a_stream_without_key_frames_is_stalled_and_never_lost(camera_farm: MakeFarm, watch):
    farm = camera_farm()
    watched = await watch()
    settings = replace(QUICK, blind_after_s=3.0)
    await watched.pool.watch([WatchOrder("gate", StreamSpec(farm.url(0)), settings)])
    await watched.until(lambda: watched.live("gate") and "key_frame_every_s" in watched.now["gate"].measures)
    farm.keys(0, on=False)
    await watched.until(lambda: watched.kinds("gate") == {"signal.stalled"})
    assert watched.now["gate"].signal == "live"
    [finding] = watched.now["gate"].findings
    assert finding.evidence is not None
    assert finding.detail.zh
    farm.keys(0, on=True)
    await watched.until(lambda: not watched.kinds("gate"))
    assert not any(found.kind == "signal.lost" for status in watched.statuses for found in status.findings)


async def test_cameras_that_send_a_picture_every_few_seconds_are_live(camera_farm: MakeFarm, clips: Clips, watch):
    every_picture_a_key = Clips(clips.folder, fps=1, key_every=1).path("plain")
    farm = camera_farm(paths={"plain": every_picture_a_key}, fps="2/5")
    # Opening such a stream takes two of its pictures, and a busy machine may swallow one.
    settings = replace(QUICK, lost_after_s=12.0, stalled_after_s=2.0, open_timeout_s=5.0)
    with MjpegServer(every_s=3.0) as camera:
        watched = await watch()
        urls = {"rtsp": farm.url(0), "http": camera.url}
        await watched.pool.watch([WatchOrder(name, StreamSpec(url), settings) for name, url in urls.items()])

        def known(name: str) -> bool:
            return watched.live(name) and watched.now[name].measures.get("key_frame_every_s", 0) > 2

        await watched.until(lambda: all(known(name) for name in urls))
        settled = len(watched.statuses)
        await asyncio.sleep(5.0)
    assert {status.signal for status in watched.statuses[settled:]} <= {"live"}
    assert not [status.findings for status in watched.statuses if status.findings]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_picture_that_the_decoder_had_to_patch_is_said_to_be_damaged(tmp_path: Path, share: float):
    path = tmp_path / "clip.h264"
    encode(render("plain", fps=10)[:20], path, fps=10, key_every=5)
    with av.open(str(path)) as container:
        whole = [bytes(packet) for packet in container.demux() if packet.size and packet.is_keyframe]
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [frame for data in whole[:3] for frame in decoder.decode(av.Packet(data))]
    frames += decoder.decode(av.Packet(whole[3][: int(len(whole[3]) * share)]))
    frames += decoder.decode(None)
    assert [frame_of(frame).damaged for frame in frames] == [False, False, False, True]


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj420p", "nv12", "yuv422p", "yuvj444p", "rgb24", "yuv420p10le"])
def test_gray_levels_and_colours_are_the_same_whatever_the_pixel_format(pixels: str):
    colour = np.zeros((360, 640, 3), np.uint8)
    colour[:, :320], colour[:, 320:] = (200, 60, 40), (40, 90, 210)
    frame = frame_of(av.VideoFrame.from_ndarray(colour, format="rgb24").reformat(format=pixels))
    assert frame.chroma is not None
    gray = [float(frame.gray[:, half].mean()) for half in (slice(0, 150), slice(170, 320))]
    luma = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in ((200, 60, 40), (40, 90, 210))]
    assert gray == pytest.approx(luma, abs=3)
    u, v = frame.chroma.astype(float) - 128
    assert u[:, :35].mean() < -15
    assert u[:, 45:].mean() > 40
    assert v[:, :35].mean() > 50
    assert v[:, 45:].mean() < -25


def test_what_is_saved_on_wide_pictures_does_not_show_in_the_small_ones(tmp_path: Path):
    path = tmp_path / "wide.h264"
    encode(render("plain", fps=10, width=1280, height=720)[:4], path, fps=10, key_every=2, bit_rate=1_000_000)
    with av.open(str(path)) as container:
        whole = [frame_of(frame).gray.astype(int) for frame in container.decode(video=0)][::2]
    quick = [frame_of(frame).gray.astype(int) for frame in keys(StreamSpec(str(path)))]
    for one, other in zip(whole, quick, strict=True):
        assert np.abs(one - other).mean() < 0.5


def test_a_picture_without_colour_has_no_chroma():
    assert frame_of(av.VideoFrame(640, 360, "gray")).chroma is None
