"""Pictures that rules keep, cameras that rules turn, recordings that rules protect: with real streams and files."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from hub.automation.model import Action, PresetAction, ProtectAction, Rule, SnapshotAction
from hub.client.views import RecordingView
from hub.core.deeds import CameraTurned, SnapshotTaken
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.event import Draft
from hub.core.findings import CameraNotJudged, SignalLost
from hub.core.recorded import Span
from hub.core.recordings import RecordingProtected, RecordingsRemoved
from hub.core.rules.events import VariableSet
from hub.core.text import Text
from hub.runtime.delivery import outbox
from tests.runtime.running import until
from tests.runtime.sites import HEAD, RunningHub, add_plugin, camera, make_site, running_hub
from tests.servers.fixtures import MakeFarm, camera_farm, clips  # noqa: F401 - fixtures

TURNING = """
import asyncio
from pydantic import BaseModel

from hub.api import AuthRejected, DeviceUnreachable, StreamSpec, Unsupported, hookimpl


class Options(BaseModel):
    model_config = {"extra": "forbid"}
    url: str


class Turning:
    '''Turns as the file `dome` says, and writes down where to.'''

    def __init__(self, options, context):
        self.url, self.file = options.url, context.site / "dome"

    async def stream(self):
        return StreamSpec(self.url, {"rtsp_transport": "tcp"})

    async def turn_to(self, preset):
        said = self.file.read_text()
        with self.file.with_suffix(".asked").open("a") as asked:
            asked.write(preset + "\\n")
        if "away" in said:
            raise DeviceUnreachable("The dome does not answer.")
        if "refuse" in said:
            raise AuthRejected("The dome refuses the password.")
        if "none" in said:
            raise Unsupported("There is no preset of this name.")
        if "broken" in said:
            raise KeyError("a fault of the driver")


@hookimpl
def hub_register_cameras(register):
    register("NAME", Turning, options=Options)
"""


def rule(*do: Action) -> Rule:
    """A rule that acts when the variable `go` is set."""
    return Rule(id="deeds", title=Text(en="Deeds"), file="rules/deeds.toml", digest="d", on=("variable.set",), do=do)


async def go(site: RunningHub, *do: Action) -> None:
    site.hub.use_rules({"rules/deeds.toml": (rule(*do),)})
    await site.hub.core.propose(lambda state: [Draft(VariableSet(variable="go", value=True), actor="hub")])


def asked(site: Path) -> Sequence[str]:
    file = site / "dome.asked"
    return file.read_text().split() if file.exists() else []


async def test_a_snapshot_keeps_the_picture_of_now_and_a_lost_camera_gives_none(
    tmp_path: Path,
    camera_farm: MakeFarm,  # noqa: F811
) -> None:
    farm = camera_farm(cameras=1)
    site = make_site(tmp_path, HEAD + camera("gate-1", farm.url(0)))
    async with running_hub(site) as hub:
        await hub.until(CameraNotJudged, 30, camera="gate-1", reason="learning")
        await go(hub, SnapshotAction(camera="gate-1"), SnapshotAction(camera="gate-1"), SnapshotAction(camera="no"))
        taken = await hub.until(SnapshotTaken, count=2)
        records = hub.records(SnapshotTaken)
        paths = {record.event.evidence.after.path for record in records}
        assert len(paths) == 2, "two in the same second are kept apart"
        for record in records:
            picture = record.event.evidence.after
            data = (site / "data" / "evidence" / picture.path).read_bytes()
            assert data.startswith(b"\xff\xd8")
            assert hashlib.sha256(data).hexdigest() == picture.sha256
        assert (taken.actor, taken.event.camera, taken.event.rule) == ("rule:deeds", "gate-1", "deeds")
        failed = await hub.until(EffectFailed)
        assert (failed.event.kind, failed.event.reason) == ("snapshot", "The camera is not watched; see hub.toml.")

        farm.kill(0)
        await hub.until(SignalLost, 20, camera="gate-1")
        await go(hub, SnapshotAction(camera="gate-1"))
        lost = await hub.until(EffectFailed, count=2)
        assert "There is no picture: the signal is lost" in lost.event.reason
        assert lost.event.attempts == 1
        assert len(hub.records(SnapshotTaken)) == 2


async def test_a_camera_is_turned_by_a_driver_that_can_and_every_failure_says_why(
    tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_RETRY_S", 0.2)
    site = make_site(tmp_path, HEAD)
    dome = add_plugin(site, TURNING, kinds=["camera"])
    url = f"rtsp://127.0.0.1:{closed_port}/x"
    (site / "hub.toml").write_text(HEAD + camera("dome-1", url, driver=dome) + camera("gate-1", url))
    (site / "dome").write_text("away")
    async with running_hub(site) as hub:
        await go(hub, PresetAction(camera="dome-1", preset="door"), PresetAction(camera="gate-1", preset="door"))
        fixed = await hub.until(EffectFailed, 15)
        assert fixed.event.target == "gate-1, door"
        assert fixed.event.reason == "This camera's driver cannot turn it."
        await until(lambda: len(asked(site)) >= 2)
        (site / "dome").write_text("works")
        turned = await hub.until(CameraTurned)
        assert (turned.event.camera, turned.event.preset, turned.actor) == ("dome-1", "door", "rule:deeds")
        done = await hub.until(EffectDone)
        assert done.event.kind == "preset"
        assert done.event.attempts >= 3
        assert hub.hub.pool._orders["dome-1"].pointing.preset == "door"
        for number, (said, reason) in enumerate(
            [("refuse", "The dome refuses the password."), ("none", "There is no preset of this name.")], start=2
        ):
            (site / "dome").write_text(said)
            await go(hub, PresetAction(camera="dome-1", preset="wall"))
            failed = await hub.until(EffectFailed, count=number)
            assert failed.event.reason == reason
        assert hub.hub.pool._orders["dome-1"].pointing.preset == ""
        tries = len(asked(site))
        (site / "dome").write_text("broken")
        await go(hub, PresetAction(camera="dome-1", preset="wall"))
        await until(lambda: len(asked(site)) >= tries + 2)
        assert hub.hub.parts.host.plugins[dome].reason
        (site / "dome").write_text("works")
        await hub.until(CameraTurned, count=2)


async def test_what_a_rule_protects_is_kept_when_the_rest_is_deleted(
    tmp_path: Path,
    camera_farm: MakeFarm,  # noqa: F811
) -> None:
    farm = camera_farm(cameras=1)
    head = HEAD + "\n[recording]\nsegment_s = 2\nkeep_days = 0.0001\nmin_free_gb = 0\n"  # 8.6 s
    recorded = 'recording = { stream = "watched" }\n'
    site = make_site(tmp_path, head + camera("gate-0", farm.url(0)) + recorded)
    async with running_hub(site) as hub:

        async def listed() -> list[RecordingView]:
            since = Span(hub.hub._clock.now() - timedelta(hours=1), hub.hub._clock.now())
            return [one for one in await hub.hub.backend.recordings(since, limit=1000) if not one.open]

        async def until_listed(condition: Callable[[list[RecordingView]], bool]) -> None:
            async with asyncio.timeout(50):
                while not condition(await listed()):
                    await asyncio.sleep(0.1)

        await until_listed(lambda found: len(found) >= 3)
        await go(hub, ProtectAction(camera="gate-0", for_s=3.0, before_s=3.0))
        kept = (await hub.until(RecordingProtected)).event
        assert kept.until_at is not None, "nothing is kept for ever because of a rule"
        assert timedelta(days=179) < kept.until_at - kept.to_at < timedelta(days=180)
        oldest = kept.from_at - timedelta(seconds=2.5)
        too_old = kept.to_at + timedelta(seconds=15)
        await until_listed(lambda found: any(one.begin_at > too_old for one in found))
        found = await listed()
        inside = [one for one in found if one.begin_at <= kept.to_at]
        assert inside, "what is protected is older than all else may be, and there"
        assert all(one.protected and one.begin_at > oldest for one in inside)
        assert min(one.begin_at for one in inside) <= kept.from_at
        assert max(one.end_at for one in inside) >= kept.to_at
        assert all(Path(one.path).stat().st_size == one.bytes for one in inside)
        removed = sum(run.count for record in hub.records(RecordingsRemoved) for run in record.event.runs)
        assert removed >= 1
