"""A site of an older version is brought to the shape of this one.

`older_site.tar.gz` was made by the hub itself as it was when it recorded for the first time: two steps of its journal,
fifteen columns of its accounts and one version of its index ago. The administrator's password is that of the tests.
"""

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from hub.core.catalogue import HubStarted
from hub.core.tickets.events import TicketOpened
from tests.e2e.conftest import MakeSite
from tests.e2e.hubs import PASSWORD, Site

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}


@pytest.fixture
def older(make_site: MakeSite) -> Site:
    site = make_site("older")
    site.folder.mkdir()
    with tarfile.open(Path(__file__).with_name("older_site.tar.gz")) as tar:
        tar.extractall(site.folder, filter="data")
    return site


def states(site: Site, *more: str, code: int = 0) -> dict[str, str]:
    return {one["part"]: one["state"] for one in site.json("upgrade", *more, code=code)["parts"]}


def heads(site: Site) -> str:
    head: str = site.json("verify")["head"]
    return head


def test_an_older_site_is_upgraded_with_a_backup_first_and_runs(older: Site) -> None:
    before = heads(older)
    wanted = {"journal": "older", "accounts": "older", "recordings": "older", "search": "absent", "files": "by_hand"}
    assert states(older, "--dry-run", code=2) == wanted
    (older.folder / "rules" / "rounds.toml").unlink()
    wanted["files"] = "current"
    assert states(older, "--dry-run") == wanted
    assert not (older.folder / "backups").exists()
    assert states(older, "--dry-run") == wanted, "a dry run changes nothing"
    done = older.json("upgrade")
    assert {one["part"]: one["state"] for one in done["parts"]} == {
        **dict.fromkeys(wanted, "current"),
        "search": "absent",
    }
    assert older.json("backup", "verify", done["backup"])["head"] == before
    assert heads(older) == before, "an upgrade changes no record"
    assert states(older) == {**dict.fromkeys(wanted, "current"), "search": "absent"}
    older.start()
    assert older.hub("status", env=ADMIN).returncode == 0
    assert len(older.records(TicketOpened)) == 1
    assert len(older.records(HubStarted)) == 2
    tickets = older.json("tickets", "list")
    assert len(tickets) == 1, "what was open then is open still"


def test_the_way_back_is_the_backup(older: Site, make_site: MakeSite) -> None:
    done = older.hub("upgrade", "--json", code=2)
    assert "rules/rounds.toml:6:3" in done.stderr or "rules/rounds.toml:6:3" in done.stdout
    backup = json.loads(done.stdout)["backup"]
    again = make_site("again")
    again.hub("restore", backup, "--site", str(again.folder))
    assert int(heads(again).partition(":")[0]) == int(heads(older).partition(":")[0]) + 1


@pytest.mark.parametrize(
    ("file", "sql", "part"),
    [
        (
            "journal.db",
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('watchroom.journal', 'tables of the year 2040', '2040-01-01')",
            "journal",
        ),
        ("recordings.db", "UPDATE facts SET value = '99' WHERE name = 'version'", "recordings"),
    ],
)
def test_what_newer_software_wrote_is_refused_and_nothing_is_changed(
    older: Site, file: str, sql: str, part: str
) -> None:
    with closing(sqlite3.connect(older.data / file)) as db:
        db.execute(sql)
        db.commit()
    before = {path.name: path.read_bytes() for path in older.data.glob("*.db")}
    assert states(older, code=2)[part] == "newer"
    assert "newer" in older.hub("upgrade", code=2).stderr.lower()
    assert {path.name: path.read_bytes() for path in older.data.glob("*.db")} == before
