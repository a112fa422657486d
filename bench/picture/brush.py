"""Drawing on float pictures with numpy: soft shapes, noise, blur, shifts."""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.picture.geometry import Plane


def gray_of(image: Plane) -> Plane:
    """The mean of the last axis of three (or one); adding planes is many times as fast as numpy's mean over it."""
    if image.shape[-1] == 1:
        return image[..., 0]
    return (image[..., 0] + image[..., 1] + image[..., 2]) * np.float32(1 / 3)


def coloured(light: Plane, colour: Plane) -> Plane:
    """Light of one strength (rows, columns) or of three (rows, columns, 3), times a colour: as by broadcasting, which
    takes numpy several times as long over so short an axis."""
    rows, columns = light.shape[:2]
    if light.strides[0] < light.strides[1]:
        image = np.empty((columns, rows, len(colour)), np.float32).swapaxes(0, 1)
    else:
        image = np.empty((rows, columns, len(colour)), np.float32)
    for channel, share in enumerate(colour):
        np.multiply(light if light.ndim == 2 else light[..., channel], share, out=image[..., channel])
    return image


def soften(image: Plane, sigma: float) -> Plane:
    """Gaussian blur over the first two axes, edges repeated."""
    if sigma < 0.15:
        return image
    reach = max(1, int(np.ceil(2.8 * sigma)))
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma * sigma)).astype(np.float32)
    kernel /= kernel.sum()
    for axis in (0, 1):
        pad = [(0, 0)] * image.ndim
        pad[axis] = (reach, reach)
        padded = np.pad(image, pad, mode="edge")
        size = image.shape[axis]
        parts = (k * (padded[i : i + size] if axis == 0 else padded[:, i : i + size]) for i, k in enumerate(kernel))
        image = sum(parts, np.zeros_like(image))
    return image


def defocus(image: Plane, radius: float) -> Plane:
    """Blur by a disc, as of a lens out of focus; its standard deviation is half the radius on each axis."""
    reach = int(np.ceil(radius)) + 1
    padded = np.pad(image, [(reach, reach), (reach, reach)] + [(0, 0)] * (image.ndim - 2), mode="edge")
    spectrum = _disc(radius, reach, padded.shape[:2])
    if image.ndim == 3:
        spectrum = spectrum[..., None]
    done = np.fft.irfft2(np.fft.rfft2(padded, axes=(0, 1)) * spectrum, s=padded.shape[:2], axes=(0, 1))
    return done[reach:-reach, reach:-reach].astype(np.float32)


@lru_cache(maxsize=2)
def _disc(radius: float, reach: int, shape: tuple[int, int]) -> npt.NDArray[np.complexfloating[Any]]:
    """The Fourier transform of a disc about the first point of a plane of that shape."""
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    disc /= disc.sum()
    kernel = np.zeros(shape, np.float32)
    kernel[: disc.shape[0], : disc.shape[1]] = disc
    return np.fft.rfft2(np.roll(kernel, (-reach, -reach), (0, 1)))


def clouds(rng: np.random.Generator, shape: tuple[int, int], grain: float) -> Plane:
    """Smooth noise of deviation about 1, patches about `grain` pixels wide."""
    rows, columns = int(shape[0] / grain) + 3, int(shape[1] / grain) + 3
    coarse = rng.standard_normal((rows, columns)).astype(np.float32)
    y, x = np.arange(shape[0]) / grain, np.arange(shape[1]) / grain
    i, j = y.astype(int), x.astype(int)
    fy, fx = (y - i).astype(np.float32), (x - j).astype(np.float32)
    fy, fx = (fy * fy * (3 - 2 * fy))[:, None], (fx * fx * (3 - 2 * fx))[None]
    upper = coarse[i][:, j] * (1 - fx) + coarse[i][:, j + 1] * fx
    lower = coarse[i + 1][:, j] * (1 - fx) + coarse[i + 1][:, j + 1] * fx
    painted: Plane = ((upper * (1 - fy) + lower * fy) * 1.4).astype(np.float32)
    return painted


def shift(image: Plane, down: float, across: float) -> Plane:
    """The image moved by parts of a pixel; what comes in repeats the edge."""
    i, j = int(np.floor(down)), int(np.floor(across))
    fi, fj = np.float32(down - i), np.float32(across - j)
    rows, columns = np.arange(image.shape[0]), np.arange(image.shape[1])

    def at(values: Plane, places: np.ndarray, by: int, axis: int) -> Plane:
        painted: Plane = np.take(values, np.clip(places - by, 0, len(places) - 1), axis=axis)
        return painted

    tall = at(image, rows, i, 0) * (1 - fi) + at(image, rows, i + 1, 0) * fi
    return (at(tall, columns, j, 1) * (1 - fj) + at(tall, columns, j + 1, 1) * fj).astype(np.float32)


def spot(shape: tuple[int, int], row: float, column: float, radius: float) -> Plane:
    """A round glow of height 1 that falls off like a bell."""
    y = np.exp(-((np.arange(shape[0]) - row) ** 2) / (2 * radius * radius)).astype(np.float32)
    x = np.exp(-((np.arange(shape[1]) - column) ** 2) / (2 * radius * radius)).astype(np.float32)
    painted: Plane = y[:, None] * x[None]
    return painted


def ellipse(rows: Plane, columns: Plane, row: float, column: float, tall: float, wide: float) -> Plane:
    """A filled ellipse of half axes `tall` and `wide` with an edge of one pixel."""
    away = np.hypot((rows - row) / max(tall, 0.3), (columns - column) / max(wide, 0.3))
    painted: Plane = np.clip((1 - away) * min(tall, wide) + 0.5, 0, 1).astype(np.float32)
    return painted


def bar(rows: Plane, columns: Plane, top: float, bottom: float, left: float, right: float) -> Plane:
    """A filled upright rectangle with edges of one pixel."""
    tall = np.clip(np.minimum(rows - top, bottom - rows) + 0.5, 0, 1)
    wide = np.clip(np.minimum(columns - left, right - columns) + 0.5, 0, 1)
    painted: Plane = (tall * wide).astype(np.float32)
    return painted
