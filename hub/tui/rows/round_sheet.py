"""The sheet of a round as rows: what is looked at, what was answered, and what is not with the hub yet."""

from collections.abc import Mapping, Sequence

from hub.client.rounds import Line, RoundSheet
from hub.core.rounds.answers import Answer, Value
from hub.core.rounds.sheet_csv import form_of, limits_of, said
from hub.locale import _, language, say
from hub.tui import moments, words
from hub.tui.describe.record import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

Pending = Mapping[str, Answer]
"""Answers that the hub has not taken yet, by cell."""


def key_of(line: Line) -> str:
    return f"{line.asset}/{line.item}"


def columns() -> list[Column]:
    return [
        Column("mark", "", 2),
        Column("asset", _("Asset"), 14, flex=1),
        Column("ask", _("Question"), 20, flex=3),
        Column("answer", _("Answer"), 14, flex=1),
        Column("remark", _("Remark"), 10, flex=2, from_width=110),
    ]


def rows(lines: Sequence[Line], pending: Pending, refused: Mapping[str, str]) -> list[Row]:
    """The lines; the name of an asset stands on its first one."""
    found: list[Row] = []
    before = ""
    for line in lines:
        key = key_of(line)
        name = say(line.name) or line.asset
        mark, tone = _mark(line, key, pending, refused)
        found.append(
            Row(
                key,
                (
                    Cell(mark, tone),
                    Cell(name if line.asset != before else "", "strong"),
                    Cell(say(line.ask), "" if line.must else "muted"),
                    Cell(answer_of(line, pending.get(key)), tone),
                    Cell(pending[key].remark if key in pending else line.remark, "muted"),
                ),
            )
        )
        before = line.asset
    return found


def shown(sheet: RoundSheet, pending: Pending, *, open_only: bool) -> list[Line]:
    """The lines of a sheet, or only those without any answer."""
    return [line for line in sheet.lines if not open_only or is_open(line, pending)]


def is_open(line: Line, pending: Pending) -> bool:
    return not line.settled and key_of(line) not in pending


def answer_of(line: Line, answer: Answer | None = None) -> str:
    """What stands on a line, in words; `answer` is one that is not with the hub yet."""
    why = answer.not_possible if answer is not None else line.not_possible
    if why:
        return _("not possible: {why}").format(why=why)
    value = answer.value if answer is not None else line.value
    photos = answer.photos if answer is not None else line.photos
    if value is None:
        return _("photos: {n}").format(n=len(photos)) if photos else ""
    unit = f" {line.unit}" if line.answer == "number" and line.unit else ""
    return f"{said(value, language())}{unit}"


def is_bad(line: Line, value: Value) -> bool:
    """Whether a value would be a bad answer on this line."""
    if isinstance(value, bool):
        return value is not line.good
    if isinstance(value, int | float):
        low, high = line.at_least, line.at_most
        return (low is not None and value < low) or (high is not None and value > high)
    return False


def facts(line: Line, situation: Situation, answer: Answer | None, refusal: str) -> list[Fact]:
    """What is to be known of the line under the cursor."""
    now, zone = situation.now, situation.zone
    name = say(line.name)
    asset = words.beside(name, line.asset) if name and name != line.asset else line.asset
    form = say(form_of(line))
    found = [Fact(_("Asset"), asset, "strong"), Fact(_("Question"), say(line.ask), "strong")]
    if line.help:
        found.append(Fact(_("How"), say(line.help)))
    if line.answer == "yes-no":
        form = _("{form}, good is: {good}").format(form=form, good=said(line.good, language()))
    limits = f" {limits_of(line)}" if line.answer == "number" and limits_of(line) not in form else ""
    found.append(Fact(_("Answered by"), form + limits))
    if line.read_at is not None:
        text = _("{value}, at {clock}").format(value=answer_of(line), clock=moments.clock(line.read_at, zone, now=now))
        seen = words.listed(words.word(words.FINDINGS, kind) for kind in line.found)
        found.append(Fact(_("Measured"), f"{text}: {seen}" if seen else text, "fault" if line.bad else "good"))
    elif line.measured:
        why = say(line.lacking) if line.lacking else _("not judged by the hub at the moment: please look")
        found.append(Fact(_("Measured"), why, "muted" if line.settled else "fault"))
    if line.by and line.at is not None:
        said_by = _("{clock} by {who}").format(
            clock=moments.clock(line.at, zone, now=now), who=actor(line.by, situation.names)
        )
        found.append(Fact(_("Answered"), said_by, "muted"))
    if line.ticket:
        found.append(Fact(_("Ticket"), line.ticket, "fault"))
    if line.photos:
        found.append(Fact(_("Photos"), str(len(line.photos))))
    if refusal:
        found.append(Fact(_("Refused"), refusal, "lost"))
    elif answer is not None:
        found.append(Fact(_("Waits"), _("not with the hub yet; it is sent when it answers"), "fault"))
    return found


def progress(sheet: RoundSheet, pending: Pending) -> str:
    """`12 of 40 answered, still needed: 20, bad: 1`, what waits here included."""
    left = [line for line in sheet.lines if is_open(line, pending)]
    text = _("{done} of {all} answered, still needed: {open}, bad: {bad}").format(
        done=len(sheet.lines) - len(left),
        all=len(sheet.lines),
        open=sum(line.must for line in left),
        bad=sum(_is_bad_now(line, pending.get(key_of(line))) for line in sheet.lines),
    )
    return f"{text}   " + _("not sent yet: {n}").format(n=len(pending)) if pending else text


def _is_bad_now(line: Line, answer: Answer | None) -> bool:
    return is_bad(line, answer.value) if answer is not None else line.bad


def _mark(line: Line, key: str, pending: Pending, refused: Mapping[str, str]) -> tuple[str, str]:
    if key in refused:
        return "✗", "lost"
    if key in pending:
        return "…", "fault" if is_bad(line, pending[key].value) else ""
    if line.bad:
        return "!", "fault"
    return ("✓", "good") if line.settled else ("", "")
