"""`hub duty`: who is at which post now and next, signing on and off, covering, attendance."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, give, place_of
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.cli.people import handover, swaps
from hub.locale import _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client.duty_views import DutyView, ShiftView

duty_app = typer.Typer(help="Duty at the posts: who is there, signing on and off, changes of shifts, handing over.")
duty_app.add_typer(swaps.swap_app, name="swap")
duty_app.add_typer(handover.handover_app, name="handover")

PostArgument = Annotated[str, typer.Argument(metavar="POST", help="Id of the post; without it your own.")]


@duty_app.callback(invoke_without_command=True)
def duty(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show who is at which post now."""
    context.obj = (site, url)
    if context.invoked_subcommand is None:
        _now(context, site, url, json)


@duty_app.command("now")
def now(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show who is at which post now, and who should be."""
    _now(context, site, url, json)


@duty_app.command("next")
def next_(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the next shift of each post, and your own of the next 14 days."""
    view, zone = _view(context, site, url)
    if json:
        as_json({"next": view.next, "mine": view.mine})
        return
    _print_shifts(view.next, zone, empty=_("Nobody is rostered in the next 14 days."))
    if view.mine:
        print()
        print(_("Your own shifts:"))
        _print_shifts(view.mine, zone, empty="")


@duty_app.command("calendar")
def calendar(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=62, help="How many days, today included.")] = 14,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show every shift of the next days by the roster in force: approved changes of shifts are in it."""
    from hub.client.duty import calendar as read

    async def question(hub: Any) -> tuple[list["ShiftView"], str]:
        return await read(hub, days=days), (await hub.site()).timezone

    shifts, zone = ask(context, site, url, question)
    if json:
        as_json(shifts)
        return
    _print_shifts(shifts, zone, empty=_("Nobody is rostered in this time."))


@duty_app.command("on")
def on(
    context: typer.Context,
    post: PostArgument = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign on at a post: at that of your shift, where you do not name one."""
    from msgspec import convert

    from hub.client.duty import duty as read
    from hub.core.posts.commands import SignOn
    from hub.core.text import Text
    from hub.errors import NotFound

    site, url = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            where = post or (await read(hub)).sign_on_at
            if not where:
                raise NotFound("You have no shift that begins soon.", hint="Name the post, or see `hub duty next`.")
            return await hub.send(SignOn(post=where))

    written = run(work)
    if not written:
        say(_("Nothing to do: it is so already."))
        return
    name = convert(written[0].event["post_name"], Text)
    say(_("Signed on at {post}.").format(post=words(name)))


@duty_app.command("off")
def off(
    context: typer.Context,
    post: PostArgument = "",
    reason: Annotated[str, typer.Option(help="Why you leave before the end, or before somebody relieved you.")] = "",
    account: Annotated[str, typer.Option(metavar="ACCOUNT", help="Sign off somebody else; for leaders.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Sign off at the post where you are signed on."""
    from hub.client.duty import duty as read
    from hub.core.posts.commands import EndPresence, SignOff
    from hub.errors import NotFound, Refused

    site, url = place_of(context, site, url)
    if account and not reason:
        with telling_errors():
            raise Refused("Signing somebody else off needs a reason.", hint="Give --reason.")

    async def work() -> int:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            if account:
                return len(await hub.send(EndPresence(account=account, reason=reason)))
            where = post or (await read(hub)).my_post
            if not where:
                raise NotFound("You are not signed on anywhere.", hint="`hub duty now` shows who is where.")
            return len(await hub.send(SignOff(post=where, reason=reason)))

    run(work)
    say(_("{account} is signed off.").format(account=account) if account else _("Signed off."))


@duty_app.command("cover")
def cover(
    context: typer.Context,
    post: Annotated[str, typer.Argument(metavar="POST", help="Id of the post.")],
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Who stands in.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    instead_of: Annotated[str, typer.Option(metavar="ACCOUNT", help="Who is excused by it.")] = "",
    hours: Annotated[float, typer.Option(min=0, max=24, help="For how long; else until the shift ends.")] = 0,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Let somebody who is not rostered there sign on at a post; for leaders."""
    from hub.clock import SystemClock
    from hub.core.posts.commands import CoverPost

    until_at = SystemClock().now() + timedelta(hours=hours) if hours else None
    command = CoverPost(post=post, account=account, instead_of=instead_of, until_at=until_at, reason=reason)
    done = _("{account} may sign on at {post}.").format(account=account, post=post)
    give(context, site, url, [command], done)


@duty_app.command("attendance")
def attendance(
    context: typer.Context,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="Which month; else this one.")] = "",
    account: Annotated[str, typer.Option(metavar="ACCOUNT", help="Only of this person, shift by shift.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show what became of everybody's shifts of a month: attended, late, absent."""
    from hub.client.duty import attendance as read
    from hub.tui import words as known

    async def question(hub: Any) -> Any:
        return await read(hub, month=month, account=account), (await hub.site()).timezone

    view, zone = ask(context, site, url, question)
    if json:
        as_json(view)
        return
    if not view.whole:
        say(_("There are more shifts than are counted at once: these are the newest 20,000."))
    columns = [_("person"), _("shifts"), _("attended"), _("late"), _("absent"), _("excused"), _("hub down")]
    as_table(
        [*columns, _("left early"), _("minutes late")],
        (
            (
                words(row.name),
                *(str(n) for n in (row.shifts, row.attended, row.late, row.absent, row.excused, row.unseen)),
                str(row.left_early),
                f"{row.late_s / 60:.0f}",
            )
            for row in view.rows
        ),
        empty=_("No shift of this month is over yet."),
    )
    if account and view.entries:
        print()
        as_table(
            [_("record"), _("post"), _("shift"), _("begins"), _("verdict"), _("signed on"), _("minutes late")],
            (
                (
                    str(entry.seq),
                    words(entry.post_name),
                    words(entry.shift_name),
                    when(entry.from_at, zone)[:16],
                    known.word(known.VERDICTS, entry.verdict),
                    when(entry.on_at, zone),
                    f"{entry.late_s / 60:.0f}" if entry.late_s else "-",
                )
                for entry in view.entries
            ),
            empty="",
        )


def _now(context: typer.Context, site: Path, url: str, json: bool) -> None:
    from hub.tui import words as known

    view, zone = _view(context, site, url)
    if json:
        as_json(view)
        return
    as_table(
        [_("post"), _("person"), _("state"), _("signed on"), _("shift"), _("until")],
        (
            (
                words(post.name),
                words(each.name),
                known.named(known.PLACE_STATES, each.state),
                when(each.since_at, zone)[:16],
                words(each.shift_name) if each.shift_name is not None else "-",
                when(each.to_at, zone)[:16],
            )
            for post in view.posts
            for each in post.people
        ),
        empty=_("No shift is under way, and nobody is signed on."),
    )
    for post in view.posts:
        if post.unmanned:
            say(_("Nobody is at {post}.").format(post=words(post.name)))
        if post.relief_missing:
            say(_("The relief for {post} has not come.").format(post=words(post.name)))


def _view(context: typer.Context, site: Path, url: str) -> tuple["DutyView", str]:
    from hub.client.duty import duty as read

    async def question(hub: Any) -> tuple["DutyView", str]:
        return await read(hub), (await hub.site()).timezone

    return ask(context, site, url, question)


def _print_shifts(shifts: list["ShiftView"], zone: str, *, empty: str) -> None:
    from hub.tui.words import listed

    as_table(
        [_("date"), _("post"), _("shift"), _("begins"), _("ends"), _("people")],
        (
            (
                str(shift.on),
                words(shift.post_name),
                words(shift.shift_name),
                when(shift.from_at, zone)[11:16],
                when(shift.to_at, zone)[11:16],
                listed(
                    [
                        *(words(person.name) for person in shift.people),
                        *(_("{name} (on leave)").format(name=words(person.name)) for person in shift.away),
                    ]
                )
                or "-",
            )
            for shift in shifts
        ),
        empty=empty,
    )
