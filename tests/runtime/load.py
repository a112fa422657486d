"""The work that `test_crash.py` interrupts: cameras that are lost and restored, under rules with timers."""

import asyncio
import itertools
from multiprocessing.connection import Connection
from pathlib import Path

from hub.clock import SystemClock
from hub.core.alarms.commands import AcknowledgeAlarm
from hub.core.decisions import decide
from hub.core.event import Draft
from hub.core.state import State
from hub.runtime.core_loop import CoreLoop
from tests.runtime.running import lost, restored, running

FOR_S = 1.0
RULES = """
[[rule]]
id = "at-once"
title = "Lost"
on = "signal.lost"
do = [{ alarm = "signal", priority = "high" }, { ticket = "No signal" }, { notify = "duty" }]

[[rule]]
id = "lasting"
title = "Lost for long"
on = "signal.lost"
for = "1s"
do = [{ alarm = "long", priority = "critical" }, { notify = "duty" }]
"""


def work_until_killed(folder: Path, run: int, told: Connection) -> None:
    """Lose and restore cameras without end; after everything that was acknowledged, send the `seq` of its records."""
    asyncio.run(_work(folder, run, told))


async def _work(folder: Path, run: int, told: Connection) -> None:
    async with running(folder, SystemClock(), RULES) as core:
        told.send([])
        await asyncio.gather(*(_lose_and_restore(core, f"{run}-{lane}", lane, told) for lane in range(6)))


async def _lose_and_restore(core: CoreLoop, name: str, lane: int, told: Connection) -> None:
    for number in itertools.count():
        camera = f"{name}-{number}"
        told.send([record.seq for record in await core.propose(lambda state, c=camera: [lost(c)])])
        # Some come back before the timer of `lasting` ends, some at about the same moment, some after it, some never.
        await asyncio.sleep((0.02, 0.1, 0.6, 0.999, 1.002, 1.1)[lane])
        if number % 7 != 6:
            told.send([record.seq for record in await core.propose(lambda state, c=camera: [restored(c)])])
            told.send([r.seq for r in await core.propose(lambda state, c=camera: _acknowledged(state, c))])


def _acknowledged(state: State, camera: str) -> list[Draft]:
    alarms = [alarm.id for alarm in state.alarms.values() if alarm.camera == camera and alarm.state == "unacknowledged"]
    return [
        Draft(event, actor="person:li")
        for alarm in alarms
        for event in decide(state, AcknowledgeAlarm(alarm=alarm), "person:wang", SystemClock().now())
    ]
