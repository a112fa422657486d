"""What is measured of one picture, and of its detail with the help of the one before."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hub.vision import gradients, measures
from hub.vision.gradients import Field
from hub.vision.measures import HEIGHT, WIDTH, Brightness, Gray, Plane

# The share of cells that are taken to show noise alone between two pictures; people move in the others.
STILL_PERCENT = 30


class Picture(NamedTuple):
    """The measures of one picture."""

    gray: Gray
    brightness: Brightness
    noise: float
    levels: Plane  # mean gray level of each cell
    gradient: Field
    field: Field  # normalised gradients
    fine: npt.NDArray[np.int16]  # Laplacian


class Detail(NamedTuple):
    """How much detail each cell shows, as mean squares less the share of the noise (so a little below 0 at times).
    Planes of shape (9, 16)."""

    fine: Plane  # of the Laplacian, gray levels
    coarse: Plane  # of the gradient at half size, gray levels
    structure: Plane  # of the normalised gradient, 0 to 1


def measure(gray: Gray) -> Picture:
    """Measure a picture; ValueError unless it is uint8 of shape (180, 320)."""
    if gray.dtype != np.uint8 or gray.shape != (HEIGHT, WIDTH):
        raise ValueError(f"expected a gray picture of uint8 ({HEIGHT}, {WIDTH}), got {gray.dtype} {gray.shape}")
    noise = measures.noise(gray)
    small = measures.half(gray)
    edges = gradients.edges(small, noise)
    return Picture(
        gray=gray,
        brightness=measures.brightness(gray),
        noise=noise,
        levels=measures.cell_means(small),
        gradient=edges.gradient,
        field=edges.field,
        fine=measures.laplacian(gray),
    )


def detail(picture: Picture, before: Picture) -> Detail:
    """The detail of a picture. What differs from the picture before in the stillest cells is noise everywhere.

    No single picture can tell fine texture from noise, least of all after compression; two pictures can. A change
    of exposure between the two is taken out first. After a change of the whole scene everything passes for noise
    once.
    """
    match, slope = measures.layout_match(picture.levels, before.levels)
    gain = np.float32(slope if match > 0.9 else 1.0)
    fine = picture.fine.astype(np.float32)
    fine_noise = _still(fine - gain * before.fine) / (1 + float(gain) ** 2)
    coarse_noise = _still_field(picture.gradient - gain * before.gradient) / (1 + float(gain) ** 2)
    field_noise = _still_field(picture.field - before.field) / 2
    return Detail(
        fine=measures.cell_means(fine * fine) - np.float32(fine_noise),
        coarse=measures.cell_means(gradients.squared(picture.gradient)) - np.float32(coarse_noise),
        structure=measures.cell_means(gradients.squared(picture.field)) - np.float32(field_noise),
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


def _still(change: Plane) -> float:
    return float(np.percentile(measures.cell_means(change * change), STILL_PERCENT))


def _still_field(change: Field) -> float:
    return float(np.percentile(measures.cell_means(gradients.squared(change)), STILL_PERCENT))
