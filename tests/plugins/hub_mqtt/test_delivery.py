"""What `hub_mqtt` publishes, and what it makes of every broker."""

import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest
from hub_mqtt.notifier import Mqtt
from hub_mqtt.options import LONGEST_TOPIC, MqttOptions, MqttTarget
from pydantic import ValidationError

from hub.api import DeliveryFailed, PluginContext
from hub.testing.samples import make_message
from tests.plugins.conftest import Certificate
from tests.servers.broker import Broker, Ear


def options(broker: Broker, **more: Any) -> MqttOptions:
    plain = {"host": "127.0.0.1", "port": broker.port, "security": "none"}
    return MqttOptions.model_validate({**plain, **more})


async def failure(mqtt: Mqtt, target: MqttTarget, **changes: Any) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        await mqtt.send(make_message(**changes), target)
    return caught.value


async def heard(ear: Ear, count: int = 1) -> None:
    async with asyncio.timeout(5):
        while len(ear.heard) < count:
            await asyncio.sleep(0.005)


async def test_the_message_is_published_as_documented(broker: Broker, hub_context: PluginContext) -> None:
    async with broker.listening() as ear:
        answer = await Mqtt(options(broker), hub_context).send(make_message(), MqttTarget(topic="plant/messages"))
        await heard(ear)
    (message,) = ear.heard
    assert answer == f"published, {len(message.payload)} bytes"
    assert (message.topic, message.qos, message.retain) == ("plant/messages", 1, False)
    assert message.properties == {"id": "view-obstructed:4711:2"}
    assert json.loads(message.payload) == {
        "version": 1,
        "id": "view-obstructed:4711:2",
        "sent_at": "2026-01-05T08:00:00Z",
        "language": "en",
        "priority": "high",
        "title": {"en": "Camera obstructed", "zh": "摄像机被遮挡"},
        "body": {"en": "North gate: most of the view is covered.", "zh": "北门：画面大部分被遮挡。"},
        "site": {"en": "Demo plant", "zh": "示范工厂"},
        "camera": "gate-1",
        "clause": "3.6b",
        "event": "view.obstructed",
    }


async def test_data_for_machines_goes_under_the_topic_of_the_rule_as_it_is(
    broker: Broker, hub_context: PluginContext
) -> None:
    mqtt = Mqtt(options(broker), hub_context)
    data = {"topic": "alarms/gate-1", "payload": {"state": "遮挡", "share": "80%"}}
    async with broker.listening() as ear:
        await mqtt.send(make_message(**data), MqttTarget(prefix="plant/1"))
        await mqtt.send(make_message(**data), MqttTarget(topic="elsewhere"))
        await heard(ear, 2)
    assert [each.topic for each in ear.heard] == ["plant/1/alarms/gate-1", "alarms/gate-1"]
    assert json.loads(ear.heard[0].payload) == {"state": "遮挡", "share": "80%"}


@pytest.mark.parametrize("where", ["rule", "route"])
async def test_a_retained_message_is_there_for_those_who_come_later(
    broker: Broker, hub_context: PluginContext, where: str
) -> None:
    mqtt = Mqtt(options(broker, protocol="3.1.1"), hub_context)
    await mqtt.send(make_message(retain=where == "rule"), MqttTarget(topic="state", retain=where == "route"))
    async with broker.listening() as ear:
        await heard(ear)
    assert ear.heard[0].retain


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("a/+/b", "`+` and `#` are for those who listen"),
        ("a/#", "for those who listen"),
        ("$SYS/x", "belongs to the broker"),
        ("a\nb", "control characters"),
        ("长" * LONGEST_TOPIC, "longer than 500 bytes"),
        ("", "it is empty. Give the rule or the route a `topic`."),
    ],
)
async def test_a_topic_that_cannot_be_is_refused_and_nothing_is_sent(
    hub_context: PluginContext, closed_port: int, topic: str, says: str
) -> None:
    mqtt = Mqtt(MqttOptions(host="127.0.0.1", port=closed_port, security="none"), hub_context)
    found = await failure(mqtt, MqttTarget(), topic=topic)
    assert says in str(found)
    assert not found.retry
    if topic:
        with pytest.raises(ValidationError):
            MqttTarget(topic=topic)


async def test_a_message_that_is_too_large_is_given_up(broker: Broker, hub_context: PluginContext) -> None:
    found = await failure(Mqtt(options(broker), hub_context), MqttTarget(topic="x"), payload={"a": "x" * 300_000})
    assert "at most 262144 are published" in found.message
    assert not found.retry


async def test_a_wrong_password_is_not_tried_again(tmp_path: Path, hub_context: PluginContext) -> None:
    with Broker(tmp_path, users={"watch": "right-7716"}) as broker:
        wrong = Mqtt(options(broker, user="watch", password="wrong-7716"), hub_context)
        found = await failure(wrong, MqttTarget(topic="x"))
        assert "refuses the connection: Not authorized" in found.message
        assert not found.retry
        assert "7716" not in str(found)
        old = Mqtt(options(broker, user="watch", password="wrong-7716", protocol="3.1.1"), hub_context)
        assert not (await failure(old, MqttTarget(topic="x"))).retry


async def test_a_topic_without_rights_is_a_failure_and_not_silence(tmp_path: Path, hub_context: PluginContext) -> None:
    with Broker(tmp_path, users={"watch": "word"}, acl="user watch\ntopic readwrite plant/#\n") as broker:
        mqtt = Mqtt(options(broker, user="watch", password="word"), hub_context)
        assert await mqtt.send(make_message(), MqttTarget(topic="plant/x"))
        found = await failure(mqtt, MqttTarget(topic="other/x"))
    assert "refuses the message: Not authorized" in found.message
    assert not found.retry


async def test_tls_is_spoken_with_those_our_authority_vouches_for(
    tmp_path: Path, hub_context: PluginContext, certificate: Certificate
) -> None:
    (hub_context.site / "ca.pem").write_bytes(certificate.file.read_bytes())
    (hub_context.site / "word").write_text("word-7716\n")
    with Broker(tmp_path, users={"watch": "word-7716"}, certificate=(certificate.file, certificate.key)) as broker:
        secured = {"host": "localhost", "security": "tls", "user": "watch", "password": "file:word"}
        stranger = await failure(Mqtt(options(broker, **secured), hub_context), MqttTarget(topic="x"))
        assert "certificate of localhost is not trusted: self-signed certificate" in stranger.message
        assert not stranger.retry
        trusting = Mqtt(options(broker, **secured, ca="ca.pem"), hub_context)
        assert "published" in await trusting.send(make_message(), MqttTarget(topic="x"))


async def test_a_broker_that_was_away_is_reached_again(broker: Broker, hub_context: PluginContext) -> None:
    mqtt, target = Mqtt(options(broker), hub_context), MqttTarget(topic="x")
    await mqtt.send(make_message(), target)
    await asyncio.to_thread(broker.stop)
    away = await failure(mqtt, target)
    assert "cannot be reached" in away.message
    assert away.retry
    await asyncio.to_thread(broker.start)
    await mqtt.send(make_message(), target)


async def test_a_broker_that_says_nothing_is_left_in_time_and_blocks_one_thread_at_most(
    hub_context: PluginContext, silent_port: int
) -> None:
    plain = MqttOptions(host="127.0.0.1", port=silent_port, security="none")
    secured = MqttOptions(host="127.0.0.1", port=silent_port)
    for broker in (plain, secured):
        mqtt = Mqtt(broker, hub_context, patience_s=0.5)
        began = time.monotonic()
        found = await asyncio.gather(*(failure(mqtt, MqttTarget(topic="x")) for _ in range(8)))
        assert all(each.retry and "did not answer in time" in each.message for each in found)
        assert time.monotonic() - began < 8
        # The thread that TLS blocks is one of the pool that everybody in the hub shares.
        await asyncio.wait_for(asyncio.gather(*(asyncio.to_thread(time.sleep, 0.01) for _ in range(4))), 2)


async def test_a_broker_that_talks_nonsense_is_tried_again(hub_context: PluginContext) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        mqtt = Mqtt(MqttOptions(host="127.0.0.1", port=port, security="none"), hub_context, patience_s=1.0)
        assert (await failure(mqtt, MqttTarget(topic="x"))).retry


async def test_a_secret_that_cannot_be_read_is_named_by_its_place(broker: Broker, hub_context: PluginContext) -> None:
    missing = Mqtt(options(broker, user="watch", password="env:NOT_SET_ANYWHERE"), hub_context)
    found = await failure(missing, MqttTarget(topic="x"))
    assert "NOT_SET_ANYWHERE is not set" in found.message
    assert not found.retry


async def test_nothing_is_left_open_and_nothing_is_logged(
    broker: Broker, hub_context: PluginContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tasks = asyncio.all_tasks()
    mqtt = Mqtt(options(broker), hub_context)
    await asyncio.gather(*(mqtt.send(make_message(id=f"{n}"), MqttTarget(topic="x")) for n in range(20)))
    assert asyncio.all_tasks() == tasks
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "x"},
        {"user": "x", "password": "x", "security": "none", "host": "broker.plant.example"},
        {"port": 70_000},
        {"host": ""},
        {"availability": "a/#"},
        {"colour": "red"},
    ],
)
def test_options_that_cannot_be_are_mistakes(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MqttOptions.model_validate({"host": "broker.plant.example", **wrong})
