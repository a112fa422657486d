"""What is kept as it was approved: the settings of devices, and where steered cameras stand."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from hub.automation.model import TurnToPreset
from hub.clock import Clock
from hub.core.baselines.events import SettingsRestoring
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.event import Draft, Event, Record
from hub.core.state import State
from hub.devices.fleet import Fleet
from hub.runtime.core_loop import CoreLoop
from hub.runtime.devices.baselines import SettingsKeeper
from hub.runtime.devices.fleet_reach import CameraHeads, DeviceSettings
from hub.runtime.devices.homes import HomeWatch
from hub.runtime.devices.kept_settings import KeptSettings

FOLDER = "settings"


class DeviceKeeping:
    """Both keepers. On the hub's event loop."""

    def __init__(
        self,
        core: CoreLoop,
        clock: Clock,
        fleet: Fleet,
        data: Path,
        *,
        turn: Callable[[TurnToPreset], Awaitable[Event]],
        point: Callable[[str, str, bool], Awaitable[None]],
        settings_every_s: Callable[[], float],
    ) -> None:
        """`data`: the site's data folder. `settings_every_s`: how often the settings of a device are read. `turn` and
        `point`: as in `HomeWatch`."""
        self._core = core
        self._clock = clock
        self.settings = SettingsKeeper(
            DeviceSettings(fleet),
            KeptSettings(data / FOLDER),
            clock,
            state=self._state,
            submit=self._submit,
            every_s=settings_every_s,
        )
        self._homes = HomeWatch(
            CameraHeads(fleet, self._state),
            clock,
            state=self._state,
            submit=self._submit,
            turn=turn,
            note=self._note,
            point=point,
        )

    async def keep(self) -> None:
        """Look at settings and at places. Runs for ever."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self.settings.run(), name="settings")
            both.create_task(self._homes.run(), name="homes")

    def follow(self, records: Sequence[Record]) -> None:
        """Carry out what people asked for."""
        self._homes.follow(records)
        for record in records:
            if isinstance(record.event, SettingsRestoring):
                self.settings.restore(record.event)

    def _state(self) -> State:
        return self._core.state

    async def _submit(self, command: Command | Order, actor: str) -> object:
        def think(state: State) -> list[Draft]:
            return [Draft(event, actor=actor) for event in decide(state, command, actor, self._clock.now())]

        return await self._core.propose(think)

    async def _note(self, event: Event, actor: str) -> object:
        return await self._core.propose(lambda state: [Draft(event, actor=actor)])
