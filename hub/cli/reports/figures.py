"""`hub figures`: the figures by which the control room is judged, of any month or period."""

import csv
import io
import sys
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from hub.cli.asking import ask
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, say, telling_errors
from hub.locale import _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client.figures import FiguresView, GroupFigures

_DAY = timedelta(days=1)
_MOST_TRIES = 8
"""How often is asked while a long journal is still being counted; each time the hub counts on for eight seconds."""


class ByName(StrEnum):
    SITE = "site"
    DOMAIN = "domain"
    DEPARTMENT = "department"
    CAMERA = "camera"


def figures(
    context: typer.Context,
    of: Annotated[str, typer.Argument(metavar="[ID]", help="Only of this domain, department or camera.")] = "",
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="Which month; else this one.")] = "",
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="The first day, instead of a month.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="The last day; else today.")] = "",
    by: Annotated[ByName, typer.Option(help="For which parts of the site.")] = ByName.SITE,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write every figure as CSV for a spreadsheet program.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the figures of the control room: online, picture, recording, alarms, repairs, rounds, attendance.

    Each with what was counted over what, and its verdict: on target, off target, or collecting as long as the period is
    not over or too little of it was watched.
    """

    async def question(hub: Any) -> Any:
        from hub.client.figures import figures as read
        from hub.clock import SystemClock
        from hub.core.walltime import midnight
        from hub.errors import SiteError

        zone = ZoneInfo((await hub.site()).timezone)
        begin, end = _days(month, first, last, SystemClock().now().astimezone(zone).date())
        for tries in range(_MOST_TRIES):
            try:
                return await read(hub, from_at=midnight(begin, zone), to_at=midnight(end + _DAY, zone), by=by.value)
            except SiteError as error:
                if tries == _MOST_TRIES - 1:
                    raise
                say(str(error))
        return None

    view = _only(ask(context, site, url, question), of)
    if json:
        as_json(view)
    elif as_csv:
        sys.stdout.buffer.write(table(view))
    else:
        _print(view, whole=by is ByName.SITE or bool(of))


def table(view: "FiguresView") -> bytes:
    """Every figure of every group, a line each, as spreadsheet programs want it: UTF-8 with its mark."""
    from hub.cli.room.log_table import harmless
    from hub.tui.rows.figures import VERDICTS, name_of

    text = io.StringIO(newline="")
    written = csv.writer(text)
    written.writerow(
        [
            *(
                _("first day"),
                _("last day"),
                _("group id"),
                _("group"),
                _("figure id"),
                _("figure"),
                _("unit"),
                _("value"),
            ),
            *(_("numerator"), _("counted"), _("denominator"), _("counted over"), _("excused"), _("camera")),
            *(_("verdict"), _("at least"), _("at most"), _("watched share")),
        ]
    )
    zone = ZoneInfo(view.timezone)
    first, last = view.from_at.astimezone(zone).date(), (view.to_at - timedelta.resolution).astimezone(zone).date()
    for group in view.groups:
        for figure in group.figures:
            known = view.definition(figure.id)
            if known is None:
                continue
            cells = [
                *(f"{first}", f"{last}", group.id, name_of(group), figure.id, words(known.name), known.unit),
                *(_number(figure.value), _number(figure.numerator), words(known.numerator)),
                *(_number(figure.denominator), words(known.denominator), _number(figure.excused), figure.about),
                *(_(VERDICTS[figure.verdict][1]), _number(figure.good_from), _number(figure.good_to)),
                _number(group.coverage),
            ]
            written.writerow([harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _days(month: str, first: str, last: str, today: date) -> tuple[date, date]:
    """The first day and the last. Raises `SiteError`."""
    from hub.errors import SiteError

    if month and (first or last):
        raise SiteError(_("A month, or days, not both."), hint=_("Leave --month out, or --from and --to."))
    if last and not first:
        raise SiteError(_("From which day?"), hint=_("Give --from as well."))
    if first:
        return _day(first), _day(last) if last else today
    begin = _day(f"{month}-01") if month else today.replace(day=1)
    return begin, (begin.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY


def _day(typed: str) -> date:
    from hub.errors import SiteError

    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise SiteError(
            _("{typed} is no day.").format(typed=typed[:20]), hint=_("Write 2026-10-31, or --month 2026-10.")
        ) from None


def _only(view: "FiguresView", of: str) -> "FiguresView":
    from msgspec.structs import replace

    from hub.errors import NotFound

    if not of:
        return view
    groups = tuple(group for group in view.groups if group.id == of)
    with telling_errors():
        if not groups:
            raise NotFound(
                _("There are no figures of {of}.").format(of=of[:100]),
                hint=_("There are: {names}.").format(names=", ".join(group.id or "-" for group in view.groups[:20])),
            )
    return replace(view, groups=groups)


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"


def _print(view: "FiguresView", *, whole: bool) -> None:
    from hub.tui.rows.figures import group_columns, group_rows, period

    if whole:
        for place, group in enumerate(view.groups):
            if place:
                print()
            _print_group(view, group)
        return
    say(period(view))
    as_table(
        [_("id"), *(column.label for column in group_columns(view))],
        ([row.key or "-", *(cell.text for cell in row.cells)] for row in group_rows(view)),
        empty=_("There is nothing to count."),
    )
    say(
        _(
            "+ on target, ! off target, ~ collecting. `hub figures --by {by} ID` shows all of one, --csv all of all."
        ).format(by=view.by)
    )


def _print_group(view: "FiguresView", group: "GroupFigures") -> None:
    from hub.tui.rows.figures import columns, heading, rows

    for fact in heading(view, group):
        say(f"{fact.label}: {fact.text}")
    as_table(
        [column.label for column in columns()],
        ([cell.text for cell in row.cells] for row in rows(view, group)),
        empty=_("There is nothing to count."),
    )
