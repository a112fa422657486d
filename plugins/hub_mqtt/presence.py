"""Keeps on the broker whether the hub is there: it says `online`, and the broker `offline` when it is gone.

What Home Assistant is to know besides is kept by `hub_mqtt.home`.
"""

import asyncio
import logging

import aiomqtt

from hub.api import DeliveryFailed, PluginContext, SiteFeed
from hub_mqtt.connection import Broker, failure
from hub_mqtt.home import Home
from hub_mqtt.options import MqttOptions

_log = logging.getLogger("hub_mqtt")
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_PATIENCE_S = 20.0
_GOODBYE_S = 2.0


class Presence:
    """A service with a connection of its own, made again whenever it breaks. Without a topic it does nothing."""

    def __init__(self, options: MqttOptions, context: PluginContext) -> None:
        self._options = options
        self._broker = Broker(options, context)
        self._home = Home(options, context)
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns at once: a broker that is away keeps no camera from being watched."""
        if self._options.availability_used:
            self._task = asyncio.create_task(self._stay(), name="mqtt presence")

    async def follow(self, feed: SiteFeed) -> None:
        """Keep on the broker what Home Assistant is to know of the site."""
        await self._home.keep(feed)

    async def stop(self) -> None:
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=_GOODBYE_S + 1.0)
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _stay(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            try:
                await self._be_there()
                pause_s = _FIRST_PAUSE_S
            except DeliveryFailed as error:
                _log.warning("mqtt presence: %s", error)
            try:
                await asyncio.wait_for(self._stopping.wait(), pause_s)
            except TimeoutError:
                pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    async def _be_there(self) -> None:
        """From one connection to its end. Raises `DeliveryFailed` where there is none."""
        topic = self._options.availability_used
        will = aiomqtt.Will(topic, b"offline", qos=1, retain=True)
        async with self._broker.connected(_PATIENCE_S, will) as client:
            try:
                await client.publish(topic, b"online", qos=1, retain=True)
                if await self._until_gone(client):
                    return
                async with asyncio.timeout(_GOODBYE_S):
                    await client.publish(topic, b"offline", qos=1, retain=True)
            except (aiomqtt.MqttError, OSError, TimeoutError) as error:
                raise failure(error, self._options.host) from error

    async def _until_gone(self, client: aiomqtt.Client) -> bool:
        """Wait until the broker is gone, or the hub stops; whether the broker is."""
        listening = asyncio.create_task(_listen(client))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({listening, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return listening.done()
        finally:
            for task in (listening, stopping):
                task.cancel()
            await asyncio.wait({listening, stopping})


async def _listen(client: aiomqtt.Client) -> None:
    try:
        async for _ in client.messages:
            pass
    except aiomqtt.MqttError:
        return  # the connection broke
