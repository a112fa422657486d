"""What the watch can say of why it judges a camera as it does: every measure, its limits and its history.

Worked out on request and never on record. Texts are in both languages, so that whoever shows it needs no tables.
"""

from typing import Literal

import msgspec

from hub.core.findings import Light
from hub.core.text import Text

State = Literal["found", "suspected", "not_seen", "unknown", "hidden", "off"]
"""found: it stands. suspected: seen, and has not lasted long enough. not_seen: looked for and not there. unknown: it
can be neither seen nor excluded. hidden: another finding makes it unknowable. off: its sensitivity is 0."""

Bad = Literal["high", "low", "either", "none"]
"""Which way a measure is bad; none: it only describes."""


class ReadingNow(msgspec.Struct, frozen=True, kw_only=True):
    """One measure against its limit. `beyond`: it speaks for the fault. `room`: how far it is from the limit on the
    good side, as a share of the limit; below 0 beyond it, None where the limit is 0."""

    key: str
    name: Text
    unit: str = ""
    value: float
    limit: float
    below: bool = False
    beyond: bool = False
    room: float | None = None


class KindNow(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of finding. `why` is a plain sentence. `for_s`: how long it has been found, or suspected; `needs_s`:
    how long it must last to be found."""

    kind: str
    name: Text
    state: State
    why: Text
    for_s: float | None = None
    needs_s: float | None = None
    hidden_by: str = ""
    readings: list[ReadingNow] = []


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """The history of one measure over one span: evenly spaced means, oldest first, the last of them now. None where
    nothing was measured."""

    every_s: float
    values: list[float | None]


class MeasureNow(msgspec.Struct, frozen=True, kw_only=True):
    """One measure. `limits` are those that it is held against at the moment, `usual` the range learned for this light
    (1st and 99th percentile)."""

    key: str
    name: Text
    means: Text
    unit: str = ""
    bad: Bad = "none"
    value: float | None = None
    limits: list[float] = []
    usual: tuple[float, float] | None = None
    hour: Course | None = None
    day: Course | None = None
    month: Course | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a camera is judged as it is. `why` is one plain sentence about the whole. `light`, `reference` (its id) and
    `approved` tell what the picture is compared with; `learning` how far a new reference has got, 0 to 1."""

    why: Text
    light: Light | None = None
    reference: str = ""
    approved: bool = False
    preset: str = ""
    learning: float | None = None
    kinds: list[KindNow] = []
    measures: list[MeasureNow] = []
