"""The forms: what they ask, and how what was typed becomes a command. Pure; the screen only draws them.

Each form is made anew whenever the language changes, so its texts are already in the language in force.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo

import msgspec

from hub.client import AlarmView, CameraView, RuleView, TicketView
from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm
from hub.core.alarms.decisions import LONGEST_SHELF
from hub.core.cameras.commands import ApproveReference, RejectReference, RelearnCamera
from hub.core.command import Command
from hub.core.commands import StopHub
from hub.core.references import ReferenceView
from hub.core.rounds.commands import CompleteRound
from hub.core.rounds.model import Round
from hub.core.rules.commands import PauseRule
from hub.core.tickets.commands import AssignTicket, CloseTicket
from hub.locale import _, say
from hub.tui import words
from hub.tui.rows import references

Values = Mapping[str, str]
Problems = dict[str, str]
"""What is wrong with which field, in words."""

LONGEST_TEXT = 2000
LONGEST_NAME = 200


class Field(msgspec.Struct, frozen=True):
    """One line to fill in. `limit` is the most characters the hub takes."""

    name: str
    label: str
    hint: str = ""
    initial: str = ""
    limit: int = LONGEST_TEXT


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a form shows and what becomes of it. `key` names the draft kept for it; `read` is pure."""

    key: str
    title: str
    about: list[str]
    fields: list[Field]
    submit: str
    done: str
    read: Callable[[Values, datetime], Command | Problems]
    dangerous: bool = False


_DURATION = re.compile(
    r"(?:(\d{1,3})\s*(?:d|天))?\s*(?:(\d{1,3})\s*(?:h|小时|时))?\s*(?:(\d{1,4})\s*(?:m|min|分钟|分)?)?"
)
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:\s+(\d{1,2})[:：](\d{2}))?")


def parse_when(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The instant that `30m`, `2h`, `1h30m`, `3d`, `45` (minutes), `14:30` or `2026-11-30 08:00` means; None if none.

    A time of day is the next one; a day without a time ends at midnight. In Chinese `2小时30分` does as well.
    """
    typed = text.strip().lower()
    if found := _CLOCK.fullmatch(typed):
        return _at_clock(found, now, zone)
    if found := _DAY.fullmatch(typed):
        return _at_day(found, zone)
    found = _DURATION.fullmatch(typed)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return now + timedelta(days=days, hours=hours, minutes=minutes)


def shelve(view: AlarmView, zone: tzinfo) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = _missing(values, "reason", _("Say why it may be silent."))
        until_at = parse_when(values.get("until", ""), now, zone)
        if until_at is None:
            problems["until"] = _("Write a duration such as 30m, 2h or 1h30m, or a time of day such as 14:30.")
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
            Field("until", _("For how long, or until"), _("30m, 2h, 14:30; 12 hours at most"), "30m", 20),
        ],
        submit=_("Shelve"),
        done=_("{alarm} is shelved.").format(alarm=view.alarm.id),
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


def assign(view: TicketView, zone: tzinfo) -> Form:
    ticket = view.ticket
    estimate = f"{ticket.estimate_at.astimezone(zone):%Y-%m-%d %H:%M}" if ticket.estimate_at else ""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = _missing(values, "repairer", _("Name who repairs it."))
        typed = values.get("estimate", "").strip()
        estimate_at = parse_when(typed, now, zone) if typed else None
        if typed and estimate_at is None:
            problems["estimate"] = _("Write 4h, 3d, 18:00 or 2026-11-30 18:00, or leave it empty.")
        elif estimate_at is not None and estimate_at <= now and typed != estimate:
            problems["estimate"] = _("This is in the past.")
        if problems:
            return problems
        return AssignTicket(
            ticket=ticket.id,
            repairer=values["repairer"].strip(),
            cause=values.get("cause", "").strip(),
            estimate_at=estimate_at,
        )

    return Form(
        key=f"assign:{ticket.id}",
        title=_("Assign {ticket}").format(ticket=ticket.id),
        about=[say(ticket.title)],
        fields=[
            Field("repairer", _("Who repairs it"), _("name or team"), ticket.repairer, LONGEST_NAME),
            Field("cause", _("Cause, as far as known"), _("may be left empty"), ticket.cause),
            Field("estimate", _("Ready in, or by"), _("4h, 3d, 18:00; may be left empty"), estimate, 20),
        ],
        submit=_("Assign"),
        done=_("{ticket} is assigned.").format(ticket=ticket.id),
        read=read,
    )


def close(view: TicketView) -> Form:
    ticket = view.ticket

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = _missing(values, "cause", _("Say what the cause was."))
        if problems:
            return problems
        return CloseTicket(ticket=ticket.id, cause=values["cause"].strip(), note=values.get("note", "").strip())

    return Form(
        key=f"close:{ticket.id}",
        title=_("Close {ticket}").format(ticket=ticket.id),
        about=[say(ticket.title), _("The hub closes it only when the watch sees the camera good again.")],
        fields=[
            Field("cause", _("Cause of the fault"), "", ticket.cause),
            Field("note", _("What was done"), _("may be left empty")),
        ],
        submit=_("Close ticket"),
        done=_("{ticket} is closed.").format(ticket=ticket.id),
        read=read,
    )


def complete_round(due: Round) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        return CompleteRound(round=due.id, note=values.get("note", "").strip())

    return Form(
        key=f"round:{due.id}",
        title=_("Report round {round} as made").format(round=due.id),
        about=[say(due.title)],
        fields=[Field("note", _("What was found"), _("may be left empty"))],
        submit=_("Report"),
        done=_("Round {round} is reported.").format(round=due.id),
        read=read,
    )


def relearn(camera: CameraView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = _missing(values, "reason", _("Say why the view is different now."))
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
        problems = _missing(values, "reason", _("Say what is wrong with it."))
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


def turn_off(rule: RuleView, zone: tzinfo) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = _missing(values, "reason", _("Say why it is turned off."))
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


def stop_hub() -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = _missing(values, "reason", _("Every interruption has a reason on record."))
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


def _missing(values: Values, name: str, message: str) -> Problems:
    return {} if values.get(name, "").strip() else {name: message}


def _at_clock(found: re.Match[str], now: datetime, zone: tzinfo) -> datetime | None:
    hour, minute = (int(part) for part in found.groups())
    if hour > 23 or minute > 59:
        return None
    local = now.astimezone(zone)
    today = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    at = today if today > local else today + timedelta(days=1)
    return at.astimezone(now.tzinfo)


def _at_day(found: re.Match[str], zone: tzinfo) -> datetime | None:
    year, month, day, hour, minute = (int(part) if part else 0 for part in found.groups())
    try:
        at = datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        return None
    return at if found.group(4) else at + timedelta(days=1)
