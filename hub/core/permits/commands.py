"""What may be asked about permits to cover a camera."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.command import Command, Id, Moment, Note, Reason, Right
from hub.core.permits.kinds import PermitKind

_Line = Annotated[str, Meta(max_length=200)]


class ApplyPermit(Command, tag="permit.apply", frozen=True, kw_only=True):
    """Ask for a permit to cover cameras of one domain for a time."""

    NEEDS: ClassVar[Right] = "apply"
    cameras: Annotated[list[Id], Meta(min_length=1, max_length=50)]
    kinds: Annotated[list[PermitKind], Meta(min_length=1, max_length=12)]
    to_at: Moment
    reason: Reason
    from_at: Moment | None = None
    """None: as soon as it is approved."""
    work: _Line = ""
    firm: _Line = ""
    attachments: Annotated[list[AttachmentId], Meta(max_length=10)] = []


class ExtendPermit(Command, tag="permit.extend", frozen=True, kw_only=True):
    """Ask for more time: a new application, to be approved anew. Without approval the permit ends on time."""

    NEEDS: ClassVar[Right] = "apply"
    permit: Id
    to_at: Moment
    reason: Reason


class ApprovePermit(Command, tag="permit.approve", frozen=True, kw_only=True):
    """Approve somebody else's application."""

    NEEDS: ClassVar[Right] = "approve"
    permit: Id
    note: Note = ""


class RefusePermit(Command, tag="permit.refuse", frozen=True, kw_only=True):
    """Refuse an application."""

    NEEDS: ClassVar[Right] = "approve"
    permit: Id
    reason: Reason


class WithdrawPermit(Command, tag="permit.withdraw", frozen=True, kw_only=True):
    """Take one's own application back before it is in force."""

    NEEDS: ClassVar[Right] = "apply"
    permit: Id
    reason: Note = ""


class EndPermit(Command, tag="permit.end", frozen=True, kw_only=True):
    """End a permit early: the work is done and nothing covers the cameras any more."""

    NEEDS: ClassVar[Right] = "apply"
    permit: Id
    note: Note = ""


class RevokePermit(Command, tag="permit.revoke", frozen=True, kw_only=True):
    """Take a permit back."""

    NEEDS: ClassVar[Right] = "approve"
    permit: Id
    reason: Reason


PermitCommand = ApplyPermit | ExtendPermit | ApprovePermit | RefusePermit | WithdrawPermit | EndPermit | RevokePermit
