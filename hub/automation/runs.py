"""Firings that are under way: their delayed items and escalations, and what another firing about the same does.

A run is a firing some of whose steps wait. It is over when none waits any more: because each was done, because its
condition ended, or (an escalation) because what it was to bring about has been: somebody acknowledged the alarm.

    mode       a firing while a run about the same is under way
    single     is let go
    restart    takes its place: what waits of the old run is dropped
    queued     waits for its end, with as many others as `most` says
    parallel   runs beside it, as one of as many as `most` says
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from hub.automation import holding, tracks
from hub.automation.effects import LASTING, actions_of, effect_of, key_of, summary, summary_of
from hub.automation.grouping import forget, gather
from hub.automation.holding import name_of
from hub.automation.language.matching import Reason
from hub.automation.language.wording import Scene
from hub.automation.memory import Member, Queued, Track
from hub.automation.model import NotifyAction, Rule
from hub.automation.occurrence import Occurrence
from hub.automation.schedules.schedule import duration
from hub.automation.standing import excuse, silence
from hub.automation.timers import Pending
from hub.automation.work import Work
from hub.core.alarms.model import Alarm
from hub.core.event import wire_name


def begin(
    work: Work, rule: Rule, same: str, subject: str, began: Occurrence, names: dict[str, Any], at: datetime
) -> None:
    """Do what is to be done at once, and have the rest wait."""
    run = f"{rule.id}:{began.seq}"
    base = Pending(
        kind="step",
        rule=rule.id,
        digest=rule.digest,
        subject=subject,
        cause=began.seq,
        due_at=at,
        began=began,
        run=run,
        same=same,
    )
    perform(work, rule, base, [item for item, action in enumerate(rule.do) if not action.after_s], names)
    if rule.id not in work.index.timed:
        return
    steps = _delayed(rule, base)
    steps += [
        replace(base, stage=stage, due_at=at + timedelta(seconds=escalation.after_s))
        for stage, escalation in enumerate(rule.escalate, 1)
    ]
    for step in steps:
        _wait(work, rule, step, at)
    tracks.join(work, steps)


def perform(work: Work, rule: Rule, step: Pending, items: Iterable[int], names: dict[str, Any]) -> None:
    """Do these items of a stage, as of the instant for which they were planned."""
    actions = actions_of(rule, step.stage)
    scene = Scene(work.occasion(step.began, names), rule.title, step.due_at)
    for item in items:
        action = actions[item]
        if not step.stage and isinstance(action, NotifyAction) and (why := silence(work, rule, step.subject)):
            # The alarm was laid aside or chatters before it was raised again: it counts, and nobody is told.
            reason = Reason("do", f"{summary_of(action)}: {why}: nobody is disturbed")
            work.tell(rule.id, step.cause, step.due_at, "stopped", reason)
            continue
        if rule.group is not None and isinstance(action, NotifyAction):
            member = Member(step.run, step.nth, step.subject, step.due_at, step.began)
            gather(work, rule, rule.group, step.stage, item, member, names)
        else:
            key = key_of(step.run, step.stage, step.nth, item)
            work.effects.append(effect_of(rule, action, key, step.subject, step.began, scene))


def go_on(work: Work, rule: Rule, step: Pending) -> None:
    """The time of a step has come; it no longer waits."""
    if step.stage:
        over = excuse(work, rule, step.stage, step.subject, step.began, step.due_at)
        if over is not None:
            work.tell(rule.id, step.cause, step.due_at, "stopped", over)
            tracks.leave(work, step, (), step.due_at)
            return
        if why := silence(work, rule, step.subject):
            holding.hold(work, rule, step, why)
            return
    names, name = work.names(step.began.event), name_of(step)
    following: list[Pending] = []
    if step.item is None:
        escalation = rule.escalate[step.stage - 1]
        if escalation.repeat_s is not None and step.nth < escalation.times:
            again = timedelta(seconds=escalation.repeat_s)
            following.append(replace(step, nth=step.nth + 1, due_at=step.due_at + again))
    if step.item is not None:
        perform(work, rule, step, [step.item], names)
        work.tell(rule.id, step.cause, step.due_at, "fired", Reason(name, _summary(rule, step)))
    else:
        perform(work, rule, step, [item for item, each in enumerate(escalation.do) if not each.after_s], names)
        work.tell(rule.id, step.cause, step.due_at, "fired", Reason(name, _summary(rule, step)))
        following += _delayed(rule, step)
    for each in following:
        _wait(work, rule, each, step.due_at)
    tracks.leave(work, step, [each.key for each in following], step.due_at)


def stop(work: Work, step: Pending, at: datetime, reason: Reason, seq: int | None = None) -> None:
    """A step that waits is not to be done any more."""
    work.drop(step)
    work.tell(step.rule, step.cause if seq is None else seq, at, "stopped", reason)
    tracks.leave(work, step, (), at)


def review(work: Work, rule: Rule, subject: str, at: datetime, alarm: Alarm | None = None) -> None:
    """End the escalations about a subject that nobody needs any more. `alarm` as for `standing.excuse`."""
    over: dict[int, Reason | None] = {}

    def excused(stage: int, began: Occurrence) -> Reason | None:
        if stage not in over:
            over[stage] = excuse(work, rule, stage, subject, began, at, alarm)
        return over[stage]

    for step in work.pending.about_subject(subject):
        if step.rule == rule.id and step.stage and (reason := excused(step.stage, step.began)) is not None:
            stop(work, step, at, reason)
    if rule.group is not None:
        forget(
            work,
            lambda gathering, member: (
                gathering.rule == rule.id
                and member.subject == subject
                and gathering.stage > 0
                and excused(gathering.stage, member.began) is not None
            ),
        )


def admit(work: Work, rule: Rule, same: str, subject: str, began: Occurrence, at: datetime) -> bool:
    """Whether a firing may begin now, by the rule's `mode`; what of it waits or is let go is told."""
    track = work.tracks.get(same)
    if track is None or not track.runs:
        return True
    ahead = f"a firing about the same is under way because of record {track.runs[0].id.rpartition(':')[2]}"
    match rule.mode:
        case "restart":
            _drop_all(work, rule, same, track, began, at)
            return True
        case "parallel":
            if len(track.runs) < rule.most:
                return True
            said = f"as many firings about the same are under way as may be: {len(track.runs)}"
            work.tell(rule.id, began.seq, at, "stopped", Reason("mode", said))
        case "queued":
            queue = tuple(each for each in track.queue if still_holds(work, each.subject, each.began))
            if len(queue) < rule.most:
                work.tell(rule.id, began.seq, at, "waiting", Reason("mode", f"{ahead}; it begins afterwards"))
                queue = (*queue, Queued(subject, began))
            else:
                said = f"as many firings about the same wait already as may: {len(queue)}"
                work.tell(rule.id, began.seq, at, "stopped", Reason("mode", said))
            work.tracks = work.tracks.put(same, Track(track.runs, queue))
        case "single":
            work.tell(rule.id, began.seq, at, "stopped", Reason("mode", ahead))
    return False


def still_holds(work: Work, subject: str, began: Occurrence) -> bool:
    """Whether the condition that this record began is not over; what nothing ends is always as it was."""
    name = wire_name(began.event)
    if name not in LASTING:
        return True
    return any(each.seq == began.seq for each in work.held.get(f"{name}|{subject}") or ())


def _drop_all(work: Work, rule: Rule, same: str, track: Track, began: Occurrence, at: datetime) -> None:
    for run in track.runs:
        steps = [step for key in run.steps if (step := work.pending.get(run.subject, key)) is not None]
        for step in steps:
            work.drop(step)
        said = f"record {began.seq} has it begin anew; what waited is dropped, steps: {len(steps)}"
        work.tell(rule.id, int(run.id.rpartition(":")[2]), at, "stopped", Reason("mode", said))
    work.tracks = work.tracks.drop(same)


def _wait(work: Work, rule: Rule, step: Pending, at: datetime) -> None:
    work.wait(step)
    said = f"{_summary(rule, step)}, in {duration((step.due_at - at).total_seconds()).en}"
    work.tell(rule.id, step.cause, at, "waiting", Reason(name_of(step), said))


def _delayed(rule: Rule, step: Pending) -> list[Pending]:
    return [
        replace(step, item=item, due_at=step.due_at + timedelta(seconds=action.after_s))
        for item, action in enumerate(actions_of(rule, step.stage))
        if action.after_s
    ]


def _summary(rule: Rule, step: Pending) -> str:
    if step.item is not None:
        return summary_of(actions_of(rule, step.stage)[step.item])
    return summary(rule.escalate[step.stage - 1])
