"""The vendor as the hub knows it."""

from pydantic import BaseModel

from hub.api import DeviceAccess, PluginContext, Session, Vendor
from hub_hikvision.options import HikvisionOptions
from hub_hikvision.session import HikvisionSession


def open_session(access: DeviceAccess, options: BaseModel, context: PluginContext) -> Session:
    """A session; nothing is asked of the device yet."""
    return HikvisionSession(access, HikvisionOptions.model_validate(options.model_dump()), context.clock)


VENDOR = Vendor(
    name="hikvision",
    title="Hikvision (ISAPI)",
    port=80,
    could=frozenset(
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
    ),
    options=HikvisionOptions,
    open=open_session,
)
