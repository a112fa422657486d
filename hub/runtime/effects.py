"""Gets messages out: takes what is due from the outbox, hands it to notifiers, puts the outcome on record."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from hub.clock import Clock
from hub.config.load import Delivery
from hub.core.catalogue import ClockStepped
from hub.core.delivery import EffectDone, EffectFailed, NotifierFailing, NotifierWorking
from hub.core.event import Draft, Event, Record
from hub.core.findings import Picture
from hub.core.state import State
from hub.core.text import Language, Text
from hub.errors import DeliveryFailed, JournalError
from hub.journal.log import Journal
from hub.ports import Message, Notifier, OutboxEntry
from hub.runtime.core_loop import CoreLoop
from hub.runtime.outbox import LONGEST_RETRY_S, Parcel, moved, too_old, tried_again_at
from hub.secret import redact

log = structlog.get_logger("effects")

_AT_ONCE = 16  # deliveries under way: enough that one slow server delays nobody, few enough to stay polite
_AT_ONCE_EACH = 4  # through one notifier, so that a dead server cannot take all the places
_LOOKED_AT = 500  # due entries, so that those of a dead server do not hide the others
_LONGEST_TRY_S = 30.0
_LOOK_AGAIN_S = 1.0
_FAILING_AFTER = 2  # tries in a row; one hiccup wakes nobody
_END_S = 1.0


Routes = Mapping[str, Sequence[Delivery]]


class Outcome(NamedTuple):
    """What became of one try. `error` is None when the message got out."""

    error: DeliveryFailed | None
    fault: Exception | None = None
    """What the notifier raised that it may not raise."""


class EffectRunner:
    """Runs on the hub's event loop. `routes` and `notifiers` may be replaced while it runs."""

    def __init__(
        self,
        core: CoreLoop,
        journal: Journal,
        clock: Clock,
        *,
        recipients: Callable[[str], Sequence[str]],
        evidence: Path,
        language: Language,
        site: Text,
    ) -> None:
        """`recipients` gives, for a route, the notifier of each as hub.toml has it, whether it works or not."""
        self.routes: Routes = {}
        """What to hand to the notifiers that work."""
        self.notifiers: Mapping[str, Notifier] = {}
        self.waiting: dict[str, str] = {}
        """Why the newest try through a notifier failed, by notifier."""
        self.on_fault: Callable[[str, Exception | None], None] = lambda via, fault: None
        """Called with a notifier's name and what it raised that it may not raise; None when it works."""
        self._core = core
        self._journal = journal
        self._clock = clock
        self._recipients = recipients
        self._evidence = evidence
        self._language = language
        self._site = site
        self._wake = asyncio.Event()
        self._under_way: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._ended: set[str] = set()
        """What came to an end since the outbox was read: what was read still shows it as pending."""
        self._stepped_s = 0.0
        self.task: asyncio.Task[None] | None = None
        """Runs from `start` to `stop`."""

    async def start(self) -> None:
        self.task = asyncio.create_task(self._run(), name="effects")

    async def stop(self) -> None:
        """Begin nothing new, and stop what is under way after a second: it stays in the outbox for the next start."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait({self.task})
        tasks = {task for _, task in self._under_way.values()}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_END_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def poke(self) -> None:
        """Something new may be in the outbox."""
        self._wake.set()

    def follow(self, records: Sequence[Record]) -> None:
        """Take note of what concerns the outbox."""
        for record in records:
            if isinstance(record.event, ClockStepped):
                self._stepped_s += record.event.by_s
                self._wake.set()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                if self._stepped_s:
                    await self._move_with_the_clock()
                await self._begin_what_is_due()
            except Exception:  # a store that cannot be read now can be read later, and messages must get out then
                log.exception("outbox_not_read")
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await self._wake.wait()

    async def _begin_what_is_due(self) -> None:
        if len(self._under_way) >= _AT_ONCE or self._core.clock_in_doubt:
            return
        self._ended.clear()
        due = await asyncio.to_thread(self._journal.outbox_due, self._clock.now(), _LOOKED_AT)
        busy = Counter(via for via, _ in self._under_way.values())
        for entry in due:
            if len(self._under_way) >= _AT_ONCE:
                return
            parcel = _opened(entry)
            via = parcel.via if parcel is not None else ""
            if entry.key in self._under_way or entry.key in self._ended or busy[via] >= _AT_ONCE_EACH:
                continue
            busy[via] += 1
            task = asyncio.create_task(self._deliver(entry, parcel), name=f"deliver {entry.key}")
            self._under_way[entry.key] = via, task
            task.add_done_callback(partial(self._over, entry.key))

    async def _move_with_the_clock(self) -> None:
        by_s = self._stepped_s
        horizon = self._clock.now() + timedelta(seconds=abs(by_s) + LONGEST_RETRY_S)
        self._ended.clear()
        waiting = await asyncio.to_thread(self._journal.outbox_due, horizon, 100_000)
        # What is under way has an outcome soon, and must not be put back among what waits.
        changed = [
            moved(entry, by_s) for entry in waiting if entry.key not in self._under_way and entry.key not in self._ended
        ]
        await self._core.propose(lambda state: [], outbox_changed=changed)
        self._stepped_s -= by_s

    def _over(self, key: str, task: asyncio.Task[None]) -> None:
        self._under_way.pop(key, None)
        self._ended.add(key)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("delivery_broke", key=key, error=f"{type(error).__name__}: {error}", exc_info=error)

    async def _deliver(self, entry: OutboxEntry, parcel: Parcel | None) -> None:
        if parcel is None:
            reason = "It was written by another version of the software and cannot be read."
            failed = EffectFailed(key=entry.key, kind=entry.kind, attempts=entry.attempts + 1, reason=reason)
            await self._record(entry, lambda state: [failed], state="failed")
            return
        outcome = await self._try(entry, parcel)
        if outcome.fault is not None or outcome.error is None:
            self.on_fault(parcel.via, outcome.fault)
        if outcome.error is None:
            await self._done(entry, parcel)
        else:
            await self._failed(entry, parcel, outcome.error)

    async def _try(self, entry: OutboxEntry, parcel: Parcel) -> Outcome:
        try:
            async with asyncio.timeout(_LONGEST_TRY_S):
                answer = await self._send(entry, parcel)
        except DeliveryFailed as error:
            return Outcome(error)
        except TimeoutError:
            return Outcome(DeliveryFailed(f"No answer within {_LONGEST_TRY_S:.0f} s."))
        except Exception as error:  # a plugin may raise anything; it shows as a fault of the plugin
            log.exception("notifier_broke", via=parcel.via)
            return Outcome(DeliveryFailed(f"The notifier broke: {type(error).__name__}: {error}"), error)
        log.info("message_sent", route=parcel.route, via=parcel.via, answer=redact(str(answer))[:200])
        return Outcome(None)

    async def _send(self, entry: OutboxEntry, parcel: Parcel) -> str:
        if parcel.nth >= list(self._recipients(parcel.route)).count(parcel.via):
            raise DeliveryFailed(f"This recipient of the route {parcel.route} is no longer in hub.toml.", retry=False)
        notifier = self.notifiers.get(parcel.via)
        targets = [delivery.target for delivery in self.routes.get(parcel.route, ()) if delivery.via == parcel.via]
        if notifier is None or parcel.nth >= len(targets):
            raise DeliveryFailed(f"The notifier {parcel.via} is not working; see `hub plugins list`.")
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
        return await notifier.send(message, targets[parcel.nth])

    def _file(self, picture: Picture | None) -> Path | None:
        path = self._evidence / picture.path if picture is not None else None
        return path if path is not None and path.is_file() else None

    async def _done(self, entry: OutboxEntry, parcel: Parcel) -> None:
        self.waiting.pop(parcel.via, None)
        done = EffectDone(key=entry.key, kind=entry.kind, target=_where(parcel), attempts=entry.attempts + 1)

        def think(state: State) -> list[Event]:
            return [done, *([NotifierWorking(notifier=parcel.via)] if parcel.via in state.notifiers_failing else [])]

        await self._record(entry, think, state="done")

    async def _failed(self, entry: OutboxEntry, parcel: Parcel, error: DeliveryFailed) -> None:
        reason = redact(str(error))[:500]
        now = self._clock.now()
        old = too_old(entry, now) and not self._core.clock_in_doubt
        later = tried_again_at(entry, now) if error.retry and not old else None
        log.warning("message_not_sent", route=parcel.route, via=parcel.via, reason=reason, again=later is not None)
        if later is None:
            failed = EffectFailed(
                key=entry.key, kind=entry.kind, target=_where(parcel), attempts=entry.attempts + 1, reason=reason
            )
            await self._record(entry, lambda state: [failed], state="failed")
            return
        self.waiting[parcel.via] = reason
        failing = NotifierFailing(notifier=parcel.via, reason=reason)

        def think(state: State) -> list[Event]:
            known = parcel.via in state.notifiers_failing
            return [failing] if later.attempts >= _FAILING_AFTER and not known else []

        await self._record(later, think)

    async def _record(
        self, entry: OutboxEntry, think: Callable[[State], Sequence[Event]], *, state: str = "pending"
    ) -> None:
        if state != "pending":
            entry = msgspec.structs.replace(entry, state=state, attempts=entry.attempts + 1)

        def drafts(site: State) -> list[Draft]:
            return [Draft(event, actor="hub", cause=entry.cause, key=_key(event)) for event in think(site)]

        while True:
            try:
                await self._core.propose(drafts, outbox_changed=[entry])
            except JournalError as error:
                # Not to be sent again before it is known how it went: the place stays taken until that is on record.
                log.error("outcome_not_recorded", key=entry.key, error=str(error))
                await asyncio.sleep(_LOOK_AGAIN_S)
            else:
                return


def _opened(entry: OutboxEntry) -> Parcel | None:
    try:
        return msgspec.json.decode(entry.payload, type=Parcel)
    except msgspec.MsgspecError:
        return None


def _where(parcel: Parcel) -> str:
    return f"{parcel.route} ({parcel.via})"


def _key(event: Event) -> str | None:
    return f"outcome:{event.key}" if isinstance(event, EffectDone | EffectFailed) else None
