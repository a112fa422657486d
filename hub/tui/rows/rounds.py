"""The rounds as rows: those that are open, and those of the past with how they were kept."""

from collections.abc import Sequence

from hub.client.rounds import PastRound, RoundCount
from hub.core.rounds.model import Round
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.describe.record import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation
from hub.vision.names import MEASURES, shown

_TONES = {"missed": "lost", "late": "fault", "handed_in": "good", "cancelled": "muted", "done": "good"}
_URGENT = {"missed": 0, "late": 1, "handed_in": 2, "started": 3, "due": 4}
PAST = "past:"
"""What the keys of rows about the past begin with."""


def columns() -> list[Column]:
    return [
        Column("id", _("Number"), 6),
        Column("state", _("State"), 14),
        Column("title", _("Round"), 14, flex=3),
        Column("answered", _("Answered"), 9),
        Column("due", _("Due"), 11),
        Column("who", _("Who"), 8, flex=1),
        Column("bad", _("Bad"), 4, from_width=84),
        Column("camera", _("Camera"), 10, flex=2, from_width=110),
    ]


def ordered(rounds: Sequence[Round]) -> list[Round]:
    """What is most urgent first: missed, late, to be signed, begun, due; each by its time."""
    return sorted(rounds, key=lambda due: (_URGENT[due.state], due.due_at or due.since_at))


def rows(situation: Situation, past: Sequence[PastRound] = ()) -> list[Row]:
    """The open rounds, then those of the past that were asked for."""
    if situation.site is None:
        return []
    return [
        *(_row(due, situation) for due in ordered(situation.site.rounds)),
        *(_past_row(each, situation) for each in past),
    ]


def facts(due: Round, situation: Situation) -> list[Fact]:
    """What is to be known of an open round."""
    now, zone = situation.now, situation.zone
    state = words.named(words.ROUND_STATES, due.state, stale=situation.stale)
    found = [
        Fact(_("Round"), f"{due.id} {say(due.title)}", "strong"),
        Fact(_("State"), state, "stale" if situation.stale else _TONES.get(due.state, "")),
        Fact(_("Team"), situation.names.team(due.team) or "-"),
        Fact(_("Due"), moments.clock(due.due_at, zone, now=now) or "-", "lost" if due.missed else ""),
    ]
    if due.camera is not None:
        found.append(Fact(_("Camera"), situation.camera_name(due.camera)))
    if due.forecast_at is not None:
        text = _("the picture is of no use from about {day}").format(day=moments.stamp(due.forecast_at, zone)[:10])
        found.append(Fact(_("Forecast"), text, "fault"))
    if due.again_after:
        found.append(Fact(_("Again"), _("round {round} did not help").format(round=due.again_after), "fault"))
    if due.started_at is not None:
        text = _("{done} of {all}, still needed: {open}, bad: {bad}")
        found.append(
            Fact(_("Answered"), text.format(done=due.answered, all=due.cells, open=due.open_must, bad=due.bad))
        )
        found.append(Fact(_("Makers"), words.listed(actor(maker, situation.names) for maker in due.makers)))
    if due.note:
        found.append(Fact(_("Note"), due.note))
    found.append(Fact(_("Asked for"), moments.clock(due.since_at, zone, now=now), "muted"))
    if due.clause:
        found.append(Fact(_("Clause"), due.clause, "muted"))
    return found


def past_facts(past: PastRound, situation: Situation) -> list[Fact]:
    """What became of a round."""
    now, zone = situation.now, situation.zone
    outcome = past.outcome or ("missed" if past.missed else "due")
    found = [
        Fact(_("Round"), f"{past.id} {say(past.title)}", "strong"),
        Fact(_("State"), words.named(words.ROUND_STATES, outcome), _TONES.get(outcome, "")),
        Fact(_("Due"), moments.clock(past.due_at, zone, now=now) or "-"),
        Fact(_("Made"), moments.clock(past.made_at, zone, now=now) or "-"),
        Fact(_("Makers"), words.listed(actor(maker, situation.names) for maker in past.makers) or "-"),
        Fact(_("Signed by"), actor(past.signed_by, situation.names) if past.signed_by else "-"),
        Fact(
            _("Answered"),
            _("{done}, not possible: {not_possible}, bad: {bad}").format(
                done=past.answered, not_possible=past.not_possible, bad=past.bad
            ),
        ),
    ]
    if past.tickets:
        found.append(Fact(_("Tickets"), ", ".join(past.tickets)))
    if past.proven is not None:
        text = _("the watch saw that it helped") if past.proven else _("the watch did not see that it helped")
        found.append(Fact(_("Proof"), text, "good" if past.proven else "fault"))
    for name, before in past.before.items():
        unit = MEASURES[name].unit if name in MEASURES else ""
        after = shown(past.after[name], unit) if name in past.after else _("not measured")
        text = _("{before} before, {after} after").format(before=shown(before, unit), after=after)
        found.append(Fact(words.measure(name), text))
    if past.note:
        found.append(Fact(_("Note"), past.note))
    return found


def count_facts(counts: Sequence[RoundCount], kind: str, situation: Situation) -> list[Fact]:
    """How the rounds of a kind were kept in the last 30 days, team by team; the denominator beside each share."""
    found = []
    for each in counts:
        if each.kind == kind:
            share = f"{each.in_time_share:.0%}" if each.in_time_share is not None else "-"
            text = _("{share} in time ({n} of {all}), late: {late}, missed: {missed}").format(
                share=share, n=each.in_time, all=each.judged, late=each.late, missed=each.missed
            )
            found.append(Fact(_("30 days"), f"{situation.names.team(each.team)}: {text}" if each.team else text))
    return found


def _row(due: Round, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    tone = plain or _TONES.get(due.state, "")
    clock = moments.clock(due.due_at, situation.zone, now=situation.now)
    return Row(
        due.id,
        (
            Cell(due.id, plain or "muted"),
            Cell(words.named(words.ROUND_STATES, due.state, stale=situation.stale), tone),
            Cell(say(due.title), plain or "strong"),
            Cell(f"{due.answered}/{due.cells}" if due.started_at is not None else "-", plain),
            Cell(f"! {clock}" if due.missed else clock, plain or ("lost" if due.missed else "")),
            Cell(
                words.listed(actor(maker, situation.names) for maker in due.makers) or situation.names.team(due.team),
                plain,
            ),
            Cell(str(due.bad) if due.bad else "", plain or "fault"),
            Cell(situation.camera_name(due.camera), plain),
        ),
    )


def _past_row(past: PastRound, situation: Situation) -> Row:
    outcome = past.outcome or ("missed" if past.missed else "due")
    return Row(
        f"{PAST}{past.id}",
        (
            Cell(past.id, "muted"),
            Cell(words.named(words.ROUND_STATES, outcome), _TONES.get(outcome, "muted")),
            Cell(say(past.title), "muted"),
            Cell(str(past.answered) if past.answered else "-", "muted"),
            Cell(moments.clock(past.due_at, situation.zone, now=situation.now), "muted"),
            Cell(
                words.listed(actor(maker, situation.names) for maker in past.makers) or situation.names.team(past.team),
                "muted",
            ),
            Cell(str(past.bad) if past.bad else "", "muted"),
            Cell(situation.camera_name(past.camera), "muted"),
        ),
    )
