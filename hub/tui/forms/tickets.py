"""Forms about fault tickets."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import cast

from hub.client import CameraView, TicketView
from hub.core.command import Command
from hub.core.tickets.commands import (
    AssignTicket,
    CancelTicket,
    CloseTicket,
    ReopenTicket,
    ReportFault,
    ReportRepair,
    SignTicket,
    WaitWithRepair,
)
from hub.core.tickets.events import TicketPriority
from hub.core.tickets.parts import parse_parts
from hub.locale import _, say
from hub.tui import words
from hub.tui.forms.form import LONGEST_NAME, Choice, Field, Form, Problems, Values, missing
from hub.tui.forms.when import parse_when


def report(cameras: Sequence[CameraView], camera: str = "") -> Form:
    """Report a fault by hand, of a camera or of anything else."""

    def read(values: Values, now: datetime) -> Command | Problems:
        camera_id, subject = values.get("camera", ""), values.get("subject", "").strip()
        problems = missing(values, "title", _("Say what is wrong."))
        if not camera_id and not subject:
            problems["subject"] = _("Choose a camera, or say what is faulty.")
        if problems:
            return problems
        return ReportFault(
            subject=subject or f"camera:{camera_id}",
            camera=camera_id or None,
            title=values["title"].strip(),
            description=values.get("description", "").strip(),
            priority=cast(TicketPriority, values.get("priority") or "normal"),
            photos=_photos(values),
        )

    return Form(
        key="report-fault",
        title=_("Report a fault"),
        about=[_("The technical department takes it from here.")],
        fields=[
            Field(
                "camera",
                _("Camera"),
                initial=camera,
                kind="choice",
                choices=(Choice("", _("no camera")), *(Choice(each.id, say(each.name)) for each in cameras)),
            ),
            Field("subject", _("Or what else is faulty"), _("such as asset:SW-3, or in words"), limit=LONGEST_NAME),
            Field("title", _("What is wrong"), _("in a few words"), limit=LONGEST_NAME),
            Field("description", _("What you saw"), _("may be left empty"), kind="text"),
            Field(
                "priority",
                _("How urgent"),
                initial="normal",
                kind="choice",
                choices=tuple(Choice(key, _(name)) for key, (_sign, name) in words.TICKET_PRIORITIES.items()),
            ),
            _photo_field(),
        ],
        submit=_("Report"),
        done=_("The fault is reported."),
        read=read,
    )


def assign(view: TicketView, zone: tzinfo) -> Form:
    ticket = view.ticket
    estimate = f"{ticket.estimate_at.astimezone(zone):%Y-%m-%d %H:%M}" if ticket.estimate_at else ""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "repairer", _("Name who repairs it."))
        typed = values.get("estimate", "").strip()
        # What is typed has whole minutes; what was not touched is the estimate as it was given.
        estimate_at = ticket.estimate_at if typed == estimate else parse_when(typed, now, zone)
        if typed and estimate_at is None:
            problems["estimate"] = _("Write 4h, 3d, 18:00 or 2026-11-30 18:00, or leave it empty.")
        elif estimate_at is not None and estimate_at <= now and typed != estimate:
            problems["estimate"] = _("This is in the past.")
        reason = values.get("reason", "").strip()
        changed = ticket.estimate_at is not None and typed != estimate and "estimate" not in problems
        if changed and not reason:
            problems["reason"] = _("Say why the estimate changes: the former one stays on record.")
        if problems:
            return problems
        repairer = values["repairer"].strip()
        return AssignTicket(
            ticket=ticket.id,
            repairer=repairer,
            account=ticket.account if repairer == ticket.repairer else None,
            cause=values.get("cause", "").strip(),
            estimate_at=estimate_at,
            reason=reason,
        )

    fields = [
        Field("repairer", _("Who repairs it"), _("name or team"), ticket.repairer, LONGEST_NAME),
        Field("cause", _("Cause, as far as known"), _("may be left empty"), ticket.cause),
        Field("estimate", _("Ready in, or by"), _("4h, 3d, 18:00; may be left empty"), estimate, 20),
    ]
    if ticket.estimate_at is not None:
        fields.append(Field("reason", _("Why the estimate changes"), _("only if it does")))
    return Form(
        key=f"assign:{ticket.id}",
        title=_("Assign {ticket}").format(ticket=ticket.id),
        about=[say(ticket.title)],
        fields=fields,
        submit=_("Assign"),
        done=_("{ticket} is assigned.").format(ticket=ticket.id),
        read=read,
    )


def wait(view: TicketView, zone: tzinfo) -> Form:
    ticket = view.ticket

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say what it waits for."))
        typed = values.get("until", "").strip()
        until_at = parse_when(typed, now, zone) if typed else None
        if typed and until_at is None:
            problems["until"] = _("Write 4h, 3d, 18:00 or 2026-11-30 18:00, or leave it empty.")
        elif until_at is not None and until_at <= now:
            problems["until"] = _("This is in the past.")
        if problems:
            return problems
        return WaitWithRepair(ticket=ticket.id, reason=values["reason"].strip(), until_at=until_at)

    return Form(
        key=f"wait:{ticket.id}",
        title=_("{ticket} has to wait").format(ticket=ticket.id),
        about=[say(ticket.title), _("The time of waiting is counted apart. With an end, the estimate waits as well.")],
        fields=[
            Field(
                "reason", _("What for"), _("a part, a permit, a lift"), ticket.waiting.reason if ticket.waiting else ""
            ),
            Field("until", _("On hold until"), _("4h, 3d, 18:00; may be left empty"), "", 20),
        ],
        submit=_("Wait"),
        done=_("{ticket} waits.").format(ticket=ticket.id),
        read=read,
    )


def repaired(view: TicketView) -> Form:
    ticket = view.ticket

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "cause", _("Say what the cause was."))
        parts = parse_parts(values.get("parts", ""))
        if parts is None:
            problems["parts"] = _("Write one part after another: 2 x M6 screw #A2-70; RJ45 plug.")
        if problems or parts is None:
            return problems
        return ReportRepair(
            ticket=ticket.id,
            cause=values["cause"].strip(),
            done=values.get("done", "").strip(),
            parts=parts,
            photos=_photos(values),
        )

    return Form(
        key=f"repaired:{ticket.id}",
        title=_("{ticket} is repaired").format(ticket=ticket.id),
        about=[
            say(ticket.title),
            _("It closes by itself when the hub has seen picture and recording good for a while."),
        ],
        fields=[
            Field("cause", _("Cause of the fault"), "", ticket.cause),
            Field("done", _("What was done"), _("may be left empty")),
            Field("parts", _("Parts used"), _("2 x M6 screw #A2-70; RJ45 plug")),
            _photo_field(),
        ],
        submit=_("Report"),
        done=_("The repair of {ticket} is reported.").format(ticket=ticket.id),
        read=read,
    )


def sign(view: TicketView) -> Form:
    ticket = view.ticket
    return _with_reason(
        "sign",
        ticket.id,
        title=_("Sign for {ticket}").format(ticket=ticket.id),
        about=[say(ticket.title), _("In place of the watch. Nobody signs for a repair of their own.")],
        label=_("How you know that it is good"),
        submit=_("Sign"),
        done=_("{ticket} is signed for.").format(ticket=ticket.id),
        make=lambda reason, _values: SignTicket(ticket=ticket.id, reason=reason),
    )


def cancel(view: TicketView) -> Form:
    ticket = view.ticket
    return _with_reason(
        "cancel",
        ticket.id,
        title=_("Cancel {ticket}").format(ticket=ticket.id),
        about=[say(ticket.title), _("For what is no fault, or there twice. It stays on record.")],
        label=_("Reason"),
        submit=_("Cancel the ticket"),
        done=_("{ticket} is cancelled.").format(ticket=ticket.id),
        make=lambda reason, values: CancelTicket(
            ticket=ticket.id, reason=reason, duplicate_of=values.get("other", "").strip() or None
        ),
        more=[Field("other", _("The same as ticket"), _("such as T-7; may be left empty"), limit=20)],
    )


def reopen(view: TicketView) -> Form:
    ticket = view.ticket
    return _with_reason(
        "reopen",
        ticket.id,
        title=_("Reopen {ticket}").format(ticket=ticket.id),
        about=[say(ticket.title)],
        label=_("What is there again"),
        submit=_("Reopen"),
        done=_("{ticket} is reopened.").format(ticket=ticket.id),
        make=lambda reason, _values: ReopenTicket(ticket=ticket.id, reason=reason),
    )


def close(view: TicketView) -> Form:
    ticket = view.ticket

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "cause", _("Say what the cause was."))
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


def _with_reason(
    key: str,
    ticket: str,
    *,
    title: str,
    about: list[str],
    label: str,
    submit: str,
    done: str,
    make: Callable[[str, Values], Command],
    more: Sequence[Field] = (),
) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why: it goes on record."))
        return problems or make(values["reason"].strip(), values)

    return Form(
        key=f"{key}:{ticket}",
        title=title,
        about=about,
        fields=[Field("reason", label), *more],
        submit=submit,
        done=done,
        read=read,
    )


def _photo_field() -> Field:
    return Field("photo", _("Photo"), _("path of a JPEG, PNG or PDF; may be left empty"), kind="file")


def _photos(values: Values) -> list[str]:
    photo = values.get("photo", "").strip()
    return [photo] if photo else []
