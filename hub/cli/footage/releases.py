"""Releases of recordings on the command line: list them, show one, ask for one, mend it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.asking import ask, place_of
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.errors import Refused
from hub.locale import _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.client import HubClient
    from hub.core.releases.events import Officer
    from hub.core.releases.model import Release

releases_app = typer.Typer(
    invoke_without_command=True,
    help="Releases of recordings: ask for one, check it, decide on it, hand it over; the register of retrievals.",
)

ReleaseArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the release, such as F-3.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]
NoteOption = Annotated[str, typer.Option("--note", help="A remark.")]
AgencyOption = Annotated[str, typer.Option("--agency", help="The unit that is to get them.")]
ContentOption = Annotated[str, typer.Option("--content", help="What is to be seen on them.")]
FromOption = Annotated[str, typer.Option("--from", help="From when, in the site's zone: 2026-11-30T08:00, or 08:00.")]
ToOption = Annotated[str, typer.Option("--to", help="Until when.")]
OfficerOption = Annotated[
    list[str] | None, typer.Option("--officer", metavar="NAME=CARD", help="An officer and the number of the card.")
]
LetterOption = Annotated[Path | None, typer.Option("--letter", help="The official letter: JPEG, PNG or PDF.")]
LetterNumberOption = Annotated[str, typer.Option("--letter-number", help="Number of the letter.")]
PurposeOption = Annotated[str, typer.Option("--purpose", help="Internal: a purpose that hub.toml allows.")]
CameraOption = Annotated[list[str] | None, typer.Option("--camera", help="A camera; may be given again.")]


@releases_app.callback()
def releases(context: typer.Context, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show the releases that are open."""
    context.obj = (site, url)
    if context.invoked_subcommand is None:
        _list(context, site, url, json, every=False)


@releases_app.command("list")
def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the releases that are open."""
    _list(context, site, url, json, every=every)


@releases_app.command("show")
def show(
    context: typer.Context,
    release: ReleaseArgument,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show one release and its course."""

    async def question(hub: "HubClient") -> Any:
        from hub.client.releases import release as read

        return await read(hub, release), await hub.site()

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    from hub.tui.describe.record import actor, describe_view
    from hub.tui.names import names_of
    from hub.tui.rows.releases import particulars
    from hub.tui.situation import zone_of

    zone, names = seen.timezone, names_of(seen, zone_of(seen, UTC))
    cameras = [words(name) for name in found.view.camera_names]
    known = particulars(found.view.release, cameras, found.view.purpose_name, names, lambda at: when(at, zone))
    as_table(
        ["", ""],
        [
            *((fact.label, fact.text) for fact in known),
            *(
                (when(record.seen_at, zone), f"{describe_view(record, names)} ({actor(record.actor, names)})")
                for record in found.records
            ),
        ],
        empty="",
    )


@releases_app.command("save")
def save(
    context: typer.Context,
    release: ReleaseArgument,
    folder: Annotated[Path, typer.Option("--output", "-o", help="The folder to write into.", show_default=".")] = HERE,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write the letter and the receipt of a release into a folder."""
    from hub.cli.room.log import safe_name, write_file

    async def question(hub: "HubClient") -> list[tuple[str, bytes]]:
        from hub.client.releases import release as read

        return [
            (f"{release}-{file.id[:8]}-{safe_name(file.name)}", await hub.attachment(file.id))
            for file in (await read(hub, release)).files
        ]

    found = ask(context, site, url, question)
    with telling_errors():
        for name, data in found:
            write_file(folder / name, data)


@releases_app.command("request")
def request(
    context: typer.Context,
    camera: Annotated[list[str], typer.Argument(metavar="CAMERA…", help="Camera ids from hub.toml, of one domain.")],
    agency: AgencyOption,
    reason: Why,
    content: ContentOption,
    from_: FromOption,
    to: ToOption,
    officer: OfficerOption = None,
    letter: LetterOption = None,
    letter_number: LetterNumberOption = "",
    purpose: PurposeOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Ask for recordings to be handed out: to officers with a letter, or (--purpose) for the site's own use."""
    from hub.core.releases.commands import ReleaseForm, RequestRelease

    site, url = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            zone = (await hub.site()).timezone
            form = ReleaseForm(
                kind="internal" if purpose else "external",
                agency=agency,
                reason=reason,
                content=content,
                cameras=camera,
                from_at=_moment(from_, zone),
                to_at=_moment(to, zone),
                officers=[_officer(each) for each in officer or []],
                letter=await handed_over(hub, letter),
                letter_number=letter_number,
                purpose=purpose,
            )
            return await hub.send(RequestRelease(form=form))

    records = run(work)
    say(_("{release} waits for its check; the originals are held.").format(release=records[0].event["release"]))


@releases_app.command("amend")
def amend(
    context: typer.Context,
    release: ReleaseArgument,
    camera: CameraOption = None,
    agency: AgencyOption = "",
    reason: Annotated[str, typer.Option("--reason", help="What they are needed for.")] = "",
    content: ContentOption = "",
    from_: FromOption = "",
    to: ToOption = "",
    officer: OfficerOption = None,
    letter: LetterOption = None,
    letter_number: LetterNumberOption = "",
    purpose: PurposeOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Mend one's own request that is not decided; what is not given stays as it was."""
    from hub.core.releases.commands import AmendRelease, ReleaseForm

    site, url = place_of(context, site, url)

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client.releases import release as read

        async with connected(site, url, person=True) as hub:
            zone = (await hub.site()).timezone
            known: Release = (await read(hub, release)).view.release
            form = ReleaseForm(
                kind=known.kind,
                agency=agency or known.agency,
                reason=reason or known.reason,
                content=content or known.content,
                cameras=camera or list(known.cameras),
                from_at=_moment(from_, zone) if from_ else known.from_at,
                to_at=_moment(to, zone) if to else known.to_at,
                officers=[_officer(each) for each in officer] if officer else list(known.officers),
                letter=await handed_over(hub, letter) or known.letter,
                letter_number=letter_number or known.letter_number,
                purpose=purpose or known.purpose,
            )
            return await hub.send(AmendRelease(release=release, form=form))

    run(work)
    say(_("{release} waits for its check; the originals are held.").format(release=release))


def _list(context: typer.Context, site: Path, url: str, json: bool, *, every: bool) -> None:
    async def question(hub: "HubClient") -> Any:
        from hub.client.releases import releases as read

        return await read(hub, which="all" if every else "open"), await hub.site()

    found, seen = ask(context, site, url, question)
    if json:
        as_json(found)
        return
    from hub.tui.describe.record import actor
    from hub.tui.names import names_of
    from hub.tui.situation import zone_of
    from hub.tui.words_releases import RELEASE_STATES

    zone, names = seen.timezone, names_of(seen, zone_of(seen, UTC))
    as_table(
        [_("release"), _("state"), _("unit"), _("cameras"), _("period"), _("reason"), _("asked for by")],
        (
            (
                view.release.id,
                _(RELEASE_STATES[view.release.state][1]),
                view.release.agency,
                ", ".join(view.release.cameras),
                f"{when(view.release.from_at, zone)} - {when(view.release.to_at, zone)}",
                view.release.reason,
                actor(view.release.requester, names),
            )
            for view in found
        ),
        empty=_("No release is open."),
    )


async def handed_over(hub: "HubClient", file: Path | None) -> str:
    """The id of a file that is sent to the hub; empty for none."""
    from hub.client.attachments import read_attachment

    return await hub.attach(file.name, read_attachment(file)) if file is not None else ""


def _moment(text: str, zone: str) -> datetime:
    from hub.cli.typed_times import moment
    from hub.clock import SystemClock

    return moment(text, zone or "UTC", SystemClock().now())


def _officer(text: str) -> "Officer":
    from hub.core.releases.events import Officer

    name, _sign, card = text.partition("=")
    if not name.strip() or not card.strip():
        raise Refused(f"{text!r} names no officer with a card.", hint='Write --officer "Chen Gang=110233".')
    return Officer(name=name.strip(), identification=card.strip())
