"""Proof of recordings that do not lie where they were recorded: in a storage, or in a folder that was left."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_disk.options import DiskOptions
from hub_disk.storage import DiskStorage
from msgspec.structs import replace

from hub.core.recordings import RecordingsMoved, Segment, runs_of
from hub.ports import PluginContext
from hub.runtime.proof.comparison import Prover
from hub.runtime.proof.ledger import Ledger
from hub.runtime.proof.run import Outcome, Pace, Scope, run_proof
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.storages.calls import StorageCalls
from tests.chaos.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    (tmp_path / "data").mkdir()
    made = Vault(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def nas(tmp_path: Path, vault: Vault) -> StorageCalls:
    (tmp_path / "nas").mkdir()
    (tmp_path / "plugin").mkdir()
    context = PluginContext(plugin="disk", data=tmp_path / "plugin", site=tmp_path, clock=vault.clock, language="en")
    options = DiskOptions(path=tmp_path / "nas", mounted=False, min_free_gb=0)
    return StorageCalls("nas", DiskStorage(options, context))


def put_away(vault: Vault, nas: StorageCalls, *segments: Segment) -> None:
    for one in segments:
        nas.store(one, vault.path(one), keep_until_at=None)
        vault.path(one).unlink()
    vault.write(RecordingsMoved(storage="nas", runs=runs_of(segments)))
    vault.keeper.index.moved([one.name for one in segments], "nas")


def prove(vault: Vault, nas: StorageCalls | None) -> Outcome:
    ledger, verdict = vault.ledger()
    assert verdict.ok
    places = RecordPlaces(vault.keeper.index_path, vault.folder, {"nas": nas} if nas is not None else {})
    prover = Prover(ledger, vault.folder, vault.keeper.index_path, vault.clock, elsewhere=places)
    scope = Scope(folder=str(vault.folder))
    return run_proof(prover, scope, clock=vault.clock, pace=Pace(None, vault.clock, vault.clock.advance)).outcome


def test_what_lies_in_a_storage_is_read_there(vault: Vault, nas: StorageCalls, tmp_path: Path) -> None:
    made = vault.sealed(4)
    put_away(vault, nas, *made[:3])
    outcome = prove(vault, nas)
    assert (outcome.segments, outcome.damages, outcome.away) == (4, [], 0)
    [stored] = (tmp_path / "nas").rglob(made[1].name.rpartition("/")[2])
    stored.chmod(0o600)
    stored.write_bytes(b"staged" * 1000)
    [other] = (tmp_path / "nas").rglob(made[2].name.rpartition("/")[2])
    other.unlink()
    found = {one.segment: one.flaw for one in prove(vault, nas).damages}
    assert found == {made[1].name: "changed", made[2].name: "missing"}


def test_a_storage_that_is_away_makes_nothing_good_or_bad(vault: Vault, nas: StorageCalls, tmp_path: Path) -> None:
    made = vault.sealed(3)
    put_away(vault, nas, made[0])
    (tmp_path / "nas").rename(tmp_path / "unplugged")
    for reach in (nas, None):
        outcome = prove(vault, reach)
        assert (outcome.segments, outcome.damages, outcome.away) == (2, [], 1)


def test_a_deletion_that_the_index_alone_calls_put_away_is_missed(vault: Vault, nas: StorageCalls) -> None:
    """Whoever may write the index points it at a storage that nobody can look into."""
    made = vault.sealed(3)
    put_away(vault, nas, made[0])
    vault.path(made[1]).unlink()
    for place in ("nas", "nowhere"):
        vault.keeper.index.moved([made[1].name], place)
        found = {one.segment: one.flaw for one in prove(vault, None).damages}
        assert found == {made[1].name: "missing"}
        assert prove(vault, None).away == 1


def test_what_was_sealed_in_a_folder_that_was_left_is_counted_and_not_called_missing(vault: Vault) -> None:
    """The folder in hub.toml is another one since; a list that is gone from the folder in use is another matter."""
    vault.record(count=2)
    seal = vault.keeper.look(last=True).seal
    assert seal is not None
    vault.write(replace(seal.event, folder="/srv/old"))
    moved = vault.data / "new"
    (moved / ".seals").mkdir(parents=True)
    here = Ledger(vault.store, moved, volume="/srv/new")
    assert here.catch_up().ok
    assert (here.elsewhere, here.damaged_lists(), here.places()) == ({"/srv/old": 2}, [], [])
    stays = Ledger(vault.store, moved, volume="/srv/old")
    stays.catch_up()
    assert [one.flaw for one in stays.damaged_lists()] == ["missing"]


def test_files_that_were_taken_along_into_another_folder_are_proven_there(vault: Vault) -> None:
    made = vault.sealed(3)
    moved = vault.data / "new"
    shutil.copytree(vault.folder, moved)
    ledger = Ledger(vault.store, moved, volume="/srv/new")
    ledger.catch_up()
    prover = Prover(ledger, moved, vault.keeper.index_path, vault.clock)
    proven = prover.prove(prover.places()[0], advance=lambda count: None)
    assert (proven.compared.intact, proven.compared.damages) == (len(made), [])
