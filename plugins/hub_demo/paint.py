"""A few strokes of paint on numpy pictures: float32, height × width × 3, 0 to 255."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.float32]
Colour = tuple[float, float, float]
Point = tuple[float, float]

HEIGHT, WIDTH = 360, 640


def canvas(top: Colour, bottom: Colour) -> Canvas:
    """A picture that shades from one colour to another."""
    share = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    shaded = np.asarray(top, np.float32) * (1 - share) + np.asarray(bottom, np.float32) * share
    return np.broadcast_to(shaded, (HEIGHT, WIDTH, 3)).astype(np.float32)


def box(on: Canvas, x: float, y: float, width: float, height: float, colour: Colour, *, edge: float = 0.0) -> None:
    """A filled rectangle; `edge` lightens its upper and left rim and darkens the others."""
    left, top = max(0, round(x)), max(0, round(y))
    right, bottom = min(WIDTH, round(x + width)), min(HEIGHT, round(y + height))
    if left >= right or top >= bottom:
        return
    on[top:bottom, left:right] = colour
    if edge:
        on[top : top + 2, left:right] += edge
        on[top:bottom, left : left + 2] += edge
        on[bottom - 2 : bottom, left:right] -= edge
        on[top:bottom, right - 2 : right] -= edge


def disc(on: Canvas, x: float, y: float, radius: float, colour: Colour, *, strength: float = 1.0) -> None:
    """A disc with a soft rim of one pixel."""
    left, top = max(0, int(x - radius - 2)), max(0, int(y - radius - 2))
    right, bottom = min(WIDTH, int(x + radius + 3)), min(HEIGHT, int(y + radius + 3))
    if left >= right or top >= bottom:
        return
    rows, columns = np.mgrid[top:bottom, left:right].astype(np.float32)
    cover = np.clip(radius + 0.5 - np.hypot(columns - x, rows - y), 0, 1)[..., None] * strength
    on[top:bottom, left:right] = on[top:bottom, left:right] * (1 - cover) + np.asarray(colour, np.float32) * cover


def glow(on: Canvas, x: float, y: float, radius: float, colour: Colour) -> None:
    """Light that falls off around a lamp, added to what is there."""
    reach = radius * 3
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    right, bottom = min(WIDTH, int(x + reach)), min(HEIGHT, int(y + reach))
    if left >= right or top >= bottom:
        return
    rows, columns = np.mgrid[top:bottom, left:right].astype(np.float32)
    fall = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * radius**2))[..., None]
    on[top:bottom, left:right] += fall * np.asarray(colour, np.float32)


def shape(on: Canvas, corners: Sequence[Point], colour: Colour) -> None:
    """A filled convex polygon, corners in either direction."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, right = max(0, int(min(xs))), min(WIDTH, int(max(xs)) + 1)
    top, bottom = max(0, int(min(ys))), min(HEIGHT, int(max(ys)) + 1)
    if left >= right or top >= bottom:
        return
    rows, columns = np.mgrid[top:bottom, left:right].astype(np.float32)
    sides = [
        (bx - ax) * (rows - ay) - (by - ay) * (columns - ax)
        for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True)
    ]
    inside = np.all([side >= 0 for side in sides], axis=0) | np.all([side <= 0 for side in sides], axis=0)
    on[top:bottom, left:right][inside] = colour


def stroke(on: Canvas, start: Point, end: Point, width: float, colour: Colour) -> None:
    """A straight line of a given width."""
    (ax, ay), (bx, by) = start, end
    length = max(1e-6, float(np.hypot(bx - ax, by - ay)))
    nx, ny = -(by - ay) / length * width / 2, (bx - ax) / length * width / 2
    shape(on, [(ax + nx, ay + ny), (bx + nx, by + ny), (bx - nx, by - ny), (ax - nx, ay - ny)], colour)


def grain(on: Canvas, rng: np.random.Generator, strength: float, *, size: int = 1) -> None:
    """Texture of a surface: fixed noise in blocks of `size` pixels."""
    rows, columns = -(-HEIGHT // size), -(-WIDTH // size)
    noise = rng.normal(0, strength, (rows, columns)).astype(np.float32)
    on += np.kron(noise, np.ones((size, size), np.float32))[:HEIGHT, :WIDTH, None]


def person(on: Canvas, x: float, feet: float, tall: float, coat: Colour, step: float) -> None:
    """A walking person seen from the side; `step` is the phase of the walk in turns."""
    swing = np.sin(step * 2 * np.pi) * tall * 0.13
    hip, neck = feet - tall * 0.46, feet - tall * 0.82
    for leg in (swing, -swing):
        stroke(on, (x, hip), (x + leg, feet), tall * 0.09, (38, 40, 52))
    stroke(on, (x, neck), (x, hip + tall * 0.04), tall * 0.22, coat)
    for arm in (swing, -swing):
        stroke(on, (x, neck + tall * 0.05), (x + arm * 0.8, hip - tall * 0.03), tall * 0.06, coat)
    disc(on, x, feet - tall * 0.91, tall * 0.085, (214, 176, 148))
    box(on, x - tall * 0.09, feet - tall * 1.0, tall * 0.18, tall * 0.06, (232, 196, 40))


def car(on: Canvas, x: float, wheels: float, length: float, colour: Colour, *, lights: bool = False) -> None:
    """A car from the side, driving to the right."""
    high = length * 0.2
    body = tuple(c * 0.82 for c in colour)
    box(on, x, wheels - high * 1.15, length, high, (body[0], body[1], body[2]))
    roof = wheels - high * 2.0
    shape(
        on,
        [
            (x + length * 0.18, wheels - high * 1.1),
            (x + length * 0.3, roof),
            (x + length * 0.68, roof),
            (x + length * 0.84, wheels - high * 1.1),
        ],
        colour,
    )
    shape(
        on,
        [
            (x + length * 0.27, wheels - high * 1.15),
            (x + length * 0.34, roof + high * 0.15),
            (x + length * 0.64, roof + high * 0.15),
            (x + length * 0.74, wheels - high * 1.15),
        ],
        (60, 74, 88),
    )
    for wheel in (0.22, 0.78):
        disc(on, x + length * wheel, wheels - high * 0.1, high * 0.42, (24, 24, 26))
        disc(on, x + length * wheel, wheels - high * 0.1, high * 0.2, (150, 152, 156))
    if lights:
        glow(on, x + length * 1.02, wheels - high * 0.7, length * 0.16, (170, 160, 110))
