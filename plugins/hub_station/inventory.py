"""What is on a computer, part by part, as settings: `part/name` → value."""

from collections.abc import Callable, Iterator
from importlib.metadata import distributions, entry_points
from importlib.util import find_spec
from pathlib import Path

from hub.api import ProtocolError, Unsupported
from hub_station.files import UNREADABLE, Files
from hub_station.options import Part, StationOptions
from hub_station.parse import Home, parse_autostart, parse_homes, parse_packages, shown

_PLUGINS = "watchroom.plugins"
_MOST = 20_000
_CRON = ("etc/cron.d", "etc/cron.hourly", "etc/cron.daily", "etc/cron.weekly", "etc/cron.monthly")
_CRON_FILES = ("etc/crontab", "etc/anacrontab", "etc/rc.local")
_PROGRAMS = ("usr/local/bin", "usr/local/sbin")
_OWN_SUFFIXES = frozenset({".py", ".pyi", ".toml", ".tcss", ".mo", ".json", ".typed", ".html", ".js", ".css", ".so"})

Entries = Iterator[tuple[str, str]]


def take_inventory(options: StationOptions, going_on: Callable[[], object]) -> dict[str, str]:
    """Everything that is compared. Raises `Unsupported` for a part that this computer does not have."""
    files = Files(options.root, going_on)
    found: dict[str, str] = {}
    for part in options.compare:
        for name, value in _PARTS[part](files, options, going_on):
            found[f"{part}/{shown(name)}"] = value[:1000]
            if len(found) > _MOST:
                raise ProtocolError(f"There is more than {_MOST} to compare.", hint="Leave out a part: see `compare`.")
    return found


def _packages(files: Files, options: StationOptions, going_on: Callable[[], object]) -> Entries:
    for name, version in parse_packages(files.text("var/lib/dpkg/status")).items():
        yield name, version if options.versions else "installed"
    for name in files.names("var/lib/snapd/snaps") or ():
        if name.endswith(".snap"):
            base, _, revision = name.removesuffix(".snap").rpartition("_")
            yield f"snap:{base or name}", revision if options.versions else "installed"
    for name in files.names("var/lib/flatpak/app") or ():
        yield f"flatpak:{name}", "installed"


def _homes(files: Files) -> tuple[Home, ...]:
    return parse_homes(files.text("etc/passwd"))


def _autostart(files: Files, options: StationOptions, going_on: Callable[[], object]) -> Entries:
    places = [("everybody", "etc/xdg/autostart")]
    places += [(home.user, f"{home.folder}/.config/autostart") for home in _homes(files)]
    for user, folder in places:
        names = files.names(folder)
        if names is None:
            yield user, UNREADABLE
        for name in names or ():
            value = files.value(f"{folder}/{name}")
            if name.endswith(".desktop") and value is not None:
                yield f"{user}:{name}", _started(files, f"{folder}/{name}", value)


def _started(files: Files, path: str, value: str) -> str:
    if not value.startswith("sha256:"):
        return value
    try:
        # The command for those who read it; the hash for what else the file says.
        return f"{parse_autostart(files.text(path))} ({value[:23]})"
    except (ProtocolError, Unsupported):
        return value


def _units(files: Files, options: StationOptions, going_on: Callable[[], object]) -> Entries:
    places = [("system", "etc/systemd/system"), ("everybody", "etc/systemd/user")]
    places += [(home.user, f"{home.folder}/.config/systemd/user") for home in _homes(files)]
    for whose, folder in places:
        for name, value in files.walk(folder):
            yield f"{whose}:{name}", value


def _cron(files: Files, options: StationOptions, going_on: Callable[[], object]) -> Entries:
    for path in _CRON_FILES:
        value = files.value(path)
        if value is not None:
            yield path, value
    for folder in (*_CRON, "var/spool/cron/crontabs"):
        for name, value in files.walk(folder, deep=1):
            yield f"{folder}/{name}", value


def _programs(files: Files, options: StationOptions, going_on: Callable[[], object]) -> Entries:
    """What was put there without a package."""
    for folder in _PROGRAMS:
        for name, value in files.walk(folder):
            yield f"{folder}/{name}", value
    for name in files.names("opt") or ():
        yield f"opt/{name}", files.value(f"opt/{name}") or "folder"


def _python(files: Files, options: StationOptions, going_on: Callable[[], object]) -> Entries:
    """The libraries that this hub runs with."""
    found = {one.metadata["Name"]: one.version for one in distributions() if one.metadata["Name"]}
    yield from sorted(found.items())


def _hub(files: Files, options: StationOptions, going_on: Callable[[], object]) -> Entries:
    """The files of the hub that runs, and of its plugins."""
    own = Files(Path("/"), going_on)
    packages = {"hub", *(one.module.partition(".")[0] for one in entry_points(group=_PLUGINS))}
    for package in sorted(packages):
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            for name, value in own.walk(str(Path(folder).resolve()), deep=12, most=_MOST):
                if Path(name).suffix in _OWN_SUFFIXES:
                    yield f"{package}/{name}", value


_PARTS: dict[Part, Callable[[Files, StationOptions, Callable[[], object]], Entries]] = {
    "packages": _packages,
    "autostart": _autostart,
    "units": _units,
    "cron": _cron,
    "programs": _programs,
    "python": _python,
    "hub": _hub,
}
