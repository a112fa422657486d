"""The `hub` command: its sub-commands, and those that plugins add.

Bodies import what they need when they run, so that `hub --help` stays quick.
"""

import inspect
import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from hub import __version__
from hub.cli.cameras import look, references, watch
from hub.cli.devices import devices, discover_add, settings
from hub.cli.footage import recordings, release_packages, viewing
from hub.cli.people import accounts, attention, patrol, posts, reviews, roster, staff
from hub.cli.plugins import plugins
from hub.cli.reports import clauses, figures, report
from hub.cli.room import alarms, log, permits, search, tickets
from hub.cli.rules import rules
from hub.cli.site import backup, journal, metrics, site, upgrade, verify
from hub.cli.upkeep import assets_steps, round_sheets
from hub.locale import N_, _, from_environment, set_language

app = typer.Typer(
    name="hub",
    help="Watchroom: the automation hub of a camera control room.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_RUN, _LOOK, _KEEP = N_("Run"), N_("Look and act"), N_("Keep")

app.command("init", rich_help_panel=_RUN)(site.init)
app.command("check", rich_help_panel=_RUN)(site.check)
app.command("run", rich_help_panel=_RUN)(site.run)
app.command("stop", rich_help_panel=_RUN)(site.stop)
app.command("tui", rich_help_panel=_RUN)(site.tui)
app.command("status", rich_help_panel=_LOOK)(look.status)
app.add_typer(look.cameras_app, name="cameras", rich_help_panel=_LOOK)
app.add_typer(discover_add.discover_app, name="discover", rich_help_panel=_LOOK)
app.add_typer(references.references_app, name="references", rich_help_panel=_LOOK)
app.add_typer(alarms.alarms_app, name="alarms", rich_help_panel=_LOOK)
app.add_typer(tickets.tickets_app, name="tickets", rich_help_panel=_LOOK)
app.add_typer(log.log_app, name="log", rich_help_panel=_LOOK)
app.command("search", rich_help_panel=_LOOK)(search.search)
app.add_typer(assets_steps.assets_app, name="assets", rich_help_panel=_LOOK)
app.add_typer(devices.devices_app, name="devices", rich_help_panel=_LOOK)
app.add_typer(permits.permits_app, name="permits", rich_help_panel=_LOOK)
app.add_typer(release_packages.releases_app, name="releases", rich_help_panel=_LOOK)
app.add_typer(attention.attention_app, name="attention", rich_help_panel=_LOOK)
app.add_typer(patrol.patrol_app, name="patrol", rich_help_panel=_LOOK)
app.add_typer(watch.watch_app, name="watch", rich_help_panel=_LOOK)
app.add_typer(rules.rules_app, name="rules", rich_help_panel=_LOOK)
app.add_typer(posts.duty_app, name="duty", rich_help_panel=_LOOK)
app.add_typer(roster.roster_app, name="roster", rich_help_panel=_LOOK)
app.add_typer(round_sheets.rounds_app, name="rounds", rich_help_panel=_LOOK)
app.add_typer(staff.people_app, name="people", rich_help_panel=_LOOK)
app.add_typer(reviews.reviews_app, name="reviews", rich_help_panel=_LOOK)
app.add_typer(settings.settings_app, name="settings", rich_help_panel=_LOOK)
app.command("figures", rich_help_panel=_LOOK)(figures.figures)
app.add_typer(report.report_app, name="report", rich_help_panel=_LOOK)
app.command("clauses", rich_help_panel=_LOOK)(clauses.clauses)
app.command("events", rich_help_panel=_LOOK)(look.events)
app.add_typer(recordings.recordings_app, name="recordings", rich_help_panel=_LOOK)
app.command("live", rich_help_panel=_LOOK)(viewing.live)
app.command("verify", rich_help_panel=_KEEP)(verify.verify)
app.add_typer(journal.journal_app, name="journal", rich_help_panel=_KEEP)
app.add_typer(backup.backup_app, name="backup", rich_help_panel=_KEEP)
app.command("restore", rich_help_panel=_KEEP)(backup.restore)
app.command("upgrade", rich_help_panel=_KEEP)(upgrade.upgrade)
app.add_typer(accounts.accounts_app, name="accounts", rich_help_panel=_KEEP)
app.command("sign-in", rich_help_panel=_KEEP)(accounts.sign_in)
app.command("sign-out", rich_help_panel=_KEEP)(accounts.sign_out)
app.add_typer(metrics.metrics_app, name="metrics", rich_help_panel=_KEEP)
app.add_typer(plugins.plugins_app, name="plugins", rich_help_panel=_KEEP)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"watchroom {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point of the `hub` command."""
    set_language(from_environment(os.environ.get("LC_ALL") or os.environ.get("LANG") or ""))
    plugins.add_commands(app, sys.argv[1:])
    command = typer.main.get_command(app)
    translate_help(command)
    command()


def translate_help(command: Any) -> None:
    """Put the help texts of a command and all below it into the language in force."""
    for part in (command, *command.params):
        if getattr(part, "help", None):
            part.help = _(one_line(part.help))
        if getattr(part, "rich_help_panel", None):
            part.rich_help_panel = _(part.rich_help_panel)
    for below in getattr(command, "commands", {}).values():
        translate_help(below)


def help_texts(command: Any = None) -> Iterator[str]:
    """Every help text of the hub's own commands, as it is looked up in the catalogues."""
    command = command or typer.main.get_command(app)
    yield from (one_line(part.help) for part in (command, *command.params) if getattr(part, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from help_texts(below)


def one_line(help_text: str) -> str:
    """A help text without the line breaks of its docstring; paragraphs stay."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(help_text).split("\n\n"))
