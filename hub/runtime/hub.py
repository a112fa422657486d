"""The composition root: puts the parts of a hub together, starts them in order, stops them in reverse."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from hub import __version__
from hub.automation.engine import RuleIndex, build_index
from hub.automation.model import Rule
from hub.clock import Clock
from hub.config.hub_toml.site import SiteConfig, core_site
from hub.config.load import PluginTables
from hub.core.catalogue import HubStopped
from hub.core.event import Draft, Record
from hub.core.rules.events import VariableValue
from hub.errors import JournalError
from hub.journal.log import Journal
from hub.runtime import systemd
from hub.runtime.alive import find_alive_until, keep_noting
from hub.runtime.build_backend import build_backend
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.addresses import AddressBook
from hub.runtime.delivery.camera_deeds import CameraDeeds
from hub.runtime.delivery.effects import EffectRunner
from hub.runtime.delivery.report_sending import attaching
from hub.runtime.delivery.rostered import Rostered
from hub.runtime.devices.devices import Devices
from hub.runtime.devices.discovery import Discovery
from hub.runtime.devices.keeping import DeviceKeeping
from hub.runtime.duties.assets import use_scheme
from hub.runtime.duties.attention import AttentionAsker
from hub.runtime.duties.duty import DutyWatch
from hub.runtime.duties.reviews import ReviewMaker, use_assessment
from hub.runtime.duties.rounds import build_round_watch
from hub.runtime.duties.search import LogPictures, build_projection
from hub.runtime.duties.verifying import RepairWatch
from hub.runtime.file_watch import prints, watch_files
from hub.runtime.folders import make_folders
from hub.runtime.footage import Footage, Sources
from hub.runtime.minding import Minder
from hub.runtime.parts import Parts
from hub.runtime.plugins.faults import PluginFaults
from hub.runtime.plugins.following import HubFeed
from hub.runtime.plugins.parts import PluginParts
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.recording.plan import plan_of
from hub.runtime.recording.reading import RecordReading
from hub.runtime.recording.recordings import Recordings
from hub.runtime.reload import Reload
from hub.runtime.rules.schedules import Schedules, load_secret
from hub.runtime.signals import catch_signals
from hub.runtime.site_record import site_drafts, start_drafts
from hub.runtime.watch.camera_orders import CameraOrders
from hub.runtime.watch.drivers import Drivers, refused_at
from hub.runtime.watch.judged_orders import completing
from hub.runtime.watch.pace import WatchPace
from hub.runtime.watch.watching import Watching
from hub.server.accounts.book import load_accounts
from hub.server.serve import ApiServer
from hub.watch.messages import RecordTrouble
from hub.watch.pool import WatchPool

log = structlog.get_logger("hub")

_STOP_RECORD_S = 2.0


class Hub:
    """A running site. Make it with `Hub(parts, clock)` and `await run()`; `request_stop` ends it."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self.parts = parts
        self._clock = clock
        self._config = parts.config
        self._tables = parts.tables
        self._rules: dict[str, tuple[Rule, ...]] = dict(parts.rules.files)
        self.variables: Mapping[str, VariableValue] = parts.rules.variables
        """What the rules in force declare."""
        self._timezone = parts.config.site.timezone
        self.rostered = Rostered(parts.roster, ZoneInfo(self._timezone), parts.calendar)
        self.ready = asyncio.Event()
        """Set when everything has been started."""
        self._stop = asyncio.Event()
        self._stop_reason = ""
        self._minder = Minder(self.request_stop)

    def request_stop(self, reason: str) -> None:
        """End the hub; the reason goes on record."""
        self._stop_reason = self._stop_reason or reason
        self._stop.set()

    async def run(self) -> None:
        """Run until somebody asks to stop.

        Raises `SiteError` or `JournalError` when it cannot start, and whatever broke a part that it cannot run without.
        """
        log.info("starting", version=__version__, site=str(self.parts.folder))
        async with AsyncExitStack() as stack:
            catch_signals(stack, self.request_stop)
            if await self._started_in_peace(stack):
                self.ready.set()
                systemd.notify("READY=1")
                log.info("ready", site=self._config.site.name.en, cameras=len(self._config.cameras))
                await self._stop.wait()
            systemd.notify("STOPPING=1")
            log.info("stopping", reason=self._stop_reason)
        log.info("stopped")
        if self._minder.broken is not None:
            raise self._minder.broken

    async def _started_in_peace(self, stack: AsyncExitStack) -> bool:
        """Start everything, unless somebody asks to stop meanwhile."""
        starting = asyncio.create_task(self._start(stack), name="start")
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not starting.done():
                starting.cancel()
                await asyncio.wait({starting})
        if starting.cancelled():
            return False
        starting.result()
        return True

    async def _start(self, stack: AsyncExitStack) -> None:
        parts, clock = self.parts, self._clock
        make_folders(parts.data)
        self._plugins = PluginParts(
            parts.host, folder=parts.folder, data=parts.data, clock=clock, language=self._config.site.language
        )
        store = self._plugins.store(self._config.journal.store, self._tables.store)
        self.journal = journal = Journal(store, clock)
        await journal.start()
        stack.push_async_callback(journal.stop)
        alive_until = await asyncio.to_thread(find_alive_until, parts.data, journal, clock.now())

        self.book = book = AddressBook(self._config, await asyncio.to_thread(load_accounts, parts.data, disabled=False))
        book.on_duty = self.rostered.people
        self.core = core = CoreLoop(journal, clock, targets=book.targets, resolve=book.resolve)
        await core.start(self._index(), time_stands=True)
        stack.push_async_callback(core.stop)
        self._minder.mind(core.task)
        stack.push_async_callback(self._record_stop)
        self.search = build_projection(parts.data, journal, clock)
        stack.push_async_callback(asyncio.to_thread, self.search.stop)
        self.search.start()
        self._faults = PluginFaults(parts.host, core)
        self.watching = Watching(core, clock)
        self.devices = Devices(core, clock, self._plugins, self._faults, folder=parts.folder, soon=self._minder.soon)
        self.drivers = Drivers(self._plugins, self.devices, self._faults, on_answer=self.watching.take_answer)
        self.drivers.use(self._config, self._tables)
        self.recordings = Recordings(
            core,
            journal,
            clock,
            plan_of(self._config, volume=self._config.recording.folder),
            folder=self._config.recording_folder,
            data=parts.data,
            trouble=self._recording_trouble,
        )
        self.effects = EffectRunner(
            core,
            journal,
            clock,
            recipients=book.targets,
            evidence=parts.data / "evidence",
            language=self._config.site.language,
            site=core_site(self._config).name,
            zone=ZoneInfo(self._timezone),
            manners=book.manners,
        )
        self.schedules = Schedules(core, clock, self._timezone, load_secret(parts.data))
        self.duty = DutyWatch(core, clock, self.rostered)
        self.attention = AttentionAsker(core, clock, self.rostered, load_secret(parts.data))
        self.pool = WatchPool(
            workers=self._config.watch.workers,
            folder=parts.data,
            clock=clock,
            on_status=self.watching.take_status,
            on_worker=self.watching.take_worker,
            on_learned=self.watching.take_learned,
        )
        deeds = CameraDeeds(
            self.pool,
            clock,
            status=lambda camera: self.watching.statuses.get(camera),
            driver=self.drivers.of,
            on_answer=self.drivers.worked,
            evidence=parts.data / "evidence",
        )
        self.effects.carry_out = deeds.carry_out
        self.keeping = DeviceKeeping(
            core,
            clock,
            self.devices.fleet,
            parts.data,
            turn=deeds.turn,
            point=self.pool.point,
            settings_every_s=lambda: self._config.device_limits.settings_every_s,
        )
        self.log_pictures = LogPictures(core, self.effects)
        self.repairs = RepairWatch(core, clock, statuses=lambda: self.watching.statuses, recorded=self.recordings.now)
        self.record_places = RecordPlaces(
            self.recordings.index_path, self.recordings.folder, self._plugins.storages(self._tables, self._faults)
        )
        self.record_reading = RecordReading(
            self.recordings.index_path,
            self.recordings.folder,
            clock,
            self._timezone,
            lambda: self.recordings.growing,
        )
        self.footage = Footage(
            Sources(
                core=core,
                journal=journal,
                clock=clock,
                recordings=self.recordings,
                reading=self.record_reading,
                places=self.record_places,
                drivers=self.drivers,
                fleet=self.devices.fleet,
                minder=self._minder,
                folder=parts.folder,
                data=parts.data,
                config=lambda: self._config,
            )
        )
        self.rounds = build_round_watch(
            core,
            clock,
            ZoneInfo(self._timezone),
            journal=journal,
            recordings=self.record_reading,
            statuses=lambda: self.watching.statuses,
            explain=self.pool.explain,
            folder=self.recordings.folder,
        )
        self.pace = WatchPace(core, clock, loads=lambda: self.pool.loads, placed=lambda: self.pool.placed)
        self.discovery = Discovery(parts.folder, parts.host, clock, config=lambda: self._config)
        stack.callback(self.discovery.end)
        self.backend = build_backend(self, clock, config=lambda: self._config)
        self.reload = Reload(self, clock)
        server = ApiServer(self.backend, parts.data, tcp=self._config.api.tcp, address=self._config.api.address)
        self.effects.use_reports(attaching(server.reports, self._config.site.language))
        # Before anything is on record: a port in use or a hub that runs here already is no start.
        stack.push_async_callback(server.stop)
        await server.start()

        self._connect()
        await self._record_start(alive_until)
        await self.duty.use_rounds(parts.rounds)
        await use_scheme(core, parts.replacement)
        await use_assessment(core, parts.assessment)
        await self.reload.rules_in_force(self._rules, broken=parts.rules.broken)
        await self.schedules.use_calendar(parts.calendar)
        await self._plugins.start_services(
            self._tables, core, lambda plugin, service: HubFeed(self.backend, self._faults, plugin, service), stack
        )
        self._use_notifiers()
        await self.effects.start()
        stack.push_async_callback(self.effects.stop)
        self._minder.mind(self.effects.task)
        await self._start_watch(stack)
        await self.schedules.start()
        stack.push_async_callback(self.schedules.stop)
        self._minder.run(stack, self.duty.keep())
        self._minder.run(stack, self.attention.keep())
        self._minder.run(stack, watch_files(parts.folder, prints(parts.folder), self.reload.files_changed))
        self._minder.run(stack, self.backend.keep_counting())
        self._minder.run(stack, ReviewMaker(self.backend, clock, ZoneInfo(self._timezone)).keep())
        self._minder.run(stack, systemd.keep_watchdog(lambda: core.task is not None and not core.task.done()))
        self._minder.run(stack, keep_noting(parts.data, core, clock))
        # What people see was there first, and ends first.
        stack.push_async_callback(server.stop)
        stack.callback(self.backend.end_waiting)

    async def _start_watch(self, stack: AsyncExitStack) -> None:
        await self.watching.start()
        stack.push_async_callback(self.watching.stop)
        self._minder.mind(self.watching.task)
        # Before any worker records: what a crash left open is nobody's now.
        await self.recordings.start()
        stack.push_async_callback(self.recordings.stop)
        self._minder.mind(self.recordings.task)
        await self.footage.start(stack)
        await self.pool.start()
        stack.push_async_callback(self.pool.stop)
        stack.push_async_callback(self.devices.stop)
        await self.devices.start(self._config, self._tables)
        self._minder.mind(self.devices.task)
        self.orders = CameraOrders(
            self.pool,
            build=self.drivers.build,
            refused_at=lambda camera: refused_at(self.core.state, camera),
            on_answer=self.drivers.answered,
            completing=lambda: completing(self._config, self.core.state, self._timezone, self.footage.clocks.offsets),
        )
        self.watching.on_retry = self.devices.on_retry = self.orders.retry
        self.watching.on_decided = self.footage.clocks.on_change = self.orders.look_again
        await self.orders.start()
        stack.push_async_callback(self.orders.stop)
        self._minder.mind(self.orders.task)
        self._order_cameras()
        self._minder.run(stack, self.pace.keep())
        self._minder.run(stack, self.repairs.keep())
        self._minder.run(stack, self.rounds.keep())
        self._minder.run(stack, self.keeping.keep())

    def _connect(self) -> None:
        self.core.on_change = self._changed
        self.core.on_message = self.effects.poke
        self.effects.on_fault = self._faults.notifier
        self.watching.on_pulse = self.backend.pulse
        self.watching.on_relearn = lambda camera: self._minder.soon(self.pool.relearn(camera))

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules in force."""
        return [rule for rules in self._rules.values() for rule in rules]

    def use_rules(self, files: dict[str, tuple[Rule, ...]]) -> None:
        """Put rules in force, for events and for schedules."""
        self._rules = files
        self.core.use_rules(self._index())
        self.schedules.use_rules(self.rules)

    async def use_site(self, config: SiteConfig, tables: PluginTables) -> None:
        """Put a changed hub.toml in force, as far as that goes without a restart."""
        self._config, self._tables = config, tables
        self.book.use(config)
        await self.core.propose(lambda state: site_drafts(state, config))
        self._use_notifiers()
        self.effects.look_at_held()
        self.recordings.use(plan_of(config, volume=self.parts.config.recording.folder))
        await self.devices.use(config, tables)
        self._order_cameras()

    def _order_cameras(self) -> None:
        config = self._config
        self.watching.use_cameras([camera.id for camera in config.cameras])
        self.drivers.use(config, self._tables)
        self.orders.use(self.drivers.specs(config, self.recordings.folder))

    def _use_notifiers(self) -> None:
        self.effects.notifiers = self._plugins.notifiers(self._tables, self._faults)
        self.effects.routes = self._tables.routes

    async def _record_start(self, alive_until: datetime | None) -> None:
        await self.core.propose(
            lambda state: start_drafts(state, self._config, self.parts.host, alive_until=alive_until)
        )
        self.core.let_time_pass()

    async def _record_stop(self) -> None:
        stopped = HubStopped(reason=self._stop_reason or "The hub could not start.")
        try:
            async with asyncio.timeout(_STOP_RECORD_S):
                await self.core.propose(lambda state: [Draft(stopped, actor="hub")] if state.running else [])
        except (TimeoutError, JournalError) as error:
            log.error("stop_not_recorded", reason=self.journal.blocked or str(error))

    def _changed(self, records: Sequence[Record]) -> None:
        self.backend.folded()
        self.devices.follow(records)
        self.keeping.follow(records)
        self.watching.follow(records)
        self.effects.follow(records)
        self.book.follow(records)
        self.recordings.follow(records)
        self.footage.follow(records)
        self.schedules.follow(records)
        self.duty.follow(records)
        self.search.poke()
        self.log_pictures.follow(records)
        for record in records:
            if isinstance(record.event, HubStopped):
                self.request_stop(record.event.reason)

    def _recording_trouble(self, camera: str) -> RecordTrouble:
        vital = self.pool.vital(camera)
        return vital.recording if vital is not None else "nothing"

    def _index(self) -> RuleIndex:
        return build_index(self.rules, zone=ZoneInfo(self._timezone), manned=self.rostered.manned)
