"""The rules in force: when each is due next, when it last fired, and why."""

from collections.abc import Sequence

from hub.client import RuleView
from hub.locale import _, say
from hub.tui import moments
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation


def columns() -> list[Column]:
    return [
        Column("title", _("Rule"), 18, flex=3),
        Column("when", _("When"), 16, flex=2),
        Column("next", _("Next due"), 11),
        Column("last", _("Last fired"), 11),
        Column("waiting", _("Waiting"), 7),
        Column("why", _("Why"), 16, flex=3, from_width=110),
        Column("clause", _("Clause"), 6, from_width=84),
        Column("file", _("File"), 18, flex=1, from_width=110),
    ]


def rows(rules: Sequence[RuleView], situation: Situation) -> list[Row]:
    """By file, then in the order in which the hub gives them."""
    plain = "stale" if situation.stale else ""
    now, zone = situation.now, situation.zone
    return [
        Row(
            f"{rule.file}#{rule.id}",
            (
                Cell(say(rule.title) or rule.id, plain or "strong"),
                Cell(_when(rule), plain),
                Cell(moments.clock(rule.next_due_at, zone, now=now) or "-", plain),
                Cell(moments.clock(rule.last_fired_at, zone, now=now) or "-", plain),
                Cell(str(rule.waiting) if rule.waiting else "-", plain or ("fault" if rule.waiting else "muted")),
                Cell(rule.why, plain or "muted"),
                Cell(rule.clause, plain or "muted"),
                Cell(rule.file, plain or "muted"),
            ),
        )
        for rule in sorted(rules, key=lambda rule: rule.file)
    ]


def facts(rule: RuleView, situation: Situation) -> list[Fact]:
    now, zone = situation.now, situation.zone
    return [
        Fact(_("Rule"), say(rule.title), "strong"),
        Fact(_("Id"), rule.id, "muted"),
        Fact(_("When"), _when(rule)),
        Fact(_("Last fired"), moments.clock(rule.last_fired_at, zone, now=now) or _("not since the hub started")),
        Fact(_("Next due"), moments.clock(rule.next_due_at, zone, now=now) or _("whenever it happens")),
        Fact(_("Waiting"), _("{n} timers are running").format(n=rule.waiting) if rule.waiting else "-"),
        Fact(_("Why"), rule.why or _("it has not been asked yet")),
        Fact(_("Clause"), rule.clause or "-"),
        Fact(_("File"), rule.file),
    ]


def _when(rule: RuleView) -> str:
    return say(rule.schedule) if rule.schedule is not None else rule.when
