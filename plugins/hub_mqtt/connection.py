"""Connections to the broker that end when they should, and every refusal understood."""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from hub.api import DeliveryFailed, PluginContext, SiteError, redact
from hub_mqtt.options import MqttOptions

KEEPALIVE_S = 20
"""How often the connection is looked after; also the longest time that a broker may take to begin TLS."""
_PROTOCOLS = {"5": aiomqtt.ProtocolVersion.V5, "3.1.1": aiomqtt.ProtocolVersion.V311}
_NUMBER = re.compile(r"^\[Errno [0-9]+\] ")
_FOR_GOOD = frozenset({0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C, 0x90, 0x95, 0x99, 0x9A, 0x9B})
"""Reason codes of MQTT that another try cannot change: protocol, client id, credentials, rights, topic, size, format,
what the broker does not support."""


class Connection(aiomqtt.Client):
    """A client of aiomqtt with what that leaves out: why a message was refused, and an end without a goodbye."""

    refusal: ReasonCode | None = None
    """What the broker said of the newest message that it refused."""

    def _on_publish(self, client: Any, userdata: Any, mid: int, reason_code: ReasonCode, properties: Any) -> None:
        if reason_code.is_failure:
            self.refusal = reason_code
        super()._on_publish(client, userdata, mid, reason_code, properties)

    @property
    def began(self) -> bool:
        """Whether the connection to the broker is there, though MQTT may not have begun on it."""
        return self._client.socket() is not None

    async def end(self) -> None:
        """Close the connection at once; a broker that listens is told that it ends in order."""
        await asyncio.sleep(0)  # what the library has asked of the loop is about a socket that must still be there
        misc = self._misc_task
        self._client.on_socket_register_write = None  # the goodbye is written now, and not when the loop finds time
        self._client.on_disconnect = None  # nobody waits for it, and it trips over a beginning that was cancelled
        self._client.disconnect()
        if self._client.socket() is not None:  # the broker takes nothing any more
            self._client._sock_close()
        if misc is not None:
            misc.cancel()
            await asyncio.wait([misc])


class Broker:
    """Makes connections, one at a time: each may block a thread of the hub's pool while it is begun."""

    def __init__(self, options: MqttOptions, context: PluginContext) -> None:
        self._options = options
        self._context = context
        self._trust: ssl.SSLContext | None = None
        self._one = asyncio.Lock()
        self._late: asyncio.Task[None] | None = None
        """A connection that nobody waits for any more, and that still blocks its thread."""
        # The library logs the host of every connection, and every failure at a level of its own choice.
        self._logger = logging.getLogger("hub_mqtt.library")
        self._logger.setLevel(logging.CRITICAL)

    @asynccontextmanager
    async def connected(self, within_s: float, will: aiomqtt.Will | None = None) -> AsyncIterator[Connection]:
        """A connection; it has ended when this returns. Raises `DeliveryFailed`."""
        user, password, trust = await asyncio.to_thread(self._prepare)
        options = self._options
        client = Connection(
            options.host,
            options.port_used,
            username=user,
            password=password,
            protocol=_PROTOCOLS[options.protocol],
            tls_context=trust,
            timeout=within_s,
            keepalive=KEEPALIVE_S,
            will=will,
            logger=self._logger,
            # What comes in is not asked for, and never kept.
            max_queued_incoming_messages=1,
        )
        async with self._one:
            await self._begin(client)
        try:
            yield client
        finally:
            await client.end()

    async def _begin(self, client: Connection) -> None:
        if self._late is not None:
            await asyncio.wait([self._late])
        beginning = asyncio.create_task(client.__aenter__())
        try:
            await asyncio.shield(beginning)
        except BaseException as error:
            if not beginning.done() and not client.began:
                self._late = asyncio.create_task(_end_late(client, beginning))
            else:
                beginning.cancel()
                await asyncio.wait([beginning])
                await client.end()
            if isinstance(error, Exception):
                raise failure(error, self._options.host) from error
            raise

    def _prepare(self) -> tuple[str | None, str | None, ssl.SSLContext | None]:
        options, site = self._options, self._context.site
        try:
            password = options.password.reveal(site) if options.password is not None else None
        except SiteError as error:
            raise DeliveryFailed(error.message, retry=False, hint=error.hint) from error
        if options.security == "none":
            return options.user, password, None
        if self._trust is None:
            file = site / options.ca if options.ca else None
            try:
                self._trust = ssl.create_default_context(cafile=file)
            except OSError as error:
                raise DeliveryFailed(
                    f"The certificate file {file} cannot be read: {error.strerror or error}.",
                    retry=False,
                    hint="`ca` in [plugins.mqtt] names a PEM file, relative to the site's folder.",
                ) from error
        return options.user, password, self._trust


def failure(error: Exception, host: str) -> DeliveryFailed:
    """What went wrong, as the hub understands it."""
    if isinstance(error, DeliveryFailed):
        return error
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return DeliveryFailed(
                f"The certificate of {host} is not trusted: {seen.verify_message}.",
                retry=False,
                hint="`ca` in [plugins.mqtt] names the certificate of a private authority.",
            )
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, aiomqtt.MqttCodeError) and isinstance(error.rc, ReasonCode):
        return refused(error.rc, f"The broker {host} refuses the connection")
    if isinstance(error, TimeoutError) or "timed out" in str(error).lower():
        return DeliveryFailed(f"The broker {host} did not answer in time.")
    plain = _NUMBER.sub("", " ".join(str(error).split()))
    words = redact(plain)[:120].removesuffix(".") or type(error).__name__
    return DeliveryFailed(f"The broker {host} cannot be reached: {words}.")


def refused(code: ReasonCode, what: str) -> DeliveryFailed:
    """A refusal by the broker."""
    return DeliveryFailed(f"{what}: {code}.", retry=code.value not in _FOR_GOOD)


async def _end_late(client: Connection, beginning: "asyncio.Task[Any]") -> None:
    await asyncio.wait([beginning])
    if not beginning.cancelled():
        beginning.exception()
    await client.end()
