"""The alarm list: by priority, then the newest first; what is laid aside comes last."""

from collections.abc import Collection, Sequence

from hub.client import AlarmView
from hub.core.alarms.events import PRIORITIES
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.describe import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

LAID_ASIDE = ("shelved", "suppressed")


def columns() -> list[Column]:
    return [
        Column("mark", "", 1),
        Column("priority", _("Priority"), 12),
        Column("state", _("State"), 16),
        Column("title", _("Alarm"), 13, flex=3),
        Column("camera", _("About"), 12, flex=2),
        Column("since", _("Since"), 8),
        Column("times", _("Times"), 5, from_width=100),
        Column("id", _("Number"), 6, from_width=100),
    ]


def ordered(alarms: Sequence[AlarmView]) -> list[AlarmView]:
    """The order of the list, which is the order in which to deal with them."""
    return sorted(
        alarms,
        key=lambda view: (
            view.state in LAID_ASIDE,
            PRIORITIES.index(view.alarm.priority),
            -view.alarm.raised_at.timestamp(),
            view.alarm.id,
        ),
    )


def rows(situation: Situation, marked: Collection[str] = ()) -> list[Row]:
    if situation.site is None:
        return []
    return [_row(view, situation, view.alarm.id in marked) for view in ordered(situation.site.alarms)]


def about(view: AlarmView) -> str:
    """What an alarm is about, by the name staff use."""
    if view.camera_name is not None:
        return say(view.camera_name)
    return view.alarm.camera or words.subject(view.alarm.subject)


def counts(alarms: Sequence[AlarmView]) -> dict[str, int]:
    """How many unacknowledged alarms there are of each priority, gravest first; those without any are left out."""
    waiting = [view.alarm.priority for view in alarms if view.state in ("unacknowledged", "returned")]
    return {priority: waiting.count(priority) for priority in PRIORITIES if priority in waiting}


def facts(view: AlarmView, situation: Situation) -> list[Fact]:
    """Everything about one alarm: what to do comes first."""
    alarm, now, zone = view.alarm, situation.now, situation.zone
    state_tone = "stale" if situation.stale else ("lost" if view.state == "unacknowledged" else "strong")
    found = [
        Fact(_("Alarm"), f"{alarm.id} {say(alarm.title)}", "strong"),
        Fact(_("About"), about(view)),
        Fact(_("State"), words.named(words.ALARM_STATES, view.state, stale=situation.stale), state_tone),
    ]
    if say(alarm.response):
        found.append(Fact(_("What to do"), say(alarm.response), "fault"))
    raised = _("{clock} ({age} ago)").format(
        clock=moments.clock(alarm.raised_at, zone, now=now), age=moments.since(alarm.raised_at, now)
    )
    found.append(Fact(_("Raised"), raised + (_(", {n} times").format(n=alarm.times) if alarm.times > 1 else "")))
    if alarm.acknowledged_by is not None:
        who = f"{actor(alarm.acknowledged_by)} {moments.clock(alarm.acknowledged_at, zone, now=now)}"
        found.append(Fact(_("Acknowledged"), who))
    if alarm.returned_at is not None:
        found.append(Fact(_("Returned"), moments.clock(alarm.returned_at, zone, now=now)))
    if alarm.shelf is not None:
        shelf = _("until {clock} by {who}: {reason}").format(
            clock=moments.clock(alarm.shelf.until_at, zone, now=now),
            who=actor(alarm.shelf.by),
            reason=alarm.shelf.reason,
        )
        found.append(Fact(_("Shelved"), shelf))
    if alarm.suppressed_by is not None:
        found.append(Fact(_("Suppressed"), alarm.suppressed_by))
    found.append(Fact(_("Priority"), words.named(words.PRIORITIES, alarm.priority)))
    rule = f"{alarm.rule}" + (_(" (clause {clause})").format(clause=alarm.clause) if alarm.clause else "")
    return [*found, Fact(_("Rule"), rule, "muted")]


def cells(view: AlarmView, situation: Situation) -> list[int]:
    """The cells of the alarm's picture that the finding is about, while it holds; packed, empty for none."""
    evidence, site = view.alarm.evidence, situation.site
    if evidence is None or site is None:
        return []
    camera = next((camera for camera in site.cameras if camera.id == view.alarm.camera), None)
    found = camera.findings if camera is not None else []
    return next((finding.cells for finding in found if finding.evidence == evidence), [])


def _row(view: AlarmView, situation: Situation, marked: bool) -> Row:
    alarm = view.alarm
    quiet = view.state in LAID_ASIDE or view.state == "acknowledged"
    plain = "stale" if situation.stale else ("muted" if quiet else "")
    state = words.named(words.ALARM_STATES, view.state, stale=situation.stale)
    state_tone = plain or {"unacknowledged": "lost", "returned": "good"}.get(view.state, "")
    return Row(
        alarm.id,
        (
            Cell("*" if marked else " ", "marked" if marked else ""),
            Cell(
                f" {words.named(words.PRIORITIES, alarm.priority)} ",
                "stale" if situation.stale else ("quiet" if quiet else alarm.priority),
            ),
            Cell(state, state_tone),
            Cell(say(alarm.title), plain or "strong"),
            Cell(about(view), plain),
            Cell(moments.since(alarm.raised_at, situation.now), plain),
            Cell(str(alarm.times) if alarm.times > 1 else "", plain),
            Cell(alarm.id, plain or "muted"),
        ),
    )
