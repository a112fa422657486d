"""What plugins are promised is written down, and nothing of it changes by accident."""

import inspect
import re
from pathlib import Path

import pytest

import hub.api
import hub.testing.pytest_plugin as kit
from hub import hookspecs
from hub.cli.plugins import checks as plugins_checks
from hub.cli.plugins import verify as plugins_verify
from hub.plugin_host import PluginHost, discover
from hub.plugin_host.registration import HOOKS
from hub.testing import contracts
from tests.guards import api_lines, plugin_pages
from tests.guards.plugin_pages import PAGES


def _page(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def test_nothing_that_plugins_were_promised_is_gone() -> None:
    promised = api_lines.FILE.read_text(encoding="utf-8").splitlines()
    assert sorted(set(promised).difference(api_lines.api_lines())) == [], "see docs/plugins/versions.md"


def test_every_new_promise_is_written_down() -> None:
    promised = api_lines.FILE.read_text(encoding="utf-8").splitlines()
    assert [line for line in api_lines.api_lines() if line not in promised] == [], (
        "run python -m tests.guards.api_lines"
    )


def test_what_plugins_may_import_is_there_and_listed_once() -> None:
    assert len(hub.api.__all__) == len(set(hub.api.__all__))
    assert all(hasattr(hub.api, name) for name in hub.api.__all__)


def test_every_hook_of_the_specification_is_called_and_no_other() -> None:
    specified = {name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")}
    assert specified == set(HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented_with_its_exact_signature(hook: str) -> None:
    signature = f"{hook}({', '.join(inspect.signature(getattr(hookspecs, hook)).parameters)})"
    assert f"\n## {signature}\n" in _page("hooks.md")


def test_every_hook_is_used_by_a_plugin_of_ours() -> None:
    host = PluginHost()
    host.load([found for found in discover() if found.source.startswith("watchroom ")])
    assert host.cameras
    assert host.notifiers
    assert host.stores
    assert host.services
    assert host.vendors
    assert host.finders


def test_every_name_of_the_surface_is_documented() -> None:
    page = _page("ports.md")
    assert [name for name in hub.api.__all__ if f"\n| `{name}` |" not in page] == []


def test_every_value_and_protocol_of_sessions_is_described() -> None:
    page = _page("sessions.md")
    classes = [name for name in hub.api.__all__ if inspect.isclass(getattr(hub.api, name))]
    of_sessions = [name for name in classes if getattr(hub.api, name).__module__.startswith("hub.vendor")]
    assert len(of_sessions) > 30
    assert [name for name in of_sessions if f"\n### {name}\n" not in page] == []


def test_the_checks_of_acceptance_are_described() -> None:
    source = inspect.getsource(plugins_verify) + inspect.getsource(plugins_checks)
    shown = {"not passed", "not run"}
    checks = [text for text in re.findall(r'N_\(\s*"([^"]+ [^"]+)"', source) if text not in shown]
    page = _page("acceptance.md")
    assert len(checks) > 10
    assert [check for check in checks if f"| {check}" not in page] == []


def test_the_pages_for_integrators_are_up_to_date() -> None:
    stale = [page.name for page, text in plugin_pages.pages().items() if page.read_text(encoding="utf-8") != text]
    assert stale == [], "run `python -m tests.guards.plugin_pages`"


def test_every_fixture_and_contract_of_the_kit_is_documented() -> None:
    page = _page("testing.md")
    fixtures = [name for name, value in vars(kit).items() if type(value).__name__ == "FixtureFunctionDefinition"]
    assert len(fixtures) == 4
    assert [name for name in (*fixtures, *contracts.__all__) if f"`{name}`" not in page] == []


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in PAGES.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_plugin_in_one_file_that_the_guide_shows_works(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(# /// watchroom\n(?:.*\n)*?)```\n", _page("index.md"))
    (tmp_path / "hub_log_of_the_guide.py").write_text(code, encoding="utf-8")
    host = PluginHost()
    host.load([found for found in discover(tmp_path) if found.dropped_in])
    assert {plugin: (loaded.state.value, loaded.reason) for plugin, loaded in host.plugins.items()} == {
        "log": ("ready", "")
    }
