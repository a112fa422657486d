"""One fault ticket in full: what is known of it, its estimates, its history line by line."""

from hub.client.tickets import TicketDetail
from hub.core.tickets.figures import PHASES, durations
from hub.core.tickets.model import Estimate
from hub.locale import _
from hub.tui import moments, words
from hub.tui.describe.record import actor, describe_view
from hub.tui.rows import tickets
from hub.tui.rows.row import Fact
from hub.tui.situation import Situation


def full(detail: TicketDetail, situation: Situation) -> list[Fact]:
    """Everything, the newest of the history last."""
    ticket, zone = detail.view.ticket, situation.zone
    found = tickets.facts(detail.view, situation)
    if len(ticket.estimates) > 1:
        found += [Fact(_("Estimate"), _estimate(each, situation)) for each in ticket.estimates]
    parts = durations(ticket)
    found += [
        Fact(_("Time taken"), words.about(_(words.TICKET_PHASES[name]), moments.span(parts[name])), "muted")
        for name in PHASES
        if name in parts
    ]
    for view in detail.history:
        said = words.beside(describe_view(view, situation.names), actor(view.actor, situation.names))
        found.append(Fact("", f"{moments.stamp(view.seen_at, zone)}  {said}"))
    return found


def _estimate(estimate: Estimate, situation: Situation) -> str:
    at = moments.clock(estimate.at, situation.zone, now=situation.now) or _("none")
    given = moments.clock(estimate.given_at, situation.zone, now=situation.now)
    said = _("{when}, given {clock} by {who}").format(when=at, clock=given, who=actor(estimate.by, situation.names))
    return words.about(said, estimate.reason) if estimate.reason else said
