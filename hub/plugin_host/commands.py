"""Additions that plugins make to the `hub` command, known from their manifests alone."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hub.errors import HubError, PluginError
from hub.plugin_host.fault import describe_fault
from hub.plugin_host.importing import import_entry
from hub.plugin_host.manifest import Manifest


class PluginCommand(msgspec.Struct, frozen=True):
    """`hub NAME …`, brought by a plugin and imported only when it is called."""

    name: str
    manifest: Manifest
    target: str
    """`module:typer_app`"""


def find_commands(manifests: Iterable[Manifest]) -> Mapping[str, PluginCommand]:
    """The commands of the plugins that can be used, by name; imports nothing."""
    usable = (manifest for manifest in manifests if not (manifest.problem or manifest.off))
    return {
        name: PluginCommand(name, manifest, target) for manifest in usable for name, target in manifest.commands.items()
    }


def load_command(command: PluginCommand) -> Any:
    """Import a command's typer application. Raises `PluginError`, with the line of the plugin's code."""
    manifest = command.manifest
    try:
        return import_entry(manifest, command.target)
    except HubError:
        raise
    # A plugin may raise anything while it is imported; the person who called the command is told.
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"The command '{command.name}' of the plugin '{manifest.id}' cannot be loaded: "
            f"{describe_fault(error, manifest.root)}",
            hint=f"Ask its owner: {manifest.owner}.",
        ) from error
