"""Imports what a plugin names: installed ones as usual, those in the site's folder from where they lie."""

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any, cast

from hub.errors import PluginError
from hub.plugin_host.manifest import Manifest


def import_entry(manifest: Manifest, entry: str) -> Any:
    """What `entry` (`module` or `module:attribute`) of a plugin names. Raises whatever the plugin raises."""
    module_name, _, attribute = (part.strip() for part in entry.partition(":"))
    if manifest.dropped_in:
        _import_from(manifest)
    module = importlib.import_module(module_name)
    return getattr(module, attribute) if attribute else module


def _import_from(manifest: Manifest) -> None:
    """Import a plugin that lies in the site's folder under its own name, so that its modules find each other.

    The folder itself is kept off `sys.path`: what else lies there must not hide an installed module.
    """
    name, root = manifest.package, cast(Path, manifest.root)
    if name in sys.modules:
        return
    file = root / "__init__.py" if root.is_dir() else root
    inside = [str(root)] if root.is_dir() else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=inside)
    if spec is None or spec.loader is None:
        raise PluginError(f"{file} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
