"""Devices that share a password are found without trying anything, and what cannot be read is compared with none."""

from collections.abc import Callable

from hub.devices.fleet import DeviceSpec
from hub.devices.trust import TlsTrust
from hub.errors import SiteError
from hub.runtime.devices.shared_passwords import find_sharing
from hub.vendor.access import Address, Credentials, DeviceAccess
from hub.vendor.session import Session


def spec(name: str, credentials: Callable[[], Credentials | None]) -> DeviceSpec:
    def opened(access: DeviceAccess) -> Session:
        raise AssertionError("nobody is to be asked")

    address = Address(host="192.0.2.1", port=80)
    return DeviceSpec(
        id=name,
        plugin="acme",
        settings=name,
        address=address,
        credentials=credentials,
        trust=TlsTrust(),
        poll_s=30,
        open=opened,
    )


def unreadable() -> Credentials | None:
    raise SiteError("The secret file cannot be read.")


def test_two_devices_with_one_password_are_found_whatever_their_accounts_are_called() -> None:
    given = {
        "nvr-1": lambda: Credentials("admin", "summer"),
        "nvr-2": lambda: Credentials("hub", "summer"),
        "gate-1": lambda: Credentials("admin", "winter"),
        "open-1": lambda: None,
        "open-2": lambda: None,
        "empty-1": lambda: Credentials("admin", ""),
        "empty-2": lambda: Credentials("admin", ""),
        "lost": unreadable,
    }
    specs = {name: spec(name, credentials) for name, credentials in given.items()}
    assert find_sharing(specs) == {"nvr-1", "nvr-2"}
