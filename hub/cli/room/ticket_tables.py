"""Fault tickets and the figures of repairs as tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hub.cli.output import as_table, when
from hub.locale import _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client import TicketView
    from hub.core.tickets.figures import TicketFigures
    from hub.tui.names import Names


def print_tickets(shown: "Sequence[TicketView]", names: "Names", zone: str, *, now: datetime, empty: str) -> None:
    def due(item: "TicketView") -> str:
        promised_at = item.ticket.promised_at if item.ticket.closed_at is None else None
        overdue = _(" (overdue)") if promised_at is not None and promised_at < now else ""
        return when(item.ticket.estimate_at, zone) + overdue

    as_table(
        [_("ticket"), _("state"), _("opened"), _("about"), _("what"), _("repairer"), _("estimate"), _("closed")],
        (
            (
                item.ticket.id,
                _(item.state),
                when(item.ticket.opened_at, zone),
                names.about(item.ticket.camera, item.ticket.subject) or "-",
                words(item.ticket.title),
                item.ticket.repairer or "-",
                due(item),
                when(item.ticket.closed_at, zone),
            )
            for item in shown
        ),
        empty=empty,
    )


def print_figures(found: "TicketFigures", names: "Names", zone: str) -> None:
    from hub.tui.rows.ticket_figures import subjects, summary

    as_table([_("figure"), _("value"), _("counted over")], summary(found, lambda at: when(at, zone)), empty="")
    if found.subjects:
        print()
        head = [_("about"), _("failures"), _("time down"), _("MTBF"), _("MTTR")]
        as_table(head, subjects(found, names), empty="")
