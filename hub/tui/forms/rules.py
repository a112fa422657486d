"""Forms about rules."""

from datetime import datetime, tzinfo

from hub.client import RuleView
from hub.core.command import Command
from hub.core.rules.commands import PauseRule
from hub.locale import _, say
from hub.tui.forms.form import Field, Form, Problems, Values, missing
from hub.tui.forms.when import parse_when


def turn_off(rule: RuleView, zone: tzinfo) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why it is turned off."))
        typed = values.get("until", "").strip()
        until_at = parse_when(typed, now, zone) if typed else None
        if typed and until_at is None:
            problems["until"] = _("Write 2h, 3d, 18:00 or 2026-11-30 18:00, or leave it empty.")
        elif until_at is not None and until_at <= now:
            problems["until"] = _("This is in the past.")
        return problems or PauseRule(rule=rule.id, reason=values["reason"].strip(), until_at=until_at)

    name = say(rule.title) or rule.id
    return Form(
        key=f"off:{rule.id}",
        title=_("Turn off {rule}").format(rule=name),
        about=[_("It does nothing meanwhile; alarms that stand stay.")],
        fields=[
            Field("reason", _("Reason"), _("why it is turned off")),
            Field("until", _("For how long, or until"), _("2h, 3d, 18:00; may be left empty"), "2h", 20),
        ],
        submit=_("Turn off"),
        done=_("{rule} is off.").format(rule=name),
        read=read,
        dangerous=True,
    )
