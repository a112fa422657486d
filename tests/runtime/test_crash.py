"""Killed at any moment, the hub does what it owes: each timer fires once, each effect is there once."""

import multiprocessing
import random
import time
from collections import Counter
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from hub.automation import engine
from hub.automation.model import Effect, EngineState, SendMessage
from hub.clock import SystemClock
from hub.core.alarms.commands import RaiseAlarm
from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.event import Record
from hub.core.findings import SignalLost, SignalRestored
from hub.core.fold import fold
from hub.core.state import State
from hub.core.tickets.commands import OpenTicket
from hub.core.tickets.events import TicketOpened
from hub.journal.codec import to_record
from hub.journal.verify import verify
from tests.runtime.load import FOR_S, RULES, work_until_killed
from tests.runtime.running import index_of, journal_of, running, settled, store_in, until, waiting

KILLS = 15


@pytest.mark.slow
async def test_killed_at_any_moment_every_timer_fires_once_and_no_effect_is_lost_or_doubled(tmp_path: Path) -> None:
    acknowledged = _kill_again_and_again(tmp_path)
    async with running(tmp_path, SystemClock(), RULES) as core:
        await until(lambda: not core.engine.pending)
        await settled(core)
        outbox = [entry.key for entry in waiting(core)]
        records = journal_of(core).read(0, 1_000_000)
        live = core.state
    store = store_in(tmp_path)
    store.open(create=False)
    assert verify(store).ok
    assert [to_record(stored) for stored in store.read(0, 1_000_000)][: len(records)] == records
    store.close()

    assert acknowledged <= {record.seq for record in records}
    assert len(acknowledged) > 100, "hardly anything was done before the kills"
    _check_timers(records)
    _check_effects(records, outbox)
    state = State()
    for record in records:
        state = fold(state, record)
    assert state == live


def _kill_again_and_again(folder: Path) -> set[int]:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.runtime.load"])
    moments = random.Random(20_260_105)
    acknowledged: set[int] = set()
    for run in range(KILLS):
        ours, theirs = processes.Pipe(duplex=False)
        worker = processes.Process(target=work_until_killed, args=(folder, run, theirs), daemon=True)
        worker.start()
        theirs.close()
        assert ours.recv() == []
        # Within the first timers, about when they are due, and in between.
        time.sleep(moments.choice((moments.uniform(0, 0.1), moments.uniform(0.95, 1.05), moments.uniform(0.1, 0.9))))
        worker.kill()
        acknowledged |= _rest(ours)
        worker.join(10)
        assert worker.exitcode == -9
        ours.close()
    return acknowledged


def _rest(pipe: Connection) -> set[int]:
    said: set[int] = set()
    try:
        while True:
            said |= set(pipe.recv())
    except (EOFError, OSError):
        return said


def _check_timers(records: list[Record]) -> None:
    """By the records alone: `lasting` is raised for each camera that was lost for so long, and for no other."""
    lost = {r.event.camera: r.seen_at for r in records if isinstance(r.event, SignalLost)}
    restored = {r.event.camera: r.seen_at for r in records if isinstance(r.event, SignalRestored)}
    lasting = {
        camera
        for camera, began in lost.items()
        if camera not in restored or restored[camera] - began >= timedelta(seconds=FOR_S)
    }
    raised = Counter(r.event.camera for r in records if isinstance(r.event, AlarmRaised) and r.event.rule == "lasting")
    assert raised == Counter(lasting)
    assert len(lasting) > 20
    assert len(lost.keys() - lasting) > 20
    at_once = Counter(r.event.camera for r in records if isinstance(r.event, AlarmRaised) and r.event.rule == "at-once")
    assert at_once == Counter(lost.keys())
    returned = Counter(r.event.alarm for r in records if isinstance(r.event, AlarmReturned))
    due_back = Counter(r.event.alarm for r in records if isinstance(r.event, AlarmRaised) if r.event.camera in restored)
    assert returned == due_back
    numbers = [r.event.alarm for r in records if isinstance(r.event, AlarmRaised)]
    tickets = [r.event.ticket for r in records if isinstance(r.event, TicketOpened)]
    assert numbers == [f"A-{n}" for n in range(1, len(numbers) + 1)]
    assert tickets == [f"T-{n}" for n in range(1, len(tickets) + 1)]


def _check_effects(records: list[Record], outbox: list[str]) -> None:
    """Against a clean replay of the journal, which was never interrupted."""
    effects = _replayed(records)
    keys = Counter(record.key for record in records if record.key is not None)
    assert set(keys.values()) == {1}
    wanted = {effect.key for effect in effects}
    assert {key.rpartition("#")[0] for key in keys} <= wanted
    first = {RaiseAlarm: "alarm.raised", OpenTicket: "ticket.opened"}
    ordered = {f"{effect.key}#{first[type(effect.do)]}:0" for effect in effects if type(effect.do) in first}
    assert ordered <= keys.keys()
    messages = [f"{effect.key}>duty/paper:0" for effect in effects if isinstance(effect.do, SendMessage)]
    assert Counter(outbox) == Counter(messages)


def _replayed(records: list[Record]) -> list[Effect]:
    index = index_of(RULES)
    state = engine.adopt(index, EngineState(), records[0].seen_at)
    effects: list[Effect] = []
    for record in records:
        step = engine.step(index, state, record, record.seen_at)
        state, effects = step.state, [*effects, *step.effects]
    effects += engine.step(index, state, None, records[-1].seen_at + timedelta(days=1)).effects
    assert len({effect.key for effect in effects}) == len(effects)
    return effects
