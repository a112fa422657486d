"""Keeps on the broker what Home Assistant is to know: while the hub runs, and after a camera has left hub.toml."""

import asyncio
import json
import logging
from collections import OrderedDict
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import aiomqtt

from hub.api import DeliveryFailed, PluginContext, SiteFeed
from hub_mqtt.connection import Broker, Connection, failure, refused
from hub_mqtt.discovery import ALARM_EVENTS, KnownAlarm, alarm_event, alarm_topic, messages, raised
from hub_mqtt.options import MqttOptions

_log = logging.getLogger("hub_mqtt")
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_PATIENCE_S = 20.0
_LOOK_EVERY_S = 1.0
"""Changes of a second are published together."""
_OLD = timedelta(minutes=10)
"""What happened to an alarm so long ago is not told any more: the far side would take it for new."""
_ALARMS_KEPT = 5_000
_LARGEST_FILE = 8 * 1024 * 1024
_MOST_TOPICS = 50_000


class Home:
    """What the broker keeps for Home Assistant. On the hub's event loop."""

    def __init__(self, options: MqttOptions, context: PluginContext) -> None:
        self._options = options
        self._context = context
        self._broker = Broker(options, context)
        self._file = context.data / "retained.json"
        self._alarms: OrderedDict[str, KnownAlarm] = OrderedDict()

    async def keep(self, feed: SiteFeed) -> None:
        """Publish for ever; made again whenever the connection breaks.

        Without the table `home_assistant` it only removes what an earlier one left on the broker.
        """
        wanted = self._options.home_assistant is not None
        pause_s, position = _FIRST_PAUSE_S, feed.head
        while wanted or await asyncio.to_thread(self._left_behind):
            begun_s = self._context.clock.monotonic()
            try:
                async with self._broker.connected(_PATIENCE_S) as client:
                    position = await self._on(client, feed, position)
            except DeliveryFailed as error:
                feed.trouble(error)
                _log.warning("mqtt discovery: %s", error)
            if self._context.clock.monotonic() - begun_s > _LONGEST_PAUSE_S:
                pause_s = _FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    def _left_behind(self) -> bool:
        return bool(_load(self._file))

    async def _on(self, client: Connection, feed: SiteFeed, position: int) -> int:
        """Publish on one connection until it breaks; the record up to which alarms were told. Raises
        `DeliveryFailed` when not even the present state could be published."""
        told = await self._bring_up(client, feed, None)
        feed.trouble(None)
        if self._options.home_assistant is None:
            return position
        alarms = _Position(position)
        tasks = [
            asyncio.create_task(self._tell_states(client, feed, told)),
            asyncio.create_task(self._tell_alarms(client, feed, alarms)),
            asyncio.create_task(_listen(client)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        for task in done:
            if (error := task.exception()) is not None and not isinstance(error, DeliveryFailed):
                raise error
            if error is not None:
                feed.trouble(error)
                _log.warning("mqtt discovery: %s", error)
        return alarms.seq

    async def _bring_up(self, client: Connection, feed: SiteFeed, told: dict[str, bytes] | None) -> dict[str, bytes]:
        """Bring the broker in line with the site; what it then keeps. `told`: what it kept before; None for a
        new connection."""
        site, home = feed.site(), self._options.home_assistant
        wanted: dict[str, bytes] = {}
        if home is not None:
            wanted = messages(site, home, self._options.availability_used, self._context.language)
        for alarm in site.alarms:
            self._remember(KnownAlarm(alarm.id, alarm.camera, alarm.title, alarm.priority))
        known = told or {}
        same = told is not None and wanted.keys() == known.keys()
        kept = set(known) if same else set(await asyncio.to_thread(_load, self._file))
        if not wanted.keys() <= kept:
            # Before it is published: what a crash leaves behind is then known too.
            await asyncio.to_thread(_save, self._file, kept | set(wanted))
        for topic, body in wanted.items():
            if known.get(topic) != body:
                await self._publish(client, topic, body, retain=True)
        stale = sorted(kept - wanted.keys())
        for topic in stale:
            await self._publish(client, topic, b"", retain=True)
        if stale:
            await asyncio.to_thread(_save, self._file, set(wanted))
        return wanted

    async def _tell_states(self, client: Connection, feed: SiteFeed, told: dict[str, bytes]) -> None:
        seen = -1
        while True:
            seen = await feed.changed(seen)
            told = await self._bring_up(client, feed, told)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _tell_alarms(self, client: Connection, feed: SiteFeed, position: "_Position") -> None:
        home = self._options.home_assistant
        assert home is not None
        stream = feed.records(position.seq)
        try:
            async for batch in stream:
                for record in batch:
                    if record.type == "alarm.raised":
                        self._remember(raised(record))
                    known = self._alarms.get(record.body.get("alarm", "")) if record.type in ALARM_EVENTS else None
                    if known is not None and self._context.clock.now() - record.seen_at < _OLD:
                        body = alarm_event(record, known, self._context.language)
                        await self._publish(client, alarm_topic(home, known.camera), body, retain=False)
                    position.seq = record.seq
        finally:
            stream.close()

    async def _publish(self, client: Connection, topic: str, body: bytes, *, retain: bool) -> None:
        host = self._options.host
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await client.publish(topic, body, qos=1, retain=retain)
        except (aiomqtt.MqttError, OSError, ValueError, TimeoutError) as error:
            raise failure(error, host) from error
        if client.refusal is not None:
            code, client.refusal = client.refusal, None
            raise refused(code, f"The broker {host} refuses what is published for Home Assistant at {topic}")

    def _remember(self, alarm: KnownAlarm) -> None:
        self._alarms[alarm.id] = alarm
        self._alarms.move_to_end(alarm.id)
        while len(self._alarms) > _ALARMS_KEPT:
            self._alarms.popitem(last=False)


class _Position:
    """The record up to which alarms were told: what a broken connection had not taken is told on the next one."""

    def __init__(self, seq: int) -> None:
        self.seq = seq


async def _listen(client: aiomqtt.Client) -> None:
    """Return when the broker is gone."""
    with suppress(aiomqtt.MqttError):
        async for _ in client.messages:
            pass


def _load(file: Path) -> list[str]:
    """The topics that the broker may keep something of ours under."""
    try:
        with file.open("rb") as opened:
            topics = json.loads(opened.read(_LARGEST_FILE))
    except (OSError, ValueError):
        return []
    return [topic for topic in topics if isinstance(topic, str)][:_MOST_TOPICS] if isinstance(topics, list) else []


def _save(file: Path, topics: set[str]) -> None:
    """Raises `DeliveryFailed`: what is not noted could never be removed."""
    fresh = file.with_name(f".{file.name}.new")
    try:
        fresh.write_text(json.dumps(sorted(topics)[:_MOST_TOPICS]), encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise DeliveryFailed(f"The topics that were published cannot be noted in {file}: {error.strerror}.") from error
