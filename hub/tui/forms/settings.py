"""Forms about the settings of devices."""

from datetime import datetime

from hub.client.settings import SettingsDetail
from hub.core.baselines.commands import ApproveSettings, RestoreSettings
from hub.core.command import Command
from hub.locale import _, ngettext, say
from hub.tui.forms.form import Field, Form, Problems, Values, missing
from hub.tui.rows.settings import written_back

_NAMED = 8


def accept(detail: SettingsDetail) -> Form:
    """Approve what the device has: what was read first, or what was changed."""
    view = detail.view
    changed = bool(view.approved)

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say who changed them, and why.")) if changed else {}
        return problems or ApproveSettings(device=view.device, digest=view.digest, reason=values["reason"].strip())

    return Form(
        key=f"settings:{view.device}:{view.digest}",
        title=_("Approve the settings of {device}").format(device=say(view.name) or view.device),
        about=[
            ngettext(
                "1 setting differs from those approved until now.",
                "{count} settings differ from those approved until now.",
                view.count,
            ).format(count=view.count)
            if changed
            else ngettext(
                "1 setting was read. From now on every other value is found.",
                "{entries} settings were read. From now on every other value is found.",
                view.entries,
            ).format(entries=view.entries)
        ],
        fields=[Field("reason", _("Reason"), _("who changed them, and why"))],
        submit=_("Approve"),
        done=_("The settings of {device} are approved.").format(device=view.device),
        read=read,
    )


def restore(detail: SettingsDetail) -> Form:
    """Put back what differs."""
    view, writing = detail.view, written_back(detail)

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why they are put back."))
        return problems or RestoreSettings(
            device=view.device, found=view.digest, only=tuple(writing[:1000]), reason=values["reason"].strip()
        )

    named = ", ".join(writing[:_NAMED]) + (" …" if len(writing) > _NAMED else "")
    return Form(
        key=f"restore:{view.device}:{view.digest}",
        title=_("Put the settings of {device} back").format(device=say(view.name) or view.device),
        about=[
            _("Written to the device: {settings}").format(settings=named),
            _("The hub reads them again and says what the device did not take. `hub settings undo` undoes it."),
        ],
        fields=[Field("reason", _("Reason"), _("why they are put back"))],
        submit=_("Put back"),
        done=_("The settings of {device} are being put back.").format(device=view.device),
        read=read,
        dangerous=True,
    )
