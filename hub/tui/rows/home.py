"""What is wrong and what the person signed in must do, by when: the most urgent first. Pure.

Each subject has a function here that gives its tasks from the site as last seen; `tasks` puts them together. Enter on
one leads to the panel where it is dealt with.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from hub.client import SiteView
from hub.core.alarms.events import PRIORITIES
from hub.locale import N_, _, say
from hub.tui import moments, words
from hub.tui.action import Where
from hub.tui.actions import PANELS, key_name
from hub.tui.rows import alarms, tickets
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

_URGENT = ("now", "late", "soon", "open")


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to see to. `urgency`: `now` what stands and nobody has seen to, `late` what should be done already,
    `soon` what is due within the day, `open` the rest. `mine`: it waits for this person."""

    key: str
    urgency: str
    what: str
    about: str = ""
    by_at: datetime | None = None
    mine: bool = False
    panel: Where
    item: str = ""
    """What to choose in the panel."""
    weight: int = 0
    """Among equals the lower comes first."""


def columns() -> list[Column]:
    return [
        Column("urgency", _("Urgency"), 10),
        Column("what", _("What"), 20, flex=3),
        Column("about", _("About"), 12, flex=2),
        Column("by", _("By"), 12),
        Column("where", _("Where"), 9),
    ]


URGENCIES: dict[str, tuple[str, str]] = {
    "now": ("!", N_("Now")),
    "late": ("✗", N_("Late")),
    "soon": (">", N_("Soon")),
    "open": ("-", N_("To do")),
}
_TONES = {"now": "lost", "late": "lost", "soon": "fault", "open": ""}


def tasks(situation: Situation) -> list[Task]:
    """Everything that waits, the most urgent first."""
    if situation.site is None:
        return []
    found = [task for source in SOURCES for task in source(situation.site, situation)]
    return sorted(found, key=_order)


def _order(task: Task) -> tuple[int, bool, int, float, str]:
    by = task.by_at.timestamp() if task.by_at is not None else float("inf")
    return _URGENT.index(task.urgency), not task.mine, task.weight, by, task.key


def summary(situation: Situation) -> list[Fact]:
    """One glance: how the site is, and who is asking."""
    site = situation.site
    if site is None:
        return []
    good = sum(camera.condition == "good" for camera in site.cameras)
    bad = sum(camera.condition in ("fault", "lost") for camera in site.cameras)
    unknown = len(site.cameras) - good - bad
    cameras = _("{good} good, {bad} faulty, {unknown} not judged").format(good=good, bad=bad, unknown=unknown)
    waiting = alarms.counts(site.alarms)
    standing = words.listed(f"{_(words.PRIORITIES[priority][1])} {count}" for priority, count in waiting.items())
    return [
        Fact(_("Cameras"), cameras, "stale" if situation.stale else ("fault" if bad else "good")),
        Fact(_("Alarms"), standing or _("none waits"), "stale" if situation.stale else ("lost" if waiting else "good")),
    ]


def _alarms(site: SiteView, situation: Situation) -> Iterator[Task]:
    for view in alarms.ordered(site.alarms):
        if view.state in ("unacknowledged", "returned"):
            yield Task(
                key=f"alarm:{view.alarm.id}",
                urgency="now" if view.state == "unacknowledged" else "open",
                what=f"{_(words.PRIORITIES[view.alarm.priority][1])}: {say(view.alarm.title)}",
                about=alarms.about(view),
                panel="alarms",
                item=view.alarm.id,
                weight=PRIORITIES.index(view.alarm.priority),
            )


def _tickets(site: SiteView, situation: Situation) -> Iterator[Task]:
    for view in site.tickets:
        late = tickets.late(view, situation)
        yield Task(
            key=f"ticket:{view.ticket.id}",
            urgency="late" if late else _by(view.ticket.estimate_at, situation),
            what=_("Ticket, {state}: {title}").format(
                state=words.word({key: name for key, (_sign, name) in words.TICKET_STATES.items()}, view.state),
                title=say(view.ticket.title),
            ),
            about=tickets.camera_name(view, situation),
            by_at=view.ticket.estimate_at,
            mine=tickets.mine(view, situation),
            panel="tickets",
            item=view.ticket.id,
        )


def _rounds(site: SiteView, situation: Situation) -> Iterator[Task]:
    for due in site.rounds:
        yield Task(
            key=f"round:{due.id}",
            urgency="late" if due.missed else _by(due.due_at, situation),
            what=_("Round: {title}").format(title=say(due.title)),
            about=due.team,
            by_at=due.due_at,
            panel="rounds",
            item=due.id,
        )


def _views(site: SiteView, situation: Situation) -> Iterator[Task]:
    waiting = [camera for camera in site.cameras if any(view.state == "proposed" for view in camera.references)]
    if waiting:
        yield Task(
            key="references",
            urgency="open",
            what=_("{n} cameras have a reference view that waits for approval").format(n=len(waiting)),
            panel="wall",
            item=waiting[0].id,
        )


def _system(site: SiteView, situation: Situation) -> Iterator[Task]:
    for file, problems in site.health.config_problems.items():
        yield Task(
            key=f"file:{file}",
            urgency="now",
            what=_("{file} is broken; the last good version goes on").format(file=file),
            about=_("{n} problems").format(n=len(problems)),
            panel="health",
            weight=len(PRIORITIES),
        )


SOURCES: tuple[Callable[[SiteView, Situation], Iterator[Task]], ...] = (_alarms, _tickets, _rounds, _views, _system)
"""Where tasks come from."""


def _by(at: datetime | None, situation: Situation) -> str:
    if at is None:
        return "open"
    left_s = (at - situation.now).total_seconds()
    return "late" if left_s <= 0 else "soon" if left_s <= 86_400 else "open"


def row(task: Task, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    tone = plain or _TONES[task.urgency]
    by = moments.clock(task.by_at, situation.zone, now=situation.now) if task.by_at is not None else ""
    return Row(
        task.key,
        (
            Cell(words.named(URGENCIES, task.urgency, stale=situation.stale), tone),
            Cell(task.what, plain or ("strong" if task.mine or task.urgency in ("now", "late") else "")),
            Cell(task.about, plain),
            Cell(by, tone if task.urgency == "late" else plain),
            Cell(panel_name(task.panel), plain or "muted"),
        ),
    )


def panel_name(where: Where) -> str:
    """The panel and the key that shows it: `2 Alarms`."""
    return next(f"{key_name(key)} {_(name)}" for panel, name, key in PANELS if panel == where)
