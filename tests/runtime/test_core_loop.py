import asyncio
import errno
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm
from hub.core.alarms.events import AlarmAcknowledged, AlarmRaised, AlarmReturned, AlarmShelved, AlarmUnshelved
from hub.core.catalogue import HubStarted, JournalBlockedFor
from hub.core.decisions import decide
from hub.core.delivery import EffectFailed
from hub.core.event import Draft
from hub.core.findings import SignalLost
from hub.core.rounds.events import RoundDue, RoundMissed
from hub.core.state import State
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened, TicketRestored
from hub.errors import JournalBlocked, JournalError, NotFound
from hub.ports import StoredRecord, Transaction
from hub.runtime.core_loop import CoreLoop
from hub.testing.clock import FakeClock
from tests.runtime.running import (
    LONG_LOST_RULE,
    LOST_RULE,
    SINCE,
    happens,
    index_of,
    journal_of,
    lost,
    names_of,
    records_of,
    restored,
    running,
    settled,
    store_in,
    until,
    waiting,
)


class Watched:
    """A real store that keeps what was committed, and refuses as long as the test says so."""

    def __init__(self, folder: Path) -> None:
        self.store = store_in(folder)
        self.committed: list[Transaction] = []
        self.refusal: Exception | None = None

    def commit(self, transactions: Sequence[Transaction]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.store.commit(transactions)
        self.committed += transactions

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


async def test_rules_that_raise_alarms_in_one_round_give_them_different_numbers(
    tmp_path: Path, clock: FakeClock
) -> None:
    second = LOST_RULE.replace('id = "lost"', 'id = "lost-too"')
    async with running(tmp_path, clock, LOST_RULE + second) as core:
        await happens(core, lost("a"), lost("b"))
        alarms = [record.event.alarm for record in records_of(core, AlarmRaised)]
        tickets = [record.event.ticket for record in records_of(core, TicketOpened)]
    assert alarms == ["A-1", "A-2", "A-3", "A-4"]
    assert tickets == ["T-1", "T-2", "T-3", "T-4"]


async def test_proposals_decide_one_after_another_each_on_what_the_one_before_left(
    tmp_path: Path, clock: FakeClock
) -> None:
    seen: list[int] = []

    def think(state: State) -> list[Draft]:
        seen.append(state.round_count)
        return [Draft(RoundDue(round=f"R-{state.round_count + 1}", kind="k", title=Text(en="Round")), actor="hub")]

    async with running(tmp_path, clock) as core:
        answers = await asyncio.gather(*(core.propose(think) for _ in range(50)))
        assert journal_of(core).head.seq == 50
    assert seen == list(range(50))
    assert [answer[0].event.round for answer in answers] == [f"R-{n}" for n in range(1, 51)]


async def test_a_proposal_is_answered_with_its_own_records_and_without_those_known_before(
    tmp_path: Path, clock: FakeClock
) -> None:
    def keyed(camera: str, key: str) -> Draft:
        return msgspec.structs.replace(lost(camera), key=key)

    async with running(tmp_path, clock) as core:
        await core.propose(lambda state: [keyed("a", "k1")])
        mixed, known, plain = await asyncio.gather(
            core.propose(lambda state: [keyed("a", "k1"), keyed("b", "k2"), lost("c")]),
            core.propose(lambda state: [keyed("a", "k1")]),
            core.propose(lambda state: [lost("d")]),
        )
    assert [record.event.camera for record in mixed] == ["b", "c"]
    assert known == []
    assert [record.event.camera for record in plain] == ["d"]


async def test_what_a_proposal_raises_goes_to_whoever_proposed_and_to_nobody_else(
    tmp_path: Path, clock: FakeClock
) -> None:
    def refused(state: State) -> list[Draft]:
        return [
            Draft(event, actor="hub")
            for event in decide(state, AcknowledgeAlarm(alarm="A-9"), "person:wang", clock.now())
        ]

    unwritable = Draft(SignalLost(camera="a", since_at=SINCE, measures={"x": float("nan")}), actor="watch")
    without_zone = msgspec.structs.replace(lost("b"), at=SINCE.replace(tzinfo=None))
    async with running(tmp_path, clock) as core:
        answers = await asyncio.gather(
            core.propose(refused),
            core.propose(lambda state: [unwritable]),
            core.propose(lambda state: [without_zone]),
            core.propose(lambda state: [lost("c")]),
            return_exceptions=True,
        )
        assert [type(answer) for answer in answers] == [NotFound, JournalError, JournalError, list]
        assert names_of(records_of(core)) == ["signal.lost"]


async def test_messages_the_snapshot_and_the_events_of_orders_go_out_in_one_transaction(
    tmp_path: Path, clock: FakeClock
) -> None:
    store = Watched(tmp_path)
    async with running(tmp_path, clock, LOST_RULE, store=store) as core:
        await happens(core, lost("a"))
        assert [entry.key for entry in waiting(core)] == ["lost:1:2>duty/paper:0"]
    with_alarm = [t for t in store.committed if any(record.type == "alarm.raised" for record in t.records)]
    assert len(with_alarm) == 1
    assert [record.type for record in with_alarm[0].records] == ["alarm.raised", "ticket.opened"]
    assert [record.key for record in with_alarm[0].records] == ["lost:1:0#alarm.raised:0", "lost:1:1#ticket.opened:0"]
    assert [record.cause for record in with_alarm[0].records] == [1, 1]
    assert [entry.key for entry in with_alarm[0].outbox_new] == ["lost:1:2>duty/paper:0"]
    assert set(with_alarm[0].documents) == {"engine:state", "engine:mark"}


async def test_nobody_hears_of_a_record_before_it_is_durable(tmp_path: Path, clock: FakeClock) -> None:
    store = Watched(tmp_path)
    told: list[tuple[int, int]] = []
    async with running(tmp_path, clock, LOST_RULE, store=store) as core:
        core.on_change = lambda records: told.append((records[-1].seq, _newest(store)))
        await happens(core, lost("a"), restored("a"))
        assert [seq for seq, _ in told] == sorted({seq for seq, _ in told})
        assert told[-1][0] == journal_of(core).head.seq
        assert all(durable >= seq for seq, durable in told)


def _newest(store: Watched) -> int:
    head: StoredRecord | None = store.store.head()
    return head.seq if head is not None else 0


async def test_restoring_the_condition_returns_the_alarm_and_restores_the_ticket(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock, LOST_RULE) as core:
        await happens(core, lost("a"))
        await happens(core, restored("a"))
        assert names_of(records_of(core)) == [
            "signal.lost",
            "alarm.raised",
            "ticket.opened",
            "signal.restored",
            "alarm.returned",
            "ticket.restored",
        ]
        returned, restoring = records_of(core, AlarmReturned, TicketRestored)
        assert (returned.cause, restoring.cause) == (4, 4)
        assert core.state.alarms["A-1"].state == "returned"


async def test_a_message_to_a_route_without_recipients_is_put_on_record_as_failed(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock, LOST_RULE, targets=lambda route: []) as core:
        await happens(core, lost("a"))
        assert waiting(core) == []
        (failed,) = records_of(core, EffectFailed)
    assert failed.event.key == "lost:1:2"
    assert failed.cause == 1
    assert "duty" in failed.event.reason


async def test_shelvings_and_rounds_end_by_the_passing_of_time(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock, LOST_RULE) as core:
        await happens(core, lost("a"))
        shelve = ShelveAlarm(alarm="A-1", reason="being repaired", until_at=clock.now() + timedelta(minutes=10))
        round_ = RoundDue(round="R-1", kind="k", title=Text(en="Round"), due_at=clock.now() + timedelta(minutes=5))
        await core.propose(
            lambda state: [Draft(event, actor="p") for event in decide(state, shelve, "person:wang", clock.now())]
        )
        await happens(core, Draft(round_, actor="hub"))
        clock.advance(601)
        await until(lambda: records_of(core, AlarmUnshelved))
        assert names_of(records_of(core, AlarmShelved, AlarmUnshelved, RoundMissed)) == [
            "alarm.shelved",
            "alarm.unshelved",
            "round.missed",
        ]


async def test_what_came_due_while_the_hub_was_down_comes_after_the_record_of_its_start(
    tmp_path: Path, clock: FakeClock
) -> None:
    round_ = RoundDue(round="R-1", kind="k", title=Text(en="Round"), due_at=clock.now() + timedelta(minutes=5))
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        await happens(core, lost("a"))
        await happens(core, Draft(round_, actor="hub"))
    clock.advance(601)
    async with running(tmp_path, clock, LONG_LOST_RULE, time_stands=True) as core:
        await happens(core, Draft(HubStarted(version="1", last_stop="clean"), actor="hub"))
        assert not records_of(core, RoundMissed)
        core.let_time_pass()
        await until(lambda: len(records_of(core, RoundMissed, AlarmRaised)) == 2)
        (started,) = records_of(core, HubStarted)
        assert all(record.seq > started.seq for record in records_of(core, RoundMissed, AlarmRaised))


async def test_what_the_journal_writes_by_itself_is_taken_in_without_waiting_for_more(
    tmp_path: Path, clock: FakeClock
) -> None:
    store = Watched(tmp_path)
    async with running(tmp_path, clock, store=store) as core:
        store.refusal = OSError(errno.ENOSPC, "No space left on device")
        work = asyncio.create_task(core.propose(lambda state: [lost("a")]))
        await until(lambda: journal_of(core).blocked)
        assert not work.done()
        store.refusal = None
        assert [record.event.camera for record in await work] == ["a"]
        await until(lambda: records_of(core, JournalBlockedFor))
        await until(lambda: core.state.position == 2, within_s=3)


async def test_acknowledged_means_durable_and_what_a_blocked_journal_cannot_take_is_refused_at_the_end(
    tmp_path: Path, clock: FakeClock
) -> None:
    store = Watched(tmp_path)
    async with running(tmp_path, clock, store=store) as core:
        await happens(core, lost("a"))
        store.refusal = OSError(errno.ENOSPC, "No space left on device")
        in_flight = asyncio.create_task(core.propose(lambda state: [lost("b")]))
        await until(lambda: journal_of(core).blocked)
        in_line = asyncio.create_task(core.propose(lambda state: [lost("c")]))
        await asyncio.sleep(0)
        began = asyncio.get_running_loop().time()
        await core.stop()
        assert asyncio.get_running_loop().time() - began < 5
        for refused in (in_flight, in_line):
            with pytest.raises(JournalBlocked):
                await refused
        with pytest.raises(JournalBlocked):
            await core.propose(lambda state: [lost("d")])
    async with running(tmp_path, clock) as core:
        assert [record.event.camera for record in records_of(core, SignalLost)] == ["a"]


async def test_a_line_that_is_full_refuses_more_instead_of_growing(tmp_path: Path, clock: FakeClock) -> None:
    store = Watched(tmp_path)
    async with running(tmp_path, clock, store=store) as core:
        store.refusal = OSError(errno.ENOSPC, "No space left on device")
        tasks = [asyncio.create_task(core.propose(lambda state: [])) for _ in range(11_000)]
        await asyncio.sleep(0.05)
        refused = [task for task in tasks if task.done() and isinstance(task.exception(), JournalBlocked)]
        assert 400 <= len(refused) <= 1_000
        store.refusal = None
        await until(lambda: all(task.done() for task in tasks))
        assert sum(task.exception() is None for task in tasks) == 11_000 - len(refused)


async def test_a_store_that_breaks_refuses_proposals_and_keeps_what_rules_want_done(
    tmp_path: Path, clock: FakeClock
) -> None:
    store = Watched(tmp_path)
    async with running(tmp_path, clock, LOST_RULE, store=store) as core:
        asking = asyncio.create_task(core.propose(lambda state: [lost("a")]))
        await asking
        # The alarm's order is decided in the next round, which the store refuses.
        store.refusal = RuntimeError("a fault of the store")
        with pytest.raises(JournalError):
            await core.propose(lambda state: [lost("b")])
        store.refusal = None
        await until(lambda: records_of(core, AlarmRaised))
        await settled(core)
        assert [record.event.subject for record in records_of(core, AlarmRaised)] == ["camera:a"]
        assert len(waiting(core)) == 1


async def test_when_the_loop_breaks_nobody_is_left_waiting_and_its_task_says_why(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock) as core:

        def broken(records: object) -> None:
            raise RuntimeError("whoever listens broke")

        core.on_change = broken
        first, second = (asyncio.create_task(core.propose(lambda state, c=c: [lost(c)])) for c in "ab")
        assert [record.event.camera for record in await first] == ["a"]
        await second
        assert core.task is not None
        await asyncio.wait({core.task})
        with pytest.raises(JournalBlocked):
            await core.propose(lambda state: [lost("c")])
        with pytest.raises(RuntimeError, match="whoever listens broke"):
            core.task.result()


async def test_rules_that_are_replaced_keep_the_timers_of_those_that_did_not_change(
    tmp_path: Path, clock: FakeClock
) -> None:
    changed = LOST_RULE.replace("on =", 'for = "60s"\non =')
    kept = LOST_RULE.replace('id = "lost"', 'id = "kept"').replace("on =", 'for = "30s"\non =')
    async with running(tmp_path, clock, changed + kept) as core:
        await happens(core, lost("a"))
        clock.advance(20)
        core.use_rules(index_of(changed.replace("60s", "61s") + kept))
        clock.advance(10.5)
        await settled(core)
        assert [record.event.rule for record in records_of(core, AlarmRaised)] == ["kept"]
        clock.advance(50)
        await settled(core)
        assert [record.event.rule for record in records_of(core, AlarmRaised)] == ["kept"]
        clock.advance(1)
        await settled(core)
        assert [record.event.rule for record in records_of(core, AlarmRaised)] == ["kept", "lost"]


async def test_a_command_carried_out_twice_at_once_is_written_once(tmp_path: Path, clock: FakeClock) -> None:
    def acknowledge(state: State) -> list[Draft]:
        command = AcknowledgeAlarm(alarm="A-1")
        return [Draft(event, actor="person:li") for event in decide(state, command, "person:wang", clock.now())]

    async with running(tmp_path, clock, LOST_RULE) as core:
        await happens(core, lost("a"))
        answers = await asyncio.gather(*(core.propose(acknowledge) for _ in range(5)))
        assert sorted(len(answer) for answer in answers) == [0, 0, 0, 0, 1]
        assert len(records_of(core, AlarmAcknowledged)) == 1


async def test_a_loop_that_was_never_started_can_be_stopped(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        idle = CoreLoop(journal_of(core), clock, targets=lambda route: [])
        await idle.stop()
        await happens(core, Draft(HubStarted(version="1", last_stop="first"), actor="hub"))
        assert core.state.running
