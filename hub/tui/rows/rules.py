"""The rules in force: when each is due next, when it last fired, whether somebody turned it off, and why."""

from collections.abc import Mapping, Sequence

from hub.automation.schedules.schedule import duration
from hub.client import RuleView
from hub.core.text import Text
from hub.locale import _, ngettext, say
from hub.tui import moments, traces, words
from hub.tui.describe.record import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

MOST_PROBLEMS = 3
"""How many problems of files stand above the list; the Health panel has all."""


def columns() -> list[Column]:
    return [
        Column("title", _("Rule"), 14, flex=4),
        Column("clause", _("Clause"), 6),
        Column("when", _("When"), 10, flex=2),
        Column("next", _("Next due"), 11, from_width=70),
        Column("last", _("Last fired"), 11, from_width=78),
        Column("state", _("State"), 14),
        Column("waiting", _("Waiting"), 7, from_width=92),
        Column("why", _("Why"), 16, flex=3, from_width=120),
        Column("file", _("File"), 18, flex=1, from_width=130),
    ]


def rows(rules: Sequence[RuleView], situation: Situation) -> list[Row]:
    """By file, then in the order in which the hub gives them."""
    plain = "stale" if situation.stale else ""
    now, zone = situation.now, situation.zone
    return [
        Row(
            key_of(rule),
            (
                Cell(say(rule.title) or rule.id, plain or "strong"),
                Cell(rule.clause, plain or "muted"),
                Cell(when(rule), plain),
                Cell(moments.clock(rule.next_due_at, zone, now=now) or "-", plain),
                Cell(moments.clock(rule.last_fired_at, zone, now=now) or "-", plain),
                Cell(state(rule, situation), plain or ("fault" if rule.paused is not None else "good")),
                Cell(str(waits) if waits else "-", plain or ("fault" if waits else "muted")),
                Cell(traces.in_words(rule.why), plain or "muted"),
                Cell(rule.file, plain or "muted"),
            ),
        )
        for rule in sorted(rules, key=lambda rule: rule.file)
        for waits in [rule.waiting + rule.held]
    ]


def facts(rule: RuleView, situation: Situation) -> list[Fact]:
    now, zone = situation.now, situation.zone
    off = [] if rule.paused is None else [Fact(_("Turned off"), off_because(rule, situation), "fault")]
    return [
        Fact(_("Rule"), say(rule.title), "strong"),
        Fact(_("Id"), rule.id, "muted"),
        *off,
        Fact(_("When"), when(rule)),
        Fact(_("Last fired"), moments.clock(rule.last_fired_at, zone, now=now) or _("not since the hub started")),
        Fact(_("Next due"), moments.clock(rule.next_due_at, zone, now=now) or _("whenever it happens")),
        Fact(_("Waiting"), waiting(rule), "fault" if rule.held else ""),
        Fact(_("Why"), traces.in_words(rule.why) or _("it has not been asked yet")),
        Fact(_("Clause"), rule.clause or "-"),
        Fact(_("File"), rule.file),
    ]


def waiting(rule: RuleView) -> str:
    """What of the rule waits: for its time, or for alarms that are to disturb nobody now."""
    held = ngettext(
        "1 escalation is held until its alarm may disturb again",
        "{n} escalations are held until their alarms may disturb again",
        rule.held,
    ).format(n=rule.held)
    running = ngettext("1 timer is running", "{n} timers are running", rule.waiting).format(n=rule.waiting)
    return words.listed([*([running] if rule.waiting else []), *([held] if rule.held else [])]) or "-"


def key_of(rule: RuleView) -> str:
    return f"{rule.file}#{rule.id}"


def when(rule: RuleView) -> str:
    """What sets the rule off, in words: a schedule, or findings by their names."""
    if rule.schedule is not None:
        return say(rule.schedule)
    if not rule.on:
        return rule.when or _("when a rule starts it")
    names = words.listed(words.word(words.FINDINGS, name) for name in rule.on)
    if not rule.for_s:
        return names
    return _("{what} for {long}").format(what=names, long=say(duration(rule.for_s)))


def state(rule: RuleView, situation: Situation) -> str:
    """`on`, or until when it is off: the time of today, else the day."""
    if rule.paused is None:
        return words.named(words.RULE_STATES, "on", stale=situation.stale)
    off = words.named(words.RULE_STATES, "off", stale=situation.stale)
    if rule.paused.until_at is None:
        return off
    local, today = rule.paused.until_at.astimezone(situation.zone), situation.now.astimezone(situation.zone)
    until = f"{local:%H:%M}" if local.date() == today.date() else f"{local:%m-%d}"
    return _("{off} to {when}").format(off=off, when=until)


def off_because(rule: RuleView, situation: Situation) -> str:
    """Who turned the rule off, since when, until when and why."""
    pause = rule.paused
    if pause is None:
        return ""
    until = moments.clock(pause.until_at, situation.zone, now=situation.now)
    since = moments.clock(pause.since_at, situation.zone, now=situation.now)
    long = _("until {when}").format(when=until) if until else _("until somebody turns it on")
    return _("by {who} since {since}, {long}: {reason}").format(
        who=actor(pause.by, situation.names), since=since, long=long, reason=pause.reason
    )


def problems(broken: Mapping[str, Sequence[Text]]) -> list[str]:
    """What is wrong with the rule files, to stand above the list; empty when all is well."""
    found = [say(problem) for file, listed in broken.items() if file.startswith("rules/") for problem in listed]
    if not found:
        return []
    said = _("A rule file is broken; its last good version goes on.")
    more = [_("and {n} more").format(n=len(found) - MOST_PROBLEMS)] if len(found) > MOST_PROBLEMS else []
    return [said, *found[:MOST_PROBLEMS], *more]
