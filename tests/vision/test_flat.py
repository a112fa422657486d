"""Low contrast: found when the gray levels shrink together; unknown before the usual contrast is known."""

import pytest

from hub.vision.usual import Usual
from tests.vision.whole import Camera


def hazed(camera, keep: float):
    return lambda: camera.shoot(lambda luma: keep * luma + (1 - keep) * luma.mean())


@pytest.mark.parametrize("kind", ["hall", "road", "yard"])
def test_haze_on_the_lens_is_found_and_thin_mist_is_not(kind) -> None:
    camera = Camera(kind, 1)
    assert not any(camera.watch("flat", 4, hazed(camera, 0.6)))
    assert all(camera.watch("flat", 4, hazed(camera, 0.2)))
    assert "lost its contrast" in camera.ask("flat").detail.en


def test_noise_does_not_pass_for_contrast() -> None:
    camera = Camera("road", 2)
    shoot = lambda: camera.shoot(lambda luma: 0.15 * luma + 0.85 * luma.mean(), noise=9.0)  # noqa: E731
    assert all(camera.watch("flat", 6, shoot)[2:])


def test_nothing_is_said_before_the_usual_contrast_is_known() -> None:
    camera = Camera("road", 1)
    camera.usual = Usual()
    camera.watch("flat", 1, hazed(camera, 0.2))
    answer = camera.ask("flat")
    assert not answer.suspected
    assert answer.unknown is not None


def test_the_less_is_left_of_the_contrast_the_lower_it_reads() -> None:
    camera = Camera("yard", 1)
    read = []
    for keep in (1.0, 0.7, 0.4, 0.2, 0.1):
        camera.watch("flat", 2, hazed(camera, keep))
        read.append(camera.reading("flat", "contrast"))
    assert read == sorted(read, reverse=True)
