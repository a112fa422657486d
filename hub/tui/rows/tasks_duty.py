"""What waits at the posts: alarms, attention checks, walks of the wall, who comes and goes, and changes of shifts."""

from collections.abc import Iterator

from hub.client import SiteView
from hub.client.duty_views import OnPost, PostView
from hub.client.views import AlarmView
from hub.core.alarms.commands import AcknowledgeAlarm
from hub.core.alarms.events import PRIORITIES, Priority
from hub.core.alarms.model import AlarmState
from hub.core.duty.commands import AgreeSwap, ApproveSwap
from hub.core.posts.commands import TakeOver
from hub.locale import _, ngettext, say
from hub.tui import words
from hub.tui.rows import alarms, duty
from hub.tui.rows.task import Task, i_may, my_posts, urgency_of
from hub.tui.situation import Situation

_MISSING = ("expected", "late", "absent")
_MOST_ALARMS = 5
"""More of one priority are one line: the Alarms panel has them all, and the other tasks must not drown in them."""


def of_alarms(site: SiteView, situation: Situation) -> Iterator[Task]:
    # Where posts are signed on at, an alarm waits for whoever is at one.
    may = i_may(situation, AcknowledgeAlarm)
    mine = may and (not site.posts or bool(my_posts(situation)))
    waiting: dict[tuple[Priority, AlarmState], list[AlarmView]] = {}
    for view in alarms.ordered(site.alarms):
        if view.state in ("unacknowledged", "returned"):
            waiting.setdefault((view.alarm.priority, view.state), []).append(view)
    for (priority, state), views in waiting.items():
        many = len(views) if len(views) > _MOST_ALARMS else 0
        for view in views[:1] if many else views:
            title, about = say(view.alarm.title), alarms.about_beside_title(view, situation.names)
            if many:
                newest = words.about(title, about) if about else title
                title, about = _("{n} alarms").format(n=many), _("newest: {alarm}").format(alarm=newest)
            yield Task(
                key=f"alarm:{priority}:{state}" if many else f"alarm:{view.alarm.id}",
                urgency="now" if may and state == "unacknowledged" else "open",
                what=words.about(_(words.PRIORITIES[priority][1]), title),
                about=about,
                mine=mine,
                panel="alarms",
                item=view.alarm.id,
                weight=PRIORITIES.index(priority),
            )


def of_checks(site: SiteView, situation: Situation) -> Iterator[Task]:
    for check in site.checks:
        yield Task(
            key=f"check:{check.id}",
            urgency="now",
            what=_("Attention check: answer it") if check.mine else _("Attention check is open"),
            about=say(check.post_name),
            by_at=check.until_at,
            mine=check.mine,
            panel="duty",
            weight=-1,
        )


def of_patrols(site: SiteView, situation: Situation) -> Iterator[Task]:
    for walk in site.patrols:
        if not (walk.here and (walk.due_at is not None or walk.patrol)) and not walk.late:
            continue  # somebody else's wall, and in good time
        left = (
            ngettext(", 1 channel left", ", {n} channels left", len(walk.unseen)).format(n=len(walk.unseen))
            if walk.patrol
            else ""
        )
        yield Task(
            key=f"patrol:{walk.post}",
            urgency="late" if walk.late else urgency_of(walk.due_at, situation),
            what=_("Walk the wall") + left,
            about=say(walk.post_name),
            by_at=walk.due_at,
            mine=walk.here,
            panel="wall",
        )


def of_posts(site: SiteView, situation: Situation) -> Iterator[Task]:
    """Signing on and off of the person who looks, and the handovers that are open."""
    for post in site.posts:
        for place in post.people:
            if place.account == site.me.id:
                yield from _own_place(post, place, situation)
        if post.handover and i_may(situation, TakeOver):
            yield _handover(post, situation)


def _own_place(post: PostView, place: OnPost, situation: Situation) -> Iterator[Task]:
    key, item = f"place:{post.post}", f"{post.post}{duty.SEPARATOR}{place.account}"
    if not place.present and place.state in _MISSING:
        yield Task(
            key=key,
            urgency="late" if place.state in ("late", "absent") else urgency_of(place.from_at, situation),
            what=_("Sign on"),
            about=say(post.name),
            by_at=place.from_at,
            mine=True,
            panel="duty",
            item=item,
        )
    elif place.present and place.state == "staying":
        relief = _("Your relief has not come: stay until somebody signed on")
        yield Task(
            key=key,
            urgency="now",
            what=relief if post.relief_missing else _("Your shift is over: hand over and sign off"),
            about=say(post.name),
            by_at=place.to_at,
            mine=True,
            panel="duty",
            item=item,
        )


def _handover(post: PostView, situation: Situation) -> Task:
    here = post.post in my_posts(situation)
    coming = any(each.state in _MISSING and _is_me(each, situation) for each in post.people)
    signed = post.handover_state == "signed"
    return Task(
        key=f"handover:{post.handover}",
        urgency="now" if here or coming else "open",
        what=_("Handover {handover}: sign as the one who comes").format(handover=post.handover)
        if signed
        else _("Handover {handover}: read the sheet and sign").format(handover=post.handover),
        about=say(post.name),
        mine=coming or not here if signed else here,
        panel="duty",
    )


def _is_me(place: OnPost, situation: Situation) -> bool:
    return situation.site is not None and place.account == situation.site.me.id


def of_swaps(site: SiteView, situation: Situation) -> Iterator[Task]:
    for item in site.swaps:
        can = duty.answers(item, situation)
        if AgreeSwap in can:
            what = _("{name} asks you for a change of shifts")
        elif ApproveSwap in can:
            what = _("Change of shifts to approve, {name}")
        else:
            continue
        yield Task(
            key=f"swap:{item.swap.id}",
            urgency=urgency_of(item.swap.expires_at, situation),
            what=what.format(name=say(item.swap.asker_name)),
            about=item.swap.id,
            by_at=item.swap.expires_at,
            mine=True,
            panel="duty",
            item=item.swap.id,
        )
