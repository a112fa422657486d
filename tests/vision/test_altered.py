"""An altered view is no other light: what covers or blurs it must not become one of its references."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.vision import bank as banks
from hub.vision.habit import begin, relative, same_light
from hub.vision.judge import fresh
from hub.vision.reference import Reference
from tests.vision.conftest import Watch, learn, raised
from tests.vision.scenes import HEIGHT, WIDTH, Camera, Gray, soften

STEP_S = 2.0
PLACE = ("hall", 1)


class Evening(Camera):
    """The same place under two lamps and slightly out of focus: few edges, and they fit a blurred day as well."""

    def shoot(self, **how) -> Gray:
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        spots = np.exp(-(((x - 70) / 70) ** 2) - ((y - 120) / 70) ** 2)
        spots += np.exp(-(((x - 250) / 60) ** 2) - ((y - 60) / 60) ** 2)
        return super().shoot(change=lambda image: 150 * spots + 0.45 * soften(image, 3.0), **how)


@pytest.fixture(scope="module")
def by_day() -> Watch:
    """A camera that knows its day and its evening."""
    view, _ = learn(Camera(*PLACE))
    evening, _ = learn(Evening(*PLACE))
    bank, _ = banks.add(view.bank, evening.bank.references[0], "dim", "", proven=True)
    watch = Watch(Camera(*PLACE), fresh(bank), 0.0)
    watch.camera.second = 200
    watch.run(40, lambda _: watch.camera.shoot(), STEP_S)
    return watch


def on(watch: Watch) -> Watch:
    """The same camera from here on, without changing it for others."""
    other = Watch(Camera(*PLACE), watch.view, watch.at_s)
    other.camera.second = 400
    return other


@pytest.mark.parametrize("sigma", [3.0, 5.0])
def test_a_day_out_of_focus_is_found_though_the_evening_resembles_it_more(by_day, sigma) -> None:
    watch = on(by_day)
    watch.run(100, lambda _: watch.camera.shoot(change=lambda image: soften(image, sigma)), STEP_S)
    assert "picture.blurred" in raised(watch.history)
    assert {verdict.reference for _, verdict in watch.history} == {"day-1"}
    assert [each.id for each in watch.view.bank.references] == ["day-1", "dim-2"]


def test_when_the_evening_comes_its_own_reference_is_used(by_day) -> None:
    watch = on(by_day)
    evening = Evening(*PLACE)
    evening.second = 400
    watch.run(30, lambda _: evening.shoot(), STEP_S)
    assert watch.history[-1][1].reference == "dim-2"
    watch.run(30, lambda _: watch.camera.shoot(), STEP_S)
    assert watch.history[-1][1].reference == "day-1"
    assert raised(watch.history) == set()


def known(watch: Watch) -> Reference:
    assert watch.view.reference is not None
    return watch.view.reference


@given(turned=st.floats(0, 1), gain=st.floats(0.2, 4), noisier=st.floats(0.2, 8))
def test_a_light_is_the_same_only_with_its_brightness_its_noise_and_its_places(by_day, turned, gain, noisier) -> None:
    habit = begin(known(by_day))
    lit = ((1 - 2 * turned) * habit.levels).astype(np.float32)
    assert same_light(habit, habit.levels, habit.mean, habit.noise)
    if same_light(habit, lit, gain * habit.mean, noisier * habit.noise):
        assert turned < 0.5
        assert 0.6 < gain < 1.6
        assert same_light(habit, habit.levels, gain * habit.mean, noisier * habit.noise)


def test_of_a_view_without_light_and_dark_places_any_that_come_are_another_light(by_day) -> None:
    levels = np.random.default_rng(1).normal(0, 0.05, (9, 16)).astype(np.float32)
    habit = replace(begin(known(by_day)), levels=levels)
    assert same_light(habit, np.roll(levels, 5), habit.mean, habit.noise)
    spots = np.zeros_like(levels)
    spots[2:6, 3:9] = 1.0
    assert not same_light(habit, levels + spots, habit.mean, habit.noise)


def test_relative_brightness_makes_the_gain_of_the_camera_no_other_light(by_day) -> None:
    reference = known(by_day)
    habit = begin(reference)
    assert same_light(habit, relative(1.15 * reference.levels), 1.15 * habit.mean, habit.noise)


def test_what_covers_a_part_is_as_bright_as_it_likes(by_day) -> None:
    habit = begin(known(by_day))
    covered = np.zeros((9, 16), bool)
    covered[:, :6] = True
    levels = np.where(covered, habit.levels.max() + 2.0, habit.levels).astype(np.float32)
    assert not same_light(habit, levels, habit.mean, habit.noise)
    assert same_light(habit, levels, habit.mean, habit.noise, ~covered)
    few = np.zeros((9, 16), bool)
    few[0, :3] = True
    assert not same_light(habit, levels, habit.mean, habit.noise, few)
