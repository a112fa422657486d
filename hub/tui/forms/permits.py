"""Forms about permits to cover a camera."""

import difflib
import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from hub.client import CameraView
from hub.core.command import Command
from hub.core.permits.commands import (
    ApplyPermit,
    ApprovePermit,
    EndPermit,
    ExtendPermit,
    RefusePermit,
    RevokePermit,
    WithdrawPermit,
)
from hub.core.permits.decisions import LONGEST
from hub.core.permits.kinds import KINDS
from hub.core.permits.model import Permit
from hub.locale import _, say
from hub.tui import moments
from hub.tui.forms.form import LONGEST_NAME, Choice, Field, Form, Problems, Values, missing
from hub.tui.forms.when import parse_when
from hub.tui.rows.permits import camera_names, kind_names
from hub.tui.situation import Situation

MOST_LISTED = 40
"""With more cameras than this they are written down instead of picked from a list."""
_USUAL = "obstruction,black"


def apply_for(cameras: Sequence[CameraView], zone: tzinfo, *, camera: str = "") -> Form:
    """`camera`: the one that is meant, most likely."""
    listed = len(cameras) <= MOST_LISTED

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say what the work is that needs it."))
        chosen, unknown = find_cameras(values.get("cameras", ""), cameras)
        if unknown:
            problems["cameras"] = unknown
        elif not chosen:
            problems["cameras"] = _("Name at least one camera.")
        elif len({each.domain for each in cameras if each.id in chosen}) > 1:
            problems["cameras"] = _("These belong to two domains: apply for each by itself.")
        kinds = [kind for kind in KINDS if kind in values.get("kinds", "").split(",")]
        if not kinds:
            problems["kinds"] = _("Choose what is to be allowed.")
        begin = values.get("from", "").strip()
        from_at = parse_when(begin, now, zone) if begin else None
        if begin and from_at is None:
            problems["from"] = _("Write 2h, 14:30 or 2026-11-30 08:00, or leave it empty.")
        elif from_at is not None and from_at < now:
            problems["from"] = _("A permit is not given for the past.")
        to_at = parse_when(values.get("to", ""), from_at or now, zone)
        if to_at is None:
            problems["to"] = _("Write 4h, 3d, 18:00 or 2026-11-30 18:00.")
        elif to_at <= (from_at or now):
            problems["to"] = _("It must end after it begins.")
        elif to_at - (from_at or now) > LONGEST:
            problems["to"] = _("{days} days at most.").format(days=LONGEST.days)
        if problems or to_at is None:
            return problems
        letter = values.get("letter", "").strip()
        return ApplyPermit(
            cameras=chosen,
            kinds=kinds,
            from_at=from_at,
            to_at=to_at,
            reason=values["reason"].strip(),
            work=values.get("work", "").strip(),
            firm=values.get("firm", "").strip(),
            attachments=[letter] if re.fullmatch(r"[0-9a-f]{64}", letter) else [],
        )

    picked = [Choice(each.id, say(each.name)) for each in cameras]
    return Form(
        key="permit-apply",
        title=_("Apply for a permit to cover cameras"),
        about=[_("Somebody else must approve it. Until then, and after its end, the alarm is raised as ever.")],
        fields=[
            Field("cameras", _("Cameras"), _("Space picks"), camera, kind="several", choices=tuple(picked))
            if listed
            else Field("cameras", _("Cameras"), _("names or ids, with commas between"), camera),
            Field("reason", _("Reason"), _("what the cameras are in the way of")),
            Field("to", _("Until, or for how long"), _("4h, 18:00, 2026-11-30 18:00; 14 days at most"), "4h", 20),
            Field("from", _("From"), _("empty: as soon as it is approved"), "", 20),
            Field("work", _("Work"), _("may be left empty"), "", LONGEST_NAME),
            Field("firm", _("Firm or team"), _("may be left empty"), "", LONGEST_NAME),
            Field(
                "kinds",
                _("Allowed meanwhile"),
                _("Space picks"),
                _USUAL,
                kind="several",
                choices=tuple(Choice(kind, say(each.name)) for kind, each in KINDS.items()),
            ),
            Field("letter", _("Letter or drawing"), _("path of a file; may be left empty"), kind="file"),
        ],
        submit=_("Apply"),
        done=_("The application waits for approval."),
        read=read,
    )


def find_cameras(typed: str, cameras: Sequence[CameraView]) -> tuple[list[str], str]:
    """The ids of the cameras that are named, and what is wrong with the first name that no camera has."""
    known: dict[str, str] = {}
    for camera in cameras:
        for name in (camera.id, camera.name.en, camera.name.zh):
            if name:
                known.setdefault(name.strip().lower(), camera.id)
    found: list[str] = []
    for part in re.split(r"[,，、;；\n]", typed):
        name = part.strip()
        if not name:
            continue
        if name.lower() not in known:
            near = difflib.get_close_matches(name.lower(), known, n=1)
            said = _("No camera is called {name}.").format(name=name)
            return found, said + (" " + _("Did you mean {name}?").format(name=near[0]) if near else "")
        found.append(known[name.lower()])
    return list(dict.fromkeys(found)), ""


def approve(permit: Permit, situation: Situation) -> Form:
    begin, end = (moments.clock(at, situation.zone, now=situation.now) for at in (permit.from_at, permit.to_at))
    return Form(
        key=f"permit-approve:{permit.id}",
        title=_("Approve {permit}").format(permit=permit.id),
        about=[
            camera_names(permit, situation),
            kind_names(permit),
            _("{begin} to {end}").format(begin=begin, end=end),
            permit.reason,
            _("Its alarms are silent for that time, on these cameras only; everything stays on record."),
        ],
        fields=[Field("note", _("Conditions"), _("may be left empty"))],
        submit=_("Approve"),
        done=_("{permit} is approved.").format(permit=permit.id),
        read=lambda values, now: ApprovePermit(permit=permit.id, note=values.get("note", "").strip()),
    )


def refuse(permit: Permit, situation: Situation) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or RefusePermit(permit=permit.id, reason=values["reason"].strip())

    return Form(
        key=f"permit-refuse:{permit.id}",
        title=_("Refuse {permit}").format(permit=permit.id),
        about=[camera_names(permit, situation), permit.reason],
        fields=[Field("reason", _("Reason"), _("for the applicant"))],
        submit=_("Refuse"),
        done=_("{permit} is refused.").format(permit=permit.id),
        read=read,
    )


def end(permit: Permit, situation: Situation) -> Form:
    return Form(
        key=f"permit-end:{permit.id}",
        title=_("End {permit}: the work is done").format(permit=permit.id),
        about=[
            camera_names(permit, situation),
            _("From now on alarms are raised as ever. Where a camera is still covered, its alarm is back at once."),
        ],
        fields=[Field("note", _("Note"), _("may be left empty"))],
        submit=_("End it"),
        done=_("{permit} is over.").format(permit=permit.id),
        read=lambda values, now: EndPermit(permit=permit.id, note=values.get("note", "").strip()),
    )


def revoke(permit: Permit, situation: Situation) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or RevokePermit(permit=permit.id, reason=values["reason"].strip())

    return Form(
        key=f"permit-revoke:{permit.id}",
        title=_("Revoke {permit}").format(permit=permit.id),
        about=[camera_names(permit, situation), _("Alarms that it keeps silent are back at once.")],
        fields=[Field("reason", _("Reason"))],
        submit=_("Revoke"),
        done=_("{permit} is revoked.").format(permit=permit.id),
        read=read,
        dangerous=True,
    )


def withdraw(permit: Permit, situation: Situation) -> Form:
    return Form(
        key=f"permit-withdraw:{permit.id}",
        title=_("Withdraw {permit}").format(permit=permit.id),
        about=[camera_names(permit, situation), permit.reason],
        fields=[Field("reason", _("Reason"), _("may be left empty"))],
        submit=_("Withdraw"),
        done=_("{permit} is withdrawn.").format(permit=permit.id),
        read=lambda values, now: WithdrawPermit(permit=permit.id, reason=values.get("reason", "").strip()),
    )


def extend(permit: Permit, situation: Situation) -> Form:
    zone = situation.zone
    until = f"{permit.to_at.astimezone(zone):%Y-%m-%d %H:%M}"

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why it takes longer."))
        to_at = parse_when(values.get("to", ""), permit.to_at, zone)
        if to_at is None:
            problems["to"] = _("Write 4h, 3d, 18:00 or 2026-11-30 18:00.")
        elif to_at <= permit.to_at:
            problems["to"] = _("That is no later than its present end, {end}.").format(end=until)
        elif to_at - permit.to_at > LONGEST:
            problems["to"] = _("{days} days at most.").format(days=LONGEST.days)
        if problems or to_at is None:
            return problems
        return ExtendPermit(permit=permit.id, to_at=to_at, reason=values["reason"].strip())

    return Form(
        key=f"permit-extend:{permit.id}",
        title=_("More time for {permit}").format(permit=permit.id),
        about=[
            camera_names(permit, situation),
            _("It must be approved anew. Without that it ends at {end}, whatever happens.").format(end=until),
        ],
        fields=[
            Field("to", _("Until, or so much longer"), _("4h, 18:00, 2026-11-30 18:00"), "2h", 20),
            Field("reason", _("Reason"), _("why it takes longer")),
        ],
        submit=_("Apply"),
        done=_("The application for more time waits for approval."),
        read=read,
    )
