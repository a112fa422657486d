"""Services that follow the site: in a running hub they get every record and the cameras, and cost only themselves."""

import asyncio
import json
from pathlib import Path

from hub.core.catalogue import PluginFailed
from hub.core.event import Draft, Record
from hub.core.findings import SignalLost
from tests.runtime.running import until
from tests.runtime.sites import CONFIG_RULE, HEAD, RunningHub, add_plugin, camera, make_site, running_hub
from tests.servers.broker import Broker
from tests.servers.syslog import LogServer

FOLLOWER = """
import asyncio
import json

from pydantic import BaseModel

from hub.api import DeliveryFailed, hookimpl


class Options(BaseModel):
    pass


class Notes:
    '''Writes down what it sees, and does what the file `what` says.'''

    def __init__(self, options, context):
        self.site = context.site

    async def start(self):
        pass

    async def stop(self):
        self.note("stopped")

    def note(self, line):
        with (self.site / "notes").open("a") as file:
            file.write(line + "\\n")

    async def follow(self, feed):
        what = self.site / "what"
        if what.exists() and what.read_text() == "raise":
            raise ZeroDivisionError("a fault of the plugin")
        asyncio.create_task(self.look(feed))
        try:
            async for batch in feed.records(0):
                for record in batch:
                    self.note(json.dumps([record.seq, record.type, record.camera, record.actor, record.hash]))
                word = what.read_text() if what.exists() else ""
                feed.trouble(DeliveryFailed("The far side is away.") if word == "away" else None)
        except asyncio.CancelledError:
            self.note("cancelled")
            raise

    async def look(self, feed):
        seen = -1
        while True:
            seen = await feed.changed(seen)
            site = feed.site()
            cameras = [[each.id, each.condition, each.signal, each.findings] for each in site.cameras]
            (self.site / "cameras").write_text(json.dumps([site.position, cameras, len(site.alarms)]))


@hookimpl
def hub_register_services(register):
    register("NAME", Notes, options=Options)
"""


def notes(site: Path) -> list[str]:
    file = site / "notes"
    return file.read_text().splitlines() if file.exists() else []


def follower(tmp_path: Path, cameras: str = "") -> tuple[Path, str]:
    site = make_site(tmp_path, config=CONFIG_RULE)
    name = add_plugin(site, FOLLOWER, kinds=["service"])
    (site / "hub.toml").write_text(f"{HEAD}\n[plugins.{name}]\n{cameras}", encoding="utf-8")
    return site, name


def failure(record: Record) -> PluginFailed:
    assert isinstance(record.event, PluginFailed)
    return record.event


async def lose(run: RunningHub, name: str) -> None:
    since = run.records()[0].at
    await run.hub.core.propose(lambda state: [Draft(SignalLost(camera=name, since_at=since), actor="watch:w1")])


async def test_a_service_reads_every_record_in_order_and_sees_the_cameras_change(
    tmp_path: Path, closed_port: int
) -> None:
    site, _ = follower(tmp_path, camera("gate", f"rtsp://127.0.0.1:{closed_port}/x"))
    async with running_hub(site) as run:
        await lose(run, "gate")
        await until(lambda: any('"signal.lost"' in line for line in notes(site)))
        read = [json.loads(line) for line in notes(site)]
        assert [seq for seq, *_ in read] == list(range(1, len(read) + 1))
        assert [line[-1] for line in read] == [record.hash.hex() for record in run.records()[: len(read)]]
        assert next(line[1:4] for line in read if line[1] == "signal.lost") == ["signal.lost", "gate", "watch:w1"]

        def seen() -> list[object]:
            position, cameras, _ = json.loads((site / "cameras").read_text() or "[0, [], 0]")
            return cameras[0][:2] if position else []

        await until(lambda: seen() == ["gate", "lost"])
    assert notes(site)[-2:] == ["cancelled", "stopped"]


async def test_one_that_raises_is_marked_failed_and_the_hub_goes_on(tmp_path: Path) -> None:
    site, name = follower(tmp_path)
    (site / "what").write_text("raise")
    async with running_hub(site) as run:
        failed = failure(await run.until(PluginFailed))
        assert (failed.plugin, "a fault of the plugin" in failed.reason) == (name, True)
        await lose(run, "gate")
        assert run.records(SignalLost)


async def test_what_keeps_it_from_its_work_is_on_record_once_and_over_when_it_works(tmp_path: Path) -> None:
    site, name = follower(tmp_path)
    (site / "what").write_text("away")
    async with running_hub(site) as run:
        failed = failure(await run.until(PluginFailed))
        assert failed.reason == f"service {name}: The far side is away."
        for _ in range(3):
            await lose(run, "gate")
        assert len(run.records(PluginFailed)) == 1
        (site / "what").unlink()
        await lose(run, "gate")
        await until(lambda: run.hub.core.state.plugins[name].ready)


async def test_home_assistant_and_a_log_server_learn_from_a_running_hub(tmp_path: Path, closed_port: int) -> None:
    with Broker(tmp_path) as broker:
        async with LogServer("tcp") as logs, broker.listening() as ear:
            services = (
                f'\n[plugins.mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\nsecurity = "none"\n'
                "[plugins.mqtt.home_assistant]\n"
                f'[plugins.syslog]\nhost = "127.0.0.1"\nport = {logs.port}\ntransport = "tcp"\nwhat = "everything"\n'
            )
            url = f"rtsp://127.0.0.1:{closed_port}/x"
            rule = (
                '[[rule]]\nid = "lost"\ntitle = "Lost"\non = "signal.lost"\ndo = [{ alarm = "a", priority = "high" }]\n'
            )
            site = make_site(tmp_path / "site", HEAD + services + camera("gate", url), lost=rule)
            async with running_hub(site) as run:
                await run.until(SignalLost, camera="gate")
                await until(lambda: any(each.topic == "watchroom/cameras/gate/alarm" for each in ear.heard))
                await until(
                    lambda: any(
                        each.topic == "watchroom/cameras/gate/state" and b'"condition":"lost"' in each.payload
                        for each in ear.heard
                    )
                )
                async with asyncio.timeout(10):
                    while not any(b"signal.lost" in each for each in logs.messages):
                        await asyncio.sleep(0.01)
            alarm = next(each for each in ear.heard if each.topic == "watchroom/cameras/gate/alarm")
            assert json.loads(alarm.payload)["event_type"] == "raised"
            await until(lambda: ear.heard[-1].payload == b"offline" or b"offline" in [e.payload for e in ear.heard])
