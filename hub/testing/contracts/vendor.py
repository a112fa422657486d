"""What every vendor's sessions must do, over real sockets."""

import logging
import threading
import time
from contextlib import suppress
from typing import get_args

import pytest

from hub.errors import AuthRejected, DeviceError, Unsupported
from hub.plugin_host import PluginHost
from hub.testing.contracts.vendor_base import Open
from hub.testing.contracts.vendor_cases import VendorCases
from hub.testing.contracts.vendor_events import VendorEvents
from hub.testing.contracts.vendor_faults import VendorFaults
from hub.testing.contracts.vendor_reads import NEEDS
from hub.testing.devices import Fault, Reply
from hub.vendor.values import Capability


class VendorContract(VendorFaults, VendorCases, VendorEvents):
    """Subclass it as `TestMyVendor`, set `module` and `name`, and give `replies` and the cases that follow it.

    A case returns what a device answers differently from `replies` in that case. A vendor whose `could` does not name
    what a case is about need not give it.
    """

    def test_the_vendor_has_the_name_it_is_registered_by(self, host: PluginHost) -> None:
        vendor = self.vendor(host)
        assert vendor.name == self.name
        assert vendor.title
        assert 0 < vendor.port < 65536
        assert vendor.could <= set(get_args(Capability))

    def test_opening_a_session_asks_the_device_nothing(self, opened: Open) -> None:
        with self.device() as server:
            opened(server.access())
            assert server.requests == []

    def test_a_healthy_device_answers_everything(self, opened: Open) -> None:
        with self.device() as server:
            desk = opened(server.access())
            supports = desk.ask("capabilities")
            for read in desk.reads():
                value = desk.ask(read)
                if read.capability is None or supports.get(read.capability) == "yes":
                    assert not isinstance(value, DeviceError), f"{read.name}: {value!r}"
            assert server.failed_sign_ins == 0

    def test_capabilities_are_told_one_by_one_and_stay(self, opened: Open, could: frozenset[Capability]) -> None:
        with self.device() as server:
            desk = opened(server.access())
            supports = desk.ask("capabilities")
            assert set(supports) >= could, f"not told of: {sorted(could - set(supports))}"
            for capability, support in supports.items():
                assert support == "no" or capability in could, f"`could` does not name {capability}"
                if support != "no" and (protocol := NEEDS.get(capability)):
                    assert isinstance(desk.session, protocol), f"{capability} without {protocol.__name__}"
            assert desk.ask("capabilities") == supports

    def test_what_a_device_cannot_do_is_unsupported(self, opened: Open) -> None:
        with self.device() as server:
            desk = opened(server.access())
            supports = desk.ask("capabilities")
            for read in desk.reads():
                if read.capability is not None and supports.get(read.capability) == "no":
                    assert isinstance(desk.ask(read), Unsupported), read.name

    def test_asked_again_it_describes_the_same(self, opened: Open) -> None:
        with self.device() as server:
            desk = opened(server.access())
            assert desk.ask("describe") == desk.ask("describe")

    def test_it_starts_no_thread(self, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        begun: list[str] = []
        start, me = threading.Thread.start, threading.current_thread()

        def noticed(thread: threading.Thread) -> None:
            if threading.current_thread() is me:
                begun.append(thread.name)
            start(thread)

        with self.device() as server:
            desk = opened(server.access())
            monkeypatch.setattr(threading.Thread, "start", noticed)
            desk.ask_all()
            monkeypatch.undo()
        assert begun == []

    @pytest.mark.parametrize("fault", [None, 500, "closed", "hang"])
    def test_closing_raises_nothing_but_device_errors(self, opened: Open, fault: int | None) -> None:
        with self.device() as server:
            desk = opened(server.access())
            desk.ask_all()
            server.set_all(None if fault is None else Fault(fault))
            began = time.monotonic()
            desk.access.close()
            with suppress(DeviceError), desk.access.farewell(self.short_deadline_s):
                desk.session.close()
            assert time.monotonic() - began < self.short_deadline_s + 1

    # --- credentials --------------------------------------------------------------------------------------------

    def test_a_wrong_password_is_tried_once(self, opened: Open) -> None:
        with self.device(self.refusals()) as server:
            desk = opened(server.access(password=self.password[::-1]))
            assert isinstance(desk.ask("describe"), AuthRejected)
            before = len(server.requests)
            for name, value in desk.ask_all().items():
                assert isinstance(value, AuthRejected) or not self.parts(opened, name), f"{name}: {value!r}"
            assert len(server.requests) - before <= 2
            assert server.failed_sign_ins <= 2

    def test_a_password_that_is_changed_meanwhile_is_tried_once(self, opened: Open) -> None:
        with self.device() as server:
            desk = opened(server.access(user=self.user, password=self.password))
            desk.ask_all()
            server.set_password(self.password[::-1])
            for (method, path, *operation), answer in self.refusals().items():
                server.set(method, path, answer, operation="".join(operation))
            server.forget()
            assert isinstance(desk.ask("health"), AuthRejected), "health() of a device that refuses"
            before = len(server.requests)
            desk.ask_all()
            assert len(server.requests) - before <= 2
            assert server.failed_sign_ins <= 2

    def test_nothing_shows_the_password(self, opened: Open, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        echo = f"bad: http://{self.user}:{self.password}@10.0.0.8/?password={self.password} rtsp://a:{self.password}@b/"
        for wrong in (None, Fault(404), Fault("garbage"), Fault("cut"), Reply(status=500, body=echo.encode())):
            with self.device() as server:
                server.set_all(wrong)
                desk = opened(server.access())
                for value in desk.ask_all().values():
                    self.spied(repr(value), value)
                    if isinstance(value, DeviceError):
                        self.spied(value.message, value.hint, repr(value.__cause__), repr(value.__context__))
                self.spied(repr(desk.session), desk.session)
        self.spied(caplog.text)
