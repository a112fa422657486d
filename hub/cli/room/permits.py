"""Permits to cover a camera on the command line: list, show, apply, decide, end, more time."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.asking import ask, give, place_of
from hub.cli.names import cameras_in, names_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, when
from hub.clock import SystemClock
from hub.errors import Refused
from hub.locale import N_, _
from hub.locale import say as words

# Words that come out of the data; named here so that they are collected for translation.
_STATES = (
    *(N_("applied"), N_("approved"), N_("active"), N_("refused")),
    *(N_("withdrawn"), N_("lapsed"), N_("ended"), N_("revoked")),
)

permits_app = typer.Typer(
    invoke_without_command=True, help="Permits to cover a camera for work: ask for one, decide on it, end it."
)

PermitArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the permit, such as P-3.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]
Until = Annotated[str, typer.Option("--until", help="When it ends: 4h, 3d, 18:00 or '2026-11-30 18:00'.")]


@permits_app.callback()
def permits(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the permits that wait or are in force."""
    context.obj = (site, url)
    if context.invoked_subcommand is None:
        _list(context, site, url, json, camera="", every=False)


@permits_app.command("list")
def list_(
    context: typer.Context,
    camera: Annotated[str, typer.Argument(help="Only those for this camera.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the permits that wait or are in force."""
    _list(context, site, url, json, camera=camera, every=every)


@permits_app.command("show")
def show(
    context: typer.Context,
    permit: PermitArgument,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show one permit and its course."""
    from hub.core.permits.kinds import KINDS

    async def question(hub: Any) -> Any:
        from hub.client.permits import permit as read

        return await read(hub, permit), await hub.site()

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    from hub.tui.describe.record import actor, describe_view

    zone, people = seen.timezone, names_in(seen)
    known = found.view.permit
    names = ", ".join(words(name) for name in found.view.camera_names)
    as_table(
        ["", ""],
        [
            (_("permit"), known.id + (f" ({known.extends})" if known.extends else "")),
            (_("state"), _(known.state)),
            (_("cameras"), f"{', '.join(known.cameras)} ({names})"),
            (_("allows"), ", ".join(f"{kind} ({words(KINDS[kind].name)})" for kind in known.kinds)),
            (_("from"), when(known.from_at, zone)),
            (_("until"), when(known.to_at, zone)),
            (_("reason"), known.reason),
            (_("work"), known.work or "-"),
            (_("firm"), known.firm or "-"),
            (_("remark"), known.note or "-"),
            (_("still covered"), ", ".join(found.view.covered) or "-"),
            (_("silent alarms"), ", ".join(found.view.alarms) or "-"),
            *(
                (when(record.seen_at, zone), f"{describe_view(record, people)} ({actor(record.actor, people)})")
                for record in found.records
            ),
        ],
        empty="",
    )


@permits_app.command("apply")
def apply(
    context: typer.Context,
    camera: Annotated[list[str], typer.Argument(metavar="CAMERA…", help="Camera ids from hub.toml, of one domain.")],
    reason: Why,
    until: Until,
    from_: Annotated[str, typer.Option("--from", help="When it begins; without it as soon as it is approved.")] = "",
    kind: Annotated[list[str] | None, typer.Option("--kind", help="What is allowed, such as obstruction.")] = None,
    work: Annotated[str, typer.Option(help="What work is done.")] = "",
    firm: Annotated[str, typer.Option(help="Who does it.")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="A letter or drawing: JPEG, PNG or PDF.")] = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Ask for a permit. Somebody else must approve it."""
    from hub.core.permits.commands import ApplyPermit
    from hub.core.permits.kinds import kind_of

    site, url = place_of(context, site, url)

    async def work_() -> Any:
        from hub.cli.connect import connected
        from hub.client.attachments import read_attachment

        kinds = []
        for name in kind or ["obstruction"]:
            known = kind_of(name)
            if known is None:
                from hub.core.permits.kinds import KINDS

                raise Refused(f"There is no kind {name!r}.", hint=f"Choose among {', '.join(KINDS)}.")
            kinds.append(known)
        async with connected(site, url, person=True) as hub:
            zone = (await hub.site()).timezone
            begin = _moment(from_, zone) if from_ else None
            files = [await hub.attach(file.name, read_attachment(file))] if file is not None else []
            return await hub.send(
                ApplyPermit(
                    cameras=camera,
                    kinds=kinds,
                    from_at=begin,
                    to_at=_moment(until, zone, begin),
                    reason=reason,
                    work=work,
                    firm=firm,
                    attachments=files,
                )
            )

    records = run(work_)
    say(_("{permit} waits for approval.").format(permit=records[0].event["permit"]))


@permits_app.command("approve")
def approve(
    context: typer.Context,
    permit: PermitArgument,
    note: Annotated[str, typer.Option(help="Conditions.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Approve somebody else's application."""
    from hub.core.permits.commands import ApprovePermit

    give(
        context, site, url, [ApprovePermit(permit=permit, note=note)], _("{permit} is approved.").format(permit=permit)
    )


@permits_app.command("refuse")
def refuse(
    context: typer.Context, permit: PermitArgument, reason: Why, site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Refuse an application."""
    from hub.core.permits.commands import RefusePermit

    give(
        context,
        site,
        url,
        [RefusePermit(permit=permit, reason=reason)],
        _("{permit} is refused.").format(permit=permit),
    )


@permits_app.command("withdraw")
def withdraw(
    context: typer.Context,
    permit: PermitArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Take one's own application back."""
    from hub.core.permits.commands import WithdrawPermit

    give(
        context,
        site,
        url,
        [WithdrawPermit(permit=permit, reason=reason)],
        _("{permit} is withdrawn.").format(permit=permit),
    )


@permits_app.command("end")
def end(
    context: typer.Context,
    permit: PermitArgument,
    note: Annotated[str, typer.Option(help="A note.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """End a permit early: the work is done and nothing covers the cameras any more."""
    from hub.core.permits.commands import EndPermit

    give(context, site, url, [EndPermit(permit=permit, note=note)], _("{permit} is over.").format(permit=permit))


@permits_app.command("revoke")
def revoke(
    context: typer.Context, permit: PermitArgument, reason: Why, site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Take a permit back."""
    from hub.core.permits.commands import RevokePermit

    give(
        context,
        site,
        url,
        [RevokePermit(permit=permit, reason=reason)],
        _("{permit} is revoked.").format(permit=permit),
    )


@permits_app.command("extend")
def extend(
    context: typer.Context,
    permit: PermitArgument,
    reason: Why,
    until: Until,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Ask for more time, to be approved anew; else the permit ends on time. A length of time counts from its end."""
    from hub.core.permits.commands import ExtendPermit

    site, url = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client import permits

        async with connected(site, url, person=True) as hub:
            zone = (await hub.site()).timezone
            known = (await permits.permit(hub, permit)).view.permit
            to_at = _moment(until, zone, known.to_at)
            return await hub.send(ExtendPermit(permit=permit, to_at=to_at, reason=reason))

    records = run(work)
    say(_("{permit} waits for approval.").format(permit=records[0].event["permit"]))


def _list(context: typer.Context, site: Path, url: str, json: bool, *, camera: str, every: bool) -> None:
    async def question(hub: Any) -> Any:
        from hub.client.permits import permits as read

        return await read(hub, which="all" if every else "open", camera=camera), await hub.site()

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    from hub.tui.describe.record import actor

    zone, names = seen.timezone, names_in(seen)
    as_table(
        [_("permit"), _("state"), _("cameras"), _("from"), _("until"), _("reason"), _("applicant"), _("decided by")],
        (
            (
                view.permit.id,
                _(view.permit.state),
                cameras_in(names, view.permit.cameras),
                when(view.permit.from_at, zone),
                when(view.permit.to_at, zone),
                view.permit.reason,
                actor(view.permit.applicant, names),
                actor(view.permit.decided_by, names) or "-",
            )
            for view in found
        ),
        empty=_("No permit is in force or applied for."),
    )


def _moment(text: str, zone: str, since: datetime | None = None) -> datetime:
    """What somebody wrote, in the site's zone; a length counts from `since`, else from now. Raises `Refused`."""
    from zoneinfo import ZoneInfo

    from hub.tui.forms.when import parse_when

    found = parse_when(text, since or SystemClock().now(), ZoneInfo(zone or "UTC"))
    if found is None or abs(found - SystemClock().now()) > timedelta(days=4000):
        raise Refused(f"{text!r} is no time.", hint="Write 4h, 3d, 18:00 or 2026-11-30 18:00.")
    return found
