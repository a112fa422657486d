"""Which of the devices that answered are in hub.toml already. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

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
        for host in _hosts_of(table, reveal):
            hosts.setdefault(plain_address(host) or host.casefold(), str(table.get("id", "")))
    return hosts


def _hosts_of(table: Mapping[str, Any], reveal: Callable[[str], str]) -> Iterable[str]:
    if isinstance(table.get("host"), str):
        yield table["host"]
    for key in _ADDRESSES:
        if isinstance(table.get(key), str):
            try:
                host = urlsplit(reveal(table[key])).hostname
            except ValueError:  # not an address; whoever uses it says so
                continue
            if host:
                yield host
