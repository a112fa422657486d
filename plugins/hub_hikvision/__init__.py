"""Hikvision devices (ISAPI), and SADP to find them. See README.md."""

from hub.api import RegisterFinder, RegisterVendor, hookimpl


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    from hub_hikvision.driver import VENDOR

    register(VENDOR)


@hookimpl
def hub_register_finders(register: RegisterFinder) -> None:
    from hub_hikvision.finder import find

    register("sadp", find)
