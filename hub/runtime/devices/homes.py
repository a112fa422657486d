"""Looks where steered cameras stand, tells the watch, and sends them to their home preset when somebody asks."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import structlog

from hub.automation.model import TurnToPreset
from hub.clock import Clock
from hub.core.deeds import CameraTurned
from hub.core.devices.reasons import reason_in_both
from hub.core.event import Event, Record
from hub.core.homes.commands import EndReturn, HomeOrder, ReportPosition
from hub.core.homes.events import ReturnOrdered
from hub.core.homes.position import AT_HOME, STILL, Position, apart
from hub.core.state import State
from hub.core.text import Text
from hub.errors import DeliveryFailed, HubError

log = structlog.get_logger("homes")

_EVERY_S = 30.0
_TICK_S = 2.0
_SETTLE_S = 3.0
_LONGEST_TURN_S = 60.0


class Reading(NamedTuple):
    """Where a camera points; `moving` None where the device does not say."""

    position: Position
    moving: bool | None


class Heads(Protocol):
    """How the places of steered cameras are read. On the hub's event loop; `position` raises `HubError`."""

    def steered(self) -> Sequence[str]:
        """The cameras that have a home preset, and can say where they point."""
        ...

    async def position(self, camera: str) -> Reading: ...


class HomeWatch:
    """On the hub's event loop."""

    def __init__(
        self,
        heads: Heads,
        clock: Clock,
        *,
        state: Callable[[], State],
        submit: Callable[[HomeOrder, str], Awaitable[object]],
        turn: Callable[[TurnToPreset], Awaitable[Event]],
        note: Callable[[Event, str], Awaitable[object]],
        point: Callable[[str, str, bool], Awaitable[None]],
    ) -> None:
        """`turn` turns a camera and returns what to put on record, which `note` does; it raises `DeliveryFailed`.

        `point` tells the watch of a camera at which preset it points (empty: at none) and whether it moves.
        """
        self._heads = heads
        self._clock = clock
        self._state = state
        self._submit = submit
        self._turn = turn
        self._note = note
        self._point = point
        self._last: dict[str, Reading] = {}
        self._read_at: dict[str, float] = {}
        self._pointed: dict[str, tuple[str, bool]] = {}
        self._on_the_way: dict[str, asyncio.Task[None]] = {}
        self._looking: dict[str, asyncio.Task[bool]] = {}
        self._failed: dict[str, str] = {}
        """The kind of error with which the last look at a camera ended, of those that failed."""

    async def run(self) -> None:
        """Look at each steered camera in turn. Runs for ever."""
        await self._give_up_old()
        try:
            while True:
                for camera in self._due():
                    # Each on its own: one that does not answer delays no other.
                    look = asyncio.create_task(self._look(camera), name=f"position of {camera}")
                    look.add_done_callback(partial(self._looked, camera))
                    self._looking[camera] = look
                await asyncio.sleep(_TICK_S)
        finally:
            for task in (*self._on_the_way.values(), *self._looking.values()):
                task.cancel()

    def follow(self, records: Sequence[Record]) -> None:
        """What was put on record: cameras that are to be sent home, and those that were turned there by a rule."""
        for record in records:
            match record.event:
                case ReturnOrdered(camera=camera, preset=preset):
                    self._begin(camera, self._return(camera, preset))
                case CameraTurned(camera=camera, preset=preset) if preset == self._home(camera):
                    self._begin(camera, self._settle(camera, preset))

    def _begin(self, camera: str, work: Coroutine[None, None, None]) -> None:
        before = self._on_the_way.pop(camera, None)
        if before is not None:
            before.cancel()
        self._on_the_way[camera] = task = asyncio.create_task(work, name=f"home of {camera}")
        task.add_done_callback(lambda done: self._ended(camera, done))

    def _ended(self, camera: str, task: "asyncio.Task[None]") -> None:
        if self._on_the_way.get(camera) is task:
            del self._on_the_way[camera]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("camera_not_sent_home", camera=camera, error=str(error))

    async def _return(self, camera: str, preset: str) -> None:
        try:
            turned = await self._turn(TurnToPreset(camera=camera, preset=preset))
        except DeliveryFailed as error:
            why = Text(en=error.message, zh=f"无法转动摄像机：{reason_in_both(error.message).zh}")
            await self._submit(EndReturn(camera=camera, preset=preset, problem=why), "hub")
            return
        # The record that it was turned begins `_settle`.
        await self._note(turned, "hub")

    async def _settle(self, camera: str, preset: str) -> None:
        """Wait until it stands still, and say where."""
        if camera not in self._heads.steered():
            return
        ends_s = self._clock.monotonic() + _LONGEST_TURN_S
        before: Reading | None = None
        while self._clock.monotonic() < ends_s:
            await asyncio.sleep(_SETTLE_S)
            try:
                now = await self._heads.position(camera)
            except HubError as error:
                log.warning("position_not_read", camera=camera, error=str(error))
                return
            if _still(before, now):
                self._last[camera] = now
                await self._report(camera, preset, now.position, turned=True)
                return
            before = now

    async def _look(self, camera: str) -> bool:
        """Whether it was looked at: not while it is on its way."""
        self._read_at[camera] = self._clock.monotonic()
        preset = self._home(camera)
        if camera in self._on_the_way or not preset:
            return False
        # Where it cannot be read, nothing is known of where it points: that is no evidence of anything.
        before = self._last.pop(camera, None)
        self._last[camera] = now = await self._heads.position(camera)
        if _still(before, now):
            await self._report(camera, preset, now.position, turned=False)
        else:
            await self._tell_watch(camera, "", moving=bool(now.moving))
        return True

    def _looked(self, camera: str, task: "asyncio.Task[bool]") -> None:
        """What came of a look is logged when it changes: there are two a minute, and a camera may be away for weeks."""
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            kind = type(error).__name__
            if self._failed.get(camera) != kind:
                self._failed[camera] = kind
                trace = None if isinstance(error, HubError) else error
                log.warning("position_not_read", camera=camera, kind=kind, error=str(error), exc_info=trace)
        elif task.result() and self._failed.pop(camera, ""):
            log.info("position_read_again", camera=camera)

    async def _report(self, camera: str, preset: str, position: Position, *, turned: bool) -> None:
        await self._submit(ReportPosition(camera=camera, preset=preset, position=position, turned=turned), "hub")
        home = self._state().homes.cameras.get(camera)
        gap = apart(home.position, position) if home is not None and home.preset == preset else None
        await self._tell_watch(camera, preset if gap is not None and gap <= AT_HOME else "", moving=False)

    async def _tell_watch(self, camera: str, preset: str, *, moving: bool) -> None:
        if self._pointed.get(camera) != (preset, moving):
            self._pointed[camera] = (preset, moving)
            await self._point(camera, preset, moving)

    async def _give_up_old(self) -> None:
        """Who was on the way home when the hub ended is asked where it stands like any other."""
        why = Text(en="The hub was stopped meanwhile.", zh="其间系统停止运行。")
        for camera, preset in [*self._state().homes.returning.items()]:
            await self._submit(EndReturn(camera=camera, preset=preset, problem=why), "hub")

    def _due(self) -> list[str]:
        now = self._clock.monotonic()
        self._looking = {camera: task for camera, task in self._looking.items() if not task.done()}
        return [
            camera
            for camera in self._heads.steered()
            if camera not in self._looking and now - self._read_at.get(camera, now - _EVERY_S) >= _EVERY_S
        ]

    def _home(self, camera: str) -> str:
        known = self._state().site.camera(camera)
        return known.home if known is not None else ""


def _still(before: Reading | None, now: Reading) -> bool:
    """Whether two readings, one after the other, are of a camera that stands."""
    if before is None or now.moving:
        return False
    gap = apart(before.position, now.position)
    return gap is not None and gap <= STILL
