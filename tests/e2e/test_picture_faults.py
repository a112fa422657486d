"""Every fault of the picture, made for real on a stream: found by the watch, an alarm under the rules that are
shipped, and over by itself when the picture is good again. One camera for each, all at the same time."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hub_demo.clips import FPS, clip_file, render_scene

from hub.core.catalogue import AlarmRaised, AlarmReturned
from hub.core.event import Event
from hub.core.findings import (
    CameraJudged,
    Finding,
    PictureBlack,
    PictureBlurred,
    PictureBright,
    PictureNoisy,
    PictureStriped,
    PictureTinted,
    ReferenceLearned,
    ViewMoved,
    ViewObstructed,
    ViewShaking,
)
from tests.e2e.hubs import Site
from tests.servers.cameras import CameraFarm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("picture-faults")]

SCENE = "press"


class Fault(NamedTuple):
    view: str
    event: type[Finding]
    rule: str
    within_s: float
    """From doing it until the alarm is on record: the detector's persistence and the rule's `for` are part of it."""


FAULTS = (
    Fault("dark", PictureBlack, "picture-black", 20),
    Fault("cover", ViewObstructed, "view-obstructed", 35),
    Fault("turn", ViewMoved, "view-moved", 60),
    Fault("blur", PictureBlurred, "picture-blurred", 80),
    Fault("bright", PictureBright, "picture-bright", 40),
    Fault("tint", PictureTinted, "picture-tinted", 160),
    Fault("noise", PictureNoisy, "picture-noisy", 30),
    Fault("stripes", PictureStriped, "picture-striped", 60),
    Fault("shake", ViewShaking, "view-shaking", 60),
)
BY_VIEW = pytest.mark.parametrize("fault", FAULTS, ids=[fault.view for fault in FAULTS])


def hub_toml() -> str:
    cameras = "".join(
        f"""
[[cameras]]
id = "{fault.view}"
name = {{ en = "Camera {fault.view}", zh = "摄像机 {fault.view}" }}
area = "hall"
domain = "production"
driver = "rtsp"
url = "env:URL_{fault.view.upper()}"
"""
        for fault in (*FAULTS, Fault("clear", Finding, "", 0))
    )
    return f"""
[site]
name = {{ en = "Test plant", zh = "试验厂" }}
timezone = "Asia/Shanghai"

[watch]
workers = 2
learn_s = 20

[[areas]]
id = "hall"
name = {{ en = "Hall", zh = "厅" }}

[[routes]]
id = "duty"
name = {{ en = "Duty", zh = "值班" }}
send = [{{ via = "example", file = "duty.log" }}]

[[routes]]
id = "leader"
name = {{ en = "Leader", zh = "领导" }}
send = [{{ via = "example", file = "leader.log" }}]
{cameras}"""


class Story(NamedTuple):
    site: Site
    began_at: datetime


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    home = tmp_path_factory.mktemp("picture-faults")
    render_scene(SCENE, home)
    clips = {fault.view: clip_file(home, SCENE, fault.view) for fault in FAULTS}  # type: ignore[arg-type]
    clear = clip_file(home, SCENE, "clear")
    with ExitStack() as stack:
        farm = stack.enter_context(CameraFarm({"clear": clear, **clips}, cameras=len(FAULTS) + 1, fps=FPS))
        names = [*(fault.view for fault in FAULTS), "clear"]
        site = Site(home / "plant", home, **{f"URL_{name.upper()}": farm.url(n) for n, name in enumerate(names)})
        stack.callback(site.end)
        site.init()
        site.write(hub_toml())
        site.start()
        for name in names:
            site.recorded(ReferenceLearned, 90, camera=name)
            site.recorded(CameraJudged, 40, camera=name)
        began_at = datetime.now(UTC)
        for number, fault in enumerate(FAULTS):
            farm.show(number, fault.view)
        for fault in FAULTS:
            site.recorded(AlarmRaised, 180, rule=fault.rule, camera=fault.view)
        for number in range(len(FAULTS)):
            farm.show(number, "clear")
        for fault in FAULTS:
            alarm = site.recorded(AlarmRaised, rule=fault.rule, camera=fault.view).event.alarm
            site.recorded(AlarmReturned, 90, alarm=alarm)
        site.stop()
        yield Story(site, began_at)


@BY_VIEW
def test_the_fault_becomes_its_own_finding_and_its_own_alarm_in_time(story: Story, fault: Fault) -> None:
    site = story.site
    found = site.records(fault.event, camera=fault.view)
    assert len(found) == 1
    (raised,) = site.records(AlarmRaised, rule=fault.rule, camera=fault.view)
    took_s = (raised.seen_at - story.began_at).total_seconds()
    assert took_s < fault.within_s, f"{fault.view}: {took_s:.1f} s"


@BY_VIEW
def test_it_is_told_in_both_languages_with_what_was_measured_and_with_pictures(story: Story, fault: Fault) -> None:
    (found,) = story.site.records(fault.event, camera=fault.view)
    event = found.event
    assert event.detail.en
    assert event.detail.zh
    assert event.measures
    assert event.evidence is not None
    assert event.evidence.before is not None
    assert event.evidence.after is not None


@BY_VIEW
def test_one_cause_is_one_finding(story: Story, fault: Fault) -> None:
    others: set[type[Event]] = {other.event for other in FAULTS} - {fault.event}
    assert [type(record.event).__name__ for record in story.site.records(*others, camera=fault.view)] == []


def test_the_camera_next_to_them_is_good_all_the_time(story: Story) -> None:
    findings = [record.event for record in story.site.records() if isinstance(record.event, Finding)]
    assert [event for event in findings if event.camera == "clear"] == []
