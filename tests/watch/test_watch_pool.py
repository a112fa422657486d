import asyncio
import hashlib
import os
import resource
import signal
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from hub.clock import SystemClock
from hub.core.catalogue import WorkerDied, WorkerStarted
from hub.core.state import CameraState
from hub.core.status import WATCHED, reconcile
from hub.watch import process as process_module
from tests.servers.fixtures import MakeFarm
from tests.watch.conftest import QUICK, order
from tests.watch.servers import RefusingServer, SilentServer


@pytest.mark.slow
async def test_a_camera_is_learned_judged_found_covered_and_good_again(camera_farm: MakeFarm, watch):
    farm = camera_farm(cameras=2, scenes=("plain", "covered", "black"))
    watched = await watch(workers=1)
    await watched.pool.watch([order("gate", farm.url(0)), order("yard", farm.url(1))])
    await watched.until(lambda: watched.judged("gate") and watched.judged("yard"))
    reasons = [status.not_judged for status in watched.statuses if status.camera == "gate"]
    assert reasons[0] == "starting"
    assert "learning" in reasons
    await watched.until(lambda: {event.camera for event in watched.learned} == {"gate", "yard"})
    assert (watched.now["gate"].width, watched.now["gate"].height) == (640, 360)

    farm.show(0, "covered")
    farm.show(1, "black")
    await watched.until(lambda: watched.kinds("gate") == {"view.obstructed"})
    await watched.until(lambda: watched.kinds("yard") == {"picture.black"})
    [finding] = watched.now["gate"].findings
    assert finding.share is not None
    assert finding.share > 0.9
    assert finding.evidence is not None
    for picture in (finding.evidence.before, finding.evidence.after):
        assert picture is not None
        data = (watched.folder / "evidence" / picture.path).read_bytes()
        assert data.startswith(b"\xff\xd8")
        assert hashlib.sha256(data).hexdigest() == picture.sha256
    assert finding.evidence.before.sha256 != finding.evidence.after.sha256
    [raised] = reconcile(CameraState(id="gate", not_judged=None), watched.now["gate"])
    assert raised.evidence == finding.evidence

    newest = await watched.pool.picture("gate")
    assert newest is not None
    assert newest.startswith(b"\xff\xd8")
    assert await watched.pool.picture("nowhere") is None

    farm.show(0, "plain")
    farm.show(1, "plain")
    await watched.until(lambda: not watched.kinds("gate") and not watched.kinds("yard"))
    await watched.until(lambda: (vital := watched.pool.vital("gate")) is not None and vital.fps > 8)

    # A full disk costs the pictures and not the finding.
    resource.prlimit(watched.pool.processes["watch-1"], resource.RLIMIT_FSIZE, (0, 0))
    farm.show(1, "covered")
    await watched.until(lambda: watched.kinds("yard") == {"view.obstructed"})
    [finding] = watched.now["yard"].findings
    assert finding.evidence is None
    assert "could not be kept" in finding.detail.en
    assert not list(watched.folder.rglob("yard-*obstructed*"))

    # What was learned outlives the worker, until a person asks to learn anew.
    os.kill(watched.pool.processes["watch-1"], signal.SIGKILL)
    await watched.until(lambda: watched.now["gate"].not_judged == "worker")
    seen = len(watched.statuses)
    await watched.until(lambda: watched.judged("gate"))
    assert "learning" not in [status.not_judged for status in watched.statuses[seen:]]
    assert "view.obstructed" in watched.now["yard"].undecided
    known = {event.reference for event in watched.learned if event.camera == "gate"}
    assert len(known) == 1, "it was told of again, and is the same"
    await watched.pool.relearn("gate")
    await watched.until(lambda: watched.now["gate"].not_judged == "learning")
    await watched.until(lambda: len({e.reference for e in watched.learned if e.camera == "gate"} - known) == 1)
    await watched.until(lambda: watched.judged("gate"))


async def test_a_killed_worker_makes_its_cameras_not_judged_until_they_report_again(camera_farm: MakeFarm, watch):
    farm = camera_farm(cameras=4)
    watched = await watch(workers=2)
    await watched.pool.watch([order(f"cam{n}", farm.url(n)) for n in range(4)])
    await watched.until(lambda: len(watched.now) == 4 and all(s.signal == "live" for s in watched.now.values()))
    started = {event.worker: event.cameras for event in watched.workers}
    assert sorted(map(len, started.values())) == [2, 2]

    seen = len(watched.statuses)
    os.kill(watched.pool.processes["watch-1"], signal.SIGKILL)
    await watched.until(lambda: isinstance(watched.workers[-1], WorkerDied))
    died = watched.workers[-1]
    assert died == WorkerDied(worker="watch-1", reason="It was killed by signal 9.", cameras=started["watch-1"])
    for camera in started["watch-1"]:
        assert watched.now[camera].not_judged == "worker"
        assert watched.now[camera].undecided == sorted(WATCHED)
    await watched.until(lambda: isinstance(watched.workers[-1], WorkerStarted))
    await watched.until(lambda: all(watched.now[camera].signal == "live" for camera in started["watch-1"]))
    for camera in started["watch-2"]:
        signals = [s.signal for s in watched.statuses[seen:] if s.camera == camera]
        assert set(signals) <= {"live"}, "the other worker was disturbed"


async def test_a_hung_worker_is_killed_and_replaced(camera_farm: MakeFarm, watch, monkeypatch):
    monkeypatch.setattr(process_module, "SILENT_S", 2.5)
    farm = camera_farm()
    watched = await watch()
    await watched.pool.watch([order("gate", farm.url(0))])
    await watched.until(lambda: watched.pool.vital("gate") is not None)
    pid = watched.pool.processes["watch-1"]
    os.kill(pid, signal.SIGSTOP)
    await watched.until(lambda: isinstance(watched.workers[-1], WorkerDied))
    assert "silent" in watched.workers[-1].reason
    await watched.until(lambda: watched.now["gate"].signal == "live")
    assert watched.pool.processes["watch-1"] != pid
    assert not os.path.exists(f"/proc/{pid}")


async def test_a_camera_whose_thread_hangs_is_set_apart_and_the_others_go_on(camera_farm: MakeFarm, watch, monkeypatch):
    monkeypatch.setattr(process_module, "IDLE_S", 2.0)
    farm = camera_farm()
    with SilentServer() as silent:
        watched = await watch()
        patient = replace(QUICK, open_timeout_s=60.0)
        hanging = order("hanging", f"rtsp://127.0.0.1:{silent.port}/live", patient)
        await watched.pool.watch([order("gate", farm.url(0)), hanging])
        await watched.until(lambda: any(isinstance(event, WorkerDied) for event in watched.workers))
        died = next(event for event in watched.workers if isinstance(event, WorkerDied))
        assert "hanging hangs" in died.reason
        await watched.until(lambda: WorkerStarted(worker="watch-2", cameras=["hanging"]) in watched.workers)
        await watched.until(lambda: watched.live("gate") and watched.workers.count(died) == 1)
        seen = len(watched.statuses)
        await watched.until(
            lambda: watched.workers[-1].worker == "watch-2" and isinstance(watched.workers[-1], WorkerDied)
        )
        assert {s.signal for s in watched.statuses[seen:] if s.camera == "gate"} <= {"live"}


async def test_a_pause_of_the_worker_or_of_the_hub_is_no_loss_and_no_death(camera_farm: MakeFarm, watch, monkeypatch):
    monkeypatch.setattr(process_module, "SILENT_S", 3.5)
    farm = camera_farm()
    watched = await watch()
    await watched.pool.watch([order("gate", farm.url(0))])
    await watched.until(lambda: watched.live("gate"))
    seen = len(watched.statuses)
    pid = watched.pool.processes["watch-1"]
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(QUICK.lost_after_s + 0.7)
    os.kill(pid, signal.SIGCONT)
    time.sleep(4)
    taken_at = SystemClock().now()
    await watched.until(
        lambda: watched.pool.processes.get("watch-1") == pid and (watched.now["gate"].at > taken_at),
    )
    assert not any(finding.kind == "signal.lost" for status in watched.statuses[seen:] for finding in status.findings)
    assert not any(isinstance(event, WorkerDied) for event in watched.workers)


async def test_a_camera_that_kills_its_worker_again_and_again_ends_up_alone(camera_farm: MakeFarm, watch):
    farm = camera_farm(cameras=4)
    watched = await watch(workers=1)
    await watched.pool.watch([order(f"cam{n}", farm.url(n)) for n in range(4)])

    def home() -> dict[str, str]:
        return {camera: event.worker for event in watched.workers for camera in event.cameras}

    for _ in range(4):
        await watched.until(lambda: "cam2" in home() and home()["cam2"] in watched.pool.processes)
        worker = home()["cam2"]
        deaths = len(watched.workers)
        os.kill(watched.pool.processes[worker], signal.SIGSEGV)
        await watched.until(lambda n=deaths: len(watched.workers) > n)
        await watched.until(lambda w=worker: w in watched.pool.processes)
    crowd = [event.cameras for event in watched.workers if "cam2" in event.cameras]
    assert len(crowd[0]) == 4
    assert crowd[-1] == ["cam2"]
    others = ["cam0", "cam1", "cam3"]
    await watched.until(lambda: all(c in watched.now and watched.now[c].signal == "live" for c in others))


async def test_changed_orders_leave_the_other_cameras_alone(camera_farm: MakeFarm, watch):
    farm = camera_farm(cameras=3)
    watched = await watch(workers=1)
    await watched.pool.watch([order("a", farm.url(0)), order("b", farm.url(1))])
    await watched.until(lambda: all(c in watched.now and watched.now[c].signal == "live" for c in "ab"))
    seen = len(watched.statuses)
    await watched.pool.watch([order("a", farm.url(0)), order("b", farm.url(2)), order("c", farm.url(1))])
    await watched.until(lambda: "c" in watched.now and watched.now["c"].signal == "live")
    await watched.until(lambda: watched.now["b"].signal == "live")
    later = watched.statuses[seen:]
    assert {s.signal for s in later if s.camera == "a"} <= {"live"}
    assert "connecting" in {s.signal for s in later if s.camera == "b"}
    assert watched.now["a"].reconnects == 0
    await watched.pool.watch([order("a", farm.url(0))])
    await watched.until(lambda: (v := watched.pool.vital("a")) is not None and v.fps > 0)
    async with asyncio.timeout(10):
        while await asyncio.to_thread(farm.clients, 1) or await asyncio.to_thread(farm.clients, 2):
            await asyncio.sleep(0.2)
    assert watched.pool.vital("b") is None


async def test_a_wrong_password_is_tried_once_and_then_waits_for_a_person(watch):
    with RefusingServer() as server:
        watched = await watch()
        await watched.pool.watch([order("gate", f"rtsp://admin:wrong-secret@127.0.0.1:{server.port}/live")])
        await watched.until(lambda: watched.kinds("gate") == {"access.refused"})
        assert watched.now["gate"].signal == "refused"
        assert "signal.lost" in watched.now["gate"].undecided

        os.kill(watched.pool.processes["watch-1"], signal.SIGKILL)
        await watched.until(lambda: watched.now["gate"].not_judged == "worker")
        await watched.until(lambda: watched.kinds("gate") == {"access.refused"})
        await watched.until(lambda: (v := watched.pool.vital("gate")) is not None and v.idle_s > QUICK.lost_after_s)
        assert server.attempts == 1, "tried again without a person's word"

        await watched.pool.retry("gate")
        await watched.until(lambda: server.attempts == 2 or watched.now["gate"].signal == "connecting")
        await watched.until(lambda: watched.now["gate"].signal == "refused")
        assert server.attempts == 2


async def test_after_a_retry_with_the_right_password_access_is_granted(camera_farm: MakeFarm, watch):
    farm = camera_farm(account=("admin", "right p@ss"))
    watched = await watch()
    await watched.pool.watch([order("gate", farm.url(0, password="wrong"))])
    await watched.until(lambda: watched.kinds("gate") == {"access.refused"})
    await watched.pool.watch([order("gate", farm.url(0))])
    await watched.until(lambda: watched.now["gate"].signal == "live")
    assert not watched.kinds("gate")
    assert "access.refused" not in watched.now["gate"].undecided


async def test_no_secret_in_any_status_log_or_process_list(camera_farm: MakeFarm, watch, capfd):
    secrets = ("operator", "tr0ub4dor", "n0-such-pass")
    farm = camera_farm(cameras=2, account=("operator", "tr0ub4dor"))
    watched = await watch()
    urls = {"good": farm.url(0), "bad": farm.url(0, password="n0-such-pass"), "gone": farm.url(7)}
    await watched.pool.watch([order(name, url) for name, url in urls.items()])
    await watched.until(lambda: "good" in watched.now and watched.now["good"].signal == "live")
    await watched.until(lambda: watched.kinds("bad") == {"access.refused"} and watched.kinds("gone") == {"signal.lost"})
    pid = watched.pool.processes["watch-1"]
    shown = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    await watched.pool.stop()
    out, err = capfd.readouterr()
    assert "access refused" in out + err, "the worker's log lines get to the hub's log"
    for secret in secrets:
        assert secret not in repr(watched.statuses)
        assert secret not in out + err
        assert secret.encode() not in shown
