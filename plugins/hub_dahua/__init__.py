"""Dahua (CGI) devices. See README.md."""

from hub.api import RegisterFinder, RegisterVendor, hookimpl


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    from hub_dahua.driver import VENDOR

    register(VENDOR)


@hookimpl
def hub_register_finders(register: RegisterFinder) -> None:
    from hub_dahua.finder import find

    register("dhip", find)
