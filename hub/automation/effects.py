"""What a rule wants done when it fires: its `do`, made into orders and messages."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from msgspec.structs import replace

from hub.automation.fields import Places, camera_of
from hub.automation.model import (
    Action,
    AlarmAction,
    Deed,
    Effect,
    NotifyAction,
    Occurrence,
    PresetAction,
    ProtectAction,
    PublishAction,
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
from hub.automation.wording import Scene, headline, message_body, render
from hub.core.catalogue import CATALOGUE, clearing_of, subject_of
from hub.core.commands import (
    AnyOrder,
    MakeRoundDue,
    OpenTicket,
    ProtectRecording,
    RaiseAlarm,
    ReturnAlarm,
    SetVariable,
    StartRule,
)
from hub.core.event import wire_name
from hub.core.findings import Evidence
from hub.core.site import Site
from hub.core.text import Text

LASTING: frozenset[str] = frozenset(name for name in CATALOGUE if clearing_of(name))
"""The events whose condition another event ends."""


def effects_of(
    rule: Rule,
    began: Occurrence,
    names: Mapping[str, Any],
    *,
    site: Site,
    places: Places,
    fired_at: datetime,
    zone: tzinfo,
) -> list[Effect]:
    """The effects of `rule` firing about `began`, in the order of its `do`."""
    camera = camera_of(began.event, site, places)
    scene = Scene(
        site=site,
        names=names,
        camera=camera,
        area=places.area(site, camera.area) if camera is not None else None,
        rule_title=rule.title,
        event=wire_name(began.event),
        since_at=names.get("since_at") or began.at,
        fired_at=fired_at,
        zone=zone,
    )
    return [
        Effect(
            key=f"{rule.id}:{began.seq}:{index}", rule=rule.id, cause=began.seq, do=_done(action, rule, began, scene)
        )
        for index, action in enumerate(rule.do)
    ]


def return_effect(rule_id: str, subject: str, cause: int) -> Effect:
    """The effect that returns the rule's alarm about `subject` to normal and restores its ticket, because of the
    record `cause`."""
    return Effect(
        key=f"{rule_id}:{cause}:return", rule=rule_id, cause=cause, do=ReturnAlarm(rule=rule_id, subject=subject)
    )


def can_return(rule: Rule) -> bool:
    """Whether the rule makes something that lasts as long as its condition: an alarm, a ticket."""
    return any(isinstance(action, AlarmAction | TicketAction) for action in rule.do)


def summary(rule: Rule) -> str:
    """What the rule does, in a few words: `alarm obstruction (high), ticket, notify duty`."""
    return ", ".join(_summary(action) for action in rule.do) or "nothing"


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


def _done(action: Action, rule: Rule, began: Occurrence, scene: Scene) -> AnyOrder | Deed:
    camera: str | None = scene.names.get("camera")
    match action:
        case AlarmAction():
            return RaiseAlarm(
                rule=rule.id,
                kind=action.kind,
                subject=subject_of(began.event),
                camera=camera,
                priority=action.priority,
                title=render(action.title or rule.title, scene),
                response=render(action.response, scene),
                clause=rule.clause,
                evidence=_evidence(began),
                lasting=scene.event in LASTING,
            )
        case TicketAction():
            return OpenTicket(
                rule=rule.id,
                subject=subject_of(began.event),
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
            )
        case NotifyAction():
            return _message(action, rule, began, scene)
        case SnapshotAction():
            return TakeSnapshot(camera=action.camera or camera or "")
        case PresetAction():
            return TurnToPreset(camera=action.camera or camera or "", preset=action.preset)
        case PublishAction():
            message = _message(NotifyAction(to=action.to), rule, began, scene)
            payload = {key: render(Text(en=text), scene).in_("en") for key, text in action.payload.items()}
            topic = render(Text(en=action.topic), scene).in_("en")
            return replace(message, topic=topic, payload=payload, retain=action.retain)
        case SetAction():
            return SetVariable(rule=rule.id, variable=action.variable, value=action.value)
        case StartAction():
            return StartRule(rule=rule.id, start=action.rule, camera=camera)
        case ProtectAction():
            return ProtectRecording(
                rule=rule.id,
                camera=action.camera or camera or "",
                from_at=scene.since_at - timedelta(seconds=action.before_s),
                to_at=scene.fired_at + timedelta(seconds=action.for_s),
                reason=rule.title.in_("en"),
            )


def _message(action: NotifyAction, rule: Rule, began: Occurrence, scene: Scene) -> SendMessage:
    alarm = next((each for each in rule.do if isinstance(each, AlarmAction)), None)
    title = render((alarm.title if alarm is not None else None) or rule.title, scene)
    response = render(alarm.response, scene) if alarm is not None else Text(en="")
    return SendMessage(
        to=action.to,
        title=headline(scene, title),
        body=render(action.text, scene) if action.text else message_body(scene, response),
        priority=alarm.priority if alarm is not None else "medium",
        camera=scene.names.get("camera"),
        clause=rule.clause,
        event=scene.event,
        evidence=_evidence(began),
    )


def _evidence(began: Occurrence) -> Evidence | None:
    evidence = getattr(began.event, "evidence", None)
    return evidence if isinstance(evidence, Evidence) else None
