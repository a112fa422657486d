"""The sealed packages of releases on the command line: fetch one, check one, show the key that signs them."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.asking import place_of
from hub.cli.exit_codes import Exit
from hub.cli.footage.release_register import releases_app
from hub.cli.footage.releases import ReleaseArgument
from hub.cli.options import HERE, JsonOption, SiteOption, UrlOption
from hub.cli.output import as_json, progress_bar, run, say, telling_errors
from hub.errors import HubError, Refused
from hub.locale import _, language

__all__ = ["releases_app"]


@releases_app.command("fetch")
def fetch(
    context: typer.Context,
    release: ReleaseArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write; without it, the package's name, here.")
    ] = None,
    site: SiteOption = HERE,
    url: UrlOption = "",
    json: JsonOption = False,
) -> None:
    """Fetch the package of a release in order to hand it over; that is on record."""
    site, url = place_of(context, site, url)

    async def work() -> tuple[Path, str]:
        from hub.cli.connect import connected
        from hub.client.release_packages import fetch_package
        from hub.client.releases import release as read

        async with connected(site, url, person=True) as hub:
            package = (await read(hub, release)).view.release.package
            if package is None:
                raise Refused(f"There is no package of {release} to be handed over.", hint="Have it prepared.")
            into = out or Path(package.name)
            with progress_bar(_("Fetching"), quiet=json) as bar:
                sha256 = await fetch_package(hub, release, into, on_bytes=bar or _silent)
            return into, sha256

    into, sha256 = run(work)
    if json:
        as_json({"file": str(into), "sha256": sha256})
    else:
        say(_("{file} is here, SHA-256 {sha256}.").format(file=into, sha256=sha256))
        say(_("Give the receiver the fingerprint on paper or by telephone: `hub releases key`."))


@releases_app.command("key")
def key(site: SiteOption = HERE, json: JsonOption = False) -> None:
    """Show the public key with which this site signs packages, and its fingerprint."""
    from hub.footage.keys import make_key
    from hub.footage.verify import grouped

    with telling_errors():
        found = make_key(_data(site))
    if json:
        as_json({"fingerprint": found.fingerprint, "pem": found.pem.decode()})
        return
    typer.echo(_("Fingerprint: {key}").format(key=grouped(found.fingerprint)))
    typer.echo(found.pem.decode().strip())


@releases_app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The .tar file of a package, or the folder that it was unpacked to.")],
    named: Annotated[
        str, typer.Option("--key", help="Fingerprint that it must be signed with; without it, this site's own key.")
    ] = "",
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Check a package: who signed it, and that nothing was changed, removed or added. Needs no running hub.

    Exit code 5 when something is wrong, 4 when it is no package, 1 when no key was given to compare with.
    """
    import tarfile

    from hub.footage import verify as verifier

    with telling_errors():
        try:
            wanted = named or _own_key(site)
            report = verifier.check(str(file), wanted)
        except (verifier.Unreadable, OSError, tarfile.TarError, UnicodeDecodeError, EOFError) as error:
            raise Refused(str(error), hint=_("Name the file as it was handed over.")) from error
    if json:
        findings = [{"what": what, "file": name, "en": en, "zh": zh} for what, name, en, zh in report.findings]
        fields = {"release": report.release, "key": report.fingerprint, "compared": bool(wanted)}
        counts = {"files": report.files, "bytes": report.bytes, "originals": report.originals, "sealed": report.sealed}
        as_json({**fields, **counts, "findings": findings})
    else:
        for line in verifier.sentences(report, wanted, zh=language().startswith("zh")):
            typer.echo(line)
    if report.findings:
        raise typer.Exit(Exit.DAMAGED)
    if not wanted:
        raise typer.Exit(Exit.FAILURE)


def _own_key(site: Path) -> str:
    """The fingerprint of the site's key; empty where there is no site here, or it has no key yet."""
    from hub.footage.keys import load_public

    try:
        found = load_public(_data(site))
    except HubError:
        return ""
    return found.fingerprint if found is not None else ""


def _data(site: Path) -> Path:
    from hub.runtime.parts import load_parts

    return load_parts(site).data


def _silent(done: int, total: int) -> None:
    return
