"""Releases of recordings (调取).

    state        means                                            leaves by
    requested    somebody asked for it                            check → checked · return → returned
    returned     something is missing                             amend → requested
    checked      identification and letter were seen              approve → approved · return → returned
    approved     a leader allowed it                              prepare → preparing
    preparing    the hub makes the package                        → prepared, or failed → approved
    prepared     the package can be fetched and handed over       hand over → handed_over · prepare → preparing
    handed_over  the receiver signed for it                       close → closed
    closed, refused, withdrawn                                    (over)

Until something is handed over a leader may refuse it (an approval is taken back so), and whoever asked may withdraw
it; not while the hub makes the package. From the request until it is over the originals are held: `Releases.holds`.
"""

from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.releases.events import (
    BlurRegion,
    HoldEvent,
    Officer,
    RecordingHeld,
    RecordingHoldEnded,
    ReleaseApproved,
    ReleaseChecked,
    ReleaseClosed,
    ReleaseEvent,
    ReleaseFetched,
    ReleaseHandedOver,
    ReleaseKind,
    ReleasePackageDeleted,
    ReleasePackageVoid,
    ReleasePreparationFailed,
    ReleasePrepared,
    ReleasePreparing,
    ReleaseRefused,
    ReleaseRequested,
    ReleaseReturned,
    ReleaseWithdrawn,
)

ReleaseState = Literal[
    "requested",
    "returned",
    "checked",
    "approved",
    "preparing",
    "prepared",
    "handed_over",
    "closed",
    "refused",
    "withdrawn",
]
REFUSABLE: tuple[ReleaseState, ...] = ("requested", "returned", "checked", "approved", "prepared")
"""In which a leader may refuse it, and whoever asked for it may withdraw it."""

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "release.requested", "requested"),
    ("requested", "release.checked", "checked"),
    ("requested", "release.returned", "returned"),
    ("checked", "release.returned", "returned"),
    ("requested", "release.requested", "requested"),
    ("returned", "release.requested", "requested"),
    ("checked", "release.approved", "approved"),
    *((state, "release.refused", "refused") for state in REFUSABLE),
    *((state, "release.withdrawn", "withdrawn") for state in REFUSABLE),
    ("approved", "release.preparing", "preparing"),
    ("prepared", "release.preparing", "preparing"),
    ("preparing", "release.prepared", "prepared"),
    ("preparing", "release.preparation_failed", "approved"),
    ("prepared", "release.fetched", "prepared"),
    ("prepared", "release.package_void", "prepared"),
    ("prepared", "release.handed_over", "handed_over"),
    ("handed_over", "release.closed", "closed"),
)

MOST_PAST = 200
"""Releases that are over and that the state keeps; the journal has them all."""


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed package that was made for a release."""

    name: str
    sha256: str
    bytes: int
    segments: int
    key: str
    missing_s: float = 0.0
    """How much of the period it holds nothing of, of all cameras together."""
    made_at: datetime


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One release from the request on. People are given as actors: `person:wang`."""

    id: str
    state: ReleaseState
    kind: ReleaseKind
    agency: str
    officers: tuple[Officer, ...]
    letter: str
    letter_number: str
    purpose: str
    reason: str
    content: str
    cameras: tuple[str, ...]
    from_at: datetime
    to_at: datetime
    domain: str
    requester: str
    requested_at: datetime
    since_at: datetime
    """Since when it is in its state."""
    missing: str = ""
    """What the specialist found missing, as long as it is so."""
    checked_by: str = ""
    checked_at: datetime | None = None
    check_note: str = ""
    decided_by: str = ""
    """Who approved or refused it."""
    decided_at: datetime | None = None
    decision: str = ""
    """What was said with the decision."""
    prepared_by: str = ""
    """Who ordered the package."""
    copy: bool = True
    blur: tuple[BlurRegion, ...] = ()
    recipient: str = ""
    without_recorders: bool = False
    failure: str = ""
    """Why the package could not be made, when that was so last."""
    package: Package | None = None
    fetched_by: str = ""
    """Who fetched the present package last; empty: nobody yet."""
    fetched_at: datetime | None = None
    receiver: str = ""
    receipt: str = ""
    handed_by: str = ""
    handed_at: datetime | None = None
    handing_note: str = ""
    over_by: str = ""
    over_at: datetime | None = None
    over_note: str = ""


class Hold(NamedTuple):
    """What is held of one camera for one release."""

    camera: str
    from_at: datetime
    to_at: datetime
    release: str


class Releases(msgspec.Struct, frozen=True, kw_only=True):
    """`releases`: those that are open, by id. `past`: those that were over last, newest last."""

    releases: dict[str, Release] = {}
    past: tuple[Release, ...] = ()
    holds: frozenset[Hold] = frozenset()
    count: int = 0

    def find(self, release_id: str) -> Release | None:
        """A release that is open, or one of those that were over last."""
        return self.releases.get(release_id) or next((each for each in self.past if each.id == release_id), None)


def follow(releases: Releases, record: Record, event: ReleaseEvent | HoldEvent) -> Releases:
    """What stands after one more event."""
    match event:
        case RecordingHeld():
            return replace(releases, holds=releases.holds | {_hold(event)})
        case RecordingHoldEnded():
            return replace(releases, holds=releases.holds - {_hold(event)})
        case ReleaseRequested():
            known = releases.releases.get(event.release)
            release = _requested(record, event, known)
            count = releases.count + (known is None)
            return replace(releases, releases={**releases.releases, release.id: release}, count=count)
    known = releases.releases.get(event.release)
    if known is None or isinstance(event, ReleasePackageDeleted):
        return releases
    release = _after(known, record, event)
    if release.over_at is None:
        return replace(releases, releases={**releases.releases, release.id: release})
    standing = {key: each for key, each in releases.releases.items() if key != release.id}
    return replace(releases, releases=standing, past=(*releases.past, release)[-MOST_PAST:])


def _hold(event: HoldEvent) -> Hold:
    return Hold(event.camera, event.from_at, event.to_at, event.release)


def _requested(record: Record, event: ReleaseRequested, before: Release | None) -> Release:
    return Release(
        id=event.release,
        state="requested",
        kind=event.kind,
        agency=event.agency,
        officers=tuple(event.officers),
        letter=event.letter,
        letter_number=event.letter_number,
        purpose=event.purpose,
        reason=event.reason,
        content=event.content,
        cameras=tuple(event.cameras),
        from_at=event.from_at,
        to_at=event.to_at,
        domain=event.domain,
        requester=before.requester if before is not None else record.actor,
        requested_at=before.requested_at if before is not None else record.seen_at,
        since_at=record.seen_at,
    )


_Later = (
    ReleaseReturned
    | ReleaseChecked
    | ReleaseApproved
    | ReleaseRefused
    | ReleaseWithdrawn
    | ReleasePreparing
    | ReleasePrepared
    | ReleasePreparationFailed
    | ReleaseFetched
    | ReleasePackageVoid
    | ReleaseHandedOver
    | ReleaseClosed
)


def _after(release: Release, record: Record, event: _Later) -> Release:
    at, by = record.seen_at, record.actor
    if isinstance(event, ReleaseFetched):
        return replace(release, fetched_by=by, fetched_at=at)
    if isinstance(event, ReleasePackageVoid):
        return replace(release, package=None, fetched_by="", fetched_at=None)
    release = replace(release, since_at=at)
    match event:
        case ReleaseReturned(missing=missing):
            # Whoever gave it back may have checked it before: that no longer holds.
            return replace(release, state="returned", missing=missing, checked_by="", checked_at=None, check_note="")
        case ReleaseChecked(note=note):
            return replace(release, state="checked", checked_by=by, checked_at=at, check_note=note)
        case ReleaseApproved(note=note):
            return replace(release, state="approved", decided_by=by, decided_at=at, decision=note)
        case ReleaseRefused(reason=reason):
            return replace(
                release, state="refused", decided_by=by, decided_at=at, decision=reason, over_at=at, over_by=by
            )
        case ReleaseWithdrawn(reason=reason):
            return replace(release, state="withdrawn", over_at=at, over_by=by, over_note=reason)
        case ReleasePreparing():
            return replace(
                release,
                state="preparing",
                prepared_by=by,
                copy=event.copy,
                blur=tuple(event.blur),
                recipient=event.recipient,
                without_recorders=event.without_recorders,
                failure="",
            )
        case ReleasePrepared():
            package = Package(
                name=event.package,
                sha256=event.sha256,
                bytes=event.bytes,
                segments=event.segments,
                key=event.key,
                missing_s=event.missing_s,
                made_at=at,
            )
            return replace(release, state="prepared", package=package)
        case ReleasePreparationFailed(reason=reason):
            return replace(release, state="approved", failure=reason)
        case ReleaseHandedOver():
            return replace(
                release,
                state="handed_over",
                receiver=event.receiver,
                receipt=event.receipt,
                handed_by=by,
                handed_at=at,
                handing_note=event.note,
            )
        case ReleaseClosed(note=note):
            return replace(release, state="closed", over_at=at, over_by=by, over_note=note)
