"""Duty: the questions to the hub."""

from datetime import date

from hub.client import HubClient, Parameters
from hub.client.duty_views import AttendanceView, DutyView, HandoverView, PastHandover, ShiftView


async def duty(client: HubClient) -> DutyView:
    """Who watches which post now and next."""
    return await client.read("duty", DutyView)


async def calendar(client: HubClient, *, first: date | None = None, days: int = 14) -> list[ShiftView]:
    """Every shift of a few days, today included."""
    parameters: Parameters = {"days": days}
    if first is not None:
        parameters["first"] = first.isoformat()
    return await client.read("duty/calendar", list[ShiftView], parameters)


async def handovers(client: HubClient) -> list[HandoverView]:
    """The handovers that are not finished, each with its sheet as of now."""
    return await client.read("duty/handovers", list[HandoverView])


async def past_handovers(
    client: HubClient, *, post: str = "", limit: int = 20, before: int | None = None
) -> list[PastHandover]:
    """The handovers that were finished, newest first."""
    parameters: Parameters = {"limit": limit}
    if post:
        parameters["post"] = post
    if before is not None:
        parameters["before"] = before
    return await client.read("duty/handovers/past", list[PastHandover], parameters)


async def attendance(client: HubClient, *, month: str = "", account: str = "") -> AttendanceView:
    """What became of everybody's shifts in a month (`2026-11`; empty: this one)."""
    parameters: Parameters = {}
    for name, value in (("month", month), ("account", account)):
        if value:
            parameters[name] = value
    return await client.read("duty/attendance", AttendanceView, parameters)
