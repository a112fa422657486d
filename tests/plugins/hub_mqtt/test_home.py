"""A real broker keeps what Home Assistant is to know, and forgets it when a camera or the table is gone."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hub_mqtt import home, presence
from hub_mqtt.options import HomeAssistant, MqttOptions
from hub_mqtt.presence import Presence
from msgspec.structs import replace

from hub.api import Follower, PluginContext, Text
from hub.testing.clock import FakeClock
from tests.plugins.following_stage import Stage
from tests.plugins.hub_mqtt.schema import check
from tests.plugins.hub_mqtt.test_discovery import GATE
from tests.servers.broker import Broker, Ear, Heard

OTHER = replace(GATE, id="gate-2", name=Text(en="Second gate"))
CONFIG = "homeassistant/device/watchroom/{}/config"
STATE = "watchroom/cameras/{}/state"
ALARM = "watchroom/cameras/{}/alarm"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_FIRST_PAUSE_S", 0.1)
    monkeypatch.setattr(home, "_LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(presence, "_FIRST_PAUSE_S", 0.1)


def options(broker: Broker, *, without: bool = False, **more: str) -> MqttOptions:
    table = None if without else HomeAssistant(**more)
    return MqttOptions(host="127.0.0.1", port=broker.port, security="none", home_assistant=table)


@asynccontextmanager
async def following(wanted: MqttOptions, context: PluginContext, stage: Stage) -> AsyncIterator[asyncio.Task[None]]:
    """The service as the hub runs it."""
    service = Presence(wanted, context)
    assert isinstance(service, Follower)
    await service.start()
    task = asyncio.create_task(service.follow(stage))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})
        await service.stop()


async def hears(ear: Ear, topic: str, *wanted: object) -> list[Heard]:
    """Wait until the newest bodies under a topic are these (JSON; None: nothing is kept any more)."""

    def bodies() -> list[object]:
        found = [each.payload for each in ear.heard if each.topic == topic]
        return [json.loads(body) if body else None for body in found][-len(wanted) :]

    try:
        async with asyncio.timeout(10):
            while bodies() != list(wanted):
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError((topic, bodies(), [each.topic for each in ear.heard])) from None
    return [each for each in ear.heard if each.topic == topic]


async def kept(broker: Broker) -> dict[str, bytes]:
    """What the broker gives to somebody who comes now."""
    async with broker.listening() as later:
        seen = -1
        while seen != len(later.heard):
            seen = len(later.heard)
            await asyncio.sleep(0.2)
        return {each.topic: each.payload for each in later.heard if each.retain}


async def settled(ear: Ear, *topics: str) -> None:
    async with asyncio.timeout(10):
        while not set(topics) <= {each.topic for each in ear.heard}:
            await asyncio.sleep(0.01)


async def test_the_broker_keeps_devices_and_their_state_as_home_assistant_takes_them(
    broker: Broker, hub_context: PluginContext
) -> None:
    stage = Stage(GATE, OTHER)
    async with broker.listening() as ear, following(options(broker), hub_context, stage):
        await settled(ear, STATE.format("gate-1"), STATE.format("gate-2"), "watchroom/availability")
        found = await kept(broker)
    configs = {topic: check(topic, body) for topic, body in found.items() if topic.endswith("/config")}
    assert configs.keys() == {
        CONFIG.format("gate-1"),
        CONFIG.format("gate-2"),
        "homeassistant/device/watchroom_hub/config",
    }
    for config in configs.values():
        assert config["state_topic"] in found
        assert found[config["availability_topic"]] == b"online"


async def test_a_change_is_published_and_what_did_not_change_is_not(broker: Broker, hub_context: PluginContext) -> None:
    stage = Stage(GATE, OTHER)
    async with broker.listening() as ear, following(options(broker), hub_context, stage):
        await settled(ear, STATE.format("gate-2"))
        begun = len(ear.heard)
        stage.cameras[0] = replace(GATE, condition="lost", signal="lost", findings=["signal.lost"])
        stage.stir()
        async with asyncio.timeout(10):
            while len(ear.heard) < begun + 2:
                await asyncio.sleep(0.01)
        news = {each.topic: json.loads(each.payload) for each in ear.heard[begun:]}
    news.pop("watchroom/availability", None)
    assert news.keys() == {STATE.format("gate-1"), "watchroom/hub/state"}
    assert news[STATE.format("gate-1")]["findings"] == ["signal.lost"]
    assert news["watchroom/hub/state"]["lost"] == 1


async def test_a_camera_that_leaves_is_forgotten_by_the_broker(broker: Broker, hub_context: PluginContext) -> None:
    stage = Stage(GATE, OTHER)
    async with broker.listening() as ear, following(options(broker), hub_context, stage):
        await settled(ear, STATE.format("gate-2"))
        stage.cameras.pop()
        stage.stir()
        await hears(ear, CONFIG.format("gate-2"), None)
        await hears(ear, STATE.format("gate-2"), None)
        assert not [topic for topic in await kept(broker) if "gate-2" in topic]
        assert CONFIG.format("gate-1") in await kept(broker)


async def test_a_camera_that_left_while_the_hub_was_down_is_forgotten_too(
    broker: Broker, hub_context: PluginContext
) -> None:
    async with broker.listening() as ear:
        async with following(options(broker), hub_context, Stage(GATE, OTHER)):
            await settled(ear, STATE.format("gate-2"))
        async with following(options(broker), hub_context, Stage(GATE)):
            await hears(ear, CONFIG.format("gate-2"), None)
            await hears(ear, STATE.format("gate-2"), None)


async def test_other_topics_of_the_table_take_the_place_of_the_old_ones_and_no_table_ends_them_all(
    broker: Broker, hub_context: PluginContext
) -> None:
    async with broker.listening() as ear:
        async with following(options(broker), hub_context, Stage(GATE)):
            await settled(ear, STATE.format("gate-1"))
        async with following(options(broker, prefix="ha", node="plant"), hub_context, Stage(GATE)):
            await hears(ear, CONFIG.format("gate-1"), None)
            assert "ha/device/plant/gate-1/config" in await kept(broker)
        async with following(options(broker, without=True), hub_context, Stage(GATE)) as task:
            async with asyncio.timeout(10):
                await task  # nothing is left to do
            assert {topic for topic in await kept(broker) if topic != "watchroom/availability"} == set()


async def test_what_alarms_do_comes_once_as_events_of_their_camera(
    broker: Broker, hub_context: PluginContext, hub_clock: FakeClock
) -> None:
    stage, now = Stage(GATE), hub_clock.now()
    title = {"en": "Signal lost", "zh": "信号丢失"}
    stage.write("alarm.raised", now, camera="gate-1", alarm="A-1", title=title, priority="high")
    async with broker.listening() as ear, following(options(broker), hub_context, stage):
        await settled(ear, STATE.format("gate-1"))
        stage.write("alarm.raised", now, camera="gate-1", alarm="A-2", title=title, priority="low")
        stage.write("alarm.acknowledged", now, alarm="A-2", actor="person:wang")
        stage.write("alarm.raised", now, alarm="A-3", title=title, priority="high")
        await settled(ear, "watchroom/hub/alarm")
        heard = [each for each in ear.heard if each.topic == ALARM.format("gate-1")]
        told = [
            (body["event_type"], body["alarm"], body["by"]) for body in (json.loads(each.payload) for each in heard)
        ]
        # What was there before the hub's service began is no event of now.
        assert told == [("raised", "A-2", "hub"), ("acknowledged", "A-2", "person:wang")]
        assert not any(each.retain for each in heard)
    assert not [topic for topic in await kept(broker) if topic.endswith("/alarm")]


async def test_what_happened_while_the_broker_was_away_is_told_when_it_is_back_unless_it_is_old(
    broker: Broker, hub_context: PluginContext, hub_clock: FakeClock
) -> None:
    stage = Stage(GATE)
    title = {"en": "Signal lost"}
    async with following(options(broker), hub_context, stage):
        async with broker.listening() as ear:
            await settled(ear, STATE.format("gate-1"))
        broker.stop()
        stage.write("alarm.raised", hub_clock.now(), camera="gate-1", alarm="A-1", title=title, priority="high")
        hub_clock.advance(3600)
        stage.write("alarm.raised", hub_clock.now(), camera="gate-1", alarm="A-2", title=title, priority="high")
        stage.cameras[0] = replace(GATE, condition="lost", signal="lost")
        stage.stir()
        broker.start()
        async with broker.listening() as ear:
            async with asyncio.timeout(15):
                while not any(b'"lost","problem"' in each.payload for each in ear.heard):
                    await asyncio.sleep(0.01)
            late = [json.loads(each.payload)["alarm"] for each in ear.heard if each.topic == ALARM.format("gate-1")]
    assert late in ([], ["A-2"])  # A-2 may have been told before this listener came, A-1 is nowhere


async def test_a_broker_that_forbids_the_topics_is_shown_as_trouble_and_tried_again(
    tmp_path: Path, hub_context: PluginContext, caplog: pytest.LogCaptureFixture
) -> None:
    acl = "user watch\ntopic write watchroom/#\n"
    with Broker(tmp_path, users={"watch": "word-7716"}, acl=acl) as broker:
        plain = options(broker)
        (hub_context.site / "word").write_text("word-7716")
        wanted = MqttOptions.model_validate(plain.model_dump() | {"user": "watch", "password": "file:word"})
        stage = Stage(GATE)
        async with following(wanted, hub_context, stage) as task:
            async with asyncio.timeout(10):
                while not stage.troubles:
                    await asyncio.sleep(0.02)
            assert "refuses what is published for Home Assistant" in stage.troubles[0]
            assert not task.done()
    assert "word-7716" not in caplog.text
