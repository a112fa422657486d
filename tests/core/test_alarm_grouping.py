"""Alarms with a common cause are put under one parent."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.alarms.grouping import FEWEST_IN_AN_AREA, FEWEST_ON_A_DEVICE, links_of, parents_of
from hub.core.alarms.model import Alarm
from hub.core.assets.model import Assets
from hub.core.devices.events import ConfiguredDevice
from hub.core.devices.model import Device, Devices
from hub.core.site import Area, Camera, Site
from hub.core.text import Text

from .conftest import START

SITE = Site(
    areas=[Area(id="hall", name=Text(en="Hall", zh="车间")), Area(id="yard", name=Text(en="Yard"))],
    cameras=[
        Camera(
            id=f"cam-{n}",
            name=Text(en=f"Camera {n}"),
            area="hall" if n < 8 else "yard",
            domain="production",
            tags=[*(["switch:sw-1"] if n < 6 else []), "recorder:nvr-1", "indoor", "switch:"],
        )
        for n in range(12)
    ],
)


def alarm(number: int, camera: int | None, at_s: float = 0, kind: str = "signal") -> Alarm:
    return Alarm(
        id=f"A-{number}",
        rule=f"{kind}-lost",
        kind=kind,
        subject=f"camera:cam-{camera}",
        camera=None if camera is None else f"cam-{camera}",
        priority="high",
        title=Text(en="Lost"),
        response=Text(en=""),
        clause="",
        raised_at=START + timedelta(seconds=at_s),
        cause=None,
    )


def lines(alarms: list[Alarm]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, parent in parents_of(alarms, SITE).items():
        found.setdefault(f"{parent.kind}:{parent.id}", []).append(number)
    return found


def test_cameras_on_one_switch_are_one_line() -> None:
    alarms = [alarm(n, n, n * 5) for n in range(4)]
    # All hang on one recorder too; the switch is nearer to the root of it.
    assert lines(alarms) == {"switch:sw-1": ["A-0", "A-1", "A-2", "A-3"]}


def test_the_device_that_explains_the_most_is_the_parent() -> None:
    assert lines([alarm(n, n) for n in range(12)]) == {"recorder:nvr-1": [f"A-{n}" for n in range(12)]}


def test_one_camera_is_no_group_however_many_alarms_it_has() -> None:
    assert lines([alarm(1, 1), alarm(2, 1), alarm(3, 1)]) == {}


def test_alarms_of_another_kind_have_another_cause() -> None:
    assert lines([alarm(1, 1), alarm(2, 2, kind="obstruction")]) == {}


def test_what_came_much_later_is_another_matter() -> None:
    assert lines([alarm(1, 1, 0), alarm(2, 2, 10), alarm(3, 3, 200)]) == {"switch:sw-1": ["A-1", "A-2"]}


def test_three_in_an_area_are_a_group_and_two_are_none() -> None:
    bare = Site(areas=SITE.areas, cameras=[Camera(c.id, c.name, c.area, c.domain) for c in SITE.cameras])
    assert parents_of([alarm(1, 1), alarm(2, 2)], bare) == {}
    parents = parents_of([alarm(1, 1), alarm(2, 2), alarm(3, 3), alarm(9, 9)], bare)
    assert {number: (each.kind, each.id) for number, each in parents.items()} == dict.fromkeys(
        ("A-1", "A-2", "A-3"), ("area", "hall")
    )
    assert parents["A-1"].name == Text(en="Hall", zh="车间")


def test_the_register_of_assets_says_what_a_camera_hangs_on() -> None:
    links = {
        "cam-8": ("switch", "sw-9", Text(en="Switch by the gate")),
        "cam-9": ("switch", "sw-9", Text(en="Switch by the gate")),
        "sw-9": ("ups", "ups-1", Text(en="UPS 1")),
        "cam-10": ("ups", "ups-1", Text(en="UPS 1")),
        "ups-1": ("ups", "ups-1", Text(en="itself: a mistake")),
    }
    bare = Site(cameras=[Camera(c.id, c.name, "", c.domain) for c in SITE.cameras])
    parents = parents_of([alarm(n, n) for n in (8, 9, 10)], bare, links)  # type: ignore[arg-type]
    assert {each.id for each in parents.values()} == {"ups-1"}
    assert len(parents) == 3


def test_cameras_on_channels_of_one_recorder_are_one_line_unless_the_register_knows_better() -> None:
    site = Site(
        cameras=[Camera(id=f"cam-{n}", name=Text(en="C"), area="", domain="production") for n in range(4)],
    )
    recorder = ConfiguredDevice(id="nvr-9", name=Text(en="Recorder 9"), cameras={1: "cam-0", 2: "cam-1"})
    alone = ConfiguredDevice(id="cam-3", name=Text(en="C"), cameras={1: "cam-3"}, own=True)
    devices = Devices(by_id={each.id: Device(configured=each) for each in (recorder, alone)})
    parents = parents_of([alarm(n, n) for n in range(4)], site, links_of(Assets(), devices))
    assert {number: (each.kind, each.id) for number, each in parents.items()} == {
        "A-0": ("recorder", "nvr-9"),
        "A-1": ("recorder", "nvr-9"),
    }


def test_alarms_about_no_camera_stand_alone() -> None:
    assert lines([alarm(1, None), alarm(2, None), alarm(3, 99)]) == {}


@given(
    st.lists(
        st.tuples(st.integers(0, 11), st.integers(0, 300), st.sampled_from(("signal", "black"))),
        max_size=40,
    )
)
def test_every_group_is_large_enough_of_one_kind_and_of_its_parent(drawn: list[tuple[int, int, str]]) -> None:
    alarms = {f"A-{n}": alarm(n, camera, at_s, kind) for n, (camera, at_s, kind) in enumerate(drawn)}
    parents = parents_of(alarms.values(), SITE)
    assert parents == parents_of(reversed(list(alarms.values())), SITE)
    cameras: dict[str, set[str | None]] = {}
    for number, parent in parents.items():
        cameras.setdefault(parent.key, set()).add(alarms[number].camera)
        assert alarms[number].kind == parent.alarm_kind
    least = {
        parent.key: FEWEST_IN_AN_AREA if parent.kind == "area" else FEWEST_ON_A_DEVICE for parent in parents.values()
    }
    assert all(len(those) >= least[key] for key, those in cameras.items())
    assert Counter(parent.first for parent in parents.values()).keys() <= parents.keys()
