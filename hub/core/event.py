"""What an event is, and the record that the journal keeps of it."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

PERSON: dict[str, str] = {"names": "person"}
CAMERA: dict[str, str] = {"names": "camera"}
"""For `Meta(extra=…)` of a field that holds ids: whose they are. Where people read the field, they read names."""

CameraId = Annotated[str, Meta(description="Camera id from hub.toml.", extra=CAMERA)]
AlarmId = Annotated[str, Meta(description="Alarm id, such as A-12.")]
TicketId = Annotated[str, Meta(description="Fault ticket id, such as T-7.")]
RoundId = Annotated[str, Meta(description="Id of one due round, such as R-3.")]
RuleId = Annotated[str, Meta(description="Rule id from a file in rules/.")]
AccountId = Annotated[str, Meta(description="Account name of a person.", extra=PERSON)]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A fact, in the past tense. Subclasses are the catalogue (`hub.core.catalogue`).

    `VERSION` counts changes of shape; an old record is brought up to date by an upcaster when it is read.
    `CLEARS` names the event whose condition this one ends (`SignalRestored.CLEARS is SignalLost`).
    `APART` names the field that tells apart the conditions of one thing that this event begins (the `kind` of what
    still covers a camera): each lasts until its own end. Empty: there is one at a time.
    """

    VERSION: ClassVar[int] = 1
    CLEARS: ClassVar["type[Event] | None"] = None
    APART: ClassVar[str] = ""


class Record(msgspec.Struct, frozen=True):
    """One event as the journal keeps it. Immutable, hashed, in one gapless order.

    `at` is when it happened by the source's clock (which may lie), `seen_at` when the hub took it in; rules use
    `seen_at`. `cause` is the `seq` of the record that led to this one. `key` is unique over the whole journal when
    set: appending the same key again changes nothing.
    """

    seq: int
    at: datetime
    seen_at: datetime
    actor: str
    cause: int | None
    event: Event
    key: str | None
    hash: bytes


class Draft(msgspec.Struct, frozen=True):
    """An event that somebody asks the journal to keep; the journal adds `seq`, `seen_at` and the hash."""

    event: Event
    actor: str
    cause: int | None = None
    at: datetime | None = None
    key: str | None = None


def wire_name(event: Event | type[Event]) -> str:
    """The name under which an event is written down: `signal.lost` for `SignalLost`."""
    tag = event.__struct_config__.tag
    assert isinstance(tag, str)
    return tag
