"""Asks the network for Dahua devices."""

from collections.abc import Iterator

from hub.api import Found, Network, ProtocolError, Search
from hub_dahua.parse_dhip import GROUP, PORT, make_question, parse_answer


def find(search: Search, network: Network) -> Iterator[Found]:
    """Every device that answers, once for each address and serial number."""
    seen: set[tuple[str, str]] = set()
    for datagram in network.ask(GROUP, PORT, (make_question(),), broadcast=True):
        try:
            found = parse_answer(datagram)
        except ProtocolError:
            continue  # Anybody may send anything to an open port; there is nobody to tell.
        if found is not None and (found.address, found.serial) not in seen:
            seen.add((found.address, found.serial))
            yield found
