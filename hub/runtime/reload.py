"""Takes up saved files while the hub runs: a good one at once, a broken one never."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from hub.automation.model import Rule
from hub.config.load import FILE, check_plugin_tables, load_site
from hub.config.problems import errors_of
from hub.config.rulefile import known_of, load_rules
from hub.config.site import SiteConfig
from hub.core.catalogue import ConfigAccepted, ConfigRejected, RulePrint, RulesLoaded
from hub.core.event import Draft
from hub.core.state import State
from hub.errors import ConfigError, SiteError

if TYPE_CHECKING:
    from hub.runtime.hub import Hub

log = structlog.get_logger("reload")


class Reload:
    """Keeps the last good version of every file in force."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._config = hub.parts.config

    async def files_changed(self, names: set[str]) -> None:
        """Files of the site were saved, added or removed."""
        log.info("files_changed", files=sorted(names))
        if FILE in names:
            await self._site()
        await self._rules()

    async def rules_in_force(self, files: Mapping[str, tuple[Rule, ...]]) -> None:
        """Put these rules in force and on record; a file that is no longer there loses its rules."""
        self._hub.use_rules(dict(files))

        def think(state: State) -> list[Draft]:
            wanted = {file: [RulePrint(rule.id, rule.digest) for rule in rules] for file, rules in files.items()}
            gone: dict[str, list[RulePrint]] = {file: [] for file in state.rule_files if file not in wanted}
            return [
                Draft(RulesLoaded(file=file, rules=rules), actor="hub")
                for file, rules in {**gone, **wanted}.items()
                if state.rule_files.get(file, []) != rules
            ]

        await self._hub.core.propose(think)
        await self._hub.schedules.catch_up()

    async def _site(self) -> None:
        try:
            config = load_site(self._hub.parts.folder)
        except ConfigError as error:
            await self._rejected(FILE, [str(problem) for problem in error.problems])
            return
        except SiteError as error:
            await self._rejected(FILE, [str(error)])
            return
        tables = check_plugin_tables(config, self._hub.parts.host)
        if errors := [problem for problem in errors_of(tables.problems) if not problem.plugin]:
            await self._rejected(FILE, [str(problem) for problem in errors])
            return
        await self._accepted(FILE)
        self._hub.backend.messages = waits_for_restart(self._hub.parts.config, config)
        self._config = config
        await self._hub.use_site(config, tables)

    async def _rules(self) -> None:
        # Every file is read again: a route or camera that is new in hub.toml may make a broken one good.
        found = load_rules(self._hub.parts.folder, known_of(self._config))
        in_force = {rule.file for rule in self._hub.rules}
        files: dict[str, tuple[Rule, ...]] = dict(found.files)
        for file in found.broken:
            await self._rejected(file, [str(problem) for problem in errors_of(found.problems[file])])
            if file in in_force:
                files[file] = tuple(rule for rule in self._hub.rules if rule.file == file)
        for file in [*self._hub.core.state.config_problems]:
            if file != FILE and file not in found.broken:  # mended, or taken away
                await self._accepted(file)
        await self.rules_in_force(files)

    async def _rejected(self, file: str, problems: list[str]) -> None:
        log.error("file_rejected", file=file, problems=problems, doing="the last good version goes on")
        event = ConfigRejected(file=file, problems=problems)
        await self._hub.core.propose(
            lambda state: [] if state.config_problems.get(file) == problems else [Draft(event, actor="hub")]
        )

    async def _accepted(self, file: str) -> None:
        event = ConfigAccepted(file=file)
        await self._hub.core.propose(lambda state: [Draft(event, actor="hub")] if file in state.config_problems else [])


def waits_for_restart(started: SiteConfig, now: SiteConfig) -> list[str]:
    """What of a changed hub.toml is in force only after a restart, in a sentence for staff."""
    waits = [
        name
        for name, before, after in (
            ("[site] timezone", started.site.timezone, now.site.timezone),
            ("[site] language", started.site.language, now.site.language),
            ("[site] data", started.site.data, now.site.data),
            ("[journal]", started.journal, now.journal),
            ("[api]", started.api, now.api),
            ("[watch] workers", started.watch.workers, now.watch.workers),
            ("[recording] folder", started.recording.folder, now.recording.folder),
            ("[plugins] path", started.plugins.path, now.plugins.path),
            ("[plugins] disabled", started.plugins.disabled, now.plugins.disabled),
        )
        if before != after
    ]
    return [f"Restart the hub to put the change of {', '.join(waits)} in force."] if waits else []
