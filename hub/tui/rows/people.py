"""People as a list, and all that is known of one of them."""

from collections.abc import Sequence

from hub.client.people import PersonView, SessionView
from hub.core.people.model import Paper
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation


def columns() -> list[Column]:
    return [
        Column("account", _("Account"), 10, flex=1),
        Column("name", _("Name"), 10, flex=2),
        Column("role", _("Role"), 13),
        Column("state", _("State"), 16),
        Column("qualified", _("Qualified"), 9),
        Column("sessions", _("Sign-ins"), 8),
        Column("domains", _("Domains"), 12, flex=1, from_width=84),
        Column("last", _("Last sign-in"), 12, from_width=110),
    ]


def rows(people: Sequence[PersonView], situation: Situation) -> list[Row]:
    """Those who work here, then those who left."""
    return [_row(view, situation) for view in sorted(people, key=lambda view: (view.state == "left", view.account.id))]


def condition(view: PersonView) -> tuple[str, str]:
    """In one phrase what keeps the account from being used as usual, with its tone."""
    if view.state == "left":
        return "- " + _("has left"), "muted"
    if view.state == "disabled":
        return "✗ " + _("disabled"), "lost"
    if view.locked_until_at is not None:
        return "✗ " + _("locked"), "fault"
    if view.in_two_places:
        return "! " + _("in two places"), "fault"
    if view.must_change:
        return "! " + _("password due"), "fault"
    return "✓ " + _("active"), "good"


def facts(view: PersonView, situation: Situation) -> list[Fact]:
    """Everything about one person."""
    account, now, zone = view.account, situation.now, situation.zone
    said, tone = condition(view)
    site = situation.site
    names = {each.id: say(each.name) for each in site.departments} if site is not None else {}
    found = [
        Fact(_("Person"), f"{account.id} {account.name}", "strong"),
        Fact(_("State"), words.about(said, view.why) if view.why else said, tone),
        Fact(_("Role"), words.word(words.ROLES, account.role)),
        Fact(
            _("Qualified"),
            _("yes") if view.qualified else _("no: training and confidentiality are needed"),
            "good" if view.qualified else "fault",
        ),
        *(_paper(paper, situation) for paper in view.papers),
        *(_session(session, situation) for session in view.sessions),
    ]
    if not view.sessions:
        found.append(Fact("", _("Nobody is signed in with this account."), "muted"))
    if view.locked_until_at is not None:
        found.append(Fact(_("Locked until"), moments.clock(view.locked_until_at, zone, now=now), "fault"))
    if view.password_expires_at is not None:
        found.append(Fact(_("Password until"), moments.clock(view.password_expires_at, zone, now=now)))
    if view.totp:
        found.append(Fact(_("Codes"), _("asked for; recovery codes left: {n}").format(n=view.recovery_left)))
    return [
        *found,
        Fact(_("Domains"), words.domains(list(account.domains))),
        Fact(_("Departments"), words.listed(names.get(each, each) for each in account.departments) or _("all")),
        Fact(_("Rights"), words.listed(words.word(words.RIGHTS, right) for right in view.rights) or _("none")),
    ]


def _row(view: PersonView, situation: Situation) -> Row:
    account = view.account
    said, tone = condition(view)
    last = moments.clock(view.signed_in_at, situation.zone, now=situation.now) if view.signed_in_at else "-"
    muted = "muted" if view.state == "left" else ""
    return Row(
        account.id,
        (
            Cell(account.id, muted),
            Cell(account.name, muted),
            Cell(words.word(words.ROLES, account.role), muted),
            Cell(said, tone),
            Cell("✓ " + _("yes") if view.qualified else "✗ " + _("no"), "good" if view.qualified else "fault"),
            Cell(str(len(view.sessions)) if view.sessions else "-", muted),
            Cell(words.domains(list(account.domains)), muted),
            Cell(last, muted),
        ),
    )


def _paper(paper: Paper, situation: Situation) -> Fact:
    label = paper.course if paper.what == "training" else _("Confidentiality")
    until = paper.valid_until_at
    if until is None:
        return Fact(label, _("{day}, without end").format(day=paper.day))
    day = f"{until.astimezone(situation.zone):%Y-%m-%d}"
    tone = "" if paper.holds(situation.now) else "lost"
    if tone:
        return Fact(label, _("ended on {day}").format(day=day), tone)
    return Fact(label, _("{begun}, until {day}").format(begun=paper.day, day=day), "fault" if paper.warned else "")


def _session(session: SessionView, situation: Situation) -> Fact:
    seen = moments.clock(session.seen_at, situation.zone, now=situation.now)
    said = _("{place}, used at {clock}").format(place=session.place or _("unknown place"), clock=seen)
    return Fact(session.client, said + (" " + _("(this one)") if session.mine else ""))
