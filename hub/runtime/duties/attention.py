"""Asks those at posts whether they are there, at instants that nobody can foresee. Once each, whatever happens."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import structlog

from hub.clock import Clock
from hub.core.attention.commands import AskAttention
from hub.core.attention.events import AttentionPlanned
from hub.core.attention.plan import askable, instants, may_be_asked, plans_of, question, seed_of
from hub.core.decisions import decide
from hub.core.event import Draft
from hub.core.state import State
from hub.errors import HubError
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.rostered import Rostered

log = structlog.get_logger("attention")

_LOOK_EVERY_S = 1.0
_LATEST = timedelta(seconds=60)
"""An instant that passed longer ago (the hub was down, the clock was set) is let go."""


class AttentionAsker:
    """Puts the checks on record, and what the roster says of them. On the hub's event loop."""

    def __init__(self, core: CoreLoop, clock: Clock, rostered: Rostered, secret: bytes) -> None:
        """`secret`: what the instants and the questions follow from."""
        self._core = core
        self._clock = clock
        self._rostered = rostered
        self._secret = secret
        self._looked_at = clock.now()

    async def keep(self) -> None:
        """Look once a second. Runs for ever."""
        while True:
            try:
                await self.look()
            except HubError as error:
                log.error("attention_not_recorded", error=str(error), doing="trying again")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        """Put on record what the roster says now, and ask where the time has come."""
        plans = plans_of(self._rostered.roster)
        by_id = {plan.id: plan for plan in plans}
        if by_id != self._core.state.attention.plan:
            planned = Draft(AttentionPlanned(posts=plans), actor="hub")
            await self._core.propose(lambda state: [] if state.attention.plan == by_id else [planned])
        now = self._clock.now()
        since, self._looked_at = max(self._looked_at, now - _LATEST), now
        if self._core.clock_in_doubt:
            return
        for plan in plans:
            for key, _at in instants(plan, self._secret, self._rostered.zone, since, now):
                await self._core.propose(partial(self._drafts, post=plan.id, key=key, now=now))

    def _drafts(self, state: State, *, post: str, key: str, now: datetime) -> list[Draft]:
        plan = state.attention.plan.get(post)
        if plan is None or not may_be_asked(state, plan, now):
            return []
        drawn = question(seed_of(self._secret, key), askable(state, plan))
        order = AskAttention(post=post, shown=drawn.shown, choices=drawn.choices)
        return [Draft(event, actor="hub", key=key) for event in decide(state, order, "hub", now)]
