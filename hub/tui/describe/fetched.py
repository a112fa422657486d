"""What was fetched from recorders, in words."""

from hub.core.event import Event
from hub.core.fetched import FootageFetched
from hub.locale import N_
from hub.tui.names import Names
from hub.tui.words_releases import size

SENTENCES: dict[type[Event], str] = {
    FootageFetched: N_(
        "{camera}: footage of {from_at} to {to_at} fetched from {device} for release {release}, {bytes}"
    ),
}


def field(event: Event, name: str, value: object, _names: Names) -> str | None:
    """A field of one of these events in words; None where it is said as in other events."""
    if isinstance(event, FootageFetched) and name == "bytes" and isinstance(value, int):
        return size(value)
    return None
