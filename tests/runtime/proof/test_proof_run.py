"""A proof of recordings that is interrupted, paced, and narrowed down; on real files and a real journal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.core.recorded import Span
from hub.runtime.proof.run import Done, Outcome, Pace, Scope, load_note, run_proof, save_note
from hub.testing.clock import FakeClock
from tests.chaos.vault import Vault

DAY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault(tmp_path)
    yield made
    made.close()


class Interrupted(Exception):
    """As `kill -9`: nobody has the time to note anything."""


def proof(
    vault: Vault, note: Path | None = None, *, rate: float | None = None, until: int | None = None, **scope
) -> Done:
    """`until`: after so many bytes the process dies."""
    ledger, _ = vault.ledger()

    def progress(done: int, total: int) -> None:
        assert 0 < done <= total
        if until is not None and done >= until:
            raise Interrupted

    return run_proof(
        vault.prover(ledger),
        Scope(folder=str(vault.folder), **scope),
        clock=vault.clock,
        pace=Pace(rate, vault.clock, vault.clock.advance),
        note=note,
        progress=progress,
    )


def test_what_was_interrupted_goes_on_and_comes_to_the_same(vault: Vault, tmp_path: Path) -> None:
    made = [one for camera in ("gate", "yard") for one in vault.sealed(6, camera=camera)]
    vault.path(made[1]).write_bytes(b"staged")
    vault.path(made[10]).unlink()
    whole = proof(vault).outcome
    note = tmp_path / "note"
    # 5,000 bytes a file at 1,000 a second: what is done is noted after each file.
    with pytest.raises(Interrupted):
        proof(vault, note, rate=1000.0, until=38_000)
    done = proof(vault, note)
    assert done.outcome == whole
    assert 20_000 <= done.resumed_bytes < 38_000
    assert not note.exists(), "what is done needs no note"
    assert {one.flaw for one in whole.damages} == {"truncated", "missing"}


def test_a_note_of_another_scope_is_not_gone_on_from(vault: Vault, tmp_path: Path) -> None:
    vault.sealed(6)
    note = tmp_path / "note"
    with pytest.raises(Interrupted):
        proof(vault, note, rate=1000.0, until=20_000)
    assert load_note(note, Scope(folder=str(vault.folder))) is not None
    assert proof(vault, note, camera="gate").resumed_bytes == 0


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"scope":1}', b"\xff" * 100])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "note").write_bytes(text)
    assert load_note(tmp_path / "note", Scope(folder="x")) is None


def test_a_note_is_there_whole_or_not_at_all(vault: Vault, tmp_path: Path) -> None:
    vault.sealed(6)
    note = tmp_path / "note"
    with pytest.raises(Interrupted):
        proof(vault, note, rate=1000.0, until=20_000)
    known = load_note(note, Scope(folder=str(vault.folder)))
    assert known is not None
    (tmp_path / "note.new").write_bytes(b"half of one")
    save_note(note, known)
    assert load_note(note, known.scope) == known
    assert note.stat().st_mode & 0o077 == 0
    assert not (tmp_path / "note.new").exists()


def test_it_reads_no_faster_than_it_may(vault: Vault) -> None:
    vault.sealed(6)
    began_s = vault.clock.monotonic()
    proof(vault, rate=1000.0)
    assert vault.clock.monotonic() - began_s == pytest.approx(30, abs=0.1)


def test_after_a_pause_it_does_not_make_up_for_lost_time() -> None:
    clock = FakeClock()
    waited: list[float] = []
    pace = Pace(1000.0, clock, waited.append)
    clock.advance(3600)
    pace.take(5000)
    assert waited == [pytest.approx(5)]


def test_one_camera_or_one_period_alone(vault: Vault) -> None:
    gate = vault.sealed(3, camera="gate")
    vault.days_pass(1)
    yard = vault.sealed(3, camera="yard")
    vault.path(gate[0]).unlink()
    assert proof(vault, camera="yard").outcome.segments == 3
    assert proof(vault, camera="yard").outcome.damages == []
    assert [one.segment for one in proof(vault, camera="gate").outcome.damages] == [gate[0].name]
    second = Span(yard[1].begin_at, yard[2].begin_at)
    assert proof(vault, span=second).outcome.segments == 1
    assert proof(vault, span=Span(gate[1].begin_at, gate[2].end_at)).outcome.damages == []


def test_how_far_the_cameras_clocks_were_ahead_is_told_of_what_was_proven(vault: Vault) -> None:
    vault.record(offset_s=-1.5)
    vault.record()
    vault.seal()
    vault.days_pass(1)
    vault.record(offset_s=3.0)
    vault.record("yard")
    vault.seal()
    assert proof(vault).outcome.clocks == {"gate": (2, -1.5, 3.0)}


def test_without_anything_sealed_there_is_nothing_to_say(vault: Vault) -> None:
    assert proof(vault).outcome == Outcome()
