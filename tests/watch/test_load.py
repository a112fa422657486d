"""A worker that cannot keep up looks at fewer pictures, says so, and misses no loss."""

import asyncio
import itertools
import os
import signal
import time
from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.watch.load import DOWN_AFTER_S, LATE_S, PROMPT_S, STEPS, UP_AFTER_S, Load, follow
from tests.servers.fixtures import MakeFarm
from tests.watch.conftest import QUICK, order
from tests.watch.servers import SilentServer


def run(late: list[float], load: Load | None = None, from_s: float = 0.0) -> list[Load]:
    """The load after each second in which threads were so late."""
    loads = [load or Load()]
    for n, late_s in enumerate(late, 1):
        loads.append(follow(loads[-1], late_s, from_s + n))
    return loads


def test_a_worker_that_keeps_up_looks_as_often_as_asked():
    assert {load.factor for load in run([0.01] * 100)} == {1.0}


def test_lateness_makes_pictures_rarer_step_by_step_and_promptness_brings_them_back_slowly():
    loads = run([0.5] * 30)
    assert [load.factor for load in loads][-1] == STEPS[-1]
    seconds = [[load.step for load in loads].index(step) for step in range(1, len(STEPS))]
    assert seconds[0] >= UP_AFTER_S
    assert seconds[-1] <= 15, "well before a signal loss could be missed for long"
    back = run([0.0] * 150, loads[-1], from_s=30)
    assert back[int(DOWN_AFTER_S)].factor == STEPS[-1]
    assert back[-1].factor == 1.0


def test_between_the_two_limits_nothing_changes():
    between = (LATE_S + PROMPT_S) / 2
    slow = run([0.5] * 10)[-1]
    assert {load.step for load in run([between] * 200, slow, from_s=10)[20:]} == {slow.step}


def test_one_pause_of_the_whole_machine_changes_nothing():
    assert run([0.01] * 10 + [30.0] + [0.01] * 20)[-1].step <= 1


@given(st.lists(st.floats(0, 60), max_size=100))
def test_the_pace_is_always_one_of_the_steps_and_changes_one_at_a_time(late: list[float]):
    loads = run(late)
    assert all(0 <= load.step < len(STEPS) for load in loads)
    assert all(abs(one.step - other.step) <= 1 for one, other in itertools.pairwise(loads))


async def test_a_starved_worker_says_so_and_still_finds_a_loss_in_time(camera_farm: MakeFarm, watch):
    farm = camera_farm(cameras=6)
    watched = await watch(workers=1)
    await watched.pool.watch([order(f"cam{n}", farm.url(n), replace(QUICK, lost_after_s=6.0)) for n in range(6)])
    names = [f"cam{n}" for n in range(6)]
    await watched.until(lambda: watched.live(*names))
    pid = watched.pool.processes["watch-1"]
    over = asyncio.Event()

    async def throttle() -> None:
        """Let it run a quarter of the time, as a processor quota does."""
        while not over.is_set():
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(0.6)
            os.kill(pid, signal.SIGCONT)
            await asyncio.sleep(0.2)

    throttling = asyncio.create_task(throttle())
    try:
        await watched.until(lambda: watched.pool.loads["watch-1"].picture_factor > 1, within_s=30)
        assert watched.pool.loads["watch-1"].lag_s >= LATE_S
        assert watched.pool.loads["watch-1"].picture_every_s == QUICK.picture_every_s
        assert watched.pool.placed == {"watch-1": names}
        slower = QUICK.picture_every_s * STEPS[1]
        await watched.until(
            lambda: any(status.measures.get("picture_every_s", 0) >= slower for status in watched.now.values())
        )
        cut_s = time.monotonic()
        await asyncio.to_thread(farm.kill, 0)
        await watched.until(lambda: "signal.lost" in watched.kinds("cam0"), within_s=15)
        assert time.monotonic() - cut_s <= 10
        assert not any(watched.kinds(name) for name in names[1:])
    finally:
        over.set()
        await throttling
    await watched.until(lambda: watched.live(*names[1:]))


async def test_a_camera_that_answers_slowly_delays_no_other(camera_farm: MakeFarm, watch):
    farm = camera_farm(cameras=2)
    with ExitStack() as stack:
        slow = [stack.enter_context(SilentServer()) for _ in range(8)]
        watched = await watch(workers=1)
        slow_orders = [order(f"slow{n}", f"rtsp://127.0.0.1:{server.port}/live") for n, server in enumerate(slow)]
        began_s = time.monotonic()
        await watched.pool.watch([*slow_orders, order("a", farm.url(0)), order("b", farm.url(1))])
        await watched.until(lambda: watched.live("a", "b"))
        assert time.monotonic() - began_s < 6
        await watched.until(lambda: all("signal.lost" in watched.kinds(f"slow{n}") for n in range(8)))
        seen = len(watched.statuses)
        await asyncio.to_thread(farm.kill, 0)
        began_s = time.monotonic()
        await watched.until(lambda: "signal.lost" in watched.kinds("a"))
        assert time.monotonic() - began_s < QUICK.lost_after_s + 1.5
        assert {status.signal for status in watched.statuses[seen:] if status.camera == "b"} <= {"live"}
