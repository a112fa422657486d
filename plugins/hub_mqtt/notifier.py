"""Publishes the messages: a connection each, one try, the broker's word for it."""

import asyncio

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from hub.api import DeliveryFailed, Message, PluginContext
from hub_mqtt.compose import make_body, topic_of
from hub_mqtt.connection import Broker, failure, refused
from hub_mqtt.options import MqttOptions, MqttTarget


class Mqtt:
    """A notifier that publishes to one broker, with QoS 1.

    `patience_s` bounds a whole delivery; the hub would cancel it after 30 s without knowing why it hung. A connection
    for each message costs some milliseconds (README.md), and leaves nothing that could be half dead at the next one.
    """

    def __init__(self, options: MqttOptions, context: PluginContext, *, patience_s: float = 20.0) -> None:
        self._options = options
        self._context = context
        self._patience_s = patience_s
        self._broker = Broker(options, context)

    async def send(self, message: Message, target: MqttTarget) -> str:
        topic, body = topic_of(message, target), make_body(message, self._context.clock.now())
        host = self._options.host
        try:
            async with asyncio.timeout(self._patience_s), self._broker.connected(self._patience_s) as client:
                await client.publish(
                    topic, body, qos=1, retain=message.retain or target.retain, properties=self._properties(message)
                )
                if client.refusal is not None:
                    raise refused(client.refusal, f"The broker {host} refuses the message")
        except TimeoutError:
            raise DeliveryFailed(f"The broker {host} did not answer in time.") from None
        except (aiomqtt.MqttError, OSError, ValueError) as error:
            raise failure(error, host) from error
        return f"published, {len(body)} bytes"

    def _properties(self, message: Message) -> Properties | None:
        """The message's id, by which the far side can drop doubles; older versions of MQTT have no place for it."""
        if self._options.protocol != "5":
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.UserProperty = ("id", message.id[:1000].replace("\0", " "))
        return properties
