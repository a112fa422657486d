from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from hub.client.views import RecordingView
from hub.core.recorded import DayAccount, Gap, Span
from hub.core.recordings import RecordingsRemoved, RecordingViewed, RemovedRun
from hub.errors import NotAllowed, NotFound, Refused
from tests.server.conftest import Plant, account_id

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def view(camera: str) -> RecordingView:
    return RecordingView(
        camera=camera, stream="watched", begin_at=AT, end_at=AT + HOUR, bytes=9, path=f"/srv/{camera}.mp4"
    )


@pytest.fixture
def shelf(plant: Plant) -> Plant:
    """Recordings of one camera of each domain, behind the API of the plant."""
    cameras = [camera.id for camera in plant.backend.state().site.cameras]

    async def recordings(span: Span, *, camera: str | None = None, limit: int) -> list[RecordingView]:
        found = [view(one) for one in cameras if camera in (None, one)]
        return found[:limit] if span.from_at < AT + HOUR and span.to_at > AT else []

    async def recording_days(wanted: Sequence[str], days: Sequence[date]) -> list[DayAccount]:
        gap = Gap(AT, AT + timedelta(seconds=60), "network")
        return [
            DayAccount(camera=one, day=day, planned_s=86400, actual_s=86340, gaps=[gap])
            for one in wanted
            for day in days
        ]

    plant.backend.recordings = recordings
    plant.backend.recording_days = recording_days
    return plant


def by_domain(plant: Plant) -> dict[str, str]:
    return {camera.domain: camera.id for camera in plant.backend.state().site.cameras}


async def test_people_see_the_recordings_of_their_own_domain(shelf: Plant) -> None:
    cameras = by_domain(shelf)
    client = await shelf.signed_in(account_id("watch_officer", ["security"]))
    found = await client.recordings(from_at=AT, to_at=AT + HOUR)
    assert cameras["security"] in {one.camera for one in found}
    assert cameras["production"] not in {one.camera for one in found}
    days = await client.recording_days(first=AT.date(), last=AT.date())
    assert cameras["production"] not in {one.camera for one in days}
    assert days[0].gaps[0].cause == "network"
    for ask in (
        lambda: client.recordings(camera=cameras["production"], from_at=AT, to_at=AT + HOUR),
        lambda: client.recording_days(camera=cameras["production"], first=AT.date(), last=AT.date()),
        lambda: client.view_recording(camera=cameras["production"], from_at=AT, to_at=AT + HOUR, reason="curious"),
    ):
        with pytest.raises(NotAllowed):
            await ask()
    assert [r for r in shelf.backend.records if isinstance(r.event, RecordingViewed)] == []


async def test_who_looks_at_what_and_why_is_on_record_before_the_files_are_named(shelf: Plant) -> None:
    camera = by_domain(shelf)["security"]
    client = await shelf.signed_in(account_id("watch_officer", ["security"]))
    found = await client.view_recording(camera=camera, from_at=AT, to_at=AT + HOUR, reason="theft at the gate\x1b[2J")
    assert [one.path for one in found] == [f"/srv/{camera}.mp4"]
    [record] = [r for r in shelf.backend.records if isinstance(r.event, RecordingViewed)]
    assert record.actor.startswith("person:")
    assert record.event == RecordingViewed(camera=camera, from_at=AT, to_at=AT + HOUR, reason="theft at the gate [2J")
    with pytest.raises(NotFound):
        await client.view_recording(camera=camera, from_at=AT + 2 * HOUR, to_at=AT + 3 * HOUR, reason="x")


async def test_questions_without_bounds_are_refused(shelf: Plant) -> None:
    client = await shelf.signed_in(account_id("watch_officer", ["security"]))
    camera = by_domain(shelf)["security"]
    bad = [
        lambda: client.recordings(from_at=AT.replace(tzinfo=None), to_at=AT),
        lambda: client.recordings(from_at=AT, to_at=AT),
        lambda: client.recordings(from_at=AT, to_at=AT + HOUR, limit=10**9),
        lambda: client.recording_days(first=date(2020, 1, 1), last=date(2026, 1, 1)),
        lambda: client.recording_days(first=date(1, 1, 1), last=date(9999, 1, 1)),
        lambda: client.view_recording(camera=camera, from_at=AT, to_at=AT + 48 * HOUR, reason="all of it"),
        lambda: client.view_recording(camera=camera, from_at=AT, to_at=AT + HOUR, reason="  "),
    ]
    for ask in bad:
        with pytest.raises(Refused):
            await ask()


async def test_what_was_deleted_of_another_domain_is_not_told(shelf: Plant) -> None:
    cameras = by_domain(shelf)
    runs = [
        RemovedRun(camera=one, stream="main", from_at=AT, to_at=AT + HOUR, count=1, bytes=1) for one in cameras.values()
    ]
    shelf.backend.write(RecordingsRemoved(rule="days", runs=runs))
    client = await shelf.signed_in(account_id("watch_officer", ["security"]))
    [event] = [one for one in await client.events() if one.type == "recordings.removed"]
    assert [run["camera"] for run in event.event["runs"]] == [cameras["security"]]
    assert cameras["production"] not in msgspec.json.encode(event).decode()
