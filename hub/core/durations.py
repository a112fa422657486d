"""Lengths of time as people write them: `20s`, `5m`, `1h30m`, `3d`; and as they read them."""

import re
from functools import lru_cache

from hub.core.saying import saying
from hub.core.text import Text

_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
PATTERN = r"^(?=\d)(\d{1,5}d)?(\d{1,5}h)?(\d{1,5}m)?(\d{1,6}(\.\d{1,3})?s)?$"
LONGEST_S = 366 * 86400.0
_COMPILED = re.compile(PATTERN, re.ASCII)


def parse_duration(text: str) -> float:
    """Seconds. Raises `ValueError` with a saying of what was expected.

    >>> parse_duration("1h30m")
    5400.0
    """
    if not _COMPILED.fullmatch(text):
        raise ValueError(saying("expected a length of time such as '20s', '5m', '1h30m' or '3d'"))
    seconds = sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)([dhms])", text))
    if not 0 < seconds <= LONGEST_S:
        raise ValueError(saying("expected more than nothing and at most 366d"))
    return seconds


@lru_cache(maxsize=1000)
def duration(seconds: float) -> Text:
    """A length of time in its two largest units: `1 h 30 min`, `1小时30分钟`."""
    units = ((86400, "d", "天"), (3600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒"))
    rest, en, zh = round(seconds), [], []
    for size, short, sign in units:
        count, rest = divmod(rest, size)
        if count:
            en.append(f"{count} {short}")
            zh.append(f"{count}{sign}")
    if not en:
        return Text(en=f"{seconds:g} s", zh=f"{seconds:g}秒")
    return Text(en=" ".join(en[:2]), zh="".join(zh[:2]))
