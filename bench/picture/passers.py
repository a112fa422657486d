"""People and vehicles: along their paths, and close to the camera."""

from typing import NamedTuple

import numpy as np

from bench.picture.brush import bar, clouds, ellipse, soften
from bench.picture.geometry import Aim, Plane, project
from bench.picture.places import Path


class Passer(NamedTuple):
    """Somebody on a path; `since_s` since they came in."""

    path: Path
    seed: int
    since_s: float
    pace: float


class Layer(NamedTuple):
    """A patch to lay over the picture: its upper left corner, opacity, reflectance (red, green, blue), lights of its
    own, and its distance."""

    row: int
    column: int
    alpha: Plane
    colour: Plane
    glow: Plane
    distance: float


def place_of(passer: Passer) -> tuple[float, float, bool]:
    """Where on the ground, and whether still on the path."""
    (x0, y0), (x1, y1) = passer.path.start, passer.path.end
    length = float(np.hypot(x1 - x0, y1 - y0))
    part = passer.since_s * passer.path.speed * passer.pace / length
    return x0 + (x1 - x0) * part, y0 + (y1 - y0) * part, part < 1


_SIZES = {"person": (1.75, 0.9), "car": (1.55, 4.2), "lorry": (3.4, 7.5)}


def draw(passer: Passer, aim: Aim, shape: tuple[int, int], dark: bool) -> Layer | None:
    """The passer as a patch of the picture; None when out of sight or too small to matter."""
    x, y, _ = place_of(passer)
    column, row, scale = project(aim, x, y, 0.0)
    high, wide = _SIZES[passer.path.kind]
    along = abs(passer.path.end[0] - passer.path.start[0]) > abs(passer.path.end[1] - passer.path.start[1])
    if passer.path.kind != "person" and not along:
        wide = 0.48 * wide
    tall, broad = high * scale, wide * scale
    if scale <= 0 or tall < 2.5 or tall > 400:
        return None
    top, left = int(row - tall) - 2, int(column - broad / 2) - 2
    bottom, right = int(row) + 3, int(column + broad / 2) + 3
    r0, r1, c0, c1 = max(0, top), min(shape[0], bottom), max(0, left), min(shape[1], right)
    if r1 - r0 < 2 or c1 - c0 < 2:
        return None
    rows, columns = np.mgrid[r0:r1, c0:c1].astype(np.float32)
    v, u = (rows - (row - tall)) / tall, (columns - (column - broad / 2)) / broad
    rng = np.random.default_rng(passer.seed)
    painter = _person if passer.path.kind == "person" else _vehicle
    alpha, colour, glow = painter(u, v, rng, passer, tall, dark)
    return Layer(r0, c0, alpha, colour, glow, float(np.hypot(x, y)))


def _person(
    u: Plane, v: Plane, rng: np.random.Generator, passer: Passer, tall: float, dark: bool
) -> tuple[Plane, Plane, Plane]:
    skin = np.array([0.55, 0.4, 0.32], np.float32) * rng.uniform(0.5, 1.1)
    coat, legs = rng.uniform(0.03, 0.6, 3).astype(np.float32), rng.uniform(0.03, 0.3, 3).astype(np.float32)
    stride = 0.13 * np.sin(passer.since_s * 5.1)
    x, y = u * tall * 0.5, v * tall
    mid, unit = tall * 0.25, tall
    head = ellipse(y, x, 0.075 * unit, mid, 0.075 * unit, 0.055 * unit)
    body = ellipse(y, x, 0.34 * unit, mid, 0.22 * unit, 0.125 * unit)
    arms = ellipse(y, x, 0.4 * unit, mid + stride * 0.6 * unit, 0.18 * unit, 0.05 * unit)
    spread = np.clip((v - 0.5) * 2, 0, 1) * stride * unit
    leg = np.maximum(
        bar(y, x - spread, 0.5 * unit, unit, mid - 0.08 * unit, mid + 0.01 * unit),
        bar(y, x + spread, 0.5 * unit, unit, mid - 0.01 * unit, mid + 0.08 * unit),
    )
    colour = np.where(head[..., None] > 0.3, skin, np.where((v > 0.53)[..., None], legs, coat)).astype(np.float32)
    shade = (0.8 + 0.4 * u)[..., None].astype(np.float32)
    return np.maximum(np.maximum(head, body), np.maximum(arms, leg)), colour * shade, np.zeros_like(u)


def _vehicle(
    u: Plane, v: Plane, rng: np.random.Generator, passer: Passer, tall: float, dark: bool
) -> tuple[Plane, Plane, Plane]:
    paint = rng.uniform(0.05, 0.75) * rng.uniform(0.6, 1.1, 3).astype(np.float32)
    lorry = passer.path.kind == "lorry"
    roof = np.zeros_like(u) if lorry else 0.42 * (np.abs(u - 0.5) > 0.33) + 0.02
    body = ((v > roof) & (v < 0.9) & (u > 0.01) & (u < 0.99)).astype(np.float32)
    window = (v > roof + 0.08) & (v < (0.32 if lorry else 0.45)) & (np.abs(u - 0.5) < (0.4 if not lorry else 0.0))
    wheel = (np.hypot((u - 0.2) * 2.5, v - 0.88) < 0.14) | (np.hypot((u - 0.8) * 2.5, v - 0.88) < 0.14)
    shade = np.where(v > 0.6, 0.7, 1.0) * (0.9 + 0.2 * (np.sin(u * 40) > 0.3) * lorry)
    colour = np.where(window[..., None], 0.06, paint * shade[..., None])
    colour = np.where(wheel[..., None], 0.03, colour).astype(np.float32)
    glow = np.zeros_like(u)
    if dark:
        for side in (0.15, 0.85):
            glow += 6 * np.exp(
                -(((u - side) * tall * 1.3) ** 2 + ((v - 0.68) * tall) ** 2) / (2 * (0.05 * tall + 0.7) ** 2)
            )
    return np.maximum(body, wheel.astype(np.float32)), colour, glow.astype(np.float32)


class Close(NamedTuple):
    """A person or lorry right before the camera for `left_s` more seconds."""

    kind: str
    seed: int
    left_s: float
    share: float
    middle: float


def draw_close(close: Close, shape: tuple[int, int], at_s: float) -> Layer:
    """Fills the share of the picture from below (a person) or from the side (a lorry)."""
    rng = np.random.default_rng(close.seed)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    tint = rng.uniform(0.04, 0.6) * rng.uniform(0.7, 1.2, 3).astype(np.float32)
    pattern = clouds(rng, shape, 34) * 0.16 + clouds(rng, shape, 7) * 0.1
    if close.kind == "person":
        sway = 5 * np.sin(at_s * 0.8 + close.seed)
        middle, wide = close.middle * shape[1] + sway, close.share * shape[1] * 0.62
        body = ellipse(rows, columns, shape[0] * 1.02, middle, shape[0] * 0.62, wide)
        head = ellipse(rows, columns, shape[0] * 0.34, middle + 2, shape[0] * 0.25, shape[0] * 0.17)
        folds = 0.18 * np.sin(columns * 0.21 + rows * 0.05 + close.seed)
        value = 1 + pattern + folds.astype(np.float32)
        colour = np.where(
            (head > 0.5)[..., None],
            np.array([0.5, 0.36, 0.29], np.float32) * (0.7 + columns / shape[1] * 0.6)[..., None],
            value[..., None] * tint,
        )
        alpha = soften(np.maximum(body, head), rng.uniform(0.6, 1.3))
    else:
        left = close.middle * (1 - close.share) * shape[1]
        alpha = bar(
            rows, columns, shape[0] * rng.uniform(-0.1, 0.1), shape[0] * 1.1, left, left + close.share * shape[1]
        )
        plain = bool(rng.random() < 0.4)
        panel = 0.0 if plain else 0.25 * ((columns - left) % 38 < 2) + 0.2 * (rows % 61 < 2)
        letters = 0.0 if plain else 0.9 * (clouds(rng, shape, 9) > 1.1) * (np.abs(rows - shape[0] * 0.45) < 22)
        value = 1 + pattern * (0.2 if plain else 0.6) - panel + letters
        colour = value[..., None] * tint
    return Layer(0, 0, alpha, np.clip(colour, 0.01, 1).astype(np.float32), np.zeros(shape, np.float32), 1.5)
