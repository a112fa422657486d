"""What is measured of one picture, and of its detail with the help of the one before."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hub.vision import gradients, measures
from hub.vision.frame import Chroma
from hub.vision.gradients import Field
from hub.vision.measures import HEIGHT, WIDTH, Brightness, Gray, Plane

# The share of cells that are taken to show noise alone between two pictures; people move in the others.
STILL_SHARE = 0.3
# By how many times more than those a cell changes when it shows more than noise.
MOVING = 1.35


class Picture(NamedTuple):
    """The measures of one picture."""

    gray: Gray
    brightness: Brightness
    noise: float
    small: Plane  # half size
    levels: Plane  # mean gray level of each cell
    blue: Plane  # mean colour differences of each cell, 0 without colour
    red: Plane
    colour: bool | None  # whether there is any colour in it; None when the stream carries none
    gradient: Field
    field: Field  # normalised gradients
    fine: npt.NDArray[np.int16]  # Laplacian


class Detail(NamedTuple):
    """How much detail each cell shows, as mean squares less the share of the noise (so a little below 0 at times).
    Planes of shape (9, 16)."""

    fine: Plane  # of the Laplacian, gray levels
    coarse: Plane  # of the gradient at half size, gray levels
    structure: Plane  # of the normalised gradient, 0 to 1
    rustle: float  # mean square that noise alone gives the normalised gradient


def measure(gray: Gray, chroma: Chroma | None = None) -> Picture:
    """Measure a picture; ValueError unless it is uint8 of shape (180, 320)."""
    if gray.dtype != np.uint8 or gray.shape != (HEIGHT, WIDTH):
        raise ValueError(f"expected a gray picture of uint8 ({HEIGHT}, {WIDTH}), got {gray.dtype} {gray.shape}")
    noise = measures.noise(gray)
    blue, red = measures.colour_means(chroma)
    small = measures.half(gray)
    edges = gradients.edges(small, noise)
    return Picture(
        gray=gray,
        brightness=measures.brightness(gray),
        noise=noise,
        small=small,
        levels=measures.cell_means(small),
        blue=blue,
        red=red,
        colour=None if chroma is None else measures.coloured(chroma),
        gradient=edges.gradient,
        field=edges.field,
        fine=measures.laplacian(gray),
    )


def detail(picture: Picture, before: Picture) -> Detail:
    """The detail of a picture. What differs from the picture before is noise, but for cells in which something
    moves: they have no more noise than the stillest.

    No single picture can tell fine texture from noise, least of all after compression; two pictures can. A change
    of exposure between the two is taken out first. After a change of the whole scene everything passes for noise
    once.
    """
    match, slope = measures.layout_match(picture.levels, before.levels)
    gain = np.float32(slope if match > 0.9 else 1.0)
    fine = picture.fine.astype(np.float32)
    shared = 1 + float(gain) ** 2
    fine_noise = _noise(measures.cell_means(np.square(fine - gain * before.fine)) / np.float32(shared))
    coarse_noise = _noise(gradients.cell_energy(picture.gradient - gain * before.gradient) / np.float32(shared))
    rustle = measures.quantile(gradients.cell_energy(picture.field - before.field), STILL_SHARE) / 2
    return Detail(
        fine=measures.cell_means(fine * fine) - fine_noise,
        coarse=gradients.cell_energy(picture.gradient) - coarse_noise,
        structure=gradients.cell_energy(picture.field) - np.float32(rustle),
        rustle=rustle,
    )


def sharpness(detail: Detail) -> Plane:
    """`hub.vision.measures.sharpness` of each cell."""
    return measures.sharpness(_root(detail.fine), _root(detail.coarse))


def energy(detail: Detail, levels: Plane) -> Plane:
    """Edge energy of each cell against its brightness: the same in bright and in dim light."""
    return _root(detail.coarse) / (levels + np.float32(15.0))


def _root(square: Plane) -> Plane:
    root: Plane = np.sqrt(np.maximum(square, 0.0, dtype=np.float32))
    return root


def _noise(change: Plane) -> Plane:
    """The noise of each cell from its change: its own, but for cells in which something moves."""
    return np.minimum(change, np.float32(MOVING * measures.quantile(change, STILL_SHARE)))
