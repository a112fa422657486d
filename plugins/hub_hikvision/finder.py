"""Finding Hikvision devices by SADP, also those that nobody has given a password or a fitting address yet."""

from collections.abc import Iterator
from uuid import uuid4

from hub.api import Found, Network, ProtocolError, Search
from hub_hikvision.parse_sadp import parse_answer

GROUP = "239.255.255.250"
PORT = 37020


def find(search: Search, network: Network) -> Iterator[Found]:
    """What answers, once for each device and what it says."""
    seen: set[Found] = set()
    for datagram in network.ask(GROUP, PORT, (write_question(str(uuid4())),), listen_port=PORT):
        try:
            found = parse_answer(datagram.payload, datagram.sender)
        except ProtocolError:
            # Anybody may send anything to this port; it is no device, and nobody's fault.
            continue
        if found is not None and found not in seen:
            seen.add(found)
            yield found


def write_question(uuid: str) -> bytes:
    """`Probe`; devices want the number in capitals."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>{uuid.upper()}</Uuid><Types>inquiry</Types></Probe>'
    ).encode()
