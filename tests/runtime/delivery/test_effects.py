import asyncio
import multiprocessing
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from hub.clock import Clock, SystemClock
from hub.config.load import Delivery
from hub.core.alarms.events import AlarmRaised
from hub.core.delivery import EffectDone, EffectFailed, NotifierFailing, NotifierWorking
from hub.core.text import Text
from hub.errors import DeliveryFailed
from hub.ports import Message, OutboxEntry
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.effects import EffectRunner
from hub.testing.clock import FakeClock
from tests.runtime.running import (
    LOST_RULE,
    happens,
    journal_of,
    lost,
    records_of,
    running,
    settled,
    until,
    waiting,
)


class To(BaseModel):
    """A recipient."""

    name: str


class Paper:
    """A notifier that keeps what it was given, and does what the test says."""

    def __init__(self, act: Callable[[int], Any] = lambda number: None) -> None:
        self.sent: list[tuple[str, str]] = []
        self.tries = 0
        self._act = act

    async def send(self, message: Message, target: To) -> str:
        self.tries += 1
        result = self._act(self.tries)
        if asyncio.iscoroutine(result):
            await result
        self.sent.append((message.id, target.name))
        return "taken"


@asynccontextmanager
async def hub_with(
    folder: Path,
    clock: Clock,
    notifiers: Mapping[str, Any],
    *,
    recipients: Sequence[tuple[str, str]] = (("paper", "li"),),
    rules: str = LOST_RULE,
) -> AsyncIterator[tuple[CoreLoop, EffectRunner]]:
    listed = [via for via, _ in recipients]
    async with running(folder, clock, rules, targets=lambda route: listed) as core:
        effects = EffectRunner(
            core,
            journal_of(core),
            clock,
            recipients=lambda route: listed,
            evidence=folder / "evidence",
            language="en",
            site=Text(en="Plant"),
            zone=UTC,
        )
        effects.routes = {"duty": [Delivery(via, To(name=name)) for via, name in recipients]}
        effects.notifiers = notifiers
        core.on_message = effects.poke
        core.on_change = effects.follow
        await effects.start()
        try:
            yield core, effects
        finally:
            await effects.stop()


def failing(times: int, *, retry: bool = True) -> Callable[[int], None]:
    def act(number: int) -> None:
        if number <= times:
            raise DeliveryFailed("the far side is away, http://u:p@host/", retry=retry)

    return act


async def test_a_message_gets_out_and_its_outcome_is_on_record_with_its_cause(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper()
    async with hub_with(tmp_path, clock, {"paper": paper}, recipients=[("paper", "li"), ("paper", "wu")]) as (core, _):
        await happens(core, lost("a"))
        await until(lambda: len(records_of(core, EffectDone)) == 2)
        assert sorted(paper.sent) == [("lost:1:2>duty/paper:0", "li"), ("lost:1:2>duty/paper:1", "wu")]
        done = records_of(core, EffectDone)
        assert {(r.event.key, r.event.attempts, r.cause) for r in done} == {(key, 1, 1) for key, _ in paper.sent}
        assert waiting(core) == []
        assert journal_of(core).outbox_counts() == {"done": 2}


async def test_a_far_side_that_is_away_is_tried_again_later_and_later(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper(failing(3))
    async with hub_with(tmp_path, clock, {"paper": paper}) as (core, effects):
        await happens(core, lost("a"))
        for tries, wait_s in ((1, 2.0), (2, 4.0), (3, 8.0)):
            await until(lambda tries=tries: [e.attempts for e in waiting(core)] == [tries])
            assert "away" in effects.waiting["paper"]
            clock.advance(wait_s - 0.1)
            effects.poke()
            await asyncio.sleep(0.05)
            assert paper.tries == tries
            clock.advance(0.2)
            effects.poke()
        await until(lambda: records_of(core, EffectDone))
        (done,) = records_of(core, EffectDone)
        assert done.event.attempts == 4
        await settled(core)
        assert len(records_of(core, NotifierFailing)) == 1
        assert len(records_of(core, NotifierWorking)) == 1
        assert effects.waiting == {}
        assert "u:p" not in records_of(core, NotifierFailing)[0].event.reason


async def test_one_hiccup_of_a_far_side_wakes_nobody(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper(failing(1))
    async with hub_with(tmp_path, clock, {"paper": paper}) as (core, effects):
        await happens(core, lost("a"))
        await until(lambda: [entry.attempts for entry in waiting(core)] == [1])
        clock.advance(3)
        effects.poke()
        await until(lambda: records_of(core, EffectDone))
        assert records_of(core, NotifierFailing, NotifierWorking) == []


async def test_a_message_that_cannot_be_taken_is_given_up_at_once_and_raises_an_alarm(
    tmp_path: Path, clock: FakeClock
) -> None:
    given_up = """
[[rule]]
id = "given-up"
title = "Message not delivered"
on = "effect.failed"
do = [{ alarm = "message", priority = "high" }]
"""
    paper = Paper(failing(1, retry=False))
    async with hub_with(tmp_path, clock, {"paper": paper}, rules=LOST_RULE + given_up) as (core, _):
        await happens(core, lost("a"))
        await until(lambda: len(records_of(core, AlarmRaised)) == 2)
        (failed,) = records_of(core, EffectFailed)
        assert (failed.cause, failed.event.attempts) == (1, 1)
        assert records_of(core, AlarmRaised)[1].event.kind == "message"
        assert journal_of(core).outbox_counts() == {"failed": 1}


async def test_a_message_that_nobody_took_for_a_day_is_given_up(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper(failing(1_000))
    async with hub_with(tmp_path, clock, {"paper": paper}) as (core, effects):
        await happens(core, lost("a"))
        for hours in range(25):
            await until(lambda n=hours: paper.tries > n or records_of(core, EffectFailed))
            await settled(core)
            clock.advance(3_601)
            effects.poke()
        await until(lambda: records_of(core, EffectFailed))
        (failed,) = records_of(core, EffectFailed)
        assert 24 <= failed.event.attempts <= 26
        assert waiting(core) == []


async def test_a_notifier_that_breaks_is_told_and_tried_again_and_told_when_it_works(
    tmp_path: Path, clock: FakeClock
) -> None:
    def act(number: int) -> None:
        if number == 1:
            raise KeyError("a fault of the plugin's code")

    told: list[tuple[str, str]] = []
    async with hub_with(tmp_path, clock, {"paper": Paper(act)}) as (core, effects):
        effects.on_fault = lambda via, fault: told.append((via, type(fault).__name__))
        await happens(core, lost("a"))
        await until(lambda: [entry.attempts for entry in waiting(core)] == [1])
        clock.advance(3)
        effects.poke()
        await until(lambda: records_of(core, EffectDone))
    assert told == [("paper", "KeyError"), ("paper", "NoneType")]


async def test_a_far_side_that_hangs_delays_nobody_else(tmp_path: Path, clock: FakeClock) -> None:
    paper, slow = Paper(), Paper(lambda number: asyncio.sleep(3_600))
    recipients = [("slow", "x"), ("paper", "li")]
    async with hub_with(tmp_path, clock, {"paper": paper, "slow": slow}, recipients=recipients) as (core, effects):
        await happens(core, *(lost(f"c{n}") for n in range(40)))
        await until(lambda: len(paper.sent) == 5)
        clock.advance(10)
        effects.poke()
        await until(lambda: len(records_of(core, EffectDone)) == 40)
        assert slow.tries == 4
        assert slow.sent == []


async def test_a_send_under_way_at_the_stop_may_end_and_is_not_repeated(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper(lambda number: asyncio.sleep(0.3))
    async with hub_with(tmp_path, clock, {"paper": paper}) as (core, _):
        await happens(core, lost("a"))
        await until(lambda: paper.tries == 1)
    async with hub_with(tmp_path, clock, {"paper": paper}) as (core, _):
        await settled(core)
        assert len(records_of(core, EffectDone)) == 1
        assert waiting(core) == []
    assert len(paper.sent) == 1


async def test_a_sent_message_whose_outcome_cannot_be_written_now_is_not_sent_again(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = Paper()
    async with hub_with(tmp_path, clock, {"paper": paper}) as (core, effects):
        commit = journal_of(core)._store.commit
        broken = True

        def refuse(transactions: Sequence[Any]) -> None:
            if broken and any(t.outbox_changed for t in transactions):
                raise RuntimeError("a fault of the store")
            commit(transactions)

        monkeypatch.setattr(journal_of(core)._store, "commit", refuse)
        await core.propose(lambda state: [lost("a")])
        await until(lambda: paper.sent)
        for _ in range(30):
            effects.poke()
            await asyncio.sleep(0.01)
        assert len(paper.sent) == 1
        broken = False
        await until(lambda: records_of(core, EffectDone))
        assert len(paper.sent) == 1


@pytest.mark.parametrize("by_s", [-86_400.0, 86_400.0])
async def test_what_waits_for_another_try_waits_no_longer_when_the_clock_is_set(
    tmp_path: Path, clock: FakeClock, by_s: float
) -> None:
    paper = Paper(failing(2))
    async with hub_with(tmp_path, clock, {"paper": paper}) as (core, effects):
        await happens(core, lost("a"))
        await until(lambda: [entry.attempts for entry in waiting(core)] == [1])
        before = waiting(core)[0].next_at_us
        clock.step(by_s)
        await settled(core)
        await until(lambda: waiting(core)[0].next_at_us == before + int(by_s * 1e6))
        clock.advance(2.1)
        effects.poke()
        await until(lambda: [entry.attempts for entry in waiting(core)] == [2])
        clock.advance(4.1)
        effects.poke()
        await until(lambda: records_of(core, EffectDone))


async def test_a_recipient_that_left_hub_toml_is_given_up_and_a_notifier_that_failed_is_waited_for(
    tmp_path: Path, clock: FakeClock
) -> None:
    away = Paper(failing(1))
    recipients = [("paper", "li"), ("other", "wu")]
    async with hub_with(tmp_path, clock, {"paper": away}, recipients=recipients) as (core, effects):
        await happens(core, lost("a"))
        await until(lambda: [entry.attempts for entry in waiting(core)] == [1, 1])
        effects.routes = {"duty": [Delivery("other", To(name="wu"))]}
        effects._recipients = lambda route: ["other"]
        clock.advance(3)
        effects.poke()
        await until(lambda: records_of(core, EffectFailed))
        assert records_of(core, EffectFailed)[0].event.key == "lost:1:2>duty/paper:0"
        assert [entry.key for entry in waiting(core)] == ["lost:1:2>duty/other:0"]
        effects.notifiers = {"other": (other := Paper())}
        clock.advance(300)
        effects.poke()
        await until(lambda: records_of(core, EffectDone))
        assert other.sent == [("lost:1:2>duty/other:0", "wu")]


async def test_an_entry_that_another_version_wrote_is_given_up_instead_of_tried_for_ever(
    tmp_path: Path, clock: FakeClock
) -> None:
    odd = OutboxEntry(key="odd", kind="message", payload=b'{"colour": 1}', cause=1, created_at_us=0, next_at_us=0)
    async with hub_with(tmp_path, clock, {"paper": Paper()}) as (core, _):
        await core.propose(lambda state: [lost("a")], outbox_changed=[odd])
        await until(lambda: records_of(core, EffectFailed))
        assert records_of(core, EffectFailed)[0].event.key == "odd"


# --- a crash between sending and writing down the outcome ---


class Ledger:
    """A notifier that writes to a file for good, and then takes its time to say so."""

    def __init__(self, file: Path, told: Connection | None) -> None:
        self._file = file
        self._told = told

    async def send(self, message: Message, target: To) -> str:
        with self._file.open("a") as file:
            file.write(f"{message.id}\n")
            file.flush()
            os.fsync(file.fileno())
        if self._told is not None:
            self._told.send("written")
            await asyncio.sleep(60)
        return "taken"


def send_until_killed(folder: Path, told: Connection) -> None:
    async def work() -> None:
        async with hub_with(folder, SystemClock(), {"paper": Ledger(folder / "ledger", told)}) as (core, _):
            await happens(core, lost("a"))
            await asyncio.sleep(60)

    asyncio.run(work())


async def test_killed_between_sending_and_the_outcome_a_message_is_sent_again_under_the_same_id(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    ours, theirs = processes.Pipe(duplex=False)
    worker = processes.Process(target=send_until_killed, args=(tmp_path, theirs), daemon=True)
    worker.start()
    assert await asyncio.to_thread(ours.poll, 20)
    worker.kill()
    worker.join(10)
    for _ in range(2):
        notifiers = {"paper": Ledger(tmp_path / "ledger", None)}
        async with hub_with(tmp_path, SystemClock(), notifiers) as (core, _):
            await until(lambda: records_of(core, EffectDone))
            await settled(core)
            assert len(records_of(core, EffectDone)) == 1
    assert (tmp_path / "ledger").read_text().split() == ["lost:1:2>duty/paper:0"] * 2


async def test_a_message_that_got_out_while_the_outbox_was_being_read_is_not_sent_again(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_pending, hand_over = threading.Event(), threading.Event()
    reads = 0

    async def while_it_is_read() -> None:
        effects.poke()
        assert await asyncio.to_thread(seen_pending.wait, 5)

    paper = Paper(lambda number: while_it_is_read() if number == 1 else None)
    async with hub_with(tmp_path, clock, {"paper": paper}) as (core, effects):
        read = journal_of(core).outbox_due

        def slowly(*asked: Any) -> list[OutboxEntry]:
            nonlocal reads
            found = read(*asked)
            if found and paper.tries and not seen_pending.is_set():
                seen_pending.set()
                hand_over.wait(5)
            reads += 1
            return found

        monkeypatch.setattr(journal_of(core), "outbox_due", slowly)
        await happens(core, lost("a"))
        await until(lambda: len(records_of(core, EffectDone)) == 1 and not effects._under_way)
        before = reads
        hand_over.set()
        await until(lambda: reads >= before + 2)
        assert paper.tries == 1
