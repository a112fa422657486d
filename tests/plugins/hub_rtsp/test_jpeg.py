"""The first picture of an answer, whatever is around it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_rtsp.jpeg import first_jpeg
from hypothesis import given
from hypothesis import strategies as st

from hub.api import ProtocolError
from hub.testing.samples import make_jpeg


@pytest.fixture(scope="module")
def jpeg(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_jpeg(tmp_path_factory.mktemp("jpeg") / "picture.jpg", size=(64, 36)).read_bytes()


def _whole(jpeg: bytes) -> bytes:
    """Up to its own end: the encoder may leave zeros behind it."""
    return jpeg[: jpeg.rindex(b"\xff\xd9") + 2]


def _bytewise(body: bytes) -> Iterator[bytes]:
    for at in range(len(body)):
        yield body[at : at + 1]


@pytest.mark.parametrize(
    "frame",
    [
        b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n",
        b"frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n",
        b"----frame\nContent-type:image/jpeg\nContent-length: %d99\n\n%s\n",
        b"\r\n--frame\r\nX: %d\r\n\r\n%s",
        b"%d%s",
    ],
)
def test_boundaries_of_every_kind_are_passed_over(jpeg: bytes, frame: bytes) -> None:
    part = frame % (len(jpeg), jpeg)
    assert first_jpeg([part, part]) == _whole(jpeg)
    assert first_jpeg(_bytewise(part)) == _whole(jpeg)


def test_a_preview_inside_a_picture_is_not_its_end(jpeg: bytes) -> None:
    preview = b"Exif\0\0" + jpeg
    segment = b"\xff\xe1" + (len(preview) + 2).to_bytes(2, "big") + preview
    picture = b"\xff\xd8" + segment + _whole(jpeg)[2:]
    assert first_jpeg([picture + b"\r\n--frame"]) == picture


def test_what_comes_after_the_picture_is_not_waited_for(jpeg: bytes) -> None:
    def endless() -> Iterator[bytes]:
        yield jpeg
        pytest.fail("more was asked for")

    assert first_jpeg(endless()) == _whole(jpeg)


@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\x00\x01"])
def test_no_picture_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        first_jpeg([body])


def test_half_a_picture_is_a_protocol_error(jpeg: bytes) -> None:
    with pytest.raises(ProtocolError, match="whole"):
        first_jpeg([jpeg[: len(jpeg) // 2]])


def test_a_picture_without_end_is_given_up(jpeg: bytes) -> None:
    def endless() -> Iterator[bytes]:
        yield _whole(jpeg)[:-2]
        while True:
            yield bytes(65536)

    with pytest.raises(ProtocolError, match="larger"):
        first_jpeg(endless(), largest=1024 * 1024)


def test_noise_without_end_is_given_up() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"nothing of a picture"

    with pytest.raises(ProtocolError, match="something else"):
        first_jpeg(endless())


@given(st.lists(st.binary(max_size=200), max_size=20), st.booleans())
def test_no_bytes_lead_to_anything_but_a_picture_or_a_protocol_error(pieces: list[bytes], begins: bool) -> None:
    try:
        found = first_jpeg([b"\xff\xd8\xff\xda\x00\x02" * begins, *pieces])
    except ProtocolError:
        return
    assert found.startswith(b"\xff\xd8\xff")
    assert found.endswith(b"\xff\xd9")


@given(st.data())
def test_however_the_bytes_are_cut_the_picture_is_the_same(data: st.DataObject) -> None:
    body = b"--x\r\n\r\n" + _SMALL + b"\r\n--x\r\n\r\n" + _SMALL
    cuts = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=12)))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert first_jpeg(pieces) == _SMALL


_SMALL = (
    b"\xff\xd8\xff\xe0\x00\x04\xff\xd9"  # an end inside a segment is none
    b"\xff\xdb\x00\x03\x01\xff\xda\x00\x02\x11\xff\x00\x22\xff\xd0\x33"
    b"\xff\xc4\x00\x02\xff\xda\x00\x02\x44\xff\xff\xd9"
)


def test_a_picture_of_the_disk_is_whole(jpeg: bytes, tmp_path: Path) -> None:
    file = tmp_path / "again.jpg"
    file.write_bytes(first_jpeg([jpeg]))
    assert file.stat().st_size <= len(jpeg)
