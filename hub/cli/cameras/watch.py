"""Commands about the watch: why a camera is judged as it is."""

import sys
from typing import Any

import typer

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, run
from hub.locale import _

watch_app = typer.Typer(no_args_is_help=True, help="Ask the watch of the cameras.")

_PIPE_WIDTH = 200


@watch_app.callback()
def watch() -> None:
    """Ask the watch of the cameras."""


@watch_app.command("explain")
def explain(
    camera: str,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Say why a camera is judged as it is: every finding, measure, limit and history."""

    async def ask() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url) as hub:
            return await hub.explain(camera)

    explained = run(ask)
    if json:
        as_json(explained)
        return
    from rich.console import Console

    from hub.tui.rows import why

    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
    console.print(_("Camera {camera}").format(camera=camera), style="bold")
    console.print(why.render(explained, console.width))
