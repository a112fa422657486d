"""The sun and the sky by the hour of the day. Pure."""

from typing import NamedTuple

import numpy as np

LATITUDE = np.radians(47.0)
NORTH = np.radians(25.0)
"""The world's y axis looks so far west of south, so that the sun crosses the picture."""


class Sun(NamedTuple):
    """`elevation` in degrees; `direction` towards the sun; strengths by red, green, blue, noon about 1."""

    elevation: float
    direction: tuple[float, float, float]
    direct: np.ndarray
    sky: np.ndarray


def sun_at(hour: float, declination_deg: float) -> Sun:
    """The light of a clear sky at an hour of solar time."""
    declination, angle = np.radians(declination_deg), np.radians(15 * (hour % 24 - 12))
    height = np.sin(LATITUDE) * np.sin(declination) + np.cos(LATITUDE) * np.cos(declination) * np.cos(angle)
    east = -np.cos(declination) * np.sin(angle)
    north = np.cos(LATITUDE) * np.sin(declination) - np.sin(LATITUDE) * np.cos(declination) * np.cos(angle)
    x = east * np.cos(NORTH) - north * np.sin(NORTH)
    y = -(east * np.sin(NORTH) + north * np.cos(NORTH))
    elevation = float(np.degrees(np.arcsin(height)))
    low = float(np.clip(elevation / 25, 0, 1))
    warm = np.array([1.0, 0.55 + 0.42 * low, 0.25 + 0.65 * low], np.float32)
    direct = 1.5 * float(np.clip(elevation / 12, 0, 1)) ** 1.3
    level = 10 ** float(
        np.interp(elevation, [-14, -9, -6, -3, 0, 5, 15, 60], [-4.6, -3.6, -2.6, -1.7, -1.05, -0.7, -0.42, -0.3])
    )
    blue = np.array([0.86, 0.97, 1.14], np.float32) if elevation > 0 else np.array([0.78, 0.9, 1.25], np.float32)
    return Sun(elevation, (float(x), float(y), float(height)), direct * warm, level * blue)


def dawn_and_dusk(declination_deg: float) -> tuple[float, float]:
    """Hours at which the sun rises and sets."""
    declination = np.radians(declination_deg)
    angle = float(np.degrees(np.arccos(np.clip(-np.tan(LATITUDE) * np.tan(declination), -1, 1))))
    return 12 - angle / 15, 12 + angle / 15
