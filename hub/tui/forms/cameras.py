"""Forms about cameras and their reference views."""

from datetime import datetime

from hub.client import CameraView
from hub.core.cameras.commands import ApproveReference, RejectReference, RelearnCamera
from hub.core.command import Command
from hub.core.homes.commands import ApproveHome
from hub.core.references import ReferenceView
from hub.locale import _, say
from hub.tui import words
from hub.tui.forms.form import Field, Form, Problems, Values, missing
from hub.tui.rows import references


def relearn(camera: CameraView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why the view is different now."))
        return problems or RelearnCamera(camera=camera.id, reason=values["reason"].strip())

    return Form(
        key=f"relearn:{camera.id}",
        title=_("Learn the view of {camera} anew").format(camera=say(camera.name)),
        about=[
            _("Its views are put away, in every light, and what the camera shows now is learned."),
            _("Do this only when its new view was approved: what covers it now would count as normal."),
        ],
        fields=[Field("reason", _("Reason"), _("who approved the new view, and why"))],
        submit=_("Learn anew"),
        done=_("{camera} is learned anew.").format(camera=say(camera.name)),
        read=read,
        dangerous=True,
    )


def approve_home(camera: CameraView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why it shall stand there now."))
        return problems or ApproveHome(camera=camera.id, reason=values["reason"].strip())

    return Form(
        key=f"home:{camera.id}",
        title=_("The home preset of {camera} lies here now").format(camera=say(camera.name)),
        about=[_("From now on it is at home where it stands at this moment, and astray elsewhere.")],
        fields=[Field("reason", _("Reason"), _("who approved it, and why"))],
        submit=_("Approve"),
        done=_("{camera} is at home where it stands.").format(camera=say(camera.name)),
        read=read,
        dangerous=True,
    )


def approve_view(camera: CameraView, view: ReferenceView, *, beside: bool) -> Form:
    others = [] if beside else references.neighbours(camera, view)
    about = [words.about(references.name(view), say(camera.name))]
    about.append(_("From now on it says how this camera should look."))
    if others:
        about.append(_("It takes the place of {views}, which is kept on record.").format(views=references.ids(others)))
    return Form(
        key=f"approve:{camera.id}:{view.id}",
        title=_("Approve the view of {camera}").format(camera=say(camera.name)),
        about=about,
        fields=[],
        submit=_("Approve"),
        done=_("The view {view} of {camera} is approved.").format(view=view.id, camera=say(camera.name)),
        read=lambda values, now: ApproveReference(camera=camera.id, reference=view.id, beside=beside),
    )


def reject_view(camera: CameraView, view: ReferenceView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say what is wrong with it."))
        return problems or RejectReference(camera=camera.id, reference=view.id, reason=values["reason"].strip())

    return Form(
        key=f"reject:{camera.id}:{view.id}",
        title=_("Reject the view of {camera}").format(camera=say(camera.name)),
        about=[
            words.about(references.name(view), say(camera.name)),
            _("The watch forgets it, and learns anew where it has no other view."),
        ],
        fields=[Field("reason", _("Reason"), _("what is wrong with it"))],
        submit=_("Reject"),
        done=_("The view {view} of {camera} is rejected.").format(view=view.id, camera=say(camera.name)),
        read=read,
    )
