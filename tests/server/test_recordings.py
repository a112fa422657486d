from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from hub.client.storages import StorageView, storages
from hub.client.viewings import begin
from hub.client.views import RecordingView
from hub.core.recorded import DayAccount, Gap, Span
from hub.core.recordings import RecordingsRemoved, RecordingViewed, RemovedRun
from hub.errors import NotAllowed, NotSignedIn, Refused
from tests.server.conftest import Plant, account_id

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def view(camera: str) -> RecordingView:
    return RecordingView(
        camera=camera,
        stream="watched",
        begin_at=AT,
        end_at=AT + HOUR,
        bytes=9,
        path=f"/srv/{camera}.mp4",
        name=f"{camera}/a.mp4",
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
        lambda: begin(client, cameras["production"], AT, AT + HOUR, "curious"),
    ):
        with pytest.raises(NotAllowed):
            await ask()
    assert [r for r in shelf.backend.records if isinstance(r.event, RecordingViewed)] == []


async def test_people_are_told_names_and_the_local_reader_where_files_lie(shelf: Plant) -> None:
    client = await shelf.signed_in(account_id("watch_officer", ["security"]))
    assert {one.path for one in await client.recordings(from_at=AT, to_at=AT + HOUR)} == {""}
    token = (shelf.data / "run" / "local.token").read_text(encoding="utf-8").strip()
    local = shelf.client(token)
    camera = by_domain(shelf)["security"]
    [found] = await local.recordings(camera=camera, from_at=AT, to_at=AT + HOUR)
    assert (found.path, found.name) == (f"/srv/{camera}.mp4", f"{camera}/a.mp4")


async def test_questions_without_bounds_are_refused(shelf: Plant) -> None:
    client = await shelf.signed_in(account_id("watch_officer", ["security"]))
    camera = by_domain(shelf)["security"]
    bad = [
        lambda: client.recordings(from_at=AT.replace(tzinfo=None), to_at=AT),
        lambda: client.recordings(from_at=AT, to_at=AT),
        lambda: client.recordings(from_at=AT, to_at=AT + HOUR, limit=10**9),
        lambda: client.recording_days(first=date(2020, 1, 1), last=date(2026, 1, 1)),
        lambda: client.recording_days(first=date(1, 1, 1), last=date(9999, 1, 1)),
        lambda: begin(client, camera, AT, AT + 48 * HOUR, "all of it"),
        lambda: begin(client, camera, AT, AT + HOUR, "  "),
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


async def test_where_recordings_lie_is_told_to_whoever_is_signed_in(shelf: Plant) -> None:
    shelf.backend.footage.places = [
        StorageView(storage="", segments=3, bytes=27),
        StorageView(storage="nas", problem="It is full.", segments=2, bytes=18, waiting=1, free_bytes=0),
    ]
    client = await shelf.signed_in(account_id("watch_officer", ["security"]))
    assert await storages(client) == shelf.backend.footage.places
    with pytest.raises(NotSignedIn):
        await storages(shelf.client("no-such-token"))
