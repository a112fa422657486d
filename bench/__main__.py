"""`python -m bench [NAME …]`: runs the benches of this folder (all, or those named) and prints one table."""

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


def main(names: Sequence[str]) -> int:
    """Run the benches called `names`, or all. Returns the exit code: 1 when something could not be measured."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    known = sorted(module.name for module in pkgutil.iter_modules(bench.__path__))
    modules = {name: importlib.import_module(f"bench.{name}") for name in known if name not in _NOT_BENCHES}
    benches = {name: module.run for name, module in modules.items() if hasattr(module, "run")}
    for name in names:
        if name not in benches:
            console.print(f"There is no bench {name!r}; there are: {', '.join(benches)}.")
            return 2
    rows: list[Row] = []
    for name in names or benches:
        console.print(f"==> {name}")
        rows += benches[name]()
    console.print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    show(rows, console)
    return 1 if any(row.failed for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
