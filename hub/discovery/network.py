"""How finders reach the network around the hub: datagrams from each interface, and what comes back within bounds.

Theory: a question leaves from a socket of each interface of its own, so that an answer to it comes back there. Where a
protocol's answers come to a fixed port, one more socket waits at that port; others of this machine may wait there too
(`SO_REUSEADDR`, and `SO_REUSEPORT` where somebody insists on it). `IP_MULTICAST_ALL` is off: else a socket is handed
what other programs of this machine subscribed to.

What comes is counted, by sender and in all: one flooding sender does not use up what the others may say.
"""

import selectors
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import cast

import structlog

from hub.clock import Clock
from hub.discovery.interfaces import Interface, interfaces_of
from hub.vendor.finding import Datagram, Search

MOST_DATAGRAMS = 2000
MOST_OF_A_SENDER = 100
LARGEST_DATAGRAM = 16 * 1024
LONGEST_S = 120.0

_AGAIN_S = 0.4
"""Between the first question and the second: datagrams are lost, and cameras that wake up answer late."""
_WAIT_S = 0.25
_RECEIVE_BUFFER = 1024 * 1024
_IP_MULTICAST_ALL = 49
_IP_UNICAST_IF = 50
_BROADCAST = "255.255.255.255"

_log = structlog.get_logger("discovery")


class SearchNetwork:
    """The `hub.vendor.finding.Network` of one search. Shared by the threads of its finders; `end` stops all of them.

    Raises `Refused` when the search names an address that is not of this machine.
    """

    def __init__(self, search: Search, clock: Clock) -> None:
        self._search = search
        self._clock = clock
        self._interfaces = interfaces_of(search.interfaces)
        self._ends_s = clock.monotonic() + min(max(search.seconds, 0.0), LONGEST_S)
        self._ended = threading.Event()

    @property
    def interfaces(self) -> Sequence[Interface]:
        return self._interfaces

    def left_s(self) -> float:
        return 0.0 if self._ended.is_set() else max(0.0, self._ends_s - self._clock.monotonic())

    def end(self) -> None:
        """End the search at once; finders notice within a quarter of a second."""
        self._ended.set()

    def ask(
        self, group: str, port: int, questions: tuple[bytes, ...], *, listen_port: int = 0, broadcast: bool = False
    ) -> Iterator[Datagram]:
        passive = self._search.passive
        with ExitStack() as stack:
            asking = [] if passive else self._asking(stack)
            listening = self._listening(stack, group, listen_port or (port if passive else 0))
            waiting = stack.enter_context(selectors.DefaultSelector())
            for sock in [*(sock for _, sock in asking), *([listening] if listening is not None else [])]:
                waiting.register(sock, selectors.EVENT_READ)
            rounds_s = [] if passive else [0.0, _AGAIN_S]
            begun_s = self._clock.monotonic()
            heard: Counter[str] = Counter()
            given = 0
            while waiting.get_map() and (left_s := self.left_s()) > 0:
                if rounds_s and self._clock.monotonic() - begun_s >= rounds_s[0]:
                    rounds_s.pop(0)
                    self._send(asking, listening, group, port, questions, broadcast=broadcast)
                for key, _ in waiting.select(min(left_s, _WAIT_S)):
                    datagram = _received(cast(socket.socket, key.fileobj))
                    if datagram is None or datagram.payload in questions:  # our own words, handed back by the kernel
                        continue
                    heard[datagram.sender] += 1
                    if heard[datagram.sender] > MOST_OF_A_SENDER:
                        if heard[datagram.sender] == MOST_OF_A_SENDER + 1:
                            _log.warning("sender_floods", sender=datagram.sender, group=group, port=port)
                        continue
                    yield datagram
                    given += 1
                    if given == MOST_DATAGRAMS:
                        _log.warning("network_floods", datagrams=given, group=group, port=port)
                        return

    def _asking(self, stack: ExitStack) -> list[tuple[Interface, socket.socket]]:
        made = []
        for interface in self._interfaces:
            sock = stack.enter_context(_datagram_socket())
            try:
                sock.bind((interface.address, 0))
                _send_from(sock, interface)
            except OSError as error:  # an address may go away between looking and asking
                _log.warning("interface_unusable", interface=interface.name, reason=error.strerror)
                continue
            made.append((interface, sock))
        return made

    def _listening(self, stack: ExitStack, group: str, port: int) -> socket.socket | None:
        """A socket at `port` that is a member of the group on each interface; None where there is no port to wait at,
        or somebody has it for himself."""
        if not port:
            return None
        sock = stack.enter_context(_datagram_socket())
        if not _bind_shared(sock, port):
            _log.warning("port_taken", port=port, doing="answers are awaited at ports of our own only")
            return None
        for interface in self._interfaces:
            member = socket.inet_aton(group) + struct.pack("=4si", socket.inet_aton(interface.address), interface.index)
            with suppress(OSError):  # it went away, or is a member already
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        return sock

    def _send(
        self,
        asking: Sequence[tuple[Interface, socket.socket]],
        listening: socket.socket | None,
        group: str,
        port: int,
        questions: Sequence[bytes],
        *,
        broadcast: bool,
    ) -> None:
        targets = [group, *([_BROADCAST] if broadcast else [])]
        for interface, own in asking:
            sock = listening if listening is not None else own
            for target in targets:
                for question in questions:
                    try:
                        if listening is not None:
                            _send_from(listening, interface)
                        sock.sendto(question, (target, port))
                    except OSError as error:  # no way to the group there: the other interfaces go on
                        _log.debug("not_sent", interface=interface.name, target=target, reason=error.strerror)


def _datagram_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    with suppress(OSError):
        sock.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)
    return sock


def _bind_shared(sock: socket.socket, port: int) -> bool:
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        sock.setsockopt(socket.SOL_SOCKET, option, 1)
        try:
            sock.bind(("", port))
        except OSError:
            continue
        return True
    return False


def _send_from(sock: socket.socket, interface: Interface) -> None:
    member = struct.pack("=4s4si", bytes(4), socket.inet_aton(interface.address), interface.index)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, member)
    # Broadcasts leave where the default route leads unless they are told.
    with suppress(OSError):
        sock.setsockopt(socket.IPPROTO_IP, _IP_UNICAST_IF, struct.pack("!I", interface.index))


def _received(sock: socket.socket) -> Datagram | None:
    """What is there; None for nothing, and for what is larger than is read."""
    try:
        payload, (sender, _) = sock.recvfrom(LARGEST_DATAGRAM + 1)
    except OSError:  # taken meanwhile, or the refusal of a peer that the kernel hands us
        return None
    return Datagram(payload, sender) if len(payload) <= LARGEST_DATAGRAM else None
