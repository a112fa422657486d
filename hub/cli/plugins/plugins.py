"""Commands about plugins, and the commands that plugins add."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, as_table, telling_errors
from hub.cli.plugins.capture import capture
from hub.cli.plugins.new import new
from hub.cli.plugins.verify import verify
from hub.locale import N_, _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.plugin_host import Manifest

# Words that come out of the data; named here so that they are collected for translation.
_WORDS = (
    *(N_("pending"), N_("loading"), N_("ready"), N_("degraded"), N_("failed"), N_("stopped")),
    *(
        N_("camera"),
        N_("notifier"),
        N_("store"),
        N_("sensor"),
        N_("service"),
        N_("vendor"),
        N_("finder"),
        N_("storage"),
    ),
)

plugins_app = typer.Typer(no_args_is_help=True, help="Show the plugins; make, check and feed new ones.")
plugins_app.command("new")(new)
plugins_app.command("verify")(verify)
plugins_app.command("capture")(capture)


@plugins_app.command("list")
def list_(site: SiteOption = HERE, json: JsonOption = False) -> None:
    """Load the plugins of a site and say how each is. Needs no running hub; exit code 1 when one has failed."""
    from hub.plugin_host import PluginHost, plugin_rows

    with telling_errors():
        manifests = found_plugins(site)
        host = PluginHost()
        host.load(manifests)
    rows = plugin_rows(host.plugins.values())
    if json:
        as_json(rows)
    else:
        as_table(
            [_("plugin"), _("version"), _("state"), _("brings"), _("from"), _("reason")],
            ((row.id, row.version, _(row.state), ", ".join(map(_, row.kinds)), row.source, row.reason) for row in rows),
            empty=_("No plugin is installed."),
        )
    if any(row.state == "failed" for row in rows):
        raise SystemExit(int(Exit.FAILURE))


def add_commands(app: typer.Typer, arguments: Sequence[str]) -> None:
    """Add the commands that plugins name in their plugin.toml. A plugin is imported only when its command is called."""
    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    called = next((argument for argument in arguments if not argument.startswith("-")), None)
    if called in known:
        return
    from hub.plugin_host import find_commands, load_command

    with telling_errors():
        commands = find_commands(found_plugins(Path(os.environ.get("HUB_SITE", ""))))
    for name, command in commands.items():
        if name == called:
            with telling_errors():
                app.add_typer(load_command(command), name=name, rich_help_panel="Plugins")
        elif called is None:
            group = typer.Typer(help=words(command.manifest.title))
            group.callback(invoke_without_command=True)(lambda: None)
            app.add_typer(group, name=name, rich_help_panel="Plugins")


def found_plugins(site: Path) -> "list[Manifest]":
    """The plugins that are installed, and those of the site's own folder; nothing is imported.

    A site whose hub.toml is broken has the installed ones: `hub check` says what is wrong with it.
    """
    from hub.plugin_host import discover

    if not (site / "hub.toml").exists():
        return discover(None, [])
    from hub.config.load import load_site
    from hub.errors import ConfigError

    try:
        config = load_site(site)
    except ConfigError:
        return discover(None, [])
    return discover(site / config.plugins.path if config.plugins.path else None, config.plugins.disabled)
