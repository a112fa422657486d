"""Finding devices by DHIP, with a device that answers over UDP."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hub_dahua.finder import find
from hub_dahua.parse_dhip import PORT, make_question, parse_answer

from hub.api import Datagram, Found, ProtocolError, Search

_INFO: dict[str, Any] = {
    "DeviceType": "IPC-HX0000-TEST",
    "SerialNo": "TEST0CAMERA0001",
    "Version": "2.800.0000016.0.R",
    "HttpPort": 80,
    "IPv4Address": {"IPAddress": "192.0.2.66", "DhcpEnable": True},
    "Vendor": "Dahua",
    "MachineName": "cam",
    "Init": 166,
}


def answer(method: str = "client.notifyDevInfo", **changes: Any) -> bytes:
    """A device's announcement. Synthetic."""
    said = {"mac": "00:00:5E:00:53:20", "method": method, "params": {"deviceInfo": {**_INFO, **changes}}}
    body = json.dumps(said).encode() + b"\n\0"
    return struct.pack("<I4s8xI4xI4x", 32, b"DHIP", len(body), len(body)) + body


class Responder:
    """A device on this machine: answers the question, byte for byte, and nothing else."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(10)
        self.port = self._socket.getsockname()[1]
        self.asked: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                question, sender = self._socket.recvfrom(4096)
            except OSError:
                return
            if question == b"end":
                return
            self.asked.append(question)
            if question[:8] == b"\x20\0\0\0DHIP" and json.loads(question[32:])["method"] == "DHDiscover.search":
                for payload in (question, b"noise", answer(), answer()):
                    self._socket.sendto(payload, sender)

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()


class Loopback:
    """A network that reaches the responder only."""

    def __init__(self, responder: Responder, seconds: float = 5.0) -> None:
        self._responder = responder
        self._end = time.monotonic() + seconds

    def ask(
        self, group: str, port: int, questions: tuple[bytes, ...], *, listen_port: int = 0, broadcast: bool = False
    ) -> Iterator[Datagram]:
        assert (group, port, broadcast) == ("239.255.255.251", PORT, True)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(5)
            for question in questions:
                line.sendto(question, ("127.0.0.1", self._responder.port))
            for _ in range(4):
                payload, sender = line.recvfrom(16384)
                yield Datagram(payload, sender[0])

    def left_s(self) -> float:
        return max(0.0, self._end - time.monotonic())


@pytest.fixture
def responder() -> Iterator[Responder]:
    device = Responder()
    yield device
    device.stop()


def test_a_device_is_found_once_at_the_address_it_answered_from(responder: Responder) -> None:
    assert list(find(Search(), Loopback(responder))) == [
        Found(
            by="dhip",
            address="127.0.0.1",
            port=80,
            drivers=("dahua", "onvif"),
            maker="Dahua",
            model="IPC-HX0000-TEST",
            serial="TEST0CAMERA0001",
            mac="00:00:5e:00:53:20",
            name="cam",
            firmware="2.800.0000016.0.R",
            activated=True,
        )
    ]
    assert len(responder.asked) == 1


def test_the_question_is_as_devices_want_it_byte_for_byte() -> None:
    body = b'{"method":"DHDiscover.search","params":{"mac":"","uni":1}}'
    length = len(body).to_bytes(4, "little")
    assert make_question() == b"\x20\0\0\0DHIP" + bytes(8) + length + bytes(4) + length + bytes(4) + body


@pytest.mark.parametrize(
    ("init", "activated"), [(1, False), (2, True), (166, True), (0, None), ("2", None), (True, None)]
)
def test_a_device_without_a_password_is_told_apart(init: object, activated: bool | None) -> None:
    found = parse_answer(Datagram(answer(Init=init), "10.0.0.8"))
    assert found is not None
    assert found.activated is activated


def test_what_a_device_writes_is_bounded_and_typed() -> None:
    found = parse_answer(
        Datagram(answer(DeviceType="x" * 999 + "\n", HttpPort="80", SerialNo=["a"], Vendor=None), "10.0.0.8")
    )
    assert found is not None
    assert (len(found.model), found.port, found.serial, found.maker) == (100, None, "", "")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"x" * 31,
        b"x" * 20_000,
        make_question()[:-1],
        answer().replace(b"DHIP", b"PIHD"),
        answer()[:-40],
        b"{}" * 40,
    ],
)
def test_what_is_no_announcement_is_refused(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_answer(Datagram(payload, "10.0.0.8"))


def test_our_own_question_that_comes_back_is_no_device() -> None:
    assert parse_answer(Datagram(make_question(), "10.0.0.8")) is None
