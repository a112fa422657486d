"""The way to a log server: over TLS, TCP or UDP."""

import asyncio
import contextlib
import fcntl
import os
import socket
import ssl
import struct
import termios
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, cast

from hub.api import DeliveryFailed, redact
from hub_syslog.options import SyslogOptions

LONGEST = {"tls": 8192, "tcp": 8192, "udp": 2048}
"""Bytes of a message: what RFC 5425 says that servers should take, and RFC 5424, section 6.1, for all others."""
_CONNECT_S = 10.0
_TAKEN_S = 20.0
_LOOK_S = 0.01
_UDP_AT_ONCE = 50
_UDP_PAUSE_S = 0.01
"""5,000 messages a second at most: a server that gets more at once loses them unseen."""


class Line(Protocol):
    """A connection. For one task."""

    async def send(self, messages: Sequence[bytes]) -> None:
        """Hand messages over; return when the far machine has them, as far as the transport can tell. Raises
        `DeliveryFailed`."""
        ...

    async def gone(self) -> None:
        """Return when the far side has closed the connection."""
        ...


@asynccontextmanager
async def connected(options: SyslogOptions, site: Path) -> AsyncIterator[Line]:
    """A line to the server. Raises `DeliveryFailed`."""
    if options.transport == "udp":
        async with _datagrams(options) as datagrams:
            yield datagrams
        return
    trust = await asyncio.to_thread(_trust, options, site) if options.transport == "tls" else None
    try:
        async with asyncio.timeout(_CONNECT_S):
            reader, writer = await asyncio.open_connection(options.host, options.port_used, ssl=trust)
    except (OSError, TimeoutError) as error:
        raise failure(error, options.host) from error
    try:
        yield _Stream(options.host, reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await writer.wait_closed()


class _Stream:
    """Octets counted, as RFC 5425 and RFC 6587 have it: a message may hold line ends."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host
        self._reader = reader
        self._writer = writer

    async def send(self, messages: Sequence[bytes]) -> None:
        try:
            async with asyncio.timeout(_TAKEN_S):
                self._writer.writelines(b"%d %b" % (len(each), each) for each in messages)
                await self._writer.drain()
                while not self._taken():  # noqa: ASYNC110 # the system does not tell, it can only be asked
                    await asyncio.sleep(_LOOK_S)
        except (OSError, TimeoutError) as error:
            raise failure(error, self._host) from error

    async def gone(self) -> None:
        try:
            while await self._reader.read(1024):  # what a log server says is nothing to us
                pass
        except OSError:
            return

    def _taken(self) -> bool:
        """Whether the far machine has acknowledged every byte. What it does with them, syslog does not tell."""
        if self._reader.at_eof() or self._writer.transport.is_closing():
            raise ConnectionResetError("the server closed the connection")
        if self._writer.transport.get_write_buffer_size():
            return False
        line: socket.socket = self._writer.get_extra_info("socket")
        (waiting,) = struct.unpack("i", fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))
        return not waiting


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, host: str) -> None:
        self._host = host
        self._refusal: OSError | None = None
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def error_received(self, exc: Exception) -> None:
        self._refusal = exc if isinstance(exc, OSError) else OSError(str(exc))

    async def send(self, messages: Sequence[bytes]) -> None:
        assert self._transport is not None
        for begin in range(0, len(messages), _UDP_AT_ONCE):
            for each in messages[begin : begin + _UDP_AT_ONCE]:
                self._transport.sendto(each)
            await asyncio.sleep(_UDP_PAUSE_S)
            if self._refusal is not None:
                # The other machine said that nobody listens there; mostly nobody says anything.
                error, self._refusal = self._refusal, None
                raise failure(error, self._host) from error

    async def gone(self) -> None:
        await asyncio.get_running_loop().create_future()


@asynccontextmanager
async def _datagrams(options: SyslogOptions) -> AsyncIterator[_Datagrams]:
    loop, host = asyncio.get_running_loop(), options.host
    try:
        async with asyncio.timeout(_CONNECT_S):
            transport, protocol = await loop.create_datagram_endpoint(
                lambda: _Datagrams(host), remote_addr=(host, options.port_used)
            )
    except (OSError, TimeoutError) as error:
        raise failure(error, host) from error
    try:
        yield protocol
    finally:
        transport.close()


def _trust(options: SyslogOptions, site: Path) -> ssl.SSLContext:
    file = site / options.ca if options.ca else None
    try:
        trust = ssl.create_default_context(cafile=file)
        if options.certificate:
            file = site / options.certificate
            trust.load_cert_chain(file)
    except OSError as error:
        raise DeliveryFailed(
            f"The certificate file {file} cannot be used: {error.strerror or error}.",
            retry=False,
            hint="`ca` and `certificate` in [plugins.syslog] name PEM files, relative to the site's folder.",
        ) from error
    return trust


def failure(error: Exception, host: str) -> DeliveryFailed:
    """What went wrong, as the hub understands it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return DeliveryFailed(
            f"The certificate of {host} is not trusted: {error.verify_message}.",
            hint="`ca` in [plugins.syslog] names the certificate of a private authority.",
        )
    if isinstance(error, TimeoutError):
        return DeliveryFailed(f"The log server {host} did not answer in time.")
    plain = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    words = redact(" ".join(plain.split()))[:120].removesuffix(".") or type(error).__name__
    return DeliveryFailed(f"The log server {host} cannot be reached: {words}.")
