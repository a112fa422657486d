"""What `bench.reports` measures: `python -m bench.reports_subjects` prints JSON."""

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, cast

import msgspec

from bench.figures_subjects import ZONE, Kept, Month, written
from bench.scratch import scratch
from hub.client.views import RuleView
from hub.core.people.account import Account
from hub.core.reports.model import Report
from hub.core.reports.period import Kind, days_of
from hub.errors import SiteError
from hub.server.backend import Backend
from hub.server.books.alarms import AlarmBook
from hub.server.books.figures import FigureBook
from hub.server.books.rounds import RoundBook
from hub.server.books.tickets import TicketBook
from hub.server.concerns import Concerns
from hub.server.reports.making import ReportMaker
from hub.server.reports.pages.page import report_page
from hub.server.reports.pages.pdf import as_pdf, browser
from hub.server.reports.pages.sheets import as_xlsx


class Cost(msgspec.Struct, frozen=True):
    """Of the hub's process; a browser's processor time is not in it."""

    cpu_s: float
    wall_s: float
    bytes: int = 0


class Measured(msgspec.Struct, frozen=True):
    records: int
    made: dict[str, Cost]
    shown: dict[str, Cost]


class _Backend(Kept):
    """The part of the backend that reports are made from."""

    timezone = ZONE

    def rules(self) -> list[RuleView]:
        return []


def measured(month: Month) -> Measured:
    records = _Backend(month.journal, month.clock)
    alarms, tickets, rounds = AlarmBook(records), TicketBook(records), RoundBook(records)
    maker = ReportMaker(
        cast(Backend, records),
        Concerns(records),
        figures=FigureBook(records, lambda: ZONE, alarms, tickets, rounds),
        alarms=alarms,
        tickets=tickets,
        rounds=rounds,
    )
    account = Account("wang", "Wang", "leader", ["production", "security"])
    middle = month.first.replace(day=15)

    def made(kind: Kind, day: date) -> Report:
        while True:
            try:
                return maker.make(account, month.state, kind, days_of(kind, day), unbroken_since={})
            except SiteError:
                continue

    first, report = _cost(lambda: made("monthly", month.first))
    if report.coverage < 0.99 or report.trend_days == ():
        raise SystemExit(f"this is no month: {report.coverage:.2f} of it watched, {len(report.trend_days)} days")
    found = {
        "the month, the first time": first,
        "the month, asked again": _cost(lambda: made("monthly", month.first))[0],
    }
    found["a week of it, as it stood at its end"] = _cost(lambda: made("weekly", middle))[0]
    found["a day of it"] = _cost(lambda: made("daily", middle))[0]
    found["the month by clauses"] = _cost(lambda: made("clause", month.first))[0]
    page, html = _cost(lambda: report_page(report, "zh_CN", base="").encode())
    shown = {"as a page": page, "as a workbook": _cost(lambda: as_xlsx(report, "zh_CN"))[0]}
    if browser() is not None:
        shown["as PDF"] = _cost(lambda: as_pdf(html.decode()))[0]
    return Measured(records=month.journal.head.seq, made=found, shown=shown)


def _cost(work: Callable[[], Any]) -> tuple[Cost, Any]:
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    done = work()
    size = len(done) if isinstance(done, bytes) else 0
    return Cost(time.process_time() - cpu_s, time.perf_counter() - wall_s, size), done


async def _main(folder: Path) -> Measured:
    month = await written(folder)
    try:
        return await asyncio.to_thread(measured, month)
    finally:
        await month.journal.stop()


if __name__ == "__main__":
    with scratch() as place:
        sys.stdout.write(msgspec.json.encode(asyncio.run(_main(place))).decode())
