"""Walking the wall: one camera after the other, in large, beside its reference view; each confirmed by a key."""

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from hub.client import CameraView
from hub.client.views import PatrolView
from hub.clock import Clock
from hub.core.command import Command
from hub.core.patrol.commands import BeginPatrol, ConfirmChannels
from hub.core.patrol.decisions import SHORTEST_LOOK_S
from hub.core.patrol.events import Look
from hub.locale import _, ngettext, say
from hub.tui import moments, words
from hub.tui.forms.form import Field, Form, Problems, Values, missing
from hub.tui.messages import FormSubmitted, Notice
from hub.tui.rows import references
from hub.tui.screens.form import FormScreen
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.cameras import EvidencePicture, LivePicture

BATCH = 10
"""So many channels are put on record at once."""


class WalkWall(Shown, ModalScreen[None]):
    """What was confirmed and is not on record yet is sent on leaving, and kept when that fails."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "good", show=False),
        Binding("x,X", "bad", show=False),
        Binding("escape,q", "pause", show=False),
        Binding("tab", "other_post", show=False),
        Binding("L,ctrl+l", "app.switch_language", show=False),
    ]

    def __init__(self, clock: Clock, situation: Situation) -> None:
        super().__init__()
        self._clock = clock
        self._situation = situation
        self._post = ""
        self._camera = ""
        self._since_s = clock.monotonic()
        self._looks: dict[str, Look] = {}
        """What was found and is not known to be on record."""
        self._sending: frozenset[str] = frozenset()
        self._asked = ""
        self._said = ""
        self._walked = ""
        """The walk that was under way here, so that its end can be told."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="closeup walk"):
            yield Static(classes="title", markup=False)
            with Horizontal(classes="pictures"):
                yield LivePicture("walk-live")
                yield EvidencePicture("walk-reference")
            yield Static(classes="about", markup=False)
            yield Static(classes="answer -fault", markup=False)
            yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        self.show(self._situation)

    def show(self, situation: Situation) -> None:
        self._situation = situation
        if not self.is_mounted:
            return
        view = self._view()
        if view is not None and not view.patrol and not self._walked:
            self._begin(view)
        if view is not None and view.patrol:
            self._walked = view.patrol
        if view is not None:
            left = set(view.unseen)
            self._looks = {camera: look for camera, look in self._looks.items() if camera in left and view.patrol}
        self._draw(view)

    @property
    def unconfirmed(self) -> list[str]:
        """The channels that are still to be looked at, in their order."""
        view = self._view()
        if view is None or self._over(view):
            return []
        return [camera for camera in view.unseen if camera not in self._looks]

    def action_good(self) -> None:
        view = self._view()
        if view is None or not view.patrol or not self._camera:
            return
        looked_s = self._clock.monotonic() - self._since_s
        if looked_s < SHORTEST_LOOK_S:
            self._say(_("Look at it for {n} s at least.").format(n=f"{SHORTEST_LOOK_S:.0f}"))
            return
        if not self.query_one(LivePicture).has_picture:
            self._say(_("There is no picture to confirm: X reports it."))
            return
        self._looks[self._camera] = Look(self._camera, round(looked_s, 1))
        self._said = ""
        if len(self._looks) >= BATCH or not self.unconfirmed:
            self._send(view)
        self._draw(view)

    def action_bad(self) -> None:
        view = self._view()
        if view is None or not view.patrol or not self._camera:
            return
        camera, looked_s = self._camera, self._clock.monotonic() - self._since_s
        self.app.push_screen(FormScreen(lambda: self._report(view.patrol, camera, looked_s), self._situation))

    def action_pause(self) -> None:
        view = self._view()
        if view is not None and view.patrol:
            self._send(view)
        self.dismiss()

    def action_other_post(self) -> None:
        site = self._situation.site
        posts = [each.post for each in site.patrols] if site is not None else []
        view = self._view()
        if view is not None and len(posts) > 1:
            if view.patrol:
                self._send(view)
            self._post = posts[(posts.index(view.post) + 1) % len(posts)]
            self._camera, self._walked, self._looks = "", "", {}
            self.show(self._situation)

    def _view(self) -> PatrolView | None:
        site = self._situation.site
        if site is None or not site.patrols:
            return None
        chosen = next((each for each in site.patrols if each.post == self._post), None)
        if chosen is None:
            chosen = min(site.patrols, key=lambda each: (not each.here, each.due_at is None))
            self._post = chosen.post
        return chosen

    def _over(self, view: PatrolView) -> bool:
        """Whether the walk that was under way here is done."""
        return bool(self._walked) and not view.patrol

    def _begin(self, view: PatrolView) -> None:
        if self._asked != view.post and self._situation.link.up:
            self._asked = view.post
            begin = BeginPatrol(post=view.post)
            self.app.post_message(FormSubmitted(begin, _("The walk has begun."), self._answered))

    def _send(self, view: PatrolView) -> None:
        looks = [look for camera, look in self._looks.items() if camera not in self._sending]
        if not looks:
            return
        sent = frozenset(look.camera for look in looks)
        self._sending |= sent

        def answered(refusal: str) -> None:
            self._sending -= sent
            self._answered(refusal)

        done = ngettext("1 channel confirmed.", "{n} channels confirmed.", len(looks)).format(n=len(looks))
        self.app.post_message(FormSubmitted(ConfirmChannels(patrol=view.patrol, looks=looks), done, answered))

    def _report(self, patrol: str, camera: str, looked_s: float) -> Form:
        """What is wrong; with it goes what was confirmed before."""
        before = [look for look in self._looks.values() if look.camera not in self._sending]

        def read(values: Values, now: datetime) -> Command | Problems:
            problems = missing(values, "remark", _("Say what is wrong with it."))
            bad = Look(camera, round(looked_s, 1), good=False, remark=values.get("remark", "").strip()[:500])
            return problems or ConfirmChannels(patrol=patrol, looks=[*before, bad])

        return Form(
            key=f"walk:{patrol}:{camera}",
            title=_("Report {camera}").format(camera=self._situation.camera_name(camera)),
            about=[_("A fault ticket is opened with it, unless one is open.")],
            fields=[Field("remark", _("What is wrong with it"), limit=500)],
            submit=_("Report"),
            done=_("{camera} is reported.").format(camera=self._situation.camera_name(camera)),
            read=read,
        )

    def _answered(self, refusal: str) -> None:
        if refusal and self.is_attached:
            self._say(refusal)
        elif refusal:
            self.app.post_message(Notice(refusal, "lost"))

    def _say(self, text: str) -> None:
        self._said = text
        self._draw(self._view())

    def _draw(self, view: PatrolView | None) -> None:
        camera = self._next()
        if (camera.id if camera is not None else "") != self._camera:
            self._camera = camera.id if camera is not None else ""
            self._since_s = self._clock.monotonic()
        self.query_one(".title", Static).update(self._title(view, camera))
        self.query_one(".pictures").display = camera is not None
        if camera is not None:
            self.query_one(LivePicture).show_camera(camera, self._situation)
            reference = references.in_use(camera)
            label = references.caption(reference, self._situation)
            shown = self.query_one("#walk-reference", EvidencePicture)
            shown.show_evidence(reference.picture if reference else None, label.text, tone=label.tone)
        self.query_one(".about", Static).update(self._about(view, camera))
        self.query_one(".answer", Static).update(f"! {self._said}" if self._said else "")
        self.query_one(".foot", Static).update(self._keys(camera))

    def _next(self) -> CameraView | None:
        site, left = self._situation.site, self.unconfirmed
        if site is None or not left:
            return None
        return next((camera for camera in site.cameras if camera.id == left[0]), None)

    def _title(self, view: PatrolView | None, camera: CameraView | None) -> str:
        if view is None:
            return _("Walk of the wall")
        total, left = len(view.cameras), len(self.unconfirmed)
        if camera is None:
            return _("Walk of the wall: {post}").format(post=say(view.post_name))
        return _("{post}: {n} of {total}: {camera}").format(
            post=say(view.post_name), n=total - left + 1, total=total, camera=say(camera.name)
        )

    def _about(self, view: PatrolView | None, camera: CameraView | None) -> str:
        if self._situation.site is None:
            return _("Waiting for the hub.")
        if view is None:
            return _("No wall is to be walked: give a post cameras and `patrol` in rules/roster.toml.")
        if camera is not None:
            if camera.condition == "good":
                return ""
            known = words.listed(finding.kind for finding in camera.findings) or camera.not_judged or camera.signal
            return _("The watch says: {said}").format(said=known)
        if self._over(view) and view.done_at is not None:
            at = moments.clock(view.done_at, self._situation.zone, now=self._situation.now)
            return _("Every channel is confirmed, {clock} by {who}.").format(
                clock=at, who=self._situation.names.person(view.done_by)
            )
        return _("Sending")

    def _keys(self, camera: CameraView | None) -> str:
        site = self._situation.site
        keys = [_("Space: good"), _("X: bad, report it")] if camera is not None else []
        if site is not None and len(site.patrols) > 1:
            keys.append(_("Tab: other post"))
        return "   ".join([*keys, _("Esc: pause") if camera is not None else _("Esc: back")])
