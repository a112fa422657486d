"""What is due, as an iCalendar file (RFC 5545) for the calendars that people use."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from hub import __version__
from hub.automation.schedules.agenda import Day, Item
from hub.locale import _, say


def icalendar_of(days: Sequence[Day], site: str, made_at: datetime) -> bytes:
    """The file: an event for each item, in UTC, with a UID that is the same each time it is made.

    `site` tells the same rules of different sites apart. An instant that may be put off lasts as long as that.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Watchroom//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", site)
    for day in days:
        for item in day.items:
            calendar.add_component(_event(item, site, made_at))
    return bytes(calendar.to_ical())


def _event(item: Item, site: str, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'watchroom:{site}:{item.rule}:{item.due_at.isoformat()}')}@watchroom")
    event.add("dtstamp", made_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", item.due_at.astimezone(UTC))
    if item.until_at > item.due_at:
        event.add("dtend", item.until_at.astimezone(UTC))
    clause = _("(clause {clause})").format(clause=item.clause) if item.clause else ""
    event.add("summary", f"{say(item.title)} {clause}".rstrip())
    event.add("description", _described(item))
    event.add("categories", [item.rule])
    event.add("transp", "TRANSPARENT")
    return event


def _described(item: Item) -> str:
    lines = [say(item.does)]
    if item.until_at > item.due_at:
        lines.append(_("At a moment within this time that nobody knows before."))
    if item.times > 1:
        lines.append(_("{count} times on this day.").format(count=item.times))
    return "\n".join(line for line in lines if line)
