"""Learned ranges: they open quickly, close slowly, follow the hour, and are safe to keep and to read back."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision.usual import MAX_MEASURES, Usual, begin, expected, learn

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
VALUES = st.lists(st.floats(0, 255), min_size=40, max_size=80)


def learned(values, *, name="mean", step_s=10.0, at=None, usual=None) -> Usual:
    usual = Usual() if usual is None else usual
    for value in values:
        usual = learn(usual, {name: value}, step_s, at)
    return usual


def test_the_ends_of_a_range_lie_where_hardly_a_value_goes() -> None:
    values = np.random.default_rng(1).normal(100, 10, 4000)
    found = learned(values).ranges["mean"]
    beyond = float(((values < found.low) | (values > found.high)).mean())
    assert 0.001 < beyond < 0.06
    assert found.middle == pytest.approx(100, abs=3)


@settings(max_examples=25)
@given(VALUES)
def test_a_range_holds_its_middle_and_lies_within_what_was_seen(values) -> None:
    found = learned(values).ranges["mean"]
    assert min(values) - 1e-6 <= found.low <= found.high <= max(values) + 1e-6
    assert min(values) - 1e-6 <= found.middle <= max(values) + 1e-6


@settings(max_examples=25)
@given(VALUES, st.floats(0.2, 4), st.floats(-50, 50))
def test_gain_and_offset_of_the_values_are_those_of_the_range(values, gain, offset) -> None:
    plain = learned(values).ranges["mean"]
    changed = learned([gain * value + offset for value in values]).ranges["mean"]
    for end in ("low", "middle", "high"):
        assert getattr(changed, end) == pytest.approx(gain * getattr(plain, end) + offset, abs=1e-6)


def test_one_odd_picture_moves_a_range_little_and_a_new_habit_moves_it_soon() -> None:
    quiet = learned([100.0, 104.0] * 200)
    odd = learned([200.0], usual=quiet).ranges["mean"]
    assert odd.high < 115
    assert learned([200.0] * 30, usual=quiet).ranges["mean"].high > 190


def test_what_no_longer_happens_is_forgotten_over_days_not_minutes() -> None:
    wide = learned([200.0] * 60, usual=learned([100.0] * 200))
    after_an_hour = learned([100.0] * 360, usual=wide).ranges["mean"].high
    after_two_weeks = learned([100.0] * 360 * 14, usual=wide).ranges["mean"].high
    assert after_an_hour > 170
    assert after_two_weeks < 125


def test_nothing_is_expected_before_there_is_a_minute_and_a_young_range_is_wide() -> None:
    assert expected(learned([90.0, 110.0]), None).of("mean") is None
    young = expected(learned([90.0, 110.0] * 10), None).of("mean")
    old = expected(learned([90.0, 110.0] * 300), None).of("mean")
    assert young is not None
    assert old is not None
    assert young.high - young.low > 1.4 * (old.high - old.low)


def test_what_the_quiet_period_showed_is_known_roughly_until_a_minute_was_seen() -> None:
    usual = begin([{"mean": 90.0}, {"mean": 110.0}, {"mean": 95.0}])
    at_first = expected(usual, NOON)
    assert at_first.of("mean") is None
    assert not at_first.timed
    rough = at_first.roughly("mean")
    assert (rough.low, rough.middle, rough.high) == (70.0, 95.0, 130.0)
    assert at_first.roughly("contrast") is None
    later = expected(learned([100.0] * 6, usual=usual), None)
    assert later.roughly("mean") == later.of("mean")
    assert later.of("mean").low == pytest.approx(rough.low, abs=1.0)


def test_the_hour_counts_with_its_neighbours_and_the_light_where_the_hour_is_not_known() -> None:
    usual = learned([150.0, 160.0] * 60, at=NOON)
    usual = learned([40.0, 60.0] * 60, at=NOON + timedelta(hours=9), usual=usual)
    noon, next_hour, unknown = (expected(usual, NOON + timedelta(hours=hours)) for hours in (0, 1, 4))
    assert noon.timed
    assert next_hour.timed
    assert not unknown.timed
    assert noon.of("mean").low > 120
    assert next_hour.of("mean").low > 120
    assert unknown.of("mean").low < 60
    assert unknown.of("mean").high > 150
    assert expected(usual, None).of("mean").low < 60


def test_it_is_read_back_as_it_was_and_stays_small() -> None:
    usual = Usual()
    rng = np.random.default_rng(2)
    names = [f"measure {number}" for number in range(MAX_MEASURES + 8)]
    for hour in range(24):
        for _ in range(3):
            values = {name: float(rng.normal()) for name in names}
            usual = learn(usual, values, 100.0, NOON + timedelta(hours=hour))
    assert len(usual.ranges) == MAX_MEASURES
    packed = msgspec.msgpack.encode(usual)
    assert len(packed) < 60_000
    assert msgspec.msgpack.decode(packed, type=Usual) == usual


def test_a_damaged_file_is_refused() -> None:
    for bad in (
        {"ranges": {"mean": [1, 2, 1e300]}},
        {"ranges": {"mean": [1, 2, 3, -5]}},
        {"ranges": {"x" * 41: [1, 2, 3]}},
        {"ranges": {}, "hours": [{}] * 25},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, Usual)


def test_a_value_beyond_all_bounds_does_no_harm() -> None:
    usual = learned([1e30, -1e30])
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(usual), type=Usual) == usual
