"""Times as people type them on the command line."""

from datetime import UTC, datetime

from hub.clock import SystemClock
from hub.locale import _


def past(typed: str, zone: str) -> datetime:
    """When something happened."""
    from zoneinfo import ZoneInfo

    from hub.errors import SiteError
    from hub.tui.forms.when import parse_past

    at = parse_past(typed, SystemClock().now(), ZoneInfo(zone) if zone else UTC)
    if at is None:
        raise SiteError(
            _("{typed} is not a time.").format(typed=typed[:40]), hint=_("Write 20m, 14:30 or 2026-11-30 08:00.")
        )
    return at


def since_when(typed: str, zone: str) -> datetime:
    """A day, which begins at midnight in the site, or a time."""
    from zoneinfo import ZoneInfo

    try:
        day = datetime.strptime(typed, "%Y-%m-%d")  # noqa: DTZ007  the zone is put to it below
    except ValueError:
        return past(typed, zone)
    return day.replace(tzinfo=ZoneInfo(zone) if zone else UTC)


def moment(text: str, zone: str, now: datetime) -> datetime:
    """A day, a day and a time, or a time of today. Raises `SiteError`, which is exit code 2."""
    from zoneinfo import ZoneInfo

    from hub.errors import SiteError

    try:
        if len(text) <= 8 and ":" in text:
            text = f"{now.astimezone(ZoneInfo(zone)).date()}T{text}"
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise SiteError(
            _("{text} is no time.").format(text=repr(text)),
            hint=_("Write 2026-01-05, 2026-01-05T08:00 or 08:00."),
        ) from None
