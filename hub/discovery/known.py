"""Which of the devices that answered are in hub.toml already. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from hub.discovery.clean import plain_address

_ADDRESSES = ("url", "main_url", "sub_url")


def known_hosts(
    tables: Iterable[Mapping[str, Any]], reveal: Callable[[str], str] = lambda text: text
) -> dict[str, str]:
    """The id of the first table at each host, as hub.toml names it: by `host`, or inside an address of a stream.

    `tables`: of `[[devices]]` and `[[cameras]]` as they were written. `reveal` reads what is written by reference; it
    returns "" for what cannot be read. Only the host is taken from it.
    """
    hosts: dict[str, str] = {}
    for table in tables:
        for place in _places_of(table, reveal):
            hosts.setdefault(_plain(place.host), str(table.get("id", "")))
    return hosts


def hosts_by_id(
    tables: Iterable[Mapping[str, Any]], reveal: Callable[[str], str] = lambda text: text
) -> dict[str, str]:
    """Where each device and camera is that says it, by id."""
    hosts: dict[str, str] = {}
    for table in tables:
        for place in _places_of(table, reveal):
            hosts.setdefault(str(table.get("id", "")), _plain(place.host))
    return hosts


def known_at(
    tables: Iterable[Mapping[str, Any]],
    host: str,
    port: int | None,
    reveal: Callable[[str], str] = lambda text: text,
    *,
    stream: bool = False,
) -> str:
    """The id of the first table at a host, empty where there is none.

    Several devices may stand behind one address of a router: where hub.toml and `port` both name the port of a device,
    or both (`stream`) that of a stream, it must be the same.
    """
    for table in tables:
        for place in _places_of(table, reveal):
            comparable = place.stream == stream and place.port is not None and port is not None
            if _plain(place.host) == _plain(host) and not (comparable and place.port != port):
                return str(table.get("id", ""))
    return ""


class _Place(NamedTuple):
    host: str
    port: int | None
    stream: bool


def _places_of(table: Mapping[str, Any], reveal: Callable[[str], str]) -> Iterable[_Place]:
    if isinstance(table.get("host"), str):
        port = table.get("port")
        yield _Place(table["host"], port if isinstance(port, int) else None, stream=False)
    for key in _ADDRESSES:
        if isinstance(table.get(key), str):
            try:
                parts = urlsplit(reveal(table[key]))
                host = parts.hostname
            except ValueError:  # not an address; whoever uses it says so
                continue
            if host:
                yield _Place(host, _port_of(parts), stream=True)


def _port_of(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:  # a number that no port has; whoever uses it says so
        return None


def _plain(host: str) -> str:
    return plain_address(host) or host.casefold()
