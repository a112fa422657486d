"""What may be asked about releases of recordings."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.command import Command, Id, Moment, Name, Note, Reason, Right
from hub.core.releases.events import BlurRegion, Officer, ReleaseKind

MOST_CAMERAS = 50
MOST_REGIONS = 50
_Line = Annotated[str, Meta(max_length=200)]
_Recipient = Annotated[str, Meta(max_length=2000)]


class ReleaseForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a request for recordings says. Which of it is needed depends on its kind."""

    kind: ReleaseKind
    agency: Name
    """The unit that is to get the recordings: an agency, or a department of the site."""
    reason: Reason
    content: Reason
    """What is to be seen on them."""
    cameras: Annotated[list[Id], Meta(min_length=1, max_length=MOST_CAMERAS)]
    from_at: Moment
    to_at: Moment
    officers: Annotated[list[Officer], Meta(max_length=20)] = []
    letter: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    """Id of the official letter, handed over as a file before."""
    letter_number: _Line = ""
    purpose: _Line = ""
    """One of `[releases] internal_purposes` in hub.toml."""


class RequestRelease(Command, tag="release.request", frozen=True, kw_only=True):
    """Ask for recordings of cameras of one domain to be handed out."""

    NEEDS: ClassVar[Right] = "apply"
    form: ReleaseForm


class AmendRelease(Command, tag="release.amend", frozen=True, kw_only=True):
    """Mend one's own request, whole: it is checked anew."""

    NEEDS: ClassVar[Right] = "apply"
    release: Id
    form: ReleaseForm


class CheckRelease(Command, tag="release.check", frozen=True, kw_only=True):
    """Say that identification and letter were seen and are in order."""

    NEEDS: ClassVar[Right] = "export"
    release: Id
    note: Note = ""


class ReturnRelease(Command, tag="release.return", frozen=True, kw_only=True):
    """Give a request back because something is missing."""

    NEEDS: ClassVar[Right] = "export"
    release: Id
    missing: Reason


class ApproveRelease(Command, tag="release.approve", frozen=True, kw_only=True):
    """Approve a checked request of somebody else that somebody else checked."""

    NEEDS: ClassVar[Right] = "approve"
    release: Id
    note: Note = ""


class RefuseRelease(Command, tag="release.refuse", frozen=True, kw_only=True):
    """Refuse a request, or take its approval back while nothing was handed over."""

    NEEDS: ClassVar[Right] = "approve"
    release: Id
    reason: Reason


class WithdrawRelease(Command, tag="release.withdraw", frozen=True, kw_only=True):
    """Take one's own request back while nothing was handed over."""

    NEEDS: ClassVar[Right] = "apply"
    release: Id
    reason: Note = ""


class PrepareRelease(Command, tag="release.prepare", frozen=True, kw_only=True):
    """Have the sealed package of an approved release made; once more when it must be another."""

    NEEDS: ClassVar[Right] = "export"
    release: Id
    copy: bool = True
    """Whether a playable copy with the release's number as watermark goes with the originals."""
    blur: Annotated[list[BlurRegion], Meta(max_length=MOST_REGIONS)] = []
    recipient: _Recipient = ""
    """age recipient (`age1…`) to whom the package is encrypted; empty: not encrypted."""
    without_recorders: bool = False
    """Whether no recorder is asked for what the hub has not: it is named as missing then."""


class HandOverRelease(Command, tag="release.hand_over", frozen=True, kw_only=True):
    """Say who took the package, with the receipt that they signed."""

    NEEDS: ClassVar[Right] = "export"
    release: Id
    receiver: Name
    receipt: AttachmentId
    note: Note = ""


class CloseRelease(Command, tag="release.close", frozen=True, kw_only=True):
    """Close a release that was handed over: the hold of the originals ends."""

    NEEDS: ClassVar[Right] = "approve"
    release: Id
    note: Note = ""


ReleaseCommand = (
    RequestRelease
    | AmendRelease
    | CheckRelease
    | ReturnRelease
    | ApproveRelease
    | RefuseRelease
    | WithdrawRelease
    | PrepareRelease
    | HandOverRelease
    | CloseRelease
)
