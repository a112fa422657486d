"""`hub plugins verify --live` comes to an end whatever the plugin does."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from hub.api import DeviceInfo, Unsupported
from hub.cli.plugins import verify as plugins_verify
from hub.clock import SystemClock
from hub.devices.access import Access, build_access
from hub.devices.trust import TlsTrust
from hub.vendor.access import Address


class Stuck:
    """A session that says what it is, and heeds no deadline in one of its calls."""

    def __init__(self, access: Access, where: str) -> None:
        self.access = access
        self.where = where
        self.let_go = threading.Event()
        self.closed = False

    def describe(self) -> DeviceInfo:
        self._hang("describe")
        return DeviceInfo(maker="Acme", model="A-1", firmware="2")

    def capabilities(self) -> dict[str, str]:
        return {}

    def health(self) -> Any:
        self._hang("health")
        if self.where == "raises":
            raise KeyError("volumes")
        raise Unsupported("It does not tell.")

    def close(self) -> None:
        self._hang("close")
        self.closed = True

    def _hang(self, here: str) -> None:
        if self.where == here:
            self.let_go.wait(60)


@pytest.fixture
def access(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> Iterator[Access]:
    monkeypatch.setattr(plugins_verify, "_CALL_S", 0.2)
    monkeypatch.setattr(plugins_verify, "_FAREWELL_S", 0.2)
    monkeypatch.setattr(plugins_verify, "_GRACE_S", 0.2)
    address = Address(host="127.0.0.1", port=unused_tcp_port, tls=False)
    made = build_access("cam", address, lambda: None, TlsTrust(), SystemClock())
    yield made
    made.shut()


@pytest.mark.parametrize("where", ["describe", "health", "close"])
def test_a_call_that_heeds_no_deadline_is_named_and_left_behind(access: Access, where: str) -> None:
    session = Stuck(access, where)
    begun_s = time.monotonic()
    problems, good = plugins_verify._ask(session, access, 1)
    try:
        assert time.monotonic() - begun_s < 5
        assert f"{where}: it does not end at its deadline of 0.2 s." in problems
        assert good.startswith("Acme A-1 2" if where != "describe" else ";")
    finally:
        session.let_go.set()


def test_a_call_that_raises_what_it_may_not_is_named_and_the_others_are_asked(access: Access) -> None:
    session = Stuck(access, "raises")
    problems, good = plugins_verify._ask(session, access, 1)
    assert problems == ["health: it raised KeyError, which is no error of hub.api: 'volumes'"]
    assert good == "Acme A-1 2; 2 answers"
    assert session.closed


def test_what_a_session_may_raise_is_told_in_its_own_words(access: Access) -> None:
    assert plugins_verify._ask(Stuck(access, ""), access, 1)[0] == ["health: It does not tell."]
