"""What a vendor's `events()` does when lines come, break and end."""

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from hub.errors import DeviceError, DeviceUnreachable, ProtocolError
from hub.testing.contracts.vendor_base import Open, VendorBase, until
from hub.testing.contracts.vendor_reads import check_event
from hub.testing.devices import ReplayServer, Reply
from hub.vendor.session import Events
from hub.vendor.values import Capability, DeviceEvent


class VendorEvents(VendorBase):
    """The stream of what a device tells by itself. A vendor without events is only asked to have none."""

    def test_events_come_and_end_when_the_line_is_closed(
        self, opened: Open, could: frozenset[Capability], caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with self._listening(opened, could) as (listening, server):
            listening.close()
            assert listening.ended(within_s=2.0), "events() goes on after the line was closed"
            assert listening.error is None or isinstance(listening.error, DeviceError), f"{listening.error!r}"
            assert until(lambda: server.open_streams == 0), "the device still sends"
            for event in listening.heard:
                check_event(event)
            self.spied(*map(repr, listening.heard), caplog.text)

    def test_a_broken_line_of_events_is_unreachable(self, opened: Open, could: frozenset[Capability]) -> None:
        with self._listening(opened, could) as (listening, server):
            server.hang_up()
            assert listening.ended(within_s=10.0)
            assert isinstance(listening.error, DeviceUnreachable), f"{listening.error!r}"

    def test_closing_the_session_after_its_events_is_heard_by_the_device(
        self, opened: Open, could: frozenset[Capability]
    ) -> None:
        with self._listening(opened, could) as (listening, _):
            listening.close()
            assert listening.ended(within_s=2.0)
            with listening.desk.access.farewell(5.0):
                listening.desk.session.close()

    def test_events_that_are_cut_or_without_end_are_errors(self, opened: Open, could: frozenset[Capability]) -> None:
        streams = {
            key: answer
            for key, answer in (self.events_stream() if "events" in could else {}).items()
            if isinstance(answer, Reply) and answer.stream is not None
        }
        for key, answer in streams.items():
            whole = b"".join(part for part in answer.stream or () if isinstance(part, bytes))
            noise = b"\r\n" + random.Random(1).randbytes(3_000_000)  # noqa: S311 - the same noise each time
            # The second does not end: only a session that bounds what it gathers leaves by itself.
            for parts, ends in (([whole[: len(whole) // 2]], True), ([b"x" * 65536] * 512, False), ([noise], True)):
                broken = msgspec.structs.replace(answer, stream=parts, ends=ends)
                with self.device({**self.events_stream(), key: broken}) as server:
                    listening = _Listening(opened(server.access()))
                    assert listening.ended(within_s=10.0)
                    assert isinstance(listening.error, DeviceUnreachable | ProtocolError), f"{listening.error!r}"

    @contextmanager
    def _listening(
        self, opened: Open, could: frozenset[Capability]
    ) -> Iterator[tuple["_Listening | _Deaf", ReplayServer]]:
        """A session that has heard its first event."""
        with self.device(self.events_stream() if "events" in could else {}) as server:
            desk = opened(server.access())
            if "events" not in could:
                assert not isinstance(desk.session, Events), "`could` does not name events"
                yield _Deaf(desk), server
                return
            listening = _Listening(desk)
            assert listening.until(lambda: bool(listening.heard)), f"no event came: {listening.error!r}"
            yield listening, server


class _Listening:
    """`events()` on a thread of its own, as the hub runs it."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.heard: list[DeviceEvent] = []
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="events-under-test", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for event in self.desk.session.events():
                if event is not None:
                    self.heard.append(event)
        except BaseException as error:
            self.error = error

    def close(self) -> None:
        self.desk.access.close()

    def until(self, condition: Callable[[], bool]) -> bool:
        return until(lambda: condition() or not self._thread.is_alive()) and condition()

    def ended(self, *, within_s: float) -> bool:
        self._thread.join(within_s)
        return not self._thread.is_alive()


class _Deaf(_Listening):
    """A device that tells nothing by itself."""

    def _run(self) -> None:
        self.error = DeviceUnreachable("This vendor has no events.")
