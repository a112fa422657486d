"""`hub tickets`: fault tickets, what is done about them, and the figures of repairs."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, give, place_of
from hub.cli.names import names_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say
from hub.cli.room.ticket_tables import print_figures, print_tickets
from hub.errors import Refused
from hub.locale import N_, _

if TYPE_CHECKING:
    from hub.client import HubClient
    from hub.core.command import Command

# Words that come out of the data; named here so that they are collected for translation.
_STATES = (
    *(N_("open"), N_("acknowledged"), N_("assigned"), N_("arrived"), N_("waiting"), N_("repaired")),
    *(N_("restored"), N_("verifying"), N_("verified"), N_("closed"), N_("cancelled")),
)
_LONGEST_DAYS = 1100


class UrgencyName(StrEnum):
    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


tickets_app = typer.Typer(
    invoke_without_command=True, help="Show the fault tickets, report a fault, repair and close; figures of repairs."
)

Number = Annotated[str, typer.Argument(metavar="TICKET", help="Its number, such as T-12.")]
Photos = Annotated[list[Path] | None, typer.Option("--photo", help="A picture (JPEG, PNG) or PDF that shows it.")]


@tickets_app.callback()
def tickets(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the open fault tickets."""
    context.obj = (site, url)
    if context.invoked_subcommand is None:
        _list(context, site, url, json, states=(), camera="", every=False, closed_days=None)


@tickets_app.command("list")
def listed(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Closed and cancelled ones as well.")] = False,
    closed_days: Annotated[
        float | None, typer.Option(min=0, max=_LONGEST_DAYS, help="Those closed in the last days as well.")
    ] = None,
    state: Annotated[list[str] | None, typer.Option(help="Only in this state, such as waiting.")] = None,
    camera: Annotated[str, typer.Option(help="Only those about this camera.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the open fault tickets, or with --all every one, newest first."""
    _list(context, site, url, json, states=tuple(state or ()), camera=camera, every=every, closed_days=closed_days)


@tickets_app.command("show")
def show(
    context: typer.Context, ticket: Number, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False
) -> None:
    """Show one ticket with its whole history."""

    async def question(hub: "HubClient") -> Any:
        from hub.client.tickets import ticket as read

        return await read(hub, ticket), await hub.site()

    detail, view = ask(context, site, url, question)
    if json:
        as_json(detail)
        return
    from hub.tui.rows.ticket_life import full
    from hub.tui.situation import Link, Situation, zone_of

    situation = Situation(now=view.at, zone=zone_of(view, UTC), link=Link(up=True), site=view)
    as_table(["", ""], ((fact.label, fact.text) for fact in full(detail, situation)), empty="")
    for photo in detail.photos:
        print(f"{photo.id}  {photo.name}")


@tickets_app.command("report")
def report(
    context: typer.Context,
    title: Annotated[str, typer.Argument(help="What is wrong, in a few words.")],
    camera: Annotated[str, typer.Option(help="The faulty camera.")] = "",
    about: Annotated[str, typer.Option(help="What else is faulty: asset:SW-3, or in words.")] = "",
    description: Annotated[str, typer.Option(help="What was seen.")] = "",
    cause: Annotated[str, typer.Option(help="Cause as far as known.")] = "",
    priority: Annotated[UrgencyName, typer.Option(help="How urgent it is.")] = UrgencyName.NORMAL,
    photo: Photos = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Report a fault by hand."""
    from hub.core.tickets.commands import ReportFault

    if not camera and not about:
        raise typer.BadParameter(_("Name a camera with --camera, or what else is faulty with --about."))

    async def build(hub: "HubClient") -> "Command":
        return ReportFault(
            subject=about or f"camera:{camera}",
            camera=camera or None,
            title=title,
            description=description,
            cause=cause,
            priority=priority.value,
            photos=await _hand_over(hub, photo),
        )

    records = _send_built(context, site, url, build)
    say(_("{ticket} opened.").format(ticket=records[0].event["ticket"]))


@tickets_app.command("ack")
def ack(
    context: typer.Context,
    ticket: Number,
    note: Annotated[str, typer.Option(help="A note.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Take note of a fault, for the technical department."""
    from hub.core.tickets.commands import AcknowledgeTicket

    give(context, site, url, [AcknowledgeTicket(ticket=ticket, note=note)], _("{ticket}: noted.").format(ticket=ticket))


@tickets_app.command("assign")
def assign(
    context: typer.Context,
    ticket: Number,
    repairer: Annotated[str, typer.Option(help="Who repairs it.")],
    account: Annotated[str, typer.Option(help="The repairer's account; none of an outside firm.")] = "",
    cause: Annotated[str, typer.Option(help="Cause as far as known.")] = "",
    estimate: Annotated[str, typer.Option(help="When it will be done: 4h, 3d, 18:00, 2026-11-30 18:00.")] = "",
    reason: Annotated[str, typer.Option(help="Why the estimate is not the former one.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Name who repairs a fault, and when it will be done. Without --estimate the present one stays."""
    from hub.core.tickets.commands import AssignTicket

    async def build(hub: "HubClient") -> "Command":
        view = await hub.site()
        known = next((each.ticket.estimate_at for each in view.tickets if each.ticket.id == ticket), None)
        estimate_at = _moment(estimate, view.at, view.timezone) if estimate else known
        return AssignTicket(
            ticket=ticket,
            repairer=repairer,
            account=account or None,
            cause=cause,
            estimate_at=estimate_at,
            reason=reason,
        )

    _send_built(context, site, url, build)
    say(_("{ticket} assigned to {repairer}.").format(ticket=ticket, repairer=repairer))


@tickets_app.command("arrive")
def arrive(context: typer.Context, ticket: Number, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Say that the repairer is at the place."""
    from hub.core.tickets.commands import ArriveAtFault

    give(context, site, url, [ArriveAtFault(ticket=ticket)], _("{ticket}: at the place.").format(ticket=ticket))


@tickets_app.command("wait")
def wait(
    context: typer.Context,
    ticket: Number,
    reason: Annotated[str, typer.Option(help="What the repair waits for.")],
    until: Annotated[str, typer.Option(help="Until when: 4h, 3d, 18:00, 2026-11-30 18:00.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Say what a repair waits for. With an end, the estimate counts as passed only after that."""
    from hub.core.tickets.commands import WaitWithRepair

    async def build(hub: "HubClient") -> "Command":
        view = await hub.site()
        until_at = _moment(until, view.at, view.timezone) if until else None
        return WaitWithRepair(ticket=ticket, reason=reason, until_at=until_at)

    _send_built(context, site, url, build)
    say(_("{ticket} waits.").format(ticket=ticket))


@tickets_app.command("continue")
def go_on(context: typer.Context, ticket: Number, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Go on with a repair that waited."""
    from hub.core.tickets.commands import ContinueRepair

    give(context, site, url, [ContinueRepair(ticket=ticket)], _("{ticket} goes on.").format(ticket=ticket))


@tickets_app.command("repair")
def repair(
    context: typer.Context,
    ticket: Number,
    cause: Annotated[str, typer.Option(help="Cause of the fault.")],
    done: Annotated[str, typer.Option(help="What was done.")] = "",
    part: Annotated[list[str] | None, typer.Option(help="A part used, such as '2 x M6 screw #A2-70'.")] = None,
    photo: Photos = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Report a repair. The ticket closes by itself when the hub has seen the service good for a while."""
    from hub.core.tickets.commands import ReportRepair
    from hub.core.tickets.parts import parse_parts

    parts = parse_parts("\n".join(part or ()))
    if parts is None:
        raise typer.BadParameter(_("Write one part after another: 2 x M6 screw #A2-70; RJ45 plug."))

    async def build(hub: "HubClient") -> "Command":
        return ReportRepair(ticket=ticket, cause=cause, done=done, parts=parts, photos=await _hand_over(hub, photo))

    _send_built(context, site, url, build)
    say(_("The repair of {ticket} is reported.").format(ticket=ticket))


@tickets_app.command("sign")
def sign(
    context: typer.Context,
    ticket: Number,
    reason: Annotated[str, typer.Option(help="How you know that it is good.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign for a repair that the hub cannot see. Leaders may, never for a repair of their own."""
    from hub.core.tickets.commands import SignTicket

    give(
        context,
        site,
        url,
        [SignTicket(ticket=ticket, reason=reason)],
        _("{ticket} is signed for.").format(ticket=ticket),
    )


@tickets_app.command("close")
def close(
    context: typer.Context,
    ticket: Number,
    cause: Annotated[str, typer.Option(help="Cause of the fault.")],
    note: Annotated[str, typer.Option(help="What was done.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Close a fault that is verified and of which no repair was reported."""
    from hub.core.tickets.commands import CloseTicket

    command = CloseTicket(ticket=ticket, cause=cause, note=note)
    give(context, site, url, [command], _("{ticket} closed.").format(ticket=ticket))


@tickets_app.command("cancel")
def cancel(
    context: typer.Context,
    ticket: Number,
    reason: Annotated[str, typer.Option(help="Why it is none.")],
    duplicate_of: Annotated[str, typer.Option(help="The ticket that goes on in its place.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """End a ticket that is no fault, or there twice. Leaders may."""
    from hub.core.tickets.commands import CancelTicket

    command = CancelTicket(ticket=ticket, reason=reason, duplicate_of=duplicate_of or None)
    give(context, site, url, [command], _("{ticket} is cancelled.").format(ticket=ticket))


@tickets_app.command("reopen")
def reopen(
    context: typer.Context,
    ticket: Number,
    reason: Annotated[str, typer.Option(help="What is there again.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Reopen a ticket that was closed a few days ago."""
    from hub.core.tickets.commands import ReopenTicket

    command = ReopenTicket(ticket=ticket, reason=reason)
    give(context, site, url, [command], _("{ticket} is reopened.").format(ticket=ticket))


@tickets_app.command("figures")
def figures(
    context: typer.Context,
    days: Annotated[float, typer.Option(min=0.01, max=_LONGEST_DAYS, help="Of the last days.")] = 30.0,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the time to repair with its parts, the time between failures, and what each is counted over."""

    async def question(hub: "HubClient") -> Any:
        from hub.client.tickets import ticket_figures

        view = await hub.site()
        return await ticket_figures(hub, from_at=view.at - timedelta(days=days), to_at=view.at), view

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    print_figures(found, names_in(seen), seen.timezone)


def _list(
    context: typer.Context,
    site: Path,
    url: str,
    json: bool,
    *,
    states: tuple[str, ...],
    camera: str,
    every: bool,
    closed_days: float | None,
) -> None:
    closed = every or closed_days is not None or {"closed", "cancelled"} & set(states)

    async def question(hub: "HubClient") -> Any:
        from hub.client.tickets import tickets as read

        view = await hub.site()
        if not closed:
            return view.tickets, view
        since_at = view.at - timedelta(days=closed_days) if closed_days is not None and not every else None
        return await read(hub, states=states, closed_since=since_at, limit=1000), view  # type: ignore[arg-type]

    found, seen = ask(context, site, url, question)
    shown = [
        item for item in found if (not states or item.state in states) and (not camera or item.ticket.camera == camera)
    ]
    if json:
        as_json(shown)
        return
    empty = _("There is no such ticket.") if closed else _("No ticket is open.")
    print_tickets(shown, names_in(seen), seen.timezone, now=seen.at, empty=empty)


def _send_built(context: typer.Context, site: Path, url: str, build: Any) -> Any:
    """Give a command that is built from what the hub says, in the name of the person who is signed in."""
    site, url = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            return await hub.send(await build(hub))

    return run(work)


async def _hand_over(hub: "HubClient", files: list[Path] | None) -> list[str]:
    from hub.client.attachments import read_attachment

    return [await hub.attach(file.name, read_attachment(file)) for file in files or ()]


def _moment(text: str, now: datetime, zone: str) -> datetime:
    from zoneinfo import ZoneInfo

    from hub.tui.forms.when import parse_when

    found = parse_when(text, now, ZoneInfo(zone or "UTC"))
    if found is None:
        raise Refused(f"{text!r} is no time.", hint="Write 4h, 3d, 18:00 or 2026-11-30 18:00.")
    return found
