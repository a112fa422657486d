"""The control room's computer, as the hub asks any device."""

from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel

from hub.api import (
    Capability,
    DeviceAccess,
    DeviceError,
    DeviceInfo,
    Health,
    PluginContext,
    Reading,
    Support,
    Unsupported,
    Vendor,
)
from hub_station.files import Files
from hub_station.inventory import take_inventory
from hub_station.options import StationOptions
from hub_station.parse import parse_started, parse_system_name, shown

_NOT_ASKED = "only what is installed is looked at"


class StationSession:
    """Reads files of this computer; asks nothing over the network, and changes nothing."""

    def __init__(self, access: DeviceAccess, options: StationOptions) -> None:
        self._access = access
        self._options = options
        self._files = Files(options.root, access.left_s)

    def describe(self) -> DeviceInfo:
        system = parse_system_name(self._files.text("etc/os-release"))
        return DeviceInfo(
            maker=self._line("sys/class/dmi/id/sys_vendor"),
            model=self._line("sys/class/dmi/id/product_name") or system or "Linux computer",
            firmware=system,
            name=self._line("etc/hostname"),
        )

    def _line(self, path: str) -> str:
        try:
            return shown(self._files.text(path).strip())[:100]
        except DeviceError:
            return ""

    def capabilities(self) -> Mapping[Capability, Support]:
        return {"settings": "yes"}

    def health(self) -> Health:
        try:
            started = Reading(status="ok", value=parse_started(self._files.text("proc/stat")))
        except Unsupported as error:
            started = Reading(status="unsupported", detail=error.message)
        except DeviceError as error:
            started = Reading(status="error", detail=error.message)
        return Health(
            clock=Reading(status="unsupported", detail="it is the hub's own"),
            volumes=Reading(status="unsupported", detail=_NOT_ASKED),
            channels=Reading(status="unsupported", detail=_NOT_ASKED),
            temperatures=Reading(status="unsupported", detail=_NOT_ASKED),
            fans=Reading(status="unsupported", detail=_NOT_ASKED),
            started_at=started,
        )

    def settings(self) -> Mapping[str, str]:
        return take_inventory(self._options, self._access.left_s)

    def apply(self, changes: Mapping[str, str]) -> None:
        raise Unsupported(
            "The hub installs and removes nothing on the computer.",
            hint="Let the technical department do it; the next look sees it.",
        )

    def close(self) -> None:
        """Nothing is held."""


def open_session(access: DeviceAccess, options: BaseModel, context: PluginContext) -> StationSession:
    return StationSession(access, cast(StationOptions, options))


VENDOR = Vendor(
    name="station",
    title="The control room's computer",
    port=1,
    could=frozenset({"settings"}),
    options=StationOptions,
    open=open_session,
)
