"""How the keepers of settings and of home presets reach the devices: through the fleet, one call at a time."""

from collections.abc import Callable, Mapping, Sequence

from hub.core.homes.position import Position
from hub.core.state import State
from hub.devices.fleet import Fleet
from hub.errors import Unsupported
from hub.runtime.devices.homes import Reading
from hub.vendor.session import Ptz, Settings
from hub.vendor.values import PtzPosition

_SETTINGS_S = 60.0
_POSITION_S = 10.0


class DeviceSettings:
    """Settings by device."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def telling(self) -> Sequence[str]:
        return self._fleet.offering(Settings, "settings")

    async def read(self, device: str) -> Mapping[str, str]:
        return await self._fleet.ask(device, Settings, lambda session: dict(session.settings()), within_s=_SETTINGS_S)

    async def write(self, device: str, wanted: Mapping[str, str]) -> None:
        await self._fleet.ask(device, Settings, lambda session: session.apply(wanted), within_s=_SETTINGS_S)


class CameraHeads:
    """Positions by camera: those with a home preset whose device can tell where it points."""

    def __init__(self, fleet: Fleet, state: Callable[[], State]) -> None:
        self._fleet = fleet
        self._state = state

    def steered(self) -> Sequence[str]:
        state = self._state()
        homed = {camera.id for camera in state.site.cameras if camera.home}
        turning = set(self._fleet.offering(Ptz, "ptz")) if homed else ()
        return [
            camera
            for device in turning
            if (known := state.devices.by_id.get(device)) is not None
            for camera in known.configured.cameras.values()
            if camera in homed
        ]

    async def position(self, camera: str) -> Reading:
        device = self._state().devices.camera_device(camera)
        if device is None:
            raise Unsupported(f"{camera} is no device that the hub can ask.")
        channel = next(number for number, name in device.cameras.items() if name == camera)
        found = await self._fleet.ask(device.id, Ptz, lambda session: session.position(channel), within_s=_POSITION_S)
        return Reading(_position(found), found.moving)


def _position(told: PtzPosition) -> Position:
    return Position(
        pan=told.pan,
        tilt=told.tilt,
        zoom=told.zoom,
        space=told.space,
        pan_span=_span(told.pan_range),
        tilt_span=_span(told.tilt_range),
        zoom_span=_span(told.zoom_range),
        wraps=told.pan_wraps,
    )


def _span(ends: tuple[float, float] | None) -> float | None:
    return abs(ends[1] - ends[0]) or None if ends is not None else None
