"""The learned look of a camera's view, and how it is stored."""

import io
import zipfile
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision.gradients import FIELD_HEIGHT, FIELD_WIDTH, Field
from hub.vision.measures import COLUMNS, ROWS, Plane

VERSION = 1
# The arrays take 64 kB; anything far beyond was not written by us.
MAX_BYTES = 1_000_000

_CELLS = ("cell_similarity", "cell_similarity_spread", "energy", "structure", "sharpness", "sharpness_spread")
_PLANES = (*_CELLS, "levels", "coarse")
_NUMBERS = ("similarity", "mean_low", "mean_high", "noise", "difference", "blur_spread", "pictures")


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """How a view looks when it is good, learned from a quiet period. Planes of cells have shape (9, 16).

    `field` is the mean field of normalised gradients (`hub.vision.gradients`): long where an edge was always there,
    short where people passed or nothing is. `cell_similarity` is how well single pictures agreed with it, cell by
    cell, `similarity` over the whole. `coarse`, `energy` and `sharpness` are as in `hub.vision.picture.Detail`,
    `structure` too, but the least that was natural. `levels` is the brightness of the cells, `mean_low` and
    `mean_high` the range of the whole picture's; `noise` is in gray levels; `difference` the low end of the change
    from picture to picture, 0 when the scene stands still without noise; `blur_spread` the natural spread of the
    whole picture's sharpness.
    """

    field: Field
    cell_similarity: Plane
    cell_similarity_spread: Plane
    energy: Plane
    structure: Plane
    sharpness: Plane
    sharpness_spread: Plane
    levels: Plane
    coarse: Plane
    similarity: float
    mean_low: float
    mean_high: float
    noise: float
    difference: float
    blur_spread: float
    pictures: int

    def to_bytes(self) -> bytes:
        """The reference as an npz file without pickled objects, about 60 kB."""
        arrays: dict[str, npt.NDArray[Any]] = {name: getattr(self, name) for name in _PLANES}
        arrays["field"] = np.stack([self.field.real, self.field.imag]).astype(np.float16)
        arrays["numbers"] = np.array([getattr(self, name) for name in _NUMBERS], np.float64)
        arrays["version"] = np.array(VERSION, np.int64)
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Reference":
        """Read what `to_bytes` wrote. Raises ValueError when it is damaged, too large or of another version."""
        arrays = _load(data)
        field = arrays["field"].astype(np.float32)
        planes: dict[str, Any] = {name: arrays[name] for name in _PLANES}
        numbers: dict[str, Any] = dict(zip(_NUMBERS, arrays["numbers"].tolist(), strict=True))
        reference = cls(
            field=pack(field[0] + 1j * field[1]),
            pictures=int(numbers.pop("pictures")),
            **planes,
            **numbers,
        )
        if np.abs(reference.field).max() > 1.01:
            raise ValueError("not a reference view: gradients longer than 1")
        if not 0 < reference.similarity <= 1:
            raise ValueError("not a reference view: similarity outside 0 to 1")
        return reference


def pack(field: npt.NDArray[Any]) -> Field:
    """A field as it is after storing (half precision), so that a stored reference judges like the fresh one."""
    packed = np.empty(field.shape, np.complex64)
    packed.real = field.real.astype(np.float16)
    packed.imag = field.imag.astype(np.float16)
    return packed


def _load(data: bytes) -> dict[str, npt.NDArray[Any]]:
    expected: dict[str, tuple[tuple[int, ...], type]] = dict.fromkeys(_PLANES, ((ROWS, COLUMNS), np.float32))
    expected["field"] = ((2, FIELD_HEIGHT, FIELD_WIDTH), np.float16)
    expected["numbers"] = ((len(_NUMBERS),), np.float64)
    expected["version"] = ((), np.int64)
    if len(data) > MAX_BYTES:
        raise ValueError(f"not a reference view: {len(data)} bytes, more than {MAX_BYTES}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_BYTES:
                raise ValueError(f"more than {MAX_BYTES} bytes unpacked")
            if sorted(member.filename for member in members) != sorted(f"{name}.npy" for name in expected):
                raise ValueError("other contents than a reference of this version")
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in expected}
    # A damaged zip file makes zipfile, zlib and numpy raise some ten kinds of error; all mean the same here.
    except Exception as error:
        raise ValueError(f"not a reference view: {error}") from error
    for name, (shape, kind) in expected.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != kind:
            raise ValueError(f"not a reference view: {name} is {array.dtype} {array.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"not a reference view: {name} holds values that are no numbers")
    if int(arrays["version"]) != VERSION:
        raise ValueError(f"reference view of version {int(arrays['version'])}, expected {VERSION}: learn it anew")
    return arrays
