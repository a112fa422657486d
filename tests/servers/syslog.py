"""A log server on a free port of this machine, over UDP, TCP or TLS, that reads as strictly as RFC 5424 and CEF ask.

async with LogServer("tcp") as server:
    server.port
    server.messages          # as they came, one each
    await server.stop(); await server.start()        # the same port

What came is read by code of its own: nothing here comes from the plugin that sends.
"""

import asyncio
import re
import socket
import ssl
from datetime import datetime
from typing import Literal, NamedTuple

_SYSLOG = re.compile(
    r"<(?P<pri>[0-9]{1,3})>1 (?P<time>-|\S+) (?P<host>[\x21-\x7e]{1,255}) (?P<app>[\x21-\x7e]{1,48}) "
    r"(?P<proc>[\x21-\x7e]{1,128}) (?P<id>[\x21-\x7e]{1,32}) (?P<rest>.*)",
    re.DOTALL,
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_ELEMENT = re.compile(r'\[([^\s="\]]{1,32})((?: [^\s="\]]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\]')
_PARAMETER = re.compile(r' ([^\s="\]]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"')


class Told(NamedTuple):
    """One message of RFC 5424."""

    facility: int
    severity: int
    at: datetime
    host: str
    app: str
    name: str
    data: dict[str, dict[str, str]]
    text: str


class Cef(NamedTuple):
    vendor: str
    product: str
    version: str
    kind: str
    title: str
    severity: int
    fields: dict[str, str]


def parse_syslog(message: bytes) -> Told:
    """The message; an assertion fails where it is none."""
    match = _SYSLOG.fullmatch(message.decode("utf-8"))
    assert match is not None, message
    priority = int(match["pri"])
    assert priority <= 191
    assert str(priority) == match["pri"]
    assert _TIME.fullmatch(match["time"]), match["time"]
    rest, data = match["rest"], dict[str, dict[str, str]]()
    if rest.startswith("-"):
        rest = rest[1:]
    else:
        while element := _ELEMENT.match(rest):
            assert element[1] not in data
            data[element[1]] = {
                name: re.sub(r'\\(["\\\]])', r"\1", value) for name, value in _PARAMETER.findall(element[2])
            }
            rest = rest[element.end() :]
        assert data, rest
    assert not rest or rest.startswith(" "), rest
    text = rest[1:]
    return Told(
        facility=priority // 8,
        severity=priority % 8,
        at=datetime.fromisoformat(match["time"].replace("Z", "+00:00")),
        host=match["host"],
        app=match["app"],
        name=match["id"],
        data=data,
        text=text.removeprefix("\ufeff"),
    )


def parse_cef(text: str) -> Cef:
    """The event; an assertion fails where it is none."""
    head = re.match(r"(?:(?:[^\\|]|\\.)*\|){7}", text)
    assert head is not None, text
    parts = [*re.findall(r"((?:[^\\|]|\\.)*)\|", head[0]), text[head.end() :]]
    assert parts[0] == "CEF:0"
    assert "\n" not in text
    vendor, product, version, kind, title, severity = (re.sub(r"\\([\\|])", r"\1", part) for part in parts[1:7])
    assert 0 <= int(severity) <= 10
    found = list(re.finditer(r"(?:^| )(\w+)=", _unescaped_equals(parts[7])))
    fields = {}
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(parts[7])
        raw = parts[7][match.end() : end]
        fields[match[1]] = re.sub(r"\\([\\=rn])", lambda m: {"r": "\r", "n": "\n"}.get(m[1], m[1]), raw)
    return Cef(vendor, product, version, kind, title, int(severity), fields)


def _unescaped_equals(text: str) -> str:
    """The text with what is escaped put out of the way, at the same places."""
    return re.sub(r"\\.", "..", text)


class LogServer:
    """On the event loop of the test."""

    def __init__(self, transport: Literal["udp", "tcp", "tls"], *, trust: ssl.SSLContext | None = None) -> None:
        """`trust`: the server's side of TLS."""
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        with socket.socket(socket.AF_INET, kind) as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.messages: list[bytes] = []
        self.connections = 0
        self.reading = asyncio.Event()
        """Cleared: what comes is left lying."""
        self.reading.set()
        self._transport = transport
        self._trust = trust
        self._server: asyncio.Server | None = None
        self._datagrams: asyncio.DatagramTransport | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "LogServer":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        if self._transport == "udp":
            loop = asyncio.get_running_loop()
            address = ("127.0.0.1", self.port)
            self._datagrams, _ = await loop.create_datagram_endpoint(lambda: _Ear(self.messages), local_addr=address)
        else:
            self._server = await asyncio.start_server(
                self._serve, "127.0.0.1", self.port, ssl=self._trust, limit=4096, reuse_address=True
            )

    async def stop(self) -> None:
        """Close the port and every connection, as a server that is killed."""
        if self._datagrams is not None:
            self._datagrams.close()
            self._datagrams = None
            await asyncio.sleep(0)
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            self._server = None

    async def until(self, count: int, within_s: float = 10.0) -> list[Told]:
        """Wait for so many messages; all that came, read."""
        try:
            async with asyncio.timeout(within_s):
                while len(self.messages) < count:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"{len(self.messages)} messages came, not {count}") from None
        return [parse_syslog(message) for message in self.messages]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            while True:
                await self.reading.wait()
                length = await reader.readuntil(b" ")
                assert re.fullmatch(rb"[1-9][0-9]* ", length), length
                self.messages.append(await reader.readexactly(int(length)))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, messages: list[bytes]) -> None:
        self._messages = messages

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._messages.append(data)
