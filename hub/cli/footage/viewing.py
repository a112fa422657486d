"""Commands to look at cameras: what was recorded, and live. Who looked at what, and why, goes on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, SiteOption, UrlOption
from hub.cli.output import run, say, when
from hub.cli.typed_times import moment
from hub.clock import SystemClock
from hub.locale import _

ReasonOption = Annotated[str, typer.Option(help="Why you look at it; it goes on record.")]
PrintOption = Annotated[bool, typer.Option("--print", help="Print the links and open nothing; each plays once.")]


def play(
    camera: Annotated[str, typer.Argument(help="Camera id.")],
    time: Annotated[str, typer.Argument(help="When: a day and a time in the site's zone, or a time of today.")],
    reason: ReasonOption,
    minutes: Annotated[float, typer.Option(min=0.1, max=240, help="For how long.")] = 5.0,
    show: PrintOption = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Look at what a camera recorded. Who looked at what, and why, goes on record."""

    async def begin(hub: Any) -> tuple[Any, str]:
        from hub.client import viewings

        zone = (await hub.site()).timezone
        from_at = moment(time, zone, SystemClock().now())
        viewing = await viewings.begin(hub, camera, from_at, from_at + timedelta(minutes=minutes), reason)
        return viewing, f"{camera} {when(from_at, zone)}"

    _look(begin, show, site, url)


def live(
    camera: Annotated[str, typer.Argument(help="Camera id.")],
    reason: ReasonOption,
    stream: Annotated[str, typer.Option(help="Which stream of the camera: watched, main or sub.")] = "watched",
    show: PrintOption = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Look at a camera live. Who looked, and why, goes on record."""

    async def begin(hub: Any) -> tuple[Any, str]:
        from hub.client import viewings
        from hub.core.recordings import STREAMS
        from hub.errors import SiteError

        chosen = next((name for name in STREAMS if name == stream), None)
        if chosen is None:
            raise SiteError(
                _("There is no stream {stream}.").format(stream=repr(stream)),
                hint=_("Streams are called {names}.").format(names=", ".join(STREAMS)),
            )
        return await viewings.begin_live(hub, camera, reason, chosen), camera

    _look(begin, show, site, url)


def _look(begin: Callable[[Any], Any], show: bool, site: Any, url: str) -> None:
    """Begin a viewing and play it until the person closes the player."""

    async def work() -> int:
        from hub.cli.connect import connected
        from hub.client.player import closed, find_player, play

        async with connected(site, url, person=True) as hub:
            viewing, title = await begin(hub)
            player = find_player()
            if show or player is None:
                if not show:
                    say(_("No player was found here (mpv, vlc, ffplay), or there is no screen; play these links:"))
                return await _hold(hub, viewing)
            say(_("Playing with {player}.").format(player=player.name))
            try:
                return await play(hub, viewing, player, title)
            finally:
                await closed(hub, viewing.id)

    status = run(work)
    if status:
        say(_("The player did not play it; see what it says: {status}.").format(status=status))
        raise SystemExit(int(Exit.FAILURE))


async def _hold(hub: Any, viewing: Any) -> int:
    """Print the links; where only this command has a way to the hub, keep it open until it is interrupted."""
    import asyncio

    from hub.client.player import address, closed

    async with address(hub) as base:
        print("\n".join(base + link.path for link in viewing.links), flush=True)
        if hub.reach.socket is not None:
            say(_("They play as long as this command runs; Ctrl-C ends it."))
            try:
                await asyncio.Event().wait()
            finally:
                await closed(hub, viewing.id)
    return 0
