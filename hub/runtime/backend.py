"""What the API sees of the running hub (`hub.server.backend.Backend`)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import structlog
from msgspec.structs import replace

from hub import __version__
from hub.automation.model import Rule
from hub.client.devices import DeviceNow
from hub.client.rules import CaseView, RuleAccount, RuleDetail, RuleFiles, VariableView
from hub.client.views import HealthView, JournalHealth, RecordingNow, RecordingView, RuleView, WorkerPace
from hub.clock import Clock
from hub.config.problems import did_you_mean
from hub.core.baselines.events import SettingChange
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.event import Draft, Event, Record
from hub.core.explanation import Explanation
from hub.core.people.policy import PeoplePolicy
from hub.core.recorded import DayAccount, Span
from hub.core.rules.commands import ChangeVariable
from hub.core.rules.events import VariableValue
from hub.core.state import PluginHealth, State
from hub.core.status import CameraStatus
from hub.errors import JournalBlocked, NotFound, Refused
from hub.journal.codec import to_record
from hub.journal.log import Journal
from hub.journal.projection import Projection
from hub.journal.subscription import Subscription
from hub.plugin_host import PluginHost
from hub.plugin_host.host import PluginState
from hub.runtime.backup.health import backups_of
from hub.runtime.core_loop import CoreLoop, Think
from hub.runtime.delivery.effects import EffectRunner
from hub.runtime.devices.baselines import SettingsKeeper
from hub.runtime.devices.discovery import Discovery
from hub.runtime.footage import Footage
from hub.runtime.proof.health import health_of
from hub.runtime.recording.reading import RecordReading
from hub.runtime.rules.reading import RuleReading, Waiting, check_variable, rule_view, variables, waiting_of
from hub.runtime.watch.watching import Watching
from hub.watch.messages import Vital

log = structlog.get_logger("backend")

_LONGEST_WAIT_S = 10.0
_COUNT_EVERY_S = 2.0


class HubBackend:
    """Reads the running parts; decides and records through the core loop. On the hub's event loop only."""

    def __init__(
        self,
        *,
        journal: Journal,
        core: CoreLoop,
        watching: Watching,
        effects: EffectRunner,
        host: PluginHost,
        clock: Clock,
        store: str,
        timezone: str,
        policy: Callable[[], PeoplePolicy],
        evidence: Path,
        attachments: Path,
        index: Projection,
        rules: Callable[[], Sequence[Rule]],
        next_due: Callable[[str], datetime | None],
        picture: Callable[[str], Awaitable[bytes | None]],
        vital: Callable[[str], Vital | None],
        explain: Callable[[str], Awaitable[Explanation | None]],
        paces: Callable[[], dict[str, WorkerPace]],
        recorded_now: Callable[[], dict[str, RecordingNow]],
        devices: Callable[[], Mapping[str, DeviceNow]],
        settings: SettingsKeeper,
        recordings: RecordReading,
        rule_reading: RuleReading,
        variables: Callable[[], Mapping[str, VariableValue]],
        discovery: Discovery,
        footage: Footage,
    ) -> None:
        self.clock = clock
        self.timezone = timezone
        self._policy = policy
        self.evidence = evidence
        self.attachments = attachments
        self.index = index
        self.discovery = discovery
        self.footage = footage
        self.messages: list[str] = []
        """What else staff should know, such as settings that need a restart."""
        self._journal = journal
        self._core = core
        self._watching = watching
        self._effects = effects
        self._host = host
        self._store = store
        self._rules = rules
        self._next_due = next_due
        self._picture = picture
        self._vital = vital
        self._explain = explain
        self._paces = paces
        self._recorded_now = recorded_now
        self._devices = devices
        self._settings = settings
        self._recordings = recordings
        self._rule_reading = rule_reading
        self._variables = variables
        self._started_at = clock.now()
        self._outbox: dict[str, int] = {}
        self._pulses = 0
        self._pulse = asyncio.Event()
        self._folded = asyncio.Event()
        self._ending = asyncio.Event()

    @property
    def policy(self) -> PeoplePolicy:
        return self._policy()

    def state(self) -> State:
        return self._core.state

    def statuses(self) -> Mapping[str, CameraStatus]:
        return {camera: self._as_of_now(status) for camera, status in self._watching.statuses.items()}

    def _as_of_now(self, status: CameraStatus) -> CameraStatus:
        """The status with the figures of this second; a worker tells the rest only when it changes."""
        vital = self._vital(status.camera)
        if vital is None:
            return status
        return replace(status, last_picture_at=vital.last_picture_at, fps=vital.fps, kbps=vital.kbps)

    def devices(self) -> Mapping[str, DeviceNow]:
        return self._devices()

    async def read_settings(self, device: str) -> None:
        await self._settings.compare(device)

    async def settings_changes(self, device: str, was: str, now: str) -> list[SettingChange]:
        return await self._settings.differences(device, was, now)

    def recorded_now(self) -> Mapping[str, RecordingNow]:
        return self._recorded_now()

    def health(self) -> HealthView:
        state, journal = self._core.state, self._journal
        plugins = {
            name: PluginHealth(
                ready=loaded.state is PluginState.READY,
                version=loaded.manifest.version,
                reason=loaded.reason or ("" if loaded.state is PluginState.READY else loaded.state.value),
            )
            for name, loaded in self._host.plugins.items()
        }
        waiting = [f"Messages through {via} wait: {why}" for via, why in sorted(self._effects.waiting.items())]
        return HealthView(
            version=__version__,
            started_at=self._started_at,
            journal=JournalHealth(
                seq=journal.head.seq,
                hash=journal.head.hash.hex(),
                store=self._store,
                blocked=journal.blocked,
                waiting=journal.waiting,
                outbox=self._outbox,
            ),
            plugins=plugins,
            workers=state.workers,
            config_problems=state.config_problems,
            messages=[*self.messages, *waiting],
            paces=self._paces(),
            proof=health_of(state.proof, self.footage.verify_days(), self.clock.now()),
            backups=backups_of(state.backups),
            storage=state.storage,
            storage_reasons=self.footage.storage_reasons(),
            short_at=self.footage.storage.short_at,
        )

    def rules(self) -> Sequence[RuleView]:
        waiting = waiting_of(self._core.engine)
        return [self._rule_view(rule, waiting) for rule in self._rules()]

    def _rule_view(self, rule: Rule, waiting: Mapping[str, Waiting]) -> RuleView:
        traces = self._core.traces.get(rule.id)
        next_due_at = self._next_due(rule.id) if rule.every is not None else None
        return rule_view(rule, self._core.engine, traces[-1] if traces else None, waiting.get(rule.id), next_due_at)

    async def rule(self, rule: str) -> RuleDetail:
        known = self._known(rule)
        view = self._rule_view(known, waiting_of(self._core.engine))
        return await self._rule_reading.detail(known, view, list(self._core.traces.get(rule, ())), self._core.state)

    async def rule_account(self, rule: str, hours: float, told: Callable[[str], bool]) -> RuleAccount:
        return await self._rule_reading.account(self._known(rule), hours, told)

    async def rule_cases(self, rule: str) -> Sequence[CaseView]:
        return await self._rule_reading.cases(rule)

    async def rule_files(self) -> RuleFiles:
        return await self._rule_reading.files()

    def variables(self) -> Sequence[VariableView]:
        return variables(self._variables(), self._core.state)

    def _known(self, rule_id: str) -> Rule:
        by_id = {rule.id: rule for rule in self._rules()}
        if rule_id not in by_id:
            meant = str(did_you_mean(rule_id, by_id))
            raise NotFound(f"There is no rule {rule_id[:100]}.", hint=meant or "See `hub rules` for those in force.")
        return by_id[rule_id]

    def read(self, after: int, limit: int, *, types: Sequence[str] = ()) -> list[Record]:
        return [to_record(stored) for stored in self._journal.stored.read(after, limit, types=types)]

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        return self._journal.read_last(limit, types=types, subject=subject, before=before)

    def subscribe(self, after: int | None) -> "FoldedRecords":
        return FoldedRecords(self._journal.subscribe(after), self)

    async def changed(self, since: int) -> int:
        while self._pulses == since:
            await self._pulse.wait()
        return self._pulses

    async def submit(self, command: Command | Order, actor: str) -> list[Record]:
        if isinstance(command, ChangeVariable):
            check_variable(command, self._variables())

        def think(state: State) -> list[Draft]:
            return [Draft(event, actor=actor) for event in decide(state, command, actor, self.clock.now())]

        return await self._in_time(think)

    async def record(self, event: Event, actor: str, key: str | None = None) -> list[Record]:
        return await self._in_time(lambda state: [Draft(event, actor=actor, key=key)])

    async def picture(self, camera: str) -> bytes | None:
        return await self._picture(camera)

    async def explain(self, camera: str) -> Explanation | None:
        return await self._explain(camera)

    async def recordings(self, span: Span, *, camera: str | None = None, limit: int) -> list[RecordingView]:
        return await asyncio.to_thread(self._recordings.find, span, camera=camera, limit=limit)

    async def recording_days(self, cameras: Sequence[str], days: Sequence[date]) -> list[DayAccount]:
        return await asyncio.to_thread(self._recordings.days, cameras, days)

    async def _in_time(self, think: Think) -> list[Record]:
        """The records, when they are durable soon. What is asked for goes on, whoever waits for it or not."""
        asked = asyncio.create_task(self._core.propose(think), name="asked for")
        asked.add_done_callback(_look_at)
        ending = asyncio.create_task(self._ending.wait(), name="end of waiting")
        try:
            await asyncio.wait({asked, ending}, timeout=_LONGEST_WAIT_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
        if asked.done():
            return asked.result()
        raise JournalBlocked(
            "The journal cannot be written at the moment; what you asked is done as soon as it can be.",
            hint="See the Health screen or `hub status` for what blocks it.",
        )

    def end_waiting(self) -> None:
        """The hub stops: whoever waits for a blocked journal is told now."""
        self._ending.set()

    def pulse(self) -> None:
        """Camera statuses changed."""
        self._pulses += 1
        self._pulse.set()
        self._pulse = asyncio.Event()

    def folded(self) -> None:
        """The state took in more records."""
        self._folded.set()
        self._folded = asyncio.Event()

    async def wait_folded(self, seq: int) -> None:
        """Return when the state includes the record `seq`."""
        while self._core.state.position < seq:
            await self._folded.wait()

    async def keep_counting(self) -> None:
        """Keep the outbox's counts fresh; runs for ever."""
        while True:
            try:
                self._outbox = await asyncio.to_thread(self._journal.outbox_counts)
            except Exception as error:  # a store is a plugin: what it cannot count now, it may count later
                log.warning("outbox_not_counted", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_COUNT_EVERY_S)


class FoldedRecords:
    """A subscription that gives out records only when the state has them: who follows and then looks, sees them."""

    def __init__(self, records: Subscription, backend: HubBackend) -> None:
        self._records = records
        self._backend = backend

    def __aiter__(self) -> "FoldedRecords":
        return self

    async def __anext__(self) -> list[Record]:
        batch = await anext(self._records)
        await self._backend.wait_folded(batch[-1].seq)
        return batch

    def close(self) -> None:
        self._records.close()


def _look_at(asked: "asyncio.Task[list[Record]]") -> None:
    if not asked.cancelled() and (error := asked.exception()) is not None and not isinstance(error, Refused):
        log.warning("not_recorded", error=str(error))
