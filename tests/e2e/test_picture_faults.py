"""Every fault of the picture, made for real on a stream: found by the watch, an alarm under the rules that are
shipped, and over by itself when the picture is good again. One camera for each, all at the same time.

One test, so that the cameras run once, however the tests are spread. Lost contrast takes three minutes and is proved
in `test_slow_picture_faults.py`.
"""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from hub_demo.clips import FPS, VIEWS, clip_file, render_scene

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.findings import (
    CameraJudged,
    Finding,
    PictureBlack,
    PictureBlurred,
    PictureBright,
    PictureDamaged,
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
from tests.servers.clips import damaged

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SCENE = "press"


class Fault(NamedTuple):
    view: str
    event: type[Finding]
    rule: str
    within_s: float
    """From doing it until the alarm is on record: the detector's persistence and the rule's `for` are part of it, and
    twice the time that it takes with two processors to itself or less."""


FAULTS = (
    Fault("dark", PictureBlack, "picture-black", 15),
    Fault("noise", PictureNoisy, "picture-noisy", 20),
    Fault("stripes", PictureStriped, "picture-striped", 25),
    Fault("bright", PictureBright, "picture-bright", 35),
    Fault("cover", ViewObstructed, "view-obstructed", 35),
    Fault("damaged", PictureDamaged, "picture-damaged", 40),
    Fault("blur", PictureBlurred, "picture-blurred", 50),
    Fault("shake", ViewShaking, "view-shaking", 60),
    Fault("turn", ViewMoved, "view-moved", 60),
    Fault("tint", PictureTinted, "picture-tinted", 80),
)
"""In the order in which they are found."""
GOOD = "clear"


def hub_toml() -> str:
    cameras = "".join(
        f"""
[[cameras]]
id = "{name}"
name = {{ en = "Camera {name}", zh = "摄像机 {name}" }}
area = "hall"
domain = "production"
driver = "rtsp"
url = "env:URL_{name.upper()}"
"""
        for name in (*(fault.view for fault in FAULTS), GOOD)
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


def test_each_fault_is_its_own_finding_and_alarm_in_time_told_with_pictures_and_over_by_itself(tmp_path: Path) -> None:
    render_scene(SCENE, tmp_path, [view for view in VIEWS if view != "fog"])
    good = clip_file(tmp_path, SCENE, "clear")
    clips = {GOOD: good} | {view: clip_file(tmp_path, SCENE, view) for view in VIEWS if view != "fog"}
    with ExitStack() as stack:
        farm = stack.enter_context(CameraFarm({**clips, "damaged": damaged(good)}, cameras=len(FAULTS) + 1, fps=FPS))
        names = [*(fault.view for fault in FAULTS), GOOD]
        urls = {f"URL_{name.upper()}": farm.url(number) for number, name in enumerate(names)}
        site = Site(tmp_path / "plant", tmp_path, **urls)
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
        for number, fault in enumerate(FAULTS):
            site.recorded(AlarmRaised, 180, rule=fault.rule, camera=fault.view)
            farm.show(number, GOOD)
        for fault in FAULTS:
            alarm = site.recorded(AlarmRaised, rule=fault.rule, camera=fault.view).event.alarm
            site.recorded(AlarmReturned, 90, alarm=alarm)
        site.stop()

    wrong = {fault.view: what for fault in FAULTS if (what := wrong_with(site, fault, began_at))}
    assert wrong == {}
    findings = [record.event for record in site.records() if isinstance(record.event, Finding)]
    assert [event for event in findings if event.camera == GOOD] == []


def wrong_with(site: Site, fault: Fault, began_at: datetime) -> list[str]:
    """What is not as it should be with the record of a fault."""
    wrong = []
    (raised,) = site.records(AlarmRaised, rule=fault.rule, camera=fault.view)
    took_s = (raised.seen_at - began_at).total_seconds()
    if took_s >= fault.within_s:
        wrong.append(f"an alarm after {took_s:.1f} s, not within {fault.within_s} s")
    findings = [record.event for record in site.records() if isinstance(record.event, Finding)]
    own = [event for event in findings if event.camera == fault.view]
    if [type(event) for event in own] != [fault.event]:
        wrong.append(f"one cause was found as {[type(event).__name__ for event in own]}")
    for event in own:
        if not (event.detail.en and event.detail.zh):
            wrong.append(f"told in one language only: {event.detail}")
        if not event.measures:
            wrong.append("nothing of what was measured")
        if event.evidence is None or event.evidence.before is None or event.evidence.after is None:
            wrong.append(f"not both pictures: {event.evidence}")
    return wrong
