"""Permits to cover a camera (遮挡许可).

    state      means                                       leaves by
    applied    somebody asked for it                       approve → approved · refuse → refused · its end → lapsed
    approved   allowed by a leader, its time has not come  its beginning → active · revoke → revoked
    active     in force                                    its end, or the work is done → ended · revoke → revoked
    refused, withdrawn, lapsed, ended, revoked             (over)

An applicant may withdraw what is not in force yet. More time is another application that names the permit it prolongs:
it is approved anew, and the old one ends on time either way.

What a permit does at an instant is asked of `covers`: approved, and the instant within its period. So it does nothing
after its end even before that end is on record, nor before its beginning when the clock is set back.
"""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.permits.events import (
    PermitApplied,
    PermitApproved,
    PermitBegan,
    PermitEnded,
    PermitEndedWhileObstructed,
    PermitEndsSoon,
    PermitEvent,
    PermitLapsed,
    PermitObstructionRemoved,
    PermitRefused,
    PermitRevoked,
    PermitWithdrawn,
)
from hub.core.permits.kinds import PermitKind, kind_of

PermitState = Literal["applied", "approved", "active", "refused", "withdrawn", "lapsed", "ended", "revoked"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "permit.applied", "applied"),
    ("applied", "permit.approved", "approved"),
    ("applied", "permit.refused", "refused"),
    ("applied", "permit.withdrawn", "withdrawn"),
    ("applied", "permit.lapsed", "lapsed"),
    ("approved", "permit.began", "active"),
    ("approved", "permit.withdrawn", "withdrawn"),
    ("approved", "permit.revoked", "revoked"),
    ("approved", "permit.ended", "ended"),
    ("active", "permit.ended", "ended"),
    ("active", "permit.revoked", "revoked"),
)
"""`approved` is left to `ended` at once where the hub was down for the whole of its period, or the work was done
before it began."""

MOST_PAST = 200
"""Permits that are over and that the state keeps; the journal has them all."""


class Permit(msgspec.Struct, frozen=True, kw_only=True):
    """One permit from the application on. `domain` is that of all its cameras."""

    id: str
    state: PermitState
    cameras: tuple[str, ...]
    kinds: tuple[PermitKind, ...]
    from_at: datetime
    to_at: datetime
    reason: str
    work: str
    firm: str
    attachments: tuple[str, ...]
    extends: str
    domain: str
    applicant: str
    """As an actor: `person:wang`."""
    applied_at: datetime
    decided_by: str = ""
    """Who approved or refused it."""
    decided_at: datetime | None = None
    note: str = ""
    """What was said with the decision."""
    standing: tuple[str, ...] = ()
    """The alarms that stood already when it was approved."""
    began_at: datetime | None = None
    over_at: datetime | None = None
    over_by: str = ""
    over_note: str = ""
    """Why, or what was said, when it was over."""
    told_at: datetime | None = None
    """When it was last put on record that it ends soon."""

    @property
    def actor(self) -> str:
        """What suppresses an alarm by this permit."""
        return f"permit:{self.id}"

    def in_force(self, at: datetime) -> bool:
        """Whether it is approved and the instant lies in its period."""
        return self.state in ("approved", "active") and self.from_at <= at < self.to_at

    def covers(self, camera: str, kind: str, at: datetime) -> bool:
        """Whether it allows this kind of alarm (or finding) on this camera at an instant."""
        return self.in_force(at) and camera in self.cameras and kind_of(kind) in self.kinds


class Left(msgspec.Struct, frozen=True):
    """What still held on a camera when the permit for it was over."""

    camera: str
    kind: PermitKind
    permit: str
    since_at: datetime
    alarm: str = ""
    """The alarm that came back; empty where there was none."""


class Permits(msgspec.Struct, frozen=True, kw_only=True):
    """`permits`: those that wait or are in force, by id. `past`: those that were over last, newest last."""

    permits: dict[str, Permit] = {}
    past: tuple[Permit, ...] = ()
    left: dict[str, Left] = {}
    """Cameras that are still covered after the end of a permit, by camera and kind."""
    count: int = 0

    def covering(self, camera: str, kind: str, at: datetime) -> Permit | None:
        """The permit in force that allows this kind of alarm on this camera at an instant; None when none does."""
        return next((permit for permit in self.permits.values() if permit.covers(camera, kind, at)), None)

    def find(self, permit_id: str) -> Permit | None:
        """A permit that is open, or one of those that were over last."""
        return self.permits.get(permit_id) or next((each for each in self.past if each.id == permit_id), None)


def key_of(camera: str, kind: str) -> str:
    """What tells the entries of `Permits.left` apart."""
    return f"{camera}|{kind}"


def follow(permits: Permits, record: Record, event: PermitEvent) -> Permits:
    """What stands after one more event."""
    match event:
        case PermitApplied():
            permit = _applied(record, event)
            return replace(permits, permits={**permits.permits, permit.id: permit}, count=permits.count + 1)
        case PermitEndedWhileObstructed():
            left = Left(event.camera, event.kind, event.permit, record.seen_at, event.alarm)
            return replace(permits, left={**permits.left, key_of(event.camera, event.kind): left})
        case PermitObstructionRemoved():
            gone = key_of(event.camera, event.kind)
            return replace(permits, left={key: left for key, left in permits.left.items() if key != gone})
    known = permits.permits.get(event.permit)
    if known is None:
        return permits
    permit = _after(known, record, event)
    if permit.over_at is None:
        return replace(permits, permits={**permits.permits, permit.id: permit})
    standing = {key: each for key, each in permits.permits.items() if key != permit.id}
    return replace(permits, permits=standing, past=(*permits.past, permit)[-MOST_PAST:])


def _applied(record: Record, event: PermitApplied) -> Permit:
    return Permit(
        id=event.permit,
        state="applied",
        cameras=tuple(event.cameras),
        kinds=tuple(event.kinds),
        from_at=event.from_at,
        to_at=event.to_at,
        reason=event.reason,
        work=event.work,
        firm=event.firm,
        attachments=tuple(event.attachments),
        extends=event.extends,
        domain=event.domain,
        applicant=record.actor,
        applied_at=record.seen_at,
    )


_OneOfOne = (
    PermitApproved
    | PermitRefused
    | PermitWithdrawn
    | PermitLapsed
    | PermitBegan
    | PermitEndsSoon
    | PermitEnded
    | PermitRevoked
)


def _after(permit: Permit, record: Record, event: _OneOfOne) -> Permit:
    at, by = record.seen_at, record.actor
    match event:
        case PermitApproved(note=note, standing=standing):
            return replace(permit, state="approved", decided_by=by, decided_at=at, note=note, standing=tuple(standing))
        case PermitRefused(reason=reason):
            return replace(permit, state="refused", decided_by=by, decided_at=at, note=reason, over_at=at, over_by=by)
        case PermitWithdrawn(reason=reason):
            return replace(permit, state="withdrawn", over_at=at, over_by=by, over_note=reason)
        case PermitLapsed():
            return replace(permit, state="lapsed", over_at=at, over_by=by)
        case PermitBegan():
            return replace(permit, state="active", began_at=at)
        case PermitEndsSoon():
            return replace(permit, told_at=at)
        case PermitEnded(note=note):
            return replace(permit, state="ended", over_at=at, over_by=by, over_note=note)
        case PermitRevoked(reason=reason):
            return replace(permit, state="revoked", over_at=at, over_by=by, over_note=reason)
