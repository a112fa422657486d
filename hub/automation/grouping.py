"""Messages that go out as one: a switch that takes thirty cameras down is one message that lists them.

The first message of an item waits for `Group.wait_s`, and those of later firings join it. Then one goes out, about
whatever still holds. Its key is that of the newest firing in it: whenever the same firings are computed again it is the
same message, and one more camera makes it another.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from hub.automation.effects import (
    LASTING,
    actions_of,
    effect_of,
    key_of,
    priority_of,
    response_of,
    summary_of,
    title_of,
)
from hub.automation.holding import hold
from hub.automation.language.matching import Reason, mismatch
from hub.automation.language.wording import Scene
from hub.automation.listing import list_body, list_title
from hub.automation.memory import Gathering, Member
from hub.automation.model import Effect, Group, NotifyAction, Rule, SendMessage
from hub.automation.schedules.schedule import duration
from hub.automation.standing import excuse, silence
from hub.automation.timers import Pending
from hub.automation.work import Work, same_of, values_of
from hub.core.event import wire_name

MOST_LISTED = 20
"""How many things a message lists by name; of the others it says how many they are."""


def gather(work: Work, rule: Rule, group: Group, stage: int, item: int, member: Member, names: dict[str, Any]) -> None:
    """Have the message of `item` go out with those of other firings."""
    key = f"{rule.id}|{stage}.{item}|{values_of(group.by, names)}"
    gathering = work.groups.get(key)
    if gathering is None:
        gathering = Gathering(rule=rule.id, stage=stage, item=item)
        work.wait(
            Pending(
                kind="group",
                rule=rule.id,
                digest=rule.digest,
                subject=key,
                cause=member.began.seq,
                due_at=member.fired_at + timedelta(seconds=group.wait_s),
                began=member.began,
            )
        )
    work.groups = work.groups.put(key, replace(gathering, members=(*gathering.members, member)))
    waits = f"{_said(rule, stage, item)} goes out with others, {duration(group.wait_s).en} after the first"
    work.tell(rule.id, member.began.seq, member.fired_at, "waiting", Reason("group", waits))


def send(work: Work, rule: Rule, timer: Pending) -> None:
    """The time to wait is over: one message about all that still holds."""
    gathering = work.groups.get(timer.subject)
    work.groups = work.groups.drop(timer.subject)
    if gathering is None:
        return
    members = _loud(work, rule, gathering, timer)
    if not members:
        return
    still = {member.subject: member for member in members if _holds(work, rule, gathering.stage, member, timer)}
    known = len({member.subject for member in members})
    said = _said(rule, gathering.stage, gathering.item)
    if not still:
        reason = Reason("group", f"{said}: nothing was left of {known} when it was to go out")
        work.tell(rule.id, timer.cause, timer.due_at, "stopped", reason)
        return
    listed = sorted(still.values(), key=lambda member: (member.began.seq, member.subject))
    effect = _message(work, rule, gathering, listed)
    work.effects.append(effect)
    over = f"; {known - len(listed)} were over before" if known > len(listed) else ""
    work.tell(rule.id, effect.cause, timer.due_at, "fired", Reason("group", f"{said} about {len(listed)}{over}"))


def forget(work: Work, over: Callable[[Gathering, Member], bool]) -> None:
    """No message is to list these: they are over, or nobody needs to be told any more."""

    def without(_: str, gathering: Gathering) -> Gathering:
        left = tuple(member for member in gathering.members if not over(gathering, member))
        return replace(gathering, members=left) if len(left) < len(gathering.members) else gathering

    if work.groups:
        work.groups = work.groups.mapped(without)


def _loud(work: Work, rule: Rule, gathering: Gathering, timer: Pending) -> tuple[Member, ...]:
    """The members without those about which nobody is to be disturbed by now: their escalations are held."""
    if not gathering.stage:
        return gathering.members
    loud = []
    for member in gathering.members:
        why = silence(work, rule, member.subject)
        if why and _holds(work, rule, gathering.stage, member, timer):
            hold(work, rule, _step_of(work, rule, gathering, member, timer), why)
        elif not why:
            loud.append(member)
    return tuple(loud)


def _step_of(work: Work, rule: Rule, gathering: Gathering, member: Member, timer: Pending) -> Pending:
    """The step of which the message of this member is an item."""
    return Pending(
        kind="step",
        rule=rule.id,
        digest=rule.digest,
        subject=member.subject,
        cause=member.began.seq,
        due_at=timer.due_at,
        began=member.began,
        run=member.run,
        same=same_of(rule, member.subject, work.names(member.began.event)),
        stage=gathering.stage,
        nth=member.nth,
        item=gathering.item,
    )


def _holds(work: Work, rule: Rule, stage: int, member: Member, timer: Pending) -> bool:
    """Whether what a firing was about is worth a message now."""
    began = member.began
    if stage and excuse(work, rule, stage, member.subject, began, timer.due_at) is not None:
        return False
    name = wire_name(began.event)
    if name not in LASTING:
        return True
    context = work.context(rule, member.subject, timer.due_at)
    conditions = (name, *(other for other in rule.on if other != name))
    held = (each for other in conditions for each in work.held.get(f"{other}|{member.subject}") or ())
    return any(
        each.seq == began.seq or mismatch(rule, work.names(each.event), work.site, context) is None for each in held
    )


def _message(work: Work, rule: Rule, gathering: Gathering, members: Sequence[Member]) -> Effect:
    newest = members[-1]
    key = key_of(newest.run, gathering.stage, newest.nth, gathering.item)
    action = actions_of(rule, gathering.stage)[gathering.item]
    assert isinstance(action, NotifyAction)
    if len(members) == 1:
        return effect_of(rule, action, key, newest.subject, newest.began, _scene(work, rule, newest))
    listed = [(member.subject, _scene(work, rule, member)) for member in members[:MOST_LISTED]]
    message = SendMessage(
        to=action.to,
        title=list_title(title_of(rule), listed, len(members)),
        body=list_body(action.text, response_of(rule), listed, len(members)),
        priority=priority_of(rule),
        camera=None,
        clause=rule.clause,
        event=listed[-1][1].occasion.event,
        evidence=None,
    )
    return Effect(key=key, rule=rule.id, cause=newest.began.seq, do=message)


def _scene(work: Work, rule: Rule, member: Member) -> Scene:
    occasion = work.occasion(member.began, work.names(member.began.event))
    return Scene(occasion, rule.title, member.fired_at)


def _said(rule: Rule, stage: int, item: int) -> str:
    return summary_of(actions_of(rule, stage)[item])
