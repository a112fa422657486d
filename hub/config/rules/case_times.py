"""Times in case files: `08:00:00`, `2026-03-02 08:30`, or `+30s` after the case began."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hub.config.durations import parse_duration
from hub.core.saying import NOTHING, Saying, said_by, saying
from hub.core.walltime import instant_of

DAY = date(2026, 3, 2)
"""The day of a case that names none: a Monday, and a working day."""
MORNING = time(8)
"""When such a case begins, unless its first line says."""


class CaseClock:
    """Reads the times of one case, in the site's zone. Mutable: `now` is how far the case has come."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.start = self._instant(datetime.combine(DAY, MORNING))
        self.now = self.start

    def begin(self, start: datetime | None) -> None:
        if start is not None:
            self.start = self.now = start

    def why(self, value: Any) -> Saying:
        """Why `value` is no time; nothing when it is one."""
        try:
            self.read(value)
        except (ValueError, OverflowError) as error:
            return said_by(error)
        return NOTHING

    def read(self, value: Any) -> datetime:
        """The instant that is meant. Raises `ValueError`. A time of day is the first one from `now` on."""
        if isinstance(value, str) and value.startswith("+"):
            return self.start + timedelta(seconds=_length(value[1:]))
        if isinstance(value, str):
            value = _parsed(value)
        match value:
            case datetime():
                return value.astimezone(self._zone) if value.tzinfo is not None else self._instant(value)
            case time():
                today = self.now.astimezone(self._zone).date()
                at = self._instant(datetime.combine(today, value))
                return at if at >= self.now else self._instant(datetime.combine(today + timedelta(days=1), value))
            case _:
                raise ValueError(_EXPECTED)

    def _instant(self, wall: datetime) -> datetime:
        return instant_of(wall, self._zone).astimezone(self._zone)


_EXPECTED = saying("expected a time such as '08:00:00', '2026-03-02 08:30', or '+30s' after the beginning")


def _length(text: str) -> float:
    if text.strip("0") in ("", "s", "m", "h", "d"):
        return 0.0
    return parse_duration(text)


def _parsed(text: str) -> datetime | time:
    for read in (time.fromisoformat, datetime.fromisoformat):
        try:
            value: datetime | time = read(text.strip())
        except ValueError:
            continue
        if isinstance(value, time) and (value.tzinfo is not None or ":" not in text):
            continue
        return value
    raise ValueError(_EXPECTED)
