"""`hub releases register`: every retrieval of recordings, with what Decree 799 asks to be written down of each."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import place_of
from hub.cli.footage.release_steps import releases_app
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.locale import _, ngettext
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.core.releases.register import Entry

__all__ = ["releases_app"]

_DAYS = timedelta(days=30)


@releases_app.command("register")
def register(
    context: typer.Context,
    from_: Annotated[str, typer.Option("--from", help="From when; without it, the last 30 days.")] = "",
    to: Annotated[str, typer.Option("--to", help="Until when; without it, until now.")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it as .csv or .xlsx.")] = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the register of retrievals: every release, also refused ones, and every look at recordings."""
    from hub.errors import SiteError

    with telling_errors():
        if output is not None and output.suffix.lower() not in (".csv", ".xlsx"):
            raise SiteError(
                _("{file} is neither CSV nor XLSX.").format(file=output.name), hint=_("Name it register.csv, say.")
            )
    site, url = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.cli.typed_times import moment
        from hub.client.releases import register as read
        from hub.clock import SystemClock

        async with connected(site, url) as hub:
            seen = await hub.site()
            now, zone = SystemClock().now(), seen.timezone or "UTC"
            end = moment(to, zone, now) if to else now + timedelta(seconds=1)
            begin = moment(from_, zone, now) if from_ else end - _DAYS
            return await read(hub, begin, end), seen

    found, seen = run(work)
    if json:
        as_json(found)
        return
    zone, people, purposes = seen.timezone, seen.people, seen.internal_purposes
    if output is None:
        _print(found.entries, zone, people)
        return
    rows = [_titles(), *(_cells(entry, zone, people, purposes) for entry in found.entries)]
    with telling_errors():
        _write(output, rows)
    say(
        ngettext("{file}: 1 entry.", "{file}: {count} entries.", len(found.entries)).format(
            file=output, count=len(found.entries)
        )
    )


def _print(entries: "list[Entry]", zone: str, people: dict[str, str]) -> None:
    from hub.tui.words_releases import RELEASE_KINDS

    as_table(
        [_("entry"), _("time"), _("kind"), _("reason"), _("content"), _("person"), _("unit"), _("outcome")],
        (
            (
                entry.number,
                when(entry.at, zone),
                _(RELEASE_KINDS[entry.kind]),
                entry.reason,
                _content(entry, zone),
                _people(entry, people),
                words(entry.unit),
                _outcome(entry),
            )
            for entry in entries
        ),
        empty=_("Nothing was retrieved in that time."),
    )


def _titles() -> list[str]:
    return [
        *(
            _("entry"),
            _("time"),
            _("kind"),
            _("reason"),
            _("content"),
            _("cameras"),
            _("period from"),
            _("period until"),
        ),
        *(_("person"), _("unit"), _("purpose"), _("letter number"), _("letter (SHA-256)"), _("domain")),
        *(_("asked for by"), _("checked by"), _("decided by"), _("decided"), _("decision"), _("packed by")),
        *(_("package (SHA-256)"), _("receiver"), _("handed over by"), _("handed over"), _("receipt (SHA-256)")),
        *(_("outcome"), _("over"), _("remark")),
    ]


def _cells(entry: "Entry", zone: str, people: dict[str, str], purposes: Any) -> list[str]:
    from hub.tui.words import domains
    from hub.tui.words_releases import RELEASE_KINDS

    def name(account: str) -> str:
        return people.get(account, account)

    purpose = purposes.get(entry.purpose)
    return [
        *(entry.number, when(entry.at, zone), _(RELEASE_KINDS[entry.kind]), entry.reason, entry.content),
        *(", ".join(entry.cameras), when(entry.from_at, zone), when(entry.to_at, zone)),
        *(_people(entry, people), words(entry.unit), words(purpose) if purpose is not None else entry.purpose),
        *(entry.letter_number, entry.letter, domains([entry.domain]) if entry.domain else ""),
        *(name(entry.person), name(entry.checked_by), name(entry.decided_by)),
        *(when(entry.decided_at, zone) if entry.decided_at else "", entry.decision, name(entry.prepared_by)),
        *(entry.package, entry.receiver, name(entry.handed_by)),
        *(when(entry.handed_at, zone) if entry.handed_at else "", entry.receipt, _outcome(entry)),
        *(when(entry.over_at, zone) if entry.over_at else "", entry.over_note or entry.missing),
    ]


def _people(entry: "Entry", people: dict[str, str]) -> str:
    """Those to whom it went: the officers with their cards, or the person of the site."""
    officers = [f"{each.name} ({each.identification})" for each in entry.officers]
    return ", ".join(officers) or people.get(entry.person, entry.person)


def _content(entry: "Entry", zone: str) -> str:
    period = f"{', '.join(entry.cameras)} {when(entry.from_at, zone)} - {when(entry.to_at, zone)}"
    return f"{entry.content} ({period})" if entry.content else period


def _outcome(entry: "Entry") -> str:
    from hub.tui.words_releases import RELEASE_STATES

    return _(RELEASE_STATES[entry.state][1]) if entry.state is not None else ""


def _write(path: Path, rows: list[list[str]]) -> None:
    """As a workbook, or as CSV that Excel opens as it is. Raises `SiteError`."""
    from hub.cli.room.log_table import harmless
    from hub.client.assets_xlsx import write_cells
    from hub.errors import SiteError

    try:
        if path.suffix.lower() == ".xlsx":
            write_cells(path, rows, title="register")
            return
        text = io.StringIO(newline="")
        csv.writer(text).writerows([[harmless(cell) for cell in row] for row in rows])
        path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    except OSError as error:
        raise SiteError(f"{path.name} cannot be written: {error.strerror}.", hint="Name another place.") from error
