"""A Hikvision device on a test network: `python -m tests.plugins.hub_hikvision.responder unicast|multicast ADDRESS`.

Real devices answer to the group, so that everybody hears; some firmware answers to whoever asked.
"""

import socket
import struct
import sys

from tests.plugins.hub_hikvision.synthetic import sadp_answer

GROUP, PORT = "239.255.255.250", 37020


def main() -> None:
    kind, address = sys.argv[1:]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind(("", PORT))
        line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + struct.pack("=I", 0))
        print("ready", flush=True)
        while True:
            question, asker = line.recvfrom(4096)
            if b"<Types>inquiry</Types>" in question:
                said = sadp_answer(address, "true" if kind == "unicast" else "false", f"bc-ad-28-00-00-0{address[-1]}")
                line.sendto(said, asker if kind == "unicast" else (GROUP, PORT))


if __name__ == "__main__":
    main()
