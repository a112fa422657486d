"""The figures of a period, by site, domain, department or camera."""

from datetime import datetime

from hub.client import HubClient, Parameters
from hub.core.kpi.figures import By, Definition, Figure, FiguresView, GroupFigures, Verdict

__all__ = ["By", "Definition", "Figure", "FiguresView", "GroupFigures", "Verdict", "figures"]


async def figures(
    client: HubClient, *, from_at: datetime | None = None, to_at: datetime | None = None, by: By = "site"
) -> FiguresView:
    """The figures of the days of the site in which the period lies; without one, of this month.

    `to_at` at a midnight of the site does not take in the day that begins then. Raises `SiteError` while the past is
    still being counted; the counting goes on when it is asked for again.
    """
    times = {"from_at": from_at, "to_at": to_at}
    parameters: Parameters = {name: at.isoformat() for name, at in times.items() if at is not None}
    return await client.read("figures", FiguresView, {**parameters, "by": by})
