"""The history of the measures: bounded, cheap, and over a restart."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision import history
from hub.vision.history import SPANS, History
from hub.vision.names import KEPT

HOUR = 3600.0


def fed(times: list[float], value: float = 5.0) -> History:
    known = History()
    for at in times:
        known = history.follow(known, {"mean": value}, at)
    return known


def test_the_last_hour_day_and_month_can_be_asked_for_at_any_time() -> None:
    known = History()
    for step in range(3 * 24 * 60):
        known = history.follow(known, {"mean": float(step)}, step * 60.0)
    now = 3 * 24 * HOUR - 60
    found = history.courses(known, "mean", now)
    assert {name: every_s for name, (every_s, _) in found.items()} == {"hour": 20.0, "day": 300.0, "month": 21600.0}
    day = [value for value in found["day"][1] if value is not None]
    assert len(day) == 288
    assert day == sorted(day)
    assert day[0] == pytest.approx(step - 24 * 60, abs=10)
    month = [value for value in found["month"][1] if value is not None]
    assert len(month) == 12
    assert month[0] == pytest.approx(3 * 60, abs=10)


def test_times_without_pictures_are_gaps() -> None:
    known = fed([0.0, 10.0, 600.0])
    values = history.courses(known, "mean", 600.0)["hour"][1]
    assert [value is not None for value in values].count(True) == 2
    assert values[-1] == 5.0
    later = history.courses(known, "mean", 600.0 + 2 * HOUR)["hour"][1]
    assert all(value is None for value in later), "what is older than an hour is not of the last hour"


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(st.floats(-1000, 1e6), min_size=1, max_size=60),
    value=st.floats(allow_nan=True, allow_infinity=True, width=32),
)
def test_whatever_the_clock_does_every_value_lies_within_what_was_measured(steps: list[float], value: float) -> None:
    known, at = History(), 1e9
    for step in steps:
        at += step
        known = history.follow(known, {"mean": value, "unheard_of": 1.0}, at)
    for _, values in history.courses(known, "mean", at).values():
        seen = [each for each in values if each is not None]
        assert all(math.isclose(each, value, rel_tol=1e-3) for each in seen) if math.isfinite(value) else not seen


def test_a_view_that_was_followed_before_stays_as_it_was() -> None:
    before = fed([0.0, 10.0])
    kept = [ring.values.copy() for ring in before.rings]
    history.follow(before, {"mean": 9.0}, 1e6)
    for ring, values in zip(before.rings, kept, strict=True):
        assert np.array_equal(ring.values, values, equal_nan=True)


def test_it_takes_at_most_100_kilobytes_and_20_microseconds_a_picture() -> None:
    known, values = History(), dict.fromkeys(KEPT, 1.0)
    best = math.inf
    for batch in range(8):
        began_s = time.thread_time()
        for step in range(200):
            known = history.follow(known, values, (200 * batch + step) * 2.0)
        best = min(best, (time.thread_time() - began_s) / 200)
    assert best <= 20e-6
    assert sum(ring.values.nbytes + ring.sums.nbytes + ring.counts.nbytes for ring in known.rings) <= 100_000


def test_the_day_and_the_month_outlive_a_restart() -> None:
    known = fed([step * 60.0 for step in range(24 * 60)])
    again = history.unpack(history.pack(known))
    now = 24 * HOUR - 60
    for span in ("day", "month"):
        assert history.courses(again, "mean", now)[span][1] == history.courses(known, "mean", now)[span][1]
    again = history.follow(again, {"mean": 7.0}, now + 60)
    assert history.courses(again, "mean", now + 60)["hour"][1][-1] == 7.0


def test_measures_that_are_new_or_gone_do_not_make_a_stored_history_useless() -> None:
    packed = history.pack(fed([0.0, 400.0]))
    keys = packed["keys"].decode().split("\n")
    other = {**packed, "keys": "\n".join(["was_dropped", *keys[1:]]).encode()}
    found = history.unpack(other)
    assert len(found.rings) == len(SPANS)


@given(st.dictionaries(st.sampled_from(["keys", "day", "month", "day.number", "month.number"]), st.binary(max_size=40)))
def test_nothing_damaged_is_taken_for_a_history(packed: dict[str, bytes]) -> None:
    if packed:
        with pytest.raises(ValueError, match="not a history"):
            history.unpack({**history.pack(fed([0.0])), **packed, "keys": b"mean"})
