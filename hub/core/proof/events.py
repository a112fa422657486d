"""What goes on record of the proof of recordings."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, get_args

import msgspec
from msgspec import Meta

from hub.core.event import CameraId, Event

Flaw = Literal["changed", "truncated", "missing", "swapped", "renamed", "inserted", "unreadable"]
"""What is wrong with a segment. `swapped`: it holds the content of another sealed segment; `renamed`: its content lies
under another name; `inserted`: no seal knows it, and it does not wait for one."""
FLAWS: tuple[Flaw, ...] = get_args(Flaw)

ListFlaw = Literal["changed", "missing", "journal"]
"""What is wrong with a list of segments. `journal`: the chain that the seals stand in does not hold."""

MOST_TOLD = 50
"""So many segments, or lists, stand in one record; their number is told in full."""


class Damage(msgspec.Struct, frozen=True):
    """One segment that is not what was sealed."""

    segment: Annotated[str, Meta(description="The file, below the folder of recordings.")]
    flaw: Annotated[Flaw, Meta(description="What is wrong with it.")]
    other: Annotated[
        str, Meta(description="`swapped`, `inserted`: whose content it holds. `renamed`: where its content lies.")
    ] = ""


class ListDamage(msgspec.Struct, frozen=True):
    """One list of segments that is not what was sealed."""

    manifest: Annotated[str, Meta(description="The list, below the folder of recordings; or the journal.")]
    flaw: Annotated[ListFlaw, Meta(description="What is wrong with it.")]
    detail: Annotated[str, Meta(description="What exactly.")] = ""


class RecordingsProven(Event, tag="recordings.proven", frozen=True, kw_only=True):
    """A further part of the recordings was read and compared with what was sealed; what is wrong has its own event."""

    began_at: Annotated[datetime, Meta(description="When this pass over all recordings began.")]
    until: Annotated[str, Meta(description="How far it has come: UTC day and camera. Everything before is done.")]
    segments: Annotated[int, Meta(description="Segments of this part that are as they were sealed.", ge=0)]
    bytes: Annotated[int, Meta(description="What was read of them.", ge=0)]
    damaged: Annotated[int, Meta(description="Segments of this part that are not.", ge=0)] = 0
    away: Annotated[int, Meta(description="Segments in storages that could not be read: not proven.", ge=0)] = 0
    completed: Annotated[bool, Meta(description="The pass is over: every recording was proven.")] = False


class RecordingDamaged(Event, tag="recording.damaged", frozen=True, kw_only=True):
    """Recordings of the camera are not what was sealed. It comes again when more, or others, are found."""

    camera: CameraId
    count: Annotated[int, Meta(description="How many files.", ge=1)]
    damaged: Annotated[list[Damage], Meta(description=f"Which, and how; {MOST_TOLD} at most.")]


class RecordingMended(Event, tag="recording.mended", frozen=True, kw_only=True):
    """The camera's recordings are what was sealed again, or what was wrong with them was deleted by its rule."""

    CLEARS: ClassVar[type[Event] | None] = RecordingDamaged
    camera: CameraId


class SealsDamaged(Event, tag="seals.damaged", frozen=True, kw_only=True):
    """Lists of sealed segments are missing or were changed, or the chain they stand in does not hold."""

    count: Annotated[int, Meta(description="How many.", ge=1)]
    damaged: Annotated[list[ListDamage], Meta(description=f"Which, and how; {MOST_TOLD} at most.")]


class SealsMended(Event, tag="seals.mended", frozen=True, kw_only=True):
    """The lists of sealed segments are whole again."""

    CLEARS: ClassVar[type[Event] | None] = SealsDamaged


ProofEvent = RecordingsProven | RecordingDamaged | RecordingMended | SealsDamaged | SealsMended
