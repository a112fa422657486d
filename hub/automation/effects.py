"""What a rule wants done when it fires: its `do`, made into orders and messages."""

from collections.abc import Mapping
from datetime import timedelta, tzinfo
from typing import Any

from msgspec.structs import replace

from hub.automation.language.called import called
from hub.automation.language.fields import Places, camera_of
from hub.automation.language.wording import Occasion, Scene, headline, message_body, render, render_for_programs
from hub.automation.model import (
    Action,
    AlarmAction,
    Deed,
    Effect,
    Escalation,
    NotifyAction,
    Occurrence,
    PresetAction,
    ProtectAction,
    PublishAction,
    ReportAction,
    ReportWanted,
    RoundAction,
    Rule,
    SendMessage,
    SetAction,
    SnapshotAction,
    StartAction,
    TakeSnapshot,
    TicketAction,
    TurnToPreset,
)
from hub.automation.schedules.schedule import duration
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.alarms.events import Priority
from hub.core.cameras.commands import ProtectRecording
from hub.core.catalogue import CATALOGUE, FINDINGS, clearing_of
from hub.core.commands import AnyOrder
from hub.core.event import wire_name
from hub.core.findings import Evidence
from hub.core.reports.period import last_over
from hub.core.rounds.commands import MakeRoundDue
from hub.core.rules.commands import SetVariable, StartRule
from hub.core.state import State
from hub.core.text import Text
from hub.core.tickets.commands import OpenTicket

LASTING: frozenset[str] = frozenset(name for name in CATALOGUE if clearing_of(name))
"""The events whose condition another event ends."""


def occasion_of(began: Occurrence, names: Mapping[str, Any], *, state: State, places: Places, zone: tzinfo) -> Occasion:
    """What the texts of a rule that fires about `began` can name; `names` are the names of its event."""
    site = state.site
    camera = camera_of(began.event, site, places)
    return Occasion(
        site=site,
        names=names,
        camera=camera,
        area=places.area(site, camera.area) if camera is not None else None,
        event=wire_name(began.event),
        since_at=names.get("since_at") or began.at,
        zone=zone,
        journal_seq=began.seq,
        journal_hash=began.hash,
        called=called(began.event, state, places),
    )


def actions_of(rule: Rule, stage: int) -> tuple[Action, ...]:
    """What is done in a stage of a firing: 0 is the rule's `do`, 1 its first escalation."""
    return rule.escalate[stage - 1].do if stage else rule.do


def key_of(run: str, stage: int, nth: int, item: int) -> str:
    """The key of the effect of one item. `run` is `rule:seq`, with the record that the rule fired about.

    >>> key_of("signal-lost:7", 0, 1, 2), key_of("signal-lost:7", 1, 3, 0)
    ('signal-lost:7:2', 'signal-lost:7:escalate.1.3.0')
    """
    return f"{run}:escalate.{stage}.{nth}.{item}" if stage else f"{run}:{item}"


def effect_of(rule: Rule, action: Action, key: str, subject: str, began: Occurrence, scene: Scene) -> Effect:
    """The effect of one action of `rule` firing about `began`."""
    return Effect(key=key, rule=rule.id, cause=began.seq, do=_done(action, rule, subject, began, scene))


def return_effect(rule_id: str, subject: str, cause: int) -> Effect:
    """The effect that returns the rule's alarm about `subject` to normal and restores its ticket, because of the
    record `cause`."""
    return Effect(
        key=f"{rule_id}:{cause}:return", rule=rule_id, cause=cause, do=ReturnAlarm(rule=rule_id, subject=subject)
    )


def can_return(rule: Rule) -> bool:
    """Whether the rule makes something that lasts as long as its condition: an alarm, a ticket."""
    stages = (rule.do, *(escalation.do for escalation in rule.escalate))
    return any(isinstance(action, AlarmAction | TicketAction) for actions in stages for action in actions)


def summary(said: Rule | Escalation) -> str:
    """What a rule or an escalation does, in a few words: `alarm obstruction (high), notify duty (after 5 min)`."""
    return ", ".join(map(summary_of, said.do)) or "nothing"


def summary_of(action: Action) -> str:
    """What an action does, in a few words."""
    words = _summary(action)
    return f"{words} (after {duration(action.after_s).en})" if action.after_s else words


def _summary(action: Action) -> str:
    match action:
        case AlarmAction():
            return f"alarm {action.kind} ({action.priority})"
        case TicketAction():
            return "ticket"
        case RoundAction():
            return f"round {action.kind}"
        case NotifyAction():
            return f"notify {action.to}"
        case ReportAction():
            return f"send the {action.kind} report to {action.to}"
        case SnapshotAction():
            return "snapshot"
        case ProtectAction():
            return "protect the recording"
        case PresetAction():
            return f"preset {action.preset}"
        case PublishAction():
            return f"{action.kind} {action.to}"
        case SetAction():
            return f"set {action.variable}"
        case StartAction():
            return f"start {action.rule}"


def _done(action: Action, rule: Rule, subject: str, began: Occurrence, scene: Scene) -> AnyOrder | Deed:
    camera: str | None = scene.occasion.names.get("camera")
    match action:
        case AlarmAction():
            return RaiseAlarm(
                rule=rule.id,
                kind=action.kind,
                subject=subject,
                camera=camera,
                priority=action.priority,
                title=render(action.title or rule.title, scene),
                response=render(action.response, scene),
                likely_cause=render(action.cause, scene),
                consequence=render(action.consequence, scene),
                clause=rule.clause,
                evidence=_evidence(began),
                lasting=scene.occasion.event in LASTING,
            )
        case TicketAction():
            return OpenTicket(
                rule=rule.id,
                subject=subject,
                camera=camera,
                title=render(action.title or rule.title, scene),
                clause=rule.clause,
            )
        case RoundAction():
            return MakeRoundDue(
                rule=rule.id,
                kind=action.kind,
                title=render(action.title or rule.title, scene),
                team=action.team,
                due_in_s=action.due_in_s,
                clause=rule.clause,
                camera=camera,
                finding=scene.occasion.event if scene.occasion.event in FINDINGS else "",
            )
        case NotifyAction():
            return _message(action, rule, began, scene)
        case ReportAction():
            message = _message(NotifyAction(to=action.to), rule, began, scene)
            body = render(action.text, scene) if action.text else Text(en="")
            # What was missed and is made up for is about the time at which it was due.
            due_at = getattr(began.event, "due_at", None) or scene.fired_at
            today = due_at.astimezone(scene.occasion.zone).date()
            wanted = ReportWanted(kind=action.kind, day=last_over(action.kind, today).first, clause=action.clause)
            return replace(message, body=body, priority="low", report=wanted)
        case SnapshotAction():
            return TakeSnapshot(camera=action.camera or camera or "")
        case PresetAction():
            return TurnToPreset(camera=action.camera or camera or "", preset=action.preset)
        case PublishAction():
            message = _message(NotifyAction(to=action.to), rule, began, scene)
            payload = {key: render_for_programs(text, scene) for key, text in action.payload.items()}
            topic = render_for_programs(action.topic, scene)
            return replace(message, topic=topic, payload=payload, retain=action.retain)
        case SetAction():
            return SetVariable(rule=rule.id, variable=action.variable, value=action.value)
        case StartAction():
            return StartRule(rule=rule.id, start=action.rule, camera=camera)
        case ProtectAction():
            return ProtectRecording(
                rule=rule.id,
                camera=action.camera or camera or "",
                from_at=scene.occasion.since_at - timedelta(seconds=action.before_s),
                to_at=scene.fired_at + timedelta(seconds=action.for_s),
                until_at=scene.fired_at + timedelta(seconds=action.keep_s),
                reason=rule.title.in_("en"),
            )


def title_of(rule: Rule) -> Text:
    """The title of the rule's messages, with placeholders: that of its alarm where it has one."""
    alarm = _alarm(rule)
    return (alarm.title if alarm is not None else None) or rule.title


def response_of(rule: Rule) -> Text:
    """What staff should do, with placeholders; empty where the rule does not say."""
    alarm = _alarm(rule)
    return alarm.response if alarm is not None else Text(en="")


def priority_of(rule: Rule) -> Priority:
    """How urgent the rule's messages are."""
    alarm = _alarm(rule)
    return alarm.priority if alarm is not None else "medium"


def _alarm(rule: Rule) -> AlarmAction | None:
    for each in rule.do:
        if isinstance(each, AlarmAction):
            return each
    return None


def _message(action: NotifyAction, rule: Rule, began: Occurrence, scene: Scene) -> SendMessage:
    return SendMessage(
        to=action.to,
        title=headline(scene, render(title_of(rule), scene)),
        body=render(action.text, scene) if action.text else message_body(scene, render(response_of(rule), scene)),
        priority=priority_of(rule),
        camera=scene.occasion.names.get("camera"),
        clause=rule.clause,
        event=scene.occasion.event,
        evidence=_evidence(began),
    )


def _evidence(began: Occurrence) -> Evidence | None:
    evidence = getattr(began.event, "evidence", None)
    return evidence if isinstance(evidence, Evidence) else None
