"""Copies of a site, made and put back: real files, databases that are being written, age, a disk that is full."""

import hashlib
import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.backups import HubRestored
from hub.core.event import Draft
from hub.errors import SiteError
from hub.journal.codec import to_record
from hub.journal.log import Journal
from hub.runtime.backup import restoring
from hub.runtime.backup.age import load_identities, open_key, parse_recipient
from hub.runtime.backup.archive import is_safe, read
from hub.runtime.backup.journal_file import journal_store, open_journal
from hub.runtime.backup.making import Wish, make_backup
from hub.runtime.backup.swap import bring_to_end
from hub.server.accounts.book import create_first_administrator
from hub.testing.clock import FakeClock
from tests.config.test_site import BASE
from tests.e2e.disks import small_disk
from tests.runtime.running import lost

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
FULL = r"No space left|full|File too large|disk I/O error"
"""What a disk without room says, and what the system's limit on file sizes does, where nothing can be mounted."""
PICTURE = b"\xff\xd8 a picture" * 1000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
async def site(tmp_path: Path, clock: FakeClock) -> Path:
    """A site with a journal, accounts, evidence, rules, secrets, and a recording that is no part of a copy."""
    folder = tmp_path / "plant"
    data = folder / "data"
    for name in ("data/evidence/gate", "data/recordings/gate", "data/run", "rules/cases", "secrets"):
        (folder / name).mkdir(parents=True)
    (folder / "hub.toml").write_text(BASE, encoding="utf-8")
    (folder / "rules" / "own.toml").write_text("# none\n")
    (folder / "secrets" / "gate").write_text("hunter2")
    (data / "evidence" / "gate" / "1.jpg").write_bytes(PICTURE)
    (data / "recordings" / "gate" / "1.mp4").write_bytes(b"large")
    (data / "recordings" / ".seals").mkdir()
    (data / "recordings" / ".seals" / "20260105T080000.000Z.txt").write_text("a list")
    (data / "run" / "local.token").write_text("token")
    create_first_administrator(data, "admin", "Administrator", "a-long-password-7716", NOW)
    await record(data, clock, 50)
    return folder


async def record(data: Path, clock: FakeClock, count: int) -> None:
    journal = Journal(journal_store(data / "journal.db", clock), clock)
    await journal.start()
    for number in range(count):
        await journal.append([Draft(lost(f"gate-{number}").event, actor="watch")])
    await journal.stop()


def events_in(data: Path) -> list[object]:
    store = open_journal(data / "journal.db")
    try:
        return [to_record(stored).event for stored in store.read(0, 10_000)]
    finally:
        store.close()


def tree(folder: Path) -> dict[str, str]:
    """Every file with its hash, but for locks."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }


def names_in(archive: Path) -> set[str]:
    with archive.open("rb") as file:
        return {one.name for one in read(file).files}


def archives(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


# --- making ---


def test_a_copy_holds_what_people_wrote_and_what_the_hub_knows(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    made = make_backup(site, Wish(tmp_path / "copies"), clock)
    names = names_in(made.path)
    assert names == {
        *("site/hub.toml", "site/rules/own.toml"),
        *("data/journal.db", "data/accounts.db", "data/evidence/gate/1.jpg"),
        "seals/20260105T080000.000Z.txt",
    }
    assert made.files == len(names)
    assert made.head.startswith("50:")
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert made.path.name == "watchroom-20260105T080000Z.tar"
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_passwords_are_in_it_only_when_they_are_asked_for(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    made = make_backup(site, Wish(tmp_path / "copies", secrets=True), clock)
    assert "secrets/gate" in names_in(made.path)


def test_a_journal_that_is_written_all_the_while_is_copied_as_it_was_at_one_moment(
    site: Path, clock: FakeClock, tmp_path: Path
) -> None:
    over = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        with closing(sqlite3.connect(site / "data" / "notes.db", isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("CREATE TABLE IF NOT EXISTS pair (a, b)")
            while not over.is_set():
                db.execute("BEGIN IMMEDIATE")
                db.execute("INSERT INTO pair VALUES (?, randomblob(20000))", [written])
                db.execute("INSERT INTO pair VALUES (?, randomblob(20000))", [written])
                db.execute("COMMIT")
                written += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while written < 20:
            over.wait(0.01)
        before = written
        made = make_backup(site, Wish(tmp_path / "copies"), clock)
        after = written
    finally:
        over.set()
        writer.join()
    restoring.restore(made.path, tmp_path / "new", [], clock, replace=False)
    with closing(sqlite3.connect(tmp_path / "new" / "data" / "notes.db")) as db:
        pairs = db.execute("SELECT a, count(*) FROM pair GROUP BY a").fetchall()
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert {count for _, count in pairs} == {2}, "never half of what was written together"
    assert before <= len(pairs) <= after + 1


def test_a_full_disk_leaves_no_half_copy_and_what_was_there(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    (site / "data" / "evidence" / "large.jpg").write_bytes(os.urandom(3_000_000))
    with small_disk(tmp_path / "disk", os.getpid, megabytes=8) as disk:
        folder = tmp_path / "disk" / "copies"
        first = make_backup(site, Wish(folder, keep=1), clock)
        clock.advance(60)
        disk.fill()
        with pytest.raises(SiteError, match=FULL) as refused:
            make_backup(site, Wish(folder, keep=1), clock)
        assert refused.value.hint
        assert archives(folder) == [first.path.name]
        assert not [path for path in folder.iterdir() if path.name != first.path.name and path.stat().st_size]
        disk.free()
        second = make_backup(site, Wish(folder, keep=1), clock)
        assert second.removed == [first.path.name]
        assert archives(folder) == [second.path.name]


def test_a_full_disk_is_told_as_such_for_encrypted_copies_too(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    key = keygen(tmp_path)
    (site / "data" / "evidence" / "large.jpg").write_bytes(os.urandom(9_000_000))
    with small_disk(tmp_path / "disk", os.getpid, megabytes=8):
        folder = tmp_path / "disk" / "copies"
        with pytest.raises(SiteError, match=FULL):
            make_backup(site, Wish(folder, recipients=[parse_recipient(key.public)]), clock)
        assert archives(folder) == []


def test_only_so_many_are_kept_and_files_of_others_stay(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "watchroom-notes.txt").write_text("mine")
    made = []
    for _ in range(4):
        made.append(make_backup(site, Wish(folder, keep=2), clock).path.name)
        clock.advance(86400)
    assert archives(folder) == sorted([*made[2:], "watchroom-notes.txt"])


def test_a_damaged_journal_is_not_copied_over_good_copies(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    with closing(sqlite3.connect(site / "data" / "journal.db")) as db:
        db.execute("DROP TRIGGER record_no_update")
        db.execute("UPDATE record SET actor = 'nobody' WHERE seq = 7")
        db.commit()
    with pytest.raises(SiteError, match="Record 7"):
        make_backup(site, Wish(tmp_path / "copies"), clock)
    assert archives(tmp_path / "copies") == []


def test_a_name_that_is_no_text_is_told(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    Path(os.fsdecode(bytes(site / "data" / "evidence") + b"/\xff.jpg")).write_bytes(b"1")
    with pytest.raises(SiteError, match="no text"):
        make_backup(site, Wish(tmp_path / "copies"), clock)
    assert archives(tmp_path / "copies") == []


def test_two_at_once_in_one_folder_are_one_too_many(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    def second(done: int, total: int) -> None:
        make_backup(site, Wish(tmp_path / "copies"), clock)

    with pytest.raises(SiteError, match="already"):
        make_backup(site, Wish(tmp_path / "copies"), clock, second)
    assert archives(tmp_path / "copies") == []


# --- what an attacker, or a bad disk, does to a copy ---


def test_every_changed_byte_of_a_copy_is_found(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    made = make_backup(site, Wish(tmp_path / "copies"), clock)
    whole = made.path.read_bytes()
    with made.path.open("rb") as file, tarfile.open(fileobj=file) as tar:
        places = [member.offset_data + member.size // 2 for member in tar if member.size]
    for place in places:
        made.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(SiteError):
            verified(made.path, tmp_path)
    for end in (0, 700, len(whole) // 2, places[-1]):
        made.path.write_bytes(whole[:end])
        with pytest.raises(SiteError, match="not whole"):
            verified(made.path, tmp_path)
    made.path.write_bytes(whole)
    assert verified(made.path, tmp_path).head == made.head


def verified(archive: Path, tmp_path: Path, keys=()):
    stage = tmp_path / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    return restoring.check(archive, [*keys], stage)


@pytest.mark.parametrize(
    "name", ["data/../../etc/cron.d/x", "/etc/passwd", "etc/passwd", "site", "data/./a", "data\\a"]
)
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    assert not is_safe(name)
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(SiteError, match="no name"):
        read(io.BytesIO(made.getvalue()), lambda entry: pytest.fail("it was handed out"))


@given(st.binary(max_size=3000))
def test_what_is_no_archive_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(SiteError):
        read(io.BytesIO(content))


# --- encrypted ---


class Key:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.public = next(
            line.partition(": ")[2] for line in path.read_text().splitlines() if line.startswith("# public key")
        )


def keygen(folder: Path) -> Key:
    path = folder / "key.txt"
    subprocess.run(["age-keygen", "-o", str(path)], check=True, capture_output=True)
    return Key(path)


def test_an_encrypted_copy_opens_with_its_key_and_with_age_itself(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    key = keygen(tmp_path)
    made = make_backup(site, Wish(tmp_path / "copies", recipients=[parse_recipient(key.public)]), clock)
    assert b"hub.toml" not in made.path.read_bytes()
    assert verified(made.path, tmp_path, load_identities(key.path)).head == made.head
    plain = subprocess.run(["age", "-d", "-i", str(key.path), str(made.path)], check=True, capture_output=True).stdout
    assert read(io.BytesIO(plain)).head == made.head
    with pytest.raises(SiteError, match="encrypted"):
        verified(made.path, tmp_path)
    with pytest.raises(SiteError, match="decrypted"):
        verified(made.path, tmp_path, load_identities(keygen_again(tmp_path).path))
    made.path.write_bytes(made.path.read_bytes()[:-20])
    with pytest.raises(SiteError, match="decrypted"):
        verified(made.path, tmp_path, load_identities(key.path))


def keygen_again(folder: Path) -> Key:
    (folder / "other").mkdir()
    return keygen(folder / "other")


@pytest.mark.slow  # that it takes seconds is what protects a passphrase
def test_a_passphrase_opens_the_key_beside_the_copy(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    made = make_backup(site, Wish(tmp_path / "copies", passphrase="correct horse"), clock)
    beside = made.path.with_name("watchroom-20260105T080000Z.key.age")
    assert verified(made.path, tmp_path, open_key(beside, "correct horse")).head == made.head


# --- putting back ---


async def test_a_copy_put_back_into_an_empty_folder_is_the_site(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    made = make_backup(site, Wish(tmp_path / "copies", secrets=True), clock)
    clock.advance(3600)
    new = tmp_path / "new"
    await in_thread(restoring.restore, made.path, new, [], clock, replace=False)
    before, after = tree(site), tree(new)
    for name in ("hub.toml", "rules/own.toml", "secrets/gate", "data/evidence/gate/1.jpg"):
        assert after[name] == before[name]
    assert not [name for name in after if "restore" in name]
    *old, last = events_in(new / "data")
    assert old == events_in(site / "data")
    assert last == HubRestored(archive=made.path.name, made_at=NOW, head=made.head)


async def in_thread(work, *given, **named):
    import asyncio

    return await asyncio.to_thread(work, *given, **named)


async def test_in_the_place_of_a_site_only_when_asked_and_the_old_one_is_put_aside(
    site: Path, clock: FakeClock, tmp_path: Path
) -> None:
    made = make_backup(site, Wish(tmp_path / "copies"), clock)
    await record(site / "data", clock, 5)
    (site / "data" / "evidence" / "late.jpg").write_bytes(b"late")
    old = tree(site)
    with pytest.raises(SiteError, match="already"):
        await in_thread(restoring.restore, made.path, site, [], clock, replace=False)
    assert tree(site) == old
    found = await in_thread(restoring.restore, made.path, site, [], clock, replace=True)
    assert found.own_head.startswith("55:")
    last = events_in(site / "data")[-1]
    assert isinstance(last, HubRestored)
    assert last.replaced_head == found.own_head
    [aside] = (site / "data").glob("before-restore-*")
    assert (aside / "evidence" / "late.jpg").read_bytes() == b"late"
    assert not (site / "data" / "evidence" / "late.jpg").exists()
    assert len(events_in(aside)) == 55
    assert (site / "data" / "recordings" / "gate" / "1.mp4").read_bytes() == b"large", "recordings are not touched"
    assert (site / "secrets" / "gate").read_text() == "hunter2", "what is not in the copy stays"


async def test_nobody_stays_signed_in_over_a_restore(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    with closing(sqlite3.connect(site / "data" / "accounts.db")) as db:
        db.execute("INSERT INTO sessions (hash, account, created_at_us, expires_at_us) VALUES ('h', 'admin', 1, 2)")
        db.commit()
    made = make_backup(site, Wish(tmp_path / "copies"), clock)
    await in_thread(restoring.restore, made.path, site, [], clock, replace=True)
    with closing(sqlite3.connect(site / "data" / "accounts.db")) as db:
        assert db.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM accounts").fetchone() == (1,)


async def test_a_damaged_copy_changes_nothing(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    made = make_backup(site, Wish(tmp_path / "copies"), clock)
    whole = made.path.read_bytes()
    made.path.write_bytes(whole[: len(whole) // 2])
    old = tree(site)
    with pytest.raises(SiteError, match="not whole"):
        await in_thread(restoring.restore, made.path, site, [], clock, replace=True)
    assert tree(site) == old


async def test_a_full_disk_while_putting_back_changes_nothing(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    (site / "data" / "evidence" / "large.jpg").write_bytes(os.urandom(9_000_000))
    made = make_backup(site, Wish(tmp_path / "copies"), clock)
    with small_disk(tmp_path / "disk", os.getpid, megabytes=8):
        place = tmp_path / "disk" / "plant"
        (place / "data").mkdir(parents=True)
        for name in ("hub.toml", "data/journal.db", "data/accounts.db"):
            shutil.copy(site / name, place / name)
        old = tree(place)
        with pytest.raises(SiteError, match=FULL):
            await in_thread(restoring.restore, made.path, place, [], clock, replace=True)
        assert tree(place) == old


async def test_a_copy_is_looked_at_without_changing_anything(site: Path, clock: FakeClock, tmp_path: Path) -> None:
    made = make_backup(site, Wish(tmp_path / "copies"), clock)
    await record(site / "data", clock, 1)
    old = tree(site)
    (tmp_path / "look").mkdir()
    found = restoring.look(made.path, site, [], tmp_path / "look")
    assert (found.head.partition(":")[0], found.own_head.partition(":")[0]) == ("50", "51")
    assert "data/journal.db" in found.there
    assert tree(site) == old


def test_where_nothing_was_interrupted_there_is_nothing_to_finish(site: Path) -> None:
    assert bring_to_end(site) is False
