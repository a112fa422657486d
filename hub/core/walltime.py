"""Wall times of a zone whose clocks may change, placed on the one time line that all else is reckoned on."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def instant_of(wall: datetime, zone: tzinfo) -> datetime:
    """The UTC instant at which clocks in `zone` first show `wall` (a naive time), or jump past it.

    It keeps the order of wall times, so what ends at a time and what begins at it meet in every night.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # The clocks skip this time. With the offset of before the change the instant lies after it, and the other way
    # round; the change is between them.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while instant - before > timedelta(seconds=1):
        middle = (before + (instant - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            instant = middle
    return instant


def midnight(day: date, zone: tzinfo) -> datetime:
    """The UTC instant at which `day` begins in `zone`."""
    return instant_of(datetime.combine(day, time()), zone)
