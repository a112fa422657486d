"""Which values the measures of a view usually take in one light, and at each hour of the day: learned ranges.

A range is learned from a stream of values without keeping them. Its ends are expectiles: a value beyond an end pulls
it 200 times as strongly as one within lets it sink back. So a range opens within a few pictures, closes over some
days, follows the seasons, and one odd picture moves it little.

Source of the expectile: W. K. Newey, J. L. Powell, Asymmetric Least Squares Estimation and Testing,
Econometrica 55(4), 1987.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Annotated, NamedTuple

import msgspec

HOURS = 24
MAX_MEASURES = 32
MAX_VALUE = 1e6

_OPEN = 0.1
_CLOSE = 0.0005
_FOLLOW = 0.004
# A range of an hour counts once so much of the hour was seen; that of the light much sooner.
_KNOWN_HOUR_S = 300.0
_KNOWN_S = 60.0
# As long as this a range is taken for wider than what was seen of it.
_YOUNG_S = 1800.0
# The noise of the noisiest hour against that of the quietest, from which they are two lights; gray levels below which
# noise is as good as none; how long an hour was seen whose noise is known.
_NOISIER = 1.5
_LEAST_NOISE = 0.05
_KNOWN_NOISE_S = 100.0

Value = Annotated[float, msgspec.Meta(ge=-MAX_VALUE, le=MAX_VALUE)]


class Range(msgspec.Struct, frozen=True, array_like=True):
    """What a measure usually is: its low end (about the 1st percentile), middle, and high end (about the 99th).
    `seen_s` is how long it was learned."""

    low: Value
    middle: Value
    high: Value
    seen_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0


Table = Annotated[dict[Annotated[str, msgspec.Meta(max_length=40)], Range], msgspec.Meta(max_length=MAX_MEASURES)]


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned in one light: over the whole time, and for each hour of the day (empty, or 24). At most 32
    measures; about 30 kB as JSON when every hour was seen."""

    ranges: Table = {}
    hours: Annotated[tuple[Table, ...], msgspec.Meta(max_length=HOURS)] = ()


class Expected(NamedTuple):
    """The ranges that count now, by the name of the measure. `timed`: they were learned at this time of day. `young`
    are those of less than a minute: the next cloud goes beyond them."""

    ranges: Mapping[str, Range] = {}
    timed: bool = False
    young: Mapping[str, Range] = {}

    def of(self, name: str) -> Range | None:
        """The range of a measure, or None while it is not known."""
        return self.ranges.get(name)

    def roughly(self, name: str) -> Range | None:
        """The range of a measure, be it of a few pictures; for what lies far beyond it, and for long."""
        return self.ranges.get(name) or self.young.get(name)


def begin(pictures: Sequence[Mapping[str, float]]) -> Usual:
    """The ranges that a quiet period showed, from the measures of each of its pictures: what befalls a camera right
    after its view was learned must not become what is usual. They are young still, for nothing changed meanwhile.

    Examples
    --------
    >>> begin([{"mean": 101.0}, {"mean": 99.0}, {"mean": 100.0}]).ranges["mean"]
    Range(low=99.0, middle=100.0, high=101.0, seen_s=0.0)
    """
    values: dict[str, list[float]] = {}
    for picture in pictures:
        for name, value in picture.items():
            if name in values or len(values) < MAX_MEASURES:
                values.setdefault(name, []).append(_bounded(value))
    return Usual(ranges={name: Range(min(all_), median(all_), max(all_)) for name, all_ in values.items()})


def learn(usual: Usual, values: Mapping[str, float], step_s: float, at: datetime | None) -> Usual:
    """The ranges after one more picture that shows nothing wrong.

    Parameters
    ----------
    values
        The measures of the picture, by name; at most 32 names, others than those known are left out beyond that.
    step_s
        Seconds since the picture before; the time that counts as seen.
    at
        Wall-clock time in the site's zone; without it only the ranges of the light are learned.

    Examples
    --------
    >>> usual = Usual()
    >>> for mean in (100.0, 110.0, 90.0) * 20:
    ...     usual = learn(usual, {"mean": mean}, 2.0, None)
    >>> usual.ranges["mean"].low < 95 < 105 < usual.ranges["mean"].high
    True
    """
    ranges = _learn(usual.ranges, values, step_s)
    hours = usual.hours
    if at is not None:
        known = hours if len(hours) == HOURS else ({},) * HOURS
        hours = (*known[: at.hour], _learn(known[at.hour], values, step_s), *known[at.hour + 1 :])
    return Usual(ranges=ranges, hours=hours)


def expected(usual: Usual, at: datetime | None) -> Expected:
    """The ranges that count at that time: of the hour and its two neighbours where they are known, else of the light.

    Before there is a minute of it a measure is young. A range of less than half an hour is widened by up to its own
    width on each side.

    Examples
    --------
    >>> expected(Usual(), None).of("mean")
    """
    hours = _near(usual, at)
    found: dict[str, Range] = {}
    young: dict[str, Range] = {}
    timed = bool(hours)
    for name, learned in usual.ranges.items():
        near = [table[name] for table in hours if name in table and table[name].seen_s >= _KNOWN_HOUR_S]
        if near:
            seen_s = sum(each.seen_s for each in near)
            middle = sum(each.middle * each.seen_s for each in near) / seen_s
            learned = Range(min(each.low for each in near), middle, max(each.high for each in near), seen_s)
        elif learned.seen_s < _KNOWN_S:
            young[name] = _widened(learned)
            continue
        else:
            timed = False
        found[name] = _widened(learned)
    return Expected(found, timed and bool(found), young)


def noisier_hour(usual: Usual, at: datetime | None) -> bool | None:
    """Whether this is one of the hours in which the picture is clearly noisier than in the others, as under lamps, when
    the camera makes up by gain what it lacks in light; None where this hour is not known well enough.

    Examples
    --------
    >>> noisier_hour(Usual(), None)
    """
    if at is None or len(usual.hours) != HOURS:
        return None
    known = [hour.get("noise") for hour in usual.hours]
    middles = [_LEAST_NOISE + each.middle for each in known if each is not None and each.seen_s >= _KNOWN_NOISE_S]
    now = known[at.hour]
    if now is None or now.seen_s < _KNOWN_NOISE_S:
        return None
    low, high = min(middles), max(middles)
    return high >= _NOISIER * low and _LEAST_NOISE + now.middle > (low * high) ** 0.5


def _near(usual: Usual, at: datetime | None) -> tuple[Table, ...]:
    if at is None or len(usual.hours) != HOURS:
        return ()
    return tuple(usual.hours[(at.hour + more) % HOURS] for more in (-1, 0, 1))


def _learn(ranges: Table, values: Mapping[str, float], step_s: float) -> Table:
    learned = dict(ranges)
    for name, value in values.items():
        value = _bounded(value)
        before = ranges.get(name)
        if before is not None:
            learned[name] = _moved(before, value, step_s)
        elif len(learned) < MAX_MEASURES:
            learned[name] = Range(value, value, value, max(0.0, step_s))
    return learned


def _bounded(value: float) -> float:
    return min(MAX_VALUE, max(-MAX_VALUE, value))


def _moved(before: Range, value: float, step_s: float) -> Range:
    down, up, off = value - before.low, value - before.high, value - before.middle
    # In the first pictures the middle is their mean.
    follow = max(_FOLLOW, 1.0 / (2.0 + before.seen_s / 2.0))
    return Range(
        before.low + (_OPEN if down < 0 else _CLOSE) * down,
        before.middle + follow * off,
        before.high + (_OPEN if up > 0 else _CLOSE) * up,
        before.seen_s + max(0.0, step_s),
    )


def _widened(learned: Range) -> Range:
    more = (learned.high - learned.low) * max(0.0, 1.0 - learned.seen_s / _YOUNG_S)
    return Range(learned.low - more, learned.middle, learned.high + more, learned.seen_s)
