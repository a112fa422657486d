"""ONVIF devices. See README.md."""

from hub.api import RegisterFinder, RegisterVendor, hookimpl


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    from hub_onvif.driver import VENDOR

    register(VENDOR)


@hookimpl
def hub_register_finders(register: RegisterFinder) -> None:
    from hub_onvif.finder import find

    register("ws-discovery", find)
