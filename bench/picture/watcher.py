"""One camera under judgement: the view carried from picture to picture, findings as they rise."""

import time
from typing import NamedTuple

from bench.picture.camera import Camera, Event
from bench.picture.records import State
from hub.vision import judge as vision
from hub.vision.judge import Limits, Verdict, View

LIMITS = Limits()


class Seen(NamedTuple):
    """The judgement of one picture. `rose` are kinds that stand now and did not before."""

    verdict: Verdict
    standing: frozenset[str]
    rose: frozenset[str]


class Watcher(NamedTuple):
    """A camera, what is known of its view, and when the last picture was. Stepping makes a new one."""

    camera: Camera
    view: View
    at_s: float = 0.0
    standing: frozenset[str] = frozenset()
    cpu_s: float = 0.0
    pictures: int = 0

    def fork(self, seed: int) -> "Watcher":
        """The same moment with other chances; the view is immutable and shared."""
        return self._replace(camera=self.camera.fork(seed), cpu_s=0.0, pictures=0)

    def step(self, step_s: float, sun: float = 1.0, event: Event | None = None) -> tuple["Watcher", Seen]:
        """Show one more picture."""
        shot = self.camera.step(step_s, sun, event)
        began = time.process_time()
        at_s = self.at_s + step_s
        view, verdict = vision.judge(self.view, shot.frame, at_s, LIMITS, shot.circumstances)
        spent = time.process_time() - began
        standing = frozenset(finding.kind for finding in verdict.findings)
        after = self._replace(
            view=view, at_s=at_s, standing=standing, cpu_s=self.cpu_s + spent, pictures=self.pictures + 1
        )
        return after, Seen(verdict, standing, standing - self.standing)


def approved(view: View) -> View:
    """The view after a leader has approved everything that was learned."""
    for reference in view.bank.references:
        if not reference.approved:
            view = vision.approve(view, reference.id)
    return view


def learned(view: View) -> list[str]:
    """The references of a view by light and preset."""
    return [" ".join(filter(None, (reference.light, reference.preset))) for reference in view.bank.references]


def state_of(view: View, verdict: Verdict) -> State:
    """What the judge said, kept for the question why."""
    answers = view.diagnosis.answers if view.diagnosis is not None else {}
    return State(
        measures={name: round(float(value), 4) for name, value in verdict.measures.items()},
        findings=[finding.kind for finding in verdict.findings],
        undecided=list(verdict.undecided),
        not_judged=verdict.not_judged or "",
        reference=verdict.reference,
        answers={
            name: {
                reading.name: [round(float(reading.value), 4), round(float(reading.limit), 4)]
                for reading in answer.readings
            }
            for name, answer in answers.items()
            if answer.readings
        },
        suspected=[name for name, answer in answers.items() if answer.suspected],
    )
