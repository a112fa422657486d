"""How long each camera was good, day by day: the hub's account against the books of the plant."""

from zoneinfo import ZoneInfo

import pytest

from hub.core.catalogue import HubStarted
from hub.core.event import wire_name
from hub.core.kpi.availability import TYPES, Availability, CameraDay
from tests.sim.conftest import Plant
from tests.sim.plant import CAMERAS

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def account(plant: Plant) -> list[CameraDay]:
    availability = Availability(SHANGHAI)
    before = plant.records[0]
    for record in plant.records:
        if isinstance(record.event, HubStarted):
            availability.seen(before.seen_at)  # as the book of the figures does: the hub ran until its last record
        if wire_name(record.event) in TYPES:
            availability.take([record])
        before = record
    return availability.days(plant.month.closed_at)


def test_each_camera_has_the_seconds_of_each_day_that_it_really_had(plant: Plant, account: list[CameraDay]) -> None:
    mine = {camera: plant.month.camera_days(camera) for camera in CAMERAS}
    assert len(account) == sum(map(len, mine.values()))
    wrong = []
    for theirs in account:
        day = mine[theirs.camera][theirs.day.isoformat()]
        told = {name: getattr(theirs, name) for name in day._fields}
        if told != pytest.approx(day._asdict(), abs=1e-3):
            wrong.append((theirs.camera, theirs.day, told, day))
    assert wrong == []


def test_the_account_has_every_kind_of_time(account: list[CameraDay]) -> None:
    for name in ("good_s", "fault_s", "lost_s", "not_judged_s", "unwatched_s", "excused_s"):
        assert sum(getattr(day, name) for day in account) > 0, name


def test_nobody_watches_for_as_long_as_the_hub_is_down(plant: Plant, account: list[CameraDay]) -> None:
    down_s = sum((end - begin).total_seconds() for _, begin, end in plant.month.down)
    unknown_s = sum((begin - known_until).total_seconds() for known_until, begin, _ in plant.month.down)
    assert len(plant.month.down) == 3
    assert 0 < unknown_s <= 2 * 10, "two crashes, and a note every ten seconds"
    for camera in CAMERAS:
        unwatched_s = sum(day.unwatched_s for day in account if day.camera == camera)
        # Nobody knows what was seen between the last note and a crash.
        assert unwatched_s == pytest.approx(down_s + unknown_s, abs=0.01)


def test_no_second_is_counted_twice_or_lost(plant: Plant, account: list[CameraDay]) -> None:
    whole_s = (plant.month.closed_at - plant.month.start_at).total_seconds()
    for camera in CAMERAS:
        assert sum(day.whole_s for day in account if day.camera == camera) == pytest.approx(whole_s, abs=0.01)


def test_what_holds_of_the_cameras_at_the_end_is_what_is_the_matter_with_them(plant: Plant) -> None:
    theirs = {name: set(camera.findings) for name, camera in plant.state.cameras.items()}
    assert theirs == plant.month.cameras.findings == plant.month.truth
    assert {name for name, camera in plant.state.cameras.items() if camera.not_judged} == set(plant.month.blind)
