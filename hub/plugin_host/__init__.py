"""Finds, loads and watches over plugins.

found = discover(path=site / "plugins", disabled=["mail"])   # reads manifests, imports nothing
host = PluginHost()
host.load(found)                                             # each on its own; faults end in host.plugins
camera = host.build_camera("rtsp", options, build_context("rtsp", …))
"""

from hub.plugin_host.commands import PluginCommand, find_commands, load_command
from hub.plugin_host.discovery import GROUP, ONLY, discover, manifest_of
from hub.plugin_host.host import Loaded, PluginHost, PluginState, build_context, unloaded
from hub.plugin_host.manifest import Kind, Manifest
from hub.plugin_host.registration import Offer, Registered, RegisteredFinder, RegisteredVendor
from hub.plugin_host.rows import PluginRow, plugin_rows

__all__ = [
    "GROUP",
    "ONLY",
    "Kind",
    "Loaded",
    "Manifest",
    "Offer",
    "PluginCommand",
    "PluginHost",
    "PluginRow",
    "PluginState",
    "Registered",
    "RegisteredFinder",
    "RegisteredVendor",
    "build_context",
    "discover",
    "find_commands",
    "load_command",
    "manifest_of",
    "plugin_rows",
    "unloaded",
]
