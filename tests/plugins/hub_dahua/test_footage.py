"""Recordings in a device, over real sockets and the hub's own access."""

from datetime import UTC, datetime

import pytest
from hub_dahua.options import DahuaOptions
from hub_dahua.session import DahuaSession

from hub.api import DeviceRejected, DeviceUnreachable, ProtocolError, Unsupported
from hub.testing.devices import Fault, Reply, Seen
from tests.plugins.hub_dahua.served import asked, served
from tests.plugins.hub_dahua.synthetic import BAD_REQUEST, CAMERA, DAV, footage, lines

_DAY = (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))


def test_recordings_are_found_in_order_and_the_finder_is_given_back() -> None:
    with served({**CAMERA, **footage()}) as (device, session):
        first, second = session.search(1, *_DAY)
        assert (first.start_at, first.reason) == (datetime(2026, 1, 5, 9, tzinfo=UTC), "Event, VideoMotion")
        assert (second.start_at, second.size_bytes) == (datetime(2026, 1, 5, 10, tzinfo=UTC), 10244)
        steps = [path.partition("action=")[2].partition("&")[0] for path in asked(device, containing="mediaFileFind")]
        assert steps == ["factory.create", "findFile", "findNextFile", "findNextFile", "close", "destroy"]
        (question,) = asked(device, containing="findFile")
        assert "condition.Channel=1&condition.StartTime=2026-01-05%2008:00:00" in question


@pytest.mark.parametrize("wrong", [Fault("html"), Fault(500), Fault("closed")])
def test_the_finder_is_given_back_whatever_happens(wrong: Fault) -> None:
    answers = footage()
    good = answers["GET", "/cgi-bin/mediaFileFind.cgi"]

    def fails(seen: Seen) -> Reply | Fault:
        found: Reply = good(seen)
        return wrong if "findNextFile" in seen.path else found

    with served({**CAMERA, **answers, ("GET", "/cgi-bin/mediaFileFind.cgi"): fails}) as (device, session):
        with pytest.raises((ProtocolError, DeviceUnreachable)):
            list(session.search(1, *_DAY))
        assert asked(device, containing="action=destroy&object=1234567")


def test_a_finder_that_could_not_be_given_back_in_time_is_given_back_at_the_end() -> None:
    answers = footage()
    good = answers["GET", "/cgi-bin/mediaFileFind.cgi"]

    def hangs(seen: Seen) -> Reply | Fault:
        found: Reply = good(seen)
        return Fault("hang") if "findNextFile" in seen.path else found

    with served({**CAMERA, **answers, ("GET", "/cgi-bin/mediaFileFind.cgi"): hangs}) as (device, session):
        access = device.access(deadline_s=20.0)
        session = DahuaSession(access, DahuaOptions())
        with access.deadline(3.0), pytest.raises(DeviceUnreachable):
            list(session.search(1, *_DAY))
        assert not asked(device, containing="action=destroy")
        access.close()
        with access.farewell(5.0):
            session.close()
        assert asked(device, containing="action=destroy&object=1234567")


def test_a_search_that_the_device_refuses_is_not_an_empty_one() -> None:
    answers = footage()
    good = answers["GET", "/cgi-bin/mediaFileFind.cgi"]

    def refuses(seen: Seen) -> Reply:
        found: Reply = good(seen)
        return BAD_REQUEST if "action=findFile" in seen.path else found

    with (
        served({**CAMERA, **answers, ("GET", "/cgi-bin/mediaFileFind.cgi"): refuses}) as (_, session),
        pytest.raises(DeviceRejected),
    ):
        list(session.search(1, *_DAY))


def test_a_device_that_finds_without_end_is_stopped() -> None:
    page = lines(
        "found=100",
        *(f"items[{n}].{key}=2026-01-05 18:{n // 2:02d}:00" for n in range(100) for key in ("StartTime", "EndTime")),
    )
    with served({**CAMERA, **footage(pages=[page] * 5000)}) as (device, session):
        assert len(list(session.search(1, *_DAY))) == 10_000
        assert len(asked(device, containing="findNextFile")) == 101


def test_footage_is_fetched_as_the_device_gives_it() -> None:
    with served({**CAMERA, **footage()}) as (_, session):
        recording = next(iter(session.search(1, *_DAY)))
        pieces: list[bytes] = []
        export = session.export(recording, pieces.append)
        assert b"".join(pieces) == DAV
        assert (export.size_bytes, export.media_type) == (len(DAV), "application/octet-stream")


def test_footage_is_fetched_by_its_times_where_there_is_no_file() -> None:
    by_time = "/cgi-bin/loadfile.cgi?action=startLoad&channel=1&startTime=2026-01-05%2017:00:00"
    answers = {key: answer for key, answer in footage().items() if "RPC_Loadfile" not in key[1]}
    answers["GET", f"{by_time}&endTime=2026-01-05%2018:00:00&subtype=0"] = Reply(body=DAV, chunked=True)
    with served({**CAMERA, **answers}) as (_, session):
        recording = next(iter(session.search(1, *_DAY)))
        pieces: list[bytes] = []
        assert session.export(recording, pieces.append).size_bytes == len(DAV) == len(b"".join(pieces))


@pytest.mark.parametrize("wrong", [Fault("truncated"), Fault("empty"), Fault("html"), Fault(500), Fault("redirect")])
def test_footage_that_does_not_come_whole_is_never_called_whole(wrong: Fault) -> None:
    with served({**CAMERA, **footage()}) as (device, session):
        recording = next(iter(session.search(1, *_DAY)))
        for path in [path for _, path in footage() if "RPC_Loadfile" in path]:
            device.set("GET", path, wrong)
        with pytest.raises((ProtocolError, DeviceUnreachable, Unsupported)):
            session.export(recording, lambda piece: None)
