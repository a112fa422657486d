import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "apprise",
    "apscheduler",
    "av",
    "fastapi",
    "httpx2",
    "numpy",
    "sqlite3",
    "sqlite_utils",
    "starlette",
    "structlog",
    "textual",
    "uvicorn",
    "zeep",
}
REPORT = """
import sys
sys.argv = ["hub", *{arguments!r}]
from hub.cli.main import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write("LOADED " + " ".join(sorted(sys.modules)))
"""


def loaded_by(*arguments: str) -> tuple[str, set[str]]:
    """What `hub ARGUMENTS` prints, and the modules that it loads."""
    code = REPORT.format(arguments=list(arguments))
    environment = {"PATH": os.environ["PATH"], "HOME": str(Path.home()), "LANG": "C.UTF-8", "COLUMNS": "120"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    return done.stdout, set(done.stderr.partition("LOADED ")[2].split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("alarms", "--help"), ("init", "--help")])
def test_help_loads_nothing_heavy_and_no_plugin(arguments: tuple[str, ...]) -> None:
    _, modules = loaded_by(*arguments)
    assert "hub.cli.main" in modules
    assert modules & HEAVY == set()
    assert {name for name in modules if re.match(r"hub_[a-z]+", name)} == set()
    assert not any(name.startswith(("hub.runtime", "hub.server", "hub.tui", "hub.watch")) for name in modules)


def test_help_names_every_command_and_those_of_plugins() -> None:
    shown, _ = loaded_by("--help")
    for command in ("init", "check", "run", "stop", "tui", "status", "cameras", "alarms", "tickets", "rules", "events"):
        assert re.search(rf"\b{command}\b", shown), command
    for command in ("verify", "journal", "accounts", "sign-in", "sign-out", "plugins", "demo"):
        assert re.search(rf"\b{command}\b", shown), command


def test_a_command_of_a_plugin_loads_that_plugin_alone() -> None:
    shown, modules = loaded_by("demo", "--help")
    assert "cover" in shown
    assert {name for name in modules if re.fullmatch(r"hub_[a-z]+", name)} == {"hub_demo"}
