"""The computer of the control room, as a device whose settings are what is installed on it. See README.md."""

from hub.api import RegisterVendor, hookimpl


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    from hub_station.session import VENDOR

    register(VENDOR)
