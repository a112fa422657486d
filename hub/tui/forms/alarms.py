"""Forms about alarms."""

from datetime import datetime, tzinfo

from hub.client import AlarmView
from hub.core.alarms.commands import (
    AcknowledgeAlarm,
    ConfirmResponse,
    JudgeAlarm,
    PrioritiseAlarm,
    ShelveAlarm,
    TakeOutOfService,
)
from hub.core.alarms.decisions import LONGEST_OUT, LONGEST_SHELF
from hub.core.alarms.events import PRIORITIES, Verdict
from hub.core.command import Command
from hub.locale import _, say
from hub.tui import words
from hub.tui.forms.form import Choice, Field, Form, Problems, Values, missing
from hub.tui.forms.when import parse_when

_ONCE = "once"


def shelve(view: AlarmView, zone: tzinfo) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why it may be silent."))
        if values.get("until", "").strip().casefold() in (_ONCE, _("once").casefold()):
            reason = values.get("reason", "").strip()
            return problems or ShelveAlarm(alarm=view.alarm.id, reason=reason, once=True)
        until_at = parse_when(values.get("until", ""), now, zone)
        if until_at is None:
            problems["until"] = _("Write a duration such as 30m, 2h or 1h30m, a time of day such as 14:30, or once.")
        elif until_at <= now:
            problems["until"] = _("This is in the past.")
        elif until_at - now > LONGEST_SHELF:
            problems["until"] = _("12 hours at most: whoever comes next must look at it again.")
        if problems or until_at is None:
            return problems
        return ShelveAlarm(alarm=view.alarm.id, reason=values["reason"].strip(), until_at=until_at)

    return Form(
        key=f"shelve:{view.alarm.id}",
        title=_("Shelve {alarm}").format(alarm=view.alarm.id),
        about=[say(view.alarm.title), _("It is kept from disturbing anyone until then, and stays on record.")],
        fields=[
            Field("reason", _("Reason"), _("why it may be silent")),
            Field("until", _("For how long, or until"), _("30m, 2h, 14:30, or once: until it returns"), "30m", 20),
        ],
        submit=_("Shelve"),
        done=_("{alarm} is shelved.").format(alarm=view.alarm.id),
        read=read,
    )


def take_out(view: AlarmView, zone: tzinfo) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why it is of no use for now."))
        until_at = parse_when(values.get("until", ""), now, zone)
        if until_at is None:
            problems["until"] = _("Write a duration such as 3d or 12h, or a day such as 2026-11-30.")
        elif until_at <= now:
            problems["until"] = _("This is in the past.")
        elif until_at - now > LONGEST_OUT:
            problems["until"] = _("30 days at most: then a leader decides anew.")
        if problems or until_at is None:
            return problems
        return TakeOutOfService(alarm=view.alarm.id, reason=values["reason"].strip(), until_at=until_at)

    return Form(
        key=f"take-out:{view.alarm.id}",
        title=_("Take {alarm} out of service").format(alarm=view.alarm.id),
        about=[
            say(view.alarm.title),
            _("For what is known to be of no use for a time. It disturbs nobody, and stays on the list and on record."),
        ],
        fields=[
            Field("reason", _("Reason"), _("being rebuilt, waiting for a part")),
            Field("until", _("For how long, or until"), _("12h, 3d, 2026-11-30; 30 days at most"), "24h", 20),
        ],
        submit=_("Take out of service"),
        done=_("{alarm} is out of service.").format(alarm=view.alarm.id),
        read=read,
    )


def prioritise(view: AlarmView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        chosen = next((each for each in PRIORITIES if each == values.get("priority")), None)
        if chosen is None:
            problems["priority"] = _("Choose one.")
        elif chosen == view.alarm.priority:
            problems["priority"] = _("This is what it has.")
        if problems or chosen is None:
            return problems
        return PrioritiseAlarm(alarm=view.alarm.id, priority=chosen, reason=values["reason"].strip())

    choices = tuple(Choice(each, words.named(words.PRIORITIES, each)) for each in PRIORITIES)
    return Form(
        key=f"prioritise:{view.alarm.id}",
        title=_("Priority of {alarm}").format(alarm=view.alarm.id),
        about=[say(view.alarm.title), _("A higher one has to be acknowledged again.")],
        fields=[
            Field("priority", _("Priority"), initial=view.alarm.priority, kind="choice", choices=choices),
            Field("reason", _("Reason"), _("why it is more or less urgent")),
        ],
        submit=_("Change"),
        done=_("The priority of {alarm} is changed.").format(alarm=view.alarm.id),
        read=read,
    )


def respond(view: AlarmView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        return ConfirmResponse(alarm=view.alarm.id, note=values.get("note", "").strip())

    return Form(
        key=f"respond:{view.alarm.id}",
        title=_("{alarm}: what was done").format(alarm=view.alarm.id),
        about=[say(view.alarm.title), say(view.alarm.response)],
        fields=[Field("note", _("Done"), _("what you did"))],
        submit=_("Done"),
        done=_("On record: what {alarm} asks for was done.").format(alarm=view.alarm.id),
        read=read,
    )


def judge(alarm: str, title: str, verdict: Verdict) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        return JudgeAlarm(alarm=alarm, verdict=verdict, cause=values.get("cause", "").strip())

    said = words.named(words.ALARM_VERDICTS, verdict)
    return Form(
        key=f"judge:{alarm}",
        title=_("{alarm}: {verdict}").format(alarm=alarm, verdict=said),
        about=[title, _("The newest verdict counts; those before stay on record.")],
        fields=[Field("cause", _("Cause"), _("what it was: a spider, a test, the sun"))],
        submit=_("Judge"),
        done=_("{alarm} is judged.").format(alarm=alarm),
        read=read,
    )


def acknowledge(view: AlarmView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        return AcknowledgeAlarm(alarm=view.alarm.id, note=values.get("note", "").strip())

    return Form(
        key=f"acknowledge:{view.alarm.id}",
        title=_("Acknowledge {alarm} with a note").format(alarm=view.alarm.id),
        about=[say(view.alarm.title)],
        fields=[Field("note", _("Note"), _("what you saw or did"))],
        submit=_("Acknowledge"),
        done=_("{alarm} is acknowledged.").format(alarm=view.alarm.id),
        read=read,
    )
