"""A place seen from one aim, ready to be lit: everything that does not change from picture to picture."""

from functools import lru_cache

import numpy as np

from bench.picture.brush import gray_of
from bench.picture.geometry import SKY, Aim, Plane, Solid, hidden, project, rays, trace
from bench.picture.places import Lamp
from bench.picture.surfaces import paint

FINE = 2
SHADE = 2
"""Surfaces are drawn with `FINE`² samples to the pixel, shadows with one to `SHADE`² pixels."""


class Stage:
    """The drawn view. Arrays have the shape of the picture with its margins; all are read-only by agreement."""

    def __init__(self, solids: tuple[Solid, ...], aim: Aim, lamps: tuple[Lamp, ...], seed: int) -> None:
        self.aim = aim
        self._solids = list(solids)
        origin = np.array([0.0, 0.0, aim.height], np.float32)
        fine = trace(self._solids, origin, rays(aim, FINE))
        colour, infrared = paint(self._solids, fine, seed)
        self.colour = _shrink(colour)
        self.infrared = _shrink(infrared)
        self.sky = _shrink((fine.solid == SKY).astype(np.float32))
        self.sky_rows = int(np.flatnonzero(self.sky.max(1) > 0).max(initial=-1)) + 1
        gray = np.maximum(gray_of(self.colour), 0.05)
        self.against_gray = np.minimum(0.4 + 0.6 * self.infrared / gray, 2.5)
        leafy = np.isin(fine.solid, [i for i, solid in enumerate(solids) if solid.material in ("leaves", "grass")])
        self.leaves = _shrink(leafy.astype(np.float32))
        ground = (fine.normal[..., 2] > 0.7) & (fine.place[..., 2] < 0.3)
        self.ground = _shrink(ground.astype(np.float32))
        # Geometry is not averaged: the middle of two things is nowhere.
        self.distance = np.ascontiguousarray(fine.distance[::FINE, ::FINE])
        self._place = np.ascontiguousarray(fine.place[::FINE, ::FINE])
        self._normal = np.ascontiguousarray(fine.normal[::FINE, ::FINE])
        self.up = _shrink(0.55 + 0.45 * fine.normal[..., 2])
        self.elevation = np.clip(rays(aim, 1)[..., 2], 0, 1)
        self.lamplight = self._lit_by(lamps)
        self.beam = self._beam()
        self.glow = [(*project(aim, *lamp.place), lamp) for lamp in lamps if project(aim, *lamp.place)[2] > 0]

    def sunlit(self, direction: tuple[float, float, float]) -> Plane:
        """How much of the sun each pixel gets, 0 to 1, shadows and slope included."""
        step = np.array(direction, np.float32)
        slope = np.clip((self._normal * step).sum(-1), 0, None)
        start = self._place[::SHADE, ::SHADE] + self._normal[::SHADE, ::SHADE] * 0.05
        shaded = hidden(self._solids, start, direction).astype(np.float32)
        light: Plane = (slope * (1 - _enlarge(shaded, slope.shape))).astype(np.float32)
        return light

    def _lit_by(self, lamps: tuple[Lamp, ...]) -> Plane:
        light = np.zeros((*self.distance.shape, 3), np.float32)
        for lamp in lamps:
            towards = np.array(lamp.place, np.float32) - self._place
            squared = np.maximum((towards * towards).sum(-1), 0.4)
            slope = np.clip((towards * self._normal).sum(-1) / np.sqrt(squared), 0, None) + 0.06
            light += (lamp.strength * slope / squared)[..., None] * np.array(lamp.colour, np.float32)
        return light

    def _beam(self) -> Plane:
        """What comes back from an illuminator at the camera: falls with distance and towards the corners."""
        rows, columns = self.distance.shape
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        lobe = np.exp(-(((x / columns - 0.5) / 0.42) ** 2) - ((y / rows - 0.52) / 0.45) ** 2)
        facing = np.abs((rays(self.aim, 1) * self._normal).sum(-1))
        fall = 1 / (1 + (np.minimum(self.distance, 500) / 9.0) ** 2)
        light: Plane = (lobe * fall * (0.25 + 0.75 * facing) * (1 - self.sky)).astype(np.float32)
        return light


@lru_cache(maxsize=12)
def build_stage(solids: tuple[Solid, ...], aim: Aim, lamps: tuple[Lamp, ...], seed: int) -> Stage:
    """The stage of this aim; drawing takes about half a second, so the last few are kept."""
    return Stage(solids, aim, lamps, seed)


def _shrink(values: Plane) -> Plane:
    rows, columns = values.shape[0] // FINE, values.shape[1] // FINE
    cells = values.reshape(rows, FINE, columns, FINE, *values.shape[2:])
    light: Plane = cells.mean((1, 3), dtype=np.float32)
    return light


def _enlarge(values: Plane, shape: tuple[int, ...]) -> Plane:
    """Bilinear by `SHADE`: shadows of the sun have soft edges."""
    rows = np.clip((np.arange(shape[0]) + 0.5) / SHADE - 0.5, 0, values.shape[0] - 1.001)
    columns = np.clip((np.arange(shape[1]) + 0.5) / SHADE - 0.5, 0, values.shape[1] - 1.001)
    i, j = rows.astype(int), columns.astype(int)
    fi, fj = (rows - i).astype(np.float32)[:, None], (columns - j).astype(np.float32)[None]
    tall = values[i] * (1 - fi) + values[i + 1] * fi
    light: Plane = (tall[:, j] * (1 - fj) + tall[:, j + 1] * fj).astype(np.float32)
    return light
