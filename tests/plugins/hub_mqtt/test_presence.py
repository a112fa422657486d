"""Whether the hub is there is kept on the broker: while it runs, when it ends, and when it is killed."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from hub_mqtt import presence
from hub_mqtt.options import MqttOptions
from hub_mqtt.presence import Presence

from hub.api import PluginContext
from tests.servers.broker import Broker, Ear

TOPIC = "watchroom/availability"
KILLED = """
import asyncio, sys
from pathlib import Path
from hub.clock import SystemClock
from hub.api import PluginContext
from hub_mqtt.options import MqttOptions
from hub_mqtt.presence import Presence

async def stay():
    here = Path()
    context = PluginContext(plugin="mqtt", data=here, site=here, clock=SystemClock(), language="en")
    options = MqttOptions(host="127.0.0.1", port=int(sys.argv[1]), security="none", availability="AVAILABILITY")
    await Presence(options, context).start()
    await asyncio.sleep(60)

asyncio.run(stay())
"""


def options(broker: Broker, availability: str = TOPIC) -> MqttOptions:
    return MqttOptions(host="127.0.0.1", port=broker.port, security="none", availability=availability)


async def says(ear: Ear, *states: str) -> None:
    try:
        async with asyncio.timeout(10):
            while [each.payload.decode() for each in ear.heard][-len(states) :] != list(states):
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError([each.payload for each in ear.heard]) from None


async def test_it_says_online_and_offline_and_the_broker_keeps_it(broker: Broker, hub_context: PluginContext) -> None:
    there = Presence(options(broker), hub_context)
    async with broker.listening(TOPIC) as ear:
        await there.start()
        await says(ear, "online")
        await there.stop()
        await says(ear, "online", "offline")
        assert len(ear.heard) == 2
    async with broker.listening(TOPIC) as later:
        await says(later, "offline")
        assert later.heard[0].retain


async def test_killed_the_broker_says_that_it_is_gone(broker: Broker, tmp_path: Path) -> None:
    async with broker.listening(TOPIC) as ear:
        code = KILLED.replace("AVAILABILITY", TOPIC)
        process = subprocess.Popen([sys.executable, "-c", code, str(broker.port)], cwd=tmp_path)
        try:
            await says(ear, "online")
        finally:
            process.kill()
            process.wait(10)
        await says(ear, "online", "offline")


async def test_it_comes_back_with_the_broker(
    broker: Broker, hub_context: PluginContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_FIRST_PAUSE_S", 0.1)
    there = Presence(options(broker), hub_context)
    await there.start()
    async with broker.listening(TOPIC) as ear:
        await says(ear, "online")
    await asyncio.to_thread(broker.stop)
    await asyncio.to_thread(broker.start)
    async with broker.listening(TOPIC) as again:
        await says(again, "online")
    await there.stop()


async def test_a_broker_that_is_away_keeps_the_hub_from_nothing(hub_context: PluginContext, closed_port: int) -> None:
    away = MqttOptions(host="127.0.0.1", port=closed_port, security="none", availability=TOPIC)
    there = Presence(away, hub_context)
    async with asyncio.timeout(5):
        await there.start()
        await asyncio.sleep(0.1)
        await there.stop()


async def test_without_a_topic_it_does_nothing(broker: Broker, hub_context: PluginContext) -> None:
    tasks = asyncio.all_tasks()
    there = Presence(options(broker, ""), hub_context)
    await there.start()
    assert asyncio.all_tasks() == tasks
    await there.stop()
