"""Footage and events of Axis devices over real sockets. All answers are synthetic."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hub_axis.session import AxisSession

from hub.api import (
    DeviceEvent,
    DeviceForbidden,
    DeviceRecording,
    DeviceRejected,
    DeviceUnreachable,
    ProtocolError,
    Unsupported,
)
from hub.testing.devices import Fault, ReplayServer, Reply, Seen
from tests.plugins.hub_axis.opened import PASSWORD, USER, open_session, requests_to
from tests.plugins.hub_axis.synthetic import (
    MATROSKA,
    REFUSED,
    SERVICES,
    camera,
    message,
    pulled,
)

_START, _END = datetime(2026, 1, 5, 7, 5, tzinfo=UTC), datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


# --- recordings -----------------------------------------------------------------------------------------------------


def test_recordings_are_cut_to_the_time_that_is_asked_for(device: ReplayServer) -> None:
    found = list(open_session(device).search(1, _START, _END))
    assert [(one.start_at, one.end_at) for one in found] == [
        (_START, datetime(2026, 1, 5, 7, 10, tzinfo=UTC)),
        (datetime(2026, 1, 5, 9, tzinfo=UTC), _END),
    ]
    assert type(found[0]) is DeviceRecording


def test_pages_are_turned_until_the_last(device: ReplayServer) -> None:
    def page(seen: Seen) -> Reply:
        query = parse_qs(urlsplit(seen.path).query)
        first, many = int(query.get("startatresultnumber", ["0"])[0]), int(query["maxnumberofresults"][0])
        rows = "".join(
            f'<recording diskid="SD_DISK" recordingid="r{number}" starttime="2026-01-05T07:0{number % 10}:00Z"'
            ' stoptime="2026-01-05T08:00:00Z" recordingstatus="completed"/>'
            for number in range(first, min(first + many, 450))
        )
        return Reply(body=f"<root><recordings>{rows}</recordings></root>".encode())

    device.set("GET", "/axis-cgi/record/list.cgi", page)
    assert len({one.id for one in open_session(device).search(1, _START, _END)}) == 450


def _first(server: ReplayServer) -> DeviceRecording:
    return next(open_session(server).search(1, _START, _END))


def test_footage_is_handed_over_as_it_comes(device: ReplayServer) -> None:
    taken: list[bytes] = []
    export = open_session(device).export(_first(device), taken.append)
    assert b"".join(taken) == MATROSKA
    assert (export.media_type, export.size_bytes) == ("video/x-matroska", len(MATROSKA))
    query = parse_qs(urlsplit(requests_to(device, "/axis-cgi/record/export")[-1].path).query)
    assert query["recordingid"] == ["20260105_070000_00AA_ACCC8E000001"]
    assert (query["starttime"], query["stoptime"]) == (["2026-01-05T07:05:00Z"], ["2026-01-05T07:10:00Z"])


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b"<r><GeneralError><ErrorCode>110</ErrorCode></GeneralError></r>", DeviceRejected),
        (b"<r><GeneralError><ErrorCode>170</ErrorCode></GeneralError></r>", Unsupported),
        (b"<r><GeneralError><ErrorCode>10</ErrorCode></GeneralError></r>", ProtocolError),
        (b"<html>sign in</html>", ProtocolError),
        (b"", ProtocolError),
        (b"\x1a\x45", ProtocolError),
    ],
)
def test_a_refusal_is_not_written_as_footage(device: ReplayServer, reply: bytes, kind: type[Exception]) -> None:
    device.set("GET", "/axis-cgi/record/export/exportrecording.cgi", Reply(body=reply))
    taken: list[bytes] = []
    with pytest.raises(kind):
        open_session(device).export(_first(device), taken.append)
    assert taken == []


def test_footage_that_breaks_off_is_not_whole(device: ReplayServer) -> None:
    recording = _first(device)
    device.set("GET", "/axis-cgi/record/export/exportrecording.cgi", [Reply(body=MATROSKA), Fault("truncated")])
    with pytest.raises((DeviceUnreachable, ProtocolError)):
        open_session(device).export(recording, lambda piece: None)


def test_an_id_of_another_vendor_is_not_sent_to_the_device(device: ReplayServer) -> None:
    strange = DeviceRecording(id="SD_DISK/../../x&a=b", channel=1, start_at=_START, end_at=_END)
    with pytest.raises(DeviceRejected):
        open_session(device).export(strange, lambda piece: None)
    assert device.requests == []


# --- events ---------------------------------------------------------------------------------------------------------


def _collect(session: AxisSession, heard: list[DeviceEvent | None], failed: list[Exception]) -> None:
    try:
        for event in session.events():
            heard += [event]
    except Exception as caught:
        failed.append(caught)


def _until(condition: Any, within_s: float = 10.0) -> bool:
    waiting = threading.Event()
    for _ in range(int(within_s / 0.02)):
        if condition():
            return True
        waiting.wait(0.02)
    return bool(condition())


def test_events_are_pulled_and_the_subscription_is_given_back(device: ReplayServer) -> None:
    session = open_session(device)
    heard: list[DeviceEvent | None] = []
    failed: list[Exception] = []
    thread = threading.Thread(target=_collect, args=(session, heard, failed), daemon=True)
    thread.start()
    assert _until(lambda: len(heard) > 1), failed
    assert heard[0] is None, "a line that is good is told at once"
    assert heard[1] is not None
    assert (heard[1].kind, heard[1].channel) == ("tamper", 1)
    session.close()
    (ended,) = [seen for seen in device.requests if seen.operation == "Unsubscribe" and seen.signed_in]
    assert b"SubscriptionId" in ended.body
    device.hang_up()
    thread.join(10)
    assert not thread.is_alive()


def test_a_silent_device_is_told_of_as_silent(device: ReplayServer) -> None:
    device.set("POST", SERVICES, [pulled(), Fault("hang")], operation="PullMessages")
    iterator = open_session(device).events()
    assert [next(iterator), next(iterator)] == [None, None]
    (pull,) = [seen for seen in device.requests if seen.operation == "PullMessages" and seen.signed_in]
    assert b"PT7S" in pull.body, "an access waits 10 s for the first byte of an answer"


def _service(replies: Mapping[str, Any]) -> dict[Any, Any]:
    return {("POST", SERVICES, operation): reply for operation, reply in replies.items()}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        (_service({"CreatePullPointSubscription": Fault(404)}), Unsupported),
        (
            _service(
                {
                    "CreatePullPointSubscription": Reply(
                        body=REFUSED.format("ter:NotAuthorized", "x").encode(), status=400
                    )
                }
            ),
            DeviceForbidden,
        ),
        (
            _service(
                {
                    "CreatePullPointSubscription": Reply(
                        body=REFUSED.format("ter:ActionNotSupported", "x").encode(), status=500
                    )
                }
            ),
            Unsupported,
        ),
        (_service({"PullMessages": Reply(body=REFUSED.format("ter:X", "gone").encode(), status=400)}), ProtocolError),
        (_service({"PullMessages": Fault("endless")}), ProtocolError),
    ],
)
def test_what_stands_in_the_way_of_events_is_told(changes: dict[Any, Any], kind: type[Exception]) -> None:
    with (
        ReplayServer({**camera(), **changes}, user=USER, password=PASSWORD) as server,
        pytest.raises(kind),
    ):
        list(open_session(server).events())


def test_a_state_right_after_subscribing_is_told(device: ReplayServer) -> None:
    told = pulled(message("tns1:VideoSource/MotionAlarm", "Initialized", {"Source": "0"}, {"State": "0"}))
    device.set("POST", SERVICES, [told, Fault("hang")], operation="PullMessages")
    event = next(one for one in open_session(device).events() if one is not None)
    assert event is not None
    assert (event.kind, event.phase, event.channel) == ("motion", "stop", 1)
