"""Listening to a device, over real sockets and the hub's own access."""

import threading

import pytest
from hub_dahua.options import DahuaOptions
from hub_dahua.session import DahuaSession

from hub.api import DeviceUnreachable, ProtocolError, Unsupported
from hub.testing.devices import Fault, ReplayServer, Reply
from tests.plugins.hub_dahua.served import ATTACH, asked, heard, served
from tests.plugins.hub_dahua.synthetic import BAD_REQUEST, CAMERA, HEARTBEAT, RECORDER, event, stream


def test_what_is_in_force_is_told_first_and_then_what_changes() -> None:
    told = (HEARTBEAT, event("Code=VideoLoss;action=Stop;index=1"), event("what?"), HEARTBEAT)
    with served({**RECORDER, ("GET", ATTACH): stream(*told)}) as (device, session):
        told_us = heard(session, 6)
        assert [(one.code, one.phase, one.channel) for one in told_us] == [
            ("VideoLoss", "stop", 1),
            ("VideoLoss", "start", 2),
            ("VideoLoss", "stop", 3),
            ("StorageFailure", "start", None),
            ("VideoLoss", "stop", 2),
            ("unreadable", "pulse", None),
        ]
        order = asked(device)
        assert order.index(ATTACH) < min(n for n, path in enumerate(order) if "getEventIndexes" in path)


def test_a_device_that_answers_nothing_beside_its_stream_is_still_listened_to() -> None:
    told = stream(event("Code=VideoBlind;action=Start;index=0"))
    with served({**CAMERA, ("GET", ATTACH): told}) as (device, session):
        device.set("GET", "/cgi-bin/eventManager.cgi?action=getEventIndexes&code=VideoBlind", Fault("closed"))
        assert [(one.code, one.phase) for one in heard(session, 2)] == [
            ("VideoLoss", "stop"),
            ("VideoBlind", "start"),
        ]


def test_while_nothing_happens_the_line_shows_that_it_is_good() -> None:
    with served({**CAMERA, ("GET", ATTACH): stream(HEARTBEAT, 0.05, HEARTBEAT)}) as (_, session):
        told = session.events()
        quiet = 0
        while quiet < 3:
            quiet += next(told) is None
        assert quiet == 3


def test_the_events_end_when_the_line_is_closed() -> None:
    with ReplayServer(CAMERA) as device:
        access = device.access()
        session = DahuaSession(access, DahuaOptions())
        attached, errors = threading.Event(), list[BaseException]()

        def listen() -> None:
            try:
                for _ in session.events():
                    attached.set()
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=listen)
        thread.start()
        assert attached.wait(5)
        access.close()
        thread.join(2)
        assert not thread.is_alive()
        assert all(isinstance(error, DeviceUnreachable) for error in errors)


def test_a_stream_that_the_device_ends_is_a_broken_line() -> None:
    with (
        served({**CAMERA, ("GET", ATTACH): stream(HEARTBEAT, ends=True)}) as (_, session),
        pytest.raises(DeviceUnreachable),
    ):
        list(session.events())


def test_a_device_without_an_event_service_says_so() -> None:
    with served({**CAMERA, ("GET", ATTACH): BAD_REQUEST}) as (device, session):
        with pytest.raises(Unsupported):
            list(session.events())
        device.set("GET", ATTACH, Reply(body=b"<html>", media="text/html"))
        with pytest.raises(ProtocolError):
            list(session.events())
