"""Gray is not infra-red, and what came at once is no other light: nothing is learned from a fault."""

from types import SimpleNamespace

import numpy as np
import pytest

from hub.vision.detectors.part import PATIENCE, lasting_s
from hub.vision.frame import Frame
from hub.vision.judge import judge
from hub.vision.limits import Limits
from hub.vision.measures import coloured
from hub.vision.place import sudden
from tests.vision.conftest import kinds
from tests.vision.scenes import Gray, cover, soften, sticker
from tests.vision.test_bank import Site

LIMITS = Limits()
RNG = np.random.default_rng(5)


def faint(gray: Gray, *, blue: float = 0.0, red: float = 0.0) -> Frame:
    """A scene of concrete: colour differences of about a level; a cast adds its share of the brightness."""
    small = gray.reshape(45, 4, 80, 4).mean((1, 3))
    tints = np.stack([0.004 * small + blue * small, -0.004 * small + red * small])
    chroma = np.rint(128 + tints + RNG.normal(0, 0.8, (2, 45, 80)))
    return Frame(gray, np.clip(chroma, 0, 255).astype(np.uint8))


def watch(site: Site, pictures: int, *, cast: tuple[float, float] = (0.0, 0.0)) -> None:
    for _ in range(pictures):
        site.at_s += 2.0
        frame = faint(site.camera.shoot(), blue=cast[0], red=cast[1])
        site.view, verdict = judge(site.view, frame, site.at_s, LIMITS)
        site.learned += [verdict.learned.id] if verdict.learned else []
        site.raised |= kinds(verdict)


def test_a_gray_corridor_is_a_colour_picture_and_infra_red_is_not() -> None:
    gray = Site().camera.shoot()
    assert coloured(faint(gray).chroma)
    for offset in (128, 129, 131):
        assert not coloured(np.full((2, 45, 80), offset, np.uint8))
    clock = np.full((2, 45, 80), 128, np.uint8)
    clock[:, 1:3, 2:40] = 90
    assert not coloured(clock)


@pytest.mark.parametrize("cast", [(-0.1, -0.1), (0.1, 0.09)], ids=["green", "magenta"])
def test_a_cast_on_a_gray_corridor_is_found_and_not_learned(cast) -> None:
    site = Site()
    watch(site, 40)
    assert site.learned == ["day-1"]
    watch(site, 40, cast=cast)
    assert "picture.tinted" in site.raised
    watch(site, 80, cast=cast)
    assert site.learned == ["day-1"]


def test_half_a_view_is_at_most_proposed_as_the_night() -> None:
    site = Site()
    site.run(30)
    verdict = site.run(90, infrared=True, change=lambda image: sticker(image, 0.55, 2))
    assert all(each.light == "day" for each in site.view.bank.references if each.proven)
    assert verdict.not_judged == "light"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda image: image, False),
        (lambda image: image * np.float32(0.75), False),
        (lambda image: soften(image, 2.5), True),
        (lambda image: 100 + (image - 100) * np.float32(0.4), True),
        (lambda image: cover(image, 1.0), True),
    ],
    ids=["the same", "darker", "blurred", "faded", "covered"],
)
def test_colour_contrast_and_sharpness_that_change_at_once_are_no_slow_change(change, expected) -> None:
    site = Site()
    site.run(30)
    known = site.view.trust
    assert known.proven
    site.run(16, change=change)
    assert site.view.lately is not None
    assert sudden(known, site.view.lately) == expected


def scene(stuck_s: np.ndarray, covered: np.ndarray, patience: float):
    return SimpleNamespace(limits=LIMITS, patience=patience, stuck_s=stuck_s, compared=SimpleNamespace(covered=covered))


def test_in_changing_light_what_came_at_once_lasts_less_long_than_what_crept() -> None:
    covered = np.zeros((9, 16), bool)
    covered[2:7, 3:9] = True
    at_once = np.where(covered, np.float32(PATIENCE * LIMITS.part_persist_s), np.float32(0))
    crept = at_once * np.linspace(1, 0.1, 16, dtype=np.float32)
    assert lasting_s(scene(at_once, covered, LIMITS.patience)) == PATIENCE * LIMITS.part_persist_s
    assert lasting_s(scene(crept, covered, LIMITS.patience)) == LIMITS.patience * LIMITS.part_persist_s
    assert lasting_s(scene(crept, covered, 1.0)) == LIMITS.part_persist_s
