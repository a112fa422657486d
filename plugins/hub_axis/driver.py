"""What is registered."""

from typing import cast

from pydantic import BaseModel

from hub.api import DeviceAccess, PluginContext, Vendor
from hub_axis.capabilities import COULD
from hub_axis.options import AxisOptions
from hub_axis.session import AxisSession


def open_session(access: DeviceAccess, options: BaseModel, context: PluginContext) -> AxisSession:
    return AxisSession(access, cast(AxisOptions, options))


VENDOR = Vendor(
    name="axis", title="Axis (VAPIX)", port=80, tls_port=443, could=COULD, options=AxisOptions, open=open_session
)
