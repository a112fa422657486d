"""What the plugin registers."""

from pydantic import BaseModel

from hub.api import DeviceAccess, PluginContext, Vendor
from hub_reolink.options import ReolinkOptions
from hub_reolink.session import COULD, ReolinkSession


def open_session(access: DeviceAccess, options: BaseModel, context: PluginContext) -> ReolinkSession:
    """The session with one device; no I/O."""
    return ReolinkSession(access, ReolinkOptions.model_validate(options.model_dump()))


VENDOR = Vendor(name="reolink", title="Reolink", port=80, could=COULD, options=ReolinkOptions, open=open_session)
