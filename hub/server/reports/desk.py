"""Where reports are asked for: made one at a time, in a thread; those that are sent are kept on disk and on record."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import structlog

from hub.core.event import wire_name
from hub.core.people.account import Account
from hub.core.reports.events import ReportMade
from hub.core.reports.model import Report
from hub.core.reports.period import Days, Kind, days_of, last_over
from hub.core.state import State
from hub.core.text import Language
from hub.errors import NotFound, SiteError
from hub.server.accounts.sign_in import LOCAL_ACCOUNT
from hub.server.backend import Backend
from hub.server.problems import Malformed
from hub.server.reports.making import MOST_DAYS_BACK, ReportMaker
from hub.server.reports.pages.page import file_name, report_page
from hub.server.reports.pages.pdf import as_pdf, browser
from hub.server.reports.pages.sheets import as_csv, as_xlsx
from hub.watch.files import write_whole

Format = Literal["html", "csv", "xlsx", "pdf"]
MEDIA: Mapping[Format, str] = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_log = structlog.get_logger("hub.server")
_LOOKED_AT = 400
"""Records of reports that are searched for one that was made already."""
_WAIT_S = 20.0


class Kept(NamedTuple):
    """A report that was made to be sent: its files, the page first, and itself where it was made just now."""

    id: str
    files: tuple[Path, ...]
    report: Report


class ReportDesk:
    """On the hub's event loop."""

    def __init__(self, backend: Backend, maker: ReportMaker, folder: Path, *, address: str = "") -> None:
        """`folder`: where reports are kept. `address`: where people reach the hub with a browser; empty: nowhere."""
        self.address = address.rstrip("/")
        self._backend = backend
        self._maker = maker
        self._folder = folder
        self._turn = asyncio.Semaphore(1)
        """Counting takes a processor, and a browser on paper takes another."""

    async def report(self, account: Account, kind: Kind, *, day: date | None = None, clause: str = "") -> Report:
        """The report of the period in which `day` lies, for somebody's eyes; None: of the newest that is over.

        Raises `Malformed` for a day that cannot be, `NotFound` for a clause, `SiteError` while the past is counted.
        """
        today = self.today()
        days = days_of(kind, day) if day is not None else last_over(kind, today)
        if days.first > today:
            raise Malformed(f"That period has not begun yet: it begins on {days.first}.", hint=f"Today is {today}.")
        oldest = today - timedelta(days=MOST_DAYS_BACK)
        if days.first < oldest:
            hint = f"Ask for a period that begins on {oldest} or later."
            raise Malformed(f"Reports go back {MOST_DAYS_BACK} days at most.", hint=hint)
        async with self._alone():
            return await self._made(account, kind, days, clause)

    async def rendered(self, report: Report, language: Language, wanted: Format, *, base: str | None = None) -> bytes:
        """A report as a file. Raises `SiteError` where no PDF can be made."""
        match wanted:
            case "csv":
                return await asyncio.to_thread(as_csv, report, language)
            case "xlsx":
                return await asyncio.to_thread(as_xlsx, report, language)
        page = await asyncio.to_thread(report_page, report, language, base=base)
        if wanted == "html":
            return page.encode()
        async with self._alone():
            return await asyncio.to_thread(as_pdf, page)

    async def kept(self, kind: Kind, days: Days, language: Language, *, clause: str = "") -> Kept:
        """A report as the hub sees the site, kept and put on record; made once, however often it is asked for.

        Raises `SiteError` while the past is counted, `OSError` when it cannot be kept, `JournalBlocked`.
        """
        report = await self.report(LOCAL_ACCOUNT, kind, day=days.first, clause=clause)
        name = f"{file_name(report)}-{'zh' if language == 'zh_CN' else 'en'}"
        found = await asyncio.to_thread(self._known, name)
        if found:
            return Kept(name, found, report)
        formats: list[Format] = ["html", "xlsx", *(["pdf"] if browser() is not None else [])]  # type: ignore[list-item]
        paths: list[Path] = []
        prints: dict[str, str] = {}
        for wanted in formats:
            try:
                data = await self.rendered(report, language, wanted, base=self.address or None)
            except SiteError as error:
                if wanted != "pdf":
                    raise
                # A browser that does not work here keeps no report back: the page can be printed from anywhere.
                _log.warning("report_without_pdf", report=name, reason=str(error))
                continue
            path = self._folder / name / f"{name}.{wanted}"
            await asyncio.to_thread(write_whole, path, data)
            prints[path.name] = hashlib.sha256(data).hexdigest()
            paths.append(path)
        made = ReportMade(report=name, kind=kind, first=f"{report.first}", last=f"{report.last}", files=prints)
        await self._backend.record(made, "hub", key=f"report:{name}:{prints[paths[0].name]}")
        return Kept(name, tuple(paths), report)

    async def made(self, limit: int = 20) -> list[ReportMade]:
        """The reports that were kept last, newest first, each once."""
        records = await asyncio.to_thread(self._backend.read_last, _LOOKED_AT, types=[wire_name(ReportMade)])
        newest = {each.event.report: each.event for each in records if isinstance(each.event, ReportMade)}
        return sorted(newest.values(), key=lambda each: (each.last, each.kind), reverse=True)[:limit]

    async def file(self, report: str, name: str) -> bytes:
        """A file of a kept report, proven to be as it was made. Raises `NotFound`, `SiteError`."""
        known = next((each for each in await self.made(_LOOKED_AT) if each.report == report), None)
        digest = known.files.get(name) if known is not None else None
        if digest is None:
            raise NotFound("There is no such report.", hint="See the list at /reports.")
        try:
            data = await asyncio.to_thread((self._folder / report / name).read_bytes)
        except OSError as error:
            raise NotFound("The report is no longer on the hub's disk.", hint="Ask for it anew.") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise SiteError("The report was changed on the hub's disk.", hint="Ask for it anew.")
        return data

    def today(self) -> date:
        """The day of the site."""
        return self._backend.clock.now().astimezone(ZoneInfo(self._backend.timezone)).date()

    async def _made(self, account: Account, kind: Kind, days: Days, clause: str) -> Report:
        state: State = self._backend.state()
        unbroken_since = {camera: now.since_at for camera, now in self._backend.recorded_now().items()}
        return await asyncio.to_thread(
            self._maker.make, account, state, kind, days, clause=clause, unbroken_since=unbroken_since
        )

    def _known(self, name: str) -> tuple[Path, ...]:
        """The files of a report that was kept before and is still as it was; none where it is not."""
        records = self._backend.read_last(_LOOKED_AT, types=[wire_name(ReportMade)])
        events = [each.event for each in records if isinstance(each.event, ReportMade) and each.event.report == name]
        if not events:
            return ()
        paths = tuple(self._folder / name / file for file in events[-1].files)
        try:
            same = all(hashlib.sha256(path.read_bytes()).hexdigest() == events[-1].files[path.name] for path in paths)
        except OSError:
            return ()
        return paths if same else ()

    def _alone(self) -> "_Turn":
        return _Turn(self._turn)


class _Turn:
    """A place in the line, for as long as whoever asks can wait."""

    def __init__(self, turn: asyncio.Semaphore) -> None:
        self._turn = turn

    async def __aenter__(self) -> None:
        try:
            async with asyncio.timeout(_WAIT_S):
                await self._turn.acquire()
        except TimeoutError:
            raise SiteError("Other reports are being made.", hint="Ask again in a moment.") from None

    async def __aexit__(self, *error: object) -> None:
        self._turn.release()
