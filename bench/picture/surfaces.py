"""What the solids of a world are made of: reflectance by place, for visible light and infra-red."""

from collections.abc import Callable, Sequence

import numpy as np

from bench.picture.geometry import Hits, Plane, Solid, lattice

Rgb = Plane
"""(…, 3) in red, green, blue, linear, 0 to 1."""


def paint(solids: Sequence[Solid], hits: Hits, seed: int) -> tuple[Rgb, Plane]:
    """Reflectance of every ray's hit in colour, and in infra-red, where plants are bright and dyes vanish."""
    colour = np.zeros((*hits.distance.shape, 3), np.float32)
    infrared = np.zeros(hits.distance.shape, np.float32)
    for index, solid in enumerate(solids):
        mine = hits.solid == index
        if not mine.any():
            continue
        place, normal = hits.place[mine], hits.normal[mine]
        u, v = _flat(place, normal)
        value = MATERIALS[solid.material](u, v, seed * 31 + index)
        # Far away everything finer than a pixel is seen as its average.
        haze = np.clip((hits.distance[mine] - 35) / 120, 0, 1)
        value = value * (1 - haze) + haze * float(np.median(value))
        tint = np.array(solid.tint, np.float32)
        if solid.material == "room":
            floor, ceiling = normal[:, 2] > 0.5, normal[:, 2] < -0.5
            value = np.where(floor, _tiles(u, v, seed), np.where(ceiling, 1.25, value)).astype(np.float32)
            value = value * np.where(floor, 0.62, 1.0).astype(np.float32)
        colour[mine] = np.clip(value[:, None] * tint, 0.02, 0.95)
        plain = 0.35 + 0.4 * float(tint.mean())
        infrared[mine] = np.clip(value * (1.5 * 0.45 if solid.material in ("leaves", "grass") else plain), 0.02, 0.95)
    return colour, infrared


def _flat(place: Plane, normal: Plane) -> tuple[Plane, Plane]:
    """Coordinates on the surface in metres: those two axes that the normal does not follow."""
    axis = np.abs(normal).argmax(-1)
    u = np.where(axis == 0, place[:, 1], place[:, 0])
    v = np.where(axis == 2, place[:, 1], place[:, 2])
    return u, v


def _grain(u: Plane, v: Plane, seed: int) -> Plane:
    """Dirt, wear and grain at four scales, around 0, about ±0.3."""
    coarse = lattice(u / 3.1, v / 3.1, seed) - 0.5
    middle = lattice(u * 1.3, v * 1.3, seed + 1) - 0.5
    fine = lattice(u * 6, v * 6, seed + 2) - 0.5
    finest = lattice(u * 23, v * 23, seed + 3) - 0.5
    value: Plane = (0.35 * coarse + 0.28 * middle + 0.22 * fine + 0.2 * finest).astype(np.float32)
    return value


def _lines(u: Plane, period: float, width: float) -> Plane:
    return ((u % period) < width).astype(np.float32)


def _asphalt(u: Plane, v: Plane, seed: int) -> Plane:
    cracks = (np.abs(lattice(u / 2.3, v / 2.3, seed + 7) - 0.5) < 0.012).astype(np.float32)
    patch = (lattice(u / 6, v / 6, seed + 8) > 0.72).astype(np.float32)
    value: Plane = 1 + _grain(u, v, seed) - 0.35 * cracks - 0.2 * patch
    return value


def _road(u: Plane, v: Plane, seed: int) -> Plane:
    dashes = _lines(u + 0.09, 3.5, 0.18) * _lines(v, 6, 3)
    return _asphalt(u, v, seed) + 2.6 * dashes


def _parking(u: Plane, v: Plane, seed: int) -> Plane:
    return _asphalt(u, v, seed) + 2.2 * np.maximum(_lines(u, 2.6, 0.14) * (v % 14 < 5), _lines(v, 14, 0.14))


def _grass(u: Plane, v: Plane, seed: int) -> Plane:
    return 1 + 1.6 * _grain(u, v, seed) + 0.5 * (lattice(u * 11, v * 3, seed + 5) - 0.5)


def _leaves(u: Plane, v: Plane, seed: int) -> Plane:
    clumps = lattice(u * 2.2, v * 2.2, seed) * 0.9 + lattice(u * 7, v * 7, seed + 1) * 0.8
    return (0.25 + clumps * lattice(u * 0.8, v * 0.8, seed + 2) * 1.4).astype(np.float32)


def _brick(u: Plane, v: Plane, seed: int) -> Plane:
    row = np.floor(v / 0.3)
    mortar = np.maximum(_lines(v, 0.3, 0.05), _lines(u + 0.3 * (row % 2), 0.6, 0.05))
    stone = lattice(np.floor(u / 0.6 + row % 2 / 2) * 3.7, row * 5.3, seed) - 0.5
    value: Plane = (1 + 0.5 * stone + 0.5 * _grain(u, v, seed)) * (1 - mortar) + 1.7 * mortar
    return value


def _facade(u: Plane, v: Plane, seed: int) -> Plane:
    pane = (u % 2.4 > 0.6) & (u % 2.4 < 1.8) & (v % 3.0 > 1.0) & (v % 3.0 < 2.3)
    frame = pane & ((u % 0.6 < 0.07) | (v % 3.0 < 1.1))
    dark = 0.18 + 0.5 * lattice(np.floor(u / 2.4) * 1.7, np.floor(v / 3.0) * 2.3, seed + 4)
    plaster = 1 + 0.45 * _grain(u, v, seed) - 0.12 * _lines(v, 3.0, 0.12)
    return np.where(frame, 1.3, np.where(pane, dark, plaster)).astype(np.float32)


def _metal(u: Plane, v: Plane, seed: int) -> Plane:
    ribs = np.abs((u % 0.55) / 0.55 - 0.5) * 0.9
    marks = (lattice(u / 1.2, v / 0.9, seed + 3) > 0.8).astype(np.float32)
    value: Plane = (
        0.65
        + ribs
        + 0.3 * _grain(u, v, seed)
        - 0.25 * marks
        + 0.8 * ((u % 6.1 > 1) & (u % 6.1 < 2.3) & (v % 2.6 > 1.5) & (v % 2.6 < 2.1))
    )
    return value


def _fence(u: Plane, v: Plane, seed: int) -> Plane:
    return 0.5 + 0.8 * np.maximum(_lines(u, 0.5, 0.14), _lines(v, 0.9, 0.08)) + 0.3 * _grain(u, v, seed)


def _wood(u: Plane, v: Plane, seed: int) -> Plane:
    value: Plane = (
        1 + 0.6 * (lattice(u * 9, v * 0.9, seed) - 0.5) - 0.5 * _lines(u, 0.24, 0.03) + 0.3 * _grain(u, v, seed)
    )
    return value


def _tiles(u: Plane, v: Plane, seed: int) -> Plane:
    shade = lattice(np.floor(u / 0.6) * 1.3, np.floor(v / 0.6) * 1.7, seed) - 0.5
    joint = np.maximum(_lines(u, 0.6, 0.035), _lines(v, 0.6, 0.035))
    return (1 + 0.12 * shade + 0.16 * _grain(u, v, seed)) * (1 - 0.45 * joint)


def _plaster(u: Plane, v: Plane, seed: int) -> Plane:
    value: Plane = 1 + 0.22 * _grain(u, v, seed) - 0.3 * (np.abs(v - 1.05) < 0.07) - 0.25 * (v < 0.12)
    return value


def _shelf(u: Plane, v: Plane, seed: int) -> Plane:
    box = lattice(np.floor(u / 0.7) * 2.1, np.floor(v / 0.9) * 3.3, seed)
    label = (u % 0.7 > 0.2) & (u % 0.7 < 0.42) & (v % 0.9 > 0.3) & (v % 0.9 < 0.5)
    board = np.maximum(_lines(v, 0.9, 0.09), _lines(u, 2.1, 0.08))
    value: Plane = ((0.45 + 1.0 * box + 0.7 * label) * (1 - board) + 0.35 * board + 0.2 * _grain(u, v, seed)).astype(
        np.float32
    )
    return value


def _sign(u: Plane, v: Plane, seed: int) -> Plane:
    letters = (lattice(np.floor(u * 6), np.floor(v * 5), seed) > 0.55) & (v % 0.5 > 0.15)
    return np.where(letters, 0.25, 1.3).astype(np.float32)


MATERIALS: dict[str, Callable[[Plane, Plane, int], Plane]] = {
    "asphalt": _asphalt,
    "road": _road,
    "parking": _parking,
    "grass": _grass,
    "leaves": _leaves,
    "brick": _brick,
    "facade": _facade,
    "metal": _metal,
    "fence": _fence,
    "wood": _wood,
    "tiles": _tiles,
    "plaster": _plaster,
    "room": _plaster,
    "shelf": _shelf,
    "sign": _sign,
}
