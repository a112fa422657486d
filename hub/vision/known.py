"""What a view has been in one light, and the averages that it is held against."""

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision import gradients
from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH, Field
from hub.vision.measures import COLUMNS, ROWS, Plane
from hub.vision.picture import Detail, sharpness
from hub.vision.reference import Edges, Reference, pack, unpack
from hub.vision.template import Cells

TRUST_S = 900.0
FORGET = 0.3


class Mean(msgspec.Struct, frozen=True, kw_only=True):
    """Averages over the last minutes; planes of cells have shape (9, 16). `square` is the mean square length of the
    normalised gradients, which a change of their direction leaves as it is."""

    field: Field
    square: Plane
    detail: Detail
    levels: Plane
    blue: Plane
    red: Plane
    pictures: int
    began_s: float
    at_s: float


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the view has been in one light. `lasted_s`: for how long each cell has been another than that, `since_s`
    when that began, `kept_s` for how long it has been that: what stood there for a few minutes only, such as a
    person, is not missed when it goes. `young`: it is the reference view alone, of half a minute. `inherited`: it is
    that of an older reference view of the same light, from which the view changed at once; it holds until a person
    says that the change is right."""

    edges: Edges
    energy: Plane
    sharp: Plane
    flutter: Plane
    lasted_s: Plane
    gone_s: Plane
    since_s: npt.NDArray[np.float64]
    kept_s: Plane
    young: bool = False
    inherited: bool = False


def known_of(reference: Reference) -> Known:
    nothing = np.zeros((ROWS, COLUMNS), np.float32)
    return Known(
        edges=reference.edges,
        energy=reference.energy,
        sharp=reference.sharpness,
        flutter=np.full((ROWS, COLUMNS), np.nan, np.float32),
        lasted_s=nothing,
        gone_s=nothing,
        since_s=np.zeros((ROWS, COLUMNS)),
        kept_s=nothing,
        young=True,
    )


def settle(known: Known, mean: Mean) -> Known:
    """The first minutes are a better measure of what the view is than the reference view alone."""
    return msgspec.structs.replace(
        known,
        edges=pack(mean.field),
        energy=np.sqrt(np.maximum(mean.detail.coarse, 0)) / (mean.levels + np.float32(15.0)),
        sharp=sharpness(mean.detail),
        flutter=mean.square - gradients.cell_energy(mean.field),
        young=False,
    )


def forget(known: Known, mean: Mean, energy: Plane, sharp: Plane, cells: Cells) -> Known:
    """Take what is there now instead of what was there too shortly to be the view."""
    return (
        learn(known, mean, energy, sharp, np.where(cells, np.float32(FORGET), np.float32(0))) if cells.any() else known
    )


def learn(known: Known, mean: Mean, energy: Plane, sharp: Plane, rate: Plane) -> Known:
    """Let what the view has been follow what it is, each cell at its rate (0 to 1)."""
    before = unpack(known.edges)
    pixels = np.kron(rate, np.ones((FIELD_HEIGHT // ROWS, FIELD_WIDTH // COLUMNS), np.float32))
    return msgspec.structs.replace(
        known,
        edges=pack(before + pixels * (mean.field - before)),
        energy=known.energy + rate * (energy - known.energy),
        sharp=known.sharp + rate * (sharp - known.sharp),
    )


def waver(before: Plane, now: Plane, rate: Plane) -> Plane:
    followed: Plane = np.where(np.isnan(before), now, before + rate * (now - before)).astype(np.float32)
    return followed
