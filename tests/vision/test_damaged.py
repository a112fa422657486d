"""Decode damage, made for real: bytes of H.264 and H.265 streams are overwritten, cut off, or lost."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import av
import numpy as np
import pytest

from hub.vision.blocks import blank_cells, impossible_cells
from hub.vision.frame import Frame
from hub.watch.frames import frame_of
from tests.vision.scenes import MARGIN_X, MARGIN_Y, place
from tests.vision.whole import Camera

WIDTH, HEIGHT = 640, 360


@cache
def packets(codec: str) -> tuple[bytes, ...]:
    """Key frames of a scene with a little noise."""
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.gop_size = Fraction(1, 25), 25, 1
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "x265-params": "log-level=none:keyint=1:pools=1"}
    if codec == "libx264":
        encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "threads": "1"}
    rng = np.random.default_rng(1)
    luma = place("road", 1)[MARGIN_Y : MARGIN_Y + 180, MARGIN_X : MARGIN_X + 320].repeat(2, 0).repeat(2, 1)
    found = []
    for number in range(16):
        picture = np.clip(luma[..., None] * [0.95, 1.0, 1.05] + rng.normal(0, 2, (HEIGHT, WIDTH, 1)), 0, 255)
        frame = av.VideoFrame.from_ndarray(picture.astype(np.uint8), format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 25)
        found += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(found)


def decoded(codec: str, spoil, after: int) -> Iterator[Frame]:
    decoder = av.CodecContext.create("h264" if codec == "libx264" else "hevc", "r")
    decoder.thread_count = 1
    for number, data in enumerate(packets(codec)):
        try:
            pictures = decoder.decode(av.Packet(spoil(data) if number >= after else data))
        except av.error.FFmpegError:
            continue
        yield from (frame_of(picture) for picture in pictures)


def cut(data: bytes) -> bytes:
    return data[: int(len(data) * 0.6)]


def flip(data: bytes) -> bytes:
    rng = np.random.default_rng(len(data))
    spoilt = bytearray(data)
    for place_ in rng.integers(len(data) // 5, len(data), 40):
        spoilt[int(place_)] ^= int(rng.integers(1, 256))
    return bytes(spoilt)


@pytest.mark.parametrize(("codec", "spoil"), [("libx264", cut), ("libx264", flip), ("libx265", cut)])
def test_a_stream_that_arrives_in_pieces_is_found(codec, spoil) -> None:
    camera = Camera("road", 1)
    # H.265 leaves what was in its memory before, unmarked: only what it never had can be told.
    after = 0 if codec == "libx265" else 4
    suspected = []
    for frame in decoded(codec, spoil, after):
        camera.see(frame)
        suspected.append(camera.ask("damaged").suspected)
    assert not any(suspected[:after])
    assert all(suspected[-4:])
    answer = camera.ask("damaged")
    assert answer.detail.en
    assert answer.detail.zh


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_whole_stream_and_one_lost_picture_are_no_fault(codec) -> None:
    camera = Camera("road", 1)
    for number, frame in enumerate(decoded(codec, lambda data: data, 0)):
        camera.see(frame._replace(damaged=number == 8))
        assert not camera.ask("damaged").suspected


def test_every_third_picture_damaged_is_a_fault() -> None:
    camera = Camera("hall", 1)
    numbers = iter(range(100))
    suspected = camera.watch("damaged", 60, lambda: camera.shoot(damaged=next(numbers) % 3 == 0))
    assert any(suspected)
    assert not any(camera.watch("damaged", 30)[10:])


def test_the_missing_part_is_shown_in_its_cells() -> None:
    camera = Camera("hall", 1)
    shot = camera.shoot()
    gray, chroma = shot.gray.copy(), shot.chroma.copy()
    gray[120:], chroma[:, 30:] = 0, 0
    assert camera.watch("damaged", 2, lambda: shot._replace(gray=gray, chroma=chroma))[-1]
    answer = camera.ask("damaged")
    assert answer.share == pytest.approx(1 / 3, abs=0.05)
    assert answer.cells[6:].all()
    assert not answer.cells[:6].any()


def test_gray_from_somewhere_to_the_end_was_never_decoded_but_a_gray_wall_was() -> None:
    camera = Camera("hall", 1)
    shot = camera.shoot()
    gray, chroma = shot.gray.copy(), shot.chroma.copy()
    gray[100:], chroma[:, 25:] = 130, 128
    assert blank_cells(gray, chroma)[5:].all()
    assert not blank_cells(gray, chroma)[:4].any()
    wall = shot.gray.copy()
    wall[40:140, 40:280] = 128
    assert not blank_cells(wall, None).any()


def test_no_colour_of_this_world_is_impossible() -> None:
    levels = np.array([(r, g, b) for r in (0, 255) for g in (0, 255) for b in (0, 255)], np.float32)
    for r, g, b in levels:
        y = 0.299 * r + 0.587 * g + 0.114 * b
        blue, red = 128 + 0.5 / 0.886 * (b - y), 128 + 0.5 / 0.701 * (r - y)
        chroma = np.stack([np.full((45, 80), value) for value in (blue, red)]).clip(0, 255).astype(np.uint8)
        assert not impossible_cells(chroma).any()
