"""Forms about devices."""

from datetime import datetime

from hub.client.devices import DeviceView
from hub.core.command import Command
from hub.core.devices.commands import RebootDevice, SetDeviceClock
from hub.locale import _
from hub.tui.forms.form import Field, Form, Problems, Values, missing
from hub.tui.rows.devices import clock, device_name


def set_clock(view: DeviceView) -> Form:
    return Form(
        key=f"clock:{view.id}",
        title=_("Set the clock of {device}").format(device=device_name(view)),
        about=[
            _("Its clock is {drift} off. It is given the hub's time, and read again.").format(drift=clock(view)),
            _("What it recorded before keeps the wrong time: write down by how much it was off."),
        ],
        fields=[Field("reason", _("Remark"), _("why it was wrong, if that is known"))],
        submit=_("Set clock"),
        done=_("{device} is given the hub's time.").format(device=view.id),
        read=lambda values, now: SetDeviceClock(device=view.id, reason=values["reason"].strip()),
    )


def reboot(view: DeviceView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Every interruption has a reason on record."))
        return problems or RebootDevice(device=view.id, reason=values["reason"].strip())

    return Form(
        key=f"reboot:{view.id}",
        title=_("Restart {device}").format(device=device_name(view)),
        about=[_("For a minute or two it records nothing and shows nothing.")],
        fields=[Field("reason", _("Reason"), _("why it must be restarted"))],
        submit=_("Restart"),
        done=_("{device} is told to start anew.").format(device=view.id),
        read=read,
        dangerous=True,
    )
