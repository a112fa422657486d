"""Facts about permits to cover a camera (遮挡许可). What the watch finds meanwhile stays on record as ever."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.event import AccountId, CameraId, Event
from hub.core.permits.kinds import PermitKind

PermitId = Annotated[str, Meta(description="Permit id, such as P-3.")]
_Cameras = Annotated[list[CameraId], Meta(description="The cameras that may be covered.")]
_Kinds = Annotated[list[PermitKind], Meta(description="The kinds of alarm that it keeps silent.")]
_To = Annotated[datetime, Meta(description="When it ends, whatever happens.")]
_Reason = Annotated[str, Meta(description="Why.")]


class PermitApplied(Event, tag="permit.applied", frozen=True, kw_only=True):
    """Somebody asked for a permit to cover cameras, or for more time for one that is in force."""

    permit: PermitId
    cameras: _Cameras
    kinds: _Kinds
    from_at: Annotated[datetime, Meta(description="When it is to begin.")]
    to_at: _To
    reason: Annotated[str, Meta(description="What the cameras are in the way of.")]
    work: Annotated[str, Meta(description="What work is done.")] = ""
    firm: Annotated[str, Meta(description="Who does it: the firm or the team.")] = ""
    attachments: Annotated[list[AttachmentId], Meta(description="Letters and drawings handed over with it.")] = []
    extends: Annotated[str, Meta(description="The permit that it prolongs; empty for a new one.")] = ""
    domain: Annotated[str, Meta(description="Domain of its cameras.")] = ""


class PermitApproved(Event, tag="permit.approved", frozen=True, kw_only=True):
    """A leader other than the applicant approved it."""

    CLEARS: ClassVar[type[Event] | None] = PermitApplied
    permit: PermitId
    note: Annotated[str, Meta(description="Conditions, say.")] = ""
    standing: Annotated[
        list[str], Meta(description="The alarms that it covers and that stood already: covered before it was allowed.")
    ] = []


class PermitRefused(Event, tag="permit.refused", frozen=True, kw_only=True):
    """A leader refused it."""

    CLEARS: ClassVar[type[Event] | None] = PermitApplied
    permit: PermitId
    reason: _Reason


class PermitWithdrawn(Event, tag="permit.withdrawn", frozen=True, kw_only=True):
    """The applicant does not need it any more; it never was in force."""

    CLEARS: ClassVar[type[Event] | None] = PermitApplied
    permit: PermitId
    reason: Annotated[str, Meta(description="Why.")] = ""


class PermitLapsed(Event, tag="permit.lapsed", frozen=True, kw_only=True):
    """Its time is over and nobody had decided on it."""

    CLEARS: ClassVar[type[Event] | None] = PermitApplied
    permit: PermitId


class PermitBegan(Event, tag="permit.began", frozen=True, kw_only=True):
    """An approved permit is in force."""

    permit: PermitId
    cameras: _Cameras
    kinds: _Kinds
    to_at: _To


class PermitEndsSoon(Event, tag="permit.ends_soon", frozen=True, kw_only=True):
    """A permit ends soon: what covers the view must be gone by then."""

    permit: PermitId
    cameras: _Cameras
    covered: Annotated[list[CameraId], Meta(description="Those of its cameras on which the watch still sees it.")] = []
    to_at: _To
    applicant: Annotated[AccountId, Meta(description="Account of whoever applied for it.")] = ""


class PermitEnded(Event, tag="permit.ended", frozen=True, kw_only=True):
    """A permit is over: by time, or early because the work is done."""

    CLEARS: ClassVar[type[Event] | None] = PermitBegan
    permit: PermitId
    how: Annotated[Literal["time", "done"], Meta(description="`time`: as planned. `done`: early, the work is done.")]
    note: Annotated[str, Meta(description="What was written when it was ended by hand.")] = ""


class PermitRevoked(Event, tag="permit.revoked", frozen=True, kw_only=True):
    """A leader took a permit back."""

    CLEARS: ClassVar[type[Event] | None] = PermitBegan
    permit: PermitId
    reason: _Reason


class PermitEndedWhileObstructed(Event, tag="permit.ended_while_obstructed", frozen=True, kw_only=True):
    """A permit is over, and what it allowed on a camera is still so: the alarm is back."""

    APART: ClassVar[str] = "kind"
    camera: CameraId
    permit: PermitId
    kind: Annotated[PermitKind, Meta(description="What still holds.")]
    alarm: Annotated[str, Meta(description="The alarm that is back; empty when no rule had raised one.")] = ""


class PermitObstructionRemoved(Event, tag="permit.obstruction_removed", frozen=True, kw_only=True):
    """What still covered a camera after the end of its permit is gone, or is allowed again."""

    CLEARS: ClassVar[type[Event] | None] = PermitEndedWhileObstructed
    camera: CameraId
    permit: PermitId
    kind: Annotated[PermitKind, Meta(description="What no longer holds.")]
    after_s: Annotated[float, Meta(description="Seconds since the permit's end.")]


PermitEvent = (
    PermitApplied
    | PermitApproved
    | PermitRefused
    | PermitWithdrawn
    | PermitLapsed
    | PermitBegan
    | PermitEndsSoon
    | PermitEnded
    | PermitRevoked
    | PermitEndedWhileObstructed
    | PermitObstructionRemoved
)
