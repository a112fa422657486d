"""Many small HTTP devices in one process, for `bench devices`: `python -m bench.devices_peer 300`.

Prints their ports in one line, then serves until it is killed. Each asks for HTTP digest (and takes any answer to it:
what is measured is the hub), gives four XML pages of a kilobyte and a half, and a stream of events with a sign of life
every ten seconds. `POST /hang` makes a device take requests and answer none.
"""

import asyncio
import secrets
import sys

_ITEM = "<item><id>%d</id><name>HDD %d</name><status>ok</status><capacity>3815447</capacity><free>1024</free></item>"
_PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?><page>' + "".join(_ITEM % (n, n) for n in range(14)) + "</page>"
).encode()
_EVENT = b"--b\r\nContent-Type: application/xml\r\n\r\n<event><type>videoloss</type><state>inactive</state></event>\r\n"
_BEAT_S = 10.0


class _Device:
    def __init__(self) -> None:
        self.hangs = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"POST /hang"):
                    self.hangs = True
                    writer.write(_answer(b""))
                elif self.hangs:
                    await asyncio.sleep(3600)
                elif b"uthorization: Digest" not in head:
                    challenge = f'WWW-Authenticate: Digest realm="d", nonce="{secrets.token_hex(16)}", qop="auth"\r\n'
                    writer.write(_answer(b"", "401 Unauthorized", challenge))
                elif head.startswith(b"GET /events"):
                    await _tell(writer)
                else:
                    writer.write(_answer(_PAGE))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _tell(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"%x\r\n%s\r\n" % (len(_EVENT), _EVENT))
        await writer.drain()
        await asyncio.sleep(_BEAT_S)


def _answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


async def main(devices: int) -> None:
    """Serve until the process is killed."""
    servers = [await asyncio.start_server(_Device().serve, "127.0.0.1", 0) for _ in range(devices)]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
