"""A search runs its finders side by side; none holds up or breaks another."""

import threading
import time
from collections.abc import Iterator

import pytest

from hub.clock import SystemClock
from hub.discovery.search import MOST_FOUND, Searching
from hub.errors import Refused
from hub.vendor.finding import Found, Network, Search

SOON = Search(seconds=0.2, interfaces=("127.0.0.1",))


def good(search: Search, network: Network) -> Iterator[Found]:
    yield Found(by="whoever it says", address="10.0.0.1", name="Gate\x1b[2J")
    yield Found(by="x", address="nowhere")


def raises(search: Search, network: Network) -> Iterator[Found]:
    yield Found(by="x", address="10.0.0.2")
    raise ValueError("rtsp://user:secret@10.0.0.2/ \x1b[31m")


def nonsense(search: Search, network: Network) -> Iterator[Found]:
    yield "10.0.0.3"  # type: ignore[misc]


def endless(search: Search, network: Network) -> Iterator[Found]:
    n = 0
    while True:
        n += 1
        yield Found(by="x", address=f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}")


def finished(searching: Searching, within_s: float = 10.0) -> None:
    end = time.monotonic() + within_s
    while searching.wait(0.1):
        assert time.monotonic() < end


def test_what_breaks_is_named_without_secrets_and_the_others_go_on() -> None:
    searching = Searching({"good": good, "raises": raises, "nonsense": nonsense}, SOON, SystemClock())
    finished(searching)
    outcome = searching.outcome()
    progress = {each.by: each for each in outcome.progress}
    assert progress["good"].state == "done"
    assert progress["raises"].state == "failed"
    assert "secret" not in progress["raises"].problem
    assert "\x1b" not in progress["raises"].problem
    assert "str" in progress["nonsense"].problem
    assert [(device.address, device.by, device.name) for device in outcome.devices] == [
        ("10.0.0.1", ("good",), "Gate"),
        ("10.0.0.2", ("raises",), ""),
    ]
    assert outcome.refused == 1


def test_one_that_never_ends_is_left_behind_and_not_listened_to() -> None:
    hold = threading.Event()

    def stuck(search: Search, network: Network) -> Iterator[Found]:
        hold.wait(30)
        yield Found(by="x", address="10.0.0.9")

    try:
        searching = Searching({"stuck": stuck, "good": good}, SOON, SystemClock())
        searching.end()
        finished(searching)
        assert {each.by: each.state for each in searching.outcome().progress} == {"stuck": "late", "good": "done"}
    finally:
        hold.set()
    assert all(device.address != "10.0.0.9" for device in searching.outcome().devices)


def test_one_that_gives_without_end_is_cut_off() -> None:
    searching = Searching({"endless": endless}, SOON, SystemClock())
    finished(searching)
    outcome = searching.outcome()
    assert outcome.progress[0].state == "failed"
    assert len(outcome.devices) == MOST_FOUND


def test_an_interface_that_is_not_ours_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused, match=r"192\.0\.2\.1 is not an address.*127\.0\.0\.1"):
        Searching({"good": good}, Search(interfaces=("192.0.2.1",)), SystemClock())
