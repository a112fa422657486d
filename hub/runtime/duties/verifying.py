"""Proof for repairs that are being verified: whether the camera's picture and recording are seen at this moment.

The record says what the watch found. It cannot say that nobody looks: a worker that never came up after a start finds
nothing. So the statuses that come in now, and what grows on disk now, are asked while a ticket is verified.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from hub.client.views import RecordingNow
from hub.clock import Clock
from hub.core.event import Draft, Event
from hub.core.state import State
from hub.core.status import CameraStatus
from hub.core.tickets.events import TicketInterrupted, TicketVerifying
from hub.core.tickets.model import Ticket
from hub.core.tickets.seeing import trouble
from hub.errors import HubError
from hub.runtime.core_loop import CoreLoop

log = structlog.get_logger("verifying")

STALE_AFTER = timedelta(seconds=45)
"""A status is sent every 30 s at least: an older one says nothing about now."""
LOOK_EVERY_S = 5.0


class RepairWatch:
    """Puts on record when the proof begins and ends. On the hub's event loop."""

    def __init__(
        self,
        core: CoreLoop,
        clock: Clock,
        *,
        statuses: Callable[[], Mapping[str, CameraStatus]],
        recorded: Callable[[], Mapping[str, RecordingNow]],
    ) -> None:
        self._core = core
        self._clock = clock
        self._statuses = statuses
        self._recorded = recorded

    async def look(self) -> None:
        """Put on record what has changed. Raises what the journal raises."""
        if any(waits(ticket) for ticket in self._core.state.tickets.values()):
            await self._core.propose(self._drafts)

    async def keep(self) -> None:
        """Look every few seconds. Runs for ever."""
        while True:
            try:
                await self.look()
            except HubError as error:
                log.error("proof_not_recorded", error=str(error), doing="trying again")
            await asyncio.sleep(LOOK_EVERY_S)

    def _drafts(self, state: State) -> list[Draft]:
        found = changes(state, self._statuses(), self._recorded(), self._clock.now())
        return [Draft(event, actor="hub") for event in found]


def waits(ticket: Ticket) -> bool:
    """Whether a ticket waits for proof that its camera is good."""
    return ticket.camera is not None and ticket.state in ("repaired", "restored", "verifying")


def changes(
    state: State, statuses: Mapping[str, CameraStatus], recorded: Mapping[str, RecordingNow], now: datetime
) -> Iterator[Event]:
    """The events that bring the record in line with what comes in at this moment."""
    for ticket in state.tickets.values():
        if not waits(ticket):
            continue
        assert ticket.camera is not None
        proof = proven(ticket.camera, state, statuses, recorded, now)
        if ticket.unwatched and proof and trouble(state, replace(ticket, unwatched=False)) is None:
            yield TicketVerifying(ticket=ticket.id)
        elif not ticket.unwatched and not proof and trouble(state, ticket) is None:
            yield TicketInterrupted(ticket=ticket.id, reason="unwatched")


def proven(
    camera: str,
    state: State,
    statuses: Mapping[str, CameraStatus],
    recorded: Mapping[str, RecordingNow],
    now: datetime,
) -> bool:
    """Whether a fresh status says that the camera is live and judged, and new bytes of its recording come on disk where
    it is to be recorded."""
    status = statuses.get(camera)
    if status is None or abs(now - status.at) > STALE_AFTER:
        return False
    if status.signal != "live" or status.not_judged is not None:
        return False
    recording = recorded.get(camera)
    return camera not in state.recorded or (recording is not None and recording.state == "recording")
