"""Gets messages out: takes what is due from the outbox, hands it to notifiers, puts the outcome on record."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec
import structlog

from hub.clock import Clock
from hub.config.load import Delivery
from hub.core.catalogue import EffectDone, EffectFailed, NotifierFailing, NotifierWorking, Picture
from hub.core.event import Draft, Event
from hub.core.state import State
from hub.core.text import Language, Text
from hub.errors import DeliveryFailed, JournalError
from hub.journal.log import Journal
from hub.ports import Message, Notifier, OutboxEntry
from hub.runtime.core_loop import CoreLoop
from hub.runtime.outbox import Parcel, too_old, tried_again_at
from hub.secret import redact

log = structlog.get_logger("effects")

_AT_ONCE = 8  # deliveries under way: enough that one slow server delays nobody, few enough to stay polite
_LONGEST_TRY_S = 30.0
_LOOK_AGAIN_S = 1.0
_FAILING_AFTER = 2  # tries in a row; one hiccup wakes nobody


Routes = Mapping[str, Sequence[Delivery]]


class EffectRunner:
    """Runs on the hub's event loop. `routes` and `notifiers` may be replaced while it runs."""

    def __init__(
        self, core: CoreLoop, journal: Journal, clock: Clock, *, evidence: Path, language: Language, site: Text
    ) -> None:
        self.routes: Routes = {}
        self.notifiers: Mapping[str, Notifier] = {}
        self.waiting: dict[str, str] = {}
        """Why the newest try through a notifier failed, by notifier."""
        self._core = core
        self._journal = journal
        self._clock = clock
        self._evidence = evidence
        self._language = language
        self._site = site
        self._wake = asyncio.Event()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="effects")

    async def stop(self) -> None:
        """Stop at once; what was under way stays in the outbox and is tried again at the next start."""
        for task in (self._task, *self._under_way.values()):
            if task is not None:
                task.cancel()
        for task in (self._task, *self._under_way.values()):
            if task is not None:
                with suppress(asyncio.CancelledError):
                    await task

    def poke(self) -> None:
        """Something new may be in the outbox."""
        self._wake.set()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            free = _AT_ONCE - len(self._under_way)
            if free > 0:
                entries = await asyncio.to_thread(self._journal.outbox_due, self._clock.now(), _AT_ONCE + free)
                for entry in [entry for entry in entries if entry.key not in self._under_way][:free]:
                    task = asyncio.create_task(self._deliver(entry), name=f"deliver {entry.key}")
                    self._under_way[entry.key] = task
                    task.add_done_callback(partial(self._over, entry.key))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_AGAIN_S)

    def _over(self, key: str, task: asyncio.Task[None]) -> None:
        self._under_way.pop(key, None)
        self._wake.set()

    async def _deliver(self, entry: OutboxEntry) -> None:
        parcel = msgspec.json.decode(entry.payload, type=Parcel)
        target = self._target(parcel)
        try:
            if target is None:
                raise DeliveryFailed(f"The route {parcel.route} is no longer in hub.toml.", retry=False)
            answer = await asyncio.wait_for(self._send(entry, parcel, target), _LONGEST_TRY_S)
        except DeliveryFailed as error:
            await self._failed(entry, parcel, str(error), retry=error.retry)
        except TimeoutError:
            await self._failed(entry, parcel, f"No answer within {_LONGEST_TRY_S:.0f} s.", retry=True)
        except Exception as error:  # a plugin may raise anything; it shows as a failing notifier
            log.exception("notifier_broke", via=parcel.via)
            await self._failed(entry, parcel, f"{type(error).__name__}: {error}", retry=True)
        else:
            await self._done(entry, parcel, answer)

    def _target(self, parcel: Parcel) -> Delivery | None:
        targets = self.routes.get(parcel.route, ())
        target = targets[parcel.index] if parcel.index < len(targets) else None
        return target if target is not None and target.via == parcel.via else None

    async def _send(self, entry: OutboxEntry, parcel: Parcel, target: Delivery) -> str:
        notifier = self.notifiers.get(target.via)
        if notifier is None:
            raise DeliveryFailed(f"The notifier {target.via} is not working; see `hub plugins list`.")
        sent = parcel.message
        pictures = (sent.evidence.before, sent.evidence.after) if sent.evidence is not None else ()
        message = Message(
            id=entry.key,
            language=self._language,
            title=sent.title,
            body=sent.body,
            priority=sent.priority,
            site=self._site,
            camera=sent.camera,
            clause=sent.clause,
            event=sent.event,
            pictures=tuple(path for path in map(self._file, pictures) if path is not None),
        )
        return await notifier.send(message, target.target)

    def _file(self, picture: Picture | None) -> Path | None:
        path = self._evidence / picture.path if picture is not None else None
        return path if path is not None and path.is_file() else None

    async def _done(self, entry: OutboxEntry, parcel: Parcel, answer: str) -> None:
        log.info("message_sent", route=parcel.route, via=parcel.via, answer=redact(answer)[:200])
        self.waiting.pop(parcel.via, None)
        done = EffectDone(
            key=entry.key, kind=entry.kind, target=f"{parcel.route} ({parcel.via})", attempts=entry.attempts + 1
        )
        finished = msgspec.structs.replace(entry, state="done", attempts=entry.attempts + 1)
        await self._record(entry, parcel, finished, [done], working=True)

    async def _failed(self, entry: OutboxEntry, parcel: Parcel, reason: str, *, retry: bool) -> None:
        reason = redact(reason)[:500]
        now = self._clock.now()
        log.warning("message_not_sent", route=parcel.route, via=parcel.via, reason=reason, again=retry)
        self.waiting[parcel.via] = reason
        if retry and not too_old(entry, now):
            later = tried_again_at(entry, now)
            await self._record(entry, parcel, later, [], working=False if later.attempts >= _FAILING_AFTER else None)
            return
        failed = EffectFailed(
            key=entry.key,
            kind=entry.kind,
            target=f"{parcel.route} ({parcel.via})",
            attempts=entry.attempts + 1,
            reason=reason,
        )
        finished = msgspec.structs.replace(entry, state="failed", attempts=entry.attempts + 1)
        await self._record(entry, parcel, finished, [failed], working=None)

    async def _record(
        self, entry: OutboxEntry, parcel: Parcel, changed: OutboxEntry, outcome: list[Event], *, working: bool | None
    ) -> None:
        def think(state: State) -> list[Draft]:
            failing = parcel.via in state.notifiers_failing
            events = list(outcome)
            if working is True and failing:
                events.append(NotifierWorking(notifier=parcel.via))
            if working is False and not failing:
                events.append(NotifierFailing(notifier=parcel.via, reason=self.waiting.get(parcel.via, "")))
            return [
                Draft(event, actor="hub", cause=entry.cause, key=f"outcome:{entry.key}" if event in outcome else None)
                for event in events
            ]

        try:
            await self._core.propose(think, outbox_changed=[changed])
        except JournalError as error:
            # The entry stays as it was and is tried again: at least once, never lost.
            log.error("outcome_not_recorded", key=entry.key, error=str(error))
