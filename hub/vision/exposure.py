"""How a picture is exposed: what is burnt out, and how its brightness stands to that of the last minutes."""

import math

import msgspec
import numpy as np

from hub.vision.measures import MARGIN, Gray

BLOWN = 232
"""From this gray level on a pixel counts as burnt out; compression pulls the highest levels down a little."""

TREND_S = 120.0
# Never followed when the picture is below this share of the trend: what falls so deep is what is looked for.
_FALLEN = 0.62
# After so long the new brightness is how it is now: nobody called it a fault.
_GIVE_UP_S = 900.0


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """The brightness of the last minutes. `level` is the mean gray level it has settled to (geometric, so that a
    lamp counts no more than a shadow), `fallen_s` for how long the picture has been far below it."""

    level: float
    fallen_s: float = 0.0


def blown(gray: Gray) -> float:
    """Share of the picture that is burnt out, 0 to 1; the lines with the clock left out.

    >>> blown(np.full((180, 320), 255, np.uint8)), blown(np.full((180, 320), 200, np.uint8))
    (1.0, 0.0)
    """
    inner = gray[MARGIN:-MARGIN]
    return int(np.count_nonzero(inner >= BLOWN)) / inner.size


def follow_level(trend: Trend | None, mean: float, step_s: float, *, stand: bool) -> Trend:
    """The trend after one more picture. It does not follow a picture that is far darker, for a quarter of an hour;
    nor while it is to `stand`, because a fault of the brightness is on.

    >>> follow_level(Trend(level=100.0), 10.0, 2.0, stand=False)
    Trend(level=100.0, fallen_s=2.0)
    >>> follow_level(Trend(level=100.0), 90.0, 2.0, stand=False).level < 100
    True
    """
    if trend is None:
        return Trend(level=mean)
    if stand:
        return trend
    if mean < _FALLEN * trend.level:
        fallen_s = trend.fallen_s + step_s
        return Trend(level=mean) if fallen_s > _GIVE_UP_S else Trend(level=trend.level, fallen_s=fallen_s)
    rate = min(1.0, step_s / TREND_S)
    level = math.exp((1 - rate) * math.log(trend.level + 1) + rate * math.log(mean + 1)) - 1
    return Trend(level=level, fallen_s=max(0.0, trend.fallen_s - 2 * step_s))
