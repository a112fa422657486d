"""Killed before every change of the disk: a site is the old one or the new one, a backup is whole or not there."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.core.backups import HubRestored
from hub.core.event import Draft
from hub.journal.codec import to_record
from hub.journal.log import Journal
from hub.journal.verify import verify
from hub.runtime.backup import restoring
from hub.runtime.backup.archive import read
from hub.runtime.backup.journal_file import journal_store, open_journal
from hub.runtime.backup.making import Wish, make_backup
from hub.runtime.backup.swap import bring_to_end
from hub.server.accounts.book import create_first_administrator
from hub.testing.clock import FakeClock
from tests.config.test_site import BASE
from tests.runtime.running import lost

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")
OPENED_EVERY = 15
"""Of the files that are opened, so many are passed over between two kills."""


async def _record(data: Path, count: int) -> None:
    journal = Journal(journal_store(data / "journal.db", FakeClock(NOW)), FakeClock(NOW))
    await journal.start()
    for number in range(count):
        await journal.append([Draft(lost(f"gate-{number}").event, actor="watch")])
    await journal.stop()


def _make_site(folder: Path) -> Path:
    for name in ("data/evidence", "data/recordings", "rules"):
        (folder / name).mkdir(parents=True)
    (folder / "hub.toml").write_text(BASE, encoding="utf-8")
    (folder / "rules" / "own.toml").write_text("# first\n")
    (folder / "data" / "evidence" / "1.jpg").write_bytes(b"first")
    create_first_administrator(folder / "data", "admin", "Administrator", "a-long-password-7716", NOW)
    asyncio.run(_record(folder / "data", 10))
    return folder


def _content(site: Path) -> dict[str, bytes]:
    kept = (path for path in sorted(site.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in kept
        if not path.name.endswith((".lock", "-wal", "-shm")) and "before-restore" not in str(path)
    }


def _dies_at(number: int, below: Path, work: Callable[[], object]) -> bool:
    """Do `work` in a process of its own that dies before its `number`th change; whether it died."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return True
        assert os.WEXITSTATUS(status) == 0
        return False
    seen = opened = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen, opened
        if event == "open" and str(arguments[0]).startswith(str(below)):
            opened += 1
        if event in CHANGES or (event == "open" and opened % OPENED_EVERY == 1):
            seen += 1
            if seen >= number:
                os.kill(os.getpid(), signal.SIGKILL)

    try:
        sys.addaudithook(watch)
        work()
    except BaseException:
        os._exit(1)
    os._exit(0)


@pytest.mark.slow
def test_killed_before_every_change_of_the_disk_the_site_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    untouched = _make_site(tmp_path / "untouched")
    archive = make_backup(untouched, Wish(tmp_path / "copies"), FakeClock(NOW)).path
    asyncio.run(_record(untouched / "data", 5))
    (untouched / "rules" / "own.toml").write_text("# second\n")
    (untouched / "data" / "evidence" / "2.jpg").write_bytes(b"second")
    old = _content(untouched)
    outcomes = []
    for number in range(1, 500):
        site = tmp_path / "plant"
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(untouched, site)
        died = _dies_at(
            number, site, lambda: restoring.restore(archive, tmp_path / "plant", [], FakeClock(NOW), replace=True)
        )
        bring_to_end(site)
        shutil.rmtree(site / "data" / ".restore-data", ignore_errors=True)
        store = open_journal(site / "data" / "journal.db")
        try:
            assert verify(store).ok
            events = [to_record(stored).event for stored in store.read(0, 1000)]
        finally:
            store.close()
        if isinstance(events[-1], HubRestored):
            assert len(events) == 11
            assert (site / "rules" / "own.toml").read_text() == "# first\n"
            assert [path.name for path in (site / "data" / "evidence").iterdir()] == ["1.jpg"]
            outcomes.append("new")
        else:
            assert _content(site) == old, f"killed before change {number}"
            outcomes.append("old")
        if not died:
            break
    assert outcomes[-1] == "new"
    assert outcomes == sorted(outcomes, reverse=True), "once it is decided there is no way back"
    assert outcomes.count("old") > 10
    assert outcomes.count("new") > 8


def test_killed_at_any_moment_a_backup_is_whole_or_not_there(tmp_path: Path) -> None:
    site = _make_site(tmp_path / "plant")
    copies = tmp_path / "copies"
    outcomes = []
    for number in range(1, 200, 3):
        shutil.rmtree(copies, ignore_errors=True)
        died = _dies_at(number, tmp_path, lambda: make_backup(site, Wish(copies), FakeClock(NOW)))
        made = sorted(copies.glob("watchroom-*")) if copies.is_dir() else []
        for archive in made:
            with archive.open("rb") as file:
                assert read(file).head.startswith("10:")
        outcomes.append(len(made))
        clock = FakeClock(NOW)
        clock.advance(60)
        after = make_backup(site, Wish(copies), clock)
        left = sorted(path.name for path in copies.iterdir() if path.name != ".watchroom.lock")
        assert left == sorted({*(path.name for path in made), after.path.name}), "nothing half is left"
        if not died:
            break
    assert outcomes[-1] == 1
    assert outcomes == sorted(outcomes)
    assert outcomes.count(0) > 5
