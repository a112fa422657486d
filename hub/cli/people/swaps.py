"""`hub duty swap`: shifts that people exchange or give to others."""

from datetime import date
from typing import Annotated, Any

import typer

from hub.cli.asking import ask, give
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, telling_errors, when
from hub.locale import _
from hub.locale import say as words

swap_app = typer.Typer(no_args_is_help=True, help="Exchange shifts, or have somebody take one.")

OtherArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Who is asked.")]
SwapArgument = Annotated[str, typer.Argument(metavar="ID", help="Such as S-3.")]
OnOption = Annotated[str, typer.Option("--on", metavar="DATE", help="The date of your shift, as 2026-11-30.")]
ReasonOption = Annotated[str, typer.Option(help="Why.")]
ShiftOption = Annotated[str, typer.Option(metavar="ID", help="Your shift, where you have several on that date.")]


@swap_app.command("list")
def list_(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the changes of shifts that are not decided."""
    from datetime import UTC

    from hub.tui import words as known
    from hub.tui.names import names_of

    async def question(hub: Any) -> Any:
        return await hub.site()

    view = ask(context, site, url, question)
    if json:
        as_json(view.swaps)
        return
    names = names_of(view, UTC)
    as_table(
        [_("change"), _("state"), _("who asks"), _("who is asked"), _("gives away"), _("for"), _("reason"), _("until")],
        (
            (
                item.swap.id,
                known.named(known.SWAP_STATES, item.state),
                words(item.swap.asker_name),
                words(item.swap.other_name),
                f"{item.swap.mine.on} {names.shift(item.swap.mine.shift)}",
                f"{item.swap.theirs.on} {names.shift(item.swap.theirs.shift)}" if item.swap.theirs is not None else "-",
                item.swap.reason,
                when(item.swap.expires_at, view.timezone)[:16],
            )
            for item in view.swaps
        ),
        empty=_("No change of shifts waits."),
    )


@swap_app.command("ask")
def ask_(
    context: typer.Context,
    other: OtherArgument,
    on: OnOption,
    for_on: Annotated[str, typer.Option("--for", metavar="DATE", help="The date of the other's shift.")],
    reason: ReasonOption,
    shift: ShiftOption = "",
    for_shift: Annotated[str, typer.Option(metavar="ID", help="The other's shift, where there are several.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Ask somebody to exchange shifts: yours of one date for theirs of another."""
    from hub.core.duty.commands import AskSwap

    command = AskSwap(
        other=other, on=_day(on), other_on=_day(for_on), shift=shift, other_shift=for_shift, reason=reason
    )
    give(context, site, url, [command], _("{account} is asked.").format(account=other))


@swap_app.command("cover")
def cover(
    context: typer.Context,
    other: OtherArgument,
    on: OnOption,
    reason: ReasonOption,
    shift: ShiftOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Ask somebody to take your shift of a date."""
    from hub.core.duty.commands import AskCover

    command = AskCover(other=other, on=_day(on), shift=shift, reason=reason)
    give(context, site, url, [command], _("{account} is asked.").format(account=other))


@swap_app.command("agree")
def agree(context: typer.Context, swap: SwapArgument, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Agree to what you are asked; a leader decides then."""
    from hub.core.duty.commands import AgreeSwap

    _give(context, site, url, AgreeSwap, swap, _("You agreed to {swap}."))


@swap_app.command("decline")
def decline(
    context: typer.Context, swap: SwapArgument, reason: ReasonOption, site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Say no to what you are asked."""
    from hub.core.duty.commands import DeclineSwap

    _give(context, site, url, DeclineSwap, swap, _("You declined {swap}."), reason=reason)


@swap_app.command("withdraw")
def withdraw(context: typer.Context, swap: SwapArgument, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Take back what you asked."""
    from hub.core.duty.commands import WithdrawSwap

    _give(context, site, url, WithdrawSwap, swap, _("{swap} is withdrawn."))


@swap_app.command("approve")
def approve(context: typer.Context, swap: SwapArgument, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Approve what both want; for leaders, and never one of the two."""
    from hub.core.duty.commands import ApproveSwap

    _give(context, site, url, ApproveSwap, swap, _("{swap} is approved; the roster is changed by it."))


@swap_app.command("refuse")
def refuse(
    context: typer.Context, swap: SwapArgument, reason: ReasonOption, site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Do not approve what both want; for leaders, and never one of the two."""
    from hub.core.duty.commands import RefuseSwap

    _give(context, site, url, RefuseSwap, swap, _("{swap} is refused."), reason=reason)


def _give(context: typer.Context, site: Any, url: str, kind: Any, swap: str, done: str, **more: str) -> None:
    give(context, site, url, [kind(swap=swap.upper(), **more)], done.format(swap=swap.upper()))


def _day(text: str) -> date:
    from hub.errors import Refused

    with telling_errors():
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Refused(f"{text[:20]} is no date.", hint="It looks like 2026-11-30.") from None
