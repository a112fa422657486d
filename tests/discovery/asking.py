"""Asks on a test network and prints what came: `python -m tests.discovery.asking LISTEN_PORT INTERFACE [broadcast]`."""

import sys

from hub.clock import SystemClock
from hub.discovery.network import SearchNetwork
from hub.vendor.finding import Search

GROUP, PORT = "239.1.2.3", 4000


def main() -> None:
    listen_port, interface, *rest = sys.argv[1:]
    network = SearchNetwork(Search(seconds=1.2, interfaces=(interface,)), SystemClock())
    answers = network.ask(GROUP, PORT, (b"who",), listen_port=int(listen_port), broadcast="broadcast" in rest)
    for datagram in answers:
        print("answer", datagram.sender, datagram.payload.decode())


if __name__ == "__main__":
    main()
