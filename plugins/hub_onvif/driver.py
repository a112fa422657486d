"""What the plugin registers."""

from pydantic import BaseModel

from hub.api import DeviceAccess, PluginContext, PluginError, Session, Vendor
from hub_onvif.options import OnvifOptions


def open_session(access: DeviceAccess, options: BaseModel, context: PluginContext) -> Session:
    """A session; no I/O."""
    from hub_onvif.session import OnvifSession

    if not isinstance(options, OnvifOptions):
        raise PluginError("The options are not those of an ONVIF device.")
    return OnvifSession(access, options)


VENDOR = Vendor(
    name="onvif",
    title="ONVIF",
    port=80,
    could=frozenset(
        {
            "streams",
            "snapshot",
            "events",
            "ptz",
            "clock",
            "recordings",
            "export",
            "settings",
            "restore",
            "users",
            "channels",
            "reboot",
        }
    ),
    options=OnvifOptions,
    open=open_session,
)
