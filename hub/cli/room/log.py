"""The duty log on the command line: read, write, correct, visitors, pictures, and a copy for a spreadsheet."""

from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.names import cameras_in, names_in
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors, when
from hub.cli.typed_times import past, since_when
from hub.locale import _, ngettext

log_app = typer.Typer(no_args_is_help=True, help="Read the duty log and write into it.")

_PAGE = 500

EntryArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the entry, such as L-7.")]
KindOption = Annotated[
    list[str] | None, typer.Option("--kind", help="Only these kinds: incident, measure, visitor, note.")
]
CameraOption = Annotated[str, typer.Option("--camera", help="Only what is about this camera.")]
SinceOption = Annotated[str, typer.Option("--since", help="Not before this day or time, such as 2026-11-23 or 7d.")]
UntilOption = Annotated[str, typer.Option("--until", help="Before this day or time.")]
FindOption = Annotated[str, typer.Option("--find", help="Only entries that hold these words.")]
AtOption = Annotated[str, typer.Option("--at", help="When it happened: 20m (ago), 14:30, 2026-11-30 08:00; else now.")]
AttachOption = Annotated[
    list[Path] | None, typer.Option("--attach", help="A picture (JPEG, PNG) or PDF to hand over with it.")
]


@log_app.command("list")
def list_(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=_PAGE, help="How many of the newest.")] = 50,
    kind: KindOption = None,
    camera: CameraOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    find: FindOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Show the newest entries of the duty log, the oldest of them first."""
    found, seen = _entries(site, url, kind, camera, since, until, find, limit)
    found.reverse()
    if json:
        as_json(found)
        return
    zone, names = seen.timezone, names_in(seen)
    as_table(
        [_("entry"), _("happened"), _("kind"), _("text"), _("cameras"), _("who"), ""],
        (
            (
                view.entry.id,
                when(view.entry.happened_at, zone),
                _kind(view),
                _said(view),
                cameras_in(names, view.entry.cameras),
                names.person(view.entry.by.removeprefix("person:")),
                _pointer(view, zone),
            )
            for view in found
        ),
        empty=_("Nothing like this is in the duty log."),
    )


@log_app.command("show")
def show(entry: EntryArgument, site: SiteOption = HERE, url: UrlOption = "", json: JsonOption = False) -> None:
    """Show one entry with what it follows and what follows it."""
    detail, view = run(lambda: _detail(site, url, entry))
    if json:
        as_json(detail)
        return
    from hub.tui.rows.dutylog import full
    from hub.tui.situation import Situation, zone_of

    situation = Situation(now=view.at, zone=zone_of(view, UTC), site=view)
    as_table(["", ""], ((fact.label, fact.text) for fact in full(detail, situation)), empty="")


@log_app.command("write")
def write(
    text: Annotated[str, typer.Argument(help="What happened, or what was done.")],
    kind: Annotated[str, typer.Option("--kind", help="incident, measure or note.")] = "note",
    camera: Annotated[list[str] | None, typer.Option("--camera", help="A camera that it is about.")] = None,
    picture: Annotated[bool, typer.Option("--picture", help="Keep what these cameras show now.")] = False,
    about: Annotated[str, typer.Option("--about", help="The entry that it follows, such as the incident.")] = "",
    alarm: Annotated[str, typer.Option("--alarm", help="The alarm that it belongs to.")] = "",
    ticket: Annotated[str, typer.Option("--ticket", help="The fault ticket that it belongs to.")] = "",
    taken_by: Annotated[str, typer.Option("--taken-by", help="Who took the measure.")] = "",
    report: Annotated[bool, typer.Option("--report", help="The leader is to know.")] = False,
    at: AtOption = "",
    attach: AttachOption = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write an entry into the duty log. It cannot be changed or deleted."""
    from hub.core.dutylog.commands import WriteEntry

    _check_kind(kind, ("incident", "measure", "note"))

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            happened_at = past(at, (await hub.site()).timezone) if at else None
            command = WriteEntry(
                kind=kind,  # type: ignore[arg-type]
                text=text,
                happened_at=happened_at,
                cameras=camera or [],
                pictures=(camera or [])[:8] if picture else [],
                attachments=await _hand_over(hub, attach),
                alarm=alarm or None,
                ticket=ticket or None,
                about=about or None,
                taken_by=taken_by,
                reported=report,
            )
            return await hub.send(command)

    _written(run(work))


@log_app.command("correct")
def correct(
    entry: EntryArgument,
    text: Annotated[str, typer.Argument(help="What is right.")],
    reason: Annotated[str, typer.Option(help="Why the entry was wrong.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Put another entry in the place of one that was wrong; both stay."""
    from hub.core.dutylog.commands import CorrectEntry

    _written(run(lambda: _send(site, url, CorrectEntry(entry=entry, text=text, reason=reason))))


@log_app.command("visitor")
def visitor(
    name: Annotated[str, typer.Argument(help="Name of the visitor; without it, who is inside is shown.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Where the visitor comes from.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="What for.")] = "",
    note: Annotated[str, typer.Option("--note", help="A remark.")] = "",
    at: AtOption = "",
    attach: AttachOption = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Write down that a visitor came; without a name, show who is inside."""
    if not name:
        _inside(site, url, json)
        return
    from hub.core.dutylog.commands import ReceiveVisitor
    from hub.errors import SiteError

    with telling_errors():
        if not unit or not purpose:
            raise SiteError(
                _("A visitor comes from somewhere, for something."), hint=_("Give --unit and --purpose as well.")
            )

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            happened_at = past(at, (await hub.site()).timezone) if at else None
            files = await _hand_over(hub, attach)
            command = ReceiveVisitor(
                visitor=name, unit=unit, purpose=purpose, note=note, happened_at=happened_at, attachments=files
            )
            return await hub.send(command)

    _written(run(work))


@log_app.command("leave")
def leave(
    entry: Annotated[str, typer.Argument(metavar="ID", help="Entry of the visitor's arrival.")],
    note: Annotated[str, typer.Option("--note", help="A remark.")] = "",
    at: AtOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write down that a visitor went."""
    from hub.core.dutylog.commands import SeeOffVisitor

    async def work() -> Any:
        from hub.cli.connect import connected

        async with connected(site, url, person=True) as hub:
            happened_at = past(at, (await hub.site()).timezone) if at else None
            return await hub.send(SeeOffVisitor(entry=entry, note=note, happened_at=happened_at))

    _written(run(work))


@log_app.command("save")
def save(
    entry: EntryArgument,
    folder: Annotated[Path, typer.Option("--output", "-o", help="The folder to write into.", show_default=".")] = HERE,
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write the pictures and files of an entry into a folder."""

    async def work() -> list[tuple[str, bytes]]:
        from hub.cli.connect import connected
        from hub.client import log

        async with connected(site, url) as hub:
            view = (await log.entry(hub, entry)).view
            files = [
                (f"{entry}-{file.id[:8]}-{safe_name(file.name)}", await hub.attachment(file.id))
                for file in view.attachments
            ]
            kept = [(f"{entry}-{safe_name(each.path)}", await hub.evidence(each.path)) for each in view.pictures]
            return [*files, *kept]

    found = run(work)
    with telling_errors():
        for name, data in found:
            write_file(folder / name, data)
            say(_("Written to {file}.").format(file=folder / name))
    if not found:
        say(_("{entry} has no pictures and no files.").format(entry=entry))


@log_app.command("export")
def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write: .csv (for Excel) or .json.")],
    kind: KindOption = None,
    camera: CameraOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    find: FindOption = "",
    site: SiteOption = HERE,
    url: UrlOption = "",
) -> None:
    """Write the duty log, or a part of it, into a file, the oldest entry first."""
    import msgspec

    found, seen = _entries(site, url, kind, camera, since, until, find, None)
    found.reverse()
    with telling_errors():
        if output.suffix.lower() == ".json":
            data = msgspec.json.format(msgspec.json.encode(found), indent=1)
        else:
            from hub.cli.room.log_table import as_csv

            data = as_csv(found, seen.timezone)
        write_file(output, data)
    say(
        ngettext("1 entry written to {file}.", "{n} entries written to {file}.", len(found)).format(
            n=len(found), file=output
        )
    )


def _entries(
    site: Path,
    url: str,
    kind: list[str] | None,
    camera: str,
    since: str,
    until: str,
    find: str,
    limit: int | None,
) -> tuple[list[Any], Any]:
    """The newest entries that fit, newest first, all of them without a limit; and the site."""
    for name in kind or ():
        _check_kind(name, ("incident", "measure", "visitor", "note"))

    async def work() -> Any:
        from hub.cli.connect import connected
        from hub.client import log

        async with connected(site, url) as hub:
            seen = await hub.site()
            from_at = since_when(since, seen.timezone) if since else None
            to_at = since_when(until, seen.timezone) if until else None
            found: list[Any] = []
            while limit is None or len(found) < limit:
                size = _PAGE if limit is None else limit
                page = await log.entries(
                    hub,
                    limit=size,
                    before=found[-1].entry.seq if found else None,
                    kinds=kind or (),  # type: ignore[arg-type]
                    camera=camera,
                    from_at=from_at,
                    to_at=to_at,
                    query=find,
                )
                found += page
                if len(page) < size:
                    break
            return found, seen

    entries, seen = run(work)
    return entries, seen


async def _detail(site: Path, url: str, entry: str) -> Any:
    from hub.cli.connect import connected
    from hub.client import log

    async with connected(site, url) as hub:
        return await log.entry(hub, entry), await hub.site()


async def _site(site: Path, url: str) -> Any:
    from hub.cli.connect import connected

    async with connected(site, url) as hub:
        return await hub.site()


async def _send(site: Path, url: str, command: Any) -> Any:
    from hub.cli.connect import connected

    async with connected(site, url, person=True) as hub:
        return await hub.send(command)


async def _hand_over(hub: Any, files: list[Path] | None) -> list[str]:
    from hub.client.attachments import read_attachment

    return [await hub.attach(file.name, read_attachment(file)) for file in files or ()]


def _inside(site: Path, url: str, json: bool) -> None:
    view = run(lambda: _site(site, url))
    if json:
        as_json(view.visitors)
        return
    as_table(
        [_("entry"), _("since"), _("visitor"), _("from"), _("purpose")],
        (
            (entry.id, when(entry.happened_at, view.timezone), entry.visitor, entry.unit, entry.purpose)
            for entry in view.visitors
        ),
        empty=_("No visitor is inside by the log."),
    )


def _written(records: list[Any]) -> None:
    for record in records:
        say(_("{entry} is in the duty log.").format(entry=record.event["entry"]))


def _check_kind(kind: str, known: tuple[str, ...]) -> None:
    from hub.errors import SiteError

    with telling_errors():
        if kind not in known:
            raise SiteError(_("There is no kind {kind}.").format(kind=kind[:20]), hint=", ".join(known))


def _kind(view: Any) -> str:
    from hub.tui.rows.dutylog import kind_of

    return kind_of(view.entry)


def _said(view: Any) -> str:
    from hub.tui.rows.dutylog import said

    return said(view.entry)


def _pointer(view: Any, zone: str) -> str:
    entry = view.entry
    parts = [
        _("corrected by {id}").format(id=view.corrected_by) if view.corrected_by else "",
        _("instead of {id}").format(id=entry.corrects) if entry.corrects else "",
        _("to {id}").format(id=entry.about) if entry.about else "",
        _("left {when}").format(when=when(view.left_at, zone)) if view.left_at else "",
        _("late") if entry.late else "",
    ]
    return ", ".join(filter(None, parts))


def safe_name(name: str) -> str:
    """A name that stays in its folder, whoever chose it."""
    return "".join(c if c.isalnum() or c in ".-_" else "_" for c in name.replace("/", "-"))[-80:].lstrip(".")


def write_file(file: Path, data: bytes) -> None:
    from hub.errors import SiteError

    try:
        file.write_bytes(data)
    except OSError as error:
        raise SiteError(
            f"{file} cannot be written: {error.strerror}.", hint="Name another place with --output."
        ) from error
