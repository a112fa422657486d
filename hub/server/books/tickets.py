"""Fault tickets of all times, followed once and carried on: closed ones, and what the figures are counted from.

Only the records of tickets are read, from the beginning of the journal, a page at a time: a hundred thousand of them
take some seconds after a start, which whoever asks first may have to ask for twice. The newest twenty thousand tickets
stay in memory. Of an open ticket the state knows more: what befalls the hub itself concerns it as well.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from hub.core.state import State
from hub.core.tickets.figures import TicketFigures, figures
from hub.core.tickets.model import Ticket
from hub.core.tickets.tally import TYPES, Life, TicketTally
from hub.errors import NotFound
from hub.server.books.book import Book, Records

Seen = Callable[[str | None], bool]
"""Whether the one who asks may see what concerns a camera, or none."""


class TicketBook:
    """Answers one question at a time. It reads the journal: call it from a thread other than the event loop's."""

    def __init__(self, records: Records) -> None:
        self._tally = TicketTally()
        self._book = Book(records, TYPES, self._tally.take)
        self._first_at: datetime | None = None

    def life(self, ticket: str, seen: Seen, state: State) -> Life:
        """One ticket. Raises `NotFound`, also for one that the asker may not see; `SiteError` while it is counted."""
        with self._book.followed(state.position):
            found = self._tally.lives.get(ticket)
        if found is None or not seen(found.ticket.camera):
            raise NotFound(f"There is no ticket {ticket}.", hint="See `hub tickets list --all`.")
        return replace(found, ticket=state.tickets.get(ticket) or found.ticket)

    def tickets(
        self, fits: Callable[[Ticket], bool], seen: Seen, state: State, *, limit: int, before: str = ""
    ) -> list[Ticket]:
        """Tickets that fit, newest first: those numbered below `before`. Raises as `life`."""
        end = number_of(before) if before else None
        found: list[Ticket] = []
        with self._book.followed(state.position):
            for life in reversed(self._tally.lives.values()):
                ticket = state.tickets.get(life.ticket.id) or life.ticket
                if (end is None or number_of(ticket.id) < end) and seen(ticket.camera) and fits(ticket):
                    found.append(ticket)
                    if len(found) == limit:
                        break
        return found

    def figures(self, seen: Seen, state: State, *, from_at: datetime, to_at: datetime) -> TicketFigures:
        """The figures of what the asker may see; never of a time before the journal. Raises as `life`."""
        runs = self.runs(seen, state)
        if self._first_at is None and (first := self._book.records.read(0, 1)):
            self._first_at = first[0].seen_at
        begin = min(max(from_at, self._first_at or from_at), to_at)
        return figures(runs, from_at=begin, to_at=to_at)

    def runs(self, seen: Seen, state: State, *, until_s: float | None = None) -> list[Ticket]:
        """Every repair of what the asker may see, one for each time that a ticket was opened. Raises as `life`."""
        with self._book.followed(state.position, until_s=until_s):
            return [run for life in self._tally.lives.values() if seen(life.ticket.camera) for run in life.runs]


def number_of(ticket: str) -> int:
    """The number in a ticket's id; 0 for what is none.

    >>> number_of("T-12"), number_of("x")
    (12, 0)
    """
    number = ticket.removeprefix("T-")
    return int(number) if number.isascii() and number.isdecimal() else 0
