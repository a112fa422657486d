from datetime import UTC, datetime

import pytest

from hub.client.storage import forecast
from hub.core.storage_forecast import CameraForecast, Forecast
from hub.errors import NotSignedIn
from tests.server.conftest import Plant, account_id

AT = datetime(2026, 1, 20, 8, tzinfo=UTC)


def found(plant: Plant) -> Forecast:
    cameras = [camera.id for camera in plant.backend.state().site.cameras]
    return Forecast(
        room_bytes=10**12,
        needed_bytes=2 * 10**12,
        day_bytes=10**11,
        holds_days=10.0,
        short_at=AT,
        cameras=[CameraForecast(camera=one, day_bytes=1, wanted_days=30, needed_bytes=30) for one in cameras],
        unknown=cameras,
    )


async def test_everybody_sees_the_room_and_the_cameras_of_their_own_domain(plant: Plant) -> None:
    plant.backend.footage.room = found(plant)
    domains = {camera.id: camera.domain for camera in plant.backend.state().site.cameras}
    client = await plant.signed_in(account_id("watch_officer", ["security"]))
    seen = await forecast(client)
    assert seen is not None
    assert (seen.short_at, seen.room_bytes, seen.holds_days) == (AT, 10**12, 10.0)
    assert {domains[one.camera] for one in seen.cameras} == {"security"}
    assert {domains[one] for one in seen.unknown} == {"security"}


async def test_where_nothing_was_recorded_there_is_no_forecast(plant: Plant) -> None:
    client = await plant.signed_in(account_id("watch_officer", ["security"]))
    assert await forecast(client) is None


async def test_who_is_not_signed_in_learns_nothing(plant: Plant) -> None:
    with pytest.raises(NotSignedIn):
        await forecast(plant.client())
