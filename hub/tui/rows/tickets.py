"""Fault tickets and the rounds that are due: what somebody has to see to."""

from hub.client import TicketView
from hub.core.rounds.model import Round
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.describe import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

_TONES = {"open": "fault", "assigned": "", "restored": "good"}


def columns() -> list[Column]:
    return [
        Column("id", _("Number"), 6),
        Column("state", _("State"), 14),
        Column("title", _("Fault or round"), 14, flex=3),
        Column("camera", _("Camera"), 10, flex=2),
        Column("who", _("Who"), 8, flex=1),
        Column("due", _("Ready by"), 11),
        Column("since", _("Open for"), 8, from_width=84),
        Column("cause", _("Cause"), 10, flex=2, from_width=110),
    ]


def camera_name(view: TicketView, situation: Situation) -> str:
    return say(view.camera_name) if view.camera_name is not None else situation.camera_name(view.ticket.camera)


def rows(situation: Situation) -> list[Row]:
    """Tickets, the oldest first, then rounds by their due time."""
    if situation.site is None:
        return []
    tickets = sorted(situation.site.tickets, key=lambda view: (view.state == "restored", view.ticket.opened_at))
    rounds = sorted(situation.site.rounds, key=lambda due: (not due.missed, due.due_at or due.since_at))
    return [_ticket(view, situation) for view in tickets] + [_round(due, situation) for due in rounds]


def late(view: TicketView, situation: Situation) -> bool:
    """Whether the repair is overdue by its own estimate."""
    estimate = view.ticket.estimate_at
    return estimate is not None and view.state != "restored" and estimate < situation.now


def facts(view: TicketView, situation: Situation) -> list[Fact]:
    ticket, now, zone = view.ticket, situation.now, situation.zone
    tone = "stale" if situation.stale else _TONES.get(view.state, "")
    opened = _("{clock} by {who}").format(
        clock=moments.clock(ticket.opened_at, zone, now=now), who=actor(ticket.opened_by)
    )
    found = [
        Fact(_("Ticket"), f"{ticket.id} {say(ticket.title)}", "strong"),
        Fact(_("State"), words.named(words.TICKET_STATES, view.state, stale=situation.stale), tone),
        Fact(_("Camera"), camera_name(view, situation)),
        Fact(_("Repairer"), ticket.repairer or _("nobody yet"), "" if ticket.repairer else "fault"),
        Fact(_("Cause"), ticket.cause or _("not known yet")),
        Fact(_("Opened"), opened),
    ]
    if ticket.estimate_at is not None:
        overdue = _(" (overdue)") if late(view, situation) else ""
        found.append(
            Fact(_("Ready by"), moments.clock(ticket.estimate_at, zone, now=now) + overdue, "lost" if overdue else "")
        )
    if ticket.restored_at is not None:
        found.append(Fact(_("Restored"), moments.clock(ticket.restored_at, zone, now=now), "good"))
    camera = next((c for c in situation.site.cameras if c.id == ticket.camera), None) if situation.site else None
    if camera is not None and camera.condition != "good":
        found.append(Fact(_("Watch"), _("does not see it good yet: a ticket closes only then"), "fault"))
    if ticket.alarm:
        found.append(Fact(_("Alarm"), ticket.alarm, "muted"))
    if ticket.clause:
        found.append(Fact(_("Clause"), ticket.clause, "muted"))
    return found


def round_facts(due: Round, situation: Situation) -> list[Fact]:
    now, zone = situation.now, situation.zone
    state = "missed" if due.missed else "due"
    return [
        Fact(_("Round"), f"{due.id} {say(due.title)}", "strong"),
        Fact(_("State"), words.named(words.ROUND_STATES, state, stale=situation.stale), "lost" if due.missed else ""),
        Fact(_("Team"), due.team or "-"),
        Fact(_("Asked for"), moments.clock(due.since_at, zone, now=now)),
        Fact(_("Due"), moments.clock(due.due_at, zone, now=now) or "-"),
        Fact(_("Clause"), due.clause or "-", "muted"),
    ]


def _ticket(view: TicketView, situation: Situation) -> Row:
    ticket = view.ticket
    plain = "stale" if situation.stale else ""
    overdue = late(view, situation)
    due = moments.clock(ticket.estimate_at, situation.zone, now=situation.now)
    return Row(
        ticket.id,
        (
            Cell(ticket.id, plain or "muted"),
            Cell(
                words.named(words.TICKET_STATES, view.state, stale=situation.stale), plain or _TONES.get(view.state, "")
            ),
            Cell(say(ticket.title), plain or "strong"),
            Cell(camera_name(view, situation), plain),
            Cell(ticket.repairer or _("nobody"), plain or ("" if ticket.repairer else "fault")),
            Cell(f"! {due}" if overdue else due, plain or ("lost" if overdue else "")),
            Cell(moments.since(ticket.opened_at, situation.now), plain),
            Cell(ticket.cause, plain or "muted"),
        ),
    )


def _round(due: Round, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    state = words.named(words.ROUND_STATES, "missed" if due.missed else "due", stale=situation.stale)
    return Row(
        due.id,
        (
            Cell(due.id, plain or "muted"),
            Cell(state, plain or ("lost" if due.missed else "")),
            Cell(say(due.title), plain or "strong"),
            Cell("", plain),
            Cell(due.team, plain),
            Cell(moments.clock(due.due_at, situation.zone, now=situation.now), plain),
            Cell(moments.since(due.since_at, situation.now), plain),
            Cell("", plain),
        ),
    )
