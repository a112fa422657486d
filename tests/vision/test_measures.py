import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision import gradients, measures
from hub.vision.picture import detail, energy, measure, sharpness
from hub.vision.pose import find_pose
from hub.vision.template import build_template
from tests.vision.scenes import Image, compress, expose, place, sight, soften

WORLD = place("hall", 4)
SCENE = sight(WORLD)


def shot(image: Image, seed: int = 0, **light: float) -> measures.Gray:
    return expose(image, np.random.default_rng(seed), **light)


def field(image: Image, **light: float) -> gradients.Field:
    return measure(shot(image, **light)).field


@settings(max_examples=25)
@given(st.lists(st.floats(0.1, 1.0), min_size=2, max_size=5, unique=True))
def test_brightness_rises_with_the_gain(gains: list[float]) -> None:
    means = [measures.brightness(shot(SCENE, gain=gain, noise=0, quantiser=0)).mean for gain in sorted(gains)]
    assert means == sorted(means)


def test_brightness_leaves_out_the_lines_where_cameras_write_the_time() -> None:
    black = np.zeros((180, 320), np.uint8)
    black[2:16] = 255
    assert measures.brightness(black) == (0, 0, 0, 0)


@pytest.mark.parametrize("sigma", [2.0, 4.0, 8.0, 16.0])
def test_noise_is_measured_to_a_third_over_a_structured_scene(sigma: float) -> None:
    assert measures.noise(shot(SCENE, noise=sigma, quantiser=0)) == pytest.approx(sigma, rel=0.34)


def test_the_change_between_pictures_ignores_few_blocks_and_sees_noise() -> None:
    one, two = shot(SCENE, 1), shot(SCENE, 2)
    moved = one.copy()
    moved[20:120, 40:160] = 0
    assert measures.difference(one, one) == 0
    assert measures.difference(one, moved) == 0
    assert measures.difference(one, two) > 0.5
    assert measures.difference(one, shot(SCENE, 2, noise=6)) > measures.difference(one, two)


@settings(max_examples=25)
@given(gain=st.floats(0.4, 1.6), offset=st.floats(-10, 20))
def test_gain_and_offset_leave_the_edges_alone(gain: float, offset: float) -> None:
    everywhere = np.ones((90, 160), np.float32)
    assert gradients.similarity(field(SCENE), field(SCENE, gain=gain, offset=offset), everywhere) > 0.85


def test_another_scene_has_no_edges_in_common() -> None:
    everywhere = np.ones((90, 160), np.float32)
    others = [field(sight(place(kind, 9))) for kind in ("road", "yard", "night")]
    assert max(abs(gradients.similarity(field(SCENE), other, everywhere)) for other in others) < 0.25


@pytest.mark.parametrize("noise", [0.5, 1.5, 5.0])
def test_sharpness_falls_with_blur_whatever_the_noise(noise: float) -> None:
    def level(sigma: float) -> float:
        image = soften(SCENE, sigma)
        seen = detail(measure(shot(image, 1, noise=noise)), measure(shot(image, 2, noise=noise)))
        textured = seen.coarse > 64
        return float(np.median(sharpness(seen)[textured] + np.log(np.sqrt(seen.coarse[textured]))))

    levels = [level(sigma) for sigma in (0, 1, 1.5, 2.5)]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] - levels[1] > 0.3


def test_detail_does_not_count_noise() -> None:
    flat = np.full((180, 320), 100, np.float32)
    pair = [measure(shot(flat, seed, noise=5)) for seed in (1, 2)]
    scene = [measure(shot(SCENE, seed, noise=5)) for seed in (1, 2)]
    assert detail(*pair).structure.mean() < 0.1 * detail(*scene).structure.mean()


@settings(max_examples=25)
@given(st.floats(0.5, 1.5))
def test_edge_energy_against_brightness_survives_a_change_of_light(gain: float) -> None:
    def level(gain: float) -> float:
        first, second = measure(shot(SCENE, 1, gain=gain)), measure(shot(SCENE, 2, gain=gain))
        return float(np.median(energy(detail(first, second), first.levels)))

    assert level(gain) == pytest.approx(level(1.0), rel=0.25)


@settings(max_examples=25)
@given(right=st.integers(-60, 60), down=st.integers(-24, 24))
def test_a_shift_is_measured_to_a_fraction_of_a_pixel(right: int, down: int) -> None:
    here = field(SCENE)
    found = gradients.align(field(sight(WORLD, right=right, down=down)), here, gradients.spectrum(here))
    assert found.dx == pytest.approx(-right / 2, abs=0.35)
    assert found.dy == pytest.approx(-down / 2, abs=0.35)
    assert found.similarity > 0.5


@pytest.mark.parametrize(("turn_deg", "zoom"), [(3.0, 1.0), (-5.0, 1.0), (0.0, 1.08), (2.5, 0.94)])
def test_roll_and_zoom_are_recovered(turn_deg: float, zoom: float, learned) -> None:
    watch = learned("hall", 1)
    template = build_template(watch.view.reference)
    pose = find_pose(template, measure(watch.camera.shoot(aim={"turn_deg": turn_deg, "zoom": zoom})).field)
    assert pose is not None
    assert pose.roll_deg == pytest.approx(-turn_deg, abs=0.6)
    assert pose.zoom == pytest.approx(zoom, abs=0.02)


def test_a_picture_of_another_shape_or_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(180, 320\)"):
        measure(np.zeros((320, 180), np.uint8))
    with pytest.raises(ValueError, match="float32"):
        measure(np.zeros((180, 320), np.float32))  # type: ignore[arg-type]


def test_compression_of_the_test_scenes_keeps_what_its_step_allows() -> None:
    assert np.abs(compress(SCENE, 4.0) - SCENE).max() < 16
