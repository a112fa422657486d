"""Where the edges of a picture lie and which way they point, whatever the light: fields of normalised gradients.

A field is complex, shape (90, 160): x gradient + i·y gradient, divided by its own length plus a constant, so that
strong edges count about 1 each and noise little. Gain, offset and slow shading leave it nearly unchanged.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hub.vision.measures import COLUMNS, ROWS, Plane, cell_means

Field = npt.NDArray[np.complex64]

FIELD_HEIGHT, FIELD_WIDTH = 90, 160
# Five by three tiles that overlap by about half.
TILE_HEIGHT, TILE_WIDTH = 40, 48
# Without the lines into which cameras write clock and name: they stay whatever the lens sees.
INNER = slice(10, 80)
TILE_ROWS, TILE_COLUMNS = (0, 25, 50), (0, 28, 56, 84, 112)


class Edges(NamedTuple):
    """The edges of one picture."""

    gradient: Field  # gray levels
    field: Field  # normalised


class Alignment(NamedTuple):
    """The shift at which a picture fits a template best."""

    dx: float  # pixels of the field (160 wide), positive when the content moved right
    dy: float  # positive when the content moved down
    quality: float  # height of the best peak over the next one, at least 1
    similarity: float  # of the overlapping parts at that shift, -1 to 1
    overlap: float  # share of the template's edges that the shifted picture still shows


@cache
def _spread(size: int, cells: int) -> Plane:
    """Matrix that interpolates cell means linearly back to pixels."""
    position = (np.arange(size) + 0.5) * cells / size - 0.5
    return np.maximum(0.0, 1.0 - np.abs(np.clip(position, 0, cells - 1)[:, None] - np.arange(cells))).astype(np.float32)


@cache
def _window(height: int, width: int) -> Plane:
    return np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)


def edges(small: Plane, noise_level: float) -> Edges:
    """The gradients of a half-size picture, as they are and normalised.

    The local mean brightness is taken out first: the bright middle of an infra-red picture is no structure.

    Parameters
    ----------
    small
        `hub.vision.measures.half` of the picture, shape (90, 160).
    noise_level
        `hub.vision.measures.noise` of the picture, in gray levels.

    Examples
    --------
    >>> flat = edges(np.full((90, 160), 50, np.float32), 0.0)
    >>> float(abs(flat.field).max())
    0.0
    """
    local = small - _spread(FIELD_HEIGHT, ROWS) @ cell_means(small) @ _spread(FIELD_WIDTH, COLUMNS).T
    gradient = np.zeros((FIELD_HEIGHT, FIELD_WIDTH), np.complex64)
    down = local[:-2] + local[1:-1] * 2 + local[2:]
    across = local[:, :-2] + local[:, 1:-1] * 2 + local[:, 2:]
    gradient.real[1:-1, 1:-1] = down[:, 2:] - down[:, :-2]
    gradient.imag[1:-1, 1:-1] = across[2:] - across[:-2]
    return Edges(gradient, gradient / (np.abs(gradient) + np.float32(10.0 + 4.0 * noise_level)))


def squared(field: Field) -> Plane:
    """Squared length of each gradient of a field."""
    return field.real**2 + field.imag**2


def cell_energy(field: Field) -> Plane:
    """Mean squared length in each cell, shape (9, 16)."""
    parts = _parts(field)
    return np.float32(2.0) * cell_means(parts * parts)


def cell_product(a: Field, b: Field) -> Plane:
    """Mean of `product` in each cell, shape (9, 16)."""
    return np.float32(2.0) * cell_means(_parts(a) * _parts(b))


def _parts(field: Field) -> Plane:
    """Real and imaginary parts side by side, (90, 320): sums over cells need no more, and several times as fast."""
    return np.ascontiguousarray(field, np.complex64).view(np.float32)


def product(a: Field, b: Field) -> Plane:
    """Scalar product of two fields, pixel by pixel: positive where edges agree."""
    return a.real * b.real + a.imag * b.imag


def similarity(a: Field, b: Field, mask: Plane | npt.NDArray[np.bool_]) -> float:
    """Cosine between two fields over a mask: 1 the same edges, about 0 nothing in common; 0 when one is empty.

    Examples
    --------
    >>> field = np.full((90, 160), 0.5 + 0.5j, np.complex64)
    >>> round(similarity(field, field * 0.3, np.ones((90, 160), np.float32)), 3)
    1.0
    """
    norm = float((squared(a) * mask).sum()) * float((squared(b) * mask).sum())
    return float((product(a, b) * mask).sum()) / norm**0.5 if norm > 1e-6 else 0.0


def inner(field: Field) -> Field:
    """A field that is empty in the outermost lines."""
    kept = np.zeros_like(field)
    kept[INNER] = field[INNER]
    return kept


def spectrum(field: Field) -> Field:
    """Conjugate Fourier transform of a windowed field (or of each of several), kept for `align`."""
    return np.conj(transform(field))


def transform(field: Field) -> Field:
    """Fourier transform of a windowed field, or of each of several."""
    return np.fft.fft2(field * _window(*field.shape[-2:])).astype(np.complex64, copy=False)


def align(field: Field, template: Field, template_spectrum: Field, seen: Field | None = None) -> Alignment:
    """The shift of a picture against a template, by phase correlation of their gradient fields. `seen` is the
    `transform` of the picture where it is at hand.

    Assumes a pure shift; found up to about 45 % of the width when enough structure remains in the overlap.

    References
    ----------
    C. D. Kuglin, D. C. Hines, The phase correlation image alignment method, 1975; on gradients: V. Argyriou,
    T. Vlachos, Estimation of sub-pixel motion using gradient cross-correlation, Electronics Letters 39(13), 2003.

    Examples
    --------
    >>> picture = np.random.default_rng(0).normal(100, 40, (90, 160)).astype(np.float32)
    >>> here = edges(picture, 0.0).field
    >>> there = edges(np.roll(picture, 7, axis=1), 0.0).field
    >>> round(align(there, here, spectrum(here)).dx)
    7
    """
    return _read(_correlate(transform(field) if seen is None else seen, template_spectrum), field, template)


def similarity_at(field: Field, template: Field, dx: float, dy: float) -> float:
    """Cosine between a picture and a template shifted by so many pixels of the field, where they overlap."""
    seen, expected = _overlap(field, template, round(dx), round(dy))
    return _agreement(expected, seen)[0]


def _agreement(expected: Field, seen: Field) -> tuple[float, float]:
    """Cosine between two fields where anything is expected, and the squared length of what is."""
    length = float(np.vdot(expected, expected).real)
    norm = length * float((squared(seen) * (expected != 0)).sum())
    return (float(np.vdot(expected, seen).real) / norm**0.5 if norm > 1e-6 else 0.0), length


def align_tiles(field: Field, template: Field) -> list[tuple[float, float, Alignment]]:
    """The shift of each of fifteen tiles, with the place of its middle from the middle of the picture (x, y)."""
    seen, expected = _tiles(field), _tiles(template)
    surfaces = _correlate(transform(seen), spectrum(expected))
    middles = [
        (x + (TILE_WIDTH - FIELD_WIDTH) / 2, y + (TILE_HEIGHT - FIELD_HEIGHT) / 2)
        for y in TILE_ROWS
        for x in TILE_COLUMNS
    ]
    return [(x, y, _read(surfaces[index], seen[index], expected[index])) for index, (x, y) in enumerate(middles)]


def _tiles(field: Field) -> Field:
    return np.stack([field[y : y + TILE_HEIGHT, x : x + TILE_WIDTH] for y in TILE_ROWS for x in TILE_COLUMNS])


def _correlate(transformed: Field, template_spectrum: Field) -> Plane:
    cross = transformed * template_spectrum
    length = np.abs(cross)
    cross /= length + np.float32(1e-3) * length.max(axis=(-2, -1), keepdims=True) + np.float32(1e-9)
    surface: Plane = np.fft.ifft2(cross).real.astype(np.float32)
    return surface


def _read(surface: Plane, field: Field, template: Field) -> Alignment:
    height, width = surface.shape
    y, x = divmod(int(surface.argmax()), width)
    peak = float(surface[y, x])
    fraction_x = _vertex(surface[y, x - 1], peak, surface[y, (x + 1) % width])
    fraction_y = _vertex(surface[y - 1, x], peak, surface[(y + 1) % height, x])
    surface[np.ix_(np.arange(y - 2, y + 3) % height, np.arange(x - 2, x + 3) % width)] = 0
    quality = peak / (float(surface.max()) + 1e-9)
    whole_y = y - height if y > height // 2 else y
    whole_x = x - width if x > width // 2 else x
    seen, expected = _overlap(field, template, whole_x, whole_y)
    alike, left = _agreement(expected, seen)
    total = float(np.vdot(template, template).real)
    return Alignment(
        dx=whole_x + fraction_x,
        dy=whole_y + fraction_y,
        quality=max(1.0, quality),
        similarity=alike,
        overlap=left / total if total > 0 else 0.0,
    )


def _vertex(before: float, at: float, after: float) -> float:
    curve = float(before) - 2 * at + float(after)
    return 0.0 if abs(curve) < 1e-9 else float(np.clip(0.5 * (float(before) - float(after)) / curve, -0.5, 0.5))


def _overlap(field: Field, template: Field, dx: int, dy: int) -> tuple[Field, Field]:
    rows, columns = field.shape
    seen = field[max(0, dy) : rows + min(0, dy), max(0, dx) : columns + min(0, dx)]
    expected = template[max(0, -dy) : rows - max(0, dy), max(0, -dx) : columns - max(0, dx)]
    return seen, expected
