"""Looking for devices on the network around the hub."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A device that answered, or announced itself. Anybody on the network may have said this: nothing of it is true
    until a person has looked."""

    by: str
    """How it was found: `ws-discovery`, `mdns`, `sadp`, `dhip`."""
    address: str
    """IP address."""
    port: int | None = None
    tls: bool = False
    drivers: tuple[str, ...] = ()
    """Which vendors' sessions would fit, best first."""
    maker: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    name: str = ""
    firmware: str = ""
    activated: bool | None = None
    """False: it has no password yet."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """How to look for devices."""

    seconds: float = 5.0
    interfaces: tuple[str, ...] = ()
    """IPv4 addresses of our own to ask from; empty: all of this machine's."""
    passive: bool = False
    """Only listen; send nothing."""


class Datagram(msgspec.Struct, frozen=True):
    """What came, and from which IP address: the sender's, which alone is hard to forge."""

    payload: bytes
    sender: str


class Network(Protocol):
    """How a finder reaches the network around the hub."""

    def ask(
        self, group: str, port: int, questions: tuple[bytes, ...], *, listen_port: int = 0, broadcast: bool = False
    ) -> Iterator[Datagram]:
        """Send the questions to the multicast group (and as a broadcast) from each interface, twice, and give what
        comes back until the time of the search is over: at most 2,000 datagrams of at most 16 KiB.

        `listen_port`: where answers come when the protocol has a fixed port; it is shared with others when it is taken.
        A passive search sends nothing and listens to the group only.
        """
        ...

    def left_s(self) -> float:
        """Seconds until the search ends; never below 0."""
        ...


class Finder(Protocol):
    """Looks for devices on the network. Called in a thread of its own; it gives what it finds as it comes, ends when
    the time of the search is over, sends no credentials, and follows no address that an answer names."""

    def __call__(self, search: Search, network: Network) -> Iterable[Found]: ...
