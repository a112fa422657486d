"""What a condition may look at beside the event and the state of the site: when it is asked, in whose time."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

import msgspec

from hub.core.calendar import Calendar


def _nobody(post: str, at: datetime) -> bool:
    return False


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The instant for which a condition is asked, and what of the site's time and people follows from it.

    `at` is that of a record or of a planned instant, never of a clock that is read: so a replay gives the same answer.
    """

    at: datetime = datetime.fromtimestamp(0, UTC)
    zone: tzinfo = UTC
    """The site's."""
    calendar: Calendar = Calendar()
    manned: Callable[[str, datetime], bool] = _nobody
    """Whether the roster has somebody at a post at an instant."""
    matched: tuple[datetime, ...] = ()
    """The instants, oldest first and this one included, at which an event about the same subject fitted the rule's
    `on` and `where`: the newest `MOST_COUNTED`, and only for rules with a condition whose `counts_s` is not 0."""

    @property
    def local(self) -> datetime:
        """The instant in the site's time."""
        return self.at.astimezone(self.zone)


MOST_COUNTED = 1000
"""How many instants of one rule and subject are remembered for `count`."""

NOWHEN = Context()
"""For conditions that look at no time."""
