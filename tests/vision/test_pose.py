"""Rolls are found through rain and noise, whatever their angle; a view in its place has none."""

from types import SimpleNamespace

import numpy as np
import pytest

from hub.vision.gradients import Field, edges
from hub.vision.limits import Limits
from hub.vision.measures import half, noise
from hub.vision.pose import find_pose
from tests.vision.scenes import MARGIN_X, MARGIN_Y, Gray, place, resample
from tests.vision.whole import X, Y

STABLE = 0.3


def shoot(kind: str, seed: int, roll_deg: float, rng: np.random.Generator, grain: float, streaks: int) -> Gray:
    """A camera rolled about its axis, in rain and with noise."""
    turned = np.radians(roll_deg)
    x, y = X - 160, Y - 90
    across, down = x * np.cos(turned) + y * np.sin(turned) + 160, y * np.cos(turned) - x * np.sin(turned) + 90
    image = resample(place(kind, seed), across + np.float32(MARGIN_X), down + np.float32(MARGIN_Y)).copy()
    for _ in range(streaks):
        row, column, length = rng.integers(0, 165), rng.integers(0, 319), rng.integers(5, 14)
        image[row : row + length, column] += 35
    return np.clip(image + rng.normal(0, grain, image.shape), 0, 255).astype(np.uint8)


def seen(kind: str, seed: int, roll_deg: float, rng: np.random.Generator, grain: float, streaks: int) -> Field:
    """The edges of four pictures."""
    pictures = [shoot(kind, seed, roll_deg, rng, grain, streaks) for _ in range(4)]
    return np.mean([edges(half(gray), noise(gray)).field for gray in pictures], 0).astype(np.complex64)


@pytest.mark.parametrize("roll_deg", [0, 3, 6, 9, 16])
@pytest.mark.parametrize("kind", ["hall", "yard", "road"])
@pytest.mark.parametrize("seed", [3, 5])
def test_a_roll_is_found_in_rain_and_noise(kind, seed, roll_deg) -> None:
    rng = np.random.default_rng([seed, roll_deg])
    known = seen(kind, seed, 0.0, rng, 2.0, 0)
    template = SimpleNamespace(field=known * (np.abs(known) > STABLE))
    pose = find_pose(template, seen(kind, seed, roll_deg, rng, 14.0, 90))
    if roll_deg == 0:
        assert pose is None or pose.displacement < Limits().moved_corner
    else:
        assert pose is not None
        assert abs(pose.roll_deg) == pytest.approx(roll_deg, abs=1.5)
