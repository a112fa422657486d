"""The way to a device that hub.toml names, or that an address on the command line names."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from hub.errors import SiteError

if TYPE_CHECKING:
    from hub.devices.access import Access
    from hub.plugin_host import PluginHost


class Reached(NamedTuple):
    """A device that can be asked."""

    access: "Access"
    driver: str
    options: Any
    channel: int


def reach_named(site: Path, name: str, host: "PluginHost") -> Reached:
    """The device or camera of hub.toml with the id `name`. Raises `SiteError`, `ConfigError`."""
    from hub.clock import SystemClock
    from hub.config.hub_toml.device_tables import CameraPlace
    from hub.config.hub_toml.plugin_tables import check_plugin_tables
    from hub.config.load import load_site
    from hub.devices.access import build_access
    from hub.devices.certificate import parse_fingerprint
    from hub.devices.trust import TlsTrust
    from hub.vendor.access import Address, Credentials

    tables = check_plugin_tables(load_site(site), host)
    place = tables.cameras.get(name)
    device, channel = (place.device, place.channel) if isinstance(place, CameraPlace) else (name, 1)
    settings = tables.devices.get(device)
    if settings is None:
        raise SiteError(f"hub.toml has no device '{name}'.", hint=_known(tables.devices))
    connection, vendor = settings.connection, host.vendors[settings.driver].vendor

    def credentials() -> Credentials | None:
        if connection.user is None or connection.password is None:
            return None
        return Credentials(connection.user, connection.password.reveal(site))

    address = Address(
        host=connection.host,
        port=connection.port or (vendor.tls_port if connection.tls else vendor.port),
        tls=connection.tls,
    )
    trust = TlsTrust(
        fingerprint=parse_fingerprint(connection.tls_fingerprint) if connection.tls_fingerprint else "",
        ca_file=site / connection.ca_file if connection.ca_file else None,
    )
    access = build_access(device, address, credentials, trust, SystemClock())
    return Reached(access, settings.driver, settings.options, channel)


def reach_address(url: str, *, user: str, password: str, fingerprint: str = "") -> "Access":
    """The device at `http://host[:port]` or `https://…`. Raises `SiteError`."""
    from hub.clock import SystemClock
    from hub.devices.access import build_access
    from hub.devices.certificate import parse_fingerprint
    from hub.devices.trust import TlsTrust
    from hub.vendor.access import Address, Credentials

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.path not in ("", "/"):
        raise SiteError(
            "This is no address of a device.",
            hint="Write http://10.1.2.3 or https://10.1.2.3:8443; name and password go into --user and --password.",
        )
    tls = parts.scheme == "https"
    given = Credentials(user, password) if user else None
    trust = TlsTrust(fingerprint=parse_fingerprint(fingerprint) if fingerprint else "")
    address = Address(host=host, port=port or (443 if tls else 80), tls=tls)
    return build_access(host, address, lambda: given, trust, SystemClock())


def _known(devices: Mapping[str, Any]) -> str:
    return f"There are: {', '.join(sorted(devices)[:10])}." if devices else "It has none that the hub can ask."
