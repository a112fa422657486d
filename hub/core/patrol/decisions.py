"""What follows from walking the wall, and from not walking it in time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import get_args

from msgspec.structs import replace

from hub.core.attention.plan import present
from hub.core.attention.posts import PostPlan
from hub.core.event import Event
from hub.core.patrol.commands import BeginPatrol, ConfirmChannels, PatrolCommand
from hub.core.patrol.events import Look, PatrolBegun, PatrolDone, PatrolMissed, PatrolSeen
from hub.core.patrol.model import Patrol
from hub.core.state import State
from hub.core.subject import Subject
from hub.core.text import Text
from hub.core.tickets.decisions import report
from hub.core.tickets.events import TicketOpened
from hub.errors import NotFound, WrongState

SHORTEST_LOOK_S = 2.0
"""Nobody sees whether a picture is good in less."""
_SLACK_S = 1.0
CLAUSE = "3.1"
_BAD = Text(en="Bad picture seen on the wall", zh="巡检发现画面异常")


def decide(state: State, command: PatrolCommand, actor: str, now: datetime) -> Sequence[Event]:
    match command:
        case BeginPatrol():
            return _begin(state, command, actor)
        case ConfirmChannels():
            return _confirm(state, command, now)


def due(state: State, now: datetime) -> list[Event]:
    """Walls that were not walked in time. Nothing is due at a post where nobody is."""
    found: list[Event] = []
    for plan in state.attention.plan.values():
        due_at = due_of(state, plan)
        if due_at is None or due_at > now or not present(state, plan.id):
            continue
        # Of several that passed while the hub was down, the newest stands for all.
        due_at += int((now - due_at).total_seconds() // plan.patrol_s) * timedelta(seconds=plan.patrol_s)
        patrol = state.patrols.open.get(plan.id)
        unseen = len(_unseen(state, patrol)) if patrol is not None else len(channels(state, plan))
        found.append(PatrolMissed(post=plan.id, post_name=plan.name, due_at=due_at, unseen=unseen))
    return found


def next_due(state: State) -> Iterable[datetime]:
    for plan in state.attention.plan.values():
        due_at = due_of(state, plan)
        if due_at is not None and present(state, plan.id):
            yield due_at


def cameras(state: State, command: PatrolCommand) -> Sequence[str | None]:
    if isinstance(command, BeginPatrol):
        plan = state.attention.plan.get(command.post)
        return channels(state, plan) if plan is not None else ()
    patrol = state.patrols.find(command.patrol)
    return [*patrol.cameras, *(look.camera for look in command.looks)] if patrol is not None else ()


def channels(state: State, plan: PostPlan) -> list[str]:
    """The cameras of a post's wall that hub.toml still has, in its order."""
    return [camera.id for camera in state.site.cameras if camera.id in plan.cameras]


def due_of(state: State, plan: PostPlan) -> datetime | None:
    """By when the wall of a post has to be walked next; None where that is not asked, or no shift is under way.

    The interval counts from the last walk, and anew from the beginning of each shift: its people look for themselves.
    """
    if not plan.patrol_s or not plan.cameras:
        return None
    begins = [shift.from_at for shift in state.duty.shifts.values() if shift.post == plan.id]
    since = [at for at in (state.patrols.done_at.get(plan.id), state.patrols.missed.get(plan.id)) if at is not None]
    planned = [state.attention.planned_at] if state.attention.planned_at is not None and not since else []
    starts = [*begins, *since, *planned]
    if (not begins and not present(state, plan.id)) or not starts:
        return None
    return max(starts) + timedelta(seconds=plan.patrol_s)


def _begin(state: State, command: BeginPatrol, actor: str) -> list[Event]:
    plan = state.attention.plan.get(command.post)
    if plan is None or not channels(state, plan):
        raise NotFound(
            f"There is no wall to walk at {command.post}.",
            hint="Give the post cameras and `patrol` in rules/roster.toml.",
        )
    if plan.id in state.patrols.open:
        return []
    person = actor.removeprefix("person:")
    return [
        PatrolBegun(
            patrol=f"W-{state.patrols.count + 1}",
            post=plan.id,
            post_name=plan.name,
            cameras=channels(state, plan),
            at_post=person in present(state, plan.id),
        )
    ]


def _confirm(state: State, command: ConfirmChannels, now: datetime) -> list[Event]:
    patrol = state.patrols.find(command.patrol)
    if patrol is None:
        raise NotFound(f"No walk {command.patrol} is under way.", hint="Begin one.")
    looks = list({look.camera: look for look in command.looks}.values())
    for look in looks:
        if look.camera not in patrol.cameras:
            raise NotFound(f"{look.camera} is not on the wall of {patrol.post}.")
        if look.good and look.looked_s < SHORTEST_LOOK_S:
            raise WrongState(
                f"{look.camera} was looked at for {look.looked_s:.1f} s.",
                hint=f"Look at each picture for {SHORTEST_LOOK_S:.0f} s at least.",
            )
        if not look.good and not look.remark:
            raise WrongState(f"What is wrong with {look.camera}?", hint="Say it in a few words.")
    good = [look for look in looks if look.good]
    passed_s = (now - patrol.told_at).total_seconds() + _SLACK_S
    if len(good) * SHORTEST_LOOK_S > passed_s:
        raise WrongState(
            f"{len(good)} pictures cannot have been looked at in {max(0.0, passed_s):.0f} s.",
            hint=f"Look at each picture for {SHORTEST_LOOK_S:.0f} s at least.",
        )
    seen = PatrolSeen(patrol=patrol.id, post=patrol.post, looks=looks)
    found: list[Event] = [seen, *_tickets(state, patrol, [look for look in looks if not look.good])]
    after = replace(patrol, seen={**patrol.seen, **{look.camera: look for look in looks}})
    if not _unseen(state, after):
        found.append(_done(after, now))
    return found


def _tickets(state: State, patrol: Patrol, bad: Sequence[Look]) -> list[Event]:
    found: list[Event] = []
    opened = 0
    for look in bad:
        title = Text(en=f"{_BAD.en}: {look.remark}", zh=f"{_BAD.zh}：{look.remark}")
        origin = f"patrol:{patrol.id}"
        for event in report(
            state, subject=f"camera:{look.camera}", camera=look.camera, title=title, opened_from=origin, clause=CLAUSE
        ):
            if isinstance(event, TicketOpened):
                opened += 1
                event = replace(event, ticket=f"T-{state.ticket_count + opened}")
            found.append(event)
    return found


def _done(patrol: Patrol, now: datetime) -> PatrolDone:
    bad = sum(not look.good for look in patrol.seen.values())
    return PatrolDone(
        patrol=patrol.id,
        post=patrol.post,
        good=len(patrol.seen) - bad,
        bad=bad,
        took_s=max(0.0, (now - patrol.begun_at).total_seconds()),
        looked_s=sum(look.looked_s for look in patrol.seen.values()),
    )


def _unseen(state: State, patrol: Patrol) -> list[str]:
    """A camera that left hub.toml meanwhile can be looked at no more."""
    return [camera for camera in patrol.unseen if state.site.camera(camera) is not None]


SUBJECT = Subject(commands=get_args(PatrolCommand), decide=decide, due=due, next_due=next_due, cameras=cameras)
