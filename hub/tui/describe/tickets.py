"""What befell fault tickets is in the log, in words."""

from hub.core.event import Event
from hub.core.tickets.events import (
    TicketAcknowledged,
    TicketArrived,
    TicketAssigned,
    TicketCancelled,
    TicketClosed,
    TicketContinued,
    TicketInterrupted,
    TicketOnTime,
    TicketOpened,
    TicketOverdue,
    TicketRelapsed,
    TicketReopened,
    TicketRepaired,
    TicketRestored,
    TicketTakenUp,
    TicketUnassigned,
    TicketVerified,
    TicketVerifying,
    TicketWaiting,
)
from hub.locale import N_, _
from hub.tui import words
from hub.tui.names import Names

SENTENCES: dict[type[Event], str] = {
    TicketOpened: N_("Ticket {ticket} opened: {title} {camera}"),
    TicketAcknowledged: N_("Ticket {ticket}: the technical department took note"),
    TicketAssigned: N_("Ticket {ticket} assigned to {repairer} {estimate_at} {reason}"),
    TicketUnassigned: N_("Ticket {ticket}: nobody is named to repair it since {since_at}: {title} {camera}"),
    TicketTakenUp: N_("Ticket {ticket} waits no more for somebody to be named: {how} {camera}"),
    TicketArrived: N_("Ticket {ticket}: the repairer is at the place"),
    TicketWaiting: N_("Ticket {ticket} waits: {reason} {until_at}"),
    TicketContinued: N_("Ticket {ticket}: the repair goes on"),
    TicketOverdue: N_("Ticket {ticket} is overdue, should be done by {estimate_at}: {title} {camera}"),
    TicketOnTime: N_("Ticket {ticket} is no longer overdue: {how} {camera}"),
    TicketRepaired: N_("Ticket {ticket} is reported as repaired, cause: {cause} {done}"),
    TicketRestored: N_("Ticket {ticket}: the watch sees the service good again"),
    TicketRelapsed: N_("Ticket {ticket}: the fault came back"),
    TicketVerifying: N_("Ticket {ticket}: picture and recording are good, the time of verifying begins"),
    TicketInterrupted: N_("Ticket {ticket}: the verifying begins anew, {reason}"),
    TicketVerified: N_("Ticket {ticket} is verified {by}, good since {since_at} {reason}"),
    TicketClosed: N_("Ticket {ticket} closed, cause: {cause}"),
    TicketCancelled: N_("Ticket {ticket} cancelled: {reason} {duplicate_of}"),
    TicketReopened: N_("Ticket {ticket} reopened, the fault is there again: {title} {camera} {reason}"),
}


def field(event: Event, name: str, value: object, _names: Names) -> str | None:
    """A field of one of these events in words; None where it is said as in other events."""
    match event, name, value:
        case (TicketInterrupted(), "reason", str()):
            return words.word(words.TICKET_TROUBLES, value)
        case (TicketVerified(), "by", str()):
            return words.word(words.VERIFIED_BY, value)
        case (TicketOnTime() | TicketTakenUp(), "how", str()):
            return words.word(words.LATE_ENDS, value)
        case (TicketAssigned() | TicketVerified(), "reason", str()) | (TicketRepaired(), "done", str()):
            return f"({value})" if value else ""
        case (TicketCancelled(), "duplicate_of", str()):
            return _("(the same as {ticket})").format(ticket=value)
        case _:
            return None
