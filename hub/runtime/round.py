"""One round of the core loop: what waits, decided on one after another, each on what the one before leaves behind."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from hub.automation.model import Effect, SendMessage, TakeSnapshot, TurnToPreset
from hub.automation.orders import as_if_written, drafts_of
from hub.core import decisions
from hub.core.catalogue import ClockStepped
from hub.core.delivery import EffectFailed, MessageRedirected
from hub.core.event import Draft, Record
from hub.core.fold import fold
from hub.core.state import State
from hub.journal.writer import build_request
from hub.ports import OutboxEntry
from hub.runtime.delivery.addresses import Resolved, as_route
from hub.runtime.delivery.outbox import MESSAGE, deliveries, errand

log = structlog.get_logger("core")

Think = Callable[[State], Sequence[Draft]]
Resolve = Callable[[SendMessage, datetime], Resolved]


class Proposal(NamedTuple):
    """Something that wants to be decided, and who waits for it."""

    think: Think
    outbox_changed: Sequence[OutboxEntry]
    done: "asyncio.Future[list[Record]]"

    def refuse(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class Round:
    """Collects what one transaction will hold. Nothing of it has happened before `answer`."""

    def __init__(
        self,
        state: State,
        now: datetime,
        targets: Callable[[str], Sequence[str]],
        resolve: Resolve = as_route,
    ) -> None:
        self.drafts: list[Draft] = []
        self.messages: list[OutboxEntry] = []
        self._ahead = state
        self._now = now
        self._targets = targets
        self._resolve = resolve
        self._spans: list[tuple[Proposal, int, int]] = []

    @property
    def outbox_changed(self) -> list[OutboxEntry]:
        return [entry for proposal, _, _ in self._spans for entry in proposal.outbox_changed]

    def clock_stepped(self, by_s: float) -> None:
        log.warning("clock_stepped", by_s=round(by_s, 1), effect="what is being waited for moves with the clock")
        self._take([Draft(ClockStepped(by_s=by_s), actor="hub")])

    def carry_out(self, effect: Effect) -> None:
        """Decide on an order, address a message, or put an errand with a camera into the outbox."""
        try:
            if isinstance(effect.do, SendMessage):
                self._send(effect, effect.do)
            elif isinstance(effect.do, TakeSnapshot | TurnToPreset):
                self.messages.append(errand(effect, effect.do, self._now))
            else:
                self._take(drafts_of(effect, effect.do, self._ahead, self._now))
        except Exception as error:  # one order that cannot be carried out must not keep the others from it
            log.exception("effect_failed", key=effect.key)
            self._fail(effect, "order", effect.rule, f"{type(error).__name__}: {error}")

    def let_time_pass(self) -> None:
        """Take in what the passing of time alone brings."""
        self._take([Draft(event, actor="hub") for event in decisions.due(self._ahead, self._now)])

    def hear(self, proposal: Proposal) -> None:
        """Let a proposal decide; what it raises goes to whoever proposed."""
        first = len(self.drafts)
        try:
            new = proposal.think(self._ahead)
            self._take(new)
        except Exception as error:
            proposal.refuse(error)
        else:
            self._spans.append((proposal, first, first + len(new)))

    def refuse(self, error: Exception) -> None:
        """Nothing was written."""
        for proposal, _, _ in self._spans:
            proposal.refuse(error)

    def answer(self, records: Sequence[Record]) -> None:
        """Give each proposal its own records; a draft whose key the journal knew has none."""
        written = iter(records)
        pending = next(written, None)
        by_draft: list[Record | None] = []
        for draft in self.drafts:
            if pending is not None and draft.key == pending.key:
                by_draft.append(pending)
                pending = next(written, None)
            else:
                by_draft.append(None)
        for proposal, first, end in self._spans:
            if not proposal.done.done():
                proposal.done.set_result([record for record in by_draft[first:end] if record is not None])

    def _send(self, effect: Effect, message: SendMessage) -> None:
        found = self._resolve(message, self._now)
        new = [
            entry
            for to in found.to
            for entry in deliveries(effect, replace(message, to=to), self._targets(to), self._now)
        ]
        self.messages += new
        if not new:
            self._fail(effect, MESSAGE, message.to, found.problem or f"The route {message.to} is not in hub.toml.")
        elif found.instead:
            turned = MessageRedirected(
                key=effect.key, recipient=message.to, route=", ".join(found.to), reason=found.instead
            )
            self._take([Draft(turned, actor="hub", cause=effect.cause, key=f"redirected:{effect.key}")])

    def _fail(self, effect: Effect, kind: str, target: str, reason: str) -> None:
        event = EffectFailed(key=effect.key, kind=kind, target=target, reason=reason[:500])
        self._take([Draft(event, actor="hub", cause=effect.cause, key=f"outcome:{effect.key}")])

    def _take(self, new: Sequence[Draft]) -> None:
        # One event that cannot be written would have the whole transaction refused.
        build_request(new, self._now, documents={})
        ahead = self._ahead
        for draft in new:
            ahead = fold(ahead, as_if_written(draft, ahead, self._now))
        self.drafts.extend(new)
        self._ahead = ahead
