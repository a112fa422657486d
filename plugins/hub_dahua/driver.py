"""What the plugin registers."""

from pydantic import BaseModel

from hub.api import DeviceAccess, PluginContext, Vendor
from hub_dahua.options import DahuaOptions
from hub_dahua.probing import COULD
from hub_dahua.session import DahuaSession


def open_session(access: DeviceAccess, options: BaseModel, context: PluginContext) -> DahuaSession:
    """The session with one device; no I/O."""
    return DahuaSession(access, DahuaOptions.model_validate(options.model_dump()))


VENDOR = Vendor(
    name="dahua",
    title="Dahua",
    port=80,
    could=COULD,
    options=DahuaOptions,
    open=open_session,
)
