"""The lives of fault tickets as the journal tells of them: the list of closed ones and the figures are read from it."""

from collections import OrderedDict
from typing import cast, get_args

import msgspec
from msgspec.structs import replace

from hub.core.event import Event, Record, wire_name
from hub.core.tickets.events import TicketOpened, TicketReopened
from hub.core.tickets.model import LaterEvent, Ticket, apply, opened

MOST_LIVES = 20_000
"""The newest tickets that are kept."""

EVENTS: tuple[type[Event], ...] = (TicketOpened, *get_args(LaterEvent))
TYPES: tuple[str, ...] = tuple(wire_name(event) for event in EVENTS)
"""Wire names of what a tally takes."""


class Life(msgspec.Struct, frozen=True):
    """One ticket: as it is, or was at its end, and as it was each time before it was reopened."""

    ticket: Ticket
    before: tuple[Ticket, ...] = ()

    @property
    def runs(self) -> tuple[Ticket, ...]:
        """From each opening or reopening to its closing; the last one may still go on."""
        return (*self.before, self.ticket)


class TicketTally:
    """All tickets, oldest first. Takes records in order; not for two threads at once."""

    def __init__(self) -> None:
        self.lives: OrderedDict[str, Life] = OrderedDict()

    def take(self, record: Record) -> None:
        """Follow one more record of `EVENTS`; the others change nothing."""
        event = record.event
        if isinstance(event, TicketOpened):
            self.lives[event.ticket] = Life(opened(record, event))
            if len(self.lives) > MOST_LIVES:
                self.lives.popitem(last=False)
        elif isinstance(event, EVENTS):
            self._later(record, cast(LaterEvent, event))

    def _later(self, record: Record, event: LaterEvent) -> None:
        life = self.lives.get(event.ticket)
        if life is None:
            return
        if isinstance(event, TicketReopened):
            life = replace(life, before=(*life.before, life.ticket))
        self.lives[event.ticket] = replace(life, ticket=apply(life.ticket, record, event))
