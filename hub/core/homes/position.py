"""Where a steered camera points, and how far two positions are apart. Pure."""

import math
from typing import Annotated

import msgspec
from msgspec import Meta

from hub.core.text import Text

AT_HOME = 0.01
"""So far from home, as a share of each axis' range, is still there: a hundredth of a turn is 3.6°."""
STILL = 0.002
"""Two readings that differ less were taken of a camera that stands still."""


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """In the device's own units. Positions of different spaces cannot be compared."""

    pan: Annotated[float, Meta(description="To the side.")] = 0.0
    tilt: Annotated[float, Meta(description="Up or down.")] = 0.0
    zoom: Annotated[float, Meta(description="How near.")] = 0.0
    space: Annotated[str, Meta(description="Which units; the device's word.")] = ""
    pan_span: Annotated[float | None, Meta(description="From one end to the other; null: not told.")] = None
    tilt_span: Annotated[float | None, Meta(description="The same, up and down.")] = None
    zoom_span: Annotated[float | None, Meta(description="The same for the zoom.")] = None
    wraps: Annotated[bool, Meta(description="Whether both ends of the side are one direction.")] = False


def apart(one: Position, other: Position) -> float | None:
    """How far two positions are from each other: the largest share of an axis' range; None where they cannot be
    compared. A device that tells no ranges is taken to speak ONVIF's normalised space (-1 to 1, zoom 0 to 1).

    >>> apart(Position(pan=359.9, tilt=0, zoom=1, pan_span=360, wraps=True),
    ...       Position(pan=0.1, tilt=0, zoom=1, pan_span=360, wraps=True)) < 0.001
    True
    """
    if one.space != other.space:
        return None
    shares = [
        _gap(one.pan, other.pan, abs(one.pan_span or 2.0), wraps=one.wraps),
        _gap(one.tilt, other.tilt, abs(one.tilt_span or 2.0)),
        _gap(one.zoom, other.zoom, abs(one.zoom_span or 1.0)),
    ]
    return max(shares) if all(map(math.isfinite, shares)) else None


def describe(home: Position, now: Position) -> Text:
    """What differs, in plain words.

    >>> describe(Position(pan=10, tilt=0, zoom=1), Position(pan=12.5, tilt=0, zoom=1)).en
    'It stands at 12.5 to the side instead of 10'
    """
    axes = (
        (home.pan, now.pan, "to the side", "水平"),
        (home.tilt, now.tilt, "up and down", "俯仰"),
        (home.zoom, now.zoom, "in zoom", "变倍"),
    )
    other = [(was, at, en, zh) for was, at, en, zh in axes if was != at]
    return Text(
        en="It stands at " + ", ".join(f"{at:g} {en} instead of {was:g}" for was, at, en, _ in other),
        zh="当前位置：" + "，".join(f"{zh} {at:g}（应为 {was:g}）" for was, at, _, zh in other),
    )


def _gap(one: float, other: float, span: float, *, wraps: bool = False) -> float:
    """The share of the range that lies between two places on an axis."""
    gap = abs(one - other)
    return (min(gap, abs(span - gap)) if wraps else gap) / span
