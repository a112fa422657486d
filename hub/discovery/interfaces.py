"""This machine's own IPv4 addresses, as the kernel tells them."""

import fcntl
import socket
import struct
from collections.abc import Sequence

import msgspec

from hub.errors import Refused

_GET_FLAGS = 0x8913
_GET_ADDRESS = 0x8915
_UP, _LOOPBACK, _MULTICAST = 0x1, 0x8, 0x1000


class Interface(msgspec.Struct, frozen=True):
    """A network interface with an IPv4 address of ours; `index` as the kernel counts."""

    name: str
    index: int
    address: str


def interfaces_of(wanted: Sequence[str] = ()) -> list[Interface]:
    """The interfaces that have these addresses; without any, all that are up and carry multicast, but the loopback.

    Raises `Refused` for an address that is not ours.
    """
    known = _interfaces()
    if not wanted:
        return [interface for interface, flags in known if flags & _UP and flags & _MULTICAST and not flags & _LOOPBACK]
    by_address = {interface.address: interface for interface, _ in known}
    foreign = [address for address in wanted if address not in by_address]
    if foreign:
        raise Refused(
            f"{foreign[0]} is not an address of this machine.",
            hint=f"It has: {', '.join(by_address) or 'none'}.",
        )
    return [by_address[address] for address in dict.fromkeys(wanted)]


def _interfaces() -> list[tuple[Interface, int]]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for index, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                flags = struct.unpack_from("H", fcntl.ioctl(asking, _GET_FLAGS, request), 16)[0]
                address = fcntl.ioctl(asking, _GET_ADDRESS, request)[20:24]
            except OSError:  # it has no IPv4 address, or went away meanwhile
                continue
            found.append((Interface(name, index, socket.inet_ntoa(address)), flags))
    return found
