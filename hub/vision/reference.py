"""The learned look of a camera's view in one light, and how it is stored."""

import io
import zipfile
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH, Field
from hub.vision.measures import COLUMNS, ROWS, Plane
from hub.vision.usual import Usual

VERSION = 2
# The arrays take 64 kB; anything far beyond was not written by us.
MAX_BYTES = 1_000_000
MAX_ABOUT = 64_000

LightName = Literal["day", "dim", "infrared"]
Edges = npt.NDArray[np.int8]

_CELLS = ("cell_similarity", "cell_similarity_spread", "energy", "structure", "sharpness", "sharpness_spread")
_PLANES = (*_CELLS, "levels", "coarse", "blue", "red")
_NUMBERS = ("similarity", "mean_low", "mean_high", "noise", "difference", "blur_spread", "rustle", "pictures")
_STEPS = 127


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a reference besides its look."""

    id: str = ""
    light: LightName = "day"
    preset: str = ""
    approved: bool = False
    proven: bool = False
    usual: Usual = Usual()


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """How a view looks when it is good, learned from a quiet period. Planes of cells have shape (9, 16).

    `id` is unique for the camera and names the light and a running number. `light` is the light it was learned in,
    `preset` the position of a steered camera ("" for the only one), `approved` whether a person confirmed it, `proven`
    whether it is certain without that that it shows the same place as the others, `usual` the ranges of the
    whole-picture measures when it was learned.

    `edges` is the mean field of normalised gradients (`hub.vision.gradients`) in steps of 1/127, x and y, shape
    (2, 90, 160): long where an edge was always there, short where people passed or nothing is. `cell_similarity` is
    how well single pictures agreed with it, cell by cell, `similarity` over the whole. `coarse`, `energy` and
    `sharpness` are as in `hub.vision.picture.Detail`, `structure` too, but the least that was natural. `levels` is
    the brightness of the cells, `blue` and `red` their colour differences (0 without colour), `mean_low` and
    `mean_high` the range of the whole picture's brightness; `noise` is in gray levels; `difference` the low end of the
    change from picture to picture, 0 when the scene stands still without noise; `blur_spread` the natural spread of
    the whole picture's sharpness; `rustle` as in `hub.vision.picture.Detail`.
    """

    id: str = ""
    light: LightName = "day"
    preset: str = ""
    approved: bool = False
    proven: bool = False
    usual: Usual = Usual()
    edges: Edges
    cell_similarity: Plane
    cell_similarity_spread: Plane
    energy: Plane
    structure: Plane
    sharpness: Plane
    sharpness_spread: Plane
    levels: Plane
    coarse: Plane
    blue: Plane
    red: Plane
    similarity: float
    mean_low: float
    mean_high: float
    noise: float
    difference: float
    blur_spread: float
    rustle: float
    pictures: int

    @property
    def field(self) -> Field:
        """The mean field, complex."""
        return unpack(self.edges)

    def to_bytes(self) -> bytes:
        """The reference as an npz file without pickled objects, about 40 kB."""
        about = About(
            id=self.id,
            light=self.light,
            preset=self.preset,
            approved=self.approved,
            proven=self.proven,
            usual=self.usual,
        )
        arrays: dict[str, npt.NDArray[Any]] = {name: getattr(self, name) for name in _PLANES}
        arrays["edges"] = self.edges
        arrays["numbers"] = np.array([getattr(self, name) for name in _NUMBERS], np.float64)
        arrays["about"] = np.frombuffer(msgspec.json.encode(about), np.uint8)
        arrays["version"] = np.array(VERSION, np.int64)
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Reference":
        """Read what `to_bytes` wrote. Raises ValueError when it is damaged, too large or of another version."""
        arrays = _load(data)
        try:
            about = msgspec.json.decode(arrays["about"].tobytes(), type=About)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"not a reference view: {error}") from error
        planes: dict[str, Any] = {name: arrays[name] for name in _PLANES}
        numbers: dict[str, Any] = dict(zip(_NUMBERS, arrays["numbers"].tolist(), strict=True))
        reference = cls(
            id=about.id,
            light=about.light,
            preset=about.preset,
            approved=about.approved,
            proven=about.proven,
            usual=about.usual,
            edges=arrays["edges"],
            pictures=int(numbers.pop("pictures")),
            **planes,
            **numbers,
        )
        if not 0 < reference.similarity <= 1:
            raise ValueError("not a reference view: similarity outside 0 to 1")
        return reference


def pack(field: npt.NDArray[Any], dice: np.random.Generator | None = None) -> Edges:
    """A field in steps of 1/127, an eighth of its size: ten references of a camera take little room. With `dice` the
    steps are rounded by chance, so that many small changes add up."""
    steps = np.stack([field.real, field.imag]) * np.float32(_STEPS)
    steps = np.rint(steps) if dice is None else np.floor(steps + dice.random(steps.shape, np.float32))
    packed: Edges = np.clip(steps, -_STEPS, _STEPS).astype(np.int8)
    return packed


def unpack(edges: Edges) -> Field:
    """The field that `pack` packed."""
    field = np.empty(edges.shape[1:], np.complex64)
    field.real, field.imag = edges * np.float32(1 / _STEPS)
    return field


def _load(data: bytes) -> dict[str, npt.NDArray[Any]]:
    expected: dict[str, tuple[tuple[int, ...], type]] = dict.fromkeys(_PLANES, ((ROWS, COLUMNS), np.float32))
    expected["edges"] = ((2, FIELD_HEIGHT, FIELD_WIDTH), np.int8)
    expected["numbers"] = ((len(_NUMBERS),), np.float64)
    if len(data) > MAX_BYTES:
        raise ValueError(f"not a reference view: {len(data)} bytes, more than {MAX_BYTES}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_BYTES:
                raise ValueError(f"more than {MAX_BYTES} bytes unpacked")
            names = sorted(member.filename for member in members)
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            version = file["version"] if "version.npy" in names else np.array(0)
            known = sorted(f"{name}.npy" for name in (*expected, "about", "version")) == names
            arrays = {name: file[name] for name in (*expected, "about")} if known else {}
    # A damaged zip file makes zipfile, zlib and numpy raise some ten kinds of error; all mean the same here.
    except Exception as error:
        raise ValueError(f"not a reference view: {error}") from error
    if version.shape == () and version.dtype == np.int64 and int(version) != VERSION:
        raise ValueError(f"reference view of version {int(version)}, expected {VERSION}: it is learned anew")
    if not known:
        raise ValueError("not a reference view: other contents than a reference of this version")
    for name, (shape, kind) in expected.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != kind:
            raise ValueError(f"not a reference view: {name} is {array.dtype} {array.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"not a reference view: {name} holds values that are no numbers")
    about = arrays["about"]
    if about.dtype != np.uint8 or about.ndim != 1 or about.size > MAX_ABOUT:
        raise ValueError(f"not a reference view: about is {about.dtype} {about.shape}")
    return arrays
