"""The composition root: puts the parts of a hub together, starts them in order, stops them in reverse."""

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from msgspec.structs import replace

from hub import __version__
from hub.automation.engine import RuleIndex, build_index
from hub.automation.model import Rule
from hub.clock import Clock
from hub.config.load import PluginTables
from hub.config.site import SiteConfig, core_site
from hub.core.catalogue import (
    ClockStepped,
    HubStarted,
    HubStopped,
    PluginFailed,
    PluginReady,
    ScheduleDue,
    ScheduleMissed,
    SiteConfigured,
)
from hub.core.event import Draft, Record
from hub.core.state import State
from hub.errors import PluginError, SiteError, Unsupported
from hub.journal.log import Journal
from hub.plugin_host.host import PluginState, build_context
from hub.ports import CameraDriver, Notifier, PluginContext, Service, StreamSpec
from hub.runtime import systemd
from hub.runtime.backend import HubBackend
from hub.runtime.clock_watch import watch_clock
from hub.runtime.core_loop import CoreLoop
from hub.runtime.effects import EffectRunner
from hub.runtime.file_watch import prints, watch_files
from hub.runtime.parts import Parts
from hub.runtime.reload import Reload
from hub.runtime.scheduler import Scheduler, missed
from hub.runtime.watching import Watching
from hub.server.serve import ApiServer
from hub.watch.messages import WatchSettings
from hub.watch.pool import WatchPool

log = structlog.get_logger("hub")


class Hub:
    """A running site. Make it with `Hub(parts, clock)` and `await run()`; `request_stop` ends it."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self.parts = parts
        self._clock = clock
        self._config = parts.config
        self._tables = parts.tables
        self._rules: dict[str, tuple[Rule, ...]] = dict(parts.rules.files)
        self._stop = asyncio.Event()
        self._stop_reason = ""

    def request_stop(self, reason: str) -> None:
        """End the hub; the reason goes on record."""
        self._stop_reason = self._stop_reason or reason
        self._stop.set()

    async def run(self) -> None:
        """Run until somebody asks to stop. Raises `SiteError` or `JournalError` when it cannot start."""
        log.info("starting", version=__version__, site=str(self.parts.folder))
        async with AsyncExitStack() as stack:
            await self._start(stack)
            systemd.notify("READY=1")
            log.info("ready", site=self._config.site.name.en, cameras=len(self._config.cameras))
            await self._stop.wait()
            systemd.notify("STOPPING=1")
            log.info("stopping", reason=self._stop_reason)
        log.info("stopped")

    async def _start(self, stack: AsyncExitStack) -> None:
        parts = self.parts
        self._make_folders()
        kept_in = self._config.journal.store
        # The journal is the site's, not the plugin's: it lies in the data folder itself.
        context = replace(self._context(parts.host.stores[kept_in].plugin), data=parts.data)
        store = parts.host.build_store(kept_in, self._tables.store, context)
        self.journal = journal = Journal(store, self._clock)
        await journal.start()
        stack.push_async_callback(journal.stop)
        newest = await asyncio.to_thread(journal.read_last, 1)

        self.core = core = CoreLoop(journal, self._clock, targets=self._recipients)
        await core.start(self._index())
        stack.push_async_callback(core.stop)
        stack.push_async_callback(self._record_stop)
        self.watching = Watching(core, self._clock)
        self.effects = EffectRunner(
            core,
            journal,
            self._clock,
            evidence=parts.data / "evidence",
            language=self._config.site.language,
            site=core_site(self._config).name,
        )
        self.scheduler = Scheduler(self._clock, self._config.site.timezone, self._schedule_due, self.catch_up)
        self.backend = HubBackend(
            journal=journal,
            core=core,
            watching=self.watching,
            effects=self.effects,
            host=parts.host,
            clock=self._clock,
            store=self._config.journal.store,
            timezone=self._config.site.timezone,
            evidence=parts.data / "evidence",
            rules=lambda: self.rules,
            next_due=self.scheduler.next_due,
        )
        core.on_change = self._changed
        core.on_message = self.effects.poke
        self.watching.on_pulse = self.backend.pulse

        await self._record_start()
        self.reload = Reload(self)
        await self.reload.rules_in_force(self._rules)
        await self._start_services(stack)
        await self._use_notifiers()
        await self.effects.start()
        stack.push_async_callback(self.effects.stop)

        self.pool = WatchPool(
            workers=self._config.watch.workers,
            folder=parts.data,
            clock=self._clock,
            on_status=self.watching.take_status,
            on_worker=self.watching.take_worker,
            on_learned=self.watching.take_learned,
        )
        await self.pool.start()
        stack.push_async_callback(self.pool.stop)
        self.watching.use_pool(self.pool)
        await self.order_cameras()
        stack.push_async_callback(self.watching.stop)

        await self.scheduler.start()
        stack.push_async_callback(self.scheduler.stop)
        self._go(stack, watch_clock(self._clock, core, newest[-1].seen_at if newest else None))
        self._go(stack, watch_files(parts.folder, prints(parts.folder), self.reload.files_changed))
        self._go(stack, self.backend.keep_counting())
        self._go(stack, systemd.keep_watchdog(lambda: not journal.blocked))
        server = ApiServer(self.backend, parts.data, tcp=self._config.api.tcp)
        await server.start()
        stack.push_async_callback(server.stop)
        self._catch_signals(stack)

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules in force."""
        return [rule for rules in self._rules.values() for rule in rules]

    def use_rules(self, files: dict[str, tuple[Rule, ...]]) -> None:
        """Put rules in force, for events and for schedules."""
        self._rules = files
        self.core.use_rules(self._index())
        self.scheduler.arm(self.rules)

    def _index(self) -> RuleIndex:
        return build_index(self.rules, zone=ZoneInfo(self._config.site.timezone))

    async def use_site(self, config: SiteConfig, tables: PluginTables) -> None:
        """Put a changed hub.toml in force, as far as that goes without a restart."""
        self._config, self._tables = config, tables
        site = core_site(config)
        await self.core.propose(lambda state: _site_drafts(state, SiteConfigured(site=site)))
        await self._use_notifiers()
        await self.order_cameras()

    async def order_cameras(self) -> None:
        """Watch the cameras of hub.toml."""
        drivers: dict[str, CameraDriver] = {}
        settings: dict[str, WatchSettings] = {}
        for camera in self._config.cameras:
            options = self._tables.cameras.get(camera.id)
            offer = self.parts.host.cameras.get(camera.driver)
            try:
                if options is None or offer is None:
                    raise PluginError(f"The driver {camera.driver} is not working; see `hub plugins list`.")
                drivers[camera.id] = self.parts.host.build_camera(camera.driver, options, self._context(offer.plugin))
            except PluginError as error:
                drivers[camera.id] = _Broken(error)
            settings[camera.id] = watch_settings(self._config, camera.id)
        await self.watching.order(drivers, settings)

    async def _use_notifiers(self) -> None:
        notifiers: dict[str, Notifier] = {}
        for name, options in self._tables.notifiers.items():
            offer = self.parts.host.notifiers[name]
            try:
                notifiers[name] = self.parts.host.build_notifier(name, options, self._context(offer.plugin))
            except PluginError as error:
                await self._plugin_failed(offer.plugin, str(error))
        self.effects.notifiers = notifiers
        self.effects.routes = self._tables.routes

    async def _start_services(self, stack: AsyncExitStack) -> None:
        for name, options in self._tables.services.items():
            offer = self.parts.host.services[name]
            try:
                service: Service = self.parts.host.build_service(name, options, self._context(offer.plugin))
                stack.push_async_callback(self._stop_service, name, service)
                await asyncio.wait_for(service.start(), 60)
            except Exception as error:  # a plugin may raise anything; it costs itself only
                log.exception("service_not_started", service=name)
                self.parts.host.mark_failed(offer.plugin, error)
                await self._plugin_failed(offer.plugin, self.parts.host.plugins[offer.plugin].reason)

    async def _stop_service(self, name: str, service: Service) -> None:
        try:
            await asyncio.wait_for(service.stop(), 5)
        except Exception:  # the hub ends all the same
            log.exception("service_not_stopped", service=name)

    async def _plugin_failed(self, plugin: str, reason: str) -> None:
        await self.core.propose(lambda state: [Draft(PluginFailed(plugin=plugin, reason=reason), actor="hub")])

    async def _record_start(self) -> None:
        site = core_site(self._config)

        def think(state: State) -> list[Draft]:
            last = "first" if state.position == 0 else "unclean" if state.running else "clean"
            started = HubStarted(version=__version__, last_stop=last)  # type: ignore[arg-type]
            return [Draft(started, actor="hub"), *_site_drafts(state, SiteConfigured(site=site)), *self._plugins(state)]

        await self.core.propose(think)

    def _plugins(self, state: State) -> list[Draft]:
        """What changed about the plugins since the last run."""
        drafts = []
        for name, loaded in self.parts.host.plugins.items():
            known = state.plugins.get(name)
            if loaded.state is PluginState.FAILED:
                log.error("plugin_failed", plugin=name, reason=loaded.reason)
                if known is None or known.ready or known.reason != loaded.reason:
                    drafts.append(Draft(PluginFailed(plugin=name, reason=loaded.reason), actor="hub"))
            elif known is None or not known.ready or known.version != loaded.manifest.version:
                drafts.append(Draft(PluginReady(plugin=name, version=loaded.manifest.version), actor="hub"))
        return drafts

    async def _record_stop(self) -> None:
        reason = self._stop_reason or "The hub could not start."
        await self.core.propose(lambda state: [Draft(HubStopped(reason=reason), actor="hub")] if state.running else [])

    async def _schedule_due(self, rule_id: str, due_at: datetime) -> None:
        event = ScheduleDue(rule=rule_id, due_at=due_at)
        await self.core.propose(lambda state: [Draft(event, actor="hub", key=schedule_key(rule_id, due_at))])

    async def catch_up(self) -> None:
        """Put on record what came due while the hub was down, as each rule wants it."""

        def think(state: State) -> list[Draft]:
            drafts = []
            for rule in self.rules:
                schedule = state.schedules.get(rule.id)
                if rule.every is None or schedule is None:
                    continue
                for due in missed(rule, schedule, self._clock.now(), self._config.site.timezone):
                    event = (
                        ScheduleMissed(rule=rule.id, due_at=due.due_at)
                        if due.skipped
                        else ScheduleDue(rule=rule.id, due_at=due.due_at, late=True)
                    )
                    drafts.append(Draft(event, actor="hub", key=schedule_key(rule.id, due.due_at)))
            return drafts

        await self.core.propose(think)

    def _changed(self, records: Sequence[Record]) -> None:
        self.backend.folded()
        self.watching.follow(records)
        for record in records:
            if isinstance(record.event, ClockStepped):
                self.scheduler.wake()
            if isinstance(record.event, HubStopped) and not self._stop.is_set():
                self.request_stop(record.event.reason)

    def _recipients(self, route: str) -> Sequence[str]:
        return [delivery.via for delivery in self._tables.routes.get(route, ())]

    def _context(self, plugin: str) -> PluginContext:
        return build_context(
            plugin,
            site=self.parts.folder,
            data=self.parts.data,
            clock=self._clock,
            language=self._config.site.language,
        )

    def _make_folders(self) -> None:
        for name in ("", "evidence", "references", "run"):
            make_private(self.parts.data / name)

    def _go(self, stack: AsyncExitStack, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._background_ended)
        stack.push_async_callback(_cancel, task)

    def _background_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("part_broke", error=f"{type(error).__name__}: {error}", exc_info=error)
            self.request_stop(f"A part of the hub broke: {type(error).__name__}.")

    def _catch_signals(self, stack: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        for number, words in ((signal.SIGTERM, "The service was stopped (SIGTERM)."), (signal.SIGINT, "Ctrl-C.")):
            loop.add_signal_handler(number, self.request_stop, words)
            stack.callback(loop.remove_signal_handler, number)


class _Broken:
    """Stands in for a driver that could not be made: its camera says why it is not watched."""

    def __init__(self, error: PluginError) -> None:
        self._error = error

    async def stream(self) -> StreamSpec:
        raise Unsupported(self._error.message, hint=self._error.hint)


def watch_settings(config: SiteConfig, camera_id: str) -> WatchSettings:
    """How a camera is watched: the site's settings, and over them the camera's own."""
    site = config.watch.model_dump(exclude={"workers"})
    camera = next(camera for camera in config.cameras if camera.id == camera_id)
    return WatchSettings(**{**site, **camera.watch.model_dump(exclude_none=True)})


def schedule_key(rule_id: str, due_at: datetime) -> str:
    """The same rule at the same instant is due once, whatever happens."""
    return f"schedule:{rule_id}:{due_at.isoformat()}"


def make_private(folder: Path) -> None:
    """Make a folder that only the hub's user can enter. Raises `SiteError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SiteError(
            f"The hub cannot write in {folder}: {error.strerror}.",
            hint="Let the hub's user own it, or name another folder with [site] data in hub.toml.",
        ) from error


def _site_drafts(state: State, event: SiteConfigured) -> list[Draft]:
    return [] if state.site == event.site else [Draft(event, actor="hub")]


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
