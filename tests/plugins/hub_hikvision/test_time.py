"""The time that a device shows."""

from datetime import UTC, datetime, timedelta

import pytest
from hub_hikvision.parse_time import offset_at, parse_time, read_instant, read_zone, write_local
from hub_hikvision.tree import parse_tree
from hypothesis import given
from hypothesis import strategies as st

from hub.api import ProtocolError
from tests.plugins.hub_hikvision.synthetic import NEW_YORK, time_is

PARIS = "CST-1:00:00DST01:00:00,M3.5.0/02:00:00,M10.5.0/03:00:00"
SYDNEY = "EST-10:00:00DST01:00:00,M10.1.0/02:00:00,M4.1.0/03:00:00"
HALF = "CST-10:30:00DST00:30:00,M10.1.0/02:00:00,M4.1.0/02:00:00"


def shown(local: str, zone: str, now: datetime) -> datetime:
    return parse_time(parse_tree(time_is(local, zone).body), now).at


@pytest.mark.parametrize(
    ("zone", "hours"), [("CST-8:00:00", 8), ("CST+5:00:00", -5), ("CST5", -5), ("<+0530>-5:30", 5.5), ("UTC0", 0)]
)
def test_the_sign_of_a_zone_is_reversed(zone: str, hours: float) -> None:
    read = read_zone(zone)
    assert read is not None
    assert read.offset == timedelta(hours=hours)
    assert not read.in_summer(datetime(2026, 7, 1))


@pytest.mark.parametrize("zone", ["", "nowhere", "CST-99:00:00", "8", "CST", "<", "M3.2.0"])
def test_what_is_no_zone_is_none(zone: str) -> None:
    assert read_zone(zone) is None


@pytest.mark.parametrize(
    ("zone", "wall", "summer"),
    [
        (NEW_YORK, datetime(2026, 3, 8, 1, 59), False),
        (NEW_YORK, datetime(2026, 3, 8, 2, 0), True),
        (NEW_YORK, datetime(2026, 11, 1, 1, 59), True),
        (NEW_YORK, datetime(2026, 11, 1, 2, 0), False),
        (PARIS, datetime(2026, 3, 29, 2, 0), True),
        (PARIS, datetime(2026, 10, 25, 3, 0), False),
        (SYDNEY, datetime(2026, 1, 1), True),
        (SYDNEY, datetime(2026, 7, 1), False),
        (SYDNEY, datetime(2026, 10, 4, 2, 0), True),
    ],
)
def test_summer_begins_and_ends_as_the_zone_says(zone: str, wall: datetime, summer: bool) -> None:
    read = read_zone(zone)
    assert read is not None
    assert read.in_summer(wall) is summer


@pytest.mark.parametrize(
    "local",
    ["2026-07-01T08:00:00-05:00", "2026-07-01T08:00:00-04:00", "2026-07-01T08:00:00", "2026-07-01T07:00:00-05:00"],
    ids=["winter's offset behind summer's time", "summer's offset", "no offset", "winter's time all year"],
)
def test_a_good_clock_in_summer_does_not_drift_however_it_is_written(local: str) -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert shown(local, NEW_YORK, now) == now


@pytest.mark.parametrize("hours", [-7, -2, 2, 7])
def test_a_clock_that_is_wrong_in_summer_is_wrong_by_as_much(hours: int) -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    wall = now - timedelta(hours=4) + timedelta(hours=hours)
    assert shown(f"{wall:%Y-%m-%dT%H:%M:%S}-05:00", NEW_YORK, now) - now == timedelta(hours=hours)


def test_an_offset_that_contradicts_the_zone_is_believed() -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    assert shown("2026-01-05T03:00:00+03:00", "CST-8:00:00", now) == now
    assert shown("2026-01-05T00:00:00Z", "CST-8:00:00", now) == now


def test_without_an_offset_the_zone_counts_and_without_either_nothing_does() -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    assert shown("2026-01-05T08:00:00", "CST-8:00:00", now) == now
    with pytest.raises(ProtocolError, match="zone"):
        shown("2026-01-05T08:00:00", "", now)


@pytest.mark.parametrize(
    "local", ["", "0000-00-00T00:00:00Z", "2026-02-30T00:00:00Z", "yesterday", "2026-01-05T25:00:00Z"]
)
def test_what_is_no_time_is_an_error(local: str) -> None:
    with pytest.raises(ProtocolError):
        shown(local, "CST-8:00:00", datetime(2026, 1, 5, tzinfo=UTC))
    assert read_instant(local) is None


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from([NEW_YORK, PARIS, SYDNEY, HALF, "CST-8:00:00"]),
    st.sampled_from(["", "-05:00", "+08:00", "Z"]),
)
def test_what_is_set_reads_back_as_what_was_meant(naive: datetime, zone: str, suffix: str) -> None:
    now = naive.replace(tzinfo=UTC, microsecond=0)
    read = parse_time(parse_tree(time_is(f"{naive:%Y-%m-%dT%H:%M:%S}{suffix}", zone).body), now)
    again = parse_time(parse_tree(time_is(write_local(read.at, read), zone).body), now)
    assert again.at == read.at


@given(st.text(max_size=60))
def test_any_text_is_a_zone_or_none(text: str) -> None:
    read_zone(text)
    read_zone(f"CST-1:00:00DST01:00:00,M{text},M{text}")
    read_instant(text)


def test_another_season_has_another_offset() -> None:
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    read = parse_time(parse_tree(time_is("2026-01-05T07:00:00-05:00", NEW_YORK).body), now)
    assert offset_at(read, datetime(2026, 7, 1)) == timedelta(hours=-4)
    assert offset_at(read, datetime(2026, 1, 1)) == timedelta(hours=-5)
