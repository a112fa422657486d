"""The drivers of the cameras: those that plugins bring for cameras alone, and those over the devices of vendors."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from hub.config.hub_toml.device_tables import CameraPlace, DeviceSettings
from hub.config.hub_toml.site import CameraTable, SiteConfig
from hub.config.load import PluginTables
from hub.core.state import State
from hub.errors import HubError, PluginError
from hub.ports import CameraDriver
from hub.runtime.devices.devices import Devices
from hub.runtime.plugins.faults import PluginFaults
from hub.runtime.plugins.parts import PluginParts
from hub.runtime.recording.plan import record_order
from hub.runtime.watch.camera_orders import CameraSpec
from hub.watch.messages import WatchSettings


class OnDevice(NamedTuple):
    """The options of a camera whose driver is a vendor's: another way to the device makes it another camera."""

    place: CameraPlace
    device: DeviceSettings | None


class Drivers:
    """Makes them, and knows whose fault it is when one breaks. On the hub's event loop."""

    def __init__(
        self,
        plugins: PluginParts,
        devices: Devices,
        faults: PluginFaults,
        *,
        on_answer: Callable[[str, Exception | None], None],
    ) -> None:
        """`on_answer` is told what each driver said of where its camera's stream is."""
        self._plugins = plugins
        self._devices = devices
        self._faults = faults
        self._on_answer = on_answer
        self._cameras: dict[str, CameraTable] = {}
        self._tables = PluginTables()

    def use(self, config: SiteConfig, tables: PluginTables) -> None:
        """Drive exactly these cameras."""
        self._cameras = {camera.id: camera for camera in config.cameras}
        self._tables = tables

    def specs(self, config: SiteConfig, recordings: Path) -> dict[str, CameraSpec]:
        """How each camera of hub.toml is watched; `recordings` is where they are recorded."""
        return {
            camera.id: CameraSpec(
                camera.driver,
                self._options(camera.id),
                WatchSettings(**config.limits_of(camera).model_dump()),
                record_order(config, camera, recordings),
            )
            for camera in config.cameras
        }

    def build(self, name: str, options: Any) -> CameraDriver:
        """The driver of one camera. Raises `PluginError`."""
        if not isinstance(options, OnDevice):
            return self._plugins.driver(name, options)
        if options.device is None:
            raise PluginError(f"The driver {name} is not working; see `hub plugins list`.")
        return self._devices.camera(options.place)

    def of(self, camera: str) -> CameraDriver | None:
        """The driver of a camera of hub.toml; None for any other. Raises `PluginError`."""
        known = self._cameras.get(camera)
        return self.build(known.driver, self._options(camera)) if known is not None else None

    def answered(self, camera: str, error: Exception | None) -> None:
        """A driver said where its camera's stream is, or why it cannot say."""
        self._on_answer(camera, error)
        self.worked(camera, None if isinstance(error, HubError) else error)

    def worked(self, camera: str, fault: Exception | None) -> None:
        """What a driver raised that it may not raise; None: it worked."""
        known = self._cameras.get(camera)
        self._faults.camera(known.driver if known is not None else "", camera, fault)

    def _options(self, camera: str) -> Any:
        options = self._tables.cameras.get(camera)
        if isinstance(options, CameraPlace):
            return OnDevice(options, self._tables.devices.get(options.device))
        return options


def refused_at(state: State, camera: str) -> datetime | None:
    """Since when a camera is known to refuse its credentials."""
    known = state.cameras.get(camera)
    refused = known.findings.get("access.refused") if known is not None else None
    return refused.since_at if refused is not None else None
