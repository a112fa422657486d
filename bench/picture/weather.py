"""Harmless things that happen: what begins when, and how it looks. None of it may raise a finding."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bench.picture.brush import clouds, soften, spot
from bench.picture.geometry import Plane


class Happening(NamedTuple):
    """Something harmless that goes on for `left_s` more seconds of pictures."""

    kind: str
    left_s: float
    strength: float
    seed: int


class Habit(NamedTuple):
    """How often something begins in an hour, for how long (s), how strong; `when`: "night", "day" or always."""

    kind: str
    an_hour: float
    seconds: tuple[float, float]
    strength: tuple[float, float]
    when: str = ""
    outdoor: bool = True


HABITS: tuple[Habit, ...] = (
    Habit("person close", 5, (3, 24), (0.25, 0.5), outdoor=False),
    Habit("lorry close", 2, (6, 26), (0.3, 0.6)),
    Habit("crowd", 0.25, (120, 600), (12, 35), "day", outdoor=False),
    Habit("rain", 0.12, (500, 1800), (0.3, 1.0)),
    Habit("snow", 0.06, (600, 1800), (0.3, 1.0)),
    Habit("wind", 0.4, (60, 400), (0.15, 0.6)),
    Habit("gloom", 0.5, (120, 900), (0.1, 0.6), "day"),
    Habit("lightning", 0.15, (2, 4), (1, 5)),
    Habit("headlights", 12, (2, 8), (0.5, 2), "night"),
    Habit("insect", 25, (2, 2), (0.3, 1.2), "night", outdoor=False),
    Habit("hunting exposure", 0.4, (6, 24), (0.15, 0.45), outdoor=False),
    Habit("quality pulse", 0.6, (2, 10), (6, 12), outdoor=False),
    Habit("reboot", 0.04, (4, 8), (0.2, 3.0), outdoor=False),
)


def begin(
    rng: np.random.Generator, going: tuple[Happening, ...], step_s: float, rate: float, night: bool, indoor: bool
) -> tuple[Happening, ...]:
    """What goes on in the next picture."""
    after = [happening._replace(left_s=happening.left_s - step_s) for happening in going]
    for habit in HABITS:
        fits = habit.when in ("", "night" if night else "day") and not (indoor and habit.outdoor)
        if fits and rng.random() < habit.an_hour * rate * step_s / 3600:
            seed = int(rng.integers(2**31))
            after.append(Happening(habit.kind, rng.uniform(*habit.seconds), rng.uniform(*habit.strength), seed))
    return tuple(happening for happening in after if happening.left_s > 0)


def rain(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> Plane:
    """Light scattered by streaks of rain, near ones wide and soft."""
    far = _streaks(rng, shape, int(140 * strength), 9, 0.12)
    return far + soften(_streaks(rng, shape, int(14 * strength), 26, 0.5), 1.0)


def _streaks(rng: np.random.Generator, shape: tuple[int, int], count: int, length: int, light: float) -> Plane:
    image = np.zeros(shape, np.float32)
    rows, columns = rng.integers(0, shape[0] - length, count), rng.integers(2, shape[1] - 6, count)
    slant = rng.normal(0.12, 0.05)
    for part in range(length):
        image[rows + part, columns + int(part * slant)] += light * np.sin(np.pi * (part + 0.5) / length)
    return image


def snowfall(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> Plane:
    """Opacity of flakes, near ones large and soft."""
    image = np.zeros(shape, np.float32)
    count = int(260 * strength)
    image[rng.integers(0, shape[0], count), rng.integers(0, shape[1], count)] = 1.6
    image = soften(image, 0.6)
    for _ in range(int(9 * strength)):
        row, column = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        image += 0.7 * spot(shape, row, column, rng.uniform(1.5, 3.5))
    return np.clip(image, 0, 0.9)


def insect(seed: int, shape: tuple[int, int], strength: float) -> Plane:
    """A moth in the beam of the illuminator: a bright bent streak out of focus."""
    rng = np.random.default_rng(seed)
    row, column, turn = rng.uniform(0, shape[0]), rng.uniform(0, shape[1]), rng.uniform(0, 6.3)
    size, image = rng.uniform(1.5, 6), np.zeros(shape, np.float32)
    for part in np.linspace(0, rng.uniform(10, 90), 14):
        wobble = 4 * np.sin(part * 0.4)
        image += spot(shape, row + part * np.sin(turn) + wobble, column + part * np.cos(turn), size) * 0.35
    return image * np.float32(strength)


def cover_of_clouds(seed: int, hour: float, shape: tuple[int, int]) -> Plane:
    """The clouds in the sky, drifting with the hour: 0.6 to 1.5."""
    return np.roll(_sky(seed, shape), int(hour * 240) % shape[1], 1)


@lru_cache(maxsize=8)
def _sky(seed: int, shape: tuple[int, int]) -> Plane:
    rng = np.random.default_rng(seed)
    wide = clouds(rng, (shape[0] // 2, shape[1]), 26) + 0.5 * clouds(rng, (shape[0] // 2, shape[1]), 9)
    return np.clip(1 + 0.16 * np.repeat(wide, 2, 0)[: shape[0]], 0.6, 1.5).astype(np.float32)
