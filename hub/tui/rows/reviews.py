"""Reviews of people as lists: months, the people of one, the points of one person, the records of one point."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from hub.client.reviews import ReviewedPerson
from hub.client.views import ReviewLine
from hub.core.reviews.model import Appeal
from hub.core.reviews.points import Point
from hub.locale import N_, _, say
from hub.tui import moments
from hub.tui.describe.record import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation
from hub.tui.words import listed

STATES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "open": ("!", N_("not signed"), "fault"),
        "closed": ("✓", N_("signed"), "good"),
        "withdrawn": ("-", N_("taken back"), "muted"),
    }
)
"""Mark, word and tone of a review."""
APPEALS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "waiting": ("!", N_("appeal waits"), "fault"),
        "upheld": ("=", N_("stays"), "muted"),
        "withdrawn": ("-", N_("taken back"), "good"),
    }
)
"""Mark, word and tone of an appeal."""


def month_columns() -> list[Column]:
    return [
        Column("month", _("Month"), 8),
        Column("state", _("State"), 12),
        Column("people", _("People"), 6),
        Column("waiting", _("Appeals"), 8),
        Column("until", _("Appeal until"), 16, flex=1),
        Column("signed", _("Signed by"), 10, flex=1),
        Column("id", _("Number"), 6, from_width=70),
    ]


def month_rows(lines: Iterable[ReviewLine], situation: Situation) -> list[Row]:
    """The months, newest first; the key is the review's number."""
    return [_month_row(line, situation) for line in lines]


def people_columns() -> list[Column]:
    return [
        Column("name", _("Name"), 12, flex=2),
        Column("total", _("Total"), 7),
        Column("for", _("For"), 7),
        Column("against", _("Against"), 8),
        Column("appeals", _("Appeals"), 13, flex=1),
        Column("account", _("Account"), 10, flex=1, from_width=70),
    ]


def people_rows(people: Iterable[ReviewedPerson], situation: Situation) -> list[Row]:
    """Those with appeals that wait first, then the others by account; the key is the account."""
    ordered = sorted(people, key=lambda each: (not _waiting(each), each.person))
    return [_person_row(each, situation) for each in ordered]


def point_columns() -> list[Column]:
    return [
        Column("number", _("No."), 4),
        Column("points", _("Points"), 7),
        Column("when", _("Time"), 12),
        Column("title", _("What"), 20, flex=3),
        Column("why", _("Why"), 12, flex=2, from_width=84),
        Column("appeal", _("Appeal"), 14),
    ]


def point_rows(person: ReviewedPerson, situation: Situation) -> list[Row]:
    """The points of one person, newest first; the key is the point's number."""
    return [_point_row(point, person.appeal(point.number), situation) for point in reversed(person.points)]


def review_facts(line: ReviewLine, situation: Situation) -> list[Fact]:
    """What is known of a month without looking into it."""
    mark, word, tone = STATES[line.state]
    found = [
        Fact(_("Review"), f"{line.id}  {line.month}", "strong"),
        Fact(_("State"), f"{mark} {_(word)}", "stale" if situation.stale else tone),
        Fact(_("Made by"), _by(line.made_by, moments.stamp(line.made_at, situation.zone)[:16], situation)),
    ]
    if line.state == "open" and line.appeal_until_at is not None:
        over = situation.now >= line.appeal_until_at
        until = moments.stamp(line.appeal_until_at, situation.zone)[:16]
        found.append(Fact(_("Appeal until"), _("{until}, over").format(until=until) if over else until))
        if line.waiting:
            found.append(Fact(_("Appeals"), _("{n} wait for a decision").format(n=line.waiting), "fault"))
        elif over:
            found.append(Fact("", signing(line), "good"))
        if line.signers:
            found.append(Fact(_("Signed by"), _people(line.signers, situation)))
    if line.over_at is not None:
        others = [who for who in line.signers if who != line.over_by]
        found += [Fact(_("Signed by"), _people(others, situation))] if others else []
        found.append(
            Fact(_(word).capitalize(), _by(line.over_by, moments.stamp(line.over_at, situation.zone)[:16], situation))
        )
    return [*found, Fact(_("Clause"), "5.1", "muted")]


def person_facts(person: ReviewedPerson) -> list[Fact]:
    """What the points of one person come to."""
    return [
        Fact(_("Person"), f"{person.person} {person.name}", "strong"),
        Fact(_("Total"), _signed(person.total), _tone(person.total)),
        *(
            Fact(f"{_signed(points)}", f"{title} × {times}" if times > 1 else title)
            for title, times, points in _together(person)
        ),
    ]


def point_facts(point: Point, appeal: Appeal | None, situation: Situation) -> list[Fact]:
    """One point with the records that it comes from, and what became of it."""
    stamp = moments.stamp(point.at, situation.zone)
    records = ", ".join(map(str, point.records[:8])) + (" …" if len(point.records) > 8 else "")
    found = [
        Fact(_("Point"), f"{point.number}  {say(point.title)}", "strong"),
        Fact(_("Points"), _signed(point.points), _tone(point.points)),
        Fact(_("Time"), stamp[:16]),
        Fact(_("Why"), say(point.why) or "-"),
        Fact(_("Records"), records),
    ]
    if appeal is not None:
        _mark, word, tone = APPEALS[appeal.state]
        at = moments.stamp(appeal.at, situation.zone)[:16]
        found.append(
            Fact(_("Appeal"), _("{what} ({at}): {reason}").format(what=_(word), at=at, reason=appeal.reason), tone)
        )
        if appeal.decided_at is not None:
            who = actor(appeal.decided_by, situation.names)
            found.append(Fact(_("Decision"), _("{name}: {said}").format(name=who, said=appeal.why)))
    return [*found, Fact(_("Clause"), point.clause or "5.1", "muted")]


def _month_row(line: ReviewLine, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    mark, word, tone = STATES[line.state]
    until = line.appeal_until_at
    return Row(
        line.id,
        (
            Cell(line.month, plain or "strong"),
            Cell(f"{mark} {_(word)}", plain or tone),
            Cell(str(line.people) if line.people else "-", plain),
            Cell(f"! {line.waiting}" if line.waiting else "-", plain or ("fault" if line.waiting else "")),
            Cell(moments.stamp(until, situation.zone)[:16] if until is not None else "-", plain),
            Cell(_people(line.signers, situation) or "-", plain),
            Cell(line.id, plain or "muted"),
        ),
    )


def signing(line: ReviewLine) -> str:
    """What a leader has to do about a review whose time to appeal is over."""
    if line.unsigned:
        return _("You can sign it: key c.")
    return _("Still to be signed for by their leaders: {n}").format(n=line.left)


def _people(actors: Sequence[str], situation: Situation) -> str:
    return listed(actor(who, situation.names) for who in actors)


def _person_row(person: ReviewedPerson, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    taken_back = {appeal.number for appeal in person.appeals if appeal.state == "withdrawn"}
    counted = [point.points for point in person.points if point.number not in taken_back]
    waiting = _waiting(person)
    appeals = _("{n} to decide").format(n=waiting) if waiting else str(len(person.appeals) or "-")
    return Row(
        person.person,
        (
            Cell(person.name, plain),
            Cell(_signed(person.total), plain or _tone(person.total)),
            Cell(_signed(round(sum(each for each in counted if each > 0), 2)), plain),
            Cell(_signed(round(sum(each for each in counted if each < 0), 2)), plain),
            Cell(f"! {appeals}" if waiting else appeals, plain or ("fault" if waiting else "")),
            Cell(person.person, plain or "muted"),
        ),
    )


def _point_row(point: Point, appeal: Appeal | None, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    back = appeal is not None and appeal.state == "withdrawn"
    mark, word, tone = APPEALS[appeal.state] if appeal is not None else ("", "", "")
    return Row(
        str(point.number),
        (
            Cell(str(point.number), plain or "muted"),
            Cell(_signed(point.points), plain or ("muted" if back else _tone(point.points))),
            Cell(moments.clock(point.at, situation.zone, now=situation.now), plain),
            Cell(say(point.title), plain or ("muted" if back else "")),
            Cell(say(point.why), plain or "muted"),
            Cell(f"{mark} {_(word)}" if word else "-", plain or tone),
        ),
    )


def _together(person: ReviewedPerson) -> Sequence[tuple[str, int, float]]:
    """The points that count, those of one kind together: what it is, how often, how many points in all."""
    taken_back = {appeal.number for appeal in person.appeals if appeal.state == "withdrawn"}
    kinds: dict[str, list[Point]] = {}
    for point in person.points:
        if point.number not in taken_back:
            kinds.setdefault(point.rule, []).append(point)
    return [
        (say(points[0].title), len(points), round(sum(point.points for point in points), 2))
        for points in kinds.values()
    ]


def _waiting(person: ReviewedPerson) -> int:
    return sum(appeal.state == "waiting" for appeal in person.appeals)


def _by(who: str, at: str, situation: Situation) -> str:
    return _("{who}, {clock}").format(who=actor(who, situation.names), clock=at) if who else at


def _signed(points: float) -> str:
    return f"{points:+g}" if points else "0"


def _tone(points: float) -> str:
    return "good" if points > 0 else "lost" if points < 0 else "muted"
