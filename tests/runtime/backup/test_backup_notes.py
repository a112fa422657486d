"""Copies that were made by hand come on record: by the hub that runs, or by the next one."""

import os
import pwd
from pathlib import Path

import pytest

from hub.core.backups import BackupTaken
from hub.runtime.backup.backups import BackupSchedule
from hub.runtime.backup.making import Made, Wish
from hub.runtime.backup.notes import leave_note, left_notes
from hub.runtime.core_loop import CoreLoop
from hub.testing.clock import FakeClock
from tests.runtime.running import records_of, running

MADE = Made(Path("/backup/watchroom-20260105T080000Z.tar"), 1000, "ab" * 32, 3, "7:00", ["watchroom-old.tar"])


def schedule(core: CoreLoop, data: Path, clock: FakeClock) -> BackupSchedule:
    return BackupSchedule(core, clock, data, data=data, wanted=lambda: None, timezone=lambda: "Asia/Shanghai")


async def test_a_copy_is_on_record_once_with_who_made_it_and_whether_passwords_are_in_it(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert leave_note(tmp_path, MADE, Wish(Path("/backup"), secrets=True), clock.now())
    [(note, _)] = left_notes(tmp_path)
    content = note.read_bytes()
    assert note.stat().st_mode & 0o777 == 0o600
    async with running(tmp_path, clock) as core:
        await schedule(core, tmp_path, clock).take_notes()
        assert list(left_notes(tmp_path)) == []
        note.write_bytes(content)  # the hub died before it was gone
        await schedule(core, tmp_path, clock).take_notes()
        assert list(left_notes(tmp_path)) == []
        [taken] = records_of(core, BackupTaken)
        assert isinstance(taken.event, BackupTaken)
        assert (taken.event.archive, taken.event.folder) == ("watchroom-20260105T080000Z.tar", "/backup")
        assert (taken.event.secrets, taken.event.encrypted, taken.event.head) == (True, False, "7:00")
        assert taken.event.user == pwd.getpwuid(os.getuid()).pw_name
        assert core.state.backups.made_at is None, "the copy that is due by schedule is due all the same"


async def test_whoever_became_the_hubs_user_is_named(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "wang")
    leave_note(tmp_path, MADE, Wish(Path("/backup")), clock.now())
    [(_, event)] = left_notes(tmp_path)
    assert event.user == "wang"


def test_a_note_that_is_none_is_removed_and_holds_up_no_other(tmp_path: Path, clock: FakeClock) -> None:
    leave_note(tmp_path, MADE, Wish(Path("/backup")), clock.now())
    broken = tmp_path / "run" / "backup-0000.json"
    broken.write_bytes(b"{")
    assert len(list(left_notes(tmp_path))) == 1
    assert not broken.exists()


def test_where_no_note_can_be_left_that_is_said(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "run").write_text("no folder")
    assert not leave_note(tmp_path, MADE, Wish(Path("/backup")), clock.now())
