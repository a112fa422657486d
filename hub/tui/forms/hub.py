"""Forms about the hub itself."""

from datetime import datetime

from hub.core.command import Command
from hub.core.commands import StopHub
from hub.locale import _
from hub.tui.forms.form import Field, Form, Problems, Values, missing


def stop_hub() -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Every interruption has a reason on record."))
        return problems or StopHub(reason=values["reason"].strip())

    return Form(
        key="stop",
        title=_("Stop the hub"),
        about=[_("Nobody watches the cameras while the hub is stopped. Leaving the TUI does not need this.")],
        fields=[Field("reason", _("Reason"), _("why the watch is interrupted"))],
        submit=_("Stop the hub"),
        done=_("The hub is stopping."),
        read=read,
        dangerous=True,
    )
