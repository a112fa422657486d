"""What becomes of timers, runs and alarms when a condition is over, a camera is gone, or a rule is turned off."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from hub.automation import grouping, runs
from hub.automation.effects import can_return, return_effect
from hub.automation.firing import begin_standing
from hub.automation.holding import name_of
from hub.automation.language.matching import Reason, elsewhere, mismatch
from hub.automation.model import Rule
from hub.automation.occurrence import Occurrence
from hub.automation.standing import alarms_about
from hub.automation.timers import Pending
from hub.automation.work import Work
from hub.core.catalogue import CATALOGUE, SiteConfigured, part_of
from hub.core.event import Record, wire_name


def hold(work: Work, name: str, subject: str, began: Occurrence) -> Occurrence | None:
    """The condition `name` about `subject` began; returns what began it before, where it holds already."""
    key, part = f"{name}|{subject}", part_of(began.event)
    earlier, others = _parted(work.held.get(key) or (), part)
    work.held = work.held.put(key, (*others, began))
    return earlier


def end(work: Work, begun: str, subject: str, part: str, cause: int, at: datetime, why: str) -> None:
    """The condition `begun` about `subject` is over: stop what waits for it, return the alarms it raised.

    `part`: which one of them, as `part_of` says; what a rule made stays until the last that it is about is over.
    """
    key = f"{begun}|{subject}"
    ended, others = _parted(work.held.get(key) or (), part)
    work.held = work.held.put(key, others) if others else work.held.drop(key)
    leave(work, begun, subject, part, cause, at, why)
    standing = {a.rule: a for a in alarms_about(work, subject) if a.active and a.lasting}
    concerned: dict[str, Rule | None] = {}
    if ended is not None and begun in work.index.listeners:
        names = work.names(ended.event)
        about_it = (rule for rule in work.index.listening(begun).to(names) if elsewhere(rule, names) is None)
        concerned = {rule.id: rule for rule in about_it if can_return(rule)}
    for rule_id, alarm in standing.items():
        rule = work.index.rules.get(rule_id)
        if rule is not None and begun in rule.on:
            concerned[rule_id] = rule
        elif ended is not None and alarm.cause == ended.seq:
            # The rule is gone or about something else by now; the alarm must not stand for ever because of that.
            concerned[rule_id] = None
    of_camera = _raised_about_camera(work, ended, subject)
    for rule_id, rule in concerned.items():
        if rule is None or not _causes(work, rule, subject, at):
            _return(work, rule_id, of_camera.get(rule_id, subject), cause, at, why)


def leave(work: Work, begun: str, subject: str, part: str, cause: int, at: datetime, why: str) -> None:
    """Stop what waits for the end of this `part` of `begun`.

    It goes on for another condition of the rule that still holds: a `for` for one that began while it ran (that one
    would have got a timer of its own otherwise), a run for any, because what it is about is not over yet.
    """
    others: dict[str, list[Occurrence]] = {}
    for timer in work.pending.about_subject(subject):
        if wire_name(timer.began.event) != begun or part_of(timer.began.event) != part:
            continue
        if timer.rule not in others:
            rule = work.index.rules.get(timer.rule)
            others[timer.rule] = _causes(work, rule, subject, at) if rule is not None else []
        _leave(work, timer, others[timer.rule], cause, at, why)


def replaced(work: Work, name: str, subject: str, before: Occurrence, began: Occurrence) -> None:
    """A condition that lasts changed (its reason, say): for rules that it no longer fits, it is over."""
    if name not in work.index.listeners:
        return
    was, now = work.names(before.event), work.names(began.event)
    why = f"{name} came again and differs"
    for rule in work.index.listening(name).to(was):
        context = work.context(rule, subject, began.at)
        if mismatch(rule, was, work.site, context) is not None or mismatch(rule, now, work.site, context) is None:
            continue
        others = _causes(work, rule, subject, began.at)
        for timer in work.pending.about_subject(subject):
            event = timer.began.event
            if timer.rule == rule.id and wire_name(event) == name and part_of(event) == part_of(began.event):
                _leave(work, timer, others, began.seq, began.at, why)
        if can_return(rule) and not others:
            _return(work, rule.id, subject, began.seq, began.at, why)


def forget_cameras(work: Work, event: SiteConfigured, record: Record) -> None:
    """Conditions, timers and messages about cameras that are no longer in hub.toml end with them."""
    known = {camera.id for camera in event.site.cameras}
    why = "the camera left hub.toml"
    for key, held in list(work.held.items()):
        begun, _, subject = key.partition("|")
        for each in held:
            if _gone(each, known):
                # One record ends several conditions here: each return gets the key of the record that began it.
                end(work, begun, subject, part_of(each.event), each.seq, record.seen_at, why)
    for _, waiting in list(work.pending.about.items()):
        for timer in list(waiting.values()):
            if timer.kind != "group" and _gone(timer.began, known):
                _stop(work, timer, record.seq, record.seen_at, why)
    grouping.forget(work, lambda _, member: _gone(member.began, known))
    work.tracks = work.tracks.mapped(
        lambda _, track: replace(track, queue=tuple(each for each in track.queue if not _gone(each.began, known)))
    )


def turn_off(work: Work, rule_id: str, record: Record) -> None:
    """The rule was turned off: it does nothing more of what waits. What it raised stands on and returns by itself."""
    waiting = sum(pending.rule == rule_id for pending in work.pending.values())
    if not waiting:
        return
    work.keep_only(lambda rule: rule != rule_id)
    reason = Reason("paused", f"turned off: what waited is dropped, steps: {waiting}")
    work.tell(rule_id, record.seq, record.seen_at, "stopped", reason)


def turn_on(work: Work, rule_id: str, now: datetime) -> None:
    """The rule is on again: conditions that hold begin to count."""
    rule = work.index.rules.get(rule_id)
    if rule is not None:
        stand(work, {name: [rule] for name in rule.on}, now)


def stand(work: Work, rules: Mapping[str, Sequence[Rule]], now: datetime) -> None:
    """Let conditions that hold begin to count for rules that are new to them; `rules` by wire name of the event."""
    for began, key in sorted(((each, key) for key, held in work.held.items() for each in held), key=_by_age):
        event, _, subject = key.partition("|")
        for rule in rules.get(event, ()):
            begin_standing(work, rule, subject, began, now)


def _by_age(item: tuple[Occurrence, str]) -> tuple[int, str]:
    return (item[0].seq, item[1])


def _leave(work: Work, timer: Pending, others: list[Occurrence], cause: int, at: datetime, why: str) -> None:
    if timer.kind == "for":
        heir = next((other for other in others if other.seq > timer.cause), None)
    else:
        heir = others[0] if others else None
    if heir is None:
        _stop(work, timer, cause, at, f"{why} came before the time was over" if why in CATALOGUE else why)
    else:
        work.wait(replace(timer, cause=heir.seq, began=heir))


def _stop(work: Work, timer: Pending, seq: int, at: datetime, why: str) -> None:
    if timer.kind == "step":
        runs.stop(work, timer, at, Reason(name_of(timer), why), seq)
    else:
        work.drop(timer)
        work.tell(timer.rule, seq, at, "stopped", Reason("for", why))


def _return(work: Work, rule_id: str, subject: str, cause: int, at: datetime, why: str) -> None:
    work.effects.append(return_effect(rule_id, subject, cause))
    work.tell(rule_id, cause, at, "stopped", Reason("on", f"{why}: what it raised about {subject} is over"))


def _causes(work: Work, rule: Rule, subject: str, at: datetime) -> list[Occurrence]:
    """The conditions of the rule that hold about the subject, oldest first."""
    held = [each for name in dict.fromkeys(rule.on) for each in work.held.get(f"{name}|{subject}") or ()]
    if not held:
        return []
    context = work.context(rule, subject, at)
    found = [each for each in held if not mismatch(rule, work.names(each.event), work.site, context)]
    return sorted(found, key=lambda each: each.seq)


def _raised_about_camera(work: Work, ended: Occurrence | None, subject: str) -> dict[str, str]:
    """What alarms are about that this occurrence raised about its camera, by rule: a journal may hold such ones of
    rounds, and they end with what raised them."""
    camera = getattr(ended.event, "camera", None) if ended is not None else None
    if ended is None or camera is None or subject == f"camera:{camera}":
        return {}
    return {
        alarm.rule: alarm.subject
        for alarm in alarms_about(work, f"camera:{camera}")
        if alarm.active and alarm.lasting and alarm.cause == ended.seq
    }


def _parted(held: Sequence[Occurrence], part: str) -> tuple[Occurrence | None, tuple[Occurrence, ...]]:
    """The occurrence that began this part of a condition, and those of the others."""
    this = next((each for each in held if part_of(each.event) == part), None)
    return this, tuple(each for each in held if each is not this)


def _gone(began: Occurrence, known: set[str]) -> bool:
    """Whether it is about a camera, or about a ticket or round of one, that is not among these."""
    camera = getattr(began.event, "camera", None)
    return camera is not None and camera not in known
