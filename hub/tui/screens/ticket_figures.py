"""The figures of repairs, over a period that can be chosen."""

from datetime import datetime, timedelta

from hub.client import HubClient
from hub.client.tickets import TicketFigures, ticket_figures
from hub.locale import N_, _
from hub.tui.rows.row import Fact
from hub.tui.rows.ticket_figures import facts
from hub.tui.screens.period import PeriodPage


class TicketFiguresScreen(PeriodPage[TicketFigures]):
    """From a month to a year, and the last week."""

    PERIODS = (
        (timedelta(days=30), N_("the last 30 days")),
        (timedelta(days=90), N_("the last 90 days")),
        (timedelta(days=365), N_("the last year")),
        (timedelta(days=7), N_("the last 7 days")),
    )

    async def count(self, client: HubClient, from_at: datetime) -> TicketFigures:
        return await ticket_figures(client, from_at=from_at)

    def titled(self, period: str) -> str:
        return _("Repairs of {period}").format(period=period)

    def lines(self, found: TicketFigures) -> list[Fact]:
        return facts(found, self._situation)
