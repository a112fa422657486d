"""`hub report`: what a day, a week, a month or a clause comes to, on the terminal, on paper or for a spreadsheet."""

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from hub.cli.asking import ask
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, say, telling_errors
from hub.locale import _
from hub.locale import language as current
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.core.reports.model import Report, Section
    from hub.core.reports.period import Kind

report_app = typer.Typer(no_args_is_help=True, help="Reports of a day, a week, a month, or by clause.")
_MOST_TRIES = 8
"""How often is asked while a long journal is still being counted; each time the hub counts on for eight seconds."""


class Format(StrEnum):
    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"


class Language(StrEnum):
    EN = "en"
    ZH_CN = "zh_CN"


DayOption = Annotated[
    str, typer.Option("--day", metavar="YYYY-MM-DD", help="A day of the period; else the newest that is over.")
]
LanguageOption = Annotated[
    Language | None, typer.Option("--language", "-l", help="Language of the report; else that of the command.")
]
FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="How: figures on the terminal, a page, paper, or a table.")
]
OutOption = Annotated[
    str, typer.Option("--out", "-o", metavar="FILE", help="Where to write it; - is the standard output.")
]


@report_app.command()
def daily(
    context: typer.Context,
    day: DayOption = "",
    language: LanguageOption = None,
    wanted: FormatOption = Format.TEXT,
    out: OutOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the report of a day; without one, of yesterday."""
    _report(context, site, url, "daily", day=day, language=language, wanted=wanted, out=out, json=json)


@report_app.command()
def weekly(
    context: typer.Context,
    day: DayOption = "",
    language: LanguageOption = None,
    wanted: FormatOption = Format.TEXT,
    out: OutOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the report of a week, from Monday on; without a day in it, of last week."""
    _report(context, site, url, "weekly", day=day, language=language, wanted=wanted, out=out, json=json)


@report_app.command()
def monthly(
    context: typer.Context,
    day: DayOption = "",
    language: LanguageOption = None,
    wanted: FormatOption = Format.TEXT,
    out: OutOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the report of a month; without a day in it, of last month."""
    _report(context, site, url, "monthly", day=day, language=language, wanted=wanted, out=out, json=json)


@report_app.command()
def clause(
    context: typer.Context,
    named: Annotated[str, typer.Argument(metavar="[CLAUSE]", help="Only this clause, such as 3.6b.")] = "",
    day: DayOption = "",
    language: LanguageOption = None,
    wanted: FormatOption = Format.TEXT,
    out: OutOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show a month by the clauses of the regulation; without a day in it, last month."""
    _report(context, site, url, "clause", day=day, clause=named, language=language, wanted=wanted, out=out, json=json)


def _report(
    context: typer.Context,
    site: Path,
    url: str,
    kind: "Kind",
    *,
    day: str,
    language: Language | None,
    wanted: Format,
    out: str,
    json: bool,
    clause: str = "",
) -> None:
    with telling_errors():
        begun = _day(day)
        wanted = _format(wanted, out, json=json)
    spoken: Any = str(language) if language is not None else current()

    async def question(hub: Any) -> Any:
        from hub.client.reports import report as read
        from hub.client.reports import report_file
        from hub.errors import SiteError

        for tries in range(_MOST_TRIES):
            try:
                if json or wanted is Format.TEXT:
                    return await read(hub, kind, day=begun, clause=clause)
                served: Any = "html" if wanted is Format.PDF else str(wanted)
                return await report_file(hub, kind, served, day=begun, clause=clause, language=spoken)
            except SiteError as error:
                if tries == _MOST_TRIES - 1:
                    raise
                say(str(error))
        return None

    found = ask(context, site, url, question)
    if json:
        as_json(found)
    elif wanted is Format.TEXT:
        _print(found)
    else:
        with telling_errors():
            _write(cast(bytes, found), kind, clause, begun, wanted, out)


def _write(data: bytes, kind: str, clause: str, day: date | None, wanted: Format, out: str) -> None:
    from hub.errors import SiteError

    if wanted is Format.PDF:
        from hub.server.reports.pages.pdf import as_pdf

        data = as_pdf(data.decode())
    if out == "-":
        sys.stdout.buffer.write(data)
        return
    name = "-".join(part for part in (kind, clause, f"{day}" if day is not None else "") if part)
    path = Path(out or f"{name}.{wanted}")
    try:
        path.write_bytes(data)
    except OSError as error:
        raise SiteError(
            _("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror),
            hint=_("Name another file with --out."),
        ) from error
    say(_("Written: {path}").format(path=path))


def _print(report: "Report") -> None:
    from hub.server.reports.pages.words import KINDS

    days = f"{report.first}" if report.first == report.last else f"{report.first} - {report.last}"
    say(f"{words(KINDS[report.kind])} {days}  {words(report.site)}")
    if not report.over:
        say(_("Not over: it is counted up to now."))
    for section in report.sections:
        rows = [*_rows(report, section)]
        if rows:
            print()
            say(words(section.title))
            as_table([_("Figure"), _("Value"), _("Last period"), _("Target"), _("Verdict")], rows, empty="")


def _rows(report: "Report", section: "Section") -> "list[tuple[str, ...]]":
    from hub.core.reports.words import VERDICTS, shown, target

    found = []
    for line in section.lines:
        known = report.definition(line.figure.id)
        if known is not None:
            values = (shown(line.figure.value, known.unit), shown(line.before, known.unit))
            verdict = words(VERDICTS[line.figure.verdict])
            found.append(
                (words(known.name), *(words(each) for each in values), words(target(line.figure, known.unit)), verdict)
            )
    return found


def _format(wanted: Format, out: str, *, json: bool) -> Format:
    """What is to be written, where the name of the file says it."""
    from hub.errors import SiteError

    ending, named = Path(out).suffix.removeprefix(".").lower(), out not in ("", "-")
    if json and (named or wanted is not Format.TEXT):
        raise SiteError(
            _("--json writes to the terminal, and knows no other format."),
            hint=_("Leave --format and --out away, or --json."),
        )
    if wanted is not Format.TEXT or not named:
        return wanted
    found = next((each for each in Format if each == ending and each is not Format.TEXT), None)
    if found is None:
        raise SiteError(
            _("{path} does not say what to write.").format(path=out),
            hint=_("Name a format with --format, or end the name with .html, .pdf, .csv or .xlsx."),
        )
    return found


def _day(typed: str) -> date | None:
    from hub.errors import SiteError

    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise SiteError(_("{typed} is no day.").format(typed=typed[:20]), hint=_("Write 2026-10-31.")) from None
