"""Takes up saved files while the hub runs: a good one at once, a broken one never."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import structlog

from hub.automation.model import Rule
from hub.clock import Clock
from hub.config.beside.files import FILES as FILES_BESIDE
from hub.config.beside.files import Beside, load_beside, rules_beside
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import FILE, check_plugin_tables, load_site
from hub.config.problems import errors_of, in_both
from hub.core.catalogue import ConfigAccepted, ConfigRejected, RulePrint, RulesLoaded
from hub.core.event import Draft
from hub.core.state import State
from hub.core.text import Text
from hub.errors import ConfigError, SiteError
from hub.runtime.duties.assets import use_scheme
from hub.runtime.duties.reviews import use_assessment
from hub.runtime.rules.in_force import keep_rules

if TYPE_CHECKING:
    from hub.runtime.hub import Hub

log = structlog.get_logger("reload")


class Reload:
    """Keeps the last good version of every file in force."""

    def __init__(self, hub: "Hub", clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self._config = hub.parts.config

    async def files_changed(self, names: set[str]) -> None:
        """Files of the site were saved, added or removed."""
        log.info("files_changed", files=sorted(names))
        if FILE in names:
            await self._site()
        await self._rules(await self._beside())

    async def rules_in_force(self, files: Mapping[str, tuple[Rule, ...]], *, broken: Sequence[str]) -> None:
        """Put these rules in force and on record; a file that is no longer there loses its rules. Of the `broken`
        files an earlier version is in force."""
        # What came due this very moment under rules that change now.
        await self._hub.schedules.catch_up()
        self._hub.use_rules(dict(files))
        await asyncio.to_thread(keep_rules, self._hub.parts.folder, self._hub.parts.data, broken=broken)

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
            await self._rejected(FILE, [in_both(problem) for problem in error.problems])
            return
        except SiteError as error:
            await self._rejected(FILE, [Text(en=str(error))])
            return
        tables = check_plugin_tables(config, self._hub.parts.host)
        if errors := [problem for problem in errors_of(tables.problems) if not problem.plugin]:
            await self._rejected(FILE, [in_both(problem) for problem in errors])
            return
        await self._accepted(FILE)
        services = self._hub.parts.tables.services, tables.services
        self._hub.backend.messages = waits_for_restart(self._hub.parts.config, config, services)
        for message in self._hub.backend.messages:
            log.warning("restart_needed", message=message)
        self._config = config
        await self._hub.use_site(config, tables)

    async def _beside(self) -> Beside:
        """Calendar, roster and rounds, each by itself; of a broken one the last good version goes on."""
        hub, today = self._hub, self._clock.now().date()
        beside = await asyncio.to_thread(load_beside, hub.parts.folder, self._config, today)
        if beside.calendar is not None:
            await hub.schedules.use_calendar(beside.calendar)
        if beside.roster is not None:
            await hub.duty.use_roster(beside.roster)
        if beside.rounds is not None:
            await hub.duty.use_rounds(beside.rounds.kinds)
        if beside.replacement is not None:
            await use_scheme(hub.core, beside.replacement.scheme)
        if beside.assessment is not None:
            await use_assessment(hub.core, beside.assessment.scheme)
        return beside

    async def _rules(self, beside: Beside) -> None:
        # Every file is read again: a route or camera that is new in hub.toml may make a broken one good.
        found = rules_beside(self._hub.parts.folder, beside)
        problems = {file: beside.problems_of(file) for file in FILES_BESIDE if file in beside.broken}
        problems |= {file: list(found.problems[file]) for file in found.broken}
        in_force = {rule.file for rule in self._hub.rules}
        files: dict[str, tuple[Rule, ...]] = dict(found.files)
        for file, said in problems.items():
            await self._rejected(file, [in_both(problem) for problem in errors_of(said)])
        for file in {*problems, *found.waiting} & in_force:
            files[file] = tuple(rule for rule in self._hub.rules if rule.file == file)
        for file in [*self._hub.core.state.config_problems]:
            if file != FILE and file not in problems:  # mended, or taken away
                await self._accepted(file)
        self._hub.variables = {**(self._hub.variables if found.broken else {}), **found.variables}
        await self.rules_in_force(files, broken=(*problems, *found.waiting))

    async def _rejected(self, file: str, problems: list[Text]) -> None:
        told = [problem.en for problem in problems]
        log.error("file_rejected", file=file, problems=told, doing="the last good version goes on")
        event = ConfigRejected(file=file, problems=problems)
        await self._hub.core.propose(
            lambda state: [] if state.config_problems.get(file) == problems else [Draft(event, actor="hub")]
        )

    async def _accepted(self, file: str) -> None:
        event = ConfigAccepted(file=file)
        await self._hub.core.propose(lambda state: [Draft(event, actor="hub")] if file in state.config_problems else [])


def waits_for_restart(
    started: SiteConfig, now: SiteConfig, services: tuple[Mapping[str, object], Mapping[str, object]] = ({}, {})
) -> list[str]:
    """What of a changed hub.toml is in force only after a restart, in a sentence for staff. `services`: the options of
    the services that were started, and as they are now."""
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
            ("[[storages]]", started.storages, now.storages),
            ("[plugins] path", started.plugins.path, now.plugins.path),
            ("[plugins] disabled", started.plugins.disabled, now.plugins.disabled),
        )
        if before != after
    ]
    running, wanted = services
    waits += [f"[plugins.{name}]" for name in sorted({*running, *wanted}) if running.get(name) != wanted.get(name)]
    return [f"Restart the hub to put the change of {', '.join(waits)} in force."] if waits else []
