"""The alarm list: by priority, then the newest first; what is laid aside comes last.

Alarms with a common cause stand under one line, which takes the place of the most urgent of them.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from hub.client import AlarmView
from hub.core.alarms.events import PRIORITIES
from hub.core.alarms.grouping import Parent
from hub.locale import N_, _, say
from hub.tui import moments, words
from hub.tui.describe.record import actor
from hub.tui.names import Names
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

LAID_ASIDE = ("shelved", "suppressed", "out_of_service")
_WAITING = ("unacknowledged", "returned")
PARENT = "parent:"
"""With it the key of a parent's line begins."""

Filter = Literal["all", "waiting", "urgent", "marked", "aside"]
FILTERS: tuple[tuple[Filter, str], ...] = (
    ("all", ""),
    ("waiting", N_("to be acknowledged")),
    ("urgent", N_("critical and high")),
    ("marked", N_("chattering or stale")),
    ("aside", N_("laid aside")),
)
"""What can be shown alone, in the order in which the key goes through them, and the words for it."""


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


def ordered(alarms: Iterable[AlarmView]) -> list[AlarmView]:
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


def rows(
    situation: Situation,
    marked: Collection[str] = (),
    *,
    turned: Collection[str] = (),
    only: Filter = "all",
    find: str = "",
) -> list[Row]:
    """The lines of the list. `turned`: the parents that are open where they would be closed, or the other way round."""
    site = situation.site
    if site is None:
        return []
    names = situation.names
    views = [view for view in ordered(site.alarms) if _fits(view, only) and _found(view, find, names)]
    found: list[Row] = []
    for parent, those in groups(views):
        if parent is None:
            found.append(_row(those[0], situation, names, those[0].alarm.id in marked))
            continue
        open_ = is_open(parent, situation, turned)
        found.append(_parent_row(parent, those, situation, open_=open_, marked=marked))
        if open_:
            found += [_row(view, situation, names, view.alarm.id in marked, below=True) for view in those]
    return found


def groups(views: Sequence[AlarmView]) -> list[tuple[Parent | None, list[AlarmView]]]:
    """The alarms in their order, those of one parent together in the place of the first of them."""
    found: dict[str, tuple[Parent | None, list[AlarmView]]] = {}
    count: dict[str, int] = {}
    for view in views:
        if view.parent is not None:
            count[view.parent.key] = count.get(view.parent.key, 0) + 1
    for view in views:
        # A parent of which only one alarm is shown explains nothing.
        parent = view.parent if view.parent is not None and count[view.parent.key] > 1 else None
        key = parent.key if parent is not None else view.alarm.id
        found.setdefault(key, (parent, []))[1].append(view)
    return list(found.values())


def is_open(parent: Parent, situation: Situation, turned: Collection[str]) -> bool:
    """Whether the alarms below a parent are listed: in a flood only where somebody opened it."""
    flood = situation.site is not None and bool(situation.site.floods)
    return flood == (parent.key in turned)


def below(key: str, situation: Situation) -> list[AlarmView]:
    """The alarms of a line of the list: one, or those below a parent, in their order."""
    if situation.site is None:
        return []
    if key.startswith(PARENT):
        wanted = key.removeprefix(PARENT)
        return [view for view in ordered(situation.site.alarms) if view.parent and view.parent.key == wanted]
    return [view for view in situation.site.alarms if view.alarm.id == key]


def flood(situation: Situation) -> str:
    """What to say above the list while a flood goes on; empty when none does."""
    site = situation.site
    if site is None or not site.floods:
        return ""
    said = [
        _("{desk}: {n} alarms since {clock}").format(
            desk=words.domains([each.desk]),
            n=each.alarms,
            clock=moments.clock(each.since_at, situation.zone, now=situation.now),
        )
        for each in site.floods
    ]
    return _("Flood of alarms. {desks}. The most urgent first; what belongs together is one line.").format(
        desks=words.clauses(said)
    )


def about(view: AlarmView, names: Names) -> str:
    """What an alarm is about, by the name staff use."""
    if view.camera_name is not None:
        return say(view.camera_name)
    return names.about(view.alarm.camera, view.alarm.subject)


def about_beside_title(view: AlarmView, names: Names) -> str:
    """What an alarm is about, unless its title says so: `Permit P-1 waits for approval` is about permit P-1."""
    title, name = say(view.alarm.title), view.alarm.subject.partition(":")[2]
    told = view.alarm.camera is None and any(part in title or names.post(part) in title for part in name.split())
    return "" if told else about(view, names)


def counts(alarms: Sequence[AlarmView]) -> dict[str, int]:
    """How many unacknowledged alarms there are of each priority, gravest first; those without any are left out."""
    waiting = [view.alarm.priority for view in alarms if view.state in _WAITING]
    return {priority: waiting.count(priority) for priority in PRIORITIES if priority in waiting}


def name_of(parent: Parent) -> str:
    return _(words.PARENTS[parent.kind]).format(name=say(parent.name))


def marks(view: AlarmView) -> list[str]:
    """What holds of an alarm beside its state: keys of `words.ALARM_MARKS`."""
    alarm = view.alarm
    holds = {"chattering": alarm.chattering, "stale": alarm.stale, "done": alarm.responded_by is not None}
    return [name for name, so in holds.items() if so]


def facts(view: AlarmView, situation: Situation) -> list[Fact]:
    """Everything about one alarm: what to do comes first."""
    alarm, now, zone = view.alarm, situation.now, situation.zone
    state_tone = "stale" if situation.stale else ("lost" if view.state == "unacknowledged" else "strong")
    found = [
        Fact(_("Alarm"), f"{alarm.id} {say(alarm.title)}", "strong"),
        Fact(_("About"), about(view, situation.names)),
        Fact(_("State"), words.named(words.ALARM_STATES, view.state, stale=situation.stale), state_tone),
    ]
    if said := [words.named(words.ALARM_MARKS, mark) for mark in marks(view) if mark != "done"]:
        found.append(Fact("", words.listed(said), "fault"))
    if say(alarm.response):
        found.append(Fact(_("What to do"), say(alarm.response), "fault"))
    if say(alarm.likely_cause):
        found.append(Fact(_("Likely cause"), say(alarm.likely_cause)))
    if say(alarm.consequence):
        found.append(Fact(_("Otherwise"), say(alarm.consequence)))
    raised = _("{clock} ({age} ago)").format(
        clock=moments.clock(alarm.raised_at, zone, now=now), age=moments.since(alarm.raised_at, now)
    )
    found.append(Fact(_("Raised"), raised + (_(", {n} times").format(n=alarm.times) if alarm.times > 1 else "")))
    if view.parent is not None:
        found.append(Fact(_("Together with"), _("{parent}: others came at once").format(parent=name_of(view.parent))))
    if alarm.acknowledged_by is not None:
        who = f"{actor(alarm.acknowledged_by, situation.names)} {moments.clock(alarm.acknowledged_at, zone, now=now)}"
        found.append(Fact(_("Acknowledged"), who))
    if alarm.responded_by is not None:
        who = f"{actor(alarm.responded_by, situation.names)} {moments.clock(alarm.responded_at, zone, now=now)}"
        found.append(Fact(_("Done"), f"{who} {alarm.response_note}".rstrip()))
    if alarm.returned_at is not None:
        found.append(Fact(_("Returned"), moments.clock(alarm.returned_at, zone, now=now)))
    found += _aside(view, situation)
    if alarm.judged is not None:
        verdict = f"{words.named(words.ALARM_VERDICTS, alarm.judged.verdict)} {actor(alarm.judged.by, situation.names)}"
        found.append(Fact(_("Verdict"), f"{verdict} {alarm.judged.cause}".rstrip()))
    found.append(Fact(_("Priority"), words.named(words.PRIORITIES, alarm.priority)))
    rule = f"{alarm.rule}" + (_(" (clause {clause})").format(clause=alarm.clause) if alarm.clause else "")
    return [*found, Fact(_("Rule"), rule, "muted")]


def parent_facts(parent: Parent, views: Sequence[AlarmView], situation: Situation) -> list[Fact]:
    """What a parent's line stands for."""
    waiting = sum(view.state in _WAITING for view in views)
    names = situation.names
    cameras = words.listed(dict.fromkeys(about(view, names) for view in views))
    first = min(view.alarm.raised_at for view in views)
    found = [
        Fact(_("Together"), name_of(parent), "strong"),
        Fact(_("Alarms"), _("{n}, of which {waiting} wait").format(n=len(views), waiting=waiting)),
        Fact(_("Since"), moments.clock(first, situation.zone, now=situation.now)),
        Fact(_("About"), cameras),
    ]
    response = say(views[0].alarm.response)
    if response:
        found.insert(1, Fact(_("What to do"), response, "fault"))
    return [*found, Fact("", _("What you do here is done with all of them."), "muted")]


def cells(view: AlarmView, situation: Situation) -> list[int]:
    """The cells of the alarm's picture that the finding is about, while it holds; packed, empty for none."""
    evidence, site = view.alarm.evidence, situation.site
    if evidence is None or site is None:
        return []
    camera = next((camera for camera in site.cameras if camera.id == view.alarm.camera), None)
    found = camera.findings if camera is not None else []
    return next((finding.cells for finding in found if finding.evidence == evidence), [])


def _aside(view: AlarmView, situation: Situation) -> list[Fact]:
    alarm, now, zone = view.alarm, situation.now, situation.zone
    found = []
    if alarm.shelf is not None:
        said = _("until it returns, {clock} at the latest, by {who}: {reason}")
        shelf = (said if alarm.shelf.once else _("until {clock} by {who}: {reason}")).format(
            clock=moments.clock(alarm.shelf.until_at, zone, now=now),
            who=actor(alarm.shelf.by, situation.names),
            reason=alarm.shelf.reason,
        )
        found.append(Fact(_("Shelved"), shelf))
    if alarm.suppressed_by is not None:
        found.append(Fact(_("Suppressed"), alarm.suppressed_by))
    if alarm.out is not None:
        out = _("until {clock} by {who}: {reason}").format(
            clock=moments.clock(alarm.out.until_at, zone, now=now),
            who=actor(alarm.out.by, situation.names),
            reason=alarm.out.reason,
        )
        found.append(Fact(_("No service"), out))
    return found


def _fits(view: AlarmView, only: Filter) -> bool:
    match only:
        case "waiting":
            return view.state in _WAITING
        case "urgent":
            return view.alarm.priority in ("critical", "high") and view.state not in LAID_ASIDE
        case "marked":
            return view.alarm.chattering or view.alarm.stale
        case "aside":
            return view.state in LAID_ASIDE
        case "all":
            return True


def _found(view: AlarmView, find: str, names: Names) -> bool:
    wanted = find.casefold().split()
    if not wanted:
        return True
    alarm = view.alarm
    said = f"{alarm.id} {say(alarm.title)} {about(view, names)} {alarm.camera or alarm.subject} {alarm.rule}".casefold()
    return all(word in said for word in wanted)


def _parent_row(
    parent: Parent, views: Sequence[AlarmView], situation: Situation, *, open_: bool, marked: Collection[str]
) -> Row:
    first = views[0].alarm
    waiting = sum(view.state in _WAITING for view in views)
    stale = "stale" if situation.stale else ""
    quiet = not waiting
    said = _("{n} wait").format(n=waiting) if waiting else words.named(words.ALARM_STATES, views[0].state)
    oldest = min(view.alarm.raised_at for view in views)
    return Row(
        f"{PARENT}{parent.key}",
        (
            Cell("*" if all(view.alarm.id in marked for view in views) else ("-" if open_ else "+"), "key"),
            Cell(f" {words.named(words.PRIORITIES, first.priority)} ", stale or ("quiet" if quiet else first.priority)),
            Cell(said, stale or ("muted" if quiet else "lost")),
            Cell(say(first.title), stale or "group"),
            Cell(name_of(parent), stale or "group"),
            Cell(moments.since(oldest, situation.now), stale),
            Cell(str(len(views)), stale),
            Cell("", ""),
        ),
    )


def _row(view: AlarmView, situation: Situation, names: Names, marked: bool, *, below: bool = False) -> Row:
    alarm = view.alarm
    quiet = view.state in LAID_ASIDE or view.state == "acknowledged" or alarm.chattering
    plain = "stale" if situation.stale else ("muted" if quiet else "")
    state = words.named(words.ALARM_STATES, view.state, stale=situation.stale)
    state_tone = plain or {"unacknowledged": "lost", "returned": "good"}.get(view.state, "")
    signs = " ".join(words.shape(words.ALARM_MARKS, mark) for mark in marks(view))
    title = f"{signs} {say(alarm.title)}".lstrip()
    return Row(
        alarm.id,
        (
            Cell("*" if marked else " ", "marked" if marked else ""),
            Cell(
                f" {words.named(words.PRIORITIES, alarm.priority)} ",
                "stale" if situation.stale else ("quiet" if quiet else alarm.priority),
            ),
            Cell(state, state_tone),
            Cell(f"  {title}" if below else title, plain or "strong"),
            Cell(about(view, names), plain),
            Cell(moments.since(alarm.raised_at, situation.now), plain),
            Cell(str(alarm.times) if alarm.times > 1 else "", plain),
            Cell(alarm.id, plain or "muted"),
        ),
    )
