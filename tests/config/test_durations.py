"""Lengths of time as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.config.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20s", 20), ("5m", 300), ("1h30m", 5400), ("3d", 259200), ("0.5s", 0.5), ("1d1h4.25s", 90004.25)],
)
def test_units_are_days_hours_minutes_and_seconds_in_this_order(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "s", "5 m", "5M", "1m1h", "-5s", "1.5h", "5ms", "1w", "٥s", "5s\n", "1e3s"])
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="'20s', '5m', '1h30m' or '3d'"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0s", "0m0s", "367d", "99999d"])
def test_nothing_and_more_than_a_year_are_refused(text):
    with pytest.raises(ValueError, match="at most 366d"):
        parse_duration(text)


@given(st.integers(0, 300), st.integers(0, 23), st.integers(0, 59), st.integers(1, 59))
def test_the_parts_add_up(days, hours, minutes, seconds):
    assert parse_duration(f"{days}d{hours}h{minutes}m{seconds}s") == ((days * 24 + hours) * 60 + minutes) * 60 + seconds
