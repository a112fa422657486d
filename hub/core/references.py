"""A camera's reference views on record: proposed by the watch, approved, replaced or refused by people.

state        means                                             leaves by
proposed     the watch learned it, nobody looked at it yet     approve → approved · reject → rejected · replaced
approved     a leader said that the view is right              a newer one is approved → superseded · reject · relearn
superseded   another took its place, or it is learned anew     approve → approved
rejected     a leader refused it; the watch forgot it

A view that joins others (`beside`) shows the same place under another sun or lamp: it replaces nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.findings import CameraRelearned, Light, Picture, ReferenceApproved, ReferenceLearned, ReferenceRejected
from hub.errors import NotFound, WrongState

ReferenceState = Literal["proposed", "approved", "superseded", "rejected"]
STANDING: tuple[ReferenceState, ...] = ("proposed", "approved")
"""The states in which the watch judges by a view, or would."""

CLOSED_KEPT = 50
"""Superseded and rejected views that are remembered of each camera; the journal has them all."""


class ReferenceView(msgspec.Struct, frozen=True, kw_only=True):
    """One version of how a camera's view should look. `decided` is the last word of a person, or of what replaced it.

    `picture` is None when it could not be kept. `reason` says why it was rejected or why it was learned anew.
    """

    id: str
    light: Light
    preset: str = ""
    picture: Picture | None = None
    learned_at: datetime
    beside: bool = False
    state: ReferenceState = "proposed"
    approved_at: datetime | None = None
    approved_by: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""

    @property
    def standing(self) -> bool:
        return self.state in STANDING


References = Mapping[str, ReferenceView]
ReferenceEvent = ReferenceLearned | ReferenceApproved | ReferenceRejected | CameraRelearned


def is_news(known: References, event: ReferenceLearned) -> bool:
    """Whether an announcement of the watch, which repeats itself, says anything that is not on record."""
    view = known.get(event.reference)
    if view is None or (event.outdated and view.state == "proposed"):
        return True
    return view.picture is None and event.picture is not None


def approve(known: References, camera: str, reference: str, beside: bool) -> list[ReferenceApproved]:
    """What the approval of a view brings, or `Refused`; nothing when it is approved already.

    `beside`: the approved views of its light stay in use.
    """
    view = _named(known, camera, reference)
    if view.state == "approved":
        return []
    if view.state == "rejected":
        raise WrongState(
            f"The view {view.id} of {camera} was rejected, and the watch forgot it.",
            hint="Let the watch learn the view anew.",
        )
    replaced = replaced_by(known, view, beside=beside)
    return [ReferenceApproved(camera=camera, reference=view.id, supersedes=replaced)]


def reject(known: References, camera: str, reference: str, reason: str) -> list[ReferenceRejected]:
    """What the refusal of a view brings, or `Refused`; nothing when it is rejected already."""
    view = _named(known, camera, reference)
    if view.state == "rejected":
        return []
    if view.state == "superseded":
        raise WrongState(
            f"The view {view.id} of {camera} is not in use any more.",
            hint="Nothing needs to be done about it.",
        )
    return [ReferenceRejected(camera=camera, reference=view.id, reason=reason)]


def replaced_by(known: References, view: ReferenceView, *, beside: bool) -> list[str]:
    """The ids of the views that the approval of `view` puts out of use: of the same light and position, those that
    are approved, and older proposals. None when it joins them."""
    if beside or view.beside:
        return []
    return [
        other.id
        for other in known.values()
        if other.id != view.id
        and (other.light, other.preset) == (view.light, view.preset)
        and (other.state == "approved" or (other.state == "proposed" and other.learned_at < view.learned_at))
    ]


def follow(known: References, record: Record, event: ReferenceEvent) -> dict[str, ReferenceView]:
    """The views after one more event of theirs."""
    match event:
        case ReferenceLearned():
            views = _learned(known, record, event)
        case ReferenceApproved():
            views = _put(known, event.supersedes, "superseded", record)
            if event.reference in views:
                views[event.reference] = replace(
                    views[event.reference],
                    state="approved",
                    approved_at=record.seen_at,
                    approved_by=record.actor,
                    decided_at=record.seen_at,
                    decided_by=record.actor,
                    reason="",
                )
        case ReferenceRejected():
            views = _put(known, [event.reference], "rejected", record, event.reason)
        case CameraRelearned():
            standing = [view.id for view in known.values() if view.standing]
            views = _put(known, standing, "superseded", record, event.reason)
    return _bounded(views)


def decided(known: References) -> dict[str, ReferenceState]:
    """What people have said of each view that is no mere proposal: what the watch has to go by."""
    return {view.id: view.state for view in known.values() if view.state != "proposed"}


def proposed(known: References) -> list[str]:
    """The views that wait for somebody to decide about them."""
    return [view.id for view in known.values() if view.state == "proposed"]


def _named(known: References, camera: str, reference: str) -> ReferenceView:
    view = known.get(reference)
    if view is None:
        raise NotFound(
            f"{camera} has no reference view {reference}.",
            hint="See `hub references list` for those it has.",
        )
    return view


def _learned(known: References, record: Record, event: ReferenceLearned) -> dict[str, ReferenceView]:
    if not event.reference:
        # A former version learned views without a name; nobody can decide about those any more.
        return dict(known)
    before = known.get(event.reference)
    if before is not None:
        view = replace(before, picture=event.picture or before.picture)
    else:
        view = ReferenceView(
            id=event.reference,
            light=event.light,
            preset=event.preset,
            picture=event.picture,
            learned_at=record.at,
            beside=event.beside,
        )
    views = {**known, view.id: view}
    # Somebody may have gone back to it meanwhile: what people say goes before what the watch says.
    return _put(views, [view.id], "superseded", record) if event.outdated and view.state == "proposed" else views


def _put(
    known: References, ids: list[str], state: ReferenceState, record: Record, reason: str = ""
) -> dict[str, ReferenceView]:
    return {
        view.id: replace(view, state=state, decided_at=record.seen_at, decided_by=record.actor, reason=reason)
        if view.id in ids
        else view
        for view in known.values()
    }


def _bounded(views: dict[str, ReferenceView]) -> dict[str, ReferenceView]:
    closed = [view for view in views.values() if not view.standing]
    if len(closed) <= CLOSED_KEPT:
        return views
    closed.sort(key=lambda view: view.decided_at or view.learned_at)
    dropped = {view.id for view in closed[:-CLOSED_KEPT]}
    return {view.id: view for view in views.values() if view.id not in dropped}
