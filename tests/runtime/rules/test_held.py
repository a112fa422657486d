"""An escalation that is held on a real journal: over a restart, a kill and an upgrade it goes on exactly once."""

from pathlib import Path

import msgspec
import pytest

from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm, UnshelveAlarm
from hub.core.command import Command
from hub.core.decisions import decide
from hub.core.event import Draft
from hub.runtime.core_loop import CoreLoop
from hub.runtime.rules.reading import waiting_of
from hub.testing.clock import FakeClock
from tests.runtime.running import happens, lost, running, settled, store_in, waiting

RULES = """
[[rule]]
id = "lost"
title = { en = "Signal lost" }
on = "signal.lost"
do = [{ alarm = "signal", priority = "high" }]

  [[rule.escalate]]
  after = "5m"
  repeat = "10m"
  times = 3
  do = [{ notify = "duty" }]
"""
STEPS = [f"lost:1:escalate.1.{nth}.0>duty/paper:0" for nth in (1, 2, 3)]


async def asked(core: CoreLoop, clock: FakeClock, command: Command) -> None:
    events = decide(core.state, command, "person:li", clock.now())
    await happens(core, *(Draft(event, actor="person:li") for event in events))


async def passes(core: CoreLoop, clock: FakeClock, seconds: float) -> None:
    clock.advance(seconds)
    await settled(core)


async def held(core: CoreLoop, clock: FakeClock) -> None:
    """A camera is lost, its alarm is shelved for an hour, and ten minutes later the first step is held."""
    await happens(core, lost("a"))
    until_at = clock.now().replace(hour=(clock.now().hour + 1) % 24)
    await asked(core, clock, ShelveAlarm(alarm="A-1", reason="welding", until_at=until_at))
    await passes(core, clock, 600)
    assert (waiting_of(core.engine)["lost"], waiting(core)) == ((0, 1), [])


def sent(core: CoreLoop) -> list[str]:
    return [entry.key for entry in waiting(core)]


def killed(core: CoreLoop) -> None:
    core.task.cancel()  # type: ignore[union-attr]


def as_another_version(folder: Path) -> None:
    """What the last run wrote of the engine is of a version that knew nothing of steps that are held."""
    store = store_in(folder)
    store.open(create=True)
    written = msgspec.msgpack.decode(store.document("engine:state"))
    older = msgspec.msgpack.encode({**written, "by": "0.0.9 0123456789abcdef"})
    store._writer.conn.execute("INSERT OR REPLACE INTO document VALUES ('engine:state', ?)", [older])  # type: ignore[union-attr]
    store.close()


@pytest.mark.parametrize("ends", ["stopped", "killed", "of another version"])
async def test_a_step_that_is_held_goes_on_once_in_the_next_run(tmp_path: Path, clock: FakeClock, ends: str) -> None:
    async with running(tmp_path, clock, RULES) as core:
        await held(core, clock)
        before = core.engine
        if ends == "killed":
            killed(core)
    if ends == "of another version":
        as_another_version(tmp_path)
    async with running(tmp_path, clock, RULES) as core:
        await settled(core)
        assert core.engine == before
        await asked(core, clock, UnshelveAlarm(alarm="A-1"))
        assert sent(core) == STEPS[:1]
        await passes(core, clock, 599)
        assert sent(core) == STEPS[:1]
        await passes(core, clock, 1)
        assert sent(core) == STEPS[:2]


async def test_a_shelving_that_runs_out_while_the_hub_is_down_lets_it_go_on_at_the_next_start(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock, RULES) as core:
        await held(core, clock)
        killed(core)
    clock.advance(7200)
    async with running(tmp_path, clock, RULES) as core:
        await settled(core)
        assert core.state.alarms["A-1"].shelf is None
        assert sent(core) == STEPS[:1]
        await asked(core, clock, AcknowledgeAlarm(alarm="A-1"))
        await passes(core, clock, 7200)
        assert sent(core) == STEPS[:1]
        assert not core.engine.pending


async def test_killed_between_the_end_of_the_shelving_and_its_message_it_is_sent_once(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock, RULES) as core:
        await held(core, clock)
        journal = core.journal  # type: ignore[attr-defined]
        # What a kill leaves that came after the record was durable and before its effects were.
        ended = decide(core.state, UnshelveAlarm(alarm="A-1"), "person:li", clock.now())
        await journal.append([Draft(event, actor="person:li") for event in ended])
        killed(core)
    for _ in range(2):
        async with running(tmp_path, clock, RULES) as core:
            await settled(core)
            assert sent(core) == STEPS[:1]
