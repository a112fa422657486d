"""`hub plugins new` makes projects that work at once, and `hub plugins verify` judges them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.cli.plugins.checks import CONTRACT_KINDS, Check, Ran, contract_check, foreign_imports, made, own_check, tier_of
from hub.cli.plugins.new import make_project, write_project
from hub.errors import SiteError
from hub.testing.devices import ReplayServer, Reply

_DEVICE = {
    ("GET", "/api/info"): {"model": "A-100", "serial": "4711", "firmware": "1.2.3"},
    ("GET", "/api/channels"): {"channels": [{"index": 0, "online": True}]},
    ("GET", "/api/disks"): {"disks": []},
    ("GET", "/api/time"): {"local": "2026-01-05T09:00:00", "offset_minutes": 60},
}
_HUB_TOML = """
[[cameras]]
id = "gate-1"
name = {{ en = "Gate", zh = "大门" }}
area = "gates"
domain = "security"
driver = "sample"
host = "127.0.0.1"
port = {port}
user = "watch"
password = "env:GATE_1_PASSWORD"
"""


def hub(*arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "hub", *arguments],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
    )


def report(*arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, Any]:
    done = hub("plugins", "verify", *arguments, "--json", environment=environment)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy knows of the hub already: both projects need it."""
    return tmp_path_factory.mktemp("mypy")


def assert_tidy(project: Path, checked: Path) -> None:
    for tool in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy", "--cache-dir", str(checked)]):
        done = subprocess.run([sys.executable, "-m", *tool], cwd=project, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stdout + done.stderr


def outcomes(told: Any) -> dict[str, str]:
    return {check["name"]: f"{check['outcome']} {check['detail']}".strip() for check in told["checks"]}


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[tuple[Path, ReplayServer]]:
    """A site with one camera of the vendor `sample`."""
    replies = {key: Reply(body=json.dumps(value).encode(), media="application/json") for key, value in _DEVICE.items()}
    picture = {("GET", "/api/snapshot"): Reply(body=b"\xff\xd8\xff\xe0\xff\xd9", media="image/jpeg")}
    site = tmp_path / "site"
    assert hub("init", str(site)).returncode == 0
    with ReplayServer(replies | picture, user="watch", password="p@ss-7716") as server:
        text = (site / "hub.toml").read_text(encoding="utf-8")
        (site / "hub.toml").write_text(text + _HUB_TOML.format(port=server.address.port), encoding="utf-8")
        yield site, server


@pytest.mark.slow
def test_a_new_vendor_passes_everything_at_once_and_is_gold_with_a_device(
    tmp_path: Path, camera: tuple[Path, ReplayServer], checked: Path
) -> None:
    made_so = hub("plugins", "new", "sample", "--into", str(tmp_path), "--owner", "Li Qiang")
    assert made_so.returncode == 0, made_so.stderr
    project = tmp_path / "hub_sample"
    assert_tidy(project, checked)
    site, server = camera
    code, told = report(
        *("sample", "--path", str(project), "--live", "gate-1", "--site", str(site)),
        environment={"GATE_1_PASSWORD": "p@ss-7716"},
    )
    assert (code, told["tier"]) == (0, "gold"), told
    assert outcomes(told)["works with a real device"] == "passed Sample A-100 1.2.3; 7 answers"
    assert server.failed_sign_ins == 0
    assert {seen.method for seen in server.requests} == {"GET"}


@pytest.mark.slow
def test_a_new_notifier_passes_everything_at_once(tmp_path: Path, checked: Path) -> None:
    write_project(tmp_path / "hub_sms", make_project("sms", "notifier", "Li"))
    assert_tidy(tmp_path / "hub_sms", checked)
    code, told = report("sms", "--path", str(tmp_path / "hub_sms"))
    assert (code, told["tier"]) == (0, "gold"), told


@pytest.mark.slow
def test_a_plugin_that_keeps_no_rule_is_told_which(tmp_path: Path) -> None:
    project = make_project("sms", "notifier", "Li")
    package = "hub_sms/"
    project[package + "notifier.py"] = "import time\n" + project[package + "notifier.py"].replace(
        "import asyncio", "import asyncio\nimport hub.core.text"
    )
    project[package + "__init__.py"] += "\nimport time\n\ntime.sleep(0.7)\n"
    project[package + "options.py"] = project[package + "options.py"].replace('extra="forbid", ', "")
    project[package + "plugin.toml"] = (
        'id = "sms"\ntitle = "SMS"\nversion = "1"\napi = 1\nkinds = ["notifier"]\nowner = "Li"\n'
    )
    project["tests/test_contract.py"] += "\n    async def test_a_bare_message_is_sent(self) -> None: ...\n"
    del project[package + "README.md"], project[package + "py.typed"], project["tests/test_notifier.py"]
    write_project(tmp_path / "hub_sms", project)
    code, told = report("sms", "--path", str(tmp_path / "hub_sms"))
    found = outcomes(told)
    assert (code, told["tier"]) == (1, "none")
    assert found["registers what it announces"].startswith("passed")
    assert "takes unknown keys" in found["describes its options and refuses others"]
    assert "notifier.py:5: it imports hub.core.text" in found["imports hub.api alone"]
    assert found["is imported quickly, and does nothing then"].startswith("failed importing it takes 0.7")
    assert found["has a README"] == "failed there is no README.md"
    assert "test_an_unknown_option_is_a_mistake" in found["keeps the contract of its kind"]
    assert "test_a_bare_message_is_sent replaces the contract's" in found["keeps the contract of its kind"]
    assert found["has tests of its own"] == "failed there are none"
    assert found["has types"] == "failed there is no py.typed"
    assert found["speaks both languages"].startswith("failed")


def test_tests_of_somebody_else_are_not_run(tmp_path: Path) -> None:
    package = tmp_path / "plugins" / "hub_sms"
    project = make_project("sms", "notifier", "Li")
    write_project(
        package, {path.removeprefix("hub_sms/"): text for path, text in project.items() if "hub_sms/" in path}
    )
    write_project(tmp_path / "plugins" / "tests", {"test_bomb.py": "def test_bomb():\n    open('exploded', 'w')\n"})
    code, told = report("sms", "--path", str(tmp_path / "plugins"))
    assert (code, told["tier"]) == (0, "bronze")
    assert outcomes(told)["keeps the contract of its kind"].startswith("not run")
    assert not list(tmp_path.rglob("exploded"))


def test_a_plugin_that_is_nowhere_is_said_to_be(tmp_path: Path) -> None:
    assert "There is no plugin 'acme'" in hub("plugins", "verify", "acme", "--site", str(tmp_path)).stderr
    assert "has no folder hub_acme" in hub("plugins", "verify", "acme", "--path", str(tmp_path)).stderr


@pytest.mark.parametrize("name", ["", "Acme", "1st", "a-b", "x" * 21, "../x", "a b", "müller"])
def test_a_name_that_is_none_makes_nothing(name: str) -> None:
    with pytest.raises(SiteError, match="cannot be the name"):
        make_project(name, "vendor", "Li")


def test_a_plugin_that_the_hub_has_already_is_not_made_again(tmp_path: Path) -> None:
    refused = hub("plugins", "new", "onvif", "--into", str(tmp_path))
    assert refused.returncode != 0
    assert "'onvif' is a plugin of this hub already. Choose another name." in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "hub_sms").mkdir()
    with pytest.raises(SiteError, match="is there already"):
        write_project(tmp_path / "hub_sms", {"a": "b"})
    assert list((tmp_path / "hub_sms").iterdir()) == []


def test_an_owner_cannot_break_the_manifest() -> None:
    project = make_project("sms", "notifier", 'Li "Q" \\')
    assert "owner = \"Li 'Q' \"" in project["hub_sms/plugin.toml"]
    assert not any("acme" in path.lower() or "acme" in text.lower() for path, text in project.items())


def test_a_tier_is_reached_only_with_all_below_it() -> None:
    def check(tier: Any, outcome: Any) -> Check:
        return Check(name="x", tier=tier, outcome=outcome)

    assert tier_of([]) == "gold"
    assert tier_of([check("silver", "failed"), check("gold", "passed")]) == "bronze"
    assert tier_of([check("bronze", "not run"), check("silver", "passed")]) == "none"
    assert tier_of([check("gold", "failed"), check("gold", "passed")]) == "silver"


def test_a_contract_that_was_left_out_or_skipped_is_not_kept() -> None:
    def ran(outcome: str, kind: str = "vendor", *, replaced: bool = False) -> Ran:
        return Ran(name="t[a]", outcome=outcome, seconds=0.1, contract="hub_x", kind=kind, replaced=replaced)

    assert contract_check([ran("passed")], "hub_x", ["vendor"]).outcome == "passed"
    assert contract_check([ran("passed"), ran("skipped")], "hub_x", ["vendor"]).outcome == "failed"
    assert contract_check([ran("passed", "notifier")], "hub_x", ["vendor", "notifier"]).outcome == "failed"
    assert contract_check([ran("passed")], "hub_other", ["vendor"]).outcome == "failed"
    assert contract_check([ran("passed", replaced=True)], "hub_x", ["vendor"]).detail == "t replaces the contract's"
    assert contract_check([], "hub_x", ["finder"]).outcome == "passed"
    assert own_check([ran("passed")]).outcome == "failed"
    assert "… 2 more" in made("x", "gold", list("abcde")).detail
    assert "finder" not in CONTRACT_KINDS


def test_imports_are_found_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "from hub.api import X\nimport hub_x.b\ndef f():\n    from hub import core\n    import hub_y\n",
        encoding="utf-8",
    )
    (tmp_path / "b.py").write_text("def (", encoding="utf-8")
    found = list(foreign_imports(tmp_path, "hub_x"))
    assert found[:2] == ["a.py:4: it imports hub.core", "a.py:5: it imports hub_y"]
    assert "b.py: it cannot be read" in found[2]
