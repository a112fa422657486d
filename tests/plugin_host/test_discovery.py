"""Plugins are found, and described, without being imported."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hub.errors import SiteError
from hub.plugin_host import Manifest, discover, find_commands, manifest_of, plugin_rows, unloaded
from tests.plugin_host.conftest import PluginFolder

_PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_BUILT_IN = sorted(name.removeprefix("hub_") for name in _PROJECT["entry-points"]["watchroom.plugins"])


def _found(folder: PluginFolder, *disabled: str) -> dict[str, Manifest]:
    return {found.id: found for found in discover(folder.path, disabled) if found.dropped_in}


def test_discovery_imports_no_plugin_in_a_fresh_process(folder: PluginFolder) -> None:
    folder.add("loud", "raise SystemExit('imported')")
    folder.add_file("lonely", "raise SystemExit('imported')")
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from hub.plugin_host import discover, find_commands, plugin_rows, unloaded\n"
        "found = discover(Path(sys.argv[1]))\n"
        "find_commands(found), plugin_rows(map(unloaded, found))\n"
        "print(*(one.id for one in found))\n"
        "print(*(name for name in sys.modules if name.startswith('hub_')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder.path)], capture_output=True, text=True, check=True, timeout=60
    )
    ids, imported = done.stdout.splitlines()
    assert ids.split() == sorted([*_BUILT_IN, "lonely", "loud"])
    assert imported == ""


def test_the_plugins_of_this_distribution_are_found_with_their_manifests() -> None:
    found = {one.id: one for one in discover()}
    assert sorted(found) == _BUILT_IN
    for one in found.values():
        assert one.problem == ""
        assert one.off == ""
        assert one.title.en
        assert one.title.zh
        assert one.owner
        assert one.source.startswith("watchroom ")
        assert one.root is not None
        assert one.root.name == f"hub_{one.id}"
        assert not one.docs or (one.root.parents[1] / one.docs).is_file()
    assert found["demo"].commands == {"demo": "hub_demo.cli:app"}


def test_folders_and_single_files_are_plugins_and_hidden_ones_are_not(folder: PluginFolder) -> None:
    folder.add("packed")
    folder.add_file("lonely")
    (folder.path / "__pycache__").mkdir()
    (folder.path / ".git").mkdir()
    (folder.path / "_draft.py").write_text("", encoding="utf-8")
    (folder.path / "README.md").write_text("", encoding="utf-8")
    found = _found(folder)
    assert sorted(found) == ["lonely", "packed"]
    assert {one.problem for one in found.values()} == {""}
    assert found["packed"].title.zh == "测试"
    assert found["packed"].kinds == ("notifier",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": '"Big Letters"'}, "$.id"),
        ({"id": ""}, "missing required field `id`"),
        ({"version": "1.2"}, "Expected `str`, got `float` - at `$.version`"),
        ({"api": '"1"'}, "Expected `int`, got `str` - at `$.api`"),
        ({"api": "2"}, "written for version 2 of hub.api; this hub has version 1. Update the hub."),
        ({"kinds": "[]"}, "$.kinds"),
        ({"kinds": '["sensor"]'}, "Invalid enum value 'sensor' - at `$.kinds[0]`"),
        ({"titel": '"x"'}, "unknown field `titel`"),
        ({"title": '{ zh = "x" }'}, "missing required field `en` - at `$.title`"),
        ({"commands": '{ x = "os.path:join" }'}, "which is not in its own package"),
        ({"commands": '{ x = "MODULEx:app" }'}, "which is not in its own package"),
        ({"commands": '{ x = "MODULE" }'}, "$.commands"),
        ({"owner": "Test team"}, "at line 6"),
        ({"owner": "[" * 3000}, "nested too deeply"),
    ],
)
def test_a_wrong_manifest_is_found_with_its_mistake(
    folder: PluginFolder, changes: dict[str, str], message: str
) -> None:
    folder.add("good")
    wrong = folder.toml("wrong", **changes).replace("MODULE", folder.module("wrong"))
    folder.add("wrong", toml=wrong)
    found = _found(folder)
    assert found.pop("good").problem == ""
    (broken,) = found.values()
    assert message in broken.problem
    assert folder.module("wrong") in broken.source


def test_a_manifest_that_is_missing_unreadable_or_not_text_is_said_so(folder: PluginFolder) -> None:
    missing, binary = folder.add("missing"), folder.add("binary")
    (missing / "plugin.toml").unlink()
    (binary / "plugin.toml").write_bytes(b"\xff\xfe\x00")
    folder.add_file("bare").write_text("x = 1\n", encoding="utf-8")
    pipe = folder.add("pipe") / "plugin.toml"
    pipe.unlink()
    os.mkfifo(pipe)
    problems = {Path(one.source).stem: one.problem for one in discover(folder.path) if one.dropped_in}
    assert "plugin.toml is missing" in problems[folder.module("missing")]
    assert "plugin.toml is missing" in problems[folder.module("pipe")]
    assert "it is not UTF-8 text" in problems[folder.module("binary")]
    assert "there is no `# /// watchroom` block" in problems[folder.module("bare")]


def test_only_the_beginning_of_a_single_file_is_searched(folder: PluginFolder) -> None:
    file = folder.add_file("late")
    file.write_text("#\n" * 50_000 + file.read_text(encoding="utf-8"), encoding="utf-8")
    (late,) = (one for one in discover(folder.path) if one.dropped_in)
    assert "there is no `# /// watchroom` block" in late.problem


def test_the_name_of_an_installed_module_cannot_be_taken(folder: PluginFolder) -> None:
    for name in ("json", "numpy", "hub_mail"):
        root = folder.add(name)
        root.rename(folder.path / name)
    bad = folder.add("bad")
    bad.rename(folder.path / "not-a-name")
    problems = {one.entry: one.problem for one in discover(folder.path) if one.dropped_in}
    for name in ("json", "numpy", "hub_mail"):
        assert f"The name {name} is taken by another module" in problems[name]
    assert "'not-a-name' cannot be imported" in problems["not-a-name"]


def test_of_two_plugins_with_one_id_or_one_command_the_first_is_used(folder: PluginFolder) -> None:
    commands = {"commands": f'{{ acme = "{folder.module("a")}.cli:app" }}'}
    folder.add("a", toml=folder.toml("twin", **commands))
    folder.add("b", toml=folder.toml("twin"))
    folder.add("c", toml=folder.toml("mail"))
    folder.add("d", toml=folder.toml("zz", commands=f'{{ acme = "{folder.module("d")}.cli:app" }}'))
    everything = {one.id: one for one in discover(folder.path)}
    assert everything["twin"].problem == everything["mail"].problem == ""
    assert not everything["mail"].dropped_in
    assert f"The id 'twin' is taken by the plugin from {folder.path / folder.module('a')}" in (
        everything["twin-2"].problem
    )
    assert "The id 'mail' is taken by the plugin from watchroom" in everything["mail-2"].problem
    assert everything["zz"].problem == "Its command 'acme' is one of the plugin 'twin'."
    assert find_commands(everything.values())["acme"].manifest.id == "twin"


def test_a_plugin_folder_that_is_gone_is_seen_and_stops_nothing(tmp_path: Path) -> None:
    found = {one.id: one for one in discover(tmp_path / "Acme plugins")}
    assert sorted(found) == sorted([*_BUILT_IN, "acme_plugins"])
    assert "Acme plugins of `[plugins] path` cannot be read: No such file" in found["acme_plugins"].problem


def test_disabled_plugins_are_listed_as_such(folder: PluginFolder) -> None:
    folder.add("loud", "raise SystemExit('imported')")
    assert _found(folder, "loud")["loud"].off == "disabled in hub.toml"


def test_one_plugin_alone_can_be_asked_for(folder: PluginFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.add("suspect")
    monkeypatch.setenv("HUB_ONLY_PLUGINS", "suspect, sqlite")
    used = {one.id for one in discover(folder.path) if not one.off}
    assert used == {"suspect", "sqlite"}
    assert {one.off for one in discover(folder.path) if one.off} == {"left out by HUB_ONLY_PLUGINS"}


def test_a_misspelt_plugin_to_load_alone_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ONLY_PLUGINS", "sqlit")
    with pytest.raises(SiteError, match=r"Did you mean 'sqlite'\?"):
        discover()


def test_a_module_that_is_not_installed_has_a_manifest_that_says_so() -> None:
    assert "The module hub_nowhere is not there" in manifest_of("hub_nowhere").problem
    assert "The module hub_mail.nowhere is not there" in manifest_of("hub_mail.nowhere").problem
    assert "hub_mail/notifier.py" not in sys.modules
    assert "there is no `# /// watchroom` block" in manifest_of("hub_mail.notifier").problem


def test_the_list_of_plugins_says_what_staff_need(folder: PluginFolder) -> None:
    folder.add("good")
    folder.add("wrong", toml="id = 7")
    rows = {row.id: row for row in plugin_rows(map(unloaded, discover(folder.path, ["mail"])))}
    assert (rows["good"].state, rows["good"].version, rows["good"].owner) == ("pending", "1.2", "Test team")
    assert (rows["mail"].state, rows["mail"].reason) == ("stopped", "disabled in hub.toml")
    broken = next(row for row in rows.values() if row.state == "failed")
    assert folder.module("wrong") in broken.source
    assert "$.id" in broken.reason
    assert rows["demo"].commands == ("demo",)
