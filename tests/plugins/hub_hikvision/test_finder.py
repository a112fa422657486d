"""Finding devices by SADP: against a responder on a real UDP socket. All answers are synthetic."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec
from hub_hikvision.finder import GROUP, PORT, find, write_question
from hub_hikvision.parse_sadp import parse_answer
from hypothesis import given
from hypothesis import strategies as st

from hub.api import Datagram, Found, ProtocolError, Search
from tests.discovery.netns import in_network
from tests.plugins.hub_hikvision.synthetic import sadp_answer


class LoopNetwork:
    """The hub's side of a search, to one responder on this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.asked: tuple[str, int, int] | None = None

    def left_s(self) -> float:
        return 2.0

    def ask(
        self, group: str, port: int, questions: tuple[bytes, ...], *, listen_port: int = 0, broadcast: bool = False
    ) -> Iterator[Datagram]:
        self.asked = (group, port, listen_port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(1.0)
            for question in questions:
                line.sendto(question, ("127.0.0.1", self._port))
            while True:
                try:
                    payload, sender = line.recvfrom(16384)
                except TimeoutError:
                    return
                if payload == b"end":
                    return
                yield Datagram(payload, sender[0])


@contextmanager
def responder(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A device that answers a question with `answers`."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(5.0)

        def serve() -> None:
            question, asker = line.recvfrom(16384)
            heard.append(question)
            for each in (*answers, b"end"):
                line.sendto(each, asker)

        thread = threading.Thread(target=serve)
        thread.start()
        yield line.getsockname()[1], heard
        thread.join()


def test_devices_are_found_once_and_nonsense_is_passed_over() -> None:
    with responder(sadp_answer(), b"\xff\xfe nonsense", sadp_answer(), write_question("abc"), b"<ProbeMatch>cut") as (
        port,
        heard,
    ):
        network = LoopNetwork(port)
        found = list(find(Search(seconds=2.0), network))
    assert network.asked == (GROUP, PORT, PORT)
    assert b"<Types>inquiry</Types>" in heard[0]
    assert found == [
        Found(
            by="sadp",
            address="127.0.0.1",
            port=80,
            drivers=("hikvision", "onvif"),
            maker="Hikvision",
            model="DS-2CD2142FWD-I",
            serial="DS-2CD2142FWD-I20260101BCAD28001122",
            mac="bc:ad:28:00:11:22",
            firmware="V5.4.5build 170123",
            activated=True,
        )
    ]


def test_devices_are_found_on_a_network_whether_they_answer_to_us_or_to_all() -> None:
    outcome = msgspec.json.decode(
        in_network(
            ["hub", "one", "two"],
            """
            begin one tests.plugins.hub_hikvision.responder unicast 10.77.0.2
            begin two tests.plugins.hub_hikvision.responder multicast 10.77.0.3
            ip netns exec hub $PYTHON -m tests.discovery.seek sadp 1.5
            """,
        )
    )
    found = {device["address"]: device for device in outcome["devices"]}
    assert set(found) == {"10.77.0.2", "10.77.0.3"}
    assert [found[address]["activated"] for address in sorted(found)] == [True, False]
    assert found["10.77.0.3"]["mac"] == "bc:ad:28:00:00:03"


def test_a_unit_without_a_password_is_told_at_the_address_it_answers_from() -> None:
    found = parse_answer(sadp_answer("192.168.1.64", "false"), "10.0.0.8")
    assert found is not None
    assert found.activated is False
    assert found.address == "10.0.0.8"


def test_old_firmware_does_not_say_whether_it_is_activated() -> None:
    found = parse_answer(sadp_answer().replace(b"<Activated>true</Activated>", b""), "10.0.0.8")
    assert found is not None
    assert found.activated is None


def test_other_brands_and_encodings_are_read() -> None:
    raw = sadp_answer(brand="海康").decode().encode("gb18030") + b"\x00\x00"
    found = parse_answer(raw, "10.0.0.8")
    assert found is not None
    assert found.maker == "海康"


def test_nothing_that_a_stranger_sends_reaches_the_screen_as_it_is() -> None:
    raw = sadp_answer().replace(b"DS-2CD2142FWD-I<", b"DS\xe2\x80\xae\xc2\x9b31m evil<")
    found = parse_answer(raw, "10.0.0.8")
    assert found is not None
    assert found.model.isprintable()


@given(st.binary(max_size=500), st.integers(0, 900), st.integers(0, 60))
def test_damaged_answers_are_protocol_errors(insert: bytes, at: int, length: int) -> None:
    good = sadp_answer()
    for raw in (insert, good[:at] + insert + good[at + length :]):
        with suppress(ProtocolError):
            parse_answer(raw, "10.0.0.8")
