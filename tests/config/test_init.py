"""New sites."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.config.init import write_site
from hub.config.load import load_site
from hub.config.rules.file import known_of, load_rules
from hub.errors import SiteError

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize(("demo", "cameras"), [(True, 8), (False, 0)])
def test_a_new_site_has_no_problems_and_its_rules_fit_it(tmp_path, demo, cameras):
    folder = tmp_path / "deep" / "site"
    written = write_site(folder, demo=demo)
    config = load_site(folder)
    rules = load_rules(folder, known_of(config))
    assert len(config.cameras) == cameras
    assert {route.id for route in config.routes} == {"duty", "leader"}
    assert rules.problems == {}
    assert "view-obstructed" in {rule.id for rule in rules.rules}
    assert written[-1] == folder / "hub.toml"
    assert all(path.is_file() for path in written)
    assert sorted(path.name for path in folder.iterdir()) == ["hub.toml", "rules"]


def test_a_new_site_has_the_cases_that_need_no_camera_and_they_hold(tmp_path):
    write_site(tmp_path / "site", demo=False)
    tried = subprocess.run(
        [sys.executable, "-m", "hub", "rules", "test", "--site", str(tmp_path / "site"), "--json"],
        capture_output=True,
        check=False,
    )
    assert tried.returncode == 0, tried.stderr
    assert {"assets.toml", "duty.toml", "people.toml", "system.toml"} <= {
        path.name for path in (tmp_path / "site" / "rules" / "cases").iterdir()
    }


def test_the_copies_do_not_name_schemas_that_are_not_there(tmp_path):
    write_site(tmp_path / "site", demo=True)
    for path in (tmp_path / "site").rglob("*.toml"):
        assert "#:schema" not in path.read_text(encoding="utf-8")


def test_an_existing_site_is_never_overwritten(tmp_path):
    write_site(tmp_path, demo=False)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.toml")}
    with pytest.raises(SiteError, match=r"There is a site in .* already. Run it with `hub run`"):
        write_site(tmp_path, demo=True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.toml")} == before


def test_rules_of_somebody_else_are_left_alone(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.toml").write_text("# mine", encoding="utf-8")
    with pytest.raises(SiteError, match="Move it away"):
        write_site(tmp_path, demo=False)
    assert [path.name for path in tmp_path.rglob("*")] == ["rules", "mine.toml"]


def test_other_files_in_the_folder_do_not_matter(tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    write_site(tmp_path, demo=False)
    assert load_site(tmp_path).cameras == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SiteError, match=r"cannot be written: .* Choose a folder"):
        write_site(tmp_path / "file", demo=False)
    with pytest.raises(SiteError, match="cannot be written: Not a directory"):
        write_site(tmp_path / "file" / "site", demo=False)


@pytest.mark.parametrize("demo", [True, False])
def test_an_installed_wheel_brings_everything_that_a_new_site_needs(tmp_path, demo):
    library = tmp_path / "lib"
    shutil.copytree(REPOSITORY / "hub", library / "hub", ignore=shutil.ignore_patterns("__pycache__"))
    shipped = library / "hub" / "config" / "shipped"  # as pyproject.toml lays the wheel out
    shutil.copy(REPOSITORY / "hub.toml", shipped / "hub.toml")
    shutil.copytree(REPOSITORY / "rules", shipped / "rules")
    program = (
        "from pathlib import Path; import hub.config.init as init;"
        f"assert init.__file__.startswith({str(library)!r});"
        f"init.write_site(Path('site'), demo={demo})"
    )
    environment = {**os.environ, "PYTHONPATH": str(library)}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path, env=environment)
    assert len(load_site(tmp_path / "site").cameras) == (8 if demo else 0)
    assert (tmp_path / "site" / "rules" / "watch.toml").is_file()
