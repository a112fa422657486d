"""The device's clock, worked out from its wall time and its own settings."""

from datetime import UTC, datetime, timedelta

import pytest
from hub_dahua.parse_clock import Turn, Zone, parse_clock, parse_local, parse_zone, to_local, to_utc
from hypothesis import given
from hypothesis import strategies as st

from hub.api import ProtocolError, Unsupported
from tests.plugins.hub_dahua.synthetic import CAMERA, CONFIG, RECORDER, table_of

_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_EUROPE = Zone(timedelta(hours=1), Turn(3, -1, 0, 2, 0), Turn(10, -1, 0, 3, 0))
_SOUTH = Zone(timedelta(hours=10), Turn(10, 1, 0, 2, 0), Turn(4, 1, 0, 3, 0))


def test_the_devices_zone_makes_utc_of_its_local_time() -> None:
    clock = parse_clock(
        table_of(CAMERA, "global.cgi?action=getCurrentTime"),
        table_of(CAMERA, f"{CONFIG}NTP"),
        table_of(CAMERA, f"{CONFIG}Locales"),
        _NOON,
    )
    assert clock.at == datetime(2026, 11, 23, 16, 0, 5, tzinfo=UTC)
    assert (clock.source, clock.servers, clock.asked_at) == ("ntp", ("ntp.plant.example",), _NOON)


def test_summer_time_is_worked_out_by_the_devices_own_rule() -> None:
    clock = parse_clock(
        table_of(RECORDER, "global.cgi?action=getCurrentTime"),
        table_of(RECORDER, f"{CONFIG}NTP"),
        table_of(RECORDER, f"{CONFIG}Locales"),
        _NOON,
    )
    assert clock.at == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert (clock.source, clock.servers) == ("manual", ())


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        (_EUROPE, "2026-03-29 01:59:59", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)),
        (_EUROPE, "2026-03-29 03:00:00", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (_EUROPE, "2026-10-25 01:30:00", datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        (_EUROPE, "2026-10-25 03:00:00", datetime(2026, 10, 25, 2, tzinfo=UTC)),
        (_SOUTH, "2026-01-15 12:00:00", datetime(2026, 1, 15, 1, tzinfo=UTC)),
        (_SOUTH, "2026-07-15 12:00:00", datetime(2026, 7, 15, 2, tzinfo=UTC)),
        (Zone(timedelta(hours=-5)), "2026-07-01 12:00:00", datetime(2026, 7, 1, 17, tzinfo=UTC)),
    ],
)
def test_both_edges_of_summer_time_and_both_halves_of_the_earth(zone: Zone, local: str, utc: datetime) -> None:
    assert to_utc(parse_local(local), zone) == utc


def test_in_the_hour_that_comes_twice_the_time_near_ours_is_meant() -> None:
    local = parse_local("2026-10-25 02:30:00")
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert to_utc(local, _EUROPE) == first
    assert to_utc(local, _EUROPE, near=first + timedelta(seconds=9)) == first
    assert to_utc(local, _EUROPE, near=second + timedelta(seconds=9)) == second


@given(
    st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2090, 1, 1)),
    st.sampled_from([_EUROPE, _SOUTH, Zone(timedelta(hours=8)), Zone(timedelta(minutes=-570))]),
)
def test_a_time_written_for_the_device_is_read_back_the_same(at: datetime, zone: Zone) -> None:
    moment = at.replace(tzinfo=UTC)
    assert to_utc(to_local(moment, zone), zone, near=moment) == moment


def test_a_rule_by_the_day_of_the_month_is_understood() -> None:
    assert Turn(2, 0, 31, 2, 0).at(2026) == datetime(2026, 2, 28, 2)
    assert Turn(3, 2, 0, 2, 0).at(2026) == datetime(2026, 3, 8, 2)
    assert Turn(10, 5, 1, 2, 0).at(2026) == datetime(2026, 10, 26, 2)


def test_a_zone_that_is_not_known_makes_no_drift() -> None:
    with pytest.raises(Unsupported, match="time zone"):
        parse_zone({"table.NTP.TimeZone": "99"}, {})


@pytest.mark.parametrize(
    "said",
    [
        *("", "2026-02-30 00:00:00", "0000-00-00 00:00:00", "12:00", "2026-01-01 25:00:00"),
        # Times from which a zone leads out of the calendar.
        *("0001-01-01 00:00:00", "9999-12-31 23:59:59"),
    ],
)
def test_times_that_do_not_exist_are_not_times(said: str) -> None:
    with pytest.raises(ProtocolError):
        parse_local(said)


def test_a_rule_for_summer_time_that_cannot_be_is_not_guessed() -> None:
    locales = {"table.Locales.DSTEnable": "true", "table.Locales.DSTStart.Month": "13"}
    with pytest.raises(ProtocolError):
        parse_zone({"table.NTP.TimeZone": "1"}, locales)
