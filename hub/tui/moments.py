"""Times and durations as staff read them."""

from datetime import datetime, tzinfo

from hub.locale import _


def age(seconds: float) -> str:
    """How long ago, coarse enough to read at a glance: `12 s`, `3 min`, `2 h`, `4 d`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return _("{n} s").format(n=whole)
    if whole < 3600:
        return _("{n} min").format(n=whole // 60)
    if whole < 48 * 3600:
        return _("{n} h").format(n=whole // 3600)
    return _("{n} d").format(n=whole // 86400)


def span(seconds: float) -> str:
    """A length of time to its two largest units: `12 s`, `3 min 20 s`, `14 h 3 min`."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return " ".join([_("{n} h").format(n=hours), *([_("{n} min").format(n=minutes)] if minutes else [])])
    if minutes:
        return " ".join([_("{n} min").format(n=minutes), *([_("{n} s").format(n=rest)] if rest else [])])
    return _("{n} s").format(n=rest)


def stepped_age(seconds: float) -> str:
    """`age` in steps of five seconds, so that a list of live cameras does not flicker every second."""
    return _("now") if seconds < 5 else age(seconds if seconds >= 60 else seconds // 5 * 5)


def since(at: datetime | None, now: datetime) -> str:
    return age((now - at).total_seconds()) if at is not None else ""


def clock(at: datetime | None, zone: tzinfo, *, now: datetime | None = None) -> str:
    """`14:03:22` for today, `11-23 14:03` for another day of this year, `2025-11-23 14:03` otherwise."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    today = (now or at).astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M:%S}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"


def stamp(at: datetime, zone: tzinfo) -> str:
    """Date and time in full, for records."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
