"""Kinds of rounds: what is looked at, on which assets, and what a good answer is. `rules/rounds.toml` says it.

A round that comes due (`round.due`) is of one kind. A kind has checklists, one for each sort of asset; an item of a
checklist is answered for each asset that it is about. The kinds in force are on record, so that an answer can be
judged later by what was asked then.
"""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from hub.core.text import Text

AssetKind = Literal["camera", "line", "switch", "encoder", "server", "recorder", "disk", "monitor", "ups", "room"]
ASSET_KINDS: tuple[AssetKind, ...] = (
    *("camera", "line", "switch", "encoder", "server", "recorder", "disk", "monitor", "ups"),
    "room",
)
"""The links of the chain from the camera to the picture in the control room, and the room itself."""

CameraMeasure = Literal["picture", "recording", "signal", "online", "recorded", "sharpness", "likeness"]
"""Of a camera. Good or bad: the picture, the recording, the signal. Numbers: how much of the last week there was a
signal, and how much of what was planned is recorded; how sharp the picture is, and how like its approved view."""
MachineMeasure = Literal["storage", "disk", "disk-free", "clock", "temperature"]
"""Of a machine. Good or bad: whether the volume of recordings can be written and has room. Numbers: how full its disk
is and what is free; by how much its clock may be wrong at most; its temperature."""
Measure = Literal[CameraMeasure, MachineMeasure]
"""What the hub fills in by itself."""
CAMERA_MEASURES: tuple[CameraMeasure, ...] = get_args(CameraMeasure)
MACHINE_MEASURES: tuple[MachineMeasure, ...] = get_args(MachineMeasure)
READINGS: Mapping[Measure, str] = {
    "online": "%",
    "recorded": "%",
    "sharpness": "%",
    "likeness": "%",
    "disk": "%",
    "disk-free": "GB",
    "clock": "s",
    "temperature": "°C",
}
"""The measures that are numbers, and can have limits, with the unit of each."""


class Item(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer"):
    """One thing to look at. `must`: the round cannot be signed off without it. `fault`: title of the ticket that a bad
    answer opens; empty: it opens none. `photo_of_fault`: a bad answer needs a photo."""

    id: str
    ask: Text
    help: Text = Text(en="")
    must: bool = True
    fault: Text = Text(en="")
    photo_of_fault: bool = False


class YesNo(Item, tag="yes-no", frozen=True, kw_only=True):
    """Answered with yes or no; `good` is the answer of a healthy asset."""

    good: bool = True


class Number(Item, tag="number", frozen=True, kw_only=True):
    """A reading that a person takes. Outside of its limits it is a bad answer."""

    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None


class Words(Item, tag="text", frozen=True, kw_only=True):
    """A remark in the person's own words; never a bad answer by itself."""


class Photo(Item, tag="photo", frozen=True, kw_only=True):
    """A picture that the person takes."""


class Measured(Item, tag="measured", frozen=True, kw_only=True):
    """Filled in by the hub with what it knows of the asset. Outside of its limits it is a bad answer; what is not a
    number is bad when the hub finds it so. What is not judged is no answer: a person looks."""

    measure: Measure
    at_least: float | None = None
    at_most: float | None = None


AnyItem = YesNo | Number | Words | Photo | Measured


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Which assets of a sort a checklist is about. What is empty does not restrict; otherwise all that is said must
    fit. `assets` are ids: of cameras from hub.toml, of others from the register of assets."""

    assets: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    domain: str = ""


class Checklist(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at on each asset of one sort."""

    of: AssetKind
    scope: Scope = Scope()
    items: tuple[AnyItem, ...]


class RoundKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of round, as rules name it: `{ round = "technical" }`."""

    id: str
    name: Text
    clause: str = ""
    team: str = ""
    """Who makes it, unless the rule that makes it due says so."""
    due_in_s: float | None = None
    """How long there is time for it, unless that rule says so."""
    signed_by: Literal["maker", "leader"] = "maker"
    """Whose signature ends it."""
    checklists: tuple[Checklist, ...] = ()
