"""What a command is: an intention of a person, or an order of a rule.

Each subject of the core (`hub.core.alarms`, `hub.core.permits` …) has the same rooms:

    events.py     the facts that it puts on record
    commands.py   what may be asked, by people and by rules
    model.py      what stands now (frozen values), and `follow`, by which it follows from the record
    decisions.py  what follows from a command and from the passing of time: pure, from the state to events
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, get_args

import msgspec
from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]
"""An instant with its zone: 08:30 alone is somebody else's 08:30."""
Reason = Annotated[str, Meta(min_length=1, max_length=2000)]
Note = Annotated[str, Meta(max_length=2000)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Id = Annotated[str, Meta(min_length=1, max_length=100)]

Right = Literal[
    "live",
    "playback",
    "export",
    "ptz",
    "reference",
    "delete",
    "approve",
    "administer",
    "watch",
    "report",
    "repair",
    "round",
    "duty",
    "apply",
    "assets",
    "replace",
    "rules",
    "stop",
    "lead",
]
"""What a person can be allowed to do; which role may what stands in `hub.core.people.rights`.

live: see present pictures. playback: see recordings. export: hand recordings out. ptz: turn cameras. reference:
approve views and presets. delete: delete recordings. approve: approve what others applied for. administer: keep
accounts. watch: handle alarms, answer attention checks, walk the wall. report: open faults and name who repairs.
repair: repair and close. round: make rounds. duty: sign on at posts, hand over, write the duty log. apply: ask for
permits, swaps and releases. assets: keep the register of assets. replace: sign for the replacement of worn-out assets.
rules: turn rules off, set variables. stop: stop the hub. lead: override with a reason, sign in place of the watch,
decide on assessments."""
RIGHTS: tuple[Right, ...] = get_args(Right)


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """An intention of a person, who must have the right that it `NEEDS` for what it touches. None: everybody who has
    an account may, about themselves."""

    NEEDS: ClassVar[Right | None]


class Order(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What a rule asks of the core. Carried out at once and exactly once, as events."""
