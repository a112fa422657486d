"""The vendor as the hub knows it."""

from pydantic import BaseModel

from hub.api import DeviceAccess, PluginContext, Session, Vendor
from hub_uniview.options import UniviewOptions
from hub_uniview.session import UniviewSession


def open_session(access: DeviceAccess, options: BaseModel, context: PluginContext) -> Session:
    """A session; nothing is asked of the device yet."""
    return UniviewSession(access, UniviewOptions.model_validate(options.model_dump()))


VENDOR = Vendor(
    name="uniview",
    title="Uniview (LAPI, experimental)",
    port=80,
    could=frozenset(
        {
            "streams",
            "snapshot",
            "ptz",
            "clock",
            "storage",
            "settings",
            "restore",
            "channels",
            "audit",
            "reboot",
        }
    ),
    options=UniviewOptions,
    open=open_session,
)
