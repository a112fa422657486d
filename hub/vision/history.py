"""What the measures of one camera were: the last hour, day and month, bounded, at a few microseconds a picture."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from hub.vision.names import KEPT

Values = npt.NDArray[np.float32]
Sums = npt.NDArray[np.float64]


class Span(NamedTuple):
    """One span of the history: `slots` means over `every_s` seconds each."""

    name: str
    every_s: float
    slots: int


SPANS = (Span("hour", 20.0, 180), Span("day", 300.0, 288), Span("month", 21600.0, 120))
_REMEMBERED = SPANS[1:]


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """Means of one span, shape (slots, measures), not a number where nothing was measured. Row `number % slots` holds
    the mean of that number; `number` is the one being gathered in `sums` and `counts`."""

    values: Values
    number: int
    sums: Sums
    counts: Sums


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The measures of one camera over time. Empty until the first picture."""

    rings: tuple[Ring, ...] = ()


def follow(history: History, measures: Mapping[str, float], time_s: float) -> History:
    """The history after one more picture.

    Parameters
    ----------
    history
        What the call before gave, or `History()`.
    measures
        Values by the keys of `hub.vision.names`; those that are not kept, or not finite, are left out.
    time_s
        Seconds since any fixed moment; the same one over a restart for a history that is remembered. A time that goes
        back counts as none passed.
    """
    row = np.array([measures.get(key, np.nan) for key in KEPT], np.float64)
    return msgspec.structs.replace(history, rings=_gather(history.rings or _empty(time_s), row, time_s))


def courses(history: History, key: str, time_s: float) -> dict[str, tuple[float, list[float | None]]]:
    """By the name of each span: the seconds between two means, and the means of `key`, oldest first, up to now.

    >>> history = follow(History(), {"mean": 100.0}, 0.0)
    >>> history = follow(history, {"mean": 104.0}, 10.0)
    >>> courses(history, "mean", 10.0)["hour"][1][-1]
    102.0
    """
    column = KEPT.index(key)
    found = {}
    for span, ring in zip(SPANS, history.rings, strict=False):
        newest = max(ring.number, int(time_s // span.every_s))
        numbers = np.arange(newest - span.slots + 1, newest + 1)
        values = ring.values[numbers % span.slots, column].astype(np.float64)
        values[(numbers > ring.number) | (numbers <= ring.number - span.slots)] = np.nan
        if ring.counts[column]:
            values[numbers == ring.number] = ring.sums[column] / ring.counts[column]
        found[span.name] = (span.every_s, [None if np.isnan(value) else float(f"{value:.4g}") for value in values])
    return found


def pack(history: History) -> dict[str, bytes]:
    """The day and the month in a form to be stored, about 30 kB; without the hour, which is soon there again."""
    if not history.rings:
        return {}
    packed = {"keys": "\n".join(KEPT).encode()}
    for span, ring in zip(SPANS, history.rings, strict=True):
        if span in _REMEMBERED:
            values = ring.values.astype(np.float16)
            gathered = ring.counts > 0
            values[ring.number % span.slots, gathered] = (ring.sums / np.maximum(ring.counts, 1))[gathered]
            packed[span.name] = values.tobytes()
            packed[f"{span.name}.number"] = str(ring.number).encode()
    return packed


def unpack(packed: Mapping[str, bytes]) -> History:
    """What `pack` gave. Measures that are no longer kept are dropped. ValueError when it is anything else."""
    if not packed:
        return History()
    try:
        keys = packed["keys"].decode().split("\n")
        columns = [keys.index(key) if key in keys else -1 for key in KEPT]
        rings = []
        for span in SPANS:
            values = np.full((span.slots, len(KEPT)), np.nan, np.float32)
            number = 0
            if span in _REMEMBERED:
                number = int(packed[f"{span.name}.number"][:20])
                stored = np.frombuffer(packed[span.name], np.float16).reshape(span.slots, len(keys)).astype(np.float32)
                stored[~np.isfinite(stored)] = np.nan
                for index, column in enumerate(columns):
                    if column >= 0:
                        values[:, index] = stored[:, column]
            rings.append(_ring(values, number))
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"not a history of measures: {error}") from error
    return History(rings=tuple(rings))


def _empty(time_s: float) -> tuple[Ring, ...]:
    return tuple(
        _ring(np.full((span.slots, len(KEPT)), np.nan, np.float32), int(time_s // span.every_s)) for span in SPANS
    )


def _ring(values: Values, number: int) -> Ring:
    return Ring(values=values, number=number, sums=np.zeros(len(KEPT)), counts=np.zeros(len(KEPT)))


def _gather(rings: tuple[Ring, ...], row: Sums, time_s: float) -> tuple[Ring, ...]:
    """Only the finest span looks at every picture; the others are given its means."""
    after: list[Ring] = []
    coming: Sums | None = row
    at_s = time_s
    for span, ring in zip(SPANS, rings, strict=True):
        if coming is None:
            after.append(ring)
            continue
        number = int(at_s // span.every_s)
        finished: Sums | None = None
        at_s = ring.number * span.every_s
        if number > ring.number:
            finished = np.divide(ring.sums, ring.counts, out=np.full(len(KEPT), np.nan), where=ring.counts > 0)
            ring = _ring(_written(ring, span, finished, number), number)
        known = np.isfinite(coming)
        after.append(
            msgspec.structs.replace(ring, sums=ring.sums + np.where(known, coming, 0.0), counts=ring.counts + known)
        )
        coming = finished if finished is not None and np.isfinite(finished).any() else None
    return tuple(after)


def _written(ring: Ring, span: Span, mean: Sums, number: int) -> Values:
    values = ring.values.copy()
    values[ring.number % span.slots] = mean
    skipped = np.arange(max(ring.number + 1, number - span.slots + 1), number + 1)
    values[skipped % span.slots] = np.nan
    return values
