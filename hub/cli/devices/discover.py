"""`hub discover`: devices that answer on the network, what of them is in hub.toml, and many at once from a table.

The search is made from this machine. Adding goes through the hub where one runs, so that it is on record; else it is
done here.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, as_table, run, say, telling_errors
from hub.locale import N_, _, language

if TYPE_CHECKING:
    from hub.client.discovery import (
        AddedView,
        AddWish,
        CertificateView,
        FoundView,
        Place,
        ProbeView,
        SearchView,
        Target,
    )

discover_app = typer.Typer(invoke_without_command=True, help="Find devices on the network, and add them to hub.toml.")

_STATES = {
    "searching": N_("searching"),
    "done": N_("ended"),
    "failed": N_("went wrong"),
    "late": N_("does not end"),
}
LARGEST_TABLE = 4 * 1024 * 1024


class Desk(Protocol):
    """Whoever asks devices and writes hub.toml: the running hub, or this program."""

    async def certificate(self, place: "Place") -> "CertificateView": ...
    async def probe(self, target: "Target") -> "ProbeView": ...
    async def add(self, wish: "AddWish") -> "AddedView": ...
    async def look(self) -> "SearchView": ...


class _Hub:
    """The running hub does it, in the name of who is signed in."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def certificate(self, place: "Place") -> "CertificateView":
        from hub.client import discovery

        return await discovery.certificate(self._client, place)

    async def probe(self, target: "Target") -> "ProbeView":
        from hub.client import discovery

        return await discovery.probe(self._client, target)

    async def add(self, wish: "AddWish") -> "AddedView":
        from hub.client import discovery

        return await discovery.add(self._client, wish)

    async def look(self) -> "SearchView":
        from hub.client import discovery

        return await discovery.search(self._client)


class _Here:
    """No hub runs: this program does it."""

    def __init__(self, site: Path) -> None:
        from hub.clock import SystemClock
        from hub.runtime.devices.discovery import build_discovery

        self._discovery = build_discovery(site.resolve(), SystemClock())

    async def certificate(self, place: "Place") -> "CertificateView":
        return await asyncio.to_thread(self._discovery.certificate, place)

    async def probe(self, target: "Target") -> "ProbeView":
        return await asyncio.to_thread(self._discovery.probe, target)

    async def add(self, wish: "AddWish") -> "AddedView":
        return await asyncio.to_thread(self._discovery.add, wish)

    async def look(self) -> "SearchView":
        return self._discovery.look()


@asynccontextmanager
async def desk(site: Path, url: str) -> AsyncIterator[tuple[Desk, bool]]:
    """Who does it, and whether that is the hub. Where a hub runs, somebody must be signed in."""
    from hub.cli.connect import connected
    from hub.client.http import find_hub
    from hub.errors import HubUnreachable

    if not url:
        try:
            find_hub(site)
        except HubUnreachable:
            say(_("No hub runs on this site: it is done here, and is not on record."))
            yield _Here(site), False
            return
    async with connected(site, url, person=True) as client:
        yield _Hub(client), True


@discover_app.callback()
def discover(
    context: typer.Context,
    site: SiteOption = HERE,
    url: UrlOption = "",
    seconds: Annotated[float, typer.Option("--seconds", min=0.5, max=60, help="How long to listen.")] = 5.0,
    interface: Annotated[
        list[str] | None, typer.Option("--interface", metavar="IP", help="Search from this address of ours only.")
    ] = None,
    passive: Annotated[bool, typer.Option("--passive", help="Only listen; send nothing.")] = False,
    by: Annotated[list[str] | None, typer.Option("--by", metavar="NAME", help="Search this way only.")] = None,
    json: JsonOption = False,
) -> None:
    """Search the network around this machine for cameras and recorders. Nothing is changed, and nobody signs in."""
    context.obj = (site, url)
    if context.invoked_subcommand is not None:
        return
    from hub.client.discovery import SearchWish
    from hub.clock import SystemClock
    from hub.runtime.devices.discovery import build_discovery
    from hub.runtime.logs import set_up_logs

    wish = SearchWish(seconds=seconds, interfaces=interface or [], passive=passive, by=by or [])
    with telling_errors():
        set_up_logs("text")
        discovery = build_discovery(site.resolve(), SystemClock())
        discovery.begin(wish)
        view = _followed(discovery, quiet=json or not sys.stderr.isatty())
    if json:
        as_json(view)
        return
    as_table(*_table(view.devices), empty=_("Nothing answered."))
    for warning in warnings(view):
        say(warning)


def _followed(discovery: Any, *, quiet: bool) -> "SearchView":
    """The search at its end; meanwhile it is shown as it grows."""
    from rich.console import Console
    from rich.live import Live

    view: SearchView
    if quiet:
        while discovery.wait(0.5):
            pass
        view = discovery.look()
        return view
    with Live(console=Console(stderr=True), transient=True, refresh_per_second=4) as live:
        try:
            while discovery.wait(0.25):
                live.update(_live(discovery.look()))
        except KeyboardInterrupt:  # what was found until now is shown
            discovery.end()
            while discovery.wait(0.25):
                pass
    view = discovery.look()
    return view


def _live(view: "SearchView") -> Any:
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    columns, rows = _table(view.devices)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    ways = "  ".join(f"{each.by}: {_(_STATES[each.state])} ({each.found})" for each in view.progress)
    bar = ProgressBar(total=view.seconds, completed=max(0.0, view.seconds - view.left_s), width=40)
    head = Table.grid(padding=(0, 2))
    head.add_row(bar, Text(_("{n} s left").format(n=round(view.left_s))))
    return Group(head, Text(ways, style="dim"), table)


def _table(devices: "Sequence[FoundView]") -> tuple[list[str], list[list[str]]]:
    columns = [_("address"), _("in hub.toml"), _("driver"), _("made by"), _("model"), _("Its name"), "MAC", _("serial")]
    return [*columns, _("heard by")], [
        [
            f"{device.address}:{device.port}" if device.port else device.address,
            device.known_as or _("new"),
            device.driver or "-",
            device.maker,
            device.model,
            device.name,
            device.mac,
            device.serial,
            ", ".join(device.by),
        ]
        for device in devices
    ]


def warnings(view: "SearchView") -> list[str]:
    """What a person should know of a search besides what it found."""
    said = []
    for device in view.devices:
        if device.activated is False:
            said.append(_("{address} has no password yet: anybody can take it over.").format(address=device.address))
        if device.shared:
            what = ", ".join(_(word) for word in device.shared)
            said.append(
                _("{address}: another device claims to have the same {what}.").format(address=device.address, what=what)
            )
        fields = dict.fromkeys(claim.field for claim in device.differing if claim.field in ("address", "mac", "serial"))
        for field in fields:
            claims = [f"{claim.value} ({', '.join(claim.by)})" for claim in device.differing if claim.field == field]
            said.append(
                _("{address}: the answers differ in {what}: {claims}.").format(
                    address=device.address, what=_(field), claims=", ".join(claims)
                )
            )
    broken = [each for each in view.progress if each.state in ("failed", "late")]
    return [*said, *(f"{each.by}: {_(_STATES[each.state])}. {each.problem}".rstrip() for each in broken)]


@discover_app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The table, a camera on each line.")],
    site: SiteOption = HERE,
    url: UrlOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Add the good lines and leave out the others.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="The addresses were compared; do not ask.")] = False,
) -> None:
    """Add the cameras of a table to hub.toml: all of them, or none while a line is wrong."""
    from hub.cli.asking import place_of

    site, url = place_of(context, site, url)
    with telling_errors():
        text = _read_table(file)
    run(lambda: _import(site, url, file.name, text, dry_run=dry_run, skip_bad=skip_bad, yes=yes))


async def _import(site: Path, url: str, name: str, text: str, *, dry_run: bool, skip_bad: bool, yes: bool) -> None:
    from msgspec.structs import replace

    from hub.client.discovery import AddWish
    from hub.discovery.batch import Site, parse_batch

    async with desk(site, url) as (whoever, by_hub):
        view = await whoever.look()
        facts = Site(drivers=view.drivers, areas=view.areas, ids=view.ids)
        batch = await asyncio.to_thread(parse_batch, text, facts)
        for problem in batch.problems:
            print(problem.said(name, language()))
        if (batch.problems and not skip_bad) or not batch.adding:
            say(_("Nothing was written; problems: {n}.").format(n=len(batch.problems)))
            raise SystemExit(int(Exit.BAD_INPUT))
        if not dry_run:
            hosts = dict.fromkeys(f"{each.target.host} ({each.target.driver})" for each in batch.adding)
            say(_("The hub will sign in at these addresses: {hosts}.").format(hosts=", ".join(hosts)))
            confirm(_("Are they right?"), yes=yes)
        approved = [replace(each, target=replace(each.target, approved=True)) for each in batch.adding]
        added = await whoever.add(AddWish(adding=approved, dry=dry_run))
    print(added.text)
    tell_added(added, by_hub=by_hub)


def confirm(question: str, *, yes: bool) -> None:
    """Ask, unless it was answered on the command line; ends the program where the answer is no, or nobody is there."""
    if yes:
        return
    if not sys.stdin.isatty():
        say(_("Nobody is there to confirm it: nothing was sent and nothing written. Confirm with --yes."))
        raise SystemExit(int(Exit.REFUSED))
    if not typer.confirm(question, err=True):
        say(_("Nothing was sent and nothing written."))
        raise SystemExit(int(Exit.REFUSED))


def tell_added(added: "AddedView", *, by_hub: bool) -> None:
    """What was written, and what follows."""
    if not added.backup:
        say(_("This would be written; nothing was."))
        return
    say(_("Added to hub.toml: {cameras}.").format(cameras=", ".join(added.cameras)))
    for secret in added.secrets:
        say(_("The password is in {file}; let nobody else read it.").format(file=secret))
    say(_("hub.toml as it was before: {file}.").format(file=added.backup))
    if by_hub:
        say(_("The hub takes it up within seconds; see `hub cameras`."))
    else:
        say(_("Next: `hub check`, then `hub run`."))


def _read_table(file: Path) -> str:
    from hub.errors import Refused

    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_TABLE + 1)
    except OSError as error:
        raise Refused(f"{file.name} cannot be read: {error.strerror}.", hint="Name a file on this machine.") from error
    if len(data) > LARGEST_TABLE:
        raise Refused(f"{file.name} is larger than {LARGEST_TABLE // 1024 // 1024} MB.", hint="Split it.")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(f"{file.name} is neither UTF-8 nor GB 18030.", hint="Save it as CSV in UTF-8.")
