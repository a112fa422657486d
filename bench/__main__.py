"""`python -m bench [NAME …] [--minutes N]`: runs the benches of this folder (all, or those named), prints one table.

What takes very long (`ONLY_BY_NAME`) runs only when it is named; `--minutes` says for how long.
"""

import argparse
import importlib
import os
import pkgutil
import platform
import sys
from collections.abc import Sequence

from rich.console import Console

import bench
from bench.report import Row, show

_WIDTH = 160
"""Columns when the table goes into a file."""

_NOT_BENCHES = ("__main__", "report")


def main(arguments: Sequence[str]) -> int:
    """Run the benches that are named, or all. Returns the exit code: 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long a bench runs that goes on for ever")
    options = parser.parse_args(arguments)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    known = sorted(module.name for module in pkgutil.iter_modules(bench.__path__))
    modules = {name: importlib.import_module(f"bench.{name}") for name in known if name not in _NOT_BENCHES}
    benches = {name: module.run for name, module in modules.items() if hasattr(module, "run")}
    endless = {name for name in benches if getattr(modules[name], "ONLY_BY_NAME", False)}
    for name in options.names:
        if name not in benches:
            console.print(f"There is no bench {name!r}; there are: {', '.join(benches)}.")
            return 2
    rows: list[Row] = []
    for name in options.names or [name for name in benches if name not in endless]:
        console.print(f"==> {name}")
        rows += benches[name](options.minutes) if name in endless else benches[name]()
    console.print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    show(rows, console)
    return 1 if any(row.failed for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
