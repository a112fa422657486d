"""Finds out what a device can do, by asking it harmless questions."""

from collections.abc import Callable, Mapping

from hub.api import Capability, DeviceForbidden, ProtocolError, Support, Unsupported
from hub_dahua.cgi import Cgi
from hub_dahua.footage import Finders
from hub_dahua.layout import read_zone
from hub_dahua.parse_ptz import parse_abilities

COULD: frozenset[Capability] = frozenset(
    (
        *("streams", "snapshot", "events", "ptz", "clock", "storage", "recordings", "export", "settings"),
        *("restore", "users", "channels", "audit", "reboot"),
    )
)


def probe(cgi: Cgi, finders: Finders) -> Mapping[Capability, Support]:
    """What is there, what is not, and what only trying would tell."""
    cgi.forget()
    titles = _tried(lambda: cgi.config("ChannelTitle"))
    recordings = _tried(lambda: _find(finders))
    settings = _tried(lambda: cgi.config("General"))
    return {
        "streams": _tried(lambda: cgi.config("Encode")),
        "snapshot": "yes" if titles == "yes" else "unknown",
        "events": _tried(lambda: cgi.active("VideoLoss")),
        "ptz": _tried(
            lambda: parse_abilities(cgi.known("ptz.cgi?action=getCurrentProtocolCaps&channel=1", "how it is steered"))
        ),
        "clock": _tried(lambda: read_zone(cgi)),
        "storage": _tried(lambda: cgi.known("storageDevice.cgi?action=getDeviceAllInfo", "its disks")),
        "recordings": recordings,
        "export": recordings if recordings == "no" else "unknown",
        "settings": settings,
        "restore": settings if settings == "no" else "unknown",
        "users": _tried(lambda: cgi.known("userManager.cgi?action=getUserInfoAll", "its accounts")),
        "channels": titles,
        "temperature": "no",
        "audit": settings,
        "reboot": "unknown",
    }


def _find(finders: Finders) -> None:
    finders.make()
    finders.give_back()


def _tried(ask: Callable[[], object]) -> Support:
    try:
        ask()
    except Unsupported:
        return "no"
    except (DeviceForbidden, ProtocolError):
        return "unknown"  # A 403 may be about this account, and may change with it.
    return "yes"
