"""Bounds for shares and rates."""

from collections.abc import Sequence
from math import ceil, exp, sqrt


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """Lower and upper bound of a share at 95 %, after E. B. Wilson (1927).

    >>> [round(bound, 3) for bound in wilson(60, 60)]
    [0.94, 1.0]
    """
    if count == 0:
        return 0.0, 1.0
    share = hits / count
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    below = 1 + z * z / count
    # Rounding must not put a bound on the wrong side of the share itself.
    return max(0.0, min(share, (middle - spread) / below)), min(1.0, max(share, (middle + spread) / below))


def poisson_upper(count: int, confidence: float = 0.95) -> float:
    """The greatest expected number of events that `count` does not contradict at this confidence, one-sided.

    For none it is 3.0, the rule of three.

    >>> round(poisson_upper(0), 2), round(poisson_upper(4), 2)
    (3.0, 9.15)
    """
    low, high = float(count), 20.0 + 4.0 * count
    for _ in range(60):
        middle = (low + high) / 2
        term = total = exp(-middle)
        for number in range(1, count + 1):
            term *= middle / number
            total += term
        low, high = (middle, high) if total > 1 - confidence else (low, middle)
    return high


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value that `share` of the values do not exceed; None of none."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * share) - 1)]
