"""Pure: when the next copy of the site is due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.core.walltime import instant_of


def last_due(now: datetime, at: time, timezone: str) -> datetime:
    """The newest instant, not after `now`, at which it was this time of day there.

    Where clocks are put forward over it, it is as much later; where they are put back over it, it is the first time.
    """
    here = now.astimezone(ZoneInfo(timezone))
    for back in (0, 1, 2):
        day = here.date() - timedelta(days=back)
        due = instant_of(datetime.combine(day, at), here.tzinfo or UTC)
        if due <= now:
            return due
    raise AssertionError("a day has a yesterday")


def is_due(now: datetime, made_at: datetime | None, at: time, timezone: str) -> bool:
    """Whether a copy has to be made now: none was since it was due last."""
    return made_at is None or made_at < last_due(now, at, timezone)
