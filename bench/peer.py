"""Home Assistant, the peer of some benches, in an environment of its own; never in ours."""

import subprocess
import sys

from bench.scratch import FOLDER

_FOLDER = FOLDER / "ha"
_VERSIONS = ("2024.3.3", "")
"""Tried in order: the last one for Python 3.11, then whatever this Python can install."""

PYTHON = _FOLDER / "bin" / "python"


def install() -> str:
    """Install it if it is not there. Returns why it cannot be had, or nothing."""
    ready = _FOLDER / ".ready"
    if ready.exists():
        return ""
    print(f"==> Installing Home Assistant into {_FOLDER} for comparison (some minutes, once)", flush=True)
    made = _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(_FOLDER))
    for version in _VERSIONS:
        if made:
            return made
        wanted = f"homeassistant=={version}" if version else "homeassistant"
        fault = _uv("pip", "install", "--quiet", "--python", str(PYTHON), wanted)
        if not fault:
            ready.touch()
            return ""
    return fault


def version() -> str:
    """The version that is installed."""
    code = "import importlib.metadata as m; print(m.version('homeassistant'))"
    return subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def _uv(*arguments: str) -> str:
    # Companies put their own certificate authority into the system's store: trust what the system trusts.
    command = [sys.executable, "-m", "uv", "--system-certs", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"it cannot be installed: {done.stderr.strip()[-300:]}"
