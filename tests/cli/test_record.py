import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.hubs import Site


@pytest.fixture
def copy(plant: Site, tmp_path: Path) -> Path:
    """A copy of the running hub's journal, made as a backup would."""
    target = tmp_path / "copy.db"
    source = sqlite3.connect(plant.data / "journal.db")
    with sqlite3.connect(target) as into:
        source.backup(into)
    into.close()
    source.close()
    return target


def test_the_journal_verifies_while_the_hub_runs(plant: Site) -> None:
    verdict = plant.json("verify")
    assert verdict["ok"]
    assert verdict["checked"] >= 20
    assert verdict["head"] in plant.hub("verify").stdout or plant.hub("verify").returncode == 0


def test_a_head_that_was_noted_is_found_again_and_a_cut_is_noticed(plant: Site, copy: Path) -> None:
    head = plant.json("verify")["head"]
    assert plant.json("verify", "--head", head)["ok"]
    with sqlite3.connect(copy) as db:
        db.execute("DROP TRIGGER IF EXISTS record_no_delete")
        db.execute("DELETE FROM record WHERE seq > 15")
    db.close()
    assert json.loads(plant.hub("verify", str(copy), "--json").stdout)["checked"] == 15
    cut = json.loads(plant.hub("verify", str(copy), "--head", head, "--json", code=5).stdout)
    assert cut["first_bad_seq"] == 16
    assert plant.hub("verify", "--head", "nonsense", code=2).stderr


@pytest.mark.parametrize(
    ("damage", "first_bad"),
    [
        ("UPDATE record SET body = replace(body, 'gate', 'fate') WHERE seq = 15", 15),
        ("UPDATE record SET actor = 'person:nobody' WHERE seq = 9", 9),
        ("DELETE FROM record WHERE seq = 12", 12),
    ],
)
def test_a_damaged_copy_is_told_by_its_first_bad_record(plant: Site, copy: Path, damage: str, first_bad: int) -> None:
    with sqlite3.connect(copy) as db:
        for trigger in ("record_no_update", "record_no_delete"):
            db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        if "replace(" in damage:
            first_bad = db.execute("SELECT min(seq) FROM record WHERE body LIKE '%gate%'").fetchone()[0]
            damage = f"{damage.rpartition('seq')[0]}seq = {first_bad}"
        db.execute(damage)
    db.close()
    verdict = json.loads(plant.hub("verify", str(copy), "--json", code=5).stdout)
    assert (verdict["ok"], verdict["first_bad_seq"]) == (False, first_bad)
    assert verdict["problem"]
    assert f"Record {first_bad}" in plant.hub("verify", str(copy), code=5).stdout


def test_what_is_no_journal_is_said(plant: Site, tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"nothing of the kind" * 1000)
    done = plant.hub("verify", str(tmp_path / "no.db"), code=2)
    assert "no.db" in done.stderr
    assert plant.hub("verify", str(tmp_path / "missing.db"), code=2).stderr


def test_export_and_import_make_the_same_journal(plant: Site, tmp_path: Path) -> None:
    lines, again = tmp_path / "journal.jsonl", tmp_path / "again.db"
    plant.hub("journal", "export", str(lines))
    assert plant.hub("journal", "export", str(lines), code=2).stderr, "nothing is written over"
    plant.hub("journal", "import", str(lines), "--into", str(again), "--verify")
    count = len(lines.read_text(encoding="utf-8").splitlines())
    verdict = json.loads(plant.hub("verify", str(again), "--json").stdout)
    assert verdict["ok"]
    assert verdict["checked"] in (count, count - 1)  # the first line may be a heading
    out = plant.hub("journal", "export", "-", "--journal", str(again)).stdout
    assert out.splitlines() == lines.read_text(encoding="utf-8").splitlines()


def test_a_changed_line_is_found_at_the_import(plant: Site, tmp_path: Path) -> None:
    lines = tmp_path / "journal.jsonl"
    plant.hub("journal", "export", str(lines))
    text = lines.read_text(encoding="utf-8")
    assert "person:admin" in text or "rule:signal-lost" in text
    lines.write_text(text.replace("rule:signal-lost", "rule:signal-last", 1), encoding="utf-8")
    done = plant.hub("journal", "import", str(lines), "--into", str(tmp_path / "again.db"), code=5)
    assert "Traceback" not in done.stderr


def test_the_journal_of_a_hub_that_is_down_verifies_too(plant: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    shutil.copy(plant.folder / "hub.toml", folder)
    shutil.copytree(plant.folder / "rules", folder / "rules")
    shutil.copytree(plant.data, folder / "data", ignore=shutil.ignore_patterns("run"))
    assert Site(folder, tmp_path).json("verify")["ok"]
