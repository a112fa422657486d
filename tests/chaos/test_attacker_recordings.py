"""Somebody who may write to the disk of recordings and to the database: every way to lie is found, and named."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.recordings import RecordingsRemoved, RemovedRun, parse_manifest, runs_of, seal_of
from hub.journal.chain import Head
from tests.chaos.vault import Vault
from tests.journal.making import store_in


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault(tmp_path)
    yield made
    made.close()


def test_what_nobody_touched_is_proven_and_counted(vault: Vault) -> None:
    made = vault.sealed(3, 2)
    found = vault.prove(vault.head)
    assert found.whole
    assert (found.outcome.segments, found.outcome.bytes) == (5, sum(one.bytes for one in made))


def test_a_byte_that_was_changed(vault: Vault) -> None:
    made = vault.sealed(3)
    data = bytearray(vault.path(made[1]).read_bytes())
    data[100] ^= 1
    vault.path(made[1]).write_bytes(data)
    assert vault.prove().damages == {made[1].name: ("changed", "")}


def test_an_end_that_was_cut_off_and_one_that_was_put_on(vault: Vault) -> None:
    made = vault.sealed(3)
    with vault.path(made[0]).open("r+b") as file:
        file.truncate(made[0].bytes - 1)
    with vault.path(made[2]).open("ab") as file:
        file.write(b"more")
    assert vault.prove().damages == {made[0].name: ("truncated", ""), made[2].name: ("changed", "")}


def test_a_file_that_was_deleted(vault: Vault) -> None:
    made = vault.sealed(2, 2)
    vault.path(made[2]).unlink()
    found = vault.prove()
    assert found.damages == {made[2].name: ("missing", "")}
    assert found.outcome.segments == 3


def test_two_files_that_changed_places(vault: Vault) -> None:
    one, other = vault.sealed(1, 1)
    (first, second) = vault.path(one).read_bytes(), vault.path(other).read_bytes()
    vault.path(one).write_bytes(second)
    vault.path(other).write_bytes(first)
    assert vault.prove().damages == {one.name: ("swapped", other.name), other.name: ("swapped", one.name)}


def test_the_footage_of_another_camera_under_this_one_s_name(vault: Vault) -> None:
    [gate] = vault.sealed(1)
    [yard] = vault.sealed(1, camera="yard")
    shutil.copy(vault.path(yard), vault.path(gate))
    assert vault.prove().damages == {gate.name: ("swapped", yard.name)}


def test_a_file_that_got_another_name_is_found_where_it_is(vault: Vault) -> None:
    made = vault.sealed(3)
    later = vault.path(made[1]).with_name("gate_main_20260105T230000.000Z.mp4")
    vault.path(made[1]).rename(later)
    assert vault.prove().damages == {made[1].name: ("renamed", str(later.relative_to(vault.folder)))}


def test_a_file_that_was_put_into_another_day(vault: Vault) -> None:
    made = vault.sealed(2)
    moved = vault.folder / "gate" / "2026-02-01" / made[0].name.rpartition("/")[2]
    moved.parent.mkdir()
    vault.path(made[0]).rename(moved)
    assert vault.prove().damages == {made[0].name: ("renamed", str(moved.relative_to(vault.folder)))}


def test_a_file_that_nobody_recorded(vault: Vault) -> None:
    made = vault.sealed(2)
    forged = vault.path(made[0]).with_name("gate_main_20260105T080030.000Z.mp4")
    forged.write_bytes(b"staged")
    copied = vault.path(made[0]).with_name("gate_main_20260105T080045.000Z.mp4")
    shutil.copy(vault.path(made[0]), copied)
    below = vault.folder
    assert vault.prove().damages == {
        str(forged.relative_to(below)): ("inserted", ""),
        str(copied.relative_to(below)): ("inserted", made[0].name),
    }


def test_files_slipped_in_above_the_days_where_no_recording_lies(vault: Vault) -> None:
    made = vault.sealed(2)
    (vault.folder / "gate" / "staged.mp4").write_bytes(b"staged")
    shutil.copy(vault.path(made[0]), vault.folder / "gate_main_20260105T080030.000Z.mp4")
    assert vault.prove().damages == {
        "gate/staged.mp4": ("inserted", ""),
        "gate_main_20260105T080030.000Z.mp4": ("inserted", made[0].name),
    }


def test_a_folder_that_only_root_may_read_such_as_that_of_a_disk_stops_no_proof(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    [made] = vault.sealed(1)
    ledger, _ = vault.ledger()
    (vault.folder / "lost+found").mkdir(mode=0o000)
    for path in (vault.folder, *vault.path(made).parents[:2]):
        path.chmod(0o755)
    monkeypatch.chdir(vault.folder)
    monkeypatch.setattr(vault, "folder", Path("."))
    own = os.geteuid()
    os.seteuid(own or 65534)
    try:
        assert vault.prover(ledger).places() == [("2026-01-05", "gate")]
    finally:
        os.seteuid(own)


def test_a_file_that_nobody_recorded_and_that_was_written_into_the_index_too(vault: Vault) -> None:
    vault.sealed(2)
    [forged] = vault.record("gate")
    vault.keeper.index.remove([forged.name])
    vault.days_pass(1)
    vault.sealed(1, camera="yard")
    vault.keeper.index.add([forged])
    assert vault.prove().damages == {forged.name: ("inserted", "")}


def test_a_device_or_a_link_in_the_place_of_a_file_hangs_and_misleads_nobody(vault: Vault) -> None:
    made = vault.sealed(3)
    elsewhere = vault.data / "elsewhere.mp4"
    shutil.copy(vault.path(made[0]), elsewhere)
    vault.path(made[0]).unlink()
    vault.path(made[0]).symlink_to(elsewhere)
    vault.path(made[1]).unlink()
    os.mkfifo(vault.path(made[1]))
    damages = vault.prove().damages
    assert damages[made[0].name] == ("unreadable", "")
    assert damages[made[1].name][0] in ("truncated", "unreadable")


def test_a_list_that_was_edited_to_fit_a_changed_file(vault: Vault) -> None:
    made = vault.sealed(3)
    vault.path(made[1]).write_bytes(b"staged")
    [manifest] = (vault.folder / ".seals").iterdir()
    text = manifest.read_text().replace(
        f"{made[1].sha256} {made[1].bytes}", f"{hashlib.sha256(b'staged').hexdigest()} 6"
    )
    manifest.write_text(text)
    found = vault.prove()
    assert found.lists == [(f".seals/{manifest.name}", "changed")]
    assert not found.whole


def test_a_list_that_was_deleted_and_its_files_with_it(vault: Vault) -> None:
    vault.sealed(2)
    gone = vault.sealed(2)
    vault.sealed(2)
    [_, manifest, _] = sorted((vault.folder / ".seals").iterdir())
    manifest.unlink()
    for one in gone:
        vault.path(one).unlink()
    assert vault.prove().lists == [(f".seals/{manifest.name}", "missing")]


def test_the_oldest_files_and_their_lists_deleted_without_the_hub(vault: Vault) -> None:
    old = vault.sealed(3)
    vault.days_pass(3)
    vault.sealed(2)
    manifest = min((vault.folder / ".seals").iterdir())
    manifest.unlink()
    for one in old:
        vault.path(one).unlink()
    vault.keeper.index.remove(one.name for one in old)
    assert vault.prove().lists == [(f".seals/{manifest.name}", "missing")]


def test_what_the_hub_deleted_by_its_rules_is_explained(vault: Vault) -> None:
    old = vault.sealed(2, 2)
    vault.days_pass(3)
    kept = vault.sealed(2)
    vault.delete(old[:3])
    found = vault.prove(vault.head)
    assert found.whole
    assert (found.outcome.removed, found.outcome.segments) == (3, 3)
    vault.delete(old[3:])
    found = vault.prove(vault.head)
    assert found.whole, "their lists went with them"
    assert len(list((vault.folder / ".seals").iterdir())) == 1
    assert found.outcome.segments == len(kept)


def test_what_was_kept_between_deleted_ones_is_missed_all_the_same(vault: Vault) -> None:
    made = vault.sealed(5)
    vault.delete([made[0], made[1], made[3], made[4]])
    assert vault.prove().whole
    vault.path(made[2]).unlink()
    assert vault.prove().damages == {made[2].name: ("missing", "")}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE record SET body = replace(body, '\"count\":3', '\"count\":2') WHERE seq = 1",
        "DELETE FROM record WHERE seq = 1",
        "UPDATE record SET seq = -seq",
    ],
)
def test_a_seal_that_was_changed_deleted_or_moved_in_the_journal(vault: Vault, change: str) -> None:
    vault.sealed(3, 2)
    noted = vault.head
    vault.sql(change, "UPDATE record SET seq = 3 + seq WHERE seq < 0")
    assert not vault.prove().verdict.ok
    assert not vault.prove(noted).verdict.ok


def test_a_journal_that_was_hashed_anew_after_a_file_was_replaced(vault: Vault) -> None:
    """Whoever has everything may forge a whole that fits: only the head outside tells."""
    made = vault.sealed(2, 2)
    noted = vault.head
    vault.sealed(1)
    staged = b"staged" * 100
    vault.path(made[0]).write_bytes(staged)
    manifest = min((vault.folder / ".seals").iterdir())
    before = seal_of(parse_manifest(manifest.read_text()))
    manifest.write_text(
        manifest.read_text().replace(
            f"{made[0].sha256} {made[0].bytes}", f"{hashlib.sha256(staged).hexdigest()} {len(staged)}"
        )
    )
    after = seal_of(parse_manifest(manifest.read_text()))
    vault.sql(f"UPDATE record SET body = replace(body, '{before}', '{after}')")
    forged = vault.rehash()
    assert vault.prove().whole, "in itself it fits"
    assert vault.prove(forged).whole
    found = vault.prove(noted)
    assert not found.verdict.ok
    assert found.verdict.first_bad_seq == noted.seq
    assert "written anew" in found.verdict.problem


def test_a_rollback_to_an_old_copy_of_everything(vault: Vault, tmp_path: Path) -> None:
    vault.sealed(2)
    vault.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(vault.data, tmp_path / "old", ignore=lambda folder, names: {"old"} & set(names))
    vault.sealed(2)
    noted = vault.head
    rolled = Vault.__new__(Vault)
    rolled.__dict__.update(vault.__dict__ | {"data": tmp_path / "old", "folder": tmp_path / "old" / "recordings"})
    rolled.store = store_in(tmp_path / "old")
    rolled.store.open(create=False)
    try:
        assert rolled.prove().whole, "the old copy fits in itself"
        verdict = rolled.prove(noted).verdict
        assert not verdict.ok
        assert "were cut off" in verdict.problem
    finally:
        rolled.store.close()


def test_of_many_heads_that_were_noted_each_counts(vault: Vault) -> None:
    heads: list[Head] = []
    for _ in range(4):
        vault.sealed(1)
        heads.append(vault.head)
    assert vault.prove(*heads).whole
    wrong = Head(heads[1].seq, bytes(32))
    verdict = vault.prove(heads[0], wrong, heads[3]).verdict
    assert (verdict.ok, verdict.first_bad_seq) == (False, heads[1].seq)


def test_a_deletion_that_was_forged_after_the_last_noted_head_is_told_apart(vault: Vault) -> None:
    """Records after the newest head are vouched for by nothing but themselves: what they explain is counted apart."""
    made = vault.sealed(3)
    noted = vault.head
    vault.write(RecordingsRemoved(rule="days", runs=runs_of(made[:2])))
    for one in made[:2]:
        vault.path(one).unlink()
    found = vault.prove(noted)
    assert found.whole
    assert (found.outcome.removed, found.outcome.unvouched) == (2, 2)
    assert vault.prove(noted, vault.head).outcome.unvouched == 0
    assert vault.prove().outcome.unvouched == 0, "without a head there is nothing to compare with"


def test_a_deletion_of_a_period_that_ends_before_it_begins_explains_nothing(vault: Vault) -> None:
    [one] = vault.sealed(1)
    run = RemovedRun(camera="gate", stream="main", from_at=one.end_at, to_at=one.begin_at, count=1, bytes=one.bytes)
    vault.write(RecordingsRemoved(rule="days", runs=[run]))
    vault.path(one).unlink()
    assert vault.prove().damages == {one.name: ("missing", "")}


def test_an_index_that_was_edited_so_that_the_hub_itself_deletes_a_file(vault: Vault) -> None:
    """The hub believes that the file is old and deletes it by its rule; the record that it makes of it explains
    nothing, because what was deleted ended before it began."""
    made = vault.sealed(3)
    with sqlite3.connect(vault.keeper.index_path) as index:
        index.execute("UPDATE segments SET end_us = begin_us - 400 * 86400 * 1000000 WHERE name = ?", (made[1].name,))
    index.close()
    vault.clock.advance(60)
    for removal in vault.keeper.look().removals:
        vault.write(RecordingsRemoved(rule=removal.rule, runs=runs_of(removal.segments)))
        vault.keeper.remove(removal.segments)
    assert not vault.path(made[1]).exists()
    assert vault.prove(vault.head).damages == {made[1].name: ("missing", "")}


def test_what_is_not_sealed_yet_waits_and_is_not_called_forged(vault: Vault) -> None:
    vault.sealed(2)
    vault.record(count=2)
    found = vault.prove()
    assert found.whole
    assert found.outcome.waiting == 2


def test_what_is_sealed_and_deleted_while_it_is_proven_is_no_loss(vault: Vault) -> None:
    made = vault.sealed(4)
    ledger, _ = vault.ledger()
    new = vault.sealed(1)
    vault.delete(made[:2])
    proven = vault.prover(ledger).prove(("2026-01-05", "gate"), advance=lambda count: None)
    assert proven.compared.damages == []
    assert (proven.compared.intact, proven.compared.removed) == (2 + len(new), 2)
