"""Axis devices (VAPIX). See README.md."""

from hub.api import RegisterVendor, hookimpl


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    from hub_axis.driver import VENDOR

    register(VENDOR)
