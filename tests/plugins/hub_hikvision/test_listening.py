"""The event stream of a device, over real sockets. All answers are synthetic."""

from collections.abc import Iterator

import pytest
from hub_hikvision.activity import QUIET_S
from hub_hikvision.session import HikvisionSession

from hub.api import AuthRejected, DeviceEvent, DeviceUnreachable, ProtocolError, Unsupported
from hub.testing import FakeClock
from hub.testing.devices import Fault, Reply
from tests.plugins.hub_hikvision.opened import opened
from tests.plugins.hub_hikvision.synthetic import (
    HEARTBEAT,
    JPEG,
    NOT_SUPPORTED,
    Table,
    alert,
    alert_stream,
    camera,
    part,
    told,
    xml,
)

STREAM = ("GET", "/ISAPI/Event/notification/alertStream")


def telling(*parts: bytes | float, ends: bool = False) -> Table:
    reply = alert_stream(*parts)
    return {**camera(), STREAM: Reply(media=reply.media, stream=reply.stream, ends=ends)}


def hear(events: Iterator[DeviceEvent | None], count: int) -> list[DeviceEvent]:
    heard: list[DeviceEvent] = []
    while len(heard) < count:
        heard += filter(None, [next(events)])
    return heard


def all_of(session: HikvisionSession) -> list[DeviceEvent]:
    """What is told until the device ends the stream."""
    heard: list[DeviceEvent] = []
    try:
        for event in session.events():
            heard += filter(None, [event])
    except DeviceUnreachable:
        return heard
    raise AssertionError("a stream that ended was no broken line")


def test_a_heartbeat_says_that_the_line_is_good_and_nothing_else() -> None:
    with opened(telling(part(HEARTBEAT), 0.05, part(HEARTBEAT))) as (session, _):
        events = session.events()
        assert [next(events), next(events)] == [None, None]


def test_an_event_starts_once_however_often_it_is_repeated() -> None:
    with opened(telling(part(alert("VMD")), part(alert("VMD", count=2)), part(alert("VMD", count=3)), ends=True)) as (
        session,
        _,
    ):
        heard = all_of(session)
    assert [(event.kind, event.phase, event.channel, event.code) for event in heard] == [("motion", "start", 1, "VMD")]
    assert heard[0].at is not None
    assert heard[0].at.isoformat() == "2026-01-05T02:00:00+00:00"
    assert heard[0].detail == "Motion & more"


def test_an_event_ends_when_its_repetitions_cease() -> None:
    clock = FakeClock()
    with opened(telling(part(alert("shelteralarm")), 0.3, part(HEARTBEAT)), clock=clock) as (session, _):
        events = session.events()
        assert [event.phase for event in hear(events, 1)] == ["start"]
        clock.advance(QUIET_S)
        ended = hear(events, 1)[0]
    assert (ended.kind, ended.phase, ended.code, ended.at) == ("tamper", "stop", "shelteralarm", None)


def test_an_event_ends_when_the_device_says_so() -> None:
    said = (part(alert("VMD")), part(alert("VMD", "inactive")), part(alert("VMD", "inactive")))
    with opened(telling(*said, ends=True)) as (session, _):
        assert [event.phase for event in all_of(session)] == ["start", "stop"]


def test_a_heartbeat_does_not_end_a_lost_picture() -> None:
    said = (part(alert("videoloss")), part(alert("videoloss", "inactive", 1, 0)))
    with opened(telling(*said, ends=True)) as (session, _):
        assert [(event.kind, event.phase) for event in all_of(session)] == [("video-loss", "start")]


def test_the_same_event_of_two_channels_is_two_events() -> None:
    with opened(telling(part(alert("VMD", channel=1)), part(alert("VMD", channel=2)), ends=True)) as (session, _):
        assert [event.channel for event in all_of(session)] == [1, 2]


def test_what_concerns_the_device_has_no_channel_and_access_has_no_end() -> None:
    clock = FakeClock()
    said = (part(alert("diskfull")), part(alert("illAccess")), 0.3, part(HEARTBEAT))
    with opened(telling(*said), clock=clock) as (session, _):
        events = session.events()
        heard = hear(events, 2)
        assert [(event.kind, event.phase, event.channel) for event in heard] == [
            ("disk-full", "start", None),
            ("illegal-access", "pulse", None),
        ]
        clock.advance(QUIET_S)
        assert hear(events, 1)[0].kind == "disk-full"


def test_pictures_are_passed_over_and_json_is_read() -> None:
    json = b'{"eventType":"VMD","eventState":"active","channelID":1,"dateTime":"2026-01-05T10:00:00Z"}'
    said = (part(JPEG * 50, "image/jpeg"), part(json, "application/json"), part(alert("defocus")))
    with opened(telling(*said, ends=True)) as (session, _):
        assert [event.kind for event in all_of(session)] == ["motion", "defocus"]


def test_a_part_that_cannot_be_read_is_told_and_does_not_end_the_rest() -> None:
    broken = b"<EventNotificationAlert><eventType>VMD</EventNotificationAlert>"
    with opened(telling(part(broken), part(alert("VMD")), ends=True)) as (session, _):
        assert [(event.kind, event.code) for event in all_of(session)] == [("other", "unreadable"), ("motion", "VMD")]


def test_a_stream_of_nothing_readable_is_given_up() -> None:
    broken = part(b"<EventNotificationAlert><eventType>VMD</EventNotificationAlert>")
    with opened(telling(*([broken] * 20))) as (session, _), pytest.raises(ProtocolError):
        hear(session.events(), 20)


def test_what_lasted_before_a_break_is_neither_told_twice_nor_forgotten() -> None:
    clock = FakeClock()
    with opened(telling(part(alert("VMD")), ends=True), clock=clock) as (session, server):
        assert [event.phase for event in all_of(session)] == ["start"]
        clock.advance(QUIET_S * 5)
        again = telling(part(alert("VMD")), 0.3, part(HEARTBEAT))[STREAM]
        server.set(*STREAM, again)
        events = session.events()
        assert next(events) is None
        clock.advance(QUIET_S)
        assert [event.phase for event in hear(events, 1)] == ["stop"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (told(4, "Invalid Operation", "notSupport"), Unsupported),
        (Fault("html"), ProtocolError),
        (Fault(500), ProtocolError),
        (Fault("empty"), DeviceUnreachable),
        (xml("<userCheck><statusValue>401</statusValue></userCheck>", status=403), AuthRejected),
        (Reply(media="multipart/mixed; boundary=b", stream=[b"x" * 65536] * 40, ends=True), ProtocolError),
    ],
    ids=str,
)
def test_no_stream_is_an_error(answer: Reply | Fault, error: type[Exception]) -> None:
    table = {**camera(), STREAM: answer, ("GET", "/Event/notification/alertStream"): NOT_SUPPORTED}
    with opened(table) as (session, _), pytest.raises(error):
        hear(session.events(), 1)
