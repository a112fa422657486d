"""The demo's small RTSP server, watched with the library that the hub watches with."""

import asyncio
from collections.abc import AsyncIterator
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest
from hub_demo.clips import FPS, encode
from hub_demo.paint import HEIGHT, WIDTH
from hub_demo.rtsp import AccessUnit, RtspServer, Stream, packetize, parse_annex_b
from hypothesis import given, settings
from hypothesis import strategies as st

NALS = st.binary(min_size=1, max_size=9_000).map(lambda data: bytes([data[0] & 0x7F | 1]) + data[1:])


def reassembled(payloads: list[bytes]) -> list[bytes]:
    """NAL units out of RTP payloads, as RFC 6184 says."""
    nals: list[bytes] = []
    for payload in payloads:
        if payload[0] & 0x1F != 28:
            nals.append(payload)
            continue
        if payload[1] & 0x80:
            nals.append(bytes([payload[0] & 0xE0 | payload[1] & 0x1F]))
        nals[-1] += payload[2:]
    return nals


@settings(deadline=None)
@given(st.lists(NALS.filter(lambda nal: nal[0] & 0x1F != 28), min_size=1, max_size=4))
def test_a_picture_comes_out_of_its_packets_as_it_went_in(nals: list[bytes]) -> None:
    packets = packetize(AccessUnit(tuple(nals), key=True))
    assert reassembled([payload for payload, _ in packets]) == nals
    assert [marker for _, marker in packets] == [False] * (len(packets) - 1) + [True]
    assert max(len(payload) for payload, _ in packets) <= 1402


@pytest.fixture(scope="module")
def clip() -> list[AccessUnit]:
    """Two seconds of a picture that grows brighter."""
    pictures = (np.full((HEIGHT, WIDTH, 3), 40 + 8 * number, np.uint8) for number in range(2 * FPS))
    return parse_annex_b(encode(pictures))


def test_a_clip_is_as_many_pictures_as_were_painted_with_one_key_frame_a_second(clip: list[AccessUnit]) -> None:
    assert len(clip) == 2 * FPS
    assert [number for number, unit in enumerate(clip) if unit.key] == [0, FPS]


class Served:
    def __init__(self, stream: Stream, port: int) -> None:
        self.stream = stream
        self.port = port
        self.url = f"rtsp://127.0.0.1:{port}/press"


@pytest.fixture
async def served(clip: list[AccessUnit]) -> AsyncIterator[Served]:
    sets = {nal[0] & 0x1F: nal for nal in clip[0].nals}
    stream = Stream("/press", (sets[7], sets[8]))
    server = RtspServer({"/press": stream}.get)
    port = await server.start()

    async def play() -> None:
        for number in range(100_000):
            stream.send(clip[number % len(clip)], number / FPS)
            await asyncio.sleep(0.01)

    playing = asyncio.create_task(play())
    yield Served(stream, port)
    playing.cancel()
    await server.stop()


def brightness(url: str, pictures: int) -> list[float]:
    with av.open(url, options={"rtsp_transport": "tcp"}, timeout=(5, 5)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.video[0].time_base == Fraction(1, 90_000)
        seen: list[float] = []
        for frame in container.decode(video=0):
            seen.append(float(frame.to_ndarray(format="gray").mean()))
            if len(seen) == pictures:
                break
        return seen


async def test_a_viewer_joins_at_a_key_frame_and_sees_every_picture(served: Served) -> None:
    seen = await asyncio.to_thread(brightness, served.url, 25)
    steps = [b - a for a, b in pairwise(seen)]
    assert all(abs(step - 8) < 3 or step < -100 for step in steps), steps


async def test_several_viewers_watch_at_once_and_leave_no_trace(served: Served) -> None:
    both = await asyncio.gather(*(asyncio.to_thread(brightness, served.url, 5) for _ in range(3)))
    assert [len(seen) for seen in both] == [5, 5, 5]
    async with asyncio.timeout(5):
        while served.stream.viewers:
            await asyncio.sleep(0.01)


async def test_a_camera_that_is_cut_off_drops_its_viewers_and_is_not_found_until_it_is_back(served: Served) -> None:
    watching = asyncio.create_task(asyncio.to_thread(brightness, served.url, 100_000))
    async with asyncio.timeout(5):
        while not served.stream.viewers:
            await asyncio.sleep(0.01)
    served.stream.cut()
    await asyncio.wait({watching}, timeout=10)
    assert watching.done()
    _ = watching.exception()
    with pytest.raises(av.error.HTTPNotFoundError):
        await asyncio.to_thread(brightness, served.url, 1)
    served.stream.present = True
    assert len(await asyncio.to_thread(brightness, served.url, 3)) == 3


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"DESCRIBE\r\n\r\n",
        b"OPTIONS rtsp://x/ RTSP/1.0\r\ncontent-length: many\r\n\r\n",
        b"$\x00\xff\xff" + b"x" * 100,
        b"x" * 100_000,
        b"\xff\xfe" * 50 + b"\r\n\r\n",
    ],
    ids=lambda words: repr(words[:12]),
)
async def test_nonsense_ends_its_own_connection_only(served: Served, words: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(words)
    writer.write_eof()
    async with asyncio.timeout(5):
        await reader.read(10_000)
    writer.close()
    assert len(await asyncio.to_thread(brightness, served.url, 2)) == 2


async def test_udp_is_refused_and_a_viewer_that_does_not_read_is_let_go(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(b"SETUP rtsp://x/press/track0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;client_port=5000-5001\r\n\r\n")
    assert (await reader.readline()).startswith(b"RTSP/1.0 461")
    await reader.readuntil(b"\r\n\r\n")
    writer.write(
        b"SETUP rtsp://x/press/track0 RTSP/1.0\r\nCSeq: 2\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n"
        b"PLAY rtsp://x/press RTSP/1.0\r\nCSeq: 3\r\n\r\n"
    )
    async with asyncio.timeout(5):
        while not served.stream.viewers:
            await asyncio.sleep(0.01)
    big = AccessUnit((bytes([0x65]) + bytes(1_000_000),), key=True)
    async with asyncio.timeout(10):
        number = 0
        while served.stream.viewers:
            served.stream.send(big, number)
            number += 1
            await asyncio.sleep(0.01)
    writer.close()
