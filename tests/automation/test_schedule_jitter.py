"""Instants that are put off: within their room, in order, and not to be reckoned without the secret."""

from datetime import datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.automation.model import Every
from hub.automation.schedules.instants import Plan, planned
from hub.automation.schedules.jitter import Coming, coming, latest, planned_for, put_off
from hub.automation.schedules.schedule import validate
from hub.core.calendar import Calendar
from tests.automation.schedules import BEGINNINGS, BERLIN, CALENDARS, SECRET, SHANGHAI, everies, utc

NIGHTLY = Plan(Every(interval_s=3600, between=(time(22), time(6)), jitter_s=1800), SHANGHAI)


def first(plan: Plan, rule: str, secret: bytes, count: int) -> list[Coming]:
    return list(islice(coming(plan, rule, secret, utc("2026-01-05")), count))


def test_the_same_secret_gives_the_same_moments_and_another_one_others() -> None:
    assert first(NIGHTLY, "attention", SECRET, 50) == first(NIGHTLY, "attention", SECRET, 50)
    for rule, secret in (("attention", b"another"), ("other", SECRET)):
        same = zip(first(NIGHTLY, "attention", SECRET, 50), first(NIGHTLY, rule, secret, 50), strict=True)
        assert sum(here.at == there.at for here, there in same) < 5


def test_moments_are_spread_over_the_whole_room() -> None:
    offsets = [(at - due_at).total_seconds() for due_at, at in first(NIGHTLY, "attention", SECRET, 2000)]
    assert min(offsets) < 30
    assert max(offsets) > 1770
    assert abs(sum(offsets) / len(offsets) - 900) < 40
    quarters = [sum(begin <= offset < begin + 450 for offset in offsets) for begin in (0, 450, 900, 1350)]
    assert all(400 < quarter < 600 for quarter in quarters)


def test_a_part_of_the_day_is_not_left_and_the_next_instant_is_not_reached() -> None:
    night = Plan(Every(interval_s=3600, between=(time(22), time(0, 10)), jitter_s=3600), SHANGHAI)
    for due_at, at in first(night, "attention", SECRET, 300):
        local = at.astimezone(SHANGHAI).time()
        assert local >= time(22) or local < time(0, 10)
        assert at < latest(night, due_at) <= due_at + timedelta(hours=1)
    assert latest(night, utc("2026-01-05T16:00")) == utc("2026-01-05T16:10")


def test_without_jitter_nothing_is_put_off() -> None:
    plan = Plan(Every(at=(time(8, 30),)), SHANGHAI)
    assert all(due_at == at == latest(plan, due_at) for due_at, at in first(plan, "x", SECRET, 10))


@settings(max_examples=60, deadline=None)
@given(
    every=everies(),
    zone=st.sampled_from([BERLIN, SHANGHAI]),
    calendar=CALENDARS,
    begin=BEGINNINGS,
    jitter_s=st.floats(1, 40_000),
    cut_s=st.integers(0, 200_000),
)
def test_every_planned_instant_comes_once_in_order_wherever_the_walk_begins(
    every: Every, zone: ZoneInfo, calendar: Calendar, begin: datetime, jitter_s: float, cut_s: int
) -> None:
    assume(not validate(every))
    plan = Plan(replace(every, jitter_s=jitter_s), zone, calendar)
    came = list(islice(coming(plan, "rule", SECRET, begin), 30))
    assert [each.due_at for each in came if each.due_at > begin] == list(
        islice(planned(plan, begin), sum(each.due_at > begin for each in came))
    )
    assert all(due_at <= at < due_at + timedelta(seconds=jitter_s) or at == due_at for due_at, at in came)
    assert all(earlier.at < later.due_at for earlier, later in pairwise(came))
    assert all(planned_for(plan, "rule", SECRET, at) == due_at for due_at, at in came)
    middle = begin + timedelta(seconds=cut_s)
    assert [each for each in came if each.at > middle] == list(
        islice(coming(plan, "rule", SECRET, middle), sum(each.at > middle for each in came))
    )
    assert all(put_off(plan, "rule", SECRET, due_at) == at for due_at, at in came)
