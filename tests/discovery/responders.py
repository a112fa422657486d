"""Devices on a test network, one a process: `python -m tests.discovery.responders KIND`.

They answer as the real ones do; what they say is written by hand. `ready` on stdout says that they listen.
"""

import re
import socket
import struct
import sys
import time

MATCH = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsadis="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><SOAP-ENV:Header><wsadis:RelatesTo>{relates}</wsadis:RelatesTo>
</SOAP-ENV:Header><SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch><wsadis:EndpointReference>
<wsadis:Address>urn:uuid:{uuid}</wsadis:Address></wsadis:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types>
<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{addresses}</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion></d:ProbeMatch>
</d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"""
SCOPES = (
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming "
    "onvif://www.onvif.org/name/North%20gate onvif://www.onvif.org/hardware/XC-200 "
    "onvif://www.onvif.org/location/yard onvif://www.onvif.org/mac/02:00:5e:10:00:01"
)
GROUP, PORT = "239.255.255.250", 3702
_ID = re.compile(rb"MessageID>([^<]+)<")
_ONLY = {"transmitter": b"NetworkVideoTransmitter", "device": b"tds:Device"}


def member(group: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + struct.pack("=I", 0))
    return sock


def answer(kind: str, probe: bytes) -> list[bytes]:
    """What a device of this kind answers to a probe."""
    found = _ID.search(probe)
    relates = found[1].decode() if found else ""

    def match(addresses: str, scopes: str = SCOPES) -> bytes:
        uuid = "00000000-0000-0000-0000-020000000001"
        return MATCH.format(relates=relates, uuid=uuid, scopes=scopes, addresses=addresses).encode()

    match kind:
        case "camera":
            return [match("http://10.77.0.2:8080/onvif/device_service http://[fe80::1]:8080/onvif/device_service")]
        case "transmitter" | "device":
            return [match("http://10.77.0.3/onvif/device_service")] if _ONLY[kind] in probe else []
        case "anything":
            return [match("http://10.77.0.3/onvif/device_service")] if b"Types" not in probe else []
        case "forger":
            scopes = SCOPES.replace("North%20gate", "%1b[31mroot%0d%0a").replace(
                "02:00:5e:10:00:01", "02:00:5e:10:00:66"
            )
            return [match("http://192.0.2.66:81/onvif/device_service", scopes)]
        case "bomb":
            dtd = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
            return [match("http://10.77.0.4/x").replace(b"?>", b"?>" + dtd, 1).replace(b"North%20gate", b"&b;")]
        case "large":
            return [match("http://10.77.0.4/x", SCOPES + " " + "x" * 40000)]
        case "nonsense":
            return [b"", b"<", b"\xff" * 1500, match("http://[::bad/x"), match("ftp://10.77.0.4/x", "")]
        case "flood":
            macs = (f"5e:11:{n // 256:02x}:{n % 256:02x}" for n in range(400))
            return [match("http://10.77.0.4/x", SCOPES.replace("5e:10:00:01", mac)) for mac in macs]
    raise ValueError(kind)


def main(kind: str) -> None:
    if kind == "echo":  # waits at a port and says where from it was asked
        sock = member(sys.argv[2], int(sys.argv[3]))
    else:
        sock = member(GROUP, PORT)
    print("ready", flush=True)
    if kind == "hello":
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        hello = MATCH.format(relates="", uuid="1", scopes=SCOPES, addresses="http://10.77.0.2/onvif/device_service")
        payload = hello.replace("ProbeMatches>", "X>").replace("ProbeMatch>", "Hello>").encode()
        while True:
            sock.sendto(payload, (GROUP, PORT))
            time.sleep(0.3)
    while True:
        probe, sender = sock.recvfrom(65536)
        if kind == "echo":
            print(f"{sender[0]}:{sender[1]} {probe.decode()}", flush=True)
            sock.sendto(b"heard " + probe, sender)
        elif b"Probe>" in probe and b"ProbeMatch" not in probe:
            for part in answer(kind, probe):
                sock.sendto(part, sender)


if __name__ == "__main__":
    main(sys.argv[1])
