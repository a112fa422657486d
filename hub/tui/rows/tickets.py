"""Fault tickets as rows: what somebody has to repair."""

from collections.abc import Sequence
from datetime import datetime

from hub.client import TicketView
from hub.core.tickets.model import Ticket
from hub.core.tickets.parts import written
from hub.locale import N_, _, ngettext, say
from hub.tui import moments, words
from hub.tui.describe.record import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

ONLY: tuple[tuple[str, str], ...] = (
    ("", N_("all open")),
    ("mine", N_("mine")),
    ("unassigned", N_("nobody named")),
    ("overdue", N_("overdue")),
    ("closed", N_("closed")),
)
"""What the list can be cut to."""

_TONES = {
    "open": "fault",
    "acknowledged": "fault",
    "waiting": "muted",
    "restored": "good",
    "verifying": "good",
    "verified": "good",
    "closed": "muted",
    "cancelled": "muted",
}
_SEEN = ("restored", "verifying", "verified")
_ORIGINS = {"hand": N_("a person"), "round": N_("round"), "patrol": N_("walk of the wall")}
_RANKS = {"urgent": 0, "normal": 1, "low": 2}


def columns() -> list[Column]:
    return [
        Column("id", _("Number"), 6),
        Column("state", _("State"), 14),
        Column("title", _("Fault"), 14, flex=3),
        Column("camera", _("About"), 10, flex=2),
        Column("who", _("Who"), 8, flex=1),
        Column("due", _("Ready by"), 11),
        Column("since", _("Open for"), 8, from_width=84),
        Column("cause", _("Cause"), 10, flex=2, from_width=110),
    ]


def camera_name(view: TicketView, situation: Situation) -> str:
    if view.ticket.camera is None:
        return situation.names.subject(view.ticket.subject)
    return say(view.camera_name) if view.camera_name is not None else situation.camera_name(view.ticket.camera)


def rows(situation: Situation, only: str = "", closed: Sequence[TicketView] = ()) -> list[Row]:
    """Tickets; `only`: those of one kind in `ONLY`, `closed`: those that were read."""
    if situation.site is None:
        return []
    if only == "closed":
        return [_ticket(view, situation) for view in closed]
    return [_ticket(view, situation) for view in ordered(situation) if _wanted(view, only, situation)]


def ordered(situation: Situation) -> list[TicketView]:
    """One's own first; what only waits to be verified last; the urgent before the others, then the oldest."""
    views = situation.site.tickets if situation.site is not None else []
    return sorted(
        views,
        key=lambda view: (
            not mine(view, situation),
            view.state in _SEEN,
            _RANKS[view.ticket.priority],
            view.ticket.since_at,
        ),
    )


def mine(view: TicketView, situation: Situation) -> bool:
    """Whether the person who looks repairs it."""
    me = situation.site.me if situation.site is not None else None
    return me is not None and (view.ticket.account == me.id or view.ticket.repairer in (me.id, me.name))


def late(view: TicketView, situation: Situation) -> bool:
    """Whether the repair is overdue by its own estimate."""
    return view.ticket.promised_at is not None and view.ticket.promised_at < situation.now


def facts(view: TicketView, situation: Situation) -> list[Fact]:
    ticket, now, zone = view.ticket, situation.now, situation.zone
    tone = "stale" if situation.stale else _TONES.get(view.state, "")
    opened = _("{clock} by {who}").format(
        clock=moments.clock(ticket.opened_at, zone, now=now), who=actor(ticket.opened_by, situation.names)
    )
    found = [
        Fact(_("Ticket"), f"{ticket.id} {say(ticket.title)}", "strong"),
        Fact(_("State"), words.named(words.TICKET_STATES, view.state, stale=situation.stale), tone),
        Fact(_("Camera") if ticket.camera else _("About"), camera_name(view, situation)),
        Fact(
            _("Repairer"),
            situation.names.person(ticket.repairer) or _("nobody yet"),
            "" if ticket.repairer else "fault",
        ),
        Fact(_("Cause"), ticket.cause or _("not known yet")),
        Fact(_("Opened"), opened),
    ]
    if ticket.estimate_at is not None:
        overdue = _(" (overdue)") if late(view, situation) else ""
        found.append(
            Fact(_("Ready by"), moments.clock(ticket.estimate_at, zone, now=now) + overdue, "lost" if overdue else "")
        )
    found += _repair(ticket, situation)
    camera = next((c for c in situation.site.cameras if c.id == ticket.camera), None) if situation.site else None
    if camera is not None and camera.condition != "good" and ticket.closed_at is None:
        found.append(Fact(_("Watch"), _("does not see it good yet: a ticket closes only then"), "fault"))
    found += _more(ticket)
    return found


def _repair(ticket: Ticket, situation: Situation) -> list[Fact]:
    def clock(at: datetime | None) -> str:
        return moments.clock(at, situation.zone, now=situation.now)

    found: list[Fact] = []
    if ticket.waiting is not None:
        until = _(" until {clock}").format(clock=clock(ticket.waiting.until_at)) if ticket.waiting.until_at else ""
        found.append(Fact(_("Waits for"), ticket.waiting.reason + until, "muted"))
    if ticket.repair is not None:
        held = "" if ticket.repair.held else _(" (the fault came back)")
        said = _("{clock} by {who}").format(clock=clock(ticket.repair.at), who=actor(ticket.repair.by, situation.names))
        found.append(Fact(_("Repaired"), said + held, "" if ticket.repair.held else "fault"))
        if ticket.repair.done:
            found.append(Fact(_("Repair made"), ticket.repair.done))
        if ticket.repair.parts:
            found.append(Fact(_("Parts"), words.listed(map(written, ticket.repair.parts))))
    if ticket.verifying_at is not None:
        found.append(Fact(_("Under check"), _("good since {clock}").format(clock=clock(ticket.verifying_at)), "good"))
    if ticket.restored_at is not None:
        found.append(Fact(_("Restored"), clock(ticket.restored_at), "good"))
    if ticket.verified_at is not None:
        by = (
            words.word(words.VERIFIED_BY, "watch")
            if ticket.verified_by == "watch"
            else actor(ticket.verified_by, situation.names)
        )
        found.append(Fact(_("Verified"), f"{clock(ticket.verified_at)} {by}", "good"))
    if ticket.closed_at is not None:
        found.append(Fact(_("Cancelled") if ticket.cancelled else _("Closed"), clock(ticket.closed_at), "muted"))
    return found


def _more(ticket: Ticket) -> list[Fact]:
    times = (
        ngettext("reopened once", "reopened {n} times", ticket.reopened).format(n=ticket.reopened)
        if ticket.reopened
        else "",
        ngettext("came back once", "came back {n} times", ticket.relapses).format(n=ticket.relapses)
        if ticket.relapses
        else "",
    )
    given = (
        (_("Observed"), ticket.description, ""),
        (_("Again"), words.listed(filter(None, times)), "fault"),
        (_("Priority"), _(words.TICKET_PRIORITIES[ticket.priority][1]) if ticket.priority != "normal" else "", ""),
        (_("Reason"), ticket.cancelled, ""),
        (_("Photos"), str(len(ticket.photos)) if ticket.photos else "", ""),
        (_("Alarm"), ticket.alarm or "", "muted"),
        (_("Found by"), _origin(ticket.opened_from), "muted"),
        (_("Clause"), ticket.clause, "muted"),
    )
    return [Fact(label, text, tone) for label, text, tone in given if text]


def _origin(opened_from: str) -> str:
    """`round R-3`, `a person`; nothing for what a rule opened."""
    kind, _colon, number = opened_from.partition(":")
    return f"{_(_ORIGINS[kind])} {number}".strip() if kind in _ORIGINS else opened_from


def _wanted(view: TicketView, only: str, situation: Situation) -> bool:
    match only:
        case "mine":
            return mine(view, situation)
        case "unassigned":
            return not view.ticket.repairer
        case "overdue":
            return late(view, situation)
        case _:
            return True


def _ticket(view: TicketView, situation: Situation) -> Row:
    ticket = view.ticket
    plain = "stale" if situation.stale else ""
    overdue = late(view, situation)
    due = moments.clock(ticket.closed_at or ticket.estimate_at, situation.zone, now=situation.now)
    urgent = "! " if ticket.priority == "urgent" else ""
    return Row(
        ticket.id,
        (
            Cell(ticket.id, plain or "muted"),
            Cell(
                words.named(words.TICKET_STATES, view.state, stale=situation.stale), plain or _TONES.get(view.state, "")
            ),
            Cell(urgent + say(ticket.title), plain or "strong"),
            Cell(camera_name(view, situation), plain),
            Cell(situation.names.person(ticket.repairer) or _("nobody"), plain or ("" if ticket.repairer else "fault")),
            Cell(f"! {due}" if overdue else due, plain or ("lost" if overdue else "")),
            Cell(moments.since(ticket.since_at, ticket.closed_at or situation.now), plain),
            Cell(ticket.cause, plain or "muted"),
        ),
    )
