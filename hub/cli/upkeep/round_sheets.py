"""`hub rounds answer`, `import`, `export`, `print`: a round's sheet, item by item, in a spreadsheet, and on paper."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, place_of
from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, SiteOption, UrlOption
from hub.cli.output import fail, run, say, telling_errors
from hub.cli.upkeep.rounds import Number, read_sheet, rounds_app
from hub.errors import HubError, Refused
from hub.locale import _

if TYPE_CHECKING:
    from hub.client import HubClient

__all__ = ["rounds_app"]


class Paper(StrEnum):
    TEXT = "text"
    HTML = "html"


class Tongue(StrEnum):
    OWN = ""
    EN = "en"
    ZH = "zh"


LanguageOption = Annotated[Tongue, typer.Option(help="The language of the sheet; else that of the command line.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write into this file instead of on the screen.")
]


@rounds_app.command("answer")
def answer(
    context: typer.Context,
    number: Number,
    asset: Annotated[str, typer.Argument(help="Camera id, asset id, or `room`.")],
    item: Annotated[str, typer.Argument(help="Id of the item, as `hub rounds show` names it.")],
    value: Annotated[str, typer.Argument(help="yes, no, a number, or words; left out for a photo.")] = "",
    not_possible: Annotated[str, typer.Option(help="Why it cannot be answered.")] = "",
    remark: Annotated[str, typer.Option(help="What else is to be said.")] = "",
    photo: Annotated[
        list[Path] | None, typer.Option(help="A photo on this machine; may be given several times.")
    ] = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Answer one item of a round that was begun."""
    row = {"asset": asset, "item": item, "answer": value, "not_possible": not_possible, "remark": remark}
    row["photos"] = ";".join(str(each) for each in photo or ())

    async def question(hub: "HubClient") -> int:
        from hub.client.rounds import round_sheet
        from hub.core.rounds.sheet_csv import parse_rows

        filled = parse_rows([row], await round_sheet(hub, number))
        if filled.problems:
            raise Refused(f"{asset}: {item}: {filled.problems[0].message}.")
        return await _hand_over(hub, number, filled.answers, filled.photos, HERE)

    said = _("{round}: {asset}: {item} is answered.").format(round=number, asset=asset, item=item)
    _as_person(context, site, url, question, said)


@rounds_app.command("import")
def import_(
    context: typer.Context,
    number: Number,
    file: Annotated[Path, typer.Argument(help="The sheet as CSV, filled in; `-` for stdin.", allow_dash=True)],
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong, and change nothing.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Take the answers from a sheet that `hub rounds export` wrote. Nothing is taken while a cell is wrong.

    Photos are named in their column, separated by semicolons: files beside the sheet, or ids of files handed over.
    """
    data = _read(file)

    async def question(hub: "HubClient") -> int:
        from hub.client.rounds import round_sheet
        from hub.core.rounds.sheet_csv import parse_sheet

        filled = parse_sheet(data, await round_sheet(hub, number))
        for problem in filled.problems:
            say(f"{file}:{problem}")
        if filled.problems:
            raise SystemExit(int(Exit.BAD_INPUT))
        say(_("Answers on the sheet: {n}").format(n=len(filled.answers)))
        if check:
            return len(filled.answers)
        return await _hand_over(hub, number, filled.answers, filled.photos, file.parent)

    done = _("The sheet is in order.") if check else _("{round} has the answers of the sheet.").format(round=number)
    _as_person(context, site, url, question, done)


@rounds_app.command("export")
def export(
    context: typer.Context,
    number: Number,
    out: OutOption = None,
    language: LanguageOption = Tongue.OWN,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write the sheet as CSV for a spreadsheet program: UTF-8 with a byte order mark."""
    from hub.core.rounds.sheet_csv import sheet_csv

    sheet, _seen = ask(context, site, url, lambda hub: read_sheet(hub, number))
    _write(sheet_csv(sheet, _language(language)), out)


@rounds_app.command("print")
def print_(
    context: typer.Context,
    number: Number,
    form: Annotated[Paper, typer.Option("--as", help="For any printer, or for a browser.")] = Paper.TEXT,
    out: OutOption = None,
    language: LanguageOption = Tongue.OWN,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write the sheet for paper, with boxes to tick and page breaks."""
    from zoneinfo import ZoneInfo

    from hub.core.rounds.paper import paper_html, paper_text

    sheet, seen = ask(context, site, url, lambda hub: read_sheet(hub, number))
    make = paper_html if form is Paper.HTML else paper_text
    _write(make(sheet, _language(language), ZoneInfo(seen.timezone or "UTC")).encode(), out)


def _as_person(context: typer.Context, site: Path, url: str, question: Any, done: str) -> None:
    """Ask and give commands in the name of the person who is signed in; `done` is said when something changed."""
    site, url = place_of(context, site, url)

    async def work() -> int:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            return int(await question(hub))

    say(done if run(work) else _("Nothing to do: it is so already."))


async def _hand_over(hub: "HubClient", round_id: str, answers: Any, photos: dict[str, list[str]], folder: Path) -> int:
    """Hand over the photos, then the answers in pieces. How many records that made."""
    from msgspec.structs import replace

    from hub.client.attachments import read_attachment
    from hub.client.rounds import pieces
    from hub.core.rounds.commands import AnswerRound

    known: dict[str, str] = {}
    for name in sorted({name for names in photos.values() for name in names}):
        is_id = len(name) == 64 and all(each in "0123456789abcdef" for each in name)
        path = folder / name
        known[name] = name if is_id else await hub.attach(path.name, read_attachment(path))
    full = [replace(each, photos=[known[name] for name in photos.get(each.key, ())]) for each in answers]
    return sum([len(await hub.send(AnswerRound(round=round_id, answers=piece))) for piece in pieces(full)])


def _read(file: Path) -> bytes:
    from hub.core.rounds.sheet_csv import LARGEST_CSV

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(LARGEST_CSV + 1)
        with file.open("rb") as opened:
            return opened.read(LARGEST_CSV + 1)
    except OSError as error:
        fail(Refused(f"{file} cannot be read: {error.strerror}.", hint="Name a file on this machine."))


def _write(data: bytes, out: Path | None) -> None:
    with telling_errors():
        if out is None:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            return
        try:
            out.write_bytes(data)
        except OSError as error:
            raise HubError(f"{out} cannot be written: {error.strerror}.", hint="Name another file.") from error
    say(_("Written: {file}").format(file=out))


def _language(tongue: Tongue) -> Any:
    from hub.locale import language

    return {"en": "en", "zh": "zh_CN"}.get(tongue.value) or language()
