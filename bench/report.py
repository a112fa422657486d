"""What a bench hands back, and how it is shown."""

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table: one subject in one bench."""

    bench: str
    """What is measured, such as `durable events, 10 subscribers`."""
    subject: str
    """Who does it, with its version: `Watchroom`, `Home Assistant 2024.3.3 (in memory)` …"""
    figure: str = ""
    """The result with its unit: `61,000 events/s`."""
    cpu: str = ""
    """Processor time with its unit: `14.1 µs an event`, `0.21 % of a core a stream`."""
    note: str = ""
    """What the reader must know to compare: batch sizes, what was not done."""
    failed: bool = False
    """It could not be measured (no figure), or the figure is not what it must be; `note` says why. The whole run then
    ends with exit code 1."""


def show(rows: Sequence[Row], console: Console) -> None:
    """Print `rows` as one table."""
    table = Table(title="Watchroom bench", title_justify="left")
    for name in ("bench", "subject", "figure", "cpu", "note"):
        table.add_column(name, justify="right" if name in ("figure", "cpu") else "left")
    for before, row in zip([None, *rows], rows, strict=False):
        if before is not None and before.bench != row.bench:
            table.add_section()
        bench = row.bench if before is None or before.bench != row.bench else ""
        figure = f"[red]{row.figure or 'not measured'}[/red]" if row.failed else row.figure
        table.add_row(bench, row.subject, figure, row.cpu, row.note)
    console.print(table)
