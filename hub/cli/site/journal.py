"""Commands about the record: export it, import it."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, SiteOption
from hub.cli.output import say, telling_errors
from hub.locale import _, ngettext

journal_app = typer.Typer(no_args_is_help=True, help="Export the journal, or import one.")


@journal_app.command("export")
def export(
    target: Annotated[Path, typer.Argument(help="File to write; - for standard output.")],
    site: SiteOption = HERE,
    file: Annotated[Path | None, typer.Option("--journal", help="A journal file instead of the site's own.")] = None,
) -> None:
    """Write the whole journal as JSON lines. Works while the hub runs."""
    from hub.journal.transfer import export as export_records

    with telling_errors():
        store = open_store(site, file)
        try:
            if str(target) == "-":
                count = export_records(store, sys.stdout.buffer)
            else:
                with target.open("xb") as out:
                    count = export_records(store, out)
        except FileExistsError:
            say(_("{file} exists already.").format(file=target))
            raise SystemExit(int(Exit.BAD_INPUT)) from None
        finally:
            store.close()
    say(ngettext("1 record written.", "{count} records written.", count).format(count=count))


@journal_app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="A file that `hub journal export` wrote.")],
    target: Annotated[Path, typer.Option("--into", help="The journal file to make.")],
    verify_only: Annotated[bool, typer.Option("--verify", help="Also verify the journal that was made.")] = False,
) -> None:
    """Make a journal from JSON lines. Every record is checked against the chain while it is read."""
    from hub.journal.transfer import import_ as import_records
    from hub.journal.verify import verify as verify_chain

    with telling_errors():
        store = open_store(HERE, target, create=True)
        try:
            with source.open("rb") as lines:
                count = import_records(lines, store, name=source.name)
            verdict = verify_chain(store) if verify_only else None
        except OSError as error:
            say(_("{file} cannot be read: {why}.").format(file=source, why=error.strerror))
            raise SystemExit(int(Exit.BAD_INPUT)) from None
        finally:
            store.close()
    if verdict is not None and not verdict.ok:
        say(bad_chain(verdict))
        raise SystemExit(int(Exit.DAMAGED))
    say(
        ngettext("1 record read, the chain is whole.", "{count} records read, the chain is whole.", count).format(
            count=count
        )
    )


def bad_chain(verdict: Any) -> str:
    """What is wrong with the chain, in words."""
    return _("The chain does not hold. {problem}").format(problem=verdict.problem)


def head_of(text: str) -> Any:
    """A head as people note it. Raises `SiteError` for anything else."""
    from hub.errors import SiteError
    from hub.journal.log import Head

    seq, _, digest = text.partition(":")
    try:
        return Head(int(seq), bytes.fromhex(digest))
    except ValueError:
        raise SiteError(
            f"{text!r} is no head.", hint="A head looks like 1207:9f2c… and `hub verify` prints it."
        ) from None


def open_store(site: Path, file: Path | None, *, create: bool = False) -> Any:
    """The store of a site, or of a journal file, open for reading (or made, if `create`)."""
    from hub.clock import SystemClock
    from hub.plugin_host import PluginHost, discover
    from hub.ports import PluginContext

    if file is not None:
        folder, name, language = file.absolute().parent, "sqlite", "en"
        host = PluginHost()
        host.load(discover(None, []))
        options: Any = host.stores[name].options(file=str(file.absolute()))
    else:
        from hub.runtime.parts import load_parts

        parts = load_parts(site)
        folder, name, language = parts.data, parts.config.journal.store, parts.config.site.language
        host, options = parts.host, parts.tables.store
    context = PluginContext(plugin=name, data=folder, site=site, clock=SystemClock(), language=language)  # type: ignore[arg-type]
    store = host.build_store(name, options, context)
    store.open(create=create)
    return store
