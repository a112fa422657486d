"""Asking a running hub, and giving it commands: options may stand before the sub-command or after it."""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from hub.cli.options import HERE
from hub.cli.output import run, say
from hub.locale import _

if TYPE_CHECKING:
    from hub.client import HubClient
    from hub.core.command import Command

T = TypeVar("T")


def place_of(context: typer.Context, site: Path, url: str) -> tuple[Path, str]:
    """The site and the URL, as given to the sub-command or, before it, to its group (`context.obj`)."""
    before_site, before_url = context.obj or (HERE, "")
    return (before_site if site == HERE else site), url or before_url


def ask(context: typer.Context, site: Path, url: str, question: "Callable[[HubClient], Coroutine[Any, Any, T]]") -> T:
    """The hub's answer; any reader may ask."""
    site, url = place_of(context, site, url)

    async def work() -> T:
        from hub.cli.connect import connected

        async with connected(site, url) as hub:
            return await question(hub)

    answer: T = run(work)
    return answer


def give(
    context: typer.Context, site: Path, url: str, commands: "Sequence[Command]", done: str | Callable[[str], str]
) -> None:
    """Give commands in the name of the person who is signed in, one after another; `done` is said when they are.

    Where times are said, `done` makes the words in the zone of the site, which it is given.
    """
    site, url = place_of(context, site, url)

    async def work() -> str:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            happened = sum([len(await hub.send(command)) for command in commands])
            if not happened:
                return ""
            return done if isinstance(done, str) else done((await hub.site()).timezone)

    say(run(work) or _("Nothing to do: it is so already."))
