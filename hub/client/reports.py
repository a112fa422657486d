"""Reports: what a day, a week, a month or a clause comes to."""

from datetime import date
from typing import Literal

import msgspec

from hub.client import HubClient, Parameters
from hub.core.reports.model import Report
from hub.core.reports.period import KINDS, Kind
from hub.core.text import Language

__all__ = ["KINDS", "Kind", "Report", "report", "report_file"]

_LONGEST_S = 90.0
"""A month of many cameras is counted in some seconds, and waits for other reports before."""


async def report(client: HubClient, kind: Kind, *, day: date | None = None, clause: str = "") -> Report:
    """The report of the period in which `day` lies; without one, of the newest that is over.

    Raises `SiteError` while the past is still being counted; the counting goes on when it is asked for again.
    """
    answer = await client.read_bytes(f"reports/{kind}", _parameters(day, clause), within_s=_LONGEST_S)
    return msgspec.json.decode(answer, type=Report)


async def report_file(
    client: HubClient,
    kind: Kind,
    wanted: Literal["html", "csv", "xlsx"],
    *,
    day: date | None = None,
    clause: str = "",
    language: Language = "en",
) -> bytes:
    """The same as a page, a table of its figures or a workbook."""
    given: Parameters = {**_parameters(day, clause), "format": wanted, "language": language}
    return await client.read_bytes(f"reports/{kind}", given, within_s=_LONGEST_S)


def _parameters(day: date | None, clause: str) -> Parameters:
    given: Parameters = {}
    if day is not None:
        given = {"day": day.isoformat()}
    return {**given, "clause": clause} if clause else given
