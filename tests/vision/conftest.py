from collections.abc import Callable, Iterable, Sequence

import pytest

from hub.vision.frame import Frame
from hub.vision.judge import Limits, Verdict, View, fresh, judge
from tests.vision.scenes import PLACES, Camera, Gray

LIMITS = Limits()
CAMERAS = [(kind, seed) for seed, kind in enumerate(PLACES, start=1)]
BY_DAY = [camera for camera in CAMERAS if camera[0] != "night"]
AT_NIGHT = [camera for camera in CAMERAS if camera[0] == "night"]

Case = tuple[str, tuple[str, int]]


class Watch:
    """A camera that is being judged, one picture a second unless told otherwise."""

    def __init__(self, camera: Camera, view: View, at_s: float):
        self.camera, self.view, self.at_s = camera, view, at_s
        self.limits = LIMITS
        self.history: list[tuple[float, Verdict]] = []

    def see(self, gray: Gray, step_s: float = 1.0) -> Verdict:
        self.at_s += step_s
        self.view, verdict = judge(self.view, Frame(gray), self.at_s, self.limits)
        self.history.append((self.at_s, verdict))
        return verdict

    def run(self, pictures: int, shoot: Callable[[int], Gray], step_s: float = 1.0) -> Verdict:
        verdict = Verdict()
        for index in range(pictures):
            verdict = self.see(shoot(index), step_s)
        return verdict

    def until(self, kind: str, shoot: Callable[[int], Gray], within: int, *, holds: bool = True) -> int:
        """Pictures until `kind` is a finding (or no longer is); fails when that takes more than `within`."""
        for index in range(within):
            verdict = self.see(shoot(index))
            if (kind in kinds(verdict)) == holds:
                return index
        measures = self.history[-1][1].measures
        raise AssertionError(f"{kind} {'not found' if holds else 'not cleared'} in {within} pictures: {measures}")


def kinds(verdict: Verdict) -> set[str]:
    return {finding.kind for finding in verdict.findings}


def raised(history: list[tuple[float, Verdict]]) -> set[str]:
    """Every kind that was a finding at any time."""
    return {kind for _, verdict in history for kind in kinds(verdict)}


def learn(camera: Camera) -> tuple[View, float]:
    view, at_s = fresh(), 0.0
    for _ in range(60):
        at_s += 1.0
        view, verdict = judge(view, Frame(camera.shoot()), at_s, LIMITS)
        if verdict.learned:
            break
    assert view.reference is not None, verdict.reason
    for _ in range(4):
        at_s += 1.0
        view, verdict = judge(view, Frame(camera.shoot()), at_s, LIMITS)
    assert not verdict.findings
    return view, at_s


@pytest.fixture(scope="session")
def learned() -> Callable[[str, int], Watch]:
    """A camera of a kind whose reference is learned. Views are immutable, so each is learned once."""
    known: dict[tuple[str, int], tuple[View, float]] = {}

    def watch(kind: str, seed: int) -> Watch:
        camera = Camera(kind, seed)
        if (kind, seed) not in known:
            known[kind, seed] = learn(camera)
        view, at_s = known[kind, seed]
        camera.second = 100
        return Watch(camera, view, at_s)

    return watch


def spread(names: Iterable[str], count: int, cameras: Sequence[tuple[str, int]] = CAMERAS) -> list[Case]:
    """Each name with `count` of the cameras, in turn, so that together every camera sees many of them."""
    return [(name, cameras[(index + more) % len(cameras)]) for index, name in enumerate(names) for more in range(count)]


@pytest.fixture(params=CAMERAS, ids=[kind for kind, _ in CAMERAS])
def watch(request: pytest.FixtureRequest, learned: Callable[[str, int], Watch]) -> Watch:
    """A learned camera of each kind of place in turn."""
    return learned(*request.param)
