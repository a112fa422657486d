"""Commands that copy a site, look into a copy, and put a site back from one."""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, progress_bar, say, telling_errors, when
from hub.locale import N_, _

if TYPE_CHECKING:
    from hub.runtime.backup.archive import Manifest
    from hub.runtime.backup.restoring import Found

backup_app = typer.Typer(invoke_without_command=True, help="Copy the site while the hub runs, and verify copies.")

_ADOPTED = {
    "journal": N_(
        "{count} recordings made since then are on record again, as the journal that was put aside has them."
    ),
    "folder": N_(
        "{count} recordings made since then are on record again, as their lists lie in the folder: nothing proves what "
        "they were before."
    ),
}
_PASSPHRASE = "HUB_PASSPHRASE"  # noqa: S105 # the name of a variable
IdentityOption = Annotated[
    Path | None, typer.Option("--identity", "-i", help="The file with the secret key of age that opens the backup.")
]
ArchiveArgument = Annotated[Path, typer.Argument(help="A backup, such as watchroom-20260105T033000Z.tar.")]


@backup_app.callback(invoke_without_command=True)
def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="The folder for the backup.", show_default="backups")] = Path(
        "backups"
    ),
    secrets: Annotated[bool, typer.Option("--secrets", help="Also the folder secrets/, with passwords.")] = False,
    encrypt: Annotated[
        list[str] | None,
        typer.Option("--encrypt", help="Encrypt it to this recipient of age (age1…); may be repeated."),
    ] = None,
    passphrase: Annotated[
        bool,
        typer.Option("--passphrase", help="Encrypt it with a passphrase, which is asked for or in HUB_PASSPHRASE."),
    ] = False,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, max=10_000, help="Delete all but the newest so many backups there.")
    ] = None,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Copy everything but recordings, while the hub runs: journal, accounts, evidence, files, hub.toml, rules, keys.

    The copy is read again and compared. On a full disk, or stopped half-way, nothing new is there.
    """
    if context.invoked_subcommand is not None:
        return
    from hub.clock import SystemClock
    from hub.config.load import load_site
    from hub.runtime.backup.age import parse_recipient
    from hub.runtime.backup.making import Wish, make_backup
    from hub.runtime.backup.notes import leave_note

    with telling_errors():
        words = _passphrase(twice=True) if passphrase else ""
        wish = Wish(
            folder=to if to.is_absolute() else site / to,
            secrets=secrets,
            recipients=[parse_recipient(one) for one in encrypt or ()],
            passphrase=words,
            keep=keep,
        )
        with progress_bar(_("Copying"), quiet=json or not sys.stderr.isatty()) as progress:
            made = make_backup(site, wish, SystemClock(), progress)
        noted = leave_note(load_site(site).data_folder, made, wish, SystemClock().now())
    if not noted:
        say(_("It will not be on record: the data folder cannot be written."))
    if json:
        as_json(made._asdict() | {"path": str(made.path)})
        return
    print(made.path)
    done = _("{files} files, {size}, verified. Record {head}.")
    say(done.format(files=made.files, size=_size(made.bytes), head=made.head or "-"))
    for name in made.removed:
        say(_("deleted: {name}").format(name=name))


@backup_app.command("verify")
def verify(archive: ArchiveArgument, identity: IdentityOption = None, json: JsonOption = False) -> None:
    """Compare every file of a backup with its hash, and prove its journal. Exit code 5 when it is not whole."""
    from hub.runtime.backup.restoring import check

    with telling_errors():
        keys = _identities(archive, identity)
        try:
            with tempfile.TemporaryDirectory(prefix="watchroom-") as stage, _reading(archive, json) as progress:
                manifest = check(archive, keys, Path(stage), progress)
        except _site_error() as error:
            if json:
                as_json({"ok": False, "problem": error.message})
            say(str(error))
            raise SystemExit(int(Exit.DAMAGED)) from None
    if json:
        as_json({"ok": True, **_summary(manifest)})
    else:
        _tell(manifest)
        print(_("The backup is whole."))


def restore(
    archive: Annotated[Path | None, typer.Argument(help="The backup to put back.")] = None,
    site: SiteOption = HERE,
    identity: IdentityOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put aside what is there; asks first.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Verify it and say what would be done.")] = False,
    finish: Annotated[bool, typer.Option("--finish", help="Bring an interrupted restore to its end.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: JsonOption = False,
) -> None:
    """Put a site back from a backup, into an empty folder or (--replace) in the place of what is there.

    It is unpacked beside its place and proven first. Killed at any moment, the site is the old one or the new one.
    """
    from hub.clock import SystemClock
    from hub.runtime.backup import restoring
    from hub.runtime.backup.swap import bring_to_end

    with telling_errors():
        if finish:
            done = bring_to_end(site)
            say(_("The restore was brought to its end.") if done else _("No restore was interrupted here."))
            return
        if archive is None:
            raise typer.BadParameter("a backup is needed", param_hint="ARCHIVE")
        keys = _identities(archive, identity)
        if dry_run or (replace and not yes):
            with tempfile.TemporaryDirectory(prefix="watchroom-") as stage:
                found = restoring.look(archive, site, keys, Path(stage))
            if not json:
                _tell_found(found)
            if dry_run:
                if json:
                    as_json(_found(found))
                else:
                    say(_("Nothing was changed."))
                return
            if not sys.stdin.isatty():
                say(_("Nothing was changed: --replace asks first, or wants --yes."))
                raise SystemExit(int(Exit.BAD_INPUT))
            typer.confirm(_("Put aside what is there, and put the backup in its place?"), abort=True, err=True)
        with _reading(archive, json) as progress:
            found = restoring.restore(archive, site, keys, SystemClock(), replace=replace, progress=progress)
    if json:
        as_json(_found(found))
        return
    _tell(found.manifest)
    print(_("The site was put back in {site}.").format(site=site))
    if found.adopted:
        say(_(_ADOPTED[found.adopted_by]).format(count=found.adopted))
    if found.there:
        say(_("What was there lies in before-restore-… beside it; delete it when all is well."))
    say(_("Next: {check}, then {run}.").format(check=f"hub check --site {site}", run=f"hub run --site {site}"))


def _passphrase(*, twice: bool) -> str:
    if given := os.environ.get(_PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"set {_PASSPHRASE}, or use a terminal", param_hint="--passphrase")
    asked: str = typer.prompt(_("Passphrase of the backup"), hide_input=True, confirmation_prompt=twice, err=True)
    return asked


def _identities(archive: Path, identity: Path | None) -> list[Any]:
    """The keys that may open an archive: of the file that was given, else of the key beside it, with its passphrase."""
    from hub.errors import SiteError
    from hub.runtime.backup.age import key_beside, load_identities, open_key

    if not archive.is_file():
        raise SiteError(f"There is no backup {archive}.", hint="`hub backup` makes one and prints where it lies.")
    if archive.suffix != ".age":
        return []
    if identity is not None:
        return [*load_identities(identity)]
    beside = key_beside(archive)
    if not beside.is_file():
        raise SiteError(
            f"{archive.name} is encrypted, and no key lies beside it.", hint="Give its key with --identity FILE."
        )
    return [*open_key(beside, _passphrase(twice=False))]


def _reading(archive: Path, quiet: bool) -> Any:
    """A bar for reading the archive: a context that gives a function of the bytes that were read, or None."""
    from contextlib import contextmanager

    @contextmanager
    def bar() -> Any:
        total = archive.stat().st_size if archive.is_file() else 0
        with progress_bar(_("Reading"), quiet=quiet or not sys.stderr.isatty()) as progress:
            yield (lambda done: progress(done, total)) if progress is not None else None

    return bar()


def _site_error() -> Any:
    from hub.errors import SiteError

    return SiteError


def _tell_found(found: "Found") -> None:
    _tell(found.manifest)
    say(_("Its data goes to {folder}.").format(folder=found.data))
    if found.own_head:
        own = found.own_head.partition(":")[0]
        say(
            _("The journal that is there ends at record {own}; the backup's at {head}.").format(
                own=own, head=found.head
            )
        )
    for name in found.there:
        say(_("put aside: {name}").format(name=name))


def _tell(manifest: "Manifest") -> None:
    text = _("{site}, made {at} by version {version}: {files} files, {size}, record {head}")
    say(
        text.format(
            site=manifest.site,
            at=when(manifest.made_at),
            version=manifest.version,
            files=len(manifest.files),
            size=_size(sum(one.bytes for one in manifest.files)),
            head=manifest.head or "-",
        )
    )
    if not manifest.secrets:
        say(_("Without secrets: passwords of cameras and services have to be put in secrets/ by hand."))


def _summary(manifest: "Manifest") -> dict[str, Any]:
    return {
        "site": manifest.site,
        "made_at": manifest.made_at,
        "version": manifest.version,
        "head": manifest.head,
        "secrets": manifest.secrets,
        "files": len(manifest.files),
        "bytes": sum(one.bytes for one in manifest.files),
    }


def _found(found: "Found") -> dict[str, Any]:
    return {
        **_summary(found.manifest),
        "data": str(found.data),
        "put_aside": found.there,
        "replaced_head": found.own_head,
        "adopted": found.adopted,
        "adopted_by": found.adopted_by,
    }


def _size(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
