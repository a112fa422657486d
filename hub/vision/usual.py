"""Which values the measures of a view usually take in one light: learned ranges."""

import msgspec


class Range(msgspec.Struct, frozen=True):
    """What a measure usually is: its 1st percentile, middle and 99th percentile."""

    low: float
    middle: float
    high: float


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """Learned ranges by the name of the measure."""

    ranges: dict[str, Range] = {}
