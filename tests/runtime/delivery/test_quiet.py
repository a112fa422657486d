"""Quiet times and limits: who is held, until when."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.alarms.events import PRIORITIES, Priority
from hub.runtime.delivery.quiet import Manners, Quiet, Rate, below, free_at, held, quiet_until

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT = Quiet(time(22), time(6), "critical")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """An instant, given as the clock on the wall shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-01-05 21:59", None),
        ("2026-01-05 22:00", "2026-01-06 06:00"),
        ("2026-01-06 03:00", "2026-01-06 06:00"),
        ("2026-01-06 06:00", None),
    ],
)
def test_a_quiet_night_goes_over_midnight(now: str, end: str | None) -> None:
    assert quiet_until([NIGHT], "high", at(now), SHANGHAI) == (at(end) if end else None)


def test_what_is_critical_is_never_held_and_the_rest_as_its_priority_says() -> None:
    quiet = Manners(quiet=(Quiet(time(22), time(6), "high"),), rate=Rate(1, 3600))
    now = at("2026-01-05 23:00")
    long_ago = [now - timedelta(hours=2)]
    assert held(quiet, "critical", now, SHANGHAI, [now]) is None
    assert held(quiet, "high", now, SHANGHAI, long_ago) is None
    assert held(quiet, "medium", now, SHANGHAI, long_ago) == ("quiet", at("2026-01-06 06:00"))


def test_days_are_those_on_which_the_quiet_time_begins() -> None:
    friday_night = Quiet(time(22), time(6), "critical", ("fri",))
    assert quiet_until([friday_night], "low", at("2026-01-10 05:00"), SHANGHAI) == at("2026-01-10 06:00")
    assert quiet_until([friday_night], "low", at("2026-01-10 23:00"), SHANGHAI) is None


def test_a_whole_day_and_the_night_after_it_are_one_quiet_time() -> None:
    sunday = Quiet(time(0), time(0), "critical", ("sun",))
    assert quiet_until([sunday, NIGHT], "low", at("2026-01-10 23:00"), SHANGHAI) == at("2026-01-12 06:00")


def test_a_route_that_is_always_quiet_gives_an_end_all_the_same() -> None:
    always = Quiet(time(8), time(8), "critical")
    end = quiet_until([always], "low", at("2026-01-05 09:00"), SHANGHAI)
    assert end is not None
    assert timedelta(0) < end - at("2026-01-05 09:00") < timedelta(days=20)


def test_a_night_in_which_the_clocks_are_set_ends_at_the_hour_on_the_wall() -> None:
    spring, autumn = at("2026-03-28 23:00", BERLIN), at("2026-10-24 23:00", BERLIN)
    assert quiet_until([NIGHT], "low", spring, BERLIN) == at("2026-03-29 06:00", BERLIN)
    assert at("2026-03-29 06:00", BERLIN) - spring == timedelta(hours=6)
    assert at("2026-10-25 06:00", BERLIN) - autumn == timedelta(hours=8)
    assert quiet_until([NIGHT], "low", autumn, BERLIN) == at("2026-10-25 06:00", BERLIN)


def test_a_limit_frees_when_the_oldest_of_the_last_ones_is_over() -> None:
    now = at("2026-01-05 09:00")
    sent = [now - timedelta(minutes=minutes) for minutes in (61, 50, 40)]
    assert free_at(Rate(3, 3600), sent, now) is None
    assert free_at(Rate(2, 3600), sent, now) == now + timedelta(minutes=10)
    assert free_at(Rate(4, 3600), sent, now) is None


def test_a_machine_gets_everything_at_once() -> None:
    now = at("2026-01-05 23:00")
    assert held(Manners(one_by_one=True, quiet=(NIGHT,)), "low", now, SHANGHAI, [now] * 100) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.times(),
    st.times(),
    st.sampled_from(PRIORITIES),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_the_end_of_a_quiet_time_lies_ahead_and_is_not_quiet(
    moment: datetime, begins: time, ends: time, priority: Priority, zone: str
) -> None:
    now, site = moment.replace(tzinfo=UTC), ZoneInfo(zone)
    quiet = Quiet(begins, ends, "high")
    end = quiet_until([quiet], priority, now, site)
    if end is not None:
        assert below(priority, "high")
        assert end > now
        if begins != ends:
            assert quiet_until([quiet], priority, end, site) is None
            assert end - now <= timedelta(hours=25)
