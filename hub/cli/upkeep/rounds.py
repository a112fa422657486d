"""`hub rounds`: what is to be looked at, what was answered, and how rounds were kept."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, give
from hub.cli.names import names_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, say, when
from hub.locale import N_, _, language
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client import HubClient, SiteView
    from hub.client.rounds import Line, PastRound, RoundSheet
    from hub.core.rounds.model import Round
    from hub.tui.names import Names

# Words that come out of the data; named here so that they are collected for translation.
_STATES = (
    *(N_("due"), N_("missed"), N_("started"), N_("late"), N_("handed_in")),
    *(N_("done"), N_("cancelled"), N_("open")),
)
_LONGEST_DAYS = 400


class Outcome(StrEnum):
    ANY = ""
    DONE = "done"
    LATE = "late"
    MISSED = "missed"
    CANCELLED = "cancelled"
    OPEN = "open"


rounds_app = typer.Typer(
    invoke_without_command=True, help="Show the rounds that are to be made, answer them, and look at those of the past."
)

Number = Annotated[str, typer.Argument(metavar="ROUND", help="Its number, such as R-3.")]


@rounds_app.callback()
def rounds(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the rounds that are to be made."""
    context.obj = (site, url)
    if context.invoked_subcommand is None:
        _list(context, site, url, json)


@rounds_app.command("list")
def list_(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the rounds that are to be made, are being made, or wait for a signature."""
    _list(context, site, url, json)


@rounds_app.command("kinds")
def kinds(site: SiteOption = HERE, json: JsonOption = False) -> None:
    """Show the kinds of rounds and their checklists, from rules/rounds.toml."""
    from hub.cli.upkeep.round_kinds import print_kinds

    print_kinds(site, json=json)


@rounds_app.command("show")
def show(
    context: typer.Context,
    number: Number,
    open_only: Annotated[bool, typer.Option("--open", help="Only what has no answer yet.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show a round with every item and its answer; of one that is over, as it was signed."""
    sheet, seen = ask(context, site, url, lambda hub: read_sheet(hub, number))
    if json:
        as_json(sheet)
        return
    _print_sheet(sheet, names_in(seen), seen.timezone, open_only=open_only)


@rounds_app.command("start")
def start(context: typer.Context, number: Number, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Begin a round, or join those who make it."""
    from hub.core.rounds.commands import StartRound

    give(context, site, url, [StartRound(round=number)], _("{round} is begun.").format(round=number))


@rounds_app.command("sign")
def sign(
    context: typer.Context,
    number: Number,
    leader: Annotated[bool, typer.Option("--leader", help="As a leader, what others handed in.")] = False,
    note: Annotated[str, typer.Option(help="What was found.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign a round that one made; with --leader, one that others made and handed in."""
    from hub.core.rounds.commands import CountersignRound, SignRound

    command = CountersignRound(round=number, note=note) if leader else SignRound(round=number, note=note)
    give(context, site, url, [command], _("{round} is signed.").format(round=number))


@rounds_app.command("return")
def return_(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="What is to be done better.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Give a round that was handed in back to its makers. Leaders may."""
    from hub.core.rounds.commands import ReturnRound

    said = _("{round} is given back.").format(round=number)
    give(context, site, url, [ReturnRound(round=number, reason=reason)], said)


@rounds_app.command("complete")
def complete(
    context: typer.Context,
    number: Number,
    note: Annotated[str, typer.Option(help="What was found.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Report a round as made on which nothing has to be answered."""
    from hub.core.rounds.commands import CompleteRound

    said = _("{round} is reported as made.").format(round=number)
    give(context, site, url, [CompleteRound(round=number, note=note)], said)


@rounds_app.command("cancel")
def cancel(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why it is not made.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Decide that a round is not made. Leaders may."""
    from hub.core.rounds.commands import CancelRound

    said = _("{round} is cancelled.").format(round=number)
    give(context, site, url, [CancelRound(round=number, reason=reason)], said)


@rounds_app.command("history")
def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many of the newest.")] = 50,
    before: Annotated[str, typer.Option(help="Only those numbered below this round.")] = "",
    kind: Annotated[str, typer.Option(help="Only rounds of this kind.")] = "",
    team: Annotated[str, typer.Option(help="Only those of this team.")] = "",
    camera: Annotated[str, typer.Option(help="Only those about this camera.")] = "",
    outcome: Annotated[Outcome, typer.Option(help="Only those that came out so.")] = Outcome.ANY,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show rounds of the past and of now, newest first."""
    find = {"kind": kind, "team": team, "camera": camera, "outcome": outcome.value}

    async def question(hub: "HubClient") -> tuple["list[PastRound]", "SiteView"]:
        from hub.client.rounds import round_history

        found = await round_history(hub, limit=limit, before=before, find=find)
        return found, await hub.site()

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    zone, names = seen.timezone, names_in(seen)
    as_table(
        [
            _("round"),
            _("what"),
            _("team"),
            _("became due"),
            _("due by"),
            _("made"),
            _("outcome"),
            _("bad"),
            _("tickets"),
        ],
        (
            (
                past.id,
                words(past.title),
                names.team(past.team),
                when(past.since_at, zone),
                when(past.due_at, zone),
                when(past.made_at, zone),
                _(past.outcome or ("missed" if past.missed else "open")),
                str(past.bad),
                ", ".join(past.tickets),
            )
            for past in found
        ),
        empty=_("There was no such round."),
    )


@rounds_app.command("figures")
def figures(
    context: typer.Context,
    days: Annotated[float, typer.Option(min=1, max=_LONGEST_DAYS, help="Of the last days.")] = 30.0,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show how rounds were kept: in time, late or missed, by kind and team."""

    async def question(hub: "HubClient") -> Any:
        from hub.client.rounds import round_figures

        view = await hub.site()
        return await round_figures(hub, from_at=view.at - timedelta(days=days), to_at=view.at), view

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    names = names_in(seen)
    as_table(
        [
            *(_("round"), _("team"), _("in time"), _("late"), _("missed"), _("share in time")),
            *(_("cancelled"), _("open"), _("bad")),
        ],
        (
            (
                words(each.title),
                names.team(each.team),
                *(str(each.in_time), str(each.late), str(each.missed)),
                f"{each.in_time_share:.0%} ({each.in_time}/{each.judged})" if each.in_time_share is not None else "-",
                *(str(each.cancelled), str(each.open), str(each.bad)),
            )
            for each in found
        ),
        empty=_("No round's time ended in this period."),
    )


# --- asking -------------------------------------------------------------------------------------------------------


async def read_sheet(hub: "HubClient", round_id: str) -> tuple["RoundSheet", "SiteView"]:
    from hub.client.rounds import round_sheet

    return await round_sheet(hub, round_id), await hub.site()


# --- showing ------------------------------------------------------------------------------------------------------


def _list(context: typer.Context, site: Path, url: str, json: bool) -> None:
    view = ask(context, site, url, lambda hub: hub.site())
    if json:
        as_json([{"round": each, "state": each.state} for each in view.rounds])
        return

    names = names_in(view)
    as_table(
        [_("round"), _("state"), _("what"), _("team"), _("camera"), _("due by"), _("answered"), _("bad"), _("by")],
        (_row(each, view.timezone, names) for each in view.rounds),
        empty=_("No round is due."),
    )


def _row(round_: "Round", zone: str, names: "Names") -> tuple[str, ...]:
    from hub.tui.describe.record import actor

    return (
        round_.id,
        _(round_.state),
        words(round_.title),
        names.team(round_.team),
        names.camera(round_.camera),
        when(round_.due_at, zone),
        f"{round_.answered}/{round_.cells}" if round_.started_at is not None else "-",
        str(round_.bad),
        ", ".join(actor(maker, names) for maker in round_.makers),
    )


def _print_sheet(sheet: "RoundSheet", names: "Names", zone: str, *, open_only: bool) -> None:
    round_ = sheet.round
    say(f"{round_.id} {words(round_.title)}: {_(round_.state)}")
    if not sheet.begun:
        say(_("It is not begun: this is what would be looked at now."))
    as_table(
        [_("asset"), _("item"), _("question"), _("must"), _("answer"), _("remark"), _("by"), _("ticket")],
        (
            (
                line.asset,
                line.item,
                words(line.ask),
                _("yes") if line.must else "-",
                _said(line, zone),
                line.remark,
                names.person(line.by.removeprefix("person:")),
                line.ticket,
            )
            for line in sheet.lines
            if not (open_only and line.settled)
        ),
        empty=_("Nothing is open.") if open_only else _("There is nothing to look at."),
    )


def _said(line: "Line", zone: str) -> str:
    from hub.core.rounds.sheet_csv import said

    if line.not_possible:
        return _("not possible: {why}").format(why=line.not_possible)
    if not line.settled:
        return words(line.lacking) if line.lacking else "-"
    value = f"{said(line.value, language())} {line.unit if line.answer == 'number' else ''}".strip()
    value = value or _("photos: {n}").format(n=len(line.photos))
    marked = f"! {value}" if line.bad else value
    if line.read_at is not None:
        return _("{value} (measured {when})").format(value=marked, when=when(line.read_at, zone))
    return marked
