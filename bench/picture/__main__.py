"""`python -m bench.picture`: how well picture faults are found, and how rarely they are found where there are none."""

import argparse
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import msgspec
from rich.console import Console

from bench.picture.records import Run
from bench.picture.score import check_goals
from bench.picture.show import show_run
from bench.picture.whole import Options, jobs_of, measure

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
_WIDTH = 170
_OUTPUT = ("--why", "--write")
_WITH_VALUE = ("--json", "--note")


def main(arguments: Sequence[str]) -> int:
    """Run what the arguments ask for. Returns 1 when a goal is missed or a camera could not be tested."""
    chosen = _parser().parse_args(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    if chosen.show is not None:
        run = msgspec.json.decode(chosen.show.read_bytes(), type=Run)
    else:
        options = Options(
            seeds=tuple(chosen.seeds),
            jobs=chosen.jobs,
            quick=chosen.quick,
            only=tuple(part.strip() for part in chosen.only.split(",") if part.strip()),
            cameras=tuple(chosen.camera),
            sources=tuple(chosen.source),
            days=chosen.days,
            events=not chosen.no_events,
            tamper=chosen.tamper,
            clips=chosen.clips,
            stills=tuple(chosen.stills),
        )
        if chosen.list:
            for job in jobs_of(options):
                console.print(job.label, highlight=False)
            return 0
        run = measure(options, console, command_of(arguments), lambda part: _keep(chosen.json, part))
        _keep(chosen.json, run)
    show_run(run, console, chosen.why)
    if chosen.write:
        from bench.picture.page import write_page

        console.print(f"wrote {write_page(ROOT, run, chosen.note)}")
    return 1 if run.failures or not all(verdict.met for verdict in check_goals(run.outcomes, run.days)) else 0


def command_of(arguments: Sequence[str]) -> str:
    """What to type for the same run; where its results went is left out."""
    kept = [part for before, part in pairwise(["", *arguments]) if part not in _OUTPUT and before not in _WITH_VALUE]
    return " ".join(["python -m bench.picture", *(part for part in kept if part not in _WITH_VALUE)])


def _keep(file: Path | None, run: Run) -> None:
    if file is not None:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.picture", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one event of each class and light, faster sun: minutes")
    parser.add_argument("--only", default="", metavar="NAME,…", help="only these classes or disturbances")
    parser.add_argument("--camera", action="append", default=[], metavar="NAME", help="only this camera; repeatable")
    parser.add_argument("--source", action="append", default=[], help="only clips, rendered or stills; repeatable")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], metavar="N", help="one run of each camera by seed")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (2)")
    parser.add_argument("--days", type=float, default=1.0, metavar="N", help="judged days of each camera (1)")
    parser.add_argument("--no-events", action="store_true", help="only the undisturbed days")
    parser.add_argument("--tamper", type=Path, default=SHARED / "tamper", metavar="DIR", help="the generator")
    parser.add_argument("--clips", type=Path, default=SHARED / "clips", metavar="DIR", help="its scenes")
    parser.add_argument("--stills", type=Path, action="append", default=[], metavar="DIR", help="recorded days")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, camera by camera")
    parser.add_argument("--show", type=Path, metavar="FILE", help="run nothing, show what was written by --json")
    parser.add_argument("--why", action="store_true", help="list missed events and false findings with their readings")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/operate/accuracy.md")
    parser.add_argument("--note", default="", metavar="TEXT", help="a sentence about the run for the page")
    parser.add_argument("--list", action="store_true", help="list the cameras and stop")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
