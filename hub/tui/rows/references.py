"""Reference views: which one is shown beside the present picture, which wait for approval, and what is said of them."""

from collections.abc import Sequence
from typing import NamedTuple

from hub.client import CameraView, SiteView
from hub.core.cameras.commands import ApproveReference
from hub.core.people.rights import may
from hub.core.references import ReferenceView
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.describe.record import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

SEPARATOR = "|"
"""Between camera and view in the keys of rows; ids of cameras do not hold it."""


class Waiting(NamedTuple):
    """A view that a leader has to look at."""

    camera: CameraView
    view: ReferenceView

    @property
    def key(self) -> str:
        return f"{self.camera.id}{SEPARATOR}{self.view.id}"


def waiting(site: SiteView | None) -> list[Waiting]:
    """The views that wait for approval, the oldest first."""
    cameras = site.cameras if site is not None else []
    found = [Waiting(camera, view) for camera in cameras for view in camera.references if view.state == "proposed"]
    return sorted(found, key=lambda each: (each.view.learned_at, each.key))


def in_use(camera: CameraView) -> ReferenceView | None:
    """The view that the present picture is compared with; without one, the newest approved, else the newest."""
    if not camera.references:
        return None
    known = {view.id: view for view in camera.references}
    approved = [view for view in camera.references if view.state == "approved"]
    return known.get(camera.reference) or (approved or camera.references)[-1]


def neighbours(camera: CameraView, view: ReferenceView) -> list[ReferenceView]:
    """The approved views of the same light and position that the approval of `view` would replace."""
    return [
        other
        for other in camera.references
        if other.id != view.id
        and other.state == "approved"
        and (other.light, other.preset) == (view.light, view.preset)
        and not view.beside
    ]


def name(view: ReferenceView) -> str:
    """`view day-1 (day)`, and where it points for a position of a steered camera."""
    light = words.word(words.LIGHTS, view.light)
    if view.preset:
        return _("view {id} ({light}) at {preset}").format(light=light, id=view.id, preset=view.preset)
    return _("view {id} ({light})").format(light=light, id=view.id)


def standing(view: ReferenceView, situation: Situation) -> str:
    """Who approved it and when, or that nobody did."""
    if view.state == "approved":
        at = moments.clock(view.approved_at, situation.zone, now=situation.now)
        return _("approved by {who}, {clock}").format(who=actor(view.approved_by, situation.names), clock=at)
    at = moments.clock(view.learned_at, situation.zone, now=situation.now)
    return _("learned {clock}, not approved yet").format(clock=at)


def caption(view: ReferenceView | None, situation: Situation) -> Fact:
    """What to write under the picture of a view."""
    if view is None:
        return Fact("", "", "muted")
    # Short, and the word that matters first: at 80 columns there is room for some thirty cells.
    light = words.word(words.LIGHTS, view.light)
    if view.state != "approved":
        return Fact("", _("not approved: {id} ({light})").format(id=view.id, light=light), "fault")
    at = moments.clock(view.approved_at, situation.zone, now=situation.now)
    who = actor(view.approved_by, situation.names)
    return Fact("", _("{id} ({light}), {who} {clock}").format(id=view.id, light=light, who=who, clock=at), "muted")


def facts(camera: CameraView, situation: Situation) -> list[Fact]:
    """What the close-up of a camera says of its views."""
    shown = in_use(camera)
    if shown is None:
        return [Fact(_("Reference"), _("none yet"), "muted")]
    found = [Fact(_("Reference"), f"{name(shown)}, {standing(shown, situation)}")]
    count = sum(view.state == "proposed" for view in camera.references)
    if count:
        found.append(Fact(_("To approve"), str(count), "fault"))
    return found


def columns() -> list[Column]:
    return [
        Column("camera", _("Camera"), 14, flex=2),
        Column("view", _("View"), 13),
        Column("light", _("Light"), 10),
        Column("preset", _("Position"), 10, from_width=76),
        Column("learned", _("Learned"), 12),
        Column("replaces", _("Instead of"), 10, flex=1, from_width=64),
    ]


def rows(situation: Situation) -> list[Row]:
    """One row for each view that waits."""
    plain = "stale" if situation.stale else ""
    return [
        Row(
            each.key,
            (
                Cell(say(each.camera.name), plain or "strong"),
                Cell(each.view.id, plain),
                Cell(words.word(words.LIGHTS, each.view.light), plain),
                Cell(each.view.preset or "-", plain or "muted"),
                Cell(moments.clock(each.view.learned_at, situation.zone, now=situation.now), plain),
                Cell(ids(neighbours(each.camera, each.view)) or "-", plain or "muted"),
            ),
        )
        for each in waiting(situation.site)
    ]


def ids(views: Sequence[ReferenceView]) -> str:
    return words.listed(view.id for view in views)


def may_decide(situation: Situation) -> bool:
    """Whether the person signed in may approve and reject; the hub decides again when it is asked."""
    return situation.site is not None and may(situation.site.me, ApproveReference)


def decision_keys(found: Waiting | None, situation: Situation) -> list[str]:
    """The keys for whoever may decide about a view."""
    if found is None or not may_decide(situation):
        return []
    if found.view.state != "proposed":
        return [_("X: withdraw the view")]
    beside = [_("B: approve beside the others")] if neighbours(found.camera, found.view) else []
    return [_("A: approve"), *beside, _("X: reject")]
