"""The hub proves its recordings by itself: on a real journal, real files and a clock that is set by hand."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

import hub.runtime.proof.proving as module
from hub.core.event import Draft
from hub.core.proof.events import (
    Damage,
    RecordingDamaged,
    RecordingMended,
    RecordingsProven,
    SealsDamaged,
    SealsMended,
)
from hub.core.recordings import RecordingsRemoved, runs_of
from hub.core.storage import StorageGone
from hub.runtime.core_loop import CoreLoop
from hub.runtime.proof.proving import LOOK_EVERY_S, ProofPlan, Proving
from tests.chaos.vault import Vault
from tests.runtime.running import happens, journal_of, records_of, running

DAYS = 30.0
DAY_S = 86_400.0


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONFIRM_AFTER_S", 0.0)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault(tmp_path)
    yield made
    made.keeper.close()


def three_days(vault: Vault) -> None:
    """Two cameras on three days, sealed; the journal is let go of."""
    for _ in range(3):
        for camera in ("gate", "yard"):
            vault.sealed(2, camera=camera)
        vault.days_pass(1)
    vault.store.close()


@asynccontextmanager
async def proving(vault: Vault) -> AsyncIterator[tuple[CoreLoop, Proving]]:
    async with running(vault.data, vault.clock, time_stands=True) as core:
        made = Proving(
            core,
            journal_of(core),
            vault.clock,
            folder=vault.folder,
            index=vault.keeper.index_path,
            plan=lambda: ProofPlan(days=DAYS, bytes_per_s=1e12, volume="recordings"),
        )
        made.begin()
        try:
            yield core, made
        finally:
            made.end()


async def pass_days(vault: Vault, proving: Proving, days: float) -> None:
    """Let so many days pass, and whatever is due be done."""
    end_s = vault.clock.monotonic() + days * DAY_S
    while vault.clock.monotonic() < end_s:
        async with asyncio.timeout(10):
            nap_s = await proving.step()
        # A quarter of an hour at a time: what is due a little late is due all the same.
        vault.clock.advance(min(15 * nap_s, end_s - vault.clock.monotonic() + 1e-6))


async def test_everything_is_proven_once_in_its_days_spread_over_them(vault: Vault) -> None:
    three_days(vault)
    async with proving(vault) as (core, made):
        began_at = vault.clock.now()
        await pass_days(vault, made, DAYS)
        proven = records_of(core, RecordingsProven)
        events = [record.event for record in proven if isinstance(record.event, RecordingsProven)]
        passes = [index for index, event in enumerate(events) if event.completed]
        assert len(passes) == 1, "the second pass has not come to its end"
        first = events[: passes[0] + 1]
        assert [event.until for event in first[:-1]] == sorted(event.until for event in first[:-1])
        assert sum(event.segments for event in first) == 12
        assert {event.began_at for event in first} == {began_at}
        days = [(record.seen_at - began_at).total_seconds() / DAY_S for record in proven[: len(first)]]
        assert max(later - sooner for sooner, later in pairwise(days)) < DAYS / 4
        assert DAYS * 0.7 < days[-1] < DAYS
        assert core.state.proof.completed_at is not None
        assert records_of(core, RecordingDamaged, SealsDamaged) == []


async def test_what_is_damaged_is_on_record_and_ends_when_it_was_put_back(vault: Vault) -> None:
    three_days(vault)
    path = next((vault.folder / "gate" / "2026-01-06").iterdir())
    before = path.read_bytes()
    path.write_bytes(b"staged" * 1000)
    async with proving(vault) as (core, made):
        await pass_days(vault, made, 0.8 * DAYS)
        [damaged] = records_of(core, RecordingDamaged)
        name = str(path.relative_to(vault.folder))
        assert damaged.event == RecordingDamaged(camera="gate", count=1, damaged=[Damage(name, "changed")])
        assert core.state.proof.damaged["gate"].count == 1
        path.write_bytes(before)
        await pass_days(vault, made, 0.1)
        assert [record.event for record in records_of(core, RecordingMended)] == [RecordingMended(camera="gate")]
        assert core.state.proof.damaged == {}


async def test_what_was_damaged_and_is_deleted_by_its_rule_is_no_damage_any_more(vault: Vault) -> None:
    made_there = vault.sealed(3)
    vault.store.close()
    vault.path(made_there[0]).unlink()
    async with proving(vault) as (core, made):
        await pass_days(vault, made, 1)
        assert len(records_of(core, RecordingDamaged)) == 1
        removed = RecordingsRemoved(rule="days", runs=runs_of(made_there[:1]))
        await happens(core, Draft(removed, actor="hub"))
        await pass_days(vault, made, 0.1)
        assert len(records_of(core, RecordingMended)) == 1


async def test_a_forged_file_is_found_and_one_that_waits_for_its_seal_is_not(vault: Vault) -> None:
    vault.sealed(2)
    vault.record()
    vault.store.close()
    forged = vault.folder / "gate" / "2026-01-05" / "gate_main_20260105T003000.000Z.mp4"
    forged.write_bytes(b"staged")
    async with proving(vault) as (core, made):
        await pass_days(vault, made, 1)
        [damaged] = records_of(core, RecordingDamaged)
        assert damaged.event == RecordingDamaged(
            camera="gate", count=1, damaged=[Damage(str(forged.relative_to(vault.folder)), "inserted")]
        )


async def test_while_the_disk_is_gone_nothing_is_called_missing(vault: Vault) -> None:
    three_days(vault)
    vault.folder.rename(vault.data / "elsewhere")
    async with proving(vault) as (core, made):
        await happens(core, Draft(StorageGone(volume="recordings", reason="gone"), actor="hub"))
        assert await made.step() == LOOK_EVERY_S
        await pass_days(vault, made, 1)
        assert records_of(core, RecordingDamaged, SealsDamaged, RecordingsProven) == []


async def test_a_disk_that_goes_while_it_is_read_raises_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is on record within seconds: what was missing is read once more before that is believed."""
    three_days(vault)
    async with proving(vault) as (core, made):
        sleep = asyncio.sleep

        async def meanwhile(seconds: float) -> None:
            await happens(core, Draft(StorageGone(volume="recordings", reason="gone"), actor="hub"))
            await sleep(0)

        monkeypatch.setattr(module.asyncio, "sleep", meanwhile)
        vault.folder.rename(vault.data / "elsewhere")
        for _ in range(5):
            await made.step()
        assert len(records_of(core, StorageGone)) >= 1
        assert records_of(core, RecordingDamaged, SealsDamaged) == []


async def test_after_a_restart_it_goes_on_where_it_was(vault: Vault) -> None:
    three_days(vault)
    async with proving(vault) as (core, made):
        await pass_days(vault, made, 0.5 * DAYS)
        until = core.state.proof.until
        assert "2026-01-05 yard" <= until < "2026-01-07 yard"
    async with proving(vault) as (core, made):
        await pass_days(vault, made, 0.35 * DAYS)
        events = [record.event for record in records_of(core, RecordingsProven)]
        proven = [event for event in events if isinstance(event, RecordingsProven)]
        [end] = [index for index, event in enumerate(proven) if event.completed]
        assert len({event.began_at for event in proven[: end + 1]}) == 1
        assert sum(event.segments for event in proven[: end + 1]) == 12, (
            "nothing was left out, and nothing was read twice"
        )


async def test_a_list_that_was_changed_is_on_record_until_it_is_put_back(vault: Vault) -> None:
    three_days(vault)
    manifest = min((vault.folder / ".seals").iterdir())
    before = manifest.read_text()
    manifest.write_text(before.replace("gate", "yard"))
    async with proving(vault) as (core, made):
        await pass_days(vault, made, 0.1)
        [damaged] = records_of(core, SealsDamaged)
        assert isinstance(damaged.event, SealsDamaged)
        assert damaged.event.damaged[0].manifest == f".seals/{manifest.name}"
        manifest.write_text(before)
        await pass_days(vault, made, 0.1)
        assert len(records_of(core, SealsMended)) == 1


async def test_a_journal_that_somebody_changed_is_on_record_in_itself(vault: Vault) -> None:
    three_days(vault)
    with sqlite3.connect(vault.journal) as db:
        db.execute("DROP TRIGGER record_no_update")
        db.execute("UPDATE record SET body = replace(body, '\"count\":2', '\"count\":1') WHERE seq = 2")
    db.close()
    async with proving(vault) as (core, made):
        await pass_days(vault, made, 0.1)
        [damaged] = records_of(core, SealsDamaged)
        assert isinstance(damaged.event, SealsDamaged)
        assert (damaged.event.damaged[0].flaw, "Record 2" in damaged.event.damaged[0].detail) == ("journal", True)
        assert records_of(core, RecordingDamaged, RecordingsProven) == []
