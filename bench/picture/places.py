"""The places that are rendered. A seed draws sizes, colours and where things stand, so every seed is another place."""

from typing import NamedTuple

import numpy as np

from bench.picture.geometry import Aim, Solid

Point = tuple[float, float, float]


class Lamp(NamedTuple):
    """A lamp at a place, its strength and its colour (red, green, blue)."""

    place: Point
    strength: float
    colour: tuple[float, float, float] = (1.0, 0.82, 0.55)


class Path(NamedTuple):
    """A line on the ground along which people or vehicles come, at so many metres a second."""

    start: tuple[float, float]
    end: tuple[float, float]
    kind: str
    speed: float
    an_hour: float


class Place(NamedTuple):
    """A world with a camera in it. `presets` are further aims of a steered camera; `stays` are solids that come and
    go on a changing site; `indoor` has lamps by day, `daylight` is what comes in through the windows."""

    solids: list[Solid]
    aim: Aim
    lamps: list[Lamp]
    paths: list[Path]
    infrared: bool
    indoor: bool = False
    daylight: float = 1.0
    presets: tuple[Aim, ...] = ()
    stays: tuple[Solid, ...] = ()
    noise: float = 1.0
    codec: str = "h264"
    lights_out: tuple[float, float] | None = None


KINDS = ("yard", "corridor", "road", "hall", "gate", "dome", "site")


def build_place(kind: str, seed: int) -> Place:
    """The place of this kind that the seed draws."""
    return _BUILDERS[kind](np.random.default_rng([seed, KINDS.index(kind)]))


Rng = np.random.Generator


def _ground(material: str, tint: float) -> Solid:
    colour = (tint * 0.8, tint * 1.05, tint * 0.5) if material == "grass" else (tint, tint, tint * 1.03)
    return Solid((-400, -50, -2), (400, 900, 0), material, colour)


def _tint(rng: Rng, low: float, high: float, spread: float = 0.12) -> tuple[float, float, float]:
    level = rng.uniform(low, high)
    red, green, blue = level * rng.uniform(1 - spread, 1 + spread, 3)
    return float(red), float(green), float(blue)


def _box(x: float, y: float, wide: float, deep: float, high: float, material: str, tint: Point) -> Solid:
    return Solid((x, y, 0.0), (x + wide, y + deep, high), material, tint)


def _tree(rng: Rng, x: float, y: float) -> list[Solid]:
    high, wide = rng.uniform(4, 9), rng.uniform(2.5, 5)
    green = (0.2 * rng.uniform(0.8, 1.2), 0.3, 0.13)
    trunk = _box(x - 0.2, y - 0.2, 0.4, 0.4, high * 0.5, "wood", (0.25, 0.2, 0.16))
    crown = Solid((x - wide, y - wide, high * 0.3), (x + wide, y + wide, high * 1.1), "leaves", green, round=True)
    side = Solid((x - wide * 1.2, y - wide * 0.6, high * 0.25), (x, y + wide * 0.5, high * 0.75), "leaves", green, True)
    return [trunk, crown, side]


def _clutter(rng: Rng, count: int, x: tuple[float, float], y: tuple[float, float]) -> list[Solid]:
    """Small things that stand about: bins, crates, posts, signs."""
    found = []
    for _ in range(count):
        material = str(rng.choice(["metal", "wood", "sign", "brick", "shelf"]))
        wide, deep, high = rng.uniform(0.4, 2.2), rng.uniform(0.4, 1.6), rng.uniform(0.6, 2.4)
        found.append(_box(rng.uniform(*x), rng.uniform(*y), wide, deep, high, material, _tint(rng, 0.12, 0.55, 0.3)))
    return found


def _yard(rng: Rng) -> Place:
    far = rng.uniform(26, 36)
    left = rng.uniform(-16, -11)
    solids = [
        _ground("asphalt", rng.uniform(0.16, 0.26)),
        _box(-30, far, rng.uniform(38, 52), 12, rng.uniform(7, 11), "facade", _tint(rng, 0.35, 0.6)),
        _box(left - 9, 10, 9, rng.uniform(12, 18), rng.uniform(4, 7), "brick", _tint(rng, 0.25, 0.4, 0.25)),
        _box(9, 15, rng.uniform(5, 7), 2.5, 2.6, "metal", _tint(rng, 0.2, 0.5, 0.35)),
        _box(11, 18.5, rng.uniform(5, 7), 2.5, 5.2, "metal", _tint(rng, 0.2, 0.5, 0.35)),
        _box(-40, far - 4, 80, 0.1, 1.6, "fence", (0.3, 0.32, 0.3)),
        *_tree(rng, rng.uniform(15, 22), rng.uniform(24, 30)),
        *_tree(rng, rng.uniform(-10, -5), far - 3),
        *_clutter(rng, 9, (-8, 8), (8, 24)),
    ]
    lamps = [Lamp((left + 1, 16, 5.5), 16), Lamp((8, 22, 6), 14)]
    paths = [
        Path((-14, 12), (16, 14), "person", 1.3, 30),
        Path((4, 28), (-2, 5), "person", 1.2, 16),
        Path((-18, 21), (26, 21), "car", 4, 10),
    ]
    return Place(solids, Aim(rng.uniform(4.5, 6.5), rng.uniform(-8, 8), rng.uniform(14, 21), 0, 82), lamps, paths, True)


def _corridor(rng: Rng) -> Place:
    wide, high, deep = rng.uniform(2.6, 4), rng.uniform(2.7, 3.1), rng.uniform(18, 30)
    room = Solid((-wide / 2, -1, 0), (wide / 2, deep, high), "room", _tint(rng, 0.55, 0.72, 0.06), inside=True)
    solids = [room]
    for side in (-1, 1):
        for y in np.arange(3 + rng.uniform(0, 2), deep - 1, rng.uniform(3.2, 4.6)):
            x = side * wide / 2
            solids.append(_box(x - 0.06, y, 0.12, 1.0, 2.05, "wood", _tint(rng, 0.2, 0.45, 0.3)))
            solids.append(_box(x - 0.04, y + 1.4, 0.08, 0.5, 1.7, "sign", (0.6, 0.6, 0.55)))
    solids.append(_box(-wide / 2 + 0.1, rng.uniform(6, 9), 0.5, 1.4, 0.9, "shelf", (0.4, 0.35, 0.3)))
    solids.append(_box(-0.9, deep - 0.1, 1.8, 0.1, 2.1, "metal", (0.35, 0.38, 0.4)))
    lamps = [Lamp((0, float(y), high - 0.15), 2.4, (1, 0.95, 0.86)) for y in np.arange(2.5, deep, 4)]
    paths = [
        Path((0.4, deep - 1), (-0.3, 1.2), "person", 1.3, 24),
        Path((-0.6, 1.5), (0.5, deep - 1), "person", 1.2, 20),
    ]
    aim = Aim(high - 0.35, rng.uniform(-6, 6), rng.uniform(16, 22), 0, 78)
    # A quiet sensor in steady light: the scene that has hardly any noise.
    return Place(solids, aim, lamps, paths, False, indoor=True, daylight=0.05, noise=0.25)


def _road(rng: Rng) -> Place:
    walk = rng.uniform(8, 10)
    solids = [
        _ground("grass", 0.2),
        Solid((-7, -20, 0), (7, 900, 0.02), "road", (0.19, 0.19, 0.2)),
        Solid((7, -20, 0), (walk, 900, 0.12), "tiles", (0.4, 0.39, 0.37)),
        *[_box(walk + 2, y, 10, 14, rng.uniform(6, 14), "facade", _tint(rng, 0.3, 0.6)) for y in (12, 30, 50, 75)],
        *[part for y in (14.0, 26.0, 42.0) for part in _tree(rng, rng.uniform(-16, -11), y)],
        *[_box(-8, float(y), 0.16, 0.16, 7, "metal", (0.3, 0.3, 0.3)) for y in (14, 34, 54)],
        _box(-7.6, 9, 1.1, 0.1, 1.2, "sign", (0.5, 0.5, 0.6)),
        *_clutter(rng, 5, (7.5, walk + 1), (6, 30)),
    ]
    lamps = [Lamp((-6, float(y), 7), 26, (1, 0.72, 0.4)) for y in (14, 34, 54)]
    paths = [
        Path((-2.2, 90), (-2.2, 2), "car", 12, 160),
        Path((2.2, 2), (2.2, 90), "car", 12, 160),
        Path((2.4, 2), (2.4, 90), "lorry", 10, 20),
        Path((8, 40), (8, 4), "person", 1.3, 30),
    ]
    return Place(
        solids,
        Aim(rng.uniform(6, 8), rng.uniform(-4, 6), rng.uniform(13, 18), 0, 68),
        lamps,
        paths,
        False,
        codec="mjpeg",
    )


def _hall(rng: Rng) -> Place:
    wide, deep, high = rng.uniform(22, 30), rng.uniform(26, 36), rng.uniform(7, 9)
    left = -wide / 2
    solids = [Solid((left, -2, 0), (left + wide, deep, high), "room", _tint(rng, 0.5, 0.65, 0.06), inside=True)]
    for x in (left + 4, left + wide - 5):
        solids += [
            _box(x, float(y), 1.1, 5, rng.uniform(3, 4.6), "shelf", _tint(rng, 0.35, 0.5, 0.3)) for y in (8, 15, 22)
        ]
    solids += [_box(x, float(y), 0.5, 0.5, high, "metal", (0.5, 0.45, 0.2)) for x in (-3.5, 4.0) for y in (12, 22)]
    solids += _clutter(rng, 10, (left + 7, left + wide - 7), (7, deep - 4))
    solids.append(_box(-3, deep - 0.2, 5, 0.2, 4, "metal", (0.4, 0.45, 0.5)))
    lamps = [Lamp((x, float(y), high - 0.4), 20, (1, 0.97, 0.9)) for x in (-5.0, 5.0) for y in (7, 16, 25)]
    paths = [
        Path((-8, 9), (9, 12), "person", 1.2, 50),
        Path((2, deep - 3), (-1, 5), "person", 1.2, 40),
        Path((-9, 19), (9, 19), "lorry", 2, 6),
    ]
    aim = Aim(high - 2, rng.uniform(-10, 10), rng.uniform(18, 25), 0, 84)
    return Place(solids, aim, lamps, paths, True, indoor=True, daylight=0.25, lights_out=(20.5, 5.5))


def _gate(rng: Rng) -> Place:
    post = rng.uniform(9, 11)
    solids = [
        _ground("parking", rng.uniform(0.2, 0.3)),
        _box(-9, 8, 3.6, 3.4, 3, "facade", _tint(rng, 0.45, 0.65)),
        _box(-4.6, post, 0.5, 0.5, 1.1, "metal", (0.6, 0.5, 0.1)),
        _box(-4.4, post + 0.1, 8, 0.12, 1.12, "fence", (0.6, 0.25, 0.2)),
        _box(4.5, post, 0.6, 0.6, 3.2, "brick", _tint(rng, 0.3, 0.5, 0.3)),
        _box(5.2, post + 0.2, 24, 0.12, 2.2, "fence", (0.25, 0.3, 0.26)),
        _box(-40, post + 1.2, 31, 0.12, 2.2, "fence", (0.25, 0.3, 0.26)),
        _box(-24, 32, 40, 10, rng.uniform(5, 8), "metal", _tint(rng, 0.4, 0.6)),
        *_tree(rng, rng.uniform(13, 17), rng.uniform(15, 20)),
        *_clutter(rng, 6, (5, 12), (6, 16)),
        *_clutter(rng, 4, (-20, -10), (9, 24)),
    ]
    lamps = [Lamp((-5, 9, 4), 10, (0.9, 0.95, 1.0)), Lamp((6, 12, 5), 10, (0.9, 0.95, 1.0))]
    paths = [
        Path((1, 34), (-1, 4), "lorry", 2.2, 8),
        Path((-2, 3), (2, 34), "car", 3, 24),
        Path((-6, 7), (8, 9), "person", 1.2, 24),
    ]
    return Place(solids, Aim(rng.uniform(3.4, 4.6), rng.uniform(-6, 8), rng.uniform(11, 17), 0, 78), lamps, paths, True)


def _dome(rng: Rng) -> Place:
    place = _yard(rng)
    aim = place.aim
    return place._replace(
        presets=(aim._replace(yaw=aim.yaw - 38, view=62), aim._replace(yaw=aim.yaw + 34, down=aim.down + 5, view=55))
    )


def _site(rng: Rng) -> Place:
    place = _yard(rng)
    stays = [
        _box(
            rng.uniform(-9, 6),
            rng.uniform(9, 20),
            rng.uniform(1.2, 4),
            rng.uniform(1, 2.5),
            rng.uniform(0.8, 2.6),
            str(rng.choice(["wood", "metal", "brick", "shelf"])),
            _tint(rng, 0.12, 0.55, 0.3),
        )
        for _ in range(10)
    ]
    return place._replace(stays=tuple(stays))


_BUILDERS = {
    "yard": _yard,
    "corridor": _corridor,
    "road": _road,
    "hall": _hall,
    "gate": _gate,
    "dome": _dome,
    "site": _site,
}
