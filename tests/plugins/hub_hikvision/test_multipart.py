"""Splitting an event stream, whatever pieces it comes in."""

import contextlib
import itertools
import time

import pytest
from hub_hikvision.multipart import LARGEST_HEAD, LARGEST_PART, Part, Splitter
from hypothesis import given
from hypothesis import strategies as st

from hub.api import ProtocolError
from tests.plugins.hub_hikvision.synthetic import HEARTBEAT, JPEG, alert, part

JSON = b'{"eventType": "VMD", "note": "--boundary inside </EventNotificationAlert>"}'

CLOSING = b"--boundary--\r\n"


def split(data: bytes, cuts: list[int] | None = None) -> list[bytes]:
    splitter, found = Splitter(), []
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts or []), len(data)]
    for start, end in itertools.pairwise(edges):
        found += [each.body for each in splitter.feed(data[start:end])]
        assert splitter.held <= LARGEST_PART + 2 * 65536
    last = splitter.end()
    return found + ([last.body] if last else [])


def without_length(body: bytes, media: str = "application/xml") -> bytes:
    return f"--boundary\r\nContent-Type: {media}\r\n\r\n".encode() + body + b"\r\n"


def wrong_length(body: bytes, by: int) -> bytes:
    return part(body).replace(f"Length: {len(body)}".encode(), f"Length: {len(body) + by}".encode())


PARTS = st.sampled_from(
    [
        (part(HEARTBEAT), HEARTBEAT),
        (without_length(alert("VMD")), alert("VMD")),
        (wrong_length(alert("VMD"), -9), alert("VMD")),
        (wrong_length(alert("VMD"), 900), alert("VMD")),
        (b"--boundary\r\n\r\n" + HEARTBEAT + b"\r\n", HEARTBEAT),
        (b"--boundary\n\n" + HEARTBEAT + b"\n", HEARTBEAT),
        (b'<?xml version="1.0"?>' + HEARTBEAT + b"\r\n", b'<?xml version="1.0"?>' + HEARTBEAT),
        (part(JPEG, "image/jpeg"), None),
        (without_length(JPEG, "image/jpeg") + CLOSING, None),
        (part(b"--boundary\r\n\r\n<?xml", "image/jpeg"), None),
        (part(JSON, "application/json"), JSON),
        (without_length(b'{"a": 1}', "application/json; charset=utf-8") + CLOSING, b'{"a": 1}'),
        (CLOSING, None),
        (b"\r\n\r\n", None),
        (b"rubbish\r\n", None),
    ]
)


@given(st.lists(PARTS, max_size=8), st.lists(st.integers(0, 4000), max_size=30))
def test_the_parts_are_the_same_whatever_the_pieces(chosen: list[tuple[bytes, bytes | None]], cuts: list[int]) -> None:
    data = part(HEARTBEAT) + b"".join(raw for raw, _ in chosen) + b"--boundary\r\n"
    assert split(data, cuts) == [HEARTBEAT, *(body for _, body in chosen if body is not None)]


def test_an_event_is_there_as_soon_as_its_closing_tag() -> None:
    splitter = Splitter()
    assert list(splitter.feed(without_length(HEARTBEAT)[:-2])) == [Part("application/xml", HEARTBEAT)]


def test_a_byte_at_a_time_is_as_good() -> None:
    data = part(HEARTBEAT) + part(JPEG, "image/jpeg") + part(JSON, "application/json")
    assert split(data, list(range(len(data)))) == [HEARTBEAT, JSON]


def test_after_a_part_cut_short_the_next_is_found() -> None:
    data = part(HEARTBEAT)[:200] + b"\r\n" + part(alert("VMD"))
    assert split(data)[-1] == alert("VMD")


@given(st.binary(max_size=4000), st.lists(st.integers(0, 4000), max_size=10))
def test_random_bytes_are_parts_or_protocol_errors(data: bytes, cuts: list[int]) -> None:
    with contextlib.suppress(ProtocolError):
        split(data, cuts)


@given(
    st.lists(st.sampled_from([b"--", b"\r\n", b"<?xml", b"<Event", b"b", b"Content-Length: 5", b"\r\n\r\n", b"--b"]))
)
def test_pieces_of_the_format_in_any_order_are_parts_or_protocol_errors(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    assert split(whole) == split(whole, list(range(len(whole))))


@pytest.mark.parametrize(
    "endless",
    [
        b"x" * 65536,
        b"\xff\x00" * 32768,
        b"--" * 32768,
        b"--b\r\nContent-Type: application/xml\r\n\r\n" + b"<a>" * 20000,
        b"--b\r\n" + b"X-Header: 1\r\n" * 1000,
        b"--b\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n{",
    ],
    ids=["rubbish", "zeros", "dashes", "xml", "headers", "length"],
)
def test_what_has_no_end_is_refused_within_bounds(endless: bytes) -> None:
    splitter = Splitter()

    def feed() -> None:
        for _ in range(64):
            list(splitter.feed(endless))
            assert splitter.held <= max(LARGEST_PART, LARGEST_HEAD) + 2 * 65536

    with pytest.raises(ProtocolError):
        feed()


def test_a_large_picture_is_passed_over_without_being_kept() -> None:
    splitter = Splitter()
    list(splitter.feed(part(HEARTBEAT) + b"--boundary\r\nContent-Type: image/jpeg\r\n\r\n"))
    for _ in range(200):
        assert list(splitter.feed(b"\xff\xd8" * 32768)) == []
        assert splitter.held < 200
    assert [each.body for each in splitter.feed(b"\r\n" + part(alert("VMD")))] == [alert("VMD")]


def test_dripping_costs_no_more_than_flooding() -> None:
    splitter = Splitter()
    list(splitter.feed(b"--b\r\nContent-Type: application/xml\r\n\r\n"))
    began = time.process_time()
    for _ in range(100_000):
        list(splitter.feed(b"x"))
    assert time.process_time() - began < 3.0
