"""What is wrong and what the person signed in must do, by when: the most urgent first. Pure.

Each subject has a function in `tasks_duty` or `tasks_work` that gives its tasks from the site as last seen; `tasks`
puts them together. Enter on one leads to the panel where it is dealt with.
"""

from collections.abc import Callable, Iterator
from typing import get_args

from hub.client import SiteView
from hub.locale import N_, _, say
from hub.tui import moments, words
from hub.tui.action import Where
from hub.tui.actions import PANELS, key_name
from hub.tui.rows import alarms, tasks_duty, tasks_releases, tasks_work
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.rows.task import Task, Urgency, my_posts
from hub.tui.situation import Situation

_URGENT = get_args(Urgency)


def columns() -> list[Column]:
    return [
        Column("urgency", _("Urgency"), 10),
        Column("what", _("What"), 20, flex=1),
        Column("by", _("By"), 11),
        Column("where", _("Where"), 10),
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
    there = words.listed(say(post.name) for post in site.posts if post.post in my_posts(situation))
    you = [Fact(_("You"), _("on duty: {posts}").format(posts=there), "good")] if there else []
    return [
        *you,
        Fact(_("Cameras"), cameras, "stale" if situation.stale else ("fault" if bad else "good")),
        Fact(_("Alarms"), standing or _("none waits"), "stale" if situation.stale else ("lost" if waiting else "good")),
    ]


SOURCES: tuple[Callable[[SiteView, Situation], Iterator[Task]], ...] = (
    tasks_duty.of_alarms,
    tasks_duty.of_checks,
    tasks_duty.of_patrols,
    tasks_duty.of_posts,
    tasks_duty.of_swaps,
    tasks_work.of_tickets,
    tasks_work.of_rounds,
    tasks_work.of_permits,
    tasks_releases.of_releases,
    tasks_work.of_replacements,
    tasks_work.of_reviews,
    tasks_work.of_views,
    tasks_work.of_files,
)
"""Where tasks come from."""


def row(task: Task, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    tone = plain or _TONES[task.urgency]
    by = moments.clock(task.by_at, situation.zone, now=situation.now) if task.by_at is not None else ""
    return Row(
        task.key,
        (
            Cell(words.named(URGENCIES, task.urgency, stale=situation.stale), tone),
            Cell(sentence(task), plain or ("strong" if task.mine else "")),
            Cell(by, tone if task.urgency == "late" else plain),
            Cell(panel_name(task.panel), plain or "muted"),
        ),
    )


def sentence(task: Task) -> str:
    """What is to be done, and about what."""
    return words.beside(task.what, task.about) if task.about else task.what


def panel_name(where: Where) -> str:
    """The panel and the key that shows it: `2 Alarms`."""
    return next(f"{key_name(key)} {_(name)}" for panel, name, key in PANELS if panel == where)
