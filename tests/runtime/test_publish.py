"""Data for machines, from a rule in TOML over the outbox to a real broker and a real web server."""

import asyncio
import json
from datetime import UTC
from pathlib import Path

from hub_mqtt.notifier import Mqtt
from hub_mqtt.options import MqttOptions, MqttTarget
from hub_webhook.notifier import Webhook
from hub_webhook.options import WebhookOptions, WebhookTarget

from hub.config.load import Delivery
from hub.core.delivery import EffectDone
from hub.core.text import Text
from hub.ports import PluginContext
from hub.runtime.delivery.effects import EffectRunner
from hub.runtime.delivery.quiet import Manners, Rate
from hub.testing.clock import FakeClock
from tests.plugins.web import web_server
from tests.runtime.running import happens, journal_of, lost, records_of, running, until
from tests.servers.broker import Broker

RULES = """
[[rule]]
id = "lost"
title = { en = "Signal lost", zh = "信号丢失" }
on = "signal.lost"
do = [
  { mqtt = "duty", topic = "alarms/$camera", payload = { state = "lost", camera = "$camera" }, retain = true },
]
"""


async def test_data_reaches_a_broker_and_a_web_server_each_by_itself_whatever_the_limit(
    tmp_path: Path, clock: FakeClock
) -> None:
    context = PluginContext(plugin="x", data=tmp_path, site=tmp_path, clock=clock, language="en")
    vias = ["mqtt", "webhook"]
    with Broker(tmp_path) as broker:
        async with web_server() as web, running(tmp_path, clock, RULES, targets=lambda route: vias) as core:
            effects = EffectRunner(
                core,
                journal_of(core),
                clock,
                recipients=lambda route: vias,
                evidence=tmp_path,
                language="en",
                site=Text(en="Plant"),
                zone=UTC,
                manners=lambda to: Manners(rate=Rate(1, 3_600)),
            )
            hook = WebhookTarget.model_validate({"url": f"http://127.0.0.1:{web.port}/mes"})
            effects.routes = {"duty": [Delivery("mqtt", MqttTarget(prefix="plant")), Delivery("webhook", hook)]}
            options = MqttOptions(host="127.0.0.1", port=broker.port, security="none")
            effects.notifiers = {"mqtt": Mqtt(options, context), "webhook": Webhook(WebhookOptions(), context)}
            core.on_message, core.on_change = effects.poke, effects.follow
            await effects.start()
            try:
                await happens(core, *(lost(f"c{n}") for n in range(8)))
                await until(lambda: len(records_of(core, EffectDone)) == 16)
            finally:
                await effects.stop()
            posted = {call.json()["camera"] for call in web.calls}
        async with broker.listening() as ear, asyncio.timeout(5):
            while len(ear.heard) < 8:
                await asyncio.sleep(0.01)
    cameras = {f"c{n}" for n in range(8)}
    assert posted == cameras
    assert {each.topic: json.loads(each.payload) for each in ear.heard} == {
        f"plant/alarms/{camera}": {"state": "lost", "camera": camera} for camera in cameras
    }
    assert all(each.retain for each in ear.heard)
