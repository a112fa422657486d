"""Rendered cameras: the same seed gives the same pictures, disturbances show, and the day goes its way."""

import numpy as np
import pytest

from bench.picture import disturb
from bench.picture.camera import Disturbance, Event, light_of
from bench.picture.rendered import RenderedCamera
from hub.vision.frame import Frame, check
from hub.vision.judge import Limits, fresh, judge

BY_NAME = {disturbance.name: disturbance for disturbance in disturb.DISTURBANCES}


def camera(kind: str = "gate", hour: float = 12.0, seed: int = 1) -> RenderedCamera:
    return RenderedCamera(kind, seed, hour, 0.0)


def shown(cam: RenderedCamera, disturbance: Disturbance | None, pictures: int = 4) -> Frame:
    for _ in range(pictures):
        shot = cam.step(2.0, 1.0, None if disturbance is None else Event(disturbance, 1.0, 7))
    return shot.frame


@pytest.fixture(scope="module")
def by_day() -> RenderedCamera:
    cam = camera()
    shown(cam, None, 12)
    return cam


@pytest.fixture(scope="module")
def plain(by_day: RenderedCamera) -> Frame:
    return shown(by_day.fork(5), None, 2)


def test_the_same_seed_gives_the_same_pictures_and_another_seed_another_place():
    first, again, other = (shown(camera("yard", seed=seed), None) for seed in (1, 1, 2))
    assert np.array_equal(first.gray, again.gray)
    assert np.abs(first.gray.astype(int) - other.gray).mean() > 5


def test_a_picture_is_what_the_judge_expects(by_day: RenderedCamera):
    check(shown(by_day.fork(1), None))


def test_a_fork_goes_its_own_way_and_leaves_the_camera_as_it_was(by_day: RenderedCamera):
    hour = by_day.hour
    one, two = shown(by_day.fork(1), None), shown(by_day.fork(2), None)
    assert by_day.hour == hour
    assert not np.array_equal(one.gray, two.gray)


@pytest.mark.parametrize(
    "name",
    [
        each.name
        for each in disturb.DISTURBANCES
        if each.klass not in ("frozen", "frozen, encoded again", "night unusable")
    ],
)
def test_every_disturbance_shows(by_day: RenderedCamera, plain: Frame, name: str):
    disturbed = shown(by_day.fork(5), BY_NAME[name], 2)
    assert plain.chroma is not None
    assert disturbed.chroma is not None
    gray = np.abs(plain.gray.astype(int) - disturbed.gray).mean()
    chroma = np.abs(plain.chroma.astype(int) - disturbed.chroma).mean()
    assert max(gray, chroma) > 1.5


def test_a_frozen_picture_stands_and_its_clock_may_go_on(by_day: RenderedCamera):
    for name, standing in (("frozen", True), ("frozen, clock runs", False)):
        cam = by_day.fork(3)
        before, after = shown(cam, BY_NAME[name]), shown(cam, BY_NAME[name])
        assert np.array_equal(before.gray, after.gray) == standing
        assert np.abs(before.gray[30:].astype(int) - after.gray[30:]).max() <= 4


def test_damaged_packets_are_reported_by_the_decoder(by_day: RenderedCamera):
    cam = by_day.fork(4)
    assert any(shown(cam, BY_NAME["damaged"], 1).damaged for _ in range(4))
    assert not shown(by_day.fork(4), None).damaged


def test_by_night_the_camera_goes_to_infra_red_and_by_day_it_does_not():
    night, noon = camera(hour=23.0), camera()
    shown(night, None, 16)
    assert night.infrared
    assert light_of(night) == "night"
    frame = shown(night, None)
    assert frame.chroma is not None
    assert np.abs(frame.chroma.astype(int) - 128).max() <= 2
    shown(noon, None, 16)
    assert not noon.infrared
    assert light_of(noon) == "day"


def test_without_lamps_the_night_shows_less():
    cam = camera(hour=23.0)
    shown(cam, None, 16)
    lit, out = shown(cam.fork(1), None), shown(cam.fork(1), BY_NAME["lamps and illuminator out"], 8)
    assert out.gray[30:].std() < 0.6 * lit.gray[30:].std()


def test_exposure_follows_the_light_of_the_day():
    for hour in (8.0, 12.0, 17.0):
        assert 60 < shown(camera(hour=hour), None, 12).gray.mean() < 180


def test_a_quiet_hour_raises_nothing_once_the_view_is_learned():
    cam, view, limits = camera("corridor"), fresh(), Limits(learn_s=20.0)
    raised: set[str] = set()
    for number in range(60):
        shot = cam.step(2.0, 1.0)
        view, verdict = judge(view, shot.frame, number * 2.0, limits, shot.circumstances)
        raised |= {finding.kind for finding in verdict.findings}
    assert verdict.not_judged is None
    assert not raised


def test_a_dome_says_where_it_looks_and_when_it_moves():
    cam = camera("dome")
    shots = [cam.step(2.0, 1.0).circumstances for _ in range(68)]
    assert {shot.preset for shot in shots if not shot.moving} == {"position 1", "position 2", "position 3"}
    assert any(shot.moving for shot in shots)
