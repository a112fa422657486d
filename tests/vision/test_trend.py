"""Slow decline, and that it is not mistaken for weather, for the course of the sun, or for nothing at all."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision import trend
from hub.vision.trend import Trend

FIRST = datetime(2026, 4, 1, tzinfo=UTC)
HOURS = range(8, 18)


def lived(
    days: int,
    *,
    daily: float = 0.0,
    seed: int = 0,
    weather: float = 0.02,
    cleaned: int | None = None,
    before: Trend = Trend(),
    first: int = 0,
) -> Trend:
    """A camera whose sharpness changes by `daily`, seen ten hours a day, with a course of the day and weather; one day
    in six it rains. `cleaned`: on the morning of that day it is as good as new."""
    dice = np.random.default_rng(seed)
    known = before
    for day in range(first, first + days):
        rain = -0.25 if dice.random() < 1 / 6 else 0.0
        since = day if cleaned is None or day < cleaned else day - cleaned
        for hour in HOURS:
            sharp = daily * since + 0.15 * np.sin(hour / 3) + rain + dice.normal(0, weather)
            for minute in range(0, 60, 10):
                at = FIRST + timedelta(days=day, hours=hour, minutes=minute)
                known = trend.follow(known, "day", at, (float(sharp + dice.normal(0, 0.01)), -0.01, 1.0))
    return known


@pytest.mark.parametrize("daily", [-0.004, -0.01, -0.03])
def test_a_decline_is_found_with_its_slope_whatever_the_sun_and_the_rain_do(daily: float) -> None:
    found = trend.decline(lived(40, daily=daily), "day", "sharpness")
    assert found is not None
    assert found.least <= daily <= found.most < 0
    assert found.slope == pytest.approx(daily, abs=0.003)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_weather_alone_is_no_decline(seed: int) -> None:
    found = trend.decline(lived(20, seed=seed), "day", "sharpness")
    assert found is not None
    assert found.most > -0.0015, "a week of that would be one per cent"


def test_days_of_rain_do_not_pull_the_line_along() -> None:
    known = lived(20)
    for day in (20, 21):
        for hour in HOURS:
            for minute in range(0, 60, 10):
                at = FIRST + timedelta(days=day, hours=hour, minutes=minute)
                known = trend.follow(known, "day", at, (-0.6, -0.01, 1.0))
    found = trend.decline(known, "day", "sharpness")
    assert found is not None
    assert found.most > 0


def test_a_few_days_say_nothing() -> None:
    assert trend.decline(lived(5, daily=-0.05), "day", "sharpness") is None
    assert trend.decline(Trend(), "day", "sharpness") is None


def test_cleaning_is_noticed_on_its_day_and_begins_a_new_line() -> None:
    dirty = lived(30, daily=-0.015)
    assert trend.cleaned_on(dirty) is None
    clean = lived(2, daily=-0.015, cleaned=30, before=dirty, first=30, seed=4)
    assert trend.cleaned_on(clean) == date(2026, 5, 1)
    assert trend.decline(clean, "day", "sharpness") is None, "two days of a clean lens say nothing yet"
    weeks = lived(20, daily=-0.015, cleaned=30, before=clean, first=32, seed=5)
    found = trend.decline(weeks, "day", "sharpness")
    assert found is not None
    assert found.level > -0.5, "it is counted from the cleaning on"


def test_it_is_remembered_for_sixty_days_and_over_a_restart() -> None:
    known = lived(61, daily=-0.003)
    again = trend.unpack(trend.pack(known))
    found, kept = (trend.decline(each, "day", "sharpness") for each in (known, again))
    assert found is not None
    assert kept is not None
    assert found.days >= 60
    assert kept.slope == pytest.approx(found.slope, abs=1e-3)


def test_it_stays_small_however_long_it_goes_on() -> None:
    known = lived(70)
    for number in range(10):
        at = FIRST + timedelta(days=71 + number)
        for minute in range(0, 60, 5):
            known = trend.follow(known, f"light-{number}", at + timedelta(minutes=minute), (0.0, 0.0, 1.0))
    known = trend.follow(known, "day", FIRST + timedelta(days=90), (0.0, 0.0, 1.0))
    assert len(known.lights) <= trend.MAX_LIGHTS
    assert sum(days.values.nbytes for days in known.lights.values()) <= 100_000


def test_a_clock_that_goes_back_changes_nothing() -> None:
    known = lived(3)
    assert trend.follow(known, "day", FIRST - timedelta(days=400), (0.0, 0.0, 1.0)) is known


@given(
    st.dictionaries(
        st.text(max_size=5), st.tuples(st.integers(), st.integers(), st.binary(max_size=64)), min_size=1, max_size=6
    )
)
def test_nothing_damaged_is_taken_for_a_trend(packed: dict[str, tuple[int, int, bytes]]) -> None:
    with pytest.raises(ValueError, match="days of"):
        trend.unpack(packed)
