"""`hub discover add`: one device, from its address to its cameras in hub.toml, with a look at its picture between."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.devices.discover import Desk, confirm, desk, discover_app, tell_added
from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, SiteOption, UrlOption
from hub.cli.output import as_table, run, say
from hub.locale import _

if TYPE_CHECKING:
    from hub.client.discovery import Adding, ChannelView, NewCamera, ProbeView, SearchView, Target

__all__ = ["discover_app"]

_HOST = re.compile(r"[A-Za-z0-9.:_%-]{1,253}")
_CHINESE_FROM = "\u3400"


class _Wanted:
    """What was said on the command line about the cameras; what was not is asked, or taken as proposed."""

    def __init__(self, **said: str) -> None:
        self._said = said

    def ask(self, name: str, question: str, proposed: str, known: Sequence[str] = ()) -> str:
        """The answer: of the command line, else of the person, else what is proposed."""
        if said := self._said.get(name, ""):
            return said
        if not sys.stdin.isatty():
            if proposed:
                return proposed
            say(_("Nobody is there to ask: give --{option}.").format(option=name))
            raise SystemExit(int(Exit.BAD_INPUT))
        shown = f"{question} ({', '.join(known[:20])})" if known else question
        while True:
            answer: str = typer.prompt(shown, default=proposed or None, err=True).strip()
            if answer and (not known or answer in known):
                return answer


@discover_app.command("add")
def add(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Its IP address or name, or that of its stream: rtsp://…")],
    site: SiteOption = HERE,
    url: UrlOption = "",
    driver: Annotated[str, typer.Option("--driver", help="The kind of device: onvif, hikvision …")] = "",
    tls: Annotated[bool, typer.Option("--tls", help="Speak to it over TLS.")] = False,
    fingerprint: Annotated[str, typer.Option("--fingerprint", help="The SHA-256 of its certificate.")] = "",
    user: Annotated[str, typer.Option("--user", help="The account the hub signs in with.")] = "",
    password: Annotated[
        str, typer.Option("--password", help="A reference: env:NAME or file:PATH. Else it is asked.")
    ] = "",
    device: Annotated[str, typer.Option("--device", help="Id of a recorder with several cameras.")] = "",
    channels: Annotated[list[int] | None, typer.Option("--channel", help="Only these channels.")] = None,
    id_: Annotated[str, typer.Option("--id", help="Id of the camera.")] = "",
    name: Annotated[str, typer.Option("--name", help="Name of the camera.")] = "",
    area: Annotated[str, typer.Option("--area", help="Area that it is in.")] = "",
    domain: Annotated[str, typer.Option("--domain", help="production or security.")] = "",
    ptz: Annotated[
        bool | None, typer.Option("--ptz/--no-ptz", help="Whether it can be turned and zoomed; else as it says itself.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Where its picture is written; else into a new folder.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask the device, and write nothing.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Address and certificate were compared; do not ask.")
    ] = False,
) -> None:
    """Ask a device what it is, with its credentials, show what it says, and write it into hub.toml."""
    from hub.cli.asking import place_of
    from hub.errors import Refused
    from hub.secret import Secret

    site, url = place_of(context, site, url)
    wanted = _Wanted(driver=driver, id=id_, name=name, area=area, domain=domain, device=device)

    async def work() -> None:
        if password and not Secret(password).by_reference:
            # Everybody on the machine sees the words of a command.
            raise Refused("--password takes a reference.", hint="Give env:NAME or file:PATH, or let it be asked.")
        stream = address if "://" in address else ""
        host, port = _split_url(stream) if stream else _split(address)
        secure = tls or stream.startswith(("rtsps:", "https:"))
        async with desk(site, url) as (whoever, by_hub):
            facts = await whoever.look()
            from hub.client.discovery import Target

            target = Target(
                driver=_driver(wanted, facts, stream),
                host=host,
                port=port,
                url=stream,
                tls=secure,
                fingerprint=await _fingerprint(whoever, host, port, fingerprint, yes=yes) if secure else "",
                user=user or _asked(_("User")),
                password=password or _password(user),
            )
            target = _approved(target, yes=yes)
            say(_("Asking {host} …").format(host=host))
            probed = await whoever.probe(target)
            _show(probed, host)
            _save_picture(probed, picture or _aside(host))
            adding = _adding(target, probed, facts, wanted, channels or [], ptz)
            await _write(whoever, adding, by_hub=by_hub, dry_run=dry_run, yes=yes)

    run(work)


def _split(address: str) -> tuple[str, int | None]:
    """Host and port of `10.0.0.8`, `10.0.0.8:8000`, `[fe80::1]:80`. Raises `Refused`."""
    from urllib.parse import urlsplit

    from hub.errors import Refused

    try:
        parts = urlsplit(f"//{address}" if address.count(":") < 2 or "[" in address else f"//[{address}]")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not _HOST.fullmatch(host) or parts.path or parts.username is not None:
        raise Refused(f"{address!r} is not an address.", hint="It looks like 10.0.0.8 or 10.0.0.8:8000.")
    return host, port


def _split_url(url: str) -> tuple[str, int]:
    """Host and port of the address of a stream. Raises `Refused`, also where it holds credentials."""
    from urllib.parse import urlsplit

    from hub.client.discovery import STREAM_PORTS
    from hub.errors import Refused

    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or STREAM_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Refused("The address of the stream cannot be read.", hint="It looks like rtsp://10.0.0.8/live.") from None
    if not _HOST.fullmatch(host) or not port:
        raise Refused(
            "The address of the stream names no host, or is of a kind that is not known.",
            hint=f"It begins with one of these: {', '.join(f'{scheme}://' for scheme in STREAM_PORTS)}.",
        )
    if parts.username is not None or parts.password is not None:
        # Everybody on the machine sees the words of a command.
        raise Refused("The address holds credentials.", hint="Give --user, and let the password be asked.")
    return host, port


def _driver(wanted: _Wanted, facts: "SearchView", stream: str) -> str:
    """Who the camera speaks to; what is known by its stream has one kind of driver as a rule, and nobody is asked."""
    known = facts.stream_drivers if stream else facts.drivers
    return wanted.ask("driver", _("Driver"), known[0] if stream and len(known) == 1 else "", known)


async def _fingerprint(whoever: Desk, host: str, port: int | None, given: str, *, yes: bool) -> str:
    """The fingerprint that a person has compared with the device's own."""
    if given:
        return given
    from hub.client.discovery import Place

    shown = await whoever.certificate(Place(host=host, port=port or 443))
    say(_("Its certificate has the SHA-256 fingerprint {fingerprint}.").format(fingerprint=shown.fingerprint))
    confirm(_("Is it the one that the device itself shows?"), yes=yes)
    return shown.fingerprint


def _asked(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False, err=True)) if sys.stdin.isatty() else ""


def _password(user: str) -> str:
    if from_environment := os.environ.get("HUB_DEVICE_PASSWORD"):
        return from_environment
    if not sys.stdin.isatty():
        return ""
    return str(typer.prompt(_("Password"), default="", show_default=False, hide_input=True, err=True))


def _approved(target: "Target", *, yes: bool) -> "Target":
    from msgspec.structs import replace

    how = _("over TLS") if target.tls else _("in the open network, by digest")
    place = target.url or (f"{target.host}:{target.port}" if target.port else target.host)
    said = _("The hub will sign in at {place} ({driver}) as {user}, {how}.")
    say(said.format(place=place, driver=target.driver, user=target.user or "-", how=how))
    confirm(_("Is this the device?"), yes=yes)
    return replace(target, approved=True)


def _show(probed: "ProbeView", host: str) -> None:
    from hub.tui.rows.discover import problem_words

    facts = [
        (_("device"), " ".join(part for part in (probed.maker, probed.model, probed.kind) if part)),
        (_("serial"), probed.serial),
        (_("firmware"), probed.firmware),
        ("MAC", probed.mac),
        (_("Its name"), probed.name),
        (_("can"), ", ".join(name for name, support in probed.capabilities.items() if support == "yes")),
        (_("not known"), ", ".join(name for name, support in probed.capabilities.items() if support == "unknown")),
        *((_("channel {n}").format(n=channel.number), _channel(channel)) for channel in probed.channels[:64]),
        *((_("problem"), problem_words(problem)) for problem in probed.problems),
    ]
    as_table(["", host], [(label, said) for label, said in facts if said], empty="")
    if probed.known_as:
        say(_("hub.toml has {id} at this address already.").format(id=probed.known_as))


def _channel(channel: "ChannelView") -> str:
    state = {True: _("delivers"), False: _("delivers nothing"), None: ""}[channel.online]
    streams = "; ".join(
        f"{each.name} {each.codec} {each.width}x{each.height}" if each.width else f"{each.name} {each.codec}".rstrip()
        for each in channel.streams
    )
    steered = _("can be steered") if channel.steered else ""
    return ", ".join(part for part in (channel.name, state, streams, steered) if part)


def _aside(host: str) -> Path:
    """Where a picture goes that nobody named a place for: a new folder that only this user may read."""
    import tempfile

    return Path(tempfile.mkdtemp(prefix="watchroom-")) / f"{host.replace(':', '-')}.jpg"


def _save_picture(probed: "ProbeView", path: Path) -> None:
    if not probed.picture:
        say(_("It gave no picture."))
        return
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(probed.picture)
    except OSError as error:  # the camera can be added without it
        say(_("The picture cannot be written to {path}: {why}.").format(path=path, why=error.strerror))
        return
    said = _("The picture of channel {n} is in {path}: look whether it is the right camera.")
    say(said.format(n=probed.pictured, path=path))


def _adding(
    target: "Target",
    probed: "ProbeView",
    facts: "SearchView",
    wanted: _Wanted,
    only: Sequence[int],
    ptz: bool | None,
) -> "Adding":
    from hub.client.discovery import Adding
    from hub.errors import Refused

    chosen = [
        channel
        for channel in probed.channels
        if (channel.number in only if only else channel.online is not False or len(probed.channels) == 1)
    ]
    if not chosen:
        raise Refused("None of these channels is there.", hint="See the list above.")
    several = len(probed.channels) > 1
    device = wanted.ask("device", _("Id of the recorder"), probed.proposal.id) if several else ""
    cameras = [_camera(channel, facts, wanted, ptz, several=several) for channel in chosen]
    return Adding(target=target, cameras=cameras, device=device, device_name=probed.name)


def _camera(
    channel: "ChannelView", facts: "SearchView", wanted: _Wanted, ptz: bool | None, *, several: bool
) -> "NewCamera":
    import msgspec

    from hub.client.discovery import NewCamera
    from hub.errors import Refused

    proposal = channel.proposal
    if several:
        say(_("Channel {n}: {name}").format(n=channel.number, name=channel.name))
    id_ = proposal.id if several else wanted.ask("id", _("Id"), proposal.id)
    name = proposal.name if several else wanted.ask("name", _("Its name"), proposal.name)
    area = wanted.ask("area", _("Area"), proposal.area, facts.areas)
    domain = wanted.ask("domain", _("Domain"), proposal.domain, ("production", "security"))
    chinese = any(_CHINESE_FROM <= character <= "\u9fff" for character in name)
    said = {"name_zh" if chinese else "name_en": name}
    steered = bool(channel.steered) if ptz is None else ptz
    try:
        return msgspec.convert(
            {"id": id_, "area": area, "domain": domain, "channel": channel.number, "ptz": steered, **said}, NewCamera
        )
    except msgspec.ValidationError as error:
        raise Refused(f"This cannot be written: {error}.") from None


async def _write(whoever: Desk, adding: "Adding", *, by_hub: bool, dry_run: bool, yes: bool) -> None:
    from hub.client.discovery import AddWish

    would = await whoever.add(AddWish(adding=[adding], dry=True))
    print(would.text)
    if dry_run:
        tell_added(would, by_hub=by_hub)
        return
    confirm(_("Write this into hub.toml?"), yes=yes)
    tell_added(await whoever.add(AddWish(adding=[adding])), by_hub=by_hub)
