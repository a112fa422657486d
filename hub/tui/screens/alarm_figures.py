"""The figures by which the alarms are judged, over a period that can be chosen."""

from datetime import datetime, timedelta

from hub.client import HubClient
from hub.client.alarms import AlarmFigures, alarm_figures
from hub.locale import N_, _
from hub.tui.rows.alarm_figures import facts
from hub.tui.rows.row import Fact
from hub.tui.screens.period import PeriodPage


class AlarmFiguresScreen(PeriodPage[AlarmFigures]):
    """From a day to a quarter of a year."""

    PERIODS = (
        (timedelta(hours=24), N_("the last 24 hours")),
        (timedelta(days=7), N_("the last 7 days")),
        (timedelta(days=30), N_("the last 30 days")),
        (timedelta(days=90), N_("the last 90 days")),
    )

    async def count(self, client: HubClient, from_at: datetime) -> AlarmFigures:
        return await alarm_figures(client, from_at=from_at)

    def titled(self, period: str) -> str:
        return _("Alarms of {period}").format(period=period)

    def lines(self, found: AlarmFigures) -> list[Fact]:
        return facts(found, self._situation)
