"""Packages on the command line: the key, and whether a package is what the site made."""

import json
import shutil
from pathlib import Path

import pytest

from hub.footage import verify
from hub.footage.keys import PRIVATE, load_public
from hub.footage.plan import Made
from tests.e2e.hubs import Site
from tests.footage.packing import make_plan, run_work, unpacked


@pytest.fixture(scope="module")
def package(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path]:
    """A site whose hub does not run, and a package that it made."""
    home = tmp_path_factory.mktemp("packages")
    shutil.copytree(untouched, home / "plant")
    site = Site(home / "plant", home / "home")
    plan = make_plan(site.data, copy=False, target=str(home / "F-3.tar"))
    made = run_work(plan)
    assert isinstance(made, Made), made
    return site, home / "F-3.tar"


def test_the_key_is_shown_and_made_once_and_never_the_private_part(idle: Site) -> None:
    shown = idle.hub("releases", "key").stdout
    known = load_public(idle.data)
    assert known is not None
    assert verify.grouped(known.fingerprint) in shown
    assert "BEGIN PUBLIC KEY" in shown
    assert "PRIVATE" not in shown
    assert idle.json("releases", "key")["fingerprint"] == known.fingerprint


def test_a_key_that_others_may_read_is_refused_with_the_way_out(idle: Site) -> None:
    idle.hub("releases", "key")
    (idle.data / PRIVATE).chmod(0o640)
    assert "chmod 600" in idle.hub("releases", "key", code=2).stderr


def test_a_package_is_checked_against_the_sites_own_key(package: tuple[Site, Path]) -> None:
    site, file = package
    said = site.hub("releases", "verify", str(file)).stdout
    assert "RESULT: unchanged, and signed by the key named." in said
    assert "原始录像 4 段" in site.hub("releases", "verify", str(file), env={"LC_ALL": "zh_CN.UTF-8"}).stdout


def test_a_changed_package_is_named_with_exit_code_5(package: tuple[Site, Path], tmp_path: Path) -> None:
    site, file = package
    bag = unpacked(file, tmp_path / "bag")
    changed = next((bag / "data/original").glob("*/*/*.mp4"))
    changed.write_bytes(changed.read_bytes() + b"x")
    assert changed.name in site.hub("releases", "verify", str(bag), code=5).stdout
    said = json.loads(site.hub("releases", "verify", str(bag), "--json", code=5).stdout)
    assert [one["what"] for one in said["findings"]] == ["changed"]


def test_a_package_of_another_key_is_refused_and_without_any_key_it_is_said(
    package: tuple[Site, Path], idle: Site
) -> None:
    _, file = package
    assert "compare the fingerprint" in idle.hub("releases", "verify", str(file), code=1).stdout
    idle.hub("releases", "key")
    assert "Another key" in idle.hub("releases", "verify", str(file), code=5).stdout


def test_what_is_no_package_is_said(idle: Site, tmp_path: Path) -> None:
    assert "cannot be read" in idle.hub("releases", "verify", str(tmp_path / "none.tar"), code=4).stderr
