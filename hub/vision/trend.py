"""Slow decline: what sharpness, contrast and free view of a camera were from day to day, and where that leads.

The same hours of different days are compared, so that the course of the sun does not count. The slope is that of
Theil and Sen, which days of rain and of fog do not pull along; its bounds are Sen's.

References
----------
P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, Journal of the American Statistical
Association 63(324), 1968.
"""

from datetime import date, datetime
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

DAYS = 64
HOURS = 24
COLUMNS = ("sharpness", "contrast", "free")
MAX_LIGHTS = 4
MIN_DAYS = 7
MIN_SAMPLES = 5
_MOST_SAMPLES = 60
_CERTAIN = 3.0  # standard deviations; days in a row are alike, so plain two would promise too much
# Cleaning: so much better than the best of the days before, for so many hours.
_JUMP = 0.08
_JUMP_HOURS = 3
_BEFORE_DAYS = 10
_MIN_BEFORE = 5

Values = npt.NDArray[np.float32]


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """The medians of each hour of the last days in one light, shape (DAYS, 24, 3), not a number where nothing was
    measured. Row `day % DAYS` is that day (a proleptic ordinal); `newest` the last one; `cleaned` the day on which it
    suddenly became better, 0 for never."""

    values: Values
    newest: int
    cleaned: int = 0


class Decline(NamedTuple):
    """How one value changes. Slopes a day; the value is within `least` and `most` almost certainly. `level` is where it
    is now on the line, `days` how many days it rests on."""

    slope: float
    least: float
    most: float
    level: float
    days: int


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a camera from day to day, by light. `samples` are those of the hour that goes on; `declines`
    follow from the days before today, by light and column, and are worked out once a day."""

    lights: dict[str, Days] = {}
    declines: dict[tuple[str, str], Decline] = {}
    light: str = ""
    hour: int = 0
    samples: tuple[tuple[float, float, float], ...] = ()


def follow(trend: Trend, light: str, at: datetime, sample: tuple[float, float, float]) -> Trend:
    """The trend after one more sample (as in `COLUMNS`) of a quiet picture; about one a minute is enough.

    `at` is the time in the site's zone. A time that goes back is left out.
    """
    hour = at.toordinal() * HOURS + at.hour
    if (light, hour) == (trend.light, trend.hour):
        return msgspec.structs.replace(trend, samples=(*trend.samples, sample)[-_MOST_SAMPLES:])
    if hour < trend.hour:
        return trend
    lights, declines = trend.lights, trend.declines
    if len(trend.samples) >= MIN_SAMPLES:
        known = lights.get(trend.light)
        written = _written(known, trend.hour, trend.samples)
        lights = {**lights, trend.light: written}
        if len(lights) > MAX_LIGHTS:
            oldest = min(lights, key=lambda name: lights[name].newest)
            lights = {name: days for name, days in lights.items() if name != oldest}
        if known is None or (known.newest, known.cleaned) != (written.newest, written.cleaned):
            declines = _declines(lights)
    return Trend(lights=lights, declines=declines, light=light, hour=hour, samples=(sample,))


def decline(trend: Trend, light: str, column: str) -> Decline | None:
    """How a value changes in one light; None while there are too few days."""
    return trend.declines.get((light, column))


def cleaned_on(trend: Trend) -> date | None:
    """The last day on which the picture suddenly became better."""
    newest = max((days.cleaned for days in trend.lights.values()), default=0)
    return date.fromordinal(newest) if newest else None


def theil_sen(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """The median slope between all pairs of points, and its lower and upper bound.

    >>> days = np.arange(20.0)
    >>> slope, least, most = theil_sen(days, 3 - 0.5 * days)
    >>> slope, least <= slope <= most
    (-0.5, True)
    """
    count = len(x)
    first, second = np.triu_indices(count, 1)
    slopes = np.sort((y[second] - y[first]) / (x[second] - x[first]))
    spread = _CERTAIN * (count * (count - 1) * (2 * count + 5) / 18) ** 0.5
    low = int(np.floor((len(slopes) - spread) / 2))
    high = int(np.ceil((len(slopes) + spread) / 2))
    least = slopes[low] if low >= 0 else -np.inf
    most = slopes[high] if high < len(slopes) else np.inf
    return float(np.median(slopes)), float(least), float(most)


def pack(trend: Trend) -> dict[str, tuple[int, int, bytes]]:
    """The days in a form to be stored, about 9 kB a light."""
    return {
        light: (days.newest, days.cleaned, days.values.astype(np.float16).tobytes())
        for light, days in trend.lights.items()
    }


def unpack(packed: dict[str, tuple[int, int, bytes]]) -> Trend:
    """What `pack` gave. ValueError when it is anything else."""
    if len(packed) > MAX_LIGHTS:
        raise ValueError(f"days of {len(packed)} lights, more than {MAX_LIGHTS}")
    lights = {}
    for light, (newest, cleaned, data) in packed.items():
        if len(data) != 2 * DAYS * HOURS * len(COLUMNS) or not 0 <= cleaned <= newest < date.max.toordinal():
            raise ValueError("not the days of a trend")
        values = np.frombuffer(data, np.float16).reshape(DAYS, HOURS, len(COLUMNS)).astype(np.float32)
        values[~np.isfinite(values)] = np.nan
        lights[light] = Days(values=values, newest=newest, cleaned=cleaned)
    return Trend(lights=lights, declines=_declines(lights))


def _written(days: Days | None, hour: int, samples: tuple[tuple[float, float, float], ...]) -> Days:
    day = hour // HOURS
    if days is None:
        days = Days(values=np.full((DAYS, HOURS, len(COLUMNS)), np.nan, np.float32), newest=day)
    values = days.values.copy()
    skipped = np.arange(max(days.newest + 1, day - DAYS + 1), day + 1)
    values[skipped % DAYS] = np.nan
    values[day % DAYS, hour % HOURS] = np.median(np.array(samples, np.float32), axis=0)
    after = Days(values=values, newest=max(day, days.newest), cleaned=days.cleaned)
    return msgspec.structs.replace(after, cleaned=day) if _better(after) else after


def _daily(days: Days, column: int, since: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], float]:
    """Days since `since`, how each differs from what is usual at its hours, and what is usual."""
    numbers = np.arange(max(since, days.newest - DAYS + 1), days.newest + 1)
    values = days.values[numbers % DAYS, :, column].astype(np.float64)
    known = np.isfinite(values)
    often = known.sum(axis=0) >= min(3, len(numbers))
    values, known = values[:, often], known[:, often]
    whole = known.any(axis=1)
    if not whole.any():
        return numbers[:0], np.zeros(0), 0.0
    usual = np.nanmedian(values[whole], axis=0)
    differs = np.array(
        [np.median((row - usual)[there]) for row, there in zip(values[whole], known[whole], strict=True)]
    )
    return numbers[whole], differs, float(np.median(usual))


def _declines(lights: dict[str, Days]) -> dict[tuple[str, str], Decline]:
    found = {
        (light, column): _decline(days, index) for light, days in lights.items() for index, column in enumerate(COLUMNS)
    }
    return {key: decline for key, decline in found.items() if decline is not None}


def _decline(days: Days, column: int) -> Decline | None:
    numbers, differs, usual = _daily(days, column, days.cleaned)
    if len(numbers) < MIN_DAYS:
        return None
    x = numbers.astype(np.float64)
    slope, least, most = theil_sen(x, differs)
    level = usual + float(np.median(differs - slope * (x - days.newest)))
    return Decline(slope, least, most, level, len(numbers))


def _better(days: Days) -> bool:
    """Whether today sharpness or contrast is clearly better than on nearly all of the days before, at the same hours:
    the first day after rain is only as good as those before it."""
    if days.cleaned == days.newest:
        return False
    numbers = np.arange(max(days.cleaned, days.newest - _BEFORE_DAYS), days.newest)
    for column in range(2):
        today = days.values[days.newest % DAYS, :, column]
        before = days.values[numbers % DAYS, :, column]
        hours = np.isfinite(today) & (np.isfinite(before).sum(axis=0) >= _MIN_BEFORE)
        if int(hours.sum()) < _JUMP_HOURS:
            continue
        best = np.nanpercentile(before[:, hours], 90, axis=0)
        if float(np.median(today[hours] - best)) > _JUMP:
            return True
    return False
