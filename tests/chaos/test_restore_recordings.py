"""A journal is put back from a copy: what was recorded and deleted since then is neither called forged nor missing, and
nobody's word is taken for more than it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.recordings import RecordingsRemoved, RecordingsSealed
from hub.journal.chain import Head
from hub.runtime.backup.recordings import Since, since_copy
from hub.runtime.backup.restoring import _look_at_files_again
from hub.runtime.recording.index import RecordIndex
from tests.chaos.vault import Found, Vault
from tests.journal.making import store_in


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault(tmp_path)
    yield made
    made.close()


class Restored:
    """What `hub restore` leaves: a journal as it was at the copy, over the recordings as they are."""

    def __init__(self, vault: Vault, folder: Path) -> None:
        folder.mkdir()
        self.vault = vault
        self.head: Head = vault.head
        self.folder = folder
        vault.sql(f"VACUUM INTO '{folder / 'journal.db'}'")

    def since(self, aside: Path | None = None) -> Since:
        aside = aside or self.vault.journal
        return since_copy(self.folder / "journal.db", aside, self.head, self.vault.folder, volume="recordings")

    def put_back(self, since: Since | None, *heads: Head) -> Found:
        """What is proven from then on."""
        own = Vault.__new__(Vault)
        own.__dict__.update(self.vault.__dict__ | {"data": self.folder, "head": self.head})
        own.store = store_in(self.folder)
        own.store.open(create=True)
        try:
            for event in since.events if since is not None else []:
                own.write(event)
            return own.prove(*heads)
        finally:
            own.store.close()


def test_without_a_word_of_what_came_since_it_counts_as_never_recorded(vault: Vault, tmp_path: Path) -> None:
    vault.sealed(2)
    restored = Restored(vault, tmp_path / "restored")
    [later] = vault.sealed(1)
    vault.days_pass(1)
    assert restored.put_back(None).damages == {later.name: ("inserted", "")}


def test_the_journal_that_was_put_aside_gives_its_seals_and_deletions(vault: Vault, tmp_path: Path) -> None:
    old = vault.sealed(3)
    restored = Restored(vault, tmp_path / "restored")
    later = vault.sealed(2, 1)
    vault.delete(old[:2])
    since = restored.since()
    assert (since.how, since.segments) == ("journal", len(later))
    assert [type(one) for one in since.events] == [RecordingsSealed, RecordingsSealed, RecordingsRemoved]
    found = restored.put_back(since)
    assert found.whole
    assert (found.outcome.segments, found.outcome.removed) == (4, 2)
    assert found.adopted == {"journal": 3}


def test_of_a_journal_that_is_lost_the_lists_in_the_folder_are_taken_and_told_apart(
    vault: Vault, tmp_path: Path
) -> None:
    vault.sealed(3)
    restored = Restored(vault, tmp_path / "restored")
    later = vault.sealed(2)
    since = restored.since(tmp_path / "gone.db")
    assert since.how == "folder"
    found = restored.put_back(since)
    assert found.whole
    assert found.outcome.segments == 5
    assert found.adopted == {"folder": len(later)}
    vault.path(later[0]).write_bytes(b"staged")
    damages = Restored(vault, tmp_path / "again").put_back(None).damages
    assert damages == {later[0].name: ("truncated", "")}, "the same files under the journal that sealed them"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE record SET body = replace(body, '\"count\":2', '\"count\":1') WHERE seq = 2",
        "DELETE FROM record WHERE seq = 1",
    ],
)
def test_a_journal_that_does_not_hold_is_not_believed(vault: Vault, tmp_path: Path, change: str) -> None:
    vault.sealed(3)
    restored = Restored(vault, tmp_path / "restored")
    vault.sealed(2)
    vault.sql(change)
    assert restored.since().how == "folder"


def test_a_whole_journal_of_another_history_is_not_believed(vault: Vault, tmp_path: Path) -> None:
    vault.sealed(3)
    restored = Restored(vault, tmp_path / "restored")
    vault.sealed(2)
    vault.sql("UPDATE record SET body = replace(body, '\"count\":3', '\"count\":4') WHERE seq = 1")
    vault.rehash()
    assert restored.since().how == "folder"


def test_a_list_slipped_in_before_the_copy_and_one_that_is_none_are_not_taken(vault: Vault, tmp_path: Path) -> None:
    vault.sealed(2)
    [seal] = (vault.folder / ".seals").iterdir()
    seal.with_name("20200101T000000.000Z.txt").write_text(seal.read_text())
    restored = Restored(vault, tmp_path / "restored")
    seal.with_name("20990101T000000.000Z.txt").write_text("a line that is none\n")
    seal.with_name("20990102T000000.000Z.txt").write_text(f"{'0' * 64} 1 ../../etc/passwd\n")
    assert restored.since(tmp_path / "gone.db").events == []


def test_what_waits_for_its_seal_when_the_journal_is_put_back_waits_on(vault: Vault, tmp_path: Path) -> None:
    vault.sealed(2)
    restored = Restored(vault, tmp_path / "restored")
    vault.sealed(1)
    vault.record(count=1)
    vault.days_pass(1)
    found = restored.put_back(restored.since())
    assert found.whole
    assert found.outcome.waiting == 1


def test_the_index_that_is_put_back_looks_again_at_the_folder_and_at_what_storages_hold(tmp_path: Path) -> None:
    path = tmp_path / "recordings.db"
    index = RecordIndex(path, create=True)
    for fact in ("volume", "catalog of nas", "told"):
        index.remember(fact, "read")
    index.close()
    _look_at_files_again(path)
    index = RecordIndex(path, create=False)
    assert [index.fact(fact) for fact in ("volume", "catalog of nas", "told")] == [None, None, "read"]
    index.close()
