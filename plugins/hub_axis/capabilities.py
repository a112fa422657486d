"""What a device can do, by what it says of itself and by what the account may."""

from collections.abc import Mapping

from hub.api import Capability, DeviceBusy, DeviceForbidden, DeviceRejected, ProtocolError, Support, Unsupported
from hub_axis.clock import read_clock
from hub_axis.listening import Listening
from hub_axis.parse_json import Apis
from hub_axis.vapix import Vapix

COULD: frozenset[Capability] = frozenset(
    {
        "streams",
        "snapshot",
        "events",
        "ptz",
        "clock",
        "storage",
        "recordings",
        "export",
        "settings",
        "restore",
        "users",
        "channels",
        "temperature",
        "audit",
        "reboot",
    }
)
_GROUPS = "root.Properties,root.PTZ.ImageSource"


def probe(vapix: Vapix, listening: Listening) -> dict[Capability, Support]:
    """One look at each thing; a question that fails leaves `unknown`."""
    told = vapix.parameters(_GROUPS)
    apis = _apis(vapix)
    formats = told.get("Properties.Image.Format", "").lower().split(",")
    has_view = any(formats) and formats != [""]
    disk = _says(told, "Properties.LocalStorage.LocalStorage")
    admin = _support(vapix.may("admin"))
    return {
        "streams": "yes" if has_view else "no",
        "snapshot": "yes" if {"jpeg", "mjpeg"} & set(formats) else ("unknown" if has_view else "no"),
        "events": _events(vapix, listening),
        "ptz": _ptz(told),
        "clock": "yes" if "time-service" in apis else _clock(vapix),
        "storage": disk,
        "recordings": disk,
        "export": _says(told, "Properties.LocalStorage.ExportRecording"),
        "settings": _support(vapix.may("operator")),
        "restore": admin,
        "users": admin,
        "channels": "yes" if has_view else "no",
        "temperature": _says(told, "Properties.TemperatureSensor.TemperatureSensor"),
        "audit": admin,
        "reboot": admin,
    }


def _support(may: bool | None) -> Support:
    """Of what every device has: where the account may not, nobody has seen it."""
    return "yes" if may else "unknown"


def _says(told: Mapping[str, str], name: str) -> Support:
    """A property that a device does not have is one that it does not name."""
    return "yes" if told.get(name, "no").strip().lower() == "yes" else "no"


def _apis(vapix: Vapix) -> frozenset[str]:
    try:
        told = vapix.call("/axis-cgi/apidiscovery.cgi", "getApiList", Apis, {})
        return frozenset(one.id for one in told.api_list or ())
    except (Unsupported, ProtocolError, DeviceForbidden):
        return frozenset()


def _clock(vapix: Vapix) -> Support:
    try:
        read_clock(vapix)
    except Unsupported:
        return "no"
    except (ProtocolError, DeviceForbidden, DeviceRejected, DeviceBusy):
        return "unknown"
    return "yes"


def _events(vapix: Vapix, listening: Listening) -> Support:
    if vapix.may("operator") is False:
        return "unknown"
    try:
        return "yes" if listening.works() else "no"
    except (ProtocolError, DeviceForbidden, DeviceBusy):
        return "unknown"


def _ptz(told: Mapping[str, str]) -> Support:
    if _says(told, "Properties.PTZ.PTZ") == "no":
        return "no"
    enabled = [
        value.strip().lower()
        for name, value in told.items()
        if name.startswith("PTZ.ImageSource.") and name.endswith(".PTZEnabled")
    ]
    return "unknown" if not enabled else "yes" if "true" in enabled or "yes" in enabled else "no"
