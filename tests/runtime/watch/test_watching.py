"""From what the watch and the drivers say to what is on record."""

import asyncio
import os
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.cameras.commands import RetryCamera
from hub.core.catalogue import (
    FINDINGS,
    HubStopped,
    PluginFailed,
    PluginReady,
    SiteConfigured,
    WorkerDied,
    WorkerStarted,
)
from hub.core.delivery import EffectDone, EffectFailed, NotifierFailing, NotifierRetired
from hub.core.event import Draft, Event
from hub.core.findings import AccessRefused, CameraNotJudged, PictureBlack, SignalLost, SignalRestored
from hub.core.site import Area, Camera, Site
from hub.core.status import CameraStatus, FindingLevel
from hub.core.text import Text
from hub.errors import JournalBlocked
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery import outbox
from hub.runtime.watch import camera_orders
from hub.runtime.watch.watching import Watching
from hub.testing.clock import FakeClock
from tests.runtime.running import names_of, records_of, running, settled, until
from tests.runtime.sites import (
    CONFIG_RULE,
    DRIVER,
    HEAD,
    LOST_RULE,
    NOTIFIER,
    add_plugin,
    camera,
    make_site,
    running_hub,
)


def status(clock: FakeClock, camera: str, *kinds: str, undecided: tuple[str, ...] = ()) -> CameraStatus:
    findings = [FindingLevel(kind=kind, since_at=clock.now() - timedelta(seconds=3)) for kind in kinds]
    return CameraStatus(
        camera=camera, at=clock.now(), signal="live", findings=findings, undecided=[*undecided], not_judged=None
    )


async def watching_on(core: CoreLoop, clock: FakeClock) -> Watching:
    cameras = [Camera(id=name, name=Text(en=name), area="hall", domain="production") for name in ("a", "b")]
    site = Site(areas=[Area(id="hall", name=Text(en="Hall"))], cameras=cameras)
    await core.propose(lambda state: [Draft(SiteConfigured(site=site), actor="hub")])
    watching = Watching(core, clock)
    watching.use_cameras(["a", "b"])
    await watching.start()
    return watching


def about(core: CoreLoop, camera: str) -> list[str]:
    return names_of([record for record in records_of(core) if getattr(record.event, "camera", "") == camera])


async def test_the_record_follows_the_statuses_and_says_everything_once(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        for kinds in ((), ("picture.black",), ("picture.black",), ("picture.black", "signal.lost"), ()):
            for _ in range(3):
                watching.take_status(status(clock, "a", *kinds))
            await settled(core)
        assert about(core, "a") == [
            "camera.judged",
            "picture.black",
            "signal.lost",
            "picture.visible",
            "signal.restored",
        ]
        assert about(core, "b") == []
        await watching.stop()


async def test_what_is_undecided_stays_as_it_is(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        watching.take_status(status(clock, "a", "picture.black"))
        await settled(core)
        watching.take_status(status(clock, "a", "signal.lost", undecided=("picture.black",)))
        await settled(core)
        assert set(core.state.cameras["a"].findings) == {"picture.black", "signal.lost"}
        await watching.stop()


async def test_a_status_that_comes_while_another_is_being_written_is_not_forgotten(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        for number in range(40):
            watching.take_status(status(clock, "a", *(["signal.lost"] if number % 2 else [])))
            await asyncio.sleep(0.0005 * (number % 5))
        await until(lambda: set(core.state.cameras["a"].findings) == {"signal.lost"})
        await watching.stop()


async def test_statuses_that_the_hub_cannot_take_now_are_taken_later(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        propose = core.propose

        async def full(*args: object, **kwargs: object) -> list[Event]:
            raise JournalBlocked("the line is full")

        monkeypatch.setattr(core, "propose", full)
        watching.take_status(status(clock, "a", "signal.lost"))
        watching.take_worker(WorkerDied(worker="watch-1", reason="killed", cameras=["a"]))
        await asyncio.sleep(0.05)
        monkeypatch.setattr(core, "propose", propose)
        await until(lambda: "signal.lost" in core.state.cameras["a"].findings)
        watching.take_worker(WorkerStarted(worker="watch-1", cameras=["a"]))
        await until(lambda: records_of(core, WorkerStarted))
        assert names_of(records_of(core, WorkerDied, WorkerStarted)) == ["worker.died", "worker.started"]
        await watching.stop()


async def test_a_restart_leaves_no_stale_finding_and_misses_none(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        watching.take_status(status(clock, "a", "picture.black"))
        watching.take_status(status(clock, "b"))
        await settled(core)
        await watching.stop()
    clock.advance(3_600)
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        watching.take_status(status(clock, "a", undecided=tuple(FINDINGS)))
        await settled(core)
        assert set(core.state.cameras["a"].findings) == {"picture.black"}
        watching.take_status(status(clock, "a"))
        watching.take_status(status(clock, "b", "picture.black"))
        await settled(core)
        assert core.state.cameras["a"].findings == {}
        assert [record.event.camera for record in records_of(core, PictureBlack)] == ["a", "b"]
        await watching.stop()


async def test_a_camera_that_is_not_in_hub_toml_is_not_listened_to(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        watching = await watching_on(core, clock)
        watching.take_status(status(clock, "stranger", "signal.lost"))
        await settled(core)
        assert about(core, "stranger") == []
        assert watching.statuses == {}
        await watching.stop()


# --- a whole hub with drivers of a plugin ---


async def test_drivers_that_fail_cost_their_camera_only_and_are_asked_again(
    tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_orders, "_ASK_AGAIN_S", 0.3)
    monkeypatch.setattr(camera_orders, "_LONGEST_ANSWER_S", 1.0)
    site = make_site(tmp_path, HEAD, lost=LOST_RULE.replace('for = "FOR"\n', ""), rest=CONFIG_RULE)
    driver = add_plugin(site, DRIVER, kinds=["camera"])
    stream = f"stream rtsp://127.0.0.1:{closed_port}/x"
    says = {"raises": "raise the-way-out", "hangs": "hang", "away": "away", "good": stream, "refuses": "refuse"}
    for name, words in says.items():
        (site / name).write_text(words)
    cameras = "".join(camera(name, "", driver, file=name) for name in says)
    (site / "hub.toml").write_text(HEAD + cameras, encoding="utf-8")

    def asked(name: str) -> Counter[str]:
        return Counter((site / f"{name}.asked").read_text().split())

    async with running_hub(site) as run:
        lost = {name: await run.until(SignalLost, camera=name) for name in ("raises", "hangs", "away", "good")}
        assert "KeyError" in lost["raises"].event.detail.en
        assert "within 1 s" in lost["hangs"].event.detail.en
        assert "does not answer" in lost["away"].event.detail.en
        refused = await run.until(AccessRefused, camera="refuses")
        assert "refused the password" in refused.event.detail.en
        failed = await run.until(PluginFailed, plugin=driver)
        assert "camera raises" in failed.event.reason
        await run.until(AlarmRaised, subject=f"plugin:{driver}")
        await asyncio.sleep(1.0)
        assert asked("away")["away"] >= 3
        assert asked("refuses") == {"refuse": 1}, "a refused camera waits for a person"
        assert asked("good") == {"stream": 1}, "a camera whose stream is known is left alone"
        assert len(run.records(PluginFailed)) == 1

        (site / "raises").write_text(stream)
        (site / "refuses").write_text(stream)
        await run.until(PluginReady, plugin=driver, count=2)
        await run.until(AlarmReturned)
        assert asked("refuses") == {"refuse": 1}
        await run.hub.backend.submit(RetryCamera(camera="refuses"), "person:li")
        # Now it is the watch that looks: nobody listens at the address, so whether the password is right stays unknown.
        await run.until(SignalLost, camera="refuses")
        assert asked("refuses") == {"refuse": 1, "stream": 1}
        assert set(run.hub.core.state.cameras["refuses"].findings) == {"access.refused", "signal.lost"}


async def test_a_notifier_that_breaks_marks_its_plugin_and_everything_else_goes_on(
    tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_RETRY_S", 0.3)
    site = make_site(tmp_path, HEAD, lost=LOST_RULE.replace('for = "FOR"\n', ""), rest=CONFIG_RULE)
    notifier = add_plugin(site, NOTIFIER, kinds=["notifier"])
    route = HEAD.replace("send = [{", f'send = [{{ via = "{notifier}" }}, {{')
    gate = camera("gate", f"rtsp://127.0.0.1:{closed_port}/x")
    (site / "hub.toml").write_text(route + gate, encoding="utf-8")
    (site / "broken").touch()
    async with running_hub(site) as run:
        await run.until(PluginFailed, plugin=notifier)
        assert run.hub.backend.health().plugins[notifier].ready is False
        assert "ZeroDivisionError" in run.hub.backend.health().plugins[notifier].reason
        await run.until(EffectDone, target="duty (example)")
        await run.until(AlarmRaised, subject=f"plugin:{notifier}")
        await run.until(NotifierFailing, notifier=notifier)
        # Taken out of its route it is no fault any more; put back it is tried again.
        (site / "hub.toml").write_text(HEAD + gate, encoding="utf-8")
        await run.until(NotifierRetired, notifier=notifier)
        assert run.hub.core.state.notifiers_failing == {}
        await run.until(EffectFailed, target=f"duty ({notifier})")
        assert len(run.records(NotifierFailing)) == 1
        (site / "hub.toml").write_text(route + gate.replace("gate", "door"), encoding="utf-8")
        await run.until(NotifierFailing, notifier=notifier, count=2)
        (site / "broken").unlink()
        done = await run.until(EffectDone, target=f"duty ({notifier})")
        assert done.event.attempts >= 2
        await run.until(PluginReady, plugin=notifier, count=2)
        assert run.hub.backend.health().plugins[notifier].ready is True


async def test_a_worker_that_is_killed_is_on_record_and_its_cameras_are_not_judged_meanwhile(
    tmp_path: Path, closed_port: int
) -> None:
    site = make_site(tmp_path, HEAD + camera("gate", f"rtsp://127.0.0.1:{closed_port}/x"))
    async with running_hub(site) as run:
        await run.until(SignalLost, camera="gate")
        (pid,) = run.hub.pool.processes.values()
        os.kill(pid, signal.SIGKILL)
        died = await run.until(WorkerDied)
        assert died.event.cameras == ["gate"]
        await run.until(CameraNotJudged, camera="gate", reason="worker")
        await run.until(WorkerStarted, count=2)
        await asyncio.sleep(0.5)
        assert run.records(SignalRestored) == [], "a dead worker restores no signal"


async def test_when_a_part_breaks_that_the_hub_cannot_do_without_it_ends_and_says_why(
    tmp_path: Path, closed_port: int
) -> None:
    site = make_site(tmp_path, HEAD + camera("gate", f"rtsp://127.0.0.1:{closed_port}/x"))

    async def broken(orders: object) -> None:
        raise RuntimeError("a fault of the hub itself")

    async def break_it() -> None:
        async with running_hub(site) as run:
            run.hub.pool.watch = broken  # type: ignore[method-assign]
            (site / "hub.toml").write_text(HEAD, encoding="utf-8")
            await asyncio.wait({run.task}, timeout=10)
            assert run.task.done()

    with pytest.raises(RuntimeError, match="a fault of the hub itself"):
        await break_it()
    async with running_hub(site) as run:
        (stopped,) = run.records(HubStopped)
        assert "RuntimeError" in stopped.event.reason
