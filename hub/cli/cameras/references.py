"""Reference views on the command line: list, look at, approve, reject, learn anew."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.locale import N_, _
from hub.locale import say as words

# Words that come out of the data; named here so that they are collected for translation.
_STATES = (
    *(N_("proposed"), N_("approved"), N_("superseded"), N_("rejected")),
    *(N_("day"), N_("dim"), N_("infrared")),
)

references_app = typer.Typer(
    no_args_is_help=True, help="Show the reference views that pictures are judged by; approve or reject them."
)

CameraArgument = Annotated[str, typer.Argument(help="Camera id from hub.toml.")]
ViewArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the view, as the list shows it.")]


@references_app.command("list")
def list_(
    camera: Annotated[str, typer.Argument(help="Only those of this camera.")] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that wait for approval.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the reference views, former ones included."""

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url) as hub:
            return await hub.references(camera), (await hub.site()).timezone

    found, zone = run(work)
    shown = [each for each in found if not waiting or each.view.state == "proposed"]
    if json:
        as_json(shown)
        return
    as_table(
        [
            _("camera"),
            _("camera name"),
            _("view"),
            _("light"),
            _("preset"),
            _("state"),
            _("in use"),
            _("learned at"),
            _("decided by"),
        ],
        (
            (
                each.camera,
                words(each.camera_name),
                each.view.id,
                _(each.view.light),
                each.view.preset or "-",
                _(each.view.state),
                _("yes") if each.in_use else "-",
                when(each.view.learned_at, zone),
                _decided(each.view, zone),
            )
            for each in shown
        ),
        empty=_("No reference view waits for approval.") if waiting else _("No reference view has been learned yet."),
    )


@references_app.command("show")
def show(
    camera: CameraArgument,
    view: ViewArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="The JPEG file to write.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write the picture of a reference view to a file."""

    async def work() -> bytes:
        from hub.cli.connect import connected
        from hub.errors import NotFound

        async with connected(site, url) as hub:
            found = next((each.view for each in await hub.references(camera) if each.view.id == view), None)
            if found is None:
                raise NotFound(
                    f"{camera} has no reference view {view}.", hint="See `hub references list` for those it has."
                )
            if found.picture is None:
                raise NotFound(f"The picture of the view {view} of {camera} could not be kept when it was learned.")
            data: bytes = await hub.evidence(found.picture.path)
            return data

    data = run(work)
    with telling_errors():
        _write(output, data)
    say(_("Written to {file}.").format(file=output))


@references_app.command("approve")
def approve(
    camera: CameraArgument,
    view: ViewArgument,
    beside: Annotated[
        bool, typer.Option("--beside", help="Keep the approved views of the same light in use as well.")
    ] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Approve a reference view: what the camera shows in it is right. It replaces older ones of the same light."""
    from hub.core.cameras.commands import ApproveReference

    command = ApproveReference(camera=camera, reference=view, beside=beside)
    _carry_out(site, url, command, _("The view {view} of {camera} is approved.").format(view=view, camera=camera))


@references_app.command("reject")
def reject(
    camera: CameraArgument,
    view: ViewArgument,
    reason: Annotated[str, typer.Option(help="What is wrong with it.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Refuse or withdraw a reference view: the watch forgets it and learns anew where it has no other."""
    from hub.core.cameras.commands import RejectReference

    command = RejectReference(camera=camera, reference=view, reason=reason)
    _carry_out(site, url, command, _("The view {view} of {camera} is rejected.").format(view=view, camera=camera))


@references_app.command("learn")
def learn(
    camera: CameraArgument,
    reason: Annotated[str, typer.Option(help="Why the view is different now.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Learn a camera's view anew, in every light; the views of before stay on record."""
    from hub.core.cameras.commands import RelearnCamera

    command = RelearnCamera(camera=camera, reason=reason)
    _carry_out(site, url, command, _("Learning the view of {camera}.").format(camera=camera))


def _carry_out(site: Path, url: str, command: Any, done: str) -> None:
    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            return await hub.send(command)

    say(done if run(work) else _("Nothing to do: it is so already."))


def _write(file: Path, data: bytes) -> None:
    from hub.errors import SiteError

    try:
        file.write_bytes(data)
    except OSError as error:
        raise SiteError(
            f"{file} cannot be written: {error.strerror}.", hint="Name another file with --output."
        ) from error


def _decided(view: Any, zone: str) -> str:
    if view.decided_at is None:
        return "-"
    who = view.decided_by.removeprefix("person:")
    reason = f": {view.reason}" if view.reason else ""
    return f"{who}, {when(view.decided_at, zone)}{reason}"
