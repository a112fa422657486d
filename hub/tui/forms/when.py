"""How people write when something is to be."""

import re
from datetime import datetime, timedelta, tzinfo

_DURATION = re.compile(
    r"(?:(\d{1,3})\s*(?:d|天))?\s*(?:(\d{1,3})\s*(?:h|小时|时))?\s*(?:(\d{1,4})\s*(?:m|min|分钟|分)?)?"
)

_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")

_SECONDS = re.compile(r"(.*?[:：]\d{2})(?:[:：](\d{2}))?")

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:\s+(\d{1,2})[:：](\d{2}))?")


def parse_when(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The instant that `30m`, `2h`, `1h30m`, `3d`, `45` (minutes), `14:30` or `2026-11-30 08:00` means; None if none.

    A time of day is the next one; a day without a time ends at midnight. In Chinese `2小时30分` does as well.
    """
    typed = text.strip().lower()
    if found := _CLOCK.fullmatch(typed):
        return _at_clock(found, now, zone)
    if found := _DAY.fullmatch(typed):
        return _at_day(found, zone)
    found = _DURATION.fullmatch(typed)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return now + timedelta(days=days, hours=hours, minutes=minutes)


def parse_past(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The instant in the past that `20m`, `2h ago`, `20分钟前`, `14:30`, `14:30:20` or `2026-11-30 08:00` means; None
    if none.

    A time of day is the last one. A full date may lie ahead: whoever asks must look.
    """
    typed = re.sub(r"\s*(?:ago|前|以前)$", "", text.strip().lower())
    if (found := _SECONDS.fullmatch(typed)) is not None and found[2]:
        minute = parse_past(found[1], now, zone)
        if minute is None or int(found[2]) > 59:
            return None
        exact = minute + timedelta(seconds=int(found[2]))
        # The minute began before now, and the second may not have: then it is of the day before as well.
        return exact - timedelta(days=1) if exact > now and _CLOCK.fullmatch(found[1]) else exact
    if _CLOCK.fullmatch(typed):
        at = parse_when(typed, now, zone)
        return at - timedelta(days=1) if at is not None and at > now else at
    if _DAY.fullmatch(typed):
        return parse_when(typed, now, zone) if ":" in typed or "：" in typed else None
    ahead = parse_when(typed, now, zone)
    return now - (ahead - now) if ahead is not None else None


def parse_within(text: str, from_at: datetime, to_at: datetime, zone: tzinfo) -> datetime | None:
    """The instant of a period that `14:30`, `14:30:20` or `2026-11-30 08:00:05` means; None if none lies in it.

    A time of day is the first one from the beginning of the period on.
    """
    found = _SECONDS.fullmatch(text.strip())
    if found is None or int(found[2] or 0) > 59:
        return None
    before = from_at - timedelta(minutes=1)
    at = parse_when(found[1], before, zone)
    if at is None:
        return None
    at += timedelta(seconds=int(found[2] or 0))
    return at if from_at <= at < to_at else None


def _at_clock(found: re.Match[str], now: datetime, zone: tzinfo) -> datetime | None:
    hour, minute = (int(part) for part in found.groups())
    if hour > 23 or minute > 59:
        return None
    local = now.astimezone(zone)
    today = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    at = today if today > local else today + timedelta(days=1)
    return at.astimezone(now.tzinfo)


def _at_day(found: re.Match[str], zone: tzinfo) -> datetime | None:
    year, month, day, hour, minute = (int(part) if part else 0 for part in found.groups())
    try:
        at = datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        return None
    return at if found.group(4) else at + timedelta(days=1)
