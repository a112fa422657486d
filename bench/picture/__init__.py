"""How well picture faults are found, by class and light, and how often they are found where there are none.

`make bench-picture` runs all of it with its own command line; `python -m bench picture` a quick one.
"""

from rich.console import Console

from bench.picture.score import check_goals
from bench.picture.show import show_run
from bench.picture.whole import Options, measure
from bench.report import Row


def run() -> list[Row]:
    """A quick run on the project's own scenes: some minutes."""
    found = measure(Options(quick=True, sources=("rendered",)), Console(), "python -m bench picture")
    show_run(found, Console(width=170))
    verdicts = check_goals(found.outcomes, found.days)
    met = sum(verdict.met for verdict in verdicts)
    return [
        Row(
            bench="picture faults, quick",
            subject="Watchroom",
            figure=f"{met} of {len(verdicts)} goals",
            cpu=f"{found.judge_ms:.2f} ms a picture",
            note=f"{len(found.outcomes)} events in {found.took_s / 60:.0f} min; make bench-picture for all",
            failed=bool(found.failures),
        )
    ]
