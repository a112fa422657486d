"""The run over processes: one job is one camera with one seed."""

import multiprocessing
import os
import queue
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from bench.picture.camera import Camera
from bench.picture.protocol import Pace, Tested, examine
from bench.picture.rendered import RenderedCamera
from bench.picture.stills import StillCamera
from bench.picture.tamper import TamperCamera

START_H = 8.0
"""Learning begins at this hour of the first day."""


SLOW_S = 12 * 3600.0
"""Disturbances that grow for so long are left out of a quick run."""


class Job(NamedTuple):
    """One camera to be tested. `tamper` and `clips` are only for cameras made of clips, `stills` for recorded days."""

    source: str
    camera: str
    seed: int
    pace: Pace
    only: tuple[str, ...] = ()
    distract: float = 1.0
    each: int = 0
    """Above 0: only so many disturbances of each class."""
    tamper: Path | None = None
    clips: Path | None = None
    stills: Path | None = None

    @property
    def label(self) -> str:
        return f"{self.source} {self.camera}, seed {self.seed}"


def build_camera(job: Job) -> Camera:
    """The camera of a job at the hour at which learning begins."""
    if job.source == "clips":
        assert job.tamper is not None
        assert job.clips is not None
        return TamperCamera(job.tamper, job.clips, job.camera, job.seed, START_H, job.distract)
    if job.source == "rendered":
        return RenderedCamera(job.camera, job.seed, START_H, job.distract)
    if job.source == "stills":
        assert job.stills is not None
        return StillCamera(job.stills, job.seed)
    raise ValueError(f"there is no source {job.source!r}")


def do(job: Job, tick: Callable[[float], None] = lambda _: None) -> Tested:
    """Test one camera in this process."""
    camera = build_camera(job)
    chosen = []
    used: dict[str, int] = {}
    # The first of a class is not always the one that is hard: start elsewhere for each seed.
    listed = list(camera.disturbances)
    turn = job.seed % max(1, len(listed)) if job.each else 0
    for disturbance in [*listed[turn:], *listed[:turn]]:
        if job.only and not {disturbance.klass, disturbance.name} & set(job.only):
            continue
        if job.each and disturbance.onset_s >= SLOW_S:
            continue
        used[disturbance.klass] = used.get(disturbance.klass, 0) + 1
        if not job.each or used[disturbance.klass] <= job.each:
            chosen.append(disturbance)
    return examine(camera, chosen, job.seed, _pace(job, camera), tick)


def _pace(job: Job, camera: Camera) -> Pace:
    """Recorded days are as long as they are: a third of them, at most a day and a quarter, is learned from."""
    if not isinstance(camera, StillCamera):
        return job.pace
    learn_days = min(job.pace.learn_days, camera.days / 3)
    return job.pace._replace(learn_days=learn_days, judged_days=camera.days - learn_days)


Told = Callable[[str, float], None]
Kept = Callable[[Sequence[Tested], Sequence[str]], None]


def do_all(jobs: Sequence[Job], processes: int, told: Told, kept: Kept) -> tuple[list[Tested], list[str]]:
    """Test every camera in `processes` processes. Returns the results and what failed, with its reason.

    `told` hears how far each camera is; `kept` gets all results so far whenever a camera is done.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = multiprocessing.get_context("spawn")
    results: list[Tested] = []
    failures: list[str] = []
    with (
        context.Manager() as manager,
        ProcessPoolExecutor(processes, mp_context=context) as pool,
    ):
        progress = manager.Queue()
        futures = {pool.submit(_work, job, progress): job for job in jobs}
        waiting = set(futures)
        while waiting:
            try:
                label, share = progress.get(timeout=0.5)
                told(label, share)
            except queue.Empty:
                pass
            for future in [future for future in waiting if future.done()]:
                waiting.discard(future)
                told(futures[future].label, 1.0)
                result = future.result()
                if isinstance(result, str):
                    failures.append(f"{futures[future].label}: {result}")
                else:
                    results.append(result)
                kept(results, failures)
    return results, failures


def _work(job: Job, progress: Any) -> Tested | str:
    last_s = 0.0

    def tick(share: float) -> None:
        nonlocal last_s
        if (now_s := time.monotonic()) - last_s > 0.5:
            last_s = now_s
            progress.put((job.label, share))

    try:
        return do(job, tick)
    except Exception:  # one camera's failure is reported with the others' results
        return traceback.format_exc()
