"""What is loaded when: the hub without its screen, plugins only when they are asked for."""

import json
import subprocess
import sys

import pytest

PLUGINS = {"hub_apprise", "hub_demo", "hub_example", "hub_mail", "hub_rtsp", "hub_sqlite", "hub_webhook"}


def modules_after(code: str) -> set[str]:
    """The modules of a fresh interpreter after `code`."""
    report = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(done.stdout.splitlines()[-1]))


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_the_hub_runs_without_the_screen_and_without_any_plugin() -> None:
    modules = modules_after("import hub.runtime.hub")
    assert "hub.watch.pool" in modules
    assert packages(modules) & {"textual", "typer", *PLUGINS} == set()
    assert not any(name.startswith(("hub.tui.", "hub.cli.", "hub.testing.")) for name in modules)


def test_the_hub_itself_needs_no_video_library() -> None:
    # Pictures are decoded in the workers: what can crash a process must not be in the hub's.
    assert packages(modules_after("import hub.runtime.hub")) & {"av"} == set()


def test_plugins_are_found_without_being_imported() -> None:
    code = (
        "from hub.plugin_host import discover\n"
        "found = {manifest.entry for manifest in discover(None, [])}\n"
        f"assert {sorted(PLUGINS)} == sorted(found & {PLUGINS}), found"
    )
    assert packages(modules_after(code)) & PLUGINS == set()


@pytest.mark.parametrize("module", sorted(PLUGINS))
def test_a_plugin_s_own_module_loads_nothing_but_the_api(module: str) -> None:
    modules = modules_after(f"import {module}")
    assert {name for name in modules if name.partition(".")[0] in PLUGINS} == {module}
    assert packages(modules) & {"av", "numpy", "textual", "aiosmtplib", "apprise", "httpx2", "sqlite_utils"} == set()


def test_the_screen_sees_the_hub_through_its_client_only() -> None:
    modules = modules_after("import hub.tui.app")
    forbidden = ("hub.runtime", "hub.server", "hub.watch", "hub.journal", "hub.plugin_host", "hub.config")
    assert not [name for name in modules if name.startswith(forbidden)]


def test_a_watch_worker_loads_neither_the_server_nor_plugins() -> None:
    modules = modules_after("import hub.watch.worker")
    assert packages(modules) & {"fastapi", "uvicorn", "textual", "apscheduler", "pluggy", *PLUGINS} == set()


@pytest.mark.parametrize(
    "module", ["hub.core.state", "hub.core.decisions", "hub.automation.engine", "hub.vision.judge"]
)
def test_the_pure_parts_load_nothing_that_touches_the_world(module: str) -> None:
    forbidden = {"asyncio", "socket", "sqlite3", "subprocess", "threading", "av", "pluggy", "apscheduler", "structlog"}
    bare = modules_after("import msgspec" + (", numpy, threading" if "vision" in module else ""))
    assert (modules_after(f"import {module}") - bare) & forbidden == set()
