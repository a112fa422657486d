"""Footage on a camera, over real sockets. All answers are synthetic."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.api import DeviceUnreachable, ProtocolError, Unsupported
from hub.testing.devices import Fault
from tests.plugins.hub_hikvision.opened import asked, opened
from tests.plugins.hub_hikvision.synthetic import MP4, camera, found, new_york, told

DAY = datetime(2026, 1, 5, tzinfo=UTC)


def test_footage_is_found_and_fetched() -> None:
    with opened(camera()) as (session, server):
        recordings = list(session.search(1, DAY, DAY + timedelta(days=1)))
        question = server.requests[-1].body
        taken: list[bytes] = []
        export = session.export(recordings[0], taken.append)
        order = server.requests[-1].body
    assert [(each.start_at.hour, each.end_at.hour, each.reason) for each in recordings] == [
        (1, 2, "timing"),
        (2, 3, "timing"),
    ]
    assert recordings[0].size_bytes == 4096
    assert b"<startTime>2026-01-05T00:00:00Z</startTime>" in question
    assert b"<trackID>101</trackID>" in question
    assert b"&amp;size=4096</playbackURI>" in order
    assert b"".join(taken) == MP4
    assert (export.media_type, export.size_bytes) == ("video/mp4", len(MP4))


def test_some_devices_mean_their_own_time_when_they_write_z() -> None:
    zone = {**camera(), ("GET", "/ISAPI/System/time"): new_york(datetime.now(UTC))}
    with opened(zone, footage_times="device") as (session, server):
        recordings = list(session.search(1, DAY, DAY + timedelta(days=1)))
        question = server.requests[-1].body
    assert b"<startTime>2026-01-04T19:00:00Z</startTime>" in question
    assert recordings[0].start_at == datetime(2026, 1, 5, 6, tzinfo=UTC)


def test_no_footage_is_an_empty_answer_and_nonsense_is_an_error() -> None:
    search = ("POST", "/ISAPI/ContentMgmt/search")
    with opened({**camera(), search: found(status="NO MATCHES")}) as (session, _):
        assert list(session.search(1, DAY, DAY + timedelta(days=1))) == []
    for nonsense in (found(status="MORE"), found((1, 2), status="PERHAPS")):
        with opened({**camera(), search: nonsense}) as (session, _), pytest.raises(ProtocolError):
            list(session.search(1, DAY, DAY + timedelta(days=1)))


def test_a_device_that_repeats_its_first_page_for_ever_is_stopped() -> None:
    table = {**camera(), ("POST", "/ISAPI/ContentMgmt/search"): found((1, 2), (2, 3), status="MORE")}
    with opened(table) as (session, server):
        with pytest.raises(ProtocolError, match="not in order"):
            list(session.search(1, DAY, DAY + timedelta(days=1)))
        assert len(asked(server, "POST")) == 2


def test_an_export_that_is_refused_or_cut_off_is_an_error() -> None:
    download = ("POST", "/ISAPI/ContentMgmt/download")
    for wrong in (told(4, "Invalid Operation", "notSupport"), Fault("truncated"), Fault("empty"), Fault("html")):
        with opened({**camera(), download: wrong}) as (session, _):
            recording = next(session.search(1, DAY, DAY + timedelta(days=1)))
            with pytest.raises((Unsupported, ProtocolError, DeviceUnreachable)):
                session.export(recording, lambda piece: None)
