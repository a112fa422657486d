"""Who is rostered at a post at an instant, for rules and messages: asked often, reckoned once a day."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial

from hub.core.calendar import Calendar, is_worked
from hub.core.duty.roster import Roster, Stint, shifts_between

_DAYS_KEPT = 64


class Rostered:
    """The roster in force. Belongs to one thread."""

    def __init__(self, roster: Roster, zone: tzinfo, calendar: Calendar) -> None:
        self.zone = zone
        self.use(roster, calendar)

    def use(self, roster: Roster, calendar: Calendar) -> None:
        """Put a roster and a calendar in force."""
        self.roster, self.calendar = roster, calendar
        self._days: dict[date, list[Stint]] = {}

    def is_workday(self, day: date) -> bool:
        return is_worked(self.calendar, day)

    def people(self, post: str, at: datetime) -> tuple[str, ...]:
        """The accounts of those who are rostered at `post` at `at` and not on leave, each once."""
        stints = (stint for stint in self._on(at) if stint.post == post and stint.from_at <= at < stint.to_at)
        return tuple(dict.fromkeys(person for stint in stints for person in stint.people))

    def manned(self, post: str, at: datetime) -> bool:
        """Whether anybody is."""
        return bool(self.people(post, at))

    def _on(self, at: datetime) -> list[Stint]:
        day = at.astimezone(UTC).date()
        if day not in self._days:
            if len(self._days) >= _DAYS_KEPT:
                self._days.clear()
            begin = datetime.combine(day, time(), UTC)
            worked = partial(is_worked, self.calendar)
            self._days[day] = shifts_between(self.roster, begin, begin + timedelta(days=1), self.zone, worked)
        return self._days[day]
