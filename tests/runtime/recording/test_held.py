"""Quiet times, limits and storms with the real outbox: nothing is lost, and what was held is on record."""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, time, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import BaseModel

from hub.automation.model import SendMessage
from hub.clock import Clock, SystemClock
from hub.config.load import Delivery
from hub.core.delivery import EffectDone, EffectFailed, MessageHeld, MessageRedirected, MessagesListed
from hub.core.text import Text
from hub.errors import DeliveryFailed
from hub.ports import Message
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.addresses import Resolved
from hub.runtime.delivery.effects import EffectRunner
from hub.runtime.delivery.quiet import Manners, Quiet, Rate
from hub.testing.clock import START, FakeClock
from tests.runtime.running import happens, journal_of, lost, records_of, running, settled, until, waiting

RULES = """
[[rule]]
id = "lost"
title = { en = "Signal lost", zh = "信号丢失" }
on = "signal.lost"
do = [{ alarm = "signal", priority = "PRIORITY" }, { notify = "duty" }]
"""
MORNING = Manners(quiet=(Quiet(time(8), time(9), "critical"),))
"""The clock of the tests shows 08:00 when they begin."""


class To(BaseModel):
    """A recipient."""


class Paper:
    """A notifier that keeps what it was given."""

    def __init__(self, act: Callable[[Message], None] = lambda message: None) -> None:
        self.sent: list[Message] = []
        self._act = act

    async def send(self, message: Message, target: To) -> str:
        self._act(message)
        self.sent.append(message)
        return "taken"

    @property
    def ids(self) -> list[str]:
        return [message.id for message in self.sent]


class Wants:
    """How the recipient wants to be told; a test may change it."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners

    def __call__(self, to: str) -> Manners:
        return self.manners


@asynccontextmanager
async def hub_with(
    folder: Path, clock: Clock, paper: object, wants: Callable[[str], Manners], priority: str = "high"
) -> AsyncIterator[tuple[CoreLoop, EffectRunner]]:
    rules = RULES.replace("PRIORITY", priority)
    async with running(folder, clock, rules, targets=lambda route: ["paper"]) as core:
        effects = EffectRunner(
            core,
            journal_of(core),
            clock,
            recipients=lambda route: ["paper"],
            evidence=folder,
            language="en",
            site=Text(en="Plant"),
            zone=UTC,
            manners=wants,
        )
        effects.routes = {"duty": [Delivery("paper", To())]}
        effects.notifiers = {"paper": paper}  # type: ignore[dict-item]
        core.on_message, core.on_change = effects.poke, effects.follow
        await effects.start()
        try:
            yield core, effects
        finally:
            await effects.stop()


def passes(clock: FakeClock, effects: EffectRunner, seconds: float) -> None:
    clock.advance(seconds)
    effects.poke()


async def test_a_quiet_time_holds_messages_on_record_and_ends_with_one_list(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper()
    async with hub_with(tmp_path, clock, paper, Wants(MORNING)) as (core, effects):
        await happens(core, lost("a"), lost("b"), lost("c"))
        await until(lambda: len(records_of(core, MessageHeld)) == 3)
        held = records_of(core, MessageHeld)[0]
        assert held.event == MessageHeld(
            key="lost:1:1>duty/paper:0", target="duty (paper)", why="quiet", until_at=START + timedelta(hours=1)
        )
        assert held.cause == 1
        passes(clock, effects, 3_590)
        await settled(core)
        assert paper.sent == []
        assert len(waiting(core)) == 3
        passes(clock, effects, 15)
        await until(lambda: len(records_of(core, EffectDone)) == 3)
        (message,) = paper.sent
        assert message.title.en == "3 messages: 3 high"
        assert message.title.zh == "3 条消息：高 3"
        assert [line.split(": ")[-1] for line in message.body.en.splitlines()[1:]] == ["a", "b", "c"]
        (listed,) = records_of(core, MessagesListed)
        assert listed.event.list == message.id
        assert sorted(listed.event.keys) == sorted(record.event.key for record in records_of(core, EffectDone))
        assert waiting(core) == []


async def test_what_is_critical_goes_out_in_a_quiet_time(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper()
    async with hub_with(tmp_path, clock, paper, Wants(MORNING), "critical") as (core, _):
        await happens(core, lost("a"))
        await until(lambda: records_of(core, EffectDone))
        assert records_of(core, MessageHeld) == []


async def test_a_quiet_time_goes_on_over_a_restart(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper()
    async with hub_with(tmp_path, clock, paper, Wants(MORNING)) as (core, _):
        await happens(core, lost("a"), lost("b"))
        await until(lambda: len(records_of(core, MessageHeld)) == 2)
    async with hub_with(tmp_path, clock, paper, Wants(MORNING)) as (core, effects):
        passes(clock, effects, 3_605)
        await until(lambda: len(records_of(core, EffectDone)) == 2)
        assert [message.title.en for message in paper.sent] == ["2 messages: 2 high"]
        assert len(records_of(core, MessageHeld)) == 2


async def test_a_quiet_time_that_is_taken_out_of_hub_toml_ends_at_once(tmp_path: Path, clock: FakeClock) -> None:
    paper, wants = Paper(), Wants(MORNING)
    async with hub_with(tmp_path, clock, paper, wants) as (core, effects):
        await happens(core, lost("a"), lost("b"))
        await until(lambda: len(records_of(core, MessageHeld)) == 2)
        wants.manners = Manners()
        effects.look_at_held()
        await until(lambda: len(records_of(core, EffectDone)) == 2)
        assert len(paper.sent) == 1


async def test_a_clock_that_is_set_ends_a_quiet_time_when_it_shows_its_end(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper()
    async with hub_with(tmp_path, clock, paper, Wants(MORNING)) as (core, effects):
        await happens(core, lost("a"))
        await until(lambda: records_of(core, MessageHeld))
        clock.step(1_800)
        await settled(core)
        await until(lambda: not effects._stepped_s)
        effects.poke()
        await settled(core)
        assert paper.sent == []
        passes(clock, effects, 1_801)
        await until(lambda: records_of(core, EffectDone))
        assert len(records_of(core, MessageHeld)) == 1


async def test_a_limit_is_kept_over_a_restart_and_what_was_held_goes_out_as_one_list(
    tmp_path: Path, clock: FakeClock
) -> None:
    paper, wants = Paper(), Wants(Manners(rate=Rate(2, 3_600)))
    async with hub_with(tmp_path, clock, paper, wants) as (core, _):
        await happens(core, lost("a"), lost("b"), lost("c"))
        await until(lambda: len(records_of(core, EffectDone)) == 2 and records_of(core, MessageHeld))
        assert records_of(core, MessageHeld)[0].event.why == "limit"
    clock.advance(60)
    async with hub_with(tmp_path, clock, paper, wants) as (core, effects):
        await happens(core, lost("d"))
        await until(lambda: len(records_of(core, MessageHeld)) == 2)
        passes(clock, effects, 3_600)
        await until(lambda: len(records_of(core, EffectDone)) == 4)
        assert len(paper.sent) == 3
        assert paper.sent[-1].title.en == "2 messages: 2 high"


async def test_a_storm_goes_out_as_a_few_messages_and_one_list(tmp_path: Path, clock: FakeClock) -> None:
    paper = Paper()
    async with hub_with(tmp_path, clock, paper, Wants(Manners())) as (core, effects):
        await happens(core, *(lost(f"c{n}") for n in range(30)))
        await until(lambda: len(records_of(core, EffectDone)) == 5)
        assert records_of(core, MessageHeld) == []
        passes(clock, effects, 10)
        await until(lambda: len(records_of(core, EffectDone)) == 30)
        assert [message.title.en for message in paper.sent[5:]] == ["25 messages: 25 high"]
        assert journal_of(core).outbox_counts() == {"done": 30}


async def test_a_list_that_nobody_takes_is_tried_again_whole_and_given_up_whole(
    tmp_path: Path, clock: FakeClock
) -> None:
    def refuse_lists(message: Message) -> None:
        if message.id.startswith("list:"):
            refused.append(message.id)
            raise DeliveryFailed("not now", retry=len(refused) < 3)

    refused: list[str] = []
    async with hub_with(tmp_path, clock, Paper(refuse_lists), Wants(MORNING)) as (core, effects):
        await happens(core, lost("a"), lost("b"))
        await until(lambda: len(records_of(core, MessageHeld)) == 2)
        passes(clock, effects, 3_605)
        for tries in (1, 2):
            await until(lambda tries=tries: [entry.attempts for entry in waiting(core)] == [tries] * 2)
            passes(clock, effects, 5)
        await until(lambda: len(records_of(core, EffectFailed)) == 2)
        assert len(set(refused)) == 1
        assert waiting(core) == []


async def test_time_in_which_a_message_was_held_does_not_count_against_it(tmp_path: Path, clock: FakeClock) -> None:
    def refuse_once(message: Message) -> None:
        tries.append(message.id)
        if len(tries) == 1:
            raise DeliveryFailed("away")

    tries: list[str] = []
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    long = Manners(quiet=tuple(Quiet(time(8), time(8), "critical", (day,)) for day in weekdays[:3]))
    async with hub_with(tmp_path, clock, Paper(refuse_once), Wants(long)) as (core, effects):
        await happens(core, lost("a"))
        await until(lambda: records_of(core, MessageHeld))
        passes(clock, effects, 3 * 86_400 + 5)
        await until(lambda: [entry.attempts for entry in waiting(core)] == [1])
        passes(clock, effects, 5)
        await until(lambda: records_of(core, EffectDone))


async def test_a_thousand_messages_do_not_slow_the_core_loop(tmp_path: Path) -> None:
    async def hang(message: Message, target: To) -> str:
        await asyncio.sleep(60)
        return ""

    class Slow:
        send = staticmethod(hang)

    loop = asyncio.get_running_loop()
    async with hub_with(tmp_path, SystemClock(), Slow(), Wants(Manners(one_by_one=True))) as (core, _):
        for start in range(0, 1_000, 250):
            await core.propose(lambda state, at=start: [lost(f"c{n}") for n in range(at, at + 250)])
        await until(lambda: len(waiting(core)) == 1_000)
        slowest = 0.0
        for number in range(100):
            began = loop.time()
            await core.propose(lambda state, n=number: [lost(f"late-{n}")])
            slowest = max(slowest, loop.time() - began)
            await asyncio.sleep(0.02)
        assert slowest < 1.0


async def test_a_message_that_goes_elsewhere_than_the_rule_says_is_on_record_with_the_reason(
    tmp_path: Path, clock: FakeClock
) -> None:
    def to_duty(message: SendMessage, now: object) -> Resolved:
        return Resolved(("duty",), instead="Nobody is rostered at gate now.")

    paper = Paper()
    async with hub_with(tmp_path, clock, paper, Wants(Manners())) as (core, _):
        core._resolve = to_duty
        await happens(core, lost("a"))
        await until(lambda: records_of(core, EffectDone))
        (turned,) = records_of(core, MessageRedirected)
        assert (turned.event.route, turned.event.reason) == ("duty", "Nobody is rostered at gate now.")


# --- a crash between sending a list and writing down its outcome ---


class Ledger:
    """A notifier that writes what it got to a file for good, and then may take its time to say so."""

    def __init__(self, file: Path, told: Connection | None) -> None:
        self._file = file
        self._told = told

    async def send(self, message: Message, target: To) -> str:
        with self._file.open("a") as file:
            file.write(f"{message.id} {message.title.en}\n")
            file.flush()
            os.fsync(file.fileno())
        if self._told is not None and message.id.startswith("list:"):
            self._told.send("written")
            await asyncio.sleep(60)
        return "taken"


def send_until_killed(folder: Path, told: Connection) -> None:
    async def work() -> None:
        ledger = Ledger(folder / "ledger", told)
        async with hub_with(folder, SystemClock(), ledger, Wants(Manners()), "critical") as (core, _):
            await happens(core, *(lost(f"c{n}") for n in range(12)))
            await asyncio.sleep(60)

    asyncio.run(work())


async def test_killed_between_sending_a_list_and_its_outcome_no_message_is_lost(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    ours, theirs = processes.Pipe(duplex=False)
    worker = processes.Process(target=send_until_killed, args=(tmp_path, theirs), daemon=True)
    worker.start()
    assert await asyncio.to_thread(ours.poll, 20)
    worker.kill()
    worker.join(10)
    ledger = Ledger(tmp_path / "ledger", None)
    async with hub_with(tmp_path, SystemClock(), ledger, Wants(Manners()), "critical") as (core, _):
        await until(lambda: len(records_of(core, EffectDone)) == 12, 20)
        await settled(core)
        assert len({record.event.key for record in records_of(core, EffectDone)}) == 12
        assert journal_of(core).outbox_counts() == {"done": 12}
    lines = (tmp_path / "ledger").read_text().splitlines()
    assert sum(not line.startswith("list:") for line in lines) >= 5
    assert sum(line.startswith("list:") for line in lines) >= 2
