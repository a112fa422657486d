"""Reolink devices, by their HTTP API. Experimental. See README.md."""

from hub.api import RegisterVendor, hookimpl


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    from hub_reolink.driver import VENDOR

    register(VENDOR)
