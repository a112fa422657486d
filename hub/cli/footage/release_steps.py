"""What becomes of a release, on the command line: check, give back, decide, pack, hand over, close."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import give, place_of
from hub.cli.footage.releases import NoteOption, ReleaseArgument, Why, handed_over, releases_app
from hub.cli.options import HERE, SiteOption, UrlOption
from hub.cli.output import run, say
from hub.errors import Refused
from hub.locale import _

if TYPE_CHECKING:
    from hub.core.releases.events import BlurRegion

__all__ = ["releases_app"]


@releases_app.command("check")
def check(
    context: typer.Context,
    release: ReleaseArgument,
    note: NoteOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Say that identification and letter (or the internal purpose) were seen and are in order."""
    from hub.core.releases.commands import CheckRelease

    done = _("{release} is checked; a leader decides on it.").format(release=release)
    give(context, site, url, [CheckRelease(release=release, note=note)], done)


@releases_app.command("return")
def return_(
    context: typer.Context,
    release: ReleaseArgument,
    missing: Annotated[str, typer.Option("--missing", help="What is missing or wrong.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Give a request back because something is missing."""
    from hub.core.releases.commands import ReturnRelease

    done = _("{release} is given back.").format(release=release)
    give(context, site, url, [ReturnRelease(release=release, missing=missing)], done)


@releases_app.command("approve")
def approve(
    context: typer.Context,
    release: ReleaseArgument,
    note: NoteOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Approve a checked request that somebody else made and somebody else checked."""
    from hub.core.releases.commands import ApproveRelease

    done = _("{release} is approved.").format(release=release)
    give(context, site, url, [ApproveRelease(release=release, note=note)], done)


@releases_app.command("refuse")
def refuse(
    context: typer.Context, release: ReleaseArgument, reason: Why, site: SiteOption = HERE, url: UrlOption = ""
) -> None:
    """Refuse a request, or take its approval back while nothing was handed over."""
    from hub.core.releases.commands import RefuseRelease

    done = _("{release} is refused.").format(release=release)
    give(context, site, url, [RefuseRelease(release=release, reason=reason)], done)


@releases_app.command("withdraw")
def withdraw(
    context: typer.Context,
    release: ReleaseArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Take one's own request back while nothing was handed over."""
    from hub.core.releases.commands import WithdrawRelease

    done = _("{release} is withdrawn.").format(release=release)
    give(context, site, url, [WithdrawRelease(release=release, reason=reason)], done)


@releases_app.command("prepare")
def prepare(
    context: typer.Context,
    release: ReleaseArgument,
    no_copy: Annotated[bool, typer.Option("--no-copy", help="Originals only, without a playable copy.")] = False,
    blur: Annotated[
        list[str] | None,
        typer.Option("--blur", metavar="CAMERA:L,T,R,B", help="Blur this in the copy; edges in percent."),
    ] = None,
    recipient: Annotated[
        str, typer.Option("--recipient", help="age public key to which the package is encrypted.")
    ] = "",
    without_recorders: Annotated[
        bool, typer.Option("--without-recorders", help="Do not ask recorders for what the hub has not.")
    ] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Have the sealed package of an approved release made."""
    from hub.core.releases.commands import PrepareRelease

    def command() -> PrepareRelease:
        regions = [_region(each) for each in blur or []]
        return PrepareRelease(
            release=release,
            copy=not no_copy,
            blur=regions,
            recipient=recipient,
            without_recorders=without_recorders,
        )

    site, url = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected

        order = command()
        async with connected(site, url, person=True) as hub:
            return await hub.send(order)

    run(work)
    say(_("The package of {release} is being made.").format(release=release))


@releases_app.command("hand-over")
def hand_over(
    context: typer.Context,
    release: ReleaseArgument,
    receiver: Annotated[str, typer.Option("--receiver", help="Who took the package.")],
    receipt: Annotated[Path, typer.Option("--receipt", help="The receipt that they signed: JPEG, PNG or PDF.")],
    note: NoteOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Say who took the package, with the signed receipt."""
    from hub.core.releases.commands import HandOverRelease

    site, url = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            signed = await handed_over(hub, receipt)
            return await hub.send(HandOverRelease(release=release, receiver=receiver, receipt=signed, note=note))

    run(work)
    say(_("{release} is handed over to {receiver}.").format(release=release, receiver=receiver))


@releases_app.command("close")
def close(
    context: typer.Context,
    release: ReleaseArgument,
    note: NoteOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Close a release that was handed over; its originals are held no more."""
    from hub.core.releases.commands import CloseRelease

    done = _("{release} is closed; its originals are held no more.").format(release=release)
    give(context, site, url, [CloseRelease(release=release, note=note)], done)


def _region(text: str) -> "BlurRegion":
    """As it is typed on the screen."""
    from hub.tui.forms.release_fields import parse_regions

    found, _wrong = parse_regions(text)
    if len(found) != 1:
        raise Refused(
            f"{text!r} is no region.",
            hint="Write --blur gate-1:10,20,40,50: left, top, right and bottom edge in percent of the picture.",
        )
    return found[0]
