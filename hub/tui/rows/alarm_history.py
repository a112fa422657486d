"""The alarms of the past as rows, newest first."""

from hub.client.alarms import PastAlarm
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.describe.record import actor
from hub.tui.names import Names
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation


def columns() -> list[Column]:
    return [
        Column("id", _("Number"), 6),
        Column("at", _("Raised"), 11),
        Column("title", _("Alarm"), 12, flex=3),
        Column("about", _("About"), 10, flex=2),
        Column("verdict", _("Verdict"), 10),
        Column("over", _("Over"), 9),
        Column("ack", _("Acknowledged by"), 12, from_width=100),
        Column("times", _("Times"), 5, from_width=100),
    ]


def rows(found: list[PastAlarm], situation: Situation) -> list[Row]:
    names = situation.names
    return [_row(past, situation, names) for past in found]


def facts(past: PastAlarm, situation: Situation) -> list[Fact]:
    """One alarm of the past in a few lines."""
    life, zone = past.life, situation.zone
    lines = [
        Fact("", f"{life.alarm} {say(life.title)}: {_about(past, situation.names)}", "strong"),
        Fact(_("Priority"), words.named(words.PRIORITIES, life.priority)),
    ]
    if life.acknowledged_by is not None and life.acknowledged_at is not None:
        stamp = moments.stamp(life.acknowledged_at, zone)
        lines.append(Fact(_("Acknowledged"), f"{actor(life.acknowledged_by, situation.names)} {stamp}"))
    if life.cleared_at is not None:
        lines.append(Fact(_("Over"), moments.stamp(life.cleared_at, zone)))
    if life.verdict is not None:
        verdict = f"{words.named(words.ALARM_VERDICTS, life.verdict)} {actor(life.verdict_by, situation.names)}"
        lines.append(Fact(_("Verdict"), f"{verdict} {life.cause}".rstrip()))
    return [*lines, Fact(_("Rule"), life.rule, "muted")]


def _about(past: PastAlarm, names: Names) -> str:
    if past.camera_name is not None:
        return say(past.camera_name)
    return names.about(past.life.camera, past.life.subject)


def _row(past: PastAlarm, situation: Situation, names: Names) -> Row:
    life = past.life
    over = moments.span((life.cleared_at - life.raised_at).total_seconds()) if life.cleared_at is not None else ""
    return Row(
        life.alarm,
        (
            Cell(life.alarm, "muted"),
            Cell(moments.stamp(life.raised_at, situation.zone)[5:16], "muted"),
            Cell(say(life.title), "strong"),
            Cell(_about(past, names)),
            Cell(words.named(words.ALARM_VERDICTS, life.verdict) if life.verdict is not None else "-"),
            Cell(over or _("stands"), "" if over else "lost"),
            Cell(actor(life.acknowledged_by, situation.names) if life.acknowledged_by is not None else "-", "muted"),
            Cell(str(life.times) if life.times > 1 else "", "muted"),
        ),
    )
