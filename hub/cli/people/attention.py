"""Attention checks on the command line: what was asked, what nobody answered, a spot check."""

from typing import Annotated, Any

import typer

from hub.cli.names import names_in, people_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, when
from hub.locale import N_, _
from hub.locale import say as words

_STATES = (N_("asked"), N_("again"), N_("missed"), N_("right"), N_("wrong"))

attention_app = typer.Typer(no_args_is_help=True, help="Attention checks: how they were answered, and a spot check.")


@attention_app.command("list")
def list_(site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the checks that are open and the last ones that were, newest first."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.attention import attention

        async with connected(site, url) as hub:
            return await attention(hub), await hub.site()

    found, seen = run(work)
    if json:
        as_json(found)
        return
    zone, names = seen.timezone, names_in(seen)
    opened = (
        (
            check.id,
            words(check.post_name),
            when(check.asked_at, zone),
            people_in(names, check.people),
            _(check.state),
            "-",
            "-",
        )
        for check in found.open
    )
    past = (
        (
            check.id,
            words(check.post_name),
            when(check.asked_at, zone),
            people_in(names, check.people),
            _how(check),
            "-" if check.delay_s is None else f"{check.delay_s:.0f} s {names.person(check.answered_by)}",
            f"{check.unwatched_s / 60:.1f} min" if check.unwatched_s else "-",
        )
        for check in found.past
    )
    as_table(
        [_("check"), _("post"), _("asked"), _("people"), _("state"), _("answered after"), _("unwatched")],
        [*opened, *past],
        empty=_("There is no check that you may see."),
    )


@attention_app.command("check")
def check(
    post: Annotated[str, typer.Argument(help="Post id from rules/roster.toml.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Ask those at a post now whether they are there."""
    from hub.core.attention.commands import CheckPost

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            return await hub.send(CheckPost(post=post))

    records = run(work)
    say(_("{check}: those at {post} are asked.").format(check=records[0].event["check"], post=post))


def _how(past: Any) -> str:
    if past.missed_at is not None:
        return _("missed")
    if past.right is None:
        return "-"
    return _("right") if past.right else _("wrong")
