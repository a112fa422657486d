"""Walking the wall on the command line: how far each walk is, begin one, confirm channels."""

from typing import Annotated, Any

import typer

from hub.cli.names import cameras_in, names_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, when
from hub.errors import NotFound
from hub.locale import _
from hub.locale import say as words

patrol_app = typer.Typer(no_args_is_help=True, help="Walks of the wall: every channel of a post confirmed in time.")

PostArgument = Annotated[str, typer.Argument(metavar="POST", help="Post id from rules/roster.toml.")]


@patrol_app.command("list")
def list_(site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the posts whose wall is walked, and how far each walk is."""

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.patrol import patrols

        async with connected(site, url) as hub:
            return await patrols(hub), await hub.site()

    found, seen = run(work)
    if json:
        as_json(found)
        return
    zone, names = seen.timezone, names_in(seen)
    as_table(
        [
            _("post"),
            _("post name"),
            _("walk"),
            _("confirmed"),
            _("bad"),
            _("due by"),
            _("late"),
            _("last one"),
            _("by"),
        ],
        (
            (
                view.post,
                words(view.post_name),
                view.patrol or "-",
                f"{len(view.cameras) - len(view.unseen)}/{len(view.cameras)}" if view.patrol else "-",
                cameras_in(names, view.bad) or "-",
                when(view.due_at, zone),
                _("yes") if view.late else "-",
                when(view.done_at, zone),
                names.person(view.done_by) or "-",
            )
            for view in found
        ),
        empty=_("No post has a wall to be walked. See `patrol` in rules/roster.toml."),
    )


@patrol_app.command("begin")
def begin(post: PostArgument, site: SiteOption = HERE, url: UrlOption = "") -> None:
    """Begin to walk the wall of a post, or go on with the walk that is under way."""
    from hub.core.patrol.commands import BeginPatrol

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.patrol import patrols

        async with connected(site, url, person=True) as hub:
            await hub.send(BeginPatrol(post=post))
            return next((view for view in await patrols(hub) if view.post == post), None)

    view = run(work)
    if view is not None:
        say(_("{patrol}: to be looked at: {cameras}").format(patrol=view.patrol, cameras=", ".join(view.unseen)))


@patrol_app.command("confirm")
def confirm(
    post: PostArgument,
    camera: Annotated[str, typer.Argument(help="The camera that was looked at.")],
    looked: Annotated[float, typer.Option("--looked", min=0, help="For how many seconds.")] = 2.0,
    bad: Annotated[str, typer.Option("--bad", help="What is wrong with it; opens a ticket.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Say what one found on a channel of the wall."""
    from hub.core.patrol.commands import ConfirmChannels
    from hub.core.patrol.events import Look

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.patrol import patrols

        async with connected(site, url, person=True) as hub:
            view = next((view for view in await patrols(hub) if view.post == post and view.patrol), None)
            if view is None:
                raise NotFound(f"No walk is under way at {post}.", hint=f"Begin one: hub patrol begin {post}.")
            look = Look(camera, looked, good=not bad, remark=bad)
            return await hub.send(ConfirmChannels(patrol=view.patrol, looks=[look]))

    run(work)
    say(_("{camera} is on record.").format(camera=camera))
