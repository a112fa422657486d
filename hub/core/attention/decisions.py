"""What follows from commands and orders about attention checks, and from nobody answering them."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import get_args

from hub.core.attention.commands import AnswerAttention, AskAttention, AttentionCommand, AttentionOrder, CheckPost
from hub.core.attention.events import AttentionAnswered, AttentionAsked, AttentionMissed, AttentionOver
from hub.core.attention.model import Check
from hub.core.attention.plan import askable, present, question
from hub.core.attention.posts import PostPlan
from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotAllowed, NotFound, Refused, WrongState

ANSWER_WITHIN = timedelta(seconds=90)


def decide(state: State, command: AttentionCommand | AttentionOrder, actor: str, now: datetime) -> Sequence[Event]:
    match command:
        case AnswerAttention():
            return _answer(state, command, actor, now)
        case CheckPost():
            return _check(state, command, now)
        case AskAttention():
            plan = state.attention.plan.get(command.post)
            if plan is None or not present(state, plan.id) or _open_at(state, plan.id) is not None:
                return []
            return [_asked(state, plan, command.shown or "", command.choices, now)]


def due(state: State, now: datetime) -> list[Event]:
    """Checks that nobody answered in time, and those that nobody is left to answer."""
    return [event for check in state.attention.checks.values() if (event := _due(state, check, now)) is not None]


def next_due(state: State) -> Iterable[datetime]:
    return (check.until_at for check in state.attention.checks.values() if check.state != "missed")


def cameras(state: State, command: AttentionCommand | AttentionOrder) -> Sequence[str | None]:
    return [command.chosen] if isinstance(command, AnswerAttention) and command.chosen else ()


def _due(state: State, check: Check, now: datetime) -> Event | None:
    there = present(state, check.post)
    still = [person for person in there if person in check.people]
    if not still:
        unwatched_s = _seconds(check, now) if check.state == "missed" else 0.0
        return AttentionOver(check=check.id, post=check.post, how="left", unwatched_s=unwatched_s)
    if check.state == "missed" or now < check.until_at:
        return None
    if check.state == "asked":
        return AttentionAsked(
            check=check.id,
            post=check.post,
            post_name=check.post_name,
            people=list(there),
            until_at=now + ANSWER_WITHIN,
            shown=check.shown,
            choices=list(check.choices),
            again=True,
        )
    return AttentionMissed(
        check=check.id, post=check.post, post_name=check.post_name, people=still, since_at=check.asked_at
    )


def _answer(state: State, command: AnswerAttention, actor: str, now: datetime) -> list[Event]:
    check = state.attention.checks.get(command.check)
    if check is None:
        raise NotFound(f"No check {command.check} is open.", hint="It was answered, or its time is over.")
    person = actor.removeprefix("person:")
    if person not in check.people:
        raise NotAllowed(f"{check.id} is for those at its post.", hint="Sign on at the post first.")
    if check.choices and command.chosen not in check.choices and not command.note:
        raise Refused(
            "Say which camera is shown, or write what you see.", hint=f"It is one of {', '.join(check.choices)}."
        )
    delay_s = _seconds(check, now)
    answered = AttentionAnswered(
        check=check.id,
        post=check.post,
        delay_s=delay_s,
        right=command.chosen == check.shown if command.chosen and check.choices else None,
        chosen=command.chosen,
        shown=check.shown,
        note=command.note,
    )
    if check.state != "missed":
        return [answered]
    return [answered, AttentionOver(check=check.id, post=check.post, how="answered", unwatched_s=delay_s)]


def _check(state: State, command: CheckPost, now: datetime) -> list[Event]:
    plan = state.attention.plan.get(command.post)
    if plan is None:
        raise NotFound(
            f"Nothing is asked of those at the post {command.post}.", hint="See `[attention]` in rules/roster.toml."
        )
    if _open_at(state, plan.id) is not None:
        raise WrongState("A check is open there already.", hint="Wait for its answer.")
    if not present(state, plan.id):
        raise WrongState("Nobody is at that post.", hint="See the Duty panel for who should be.")
    # Enough for a question that a person asks: who is asked cannot know the microsecond beforehand.
    seed = hashlib.sha256(f"{state.position}\n{now.isoformat()}".encode()).digest()
    drawn = question(seed, askable(state, plan))
    return [_asked(state, plan, drawn.shown or "", drawn.choices, now)]


def _asked(state: State, plan: PostPlan, shown: str, choices: Sequence[str], now: datetime) -> AttentionAsked:
    return AttentionAsked(
        check=f"C-{state.attention.count + 1}",
        post=plan.id,
        post_name=plan.name,
        people=list(present(state, plan.id)),
        until_at=now + ANSWER_WITHIN,
        shown=shown,
        choices=list(choices),
    )


def _open_at(state: State, post: str) -> Check | None:
    return next((check for check in state.attention.checks.values() if check.post == post), None)


def _seconds(check: Check, now: datetime) -> float:
    return max(0.0, (now - check.asked_at).total_seconds())


SUBJECT = Subject(
    commands=(*get_args(AttentionCommand), AttentionOrder), decide=decide, due=due, next_due=next_due, cameras=cameras
)
