"""Copies of a site whose hub runs: by schedule, on a disk that is full, and put back elsewhere."""

import json
import os
from pathlib import Path

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.backups import BackupFailed, BackupMade, BackupTaken, HubRestored
from hub.core.catalogue import HubStarted
from tests.e2e.conftest import MakeSite
from tests.e2e.disks import small_disk
from tests.e2e.hubs import PASSWORD, Site

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}


def test_a_missed_copy_is_made_at_the_start_and_can_be_put_back_elsewhere(
    site: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    site.append(f'\n[backup]\nfolder = "{tmp_path / "copies"}"\nat = "00:00"\n')
    site.start()
    made = site.recorded(BackupMade).event
    assert isinstance(made, BackupMade)
    archive = tmp_path / "copies" / made.archive
    assert archive.stat().st_size == made.bytes
    told = json.loads(site.hub("backup", "verify", str(archive), "--json").stdout)
    assert (told["ok"], told["head"], told["secrets"]) == (True, made.head, False)
    by_hand = site.hub("backup", "--to", str(tmp_path / "more")).stdout.strip()
    assert Path(by_hand).is_file(), "the hub runs on while it is copied"
    taken = site.recorded(BackupTaken, 40).event
    assert isinstance(taken, BackupTaken)
    assert (taken.archive, taken.secrets) == (Path(by_hand).name, False)
    assert "A hub runs" in site.hub("restore", by_hand, "--replace", "--yes", code=2).stderr
    refused = site.hub("restore", by_hand, code=2).stderr
    assert "There is a site" in refused
    site.stop()

    new = make_site("elsewhere")
    new.hub("restore", by_hand, "--site", str(new.folder))
    new.start()
    restored = new.recorded(HubRestored).event
    assert isinstance(restored, HubRestored)
    assert restored.archive == Path(by_hand).name
    assert new.recorded(AlarmRaised, rule="hub-restored").event
    assert new.records(HubStarted)[-1].seq > new.records(HubRestored)[0].seq
    assert new.json("verify")["ok"]
    assert new.hub("status", env=ADMIN).returncode == 0, "people sign in with the passwords they had"


def test_a_full_disk_is_told_once_and_the_next_copy_ends_the_alarm(site: Site, tmp_path: Path) -> None:
    disk_folder = tmp_path / "disk"
    large = site.data / "evidence" / "large.jpg"
    large.parent.mkdir(parents=True, exist_ok=True)
    large.write_bytes(os.urandom(9_000_000))
    with small_disk(disk_folder, os.getpid, megabytes=8):
        hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
        table = f'\n[backup]\nfolder = "{disk_folder / "copies"}"\nat = "00:00"\nkeep = '
        site.write(f"{hub_toml}{table}3\n")
        site.start()
        failed = site.recorded(BackupFailed).event
        assert isinstance(failed, BackupFailed)
        assert "No space left" in failed.reason or "File too large" in failed.reason
        site.recorded(AlarmRaised, rule="backup-failed")
        assert not [path for path in (disk_folder / "copies").glob("*") if path.stat().st_size]
        large.unlink()
        site.write(f"{hub_toml}{table}4\n")
        made = site.recorded(BackupMade, 40).event
        assert isinstance(made, BackupMade)
        site.recorded(AlarmReturned)
        assert len(site.records(BackupFailed)) == 1
        site.hub("backup", "verify", str(disk_folder / "copies" / made.archive))
        health = site.hub("status", env=ADMIN)
        assert health.returncode == 0
        site.stop()
