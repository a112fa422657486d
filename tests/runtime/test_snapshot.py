import io
from pathlib import Path

import msgspec
import pytest

from hub.automation.memory import EngineState
from hub.automation.occurrence import Occurrence
from hub.automation.timers import Pending, Timers
from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.event import Draft
from hub.core.findings import SignalLost
from hub.core.rounds.events import RoundDone, RoundDue
from hub.core.text import Text
from hub.core.tickets.events import TicketClosed, TicketOpened
from hub.journal.transfer import export, import_
from hub.runtime import snapshot
from hub.runtime.core_loop import CoreLoop
from hub.runtime.snapshot import documents
from hub.testing.clock import FakeClock
from tests.runtime.running import (
    LONG_LOST_RULE,
    LOST_RULE,
    SINCE,
    happens,
    index_of,
    journal_of,
    lost,
    records_of,
    restored,
    running,
    settled,
    store_in,
    waiting,
)

RULES = LOST_RULE + LONG_LOST_RULE


async def _a_history(core: CoreLoop, clock: FakeClock) -> None:
    """Cameras lost for long, lost for a while and lost just now; one of the timers is still running."""
    await happens(core, lost("long"))
    clock.advance(31)
    await settled(core)
    await happens(core, lost("short"))
    clock.advance(10)
    await happens(core, restored("short"), restored("long"))
    clock.advance(10)
    await happens(core, lost("now"), lost("long"))
    clock.advance(5)
    await happens(core, Draft(RoundDue(round="R-1", kind="k", title=Text(en="Round")), actor="hub"))


def _spoil(folder: Path, **documents: bytes) -> None:
    """Put other documents in the place of those that the last run left."""
    store = store_in(folder)
    store.open(create=True)
    store._writer.conn.executemany(  # type: ignore[union-attr]
        "INSERT OR REPLACE INTO document VALUES (?, ?)",
        [(name.replace("_", ":"), value) for name, value in documents.items()],
    )
    store.close()


def _of_another_version(folder: Path) -> bytes:
    store = store_in(folder)
    store.open(create=False)
    written = msgspec.msgpack.decode(store.document("engine:state"))
    store.close()
    return msgspec.msgpack.encode({**written, "by": "0.0.9 0123456789abcdef"})


@pytest.mark.parametrize("spoiled", ["another version", "no state at all", "half of it"])
async def test_without_a_usable_snapshot_the_journal_gives_the_same_state_and_nothing_is_done_twice(
    tmp_path: Path, clock: FakeClock, spoiled: str
) -> None:
    async with running(tmp_path, clock, RULES) as core:
        await _a_history(core, clock)
        before, records, outbox = core.engine, records_of(core), waiting(core)
    whole = _of_another_version(tmp_path)
    _spoil(
        tmp_path, engine_state={"another version": whole, "no state at all": b"", "half of it": whole[:300]}[spoiled]
    )
    async with running(tmp_path, clock, RULES) as core:
        await settled(core)
        assert core.engine == before
        assert records_of(core) == records
        assert waiting(core) == outbox
        clock.advance(25)
        await settled(core)
        later = records_of(core, AlarmRaised)[len([r for r in records if isinstance(r.event, AlarmRaised)]) :]
        assert [record.event.subject for record in later] == ["camera:now", "camera:long"]


async def test_a_timer_that_fired_just_before_the_last_snapshot_does_not_fire_again_from_the_whole_journal(
    tmp_path: Path, clock: FakeClock
) -> None:
    ticket = LONG_LOST_RULE.replace('{ alarm = "long", priority = "critical" }', '{ ticket = "Gone" }')
    async with running(tmp_path, clock, ticket) as core:
        await happens(core, lost("a"))
        clock.advance(31)
        await settled(core)
        await happens(core, Draft(TicketClosed(ticket="T-1", cause="cable"), actor="person:li"))
        records = records_of(core)
    _spoil(tmp_path, engine_state=_of_another_version(tmp_path))
    async with running(tmp_path, clock, ticket) as core:
        await settled(core)
        assert records_of(core) == records
        assert len(records_of(core, TicketOpened)) == 1


async def test_effects_that_were_not_out_at_the_crash_come_from_the_whole_journal_too(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock, RULES) as core:
        await _a_history(core, clock)
        journal = journal_of(core)
        # What a crash leaves that came after a record was durable and before its effects were.
        await journal.append([lost("unseen")])
        core.task.cancel()  # type: ignore[union-attr]
    _spoil(tmp_path, engine_state=_of_another_version(tmp_path))
    async with running(tmp_path, clock, RULES) as core:
        await settled(core)
        about = [record.event.subject for record in records_of(core, AlarmRaised)]
        assert about.count("camera:unseen") == 1
        assert [entry.key for entry in waiting(core)][-1] == f"lost:{_seq_of_last_lost(core)}:2>duty/paper:0"


def _seq_of_last_lost(core: CoreLoop) -> int:
    return records_of(core, SignalLost)[-1].seq


async def test_what_the_rules_of_an_imported_journal_wanted_is_history(tmp_path: Path, clock: FakeClock) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    async with running(old, clock, RULES) as core:
        await _a_history(core, clock)
        state, records = core.state, records_of(core)
    source, target, lines = store_in(old), store_in(new), io.BytesIO()
    source.open(create=False)
    export(source, lines)
    source.close()
    lines.seek(0)
    target.open(create=True)
    import_(lines, target, name="journal.jsonl")
    target.close()
    async with running(new, clock, RULES) as core:
        await settled(core)
        assert core.state == state
        assert records_of(core) == records
        assert waiting(core) == [], "nobody is told of last year's faults"


async def test_a_journal_that_never_had_a_snapshot_gets_one_with_its_first_records(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock, LOST_RULE) as core:
        await core.propose(lambda state: [lost("a")])
        assert journal_of(core).document("engine:mark") is not None
        core.task.cancel()  # type: ignore[union-attr]
    async with running(tmp_path, clock, LOST_RULE) as core:
        await settled(core)
        assert len(records_of(core, AlarmRaised)) == 1


async def test_rules_that_changed_while_the_hub_was_down_begin_to_count_at_the_start(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with running(tmp_path, clock, LOST_RULE) as core:
        await happens(core, lost("a"))
    clock.advance(3_600)
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        clock.advance(29)
        await settled(core)
        assert [record.event.rule for record in records_of(core, AlarmRaised)] == ["lost"]
        clock.advance(1)
        await settled(core)
        assert [record.event.rule for record in records_of(core, AlarmRaised)] == ["lost", "long-lost"]
        await happens(core, restored("a"))
        assert len(records_of(core, AlarmReturned)) == 2


async def test_a_timer_that_began_with_new_rules_goes_on_over_a_crash(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        await happens(core, lost("a"))
        core.use_rules(index_of(LONG_LOST_RULE))
        await happens(core, Draft(RoundDone(round="R-9"), actor="hub"))
        core.task.cancel()  # type: ignore[union-attr]
    clock.advance(20)
    async with running(tmp_path, clock, LONG_LOST_RULE) as core:
        clock.advance(10)
        await settled(core)
        assert len(records_of(core, AlarmRaised)) == 1


async def test_a_long_quiet_stretch_is_not_read_again_at_every_start(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        for _ in range(6):
            await core.propose(lambda state: [lost(f"c{n}") for n in range(1_000)])
        await settled(core)
        mark = msgspec.json.decode(journal_of(core).document("engine:mark"), type=snapshot.Mark)
    assert mark.seq >= 5_000


def test_the_snapshot_names_the_software_that_it_fits() -> None:
    version, _, shape = snapshot.software().partition(" ")
    assert version
    assert len(shape) == 16


async def test_the_state_at_a_start_is_that_of_the_stop(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock, RULES) as core:
        await _a_history(core, clock)
        before = core.engine
    clock.advance(1)
    async with running(tmp_path, clock, RULES) as core:
        assert core.engine == before


def test_of_ten_thousand_timers_only_those_beside_the_one_that_changed_are_written_again() -> None:
    timers = Timers()
    for number in range(10_000):
        timers = timers.put(_timer(f"camera:c-{number}"))
    before = EngineState(pending=timers)
    after = msgspec.structs.replace(before, pending=timers.put(_timer("camera:another")))
    everything, changed = documents(before, SINCE), documents(after, SINCE, before)
    assert len(everything) == 64 + 2
    (shelf,) = set(changed) - {"engine:state", "engine:mark"}
    assert sum(map(len, changed.values())) < sum(map(len, everything.values())) / 20
    assert len(changed[shelf]) > len(everything[shelf])
    assert set(documents(after, SINCE, after)) == {"engine:state", "engine:mark"}


def _timer(subject: str) -> Pending:
    began = Occurrence(seq=1, at=SINCE, event=lost("gate-1").event)
    return Pending(rule="r", digest="d", subject=subject, cause=1, due_at=SINCE, began=began)
