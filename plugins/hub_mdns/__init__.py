"""Devices that announce themselves by multicast DNS. See README.md."""

from hub.api import RegisterFinder, hookimpl


@hookimpl
def hub_register_finders(register: RegisterFinder) -> None:
    from hub_mdns.finder import find

    register("mdns", find)
