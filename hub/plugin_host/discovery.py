"""Finds the plugins of a site without importing any of them.

Two places are searched: the entry points of the installed distributions (group `watchroom.plugins`), and the folder
that hub.toml names as `[plugins] path`, in which each folder and each `.py` file is a plugin, unless
its name begins with `_` or `.`.
A plugin that cannot be used is found all the same, with the reason, so that it is seen.
"""

import importlib.metadata
import importlib.util
import keyword
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from msgspec.structs import replace

from hub.core.text import Text
from hub.errors import PluginError, SiteError
from hub.hookspecs import API_VERSION, PROJECT
from hub.plugin_host.fault import shorten
from hub.plugin_host.manifest import LONGEST_MANIFEST, Manifest, PluginToml, parse_block, parse_plugin_toml

GROUP = f"{PROJECT}.plugins"
ONLY = "HUB_ONLY_PLUGINS"
"""Environment variable: load these plugins (ids, with commas) and no others, to find the one that makes trouble."""

_MOST_IN_FOLDER = 200


def discover(path: Path | None = None, disabled: Sequence[str] = ()) -> list[Manifest]:
    """Every plugin that is installed or lies in the folder `path`, in the order of their ids; imports none.

    Those named in `disabled`, or left out by `HUB_ONLY_PLUGINS`, are among them with `.off` set. Raises `SiteError`
    when `HUB_ONLY_PLUGINS` names a plugin that is not there.
    """
    found = [*_installed(), *(_in_folder(path) if path else ())]
    return _switch(_unique(found), disabled, os.environ)


def manifest_of(entry: str, *, name: str = "", source: str = "named by a test") -> Manifest:
    """The manifest of the installed plugin that `entry` (`module`, or `module:attribute`) names; imports nothing."""
    name = name or entry.partition(":")[0].rpartition(".")[2]
    try:
        root = _locate(entry)
    except PluginError as error:
        return _broken(name, entry=entry, source=source, problem=str(error))
    return _read(name, root, entry=entry, source=source)


def _installed() -> Iterator[Manifest]:
    for point in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda point: point.name):
        source = f"{point.dist.name} {point.dist.version}" if point.dist else "an entry point"
        yield manifest_of(point.value, name=point.name, source=source)


def _locate(entry: str) -> Path:
    """The folder or file of an entry point's module, found without importing it or the packages above it."""
    module = entry.partition(":")[0].strip()
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError) as error:
        raise PluginError(f"The module {top} cannot be looked up: {shorten(str(error))}.") from error
    if spec is None:
        raise PluginError(f"The module {module} is not there.", hint="Install the plugin again.")
    if not rest and not spec.submodule_search_locations and spec.origin:
        return Path(spec.origin).absolute()
    for location in spec.submodule_search_locations or ():
        folder = Path(location, *rest)
        for root in (folder, folder.with_suffix(".py")):
            if root.exists():
                return root.absolute()
    raise PluginError(f"The module {module} is not there.", hint="Install the plugin again.")


def _in_folder(path: Path) -> Iterator[Manifest]:
    try:
        entries = sorted(entry for entry in path.absolute().iterdir() if _is_candidate(entry))
    except OSError as error:
        problem = f"The folder {path} of `[plugins] path` cannot be read: {error.strerror}."
        yield _broken(path.name, entry="", source=str(path), problem=problem)
        return
    for root in entries[:_MOST_IN_FOLDER]:
        module = root.name if root.is_dir() else root.stem
        found = _read(module, root, entry=module, source=str(root))
        yield replace(found, dropped_in=True, problem=found.problem or _name_problem(module, root))
    for root in entries[_MOST_IN_FOLDER:]:
        problem = f"A plugin folder holds {_MOST_IN_FOLDER} plugins at most."
        yield _broken(root.stem, entry=root.stem, source=str(root), problem=problem)


def _is_candidate(entry: Path) -> bool:
    return not entry.name.startswith((".", "_")) and (entry.suffix == ".py" or entry.is_dir())


def _name_problem(module: str, root: Path) -> str:
    if not module.isidentifier() or keyword.iskeyword(module):
        return f"'{module}' cannot be imported: use letters, digits and _ in the name of the folder or file."
    loaded = sys.modules.get(module)
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
        taken = not (file and Path(file).is_relative_to(root))
    else:
        taken = importlib.util.find_spec(module) is not None
    return f"The name {module} is taken by another module: rename it, hub_{module} say." if taken else ""


def _read(name: str, root: Path, *, entry: str, source: str) -> Manifest:
    try:
        toml = _load(root)
    except PluginError as error:
        return _broken(name, entry=entry, source=source, problem=shorten(str(error)), root=root)
    return Manifest(
        id=toml.id,
        title=toml.title if isinstance(toml.title, Text) else Text(en=toml.title),
        entry=entry,
        source=source,
        root=root,
        version=toml.version,
        api=toml.api,
        kinds=toml.kinds,
        owner=toml.owner,
        docs=toml.docs,
        commands=toml.commands,
        problem=_api_problem(toml.api) or _command_problem(toml.commands, entry),
    )


def _load(root: Path) -> PluginToml:
    packed = root.is_dir()
    file = root / "plugin.toml" if packed else root
    shown = f"{root.name}/plugin.toml" if packed else root.name
    try:
        if not file.is_file():
            raise PluginError(f"{shown} is missing.", hint="docs/plugins/index.md lists the keys of plugin.toml.")
        with file.open(encoding="utf-8") as stream:
            text = stream.read(LONGEST_MANIFEST)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise PluginError(f"{shown} cannot be read: {reason}.") from error
    return parse_plugin_toml(text, shown) if packed else parse_block(text, shown)


def _api_problem(api: int) -> str:
    if api == API_VERSION:
        return ""
    update = "the hub" if api > API_VERSION else "the plugin"
    return f"It was written for version {api} of hub.api; this hub has version {API_VERSION}. Update {update}."


def _command_problem(commands: Mapping[str, str], entry: str) -> str:
    package = entry.partition(":")[0].strip()
    for command, target in commands.items():
        if not f"{target.partition(':')[0]}.".startswith(f"{package}."):
            return f"Its command '{command}' is '{target}', which is not in its own package {package}."
    return ""


def _broken(name: str, *, entry: str, source: str, problem: str, root: Path | None = None) -> Manifest:
    plain = "".join(letter if letter.isalnum() or letter in "_-" else "_" for letter in name.lower())
    plain = plain.removeprefix("hub_")[:40] or "unnamed"
    return Manifest(id=plain, title=Text(en=name), entry=entry, source=source, root=root, problem=problem)


def _unique(found: Sequence[Manifest]) -> list[Manifest]:
    """Those that come later with an id that is taken keep out, under an id of their own."""
    taken: dict[str, Manifest] = {}
    for one in found:
        other = taken.get(one.id)
        if other is not None:
            problem = one.problem or f"The id '{one.id}' is taken by the plugin from {other.source}."
            number = next(n for n in range(2, len(found) + 2) if f"{one.id}-{n}" not in taken)
            one = replace(one, id=f"{one.id}-{number}", problem=problem)
        taken[one.id] = one
    return _unique_commands([taken[name] for name in sorted(taken)])


def _unique_commands(found: Sequence[Manifest]) -> list[Manifest]:
    owners: dict[str, str] = {}
    checked: list[Manifest] = []
    for one in found:
        if not one.problem:
            clash = next((command for command in one.commands if command in owners), None)
            if clash is not None:
                one = replace(one, problem=f"Its command '{clash}' is one of the plugin '{owners[clash]}'.")
            else:
                owners.update(dict.fromkeys(one.commands, one.id))
        checked.append(one)
    return checked


def _switch(found: list[Manifest], disabled: Sequence[str], environment: Mapping[str, str]) -> list[Manifest]:
    only = {name.strip() for name in environment.get(ONLY, "").split(",") if name.strip()}
    ids = [one.id for one in found]
    for name in sorted(only.difference(ids)):
        near = get_close_matches(name, ids, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(ids)}."
        raise SiteError(f"{ONLY} names the plugin '{name}', which is not there.", hint=hint)

    def off(one: Manifest) -> str:
        if one.id in disabled:
            return "disabled in hub.toml"
        return f"left out by {ONLY}" if only and one.id not in only else ""

    return [replace(one, off=off(one)) for one in found]
