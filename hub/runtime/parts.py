"""A site read from its folder: hub.toml, plugins and rules, checked together. Used to run it and to check it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel

from hub.clock import SystemClock
from hub.config.beside.files import load_beside, rules_beside
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import FILE, PluginTables, check_plugin_tables, load_site
from hub.config.problems import Problem, errors_of
from hub.config.rules.file import RuleSet
from hub.core.assets.scheme import Scheme
from hub.core.calendar import Calendar
from hub.core.duty.roster import Roster
from hub.core.reviews.scheme import Scheme as Assessment
from hub.core.rounds.kinds import RoundKind
from hub.core.saying import saying, verbatim
from hub.errors import ConfigError, SiteError
from hub.plugin_host import PluginHost, PluginState, discover
from hub.runtime.backup.swap import require_whole
from hub.secret import Secret


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a site's files say. `problems` holds errors and warnings of all files."""

    folder: Path
    config: SiteConfig
    host: PluginHost
    tables: PluginTables
    rules: RuleSet
    calendar: Calendar
    """An ordinary one where rules/calendar.toml cannot be used."""
    roster: Roster = Roster()
    """An empty one where rules/roster.toml cannot be used."""
    rounds: tuple[RoundKind, ...] = ()
    replacement: Scheme | None = None
    """By what replacements are proposed; None where rules/replacement.toml is not there or cannot be used."""
    assessment: Assessment | None = None
    """By what people are reviewed; None where rules/assessment.toml is not there or cannot be used."""
    problems: Sequence[Problem]

    @property
    def data(self) -> Path:
        return self.folder / self.config.site.data


def load_plugins(folder: Path, config: SiteConfig) -> PluginHost:
    """The site's plugins, each loaded on its own. Never raises for a fault of a plugin."""
    path = folder / config.plugins.path if config.plugins.path else None
    host = PluginHost()
    host.load(discover(path, config.plugins.disabled))
    return host


def load_parts(folder: Path, host: PluginHost | None = None) -> Parts:
    """Read a site. Raises `SiteError` when there is none, `ConfigError` when hub.toml itself cannot be used.

    Problems of plugin tables and rules are in `problems`, so that all of them can be told at once. `host`: plugins
    that are loaded already.
    """
    require_whole(folder)
    config = load_site(folder)
    host = host or load_plugins(folder, config)
    tables = check_plugin_tables(config, host)
    beside = load_beside(folder, config, SystemClock().now().date())
    rules = rules_beside(folder, beside)
    problems = [
        *config.warnings,
        *tables.problems,
        *(problem for found in rules.problems.values() for problem in found),
        *beside.problems,
        *_failed_plugins(host),
        *_missing_secrets(tables, folder),
    ]
    return Parts(
        folder=folder,
        config=config,
        host=host,
        tables=tables,
        rules=rules,
        calendar=beside.calendar or Calendar(),
        roster=beside.roster or Roster(),
        rounds=beside.rounds.kinds if beside.rounds is not None else (),
        replacement=beside.replacement.scheme if beside.replacement is not None else None,
        assessment=beside.assessment.scheme if beside.assessment is not None else None,
        problems=problems,
    )


def _failed_plugins(host: PluginHost) -> Iterator[Problem]:
    for name, loaded in host.plugins.items():
        if loaded.state is PluginState.FAILED:
            message = saying("the plugin failed: {reason}", reason=loaded.reason)
            yield Problem(file=f"plugin {name}", message=message, level="warning", plugin=name)


def _missing_secrets(tables: PluginTables, folder: Path) -> Iterator[Problem]:
    """What is to be read from the environment or from files and is not there; the hub runs, that part will not."""
    options: list[tuple[str, Any]] = [(f"cameras.{name}", model) for name, model in tables.cameras.items()]
    options += [(f"devices.{name}", device.connection) for name, device in tables.devices.items()]
    options += [(f"plugins.{name}", model) for name, model in {**tables.notifiers, **tables.services}.items()]
    options += [(f"storages.{name}", storage.options) for name, storage in tables.storages.items()]
    options += [(f"routes.{name}", d.target) for name, deliveries in tables.routes.items() for d in deliveries]
    while options:
        key, value = options.pop(0)
        if isinstance(value, Secret) and value.by_reference:
            try:
                value.reveal(folder)
            except SiteError as error:
                yield Problem(
                    file=FILE,
                    key=key,
                    message=verbatim(error.message.rstrip(".")),
                    hint=verbatim(error.hint),
                    level="warning",
                )
        elif isinstance(value, BaseModel):
            options += [(f"{key}.{name}", getattr(value, name)) for name in type(value).model_fields]


def require_sound(parts: Parts) -> None:
    """Raise `ConfigError` with every problem when one of them is an error.

    What a failed plugin would have brought is no reason to stop: the site runs without it, and says so.
    """
    errors = [problem for problem in errors_of(parts.problems) if not problem.plugin]
    if errors:
        raise ConfigError(errors)
