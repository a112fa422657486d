"""Uniview devices (LAPI). Experimental. See README.md."""

from hub.api import RegisterVendor, hookimpl


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    from hub_uniview.driver import VENDOR

    register(VENDOR)
