"""A fault that takes minutes by nature, from the encoded stream to its alarm and back, without waiting for them.

Fog drifts, so lost contrast must last for three minutes. The clips are those of a live camera, read by the reader of
the watch from a file, which it reads as fast as it can; the clock goes on with the pictures.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hub_demo import clips as demo
from msgspec.structs import replace

from hub.config.load import load_site
from hub.config.rules.file import known_of, load_rules
from hub.core.event import Event
from hub.core.findings import Finding, FindingCleared, PictureContrasted, PictureFlat
from hub.core.state import CameraState
from hub.core.status import CameraStatus, FindingLevel, reconcile
from hub.ports import StreamSpec
from hub.testing import FakeClock
from hub.vision.judge import Circumstances, Verdict, View, fresh, judge
from hub.vision.upkeep import YOUNG
from hub.vision.view import use
from hub.watch.frames import frame_of
from hub.watch.level import limits_of
from hub.watch.messages import WatchSettings
from hub.watch.reader import open_stream
from tests.automation.story import Story, at

SITE = Path(__file__).parents[2]
SETTINGS = WatchSettings(learn_s=20.0)
CAMERA = "press-1"
CLIP_S = {"clear": 12, "fog": 7}


class Judged(NamedTuple):
    at_s: float
    verdict: Verdict


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slow-faults")
    demo.render_scene("press", folder, views=("clear", "fog"))
    return folder


def recorded(clips: Path, *parts: tuple[demo.View, float]) -> Path:
    """One clip that shows each view for so many seconds."""
    path = clips / "played.h264"
    with path.open("wb") as file:
        for view, seconds in parts:
            data = demo.clip_file(clips, "press", view).read_bytes()
            file.write(data * round(seconds / CLIP_S[view]))
    return path


def judgements(path: Path, *, grown_old: bool) -> Iterator[Judged]:
    """What the watch says of every picture that it looks at; `grown_old`: with the habits of some days."""
    clock, view = FakeClock(), fresh()
    every = round(SETTINGS.picture_every_s)
    with open_stream(StreamSpec(f"{path}"), SETTINGS, clock) as source:
        for arrival in source.arrivals(lambda: round(clock.monotonic()) % every == 0):
            if arrival.frame is not None:
                around = Circumstances(at=clock.now())
                view, verdict = judge(view, frame_of(arrival.frame), arrival.at_s, limits_of(SETTINGS), around)
                if grown_old and 30.0 <= arrival.at_s < 32.0:
                    view = aged(view)
                yield Judged(arrival.at_s, verdict)
            clock.advance(1 / demo.FPS)


def aged(view: View) -> View:
    habits = {name: replace(habit, count=YOUNG) for name, habit in view.habits.items()}
    return use(replace(view, habits=habits), view.reference)


@pytest.mark.parametrize(("good_s", "grown_old"), [(24.0, False), (60.0, True)], ids=["just learned", "of some days"])
def test_fog_is_an_alarm_after_three_minutes_and_nothing_else_and_goes_with_it(
    clips: Path, good_s: float, grown_old: bool
) -> None:
    fog_s = 210.0
    story = Story(*load_rules(SITE, known_of(load_site(SITE))).rules, obey=True)
    known, learned_s = CameraState(id=CAMERA), None
    happened: list[tuple[float, type[Event]]] = []
    played = recorded(clips, ("clear", good_s), ("fog", fog_s), ("clear", 24.0))
    for at_s, verdict in judgements(played, grown_old=grown_old):
        learned_s = at_s if verdict.learned is not None else learned_s
        for event in reconcile(known, status(verdict)):
            story.happens(at_s, event)
            if isinstance(event, Finding | FindingCleared):
                happened.append((at_s, type(event)))
        known = story.state.site.cameras.get(CAMERA, known)

    assert learned_s is not None
    assert grown_old or good_s - learned_s <= 4.0
    assert [kind for _, kind in happened] == [PictureFlat, PictureContrasted]
    (found_s, _), (gone_s, _) = happened
    assert 178.0 <= found_s - good_s <= 190.0
    assert gone_s - (good_s + fog_s) <= 10.0
    (alarm,) = story.state.site.alarms.values()
    assert (alarm.rule, alarm.camera) == ("picture-flat", CAMERA)
    assert alarm.raised_at == at(found_s)
    assert alarm.returned_at == at(gone_s)


def status(verdict: Verdict) -> CameraStatus:
    return CameraStatus(
        camera=CAMERA,
        at=at(0),
        signal="live",
        not_judged=verdict.not_judged,
        findings=[FindingLevel(each.kind, at(each.since_s), each.detail) for each in verdict.findings],
        undecided=[*verdict.undecided],
    )
