"""Which firings of a rule about the same are under way: what joins them, and what leaves them."""

from collections.abc import Iterable
from datetime import datetime

from hub.automation.memory import Run, Track
from hub.automation.timers import Pending
from hub.automation.work import Work

_NONE = Track()


def join(work: Work, steps: Iterable[Pending]) -> None:
    """These steps of one run wait for their time; its run is under way, if it was not."""
    steps = list(steps)
    first = steps[0]
    keys = tuple(step.key for step in steps)
    track = work.tracks.get(first.same) or _NONE
    known = next((run for run in track.runs if run.id == first.run), None)
    if known is None:
        runs = (*track.runs, Run(first.run, first.subject, keys))
    else:
        more = Run(known.id, known.subject, (*known.steps, *keys))
        runs = tuple(more if run is known else run for run in track.runs)
    work.tracks = work.tracks.put(first.same, Track(runs, track.queue))


def leave(work: Work, step: Pending, following: Iterable[str], at: datetime) -> None:
    """A step waits no longer, others of its run may; without any the run is over."""
    track = work.tracks.get(step.same)
    if track is None:
        return
    runs = []
    for run in track.runs:
        if run.id == step.run:
            steps = (*(key for key in run.steps if key != step.key), *following)
            run = Run(run.id, run.subject, steps)
        if run.steps:
            runs.append(run)
    if len(runs) < len(track.runs):
        work.freed.append((step.same, at))
    left = Track(tuple(runs), track.queue)
    work.tracks = work.tracks.put(step.same, left) if runs or track.queue else work.tracks.drop(step.same)
