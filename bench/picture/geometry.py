"""A world of boxes and tree crowns, and what a camera sees of it: one ray for each pixel, traced with numpy.

Metres; x to the right, y away from the camera, z up. A world is drawn once for each aim of the camera; light is
computed on the result.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.floating[Any]]

HEIGHT, WIDTH = 180, 320
MARGIN_Y, MARGIN_X = 9, 16
"""Drawn beyond the picture on each side, so that the camera can sway and shake."""
ROWS, COLUMNS = HEIGHT + 2 * MARGIN_Y, WIDTH + 2 * MARGIN_X
SKY = -1


class Solid(NamedTuple):
    """An upright box, or (`round`) the ellipsoid inside it. `inside`: seen from within, as a room."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    material: str
    tint: tuple[float, float, float] = (0.5, 0.5, 0.5)
    round: bool = False
    inside: bool = False


class Aim(NamedTuple):
    """Where the camera stands and looks. Angles in degrees, `down` below the horizon; `view` is the width of view."""

    height: float
    yaw: float = 0.0
    down: float = 15.0
    roll: float = 0.0
    view: float = 75.0


class Hits(NamedTuple):
    """What each ray meets: distance, number of the solid (`SKY` for none), place and normal."""

    distance: Plane
    solid: npt.NDArray[np.int16]
    place: Plane
    normal: Plane


def rays(aim: Aim, fine: int) -> Plane:
    """Directions of length 1, (rows, columns, 3), `fine` times as many as pixels each way."""
    across = (np.arange(COLUMNS * fine, dtype=np.float32) + 0.5) / fine - COLUMNS / 2
    along = (np.arange(ROWS * fine, dtype=np.float32) + 0.5) / fine - ROWS / 2
    u, v = np.meshgrid(across, along)
    roll = np.radians(aim.roll)
    u, v = u * np.cos(roll) - v * np.sin(roll), u * np.sin(roll) + v * np.cos(roll)
    focal = WIDTH / 2 / np.tan(np.radians(aim.view / 2))
    down, yaw = np.radians(aim.down), np.radians(aim.yaw)
    forward = np.cos(down) * focal - np.sin(down) * v
    up = -np.sin(down) * focal - np.cos(down) * v
    x, y = u * np.cos(yaw) + forward * np.sin(yaw), -u * np.sin(yaw) + forward * np.cos(yaw)
    directions = np.stack([x, y, up], -1)
    found: Plane = (directions / np.linalg.norm(directions, axis=-1, keepdims=True)).astype(np.float32)
    return found


def project(aim: Aim, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Column, row and pixels per metre of a point of the world; pixels per metre ≤ 0 behind the camera."""
    focal = WIDTH / 2 / np.tan(np.radians(aim.view / 2))
    down, yaw, roll = np.radians(aim.down), np.radians(aim.yaw), np.radians(aim.roll)
    right, ahead = x * np.cos(yaw) - y * np.sin(yaw), x * np.sin(yaw) + y * np.cos(yaw)
    up = z - aim.height
    depth = ahead * np.cos(down) - up * np.sin(down)
    below = -ahead * np.sin(down) - up * np.cos(down)
    if depth <= 0.3:
        return 0.0, 0.0, -1.0
    scale = float(focal / depth)
    u, v = right * scale, below * scale
    u, v = u * np.cos(roll) + v * np.sin(roll), -u * np.sin(roll) + v * np.cos(roll)
    return float(u + COLUMNS / 2), float(v + ROWS / 2), scale


def trace(solids: list[Solid], origin: Plane, directions: Plane) -> Hits:
    """The first thing that each ray meets; `origin` is one point or one for each ray."""
    shape = directions.shape[:-1]
    distance = np.full(shape, np.float32(1e6))
    number = np.full(shape, SKY, np.int16)
    normal = np.zeros((*shape, 3), np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1.0 / np.where(np.abs(directions) < 1e-6, np.float32(1e-6), directions)
        for index, solid in enumerate(solids):
            near, face = _crown(solid, origin, directions) if solid.round else _box(solid, origin, inverse)
            closer = (near > 1e-3) & (near < distance)
            distance[closer] = near[closer]
            number[closer] = index
            normal[closer] = face[closer]
    return Hits(distance, number, origin + directions * distance[..., None], normal)


def hidden(solids: list[Solid], origin: Plane, direction: tuple[float, float, float]) -> npt.NDArray[np.bool_]:
    """Whether anything lies that way from each of these points (rows, columns, 3): what `trace` tells, much sooner."""
    step = np.array(direction, np.float32)
    points = np.ascontiguousarray(np.moveaxis(origin, -1, 0))
    inverse = 1.0 / np.where(np.abs(step) < 1e-6, np.float32(1e-6), step)
    found = np.zeros(origin.shape[:-1], np.bool_)
    directions = np.broadcast_to(step, origin.shape)
    for solid in solids:
        if solid.round:
            near, _ = _crown(solid, origin, directions)
        else:
            near = _slab(solid, points, inverse)
        found |= (near > 1e-3) & (near < 1e6)
    return found


def _slab(solid: Solid, points: Plane, inverse: Plane) -> Plane:
    """The distance to a box from each of the points (3, rows, columns), below 0 where it is not met."""
    begins: Plane | None = None
    ends: Plane | None = None
    for axis in range(3):
        first = (np.float32(solid.low[axis]) - points[axis]) * inverse[axis]
        second = (np.float32(solid.high[axis]) - points[axis]) * inverse[axis]
        enter, leave = np.minimum(first, second), np.maximum(first, second)
        begins = enter if begins is None else np.maximum(begins, enter)
        ends = leave if ends is None else np.minimum(ends, leave)
    assert begins is not None
    assert ends is not None
    near: Plane = np.where((begins <= ends) & (ends > 0), ends if solid.inside else begins, -1)
    return near


def _box(solid: Solid, origin: Plane, inverse: Plane) -> tuple[Plane, Plane]:
    first = (np.array(solid.low, np.float32) - origin) * inverse
    second = (np.array(solid.high, np.float32) - origin) * inverse
    enter, leave = np.minimum(first, second), np.maximum(first, second)
    begins, ends = enter.max(-1), leave.min(-1)
    met = (begins <= ends) & (ends > 0)
    # A room is met where the ray leaves it; either way the face looks at the camera.
    axis = leave.argmin(-1) if solid.inside else enter.argmax(-1)
    near = np.where(met, ends if solid.inside else begins, -1)
    face = np.zeros((*near.shape, 3), np.float32)
    np.put_along_axis(face, axis[..., None], -np.sign(np.take_along_axis(inverse, axis[..., None], -1)), -1)
    return near.astype(np.float32), face


def _crown(solid: Solid, origin: Plane, directions: Plane) -> tuple[Plane, Plane]:
    low, high = np.array(solid.low, np.float32), np.array(solid.high, np.float32)
    middle, radius = (low + high) / 2, (high - low) / 2
    start, step = (origin - middle) / radius, directions / radius
    a, b, c = (step * step).sum(-1), (start * step).sum(-1), (start * start).sum(-1) - 1
    root = b * b - a * c
    near = np.where(root > 0, (-b - np.sqrt(np.maximum(root, 0))) / a, -1)
    place = start + step * near[..., None]
    # Leaves leave the outline ragged: near the rim only every other clump is met.
    ragged = root > 0.25 * a * lattice(place[..., 0] * 9 + place[..., 2] * 5, place[..., 1] * 9 - place[..., 2] * 7, 5)
    face = place / radius
    face /= np.maximum(np.linalg.norm(face, axis=-1, keepdims=True), 1e-6)
    return np.where(ragged, near, -1).astype(np.float32), face.astype(np.float32)


def lattice(u: Plane, v: Plane, seed: int) -> Plane:
    """Smooth noise between 0 and 1 with one random value for each whole (u, v)."""
    i, j = np.floor(u), np.floor(v)
    fu, fv = (u - i).astype(np.float32), (v - j).astype(np.float32)
    fu, fv = fu * fu * (3 - 2 * fu), fv * fv * (3 - 2 * fv)
    a, b = i.astype(np.int64).astype(np.uint32), j.astype(np.int64).astype(np.uint32)
    one = np.uint32(1)
    upper = _hash(a, b, seed) * (1 - fu) + _hash(a + one, b, seed) * fu
    lower = _hash(a, b + one, seed) * (1 - fu) + _hash(a + one, b + one, seed) * fu
    return (upper * (1 - fv) + lower * fv).astype(np.float32)


def _hash(a: npt.NDArray[np.uint32], b: npt.NDArray[np.uint32], seed: int) -> Plane:
    mixed = a * np.uint32(374761393) + b * np.uint32(668265263) + np.uint32(seed * 2246822519 % 2**32)
    mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(1274126177)
    mixed ^= mixed >> np.uint32(16)
    return (mixed & np.uint32(0xFFFF)).astype(np.float32) / np.float32(65535)
