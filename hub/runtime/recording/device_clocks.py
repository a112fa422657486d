"""How far the clocks of cameras are ahead, as their devices say: kept with what is recorded."""

import asyncio
from collections.abc import Callable, Mapping

from hub.client.devices import DeviceNow
from hub.core.devices.model import Devices

LOOK_EVERY_S = 15.0
_STEADY_S = 0.5
"""Devices tell the time to the second: a difference below this is none."""


class DeviceClocks:
    """On the hub's event loop."""

    def __init__(self, devices: Callable[[], Devices], now: Callable[[], Mapping[str, DeviceNow]]) -> None:
        """`devices`: those on record, with their cameras. `now`: what the last look at each device said."""
        self.offsets: Mapping[str, float] = {}
        """Seconds that the clock is ahead, by camera, where its device says."""
        self.on_change: Callable[[], None] = lambda: None
        self._devices = devices
        self._now = now

    async def keep(self) -> None:
        """Look again and again. Runs for ever."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> None:
        """Take in what the devices say now."""
        found = steadied(self.offsets, offsets_of(self._devices(), self._now()))
        if found != self.offsets:
            self.offsets = found
            self.on_change()


def offsets_of(devices: Devices, now: Mapping[str, DeviceNow]) -> dict[str, float]:
    """What each camera's device says of its clock; of a channel, what its recorder does."""
    return {
        camera: said.drift_s
        for name, device in devices.by_id.items()
        if (said := now.get(name)) is not None and said.drift_s is not None
        for camera in device.configured.cameras.values()
    }


def steadied(before: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
    """What is known now; where that differs by less than a device can tell, what was known before."""
    return {
        camera: before[camera] if camera in before and abs(before[camera] - offset) < _STEADY_S else offset
        for camera, offset in now.items()
    }
