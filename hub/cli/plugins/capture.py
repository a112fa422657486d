"""`hub plugins capture`: what a real device answers, written down for tests, without what is private."""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import HERE, SiteOption
from hub.cli.output import say, telling_errors
from hub.errors import AuthRejected, DeviceError, DeviceUntrusted, SiteError
from hub.locale import _, ngettext

if TYPE_CHECKING:
    from hub.devices.captured import Exchange

_CALL_S = 30.0
_MOST_PATHS = 200


def capture(
    device: Annotated[
        str, typer.Argument(metavar="CAM-OR-URL", help="A device of hub.toml, or http://10.1.2.3, https://…")
    ],
    paths: Annotated[list[str], typer.Argument(help="What to ask for: /path, with its query.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write; it must not be there yet.")],
    body: Annotated[Path | None, typer.Option("--body", help="POST this file to every path, instead of GET.")] = None,
    user: Annotated[str, typer.Option("--user", help="Account, where an address was given.")] = "",
    password: Annotated[
        str, typer.Option("--password", help="Its password, by reference: env:NAME or file:PATH.")
    ] = "",
    fingerprint: Annotated[
        str, typer.Option("--fingerprint", help="SHA-256 of the device's certificate, for https.")
    ] = "",
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, max=300, help="How long to listen to an answer without end.")
    ] = 10.0,
    redact: Annotated[
        bool, typer.Option("--redact/--no-redact", help="Take out passwords, serial numbers, hardware addresses …")
    ] = True,
    pictures: Annotated[bool, typer.Option("--pictures", help="Keep pictures, which show your site.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Keep it without asking.")] = False,
    site: SiteOption = HERE,
) -> None:
    """Ask a device and write its answers into a file that `hub.testing.devices.load_captured` plays again.

    Everything is shown before it is kept. The same serial number becomes the same stand-in everywhere.
    """
    from hub.devices.captured import Captured, format_captured, redact_captured

    with telling_errors():
        _check(paths, output, password)
        access, secrets = _reach(device, user, password, fingerprint, site)
        try:
            asked = body.read_bytes() if body is not None else None
            exchanges = list(filter(None, (_ask(access, path, asked, seconds) for path in paths)))
        except OSError as error:
            raise SiteError(f"{body} cannot be read: {error.strerror}.") from error
        finally:
            access.shut()
        captured = Captured(note=device if "://" not in device else "", exchanges=exchanges)
        if redact:
            captured = redact_captured(captured, secrets=secrets, pictures=pictures)
        for exchange in captured.exchanges:
            _show(exchange)
        if not captured.exchanges:
            raise SiteError("The device answered nothing that could be kept.")
        if not yes and not typer.confirm(_("Keep this in {file}?").format(file=output), err=True):
            raise SystemExit(0)
        _write(output, format_captured(captured))
    say(
        ngettext("Kept 1 answer in {file}.", "Kept {count} answers in {file}.", len(captured.exchanges)).format(
            count=len(captured.exchanges), file=output
        )
    )


def _check(paths: Sequence[str], output: Path, password: str) -> None:
    from hub.secret import Secret

    if len(paths) > _MOST_PATHS:
        raise SiteError(f"These are {len(paths)} paths; {_MOST_PATHS} are the most at a time.")
    if wrong := [path for path in paths if not path.startswith("/")]:
        raise SiteError(f"'{wrong[0][:80]}' is no path.", hint="It begins with /, such as /ISAPI/System/deviceInfo.")
    if output.exists():
        raise SiteError(f"{output} is there already.", hint="Nothing was asked; choose another name.")
    if password and not Secret(password).by_reference:
        # On the command line everybody on this machine could read it.
        raise SiteError("The password is given as it is.", hint="Write --password env:NAME or file:PATH.")


def _reach(device: str, user: str, password: str, fingerprint: str, site: Path) -> tuple[Any, list[str]]:
    """The way to the device, and the secrets that must not be kept."""
    from hub.cli.plugins.device import reach_address, reach_named
    from hub.cli.plugins.plugins import found_plugins
    from hub.plugin_host import PluginHost
    from hub.secret import Secret

    if "://" in device:
        word = Secret(password).reveal(site) if password else ""
        return reach_address(device, user=user, password=word, fingerprint=fingerprint), [word]
    host = PluginHost()
    host.load(found_plugins(site))
    access = reach_named(site, device, host).access
    given = access.credentials()
    return access, [given.password] if given is not None else []


def _ask(access: Any, path: str, body: bytes | None, seconds: float) -> "Exchange | None":
    """One answer; None, with a word about it, where the device gave none."""
    from hub.devices.captured import LARGEST_BODY, make_exchange
    from hub.devices.operations import parse_operation

    method, content, streamed = "GET" if body is None else "POST", b"", True
    headers = {} if body is None else {"content-type": _media(body)}
    until_s = monotonic() + seconds
    try:
        with access.stream(method, path, body=body or b"", headers=headers, idle_s=seconds) as flow:
            status, media = flow.status, flow.headers.get("content-type", "")
            try:
                for piece in flow:
                    content += piece
                    if len(content) > LARGEST_BODY or monotonic() > until_s:
                        break
                else:
                    streamed = False
            except DeviceError:
                if not content:
                    raise
    except (AuthRejected, DeviceUntrusted):
        raise
    except DeviceError as error:
        say(f"{path}: {access.mask(error.message)}")
        return None
    return make_exchange(
        method=method,
        path=path,
        operation=parse_operation(body or b""),
        status=status,
        media=media,
        content=content[:LARGEST_BODY],
        streamed=streamed,
    )


def _media(body: bytes) -> str:
    start = body.lstrip()[:1]
    return "application/soap+xml; charset=utf-8" if start == b"<" else "application/json"


def _show(exchange: "Exchange") -> None:
    head = f"{exchange.method} {exchange.path} {exchange.operation}".rstrip()
    typer.echo(f"--- {head} -> {exchange.status} {exchange.media}{' (without end)' if exchange.streamed else ''}")
    if exchange.encoding == "text":
        lines = exchange.body.replace("\r\n", "\n")
        typer.echo("".join(letter if letter.isprintable() or letter in "\n\t" else "·" for letter in lines))
    else:
        typer.echo(f"({len(exchange.content())} bytes that are no text)")


def _write(file: Path, data: bytes) -> None:
    try:
        with file.open("xb") as stream:
            stream.write(data)
    except OSError as error:
        raise SiteError(f"{file} cannot be written: {error.strerror}.") from error
