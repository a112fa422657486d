"""What the API says of alarms beyond those that stand: their history and their figures."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from hub.client import HubClient
from hub.core.alarms.figures import AlarmFigures
from hub.core.alarms.tally import Life
from hub.core.text import Text

Parameter = str | int | float | list[str]

__all__ = ["AlarmFigures", "PastAlarm", "alarm_figures", "alarm_history"]


class PastAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm of the past, or one that still stands."""

    life: Life
    camera_name: Text | None = None


async def alarm_figures(
    client: HubClient, *, from_at: datetime | None = None, to_at: datetime | None = None
) -> AlarmFigures:
    """The figures of a period; without one, of the last 24 hours."""
    times = {"from_at": from_at, "to_at": to_at}
    parameters: dict[str, Parameter] = {name: at.isoformat() for name, at in times.items() if at is not None}
    return await client.read("alarms/figures", AlarmFigures, parameters)


async def alarm_history(
    client: HubClient, *, limit: int = 200, before: str = "", find: Mapping[str, str] = {}, cleared: bool = False
) -> list[PastAlarm]:
    """Alarms, newest first. `find`: `camera`, `kind`, `rule`, `verdict` that they must have."""
    parameters: dict[str, Parameter] = {"limit": limit, **{key: value for key, value in find.items() if value}}
    if before:
        parameters["before"] = before
    if cleared:
        parameters["cleared"] = "true"
    return await client.read("alarms/history", list[PastAlarm], parameters)
