"""Facts about releases of recordings (调取), and about the holds that keep the originals meanwhile."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.event import CameraId, Event

ReleaseId = Annotated[str, Meta(description="Release id, such as F-3.")]
ReleaseKind = Literal["external", "internal"]
"""external: for officers of an agency, who showed identification and a letter. internal: for a purpose of the site's
own that hub.toml allows."""
PackageEnd = Literal["void", "closed", "refused", "withdrawn"]
"""Why a package is not needed any more."""
_FromAt = Annotated[datetime, Meta(description="Beginning of the period.")]
_ToAt = Annotated[datetime, Meta(description="End of the period.")]
_Reason = Annotated[str, Meta(description="Why.")]
_Note = Annotated[str, Meta(description="What was written with it.")]

_Line = Annotated[str, Meta(min_length=1, max_length=200)]
_Fraction = Annotated[float, Meta(ge=0, le=1)]


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the agency who came for the recordings."""

    name: _Line
    identification: Annotated[str, Meta(min_length=1, max_length=100, description="Number of the card that was shown.")]


class BlurRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle of one camera's picture that is made unrecognisable in the copy; the original stays as it is.

    Edges are fractions of the picture's width and height, from its left upper corner.
    """

    camera: Annotated[str, Meta(min_length=1, max_length=100)]
    left: _Fraction
    top: _Fraction
    right: _Fraction
    bottom: _Fraction
    from_at: Annotated[datetime, Meta(tz=True)] | None = None
    """None: from the beginning of the period."""
    to_at: Annotated[datetime, Meta(tz=True)] | None = None
    """None: to the end of the period."""


class ReleaseRequested(Event, tag="release.requested", frozen=True, kw_only=True):
    """Somebody asked for recordings to be handed out; again, when the request was mended."""

    release: ReleaseId
    kind: Annotated[ReleaseKind, Meta(description="`external`: for an agency. `internal`: for the site's own use.")]
    agency: Annotated[str, Meta(description="The unit that is to get them: an agency, or a department of the site.")]
    officers: Annotated[list[Officer], Meta(description="Who came for them, with the numbers of their cards.")] = []
    letter: Annotated[str, Meta(description="The official letter, handed over as a file; empty: internal.")] = ""
    letter_number: Annotated[str, Meta(description="Number of the letter.")] = ""
    purpose: Annotated[str, Meta(description="Internal: one of the purposes that hub.toml allows.")] = ""
    reason: Annotated[str, Meta(description="What they are needed for.")]
    content: Annotated[str, Meta(description="What is to be seen on them.")]
    cameras: Annotated[list[CameraId], Meta(description="Cameras, all of one domain.")]
    from_at: _FromAt
    to_at: _ToAt
    domain: Annotated[str, Meta(description="Domain of the cameras.")] = ""
    again: Annotated[bool, Meta(description="Whether this mends the same request.")] = False


class ReleaseReturned(Event, tag="release.returned", frozen=True, kw_only=True):
    """The specialist gave the request back: something is missing."""

    CLEARS: ClassVar[type[Event] | None] = ReleaseRequested
    release: ReleaseId
    missing: Annotated[str, Meta(description="What is missing or wrong.")]


class ReleaseChecked(Event, tag="release.checked", frozen=True, kw_only=True):
    """The specialist saw identification and letter (or the internal purpose) and found them in order."""

    release: ReleaseId
    note: _Note = ""


class ReleaseApproved(Event, tag="release.approved", frozen=True, kw_only=True):
    """A leader who neither asked for it nor checked it approved the release."""

    CLEARS: ClassVar[type[Event] | None] = ReleaseRequested
    release: ReleaseId
    note: _Note = ""


class ReleaseRefused(Event, tag="release.refused", frozen=True, kw_only=True):
    """A leader refused the release, or took an approval back before anything was handed over."""

    CLEARS: ClassVar[type[Event] | None] = ReleaseRequested
    release: ReleaseId
    reason: _Reason


class ReleaseWithdrawn(Event, tag="release.withdrawn", frozen=True, kw_only=True):
    """Whoever asked for the release does not need it any more; nothing was handed over."""

    CLEARS: ClassVar[type[Event] | None] = ReleaseRequested
    release: ReleaseId
    reason: _Reason = ""


class ReleasePreparing(Event, tag="release.preparing", frozen=True, kw_only=True):
    """A specialist ordered the package; the hub makes it."""

    release: ReleaseId
    copy: Annotated[bool, Meta(description="Whether a playable copy with watermark goes with the originals.")] = True
    blur: Annotated[list[BlurRegion], Meta(description="What is made unrecognisable in the copy.")] = []
    recipient: Annotated[str, Meta(description="age recipient to whom it is encrypted; empty: not encrypted.")] = ""
    without_recorders: Annotated[
        bool, Meta(description="Whether no recorder is asked for what the hub has not; it is named as missing then.")
    ] = False


class ReleasePrepared(Event, tag="release.prepared", frozen=True, kw_only=True):
    """The sealed package is ready to be fetched and handed over."""

    CLEARS: ClassVar[type[Event] | None] = ReleasePreparing
    release: ReleaseId
    package: Annotated[str, Meta(description="Name of its file, below the folder of releases.")]
    sha256: AttachmentId
    bytes: Annotated[int, Meta(ge=0, description="Its size.")]
    segments: Annotated[int, Meta(ge=0, description="How many original segments it holds.")]
    key: Annotated[str, Meta(description="Fingerprint of the key that signed it.")]
    missing_s: Annotated[
        float, Meta(ge=0, description="How much of the period it holds nothing of, of all cameras together.")
    ] = 0.0


class ReleasePreparationFailed(Event, tag="release.preparation_failed", frozen=True, kw_only=True):
    """The package could not be made."""

    CLEARS: ClassVar[type[Event] | None] = ReleasePreparing
    release: ReleaseId
    reason: _Reason


class ReleaseFetched(Event, tag="release.fetched", frozen=True, kw_only=True):
    """A person of the hub fetched the package in order to hand it over."""

    CLEARS: ClassVar[type[Event] | None] = ReleasePrepared
    release: ReleaseId


class ReleasePackageVoid(Event, tag="release.package_void", frozen=True, kw_only=True):
    """A package is not to be handed over any more: another one is ordered, or the release is over."""

    CLEARS: ClassVar[type[Event] | None] = ReleasePrepared
    release: ReleaseId


class ReleasePackageDeleted(Event, tag="release.package_deleted", frozen=True, kw_only=True):
    """The hub deletes a package that is not needed any more; the originals are what is kept."""

    release: ReleaseId
    package: Annotated[str, Meta(description="Name of its file, below the folder of releases.")]
    sha256: AttachmentId
    bytes: Annotated[int, Meta(ge=0, description="Its size.")]
    why: Annotated[
        PackageEnd, Meta(description="`void`: another one was ordered. Otherwise how the release came to its end.")
    ]


class ReleaseHandedOver(Event, tag="release.handed_over", frozen=True, kw_only=True):
    """The package was handed to its receiver, who signed for it."""

    release: ReleaseId
    receiver: Annotated[str, Meta(description="Who took it.")]
    receipt: Annotated[str, Meta(description="The signed receipt, handed over as a file.")]
    note: _Note = ""


class ReleaseClosed(Event, tag="release.closed", frozen=True, kw_only=True):
    """A leader closed the release: the originals need not be held for it any more."""

    CLEARS: ClassVar[type[Event] | None] = ReleaseHandedOver
    release: ReleaseId
    note: _Note = ""


class RecordingHeld(Event, tag="recording.held", frozen=True, kw_only=True):
    """What a camera recorded in a period is held for a release: nothing deletes it."""

    APART: ClassVar[str] = "release"
    camera: CameraId
    from_at: _FromAt
    to_at: _ToAt
    release: ReleaseId


class RecordingHoldEnded(Event, tag="recording.hold_ended", frozen=True, kw_only=True):
    """A release does not need the originals any more; the rules of keeping apply again."""

    CLEARS: ClassVar[type[Event] | None] = RecordingHeld
    camera: CameraId
    from_at: _FromAt
    to_at: _ToAt
    release: ReleaseId


ReleaseEvent = (
    ReleaseRequested
    | ReleaseReturned
    | ReleaseChecked
    | ReleaseApproved
    | ReleaseRefused
    | ReleaseWithdrawn
    | ReleasePreparing
    | ReleasePrepared
    | ReleasePreparationFailed
    | ReleaseFetched
    | ReleasePackageVoid
    | ReleasePackageDeleted
    | ReleaseHandedOver
    | ReleaseClosed
)
HoldEvent = RecordingHeld | RecordingHoldEnded
