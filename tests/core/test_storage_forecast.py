from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.storage_forecast import DAY_S, Written, forecast, is_over

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
GB = 10**9


def camera(name: str = "gate-1", *, day_gb: float = 10, wanted: float = 30, has: float = 5, **more) -> Written:
    """A camera that writes so much a day and has been recorded for `has` days."""
    young = round(day_gb * GB * min(has, wanted))
    return Written(name, wanted, round(day_gb * GB), DAY_S, young, min(has, wanted), **more)


def looked(*cameras: Written, free_gb: float, **more):
    room = {"min_free_bytes": 0, "max_bytes": None, "kept_bytes": 0, **more}
    used = sum(one.young_bytes for one in cameras) + room["kept_bytes"]
    return forecast(cameras, used_bytes=used, free_bytes=round(free_gb * GB), now=NOW, **room)


def days(found) -> float | None:
    return round((found.short_at - NOW) / timedelta(days=1), 2) if found.short_at else None


def test_a_volume_that_holds_what_is_wanted_is_never_short() -> None:
    found = looked(camera(has=5), free_gb=260)  # 5 days are there, 25 more are needed: 250 GB
    assert found.short_at is None
    assert (found.needed_bytes, found.room_bytes, found.holds_days) == (300 * GB, 310 * GB, 31.0)


def test_a_shortage_is_seen_days_before_the_disk_is_full() -> None:
    found = looked(camera(has=5), free_gb=150)
    assert days(found) == 15
    assert found.holds_days == 20


def test_a_disk_that_is_full_of_what_is_old_enough_is_not_short() -> None:
    assert days(looked(camera(has=30), free_gb=0)) is None


def test_a_camera_that_reaches_back_far_enough_makes_no_more_demands() -> None:
    old, new = camera("old", day_gb=10, has=30), camera("new", day_gb=2, has=0)
    assert days(looked(old, new, free_gb=60)) is None
    assert days(looked(old, new, free_gb=58)) == 29


def test_what_must_stay_free_and_what_is_held_take_room() -> None:
    assert days(looked(camera(has=5), free_gb=260, min_free_bytes=50 * GB)) == 21
    assert days(looked(camera(has=5), free_gb=260, kept_bytes=100 * GB)) is None
    held = forecast(
        [camera(has=5)],
        used_bytes=50 * GB,
        free_bytes=260 * GB,
        min_free_bytes=0,
        max_bytes=None,
        kept_bytes=20 * GB,
        now=NOW,
    )
    assert days(held) == 24


def test_a_limit_of_space_counts_like_a_smaller_disk() -> None:
    assert days(looked(camera(has=5), free_gb=9999, max_bytes=200 * GB)) == 15


def test_each_camera_counts_with_its_own_days() -> None:
    assert looked(camera("a", wanted=7), camera("b", wanted=90), free_gb=0).needed_bytes == 970 * GB


def test_a_camera_that_is_new_is_named_and_not_reckoned_with() -> None:
    new = Written("new", 30, GB, 600.0, GB, 0.01)
    found = looked(camera(), new, free_gb=260)
    assert (found.unknown, [one.camera for one in found.cameras]) == (["new"], ["gate-1"])


def test_a_camera_that_is_no_longer_recorded_keeps_its_place_and_grows_no_more() -> None:
    gone = camera("gone", has=20, recorded=False)
    found = looked(gone, camera(has=5), free_gb=250)
    assert found.day_bytes == 10 * GB
    assert found.needed_bytes == 500 * GB
    assert found.short_at is None


def test_what_is_too_much_already_is_short_now() -> None:
    assert days(looked(camera(has=5), free_gb=0, max_bytes=20 * GB)) == 0


def test_without_any_recording_nothing_is_short() -> None:
    found = looked(free_gb=0)
    assert (found.short_at, found.holds_days, found.cameras) == (None, None, [])


def test_a_shortage_is_over_only_with_a_margin() -> None:
    assert not is_over(looked(camera(has=5), free_gb=251))
    assert is_over(looked(camera(has=5), free_gb=266))


@given(
    st.lists(st.tuples(st.floats(0.1, 50), st.integers(1, 60), st.floats(0, 60)), min_size=1, max_size=5),
    st.floats(0, 3000),
)
def test_the_forecast_is_what_a_simulation_by_the_hour_finds(plant, free_gb) -> None:
    cameras = [camera(f"c{n}", day_gb=rate, wanted=wanted, has=has) for n, (rate, wanted, has) in enumerate(plant)]
    found = looked(*cameras, free_gb=free_gb)
    room = found.room_bytes
    short_in = None
    for hour in range(61 * 24 + 1):
        stays = sum(rate * GB * min(wanted, min(has, wanted) + hour / 24) for rate, wanted, has in plant)
        if stays > room:
            short_in = hour / 24
            break
    if days(found) is None:
        assert short_in is None or stays == pytest.approx(room, rel=1e-6)
    elif short_in is None:
        assert found.needed_bytes == pytest.approx(room, rel=1e-6)
    else:
        assert short_in - 1 / 24 - 0.02 <= days(found) <= short_in + 0.02
