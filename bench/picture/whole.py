"""Which cameras a run tests, and the run itself."""

import importlib.util
import os
import platform
import time
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench.picture.jobs import Job, do_all
from bench.picture.places import KINDS
from bench.picture.protocol import Pace, Tested
from bench.picture.records import Run
from bench.picture.tamper import clip_files

DISTRACT = 2.0
"""Harmless events happen so many times as often as in a plain hour of the sources' own clock, because the judged day
is shorter than its sun."""

QUICK = Pace(learn_sun=12.0, judged_sun=12.0)
WHOLE = Pace()
QUICK_CAMERAS = 2
"""Of each source, a quick run takes so many cameras."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What to run; see the command line."""

    seeds: tuple[int, ...] = (1,)
    jobs: int = 2
    quick: bool = False
    only: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    days: float = 1.0
    events: bool = True
    tamper: Path = Path()
    clips: Path = Path()
    stills: tuple[Path, ...] = ()


def jobs_of(options: Options) -> list[Job]:
    """The jobs of a run."""
    pace = (QUICK if options.quick else WHOLE)._replace(judged_days=options.days)
    if not options.events:
        pace = pace._replace(lights=())
    jobs: list[Job] = []
    for seed in options.seeds:
        common: dict[str, Any] = {
            "seed": seed,
            "pace": pace,
            "only": options.only,
            "distract": DISTRACT,
            "each": 1 if options.quick and not options.only else 0,
        }
        found = []
        if _wanted(options, "clips") and (options.tamper / "gen.py").exists() and options.clips.is_dir() and _opencv():
            names = [name for name in clip_files(options.clips) if not options.cameras or name in options.cameras]
            clips = [Job("clips", name, tamper=options.tamper, clips=options.clips, **common) for name in names]
            found += clips[:QUICK_CAMERAS] if options.quick and not options.cameras else clips
        if _wanted(options, "rendered"):
            names = [kind for kind in KINDS if not options.cameras or kind in options.cameras]
            rendered = [Job("rendered", name, **common) for name in names]
            found += rendered[:QUICK_CAMERAS] if options.quick and not options.cameras else rendered
        if _wanted(options, "stills"):
            found += [Job("stills", folder.name, stills=folder, **common) for folder in options.stills]
        jobs += _mixed(found)
    return jobs


def _mixed(jobs: Sequence[Job]) -> list[Job]:
    """Sources in turns, so that a run that is broken off has something of each."""
    sources = dict.fromkeys(job.source for job in jobs)
    rows = zip_longest(*([job for job in jobs if job.source == source] for source in sources))
    return [job for row in rows for job in row if job is not None]


def _wanted(options: Options, source: str) -> bool:
    return not options.sources or source in options.sources


def _opencv() -> bool:
    return importlib.util.find_spec("cv2") is not None


def measure(options: Options, console: Console, command: str, keep: Callable[[Run], None] = lambda _: None) -> Run:
    """Test every camera and put the results together; `keep` gets what there is whenever a camera is done."""
    jobs = jobs_of(options)
    began = time.monotonic()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        tasks: dict[str, TaskID] = {}
        quarters: dict[str, int] = {}

        def told(label: str, share: float) -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(label, total=1.0)
            bar.update(tasks[label], completed=share, visible=share < 1.0)
            # In a file the bar would be nothing: a line at every quarter.
            quarter = int(share * 4)
            if quarter > quarters.get(label, 0) and (share >= 1.0 or not console.is_terminal):
                minutes = (time.monotonic() - began) / 60
                console.print(f"{label}: {quarter * 25} % after {minutes:.1f} min", highlight=False)
            quarters[label] = quarter

        def kept(results: Sequence[Tested], failures: Sequence[str]) -> None:
            keep(_run(options, jobs, results, failures, time.monotonic() - began, command))

        results, failures = do_all(jobs, options.jobs, told, kept)
    return _run(options, jobs, results, failures, time.monotonic() - began, command)


def _run(
    options: Options,
    jobs: Sequence[Job],
    results: Sequence[Tested],
    failures: Sequence[str],
    took_s: float,
    command: str,
) -> Run:
    pictures = sum(result.pictures for result in results)
    return Run(
        command=command,
        machine=f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        settings={
            "seeds": [str(seed) for seed in options.seeds],
            "cameras": [f"{result.day.source} {result.day.camera}" for result in results],
            "learn_sun": jobs[0].pace.learn_sun if jobs else 0.0,
            "judged_sun": jobs[0].pace.judged_sun if jobs else 0.0,
            "distract": DISTRACT,
        },
        took_s=took_s,
        judge_ms=1000 * sum(result.cpu_s for result in results) / max(1, pictures),
        outcomes=[outcome for result in results for outcome in result.outcomes],
        days=[result.day for result in results],
        failures=list(failures),
    )
