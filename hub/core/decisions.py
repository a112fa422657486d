"""What follows from a command, and from the passing of time: pure decisions from the state to events.

`decide` turns an intention into the events that carry it out, or raises `Refused`. Nothing else does.
"""

from datetime import datetime, timedelta

from hub.core.alarms import Alarm
from hub.core.catalogue import (
    AlarmAcknowledged,
    AlarmRaised,
    AlarmReturned,
    AlarmShelved,
    AlarmUnshelved,
    HubStopped,
    RoundDone,
    RoundDue,
    RoundMissed,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketOverdue,
    TicketRelapsed,
    TicketRestored,
)
from hub.core.commands import (
    AcknowledgeAlarm,
    ApproveReference,
    AssignTicket,
    ChangeVariable,
    CloseTicket,
    Command,
    CompleteRound,
    MakeRoundDue,
    OpenTicket,
    Order,
    PauseRule,
    ProtectRecording,
    RaiseAlarm,
    RejectReference,
    RelearnCamera,
    ReportLoop,
    ResumeRule,
    RetryCamera,
    ReturnAlarm,
    SetVariable,
    ShelveAlarm,
    StartRule,
    StopHub,
    UnshelveAlarm,
)
from hub.core.event import Event
from hub.core.findings import CameraRelearned, CameraRetried
from hub.core.recordings import RecordingProtected
from hub.core.references import References, approve, reject
from hub.core.rounds import RoundKind
from hub.core.rules import RulePaused, RuleResumed, RulesLooped, RuleStarted, VariableSet, VariableValue
from hub.core.state import State
from hub.core.tickets import Ticket
from hub.errors import NotFound, WrongState

LONGEST_SHELF = timedelta(hours=12)
"""An alarm is shelved for one shift at most: whoever comes next must look at it again."""


def decide(state: State, command: Command | Order, now: datetime) -> list[Event]:
    """The events that carry out `command` in `state`, or `Refused`. Empty when it is carried out already."""
    match command:
        case AcknowledgeAlarm():
            return _acknowledge(state, command)
        case ShelveAlarm():
            return _shelve(state, command, now)
        case UnshelveAlarm():
            alarm = _alarm(state, command.alarm)
            if alarm.shelf is None:
                raise WrongState(f"{alarm.id} is not shelved.")
            return [AlarmUnshelved(alarm=alarm.id)]
        case AssignTicket():
            ticket = _ticket(state, command.ticket)
            return [
                TicketAssigned(
                    ticket=ticket.id,
                    repairer=command.repairer,
                    cause=command.cause,
                    estimate_at=command.estimate_at,
                )
            ]
        case CloseTicket():
            return _close(state, command)
        case CompleteRound():
            if command.round not in state.rounds:
                raise NotFound(f"No round {command.round} is due.")
            return [RoundDone(round=command.round, note=command.note)]
        case RetryCamera():
            _camera(state, command.camera)
            return [CameraRetried(camera=command.camera)]
        case RelearnCamera():
            _camera(state, command.camera)
            return [CameraRelearned(camera=command.camera, reason=command.reason)]
        case ApproveReference():
            return [*approve(_references(state, command.camera), command.camera, command.reference, command.beside)]
        case RejectReference():
            return [*reject(_references(state, command.camera), command.camera, command.reference, command.reason)]
        case StopHub():
            return [HubStopped(reason=command.reason)]
        case PauseRule():
            return _pause(state, command, now)
        case ResumeRule():
            if command.rule not in state.paused:
                raise WrongState(f"The rule {command.rule} is not turned off.")
            return [RuleResumed(rule=command.rule, why="person")]
        case ChangeVariable():
            return _set(state, command.variable, command.value, None)
        case SetVariable():
            return _set(state, command.variable, command.value, command.rule)
        case StartRule():
            return [RuleStarted(rule=command.start, started_by=command.rule, camera=command.camera)]
        case ProtectRecording():
            return [
                RecordingProtected(
                    camera=command.camera, from_at=command.from_at, to_at=command.to_at, reason=command.reason
                )
            ]
        case ReportLoop():
            return [RulesLooped(rule=command.rule, records=command.records)]
        case RaiseAlarm():
            return _raise(state, command)
        case ReturnAlarm():
            return _return(state, command)
        case OpenTicket():
            return _open(state, command)
        case MakeRoundDue():
            return [_round_due(state, command, now)]
        case _:
            raise NotFound(f"{type(command).__name__} is not carried out here.")


def due(state: State, now: datetime) -> list[Event]:
    """The events that the passing of time alone brings: shelvings and pauses that end, rounds and repairs not made."""
    events: list[Event] = [
        AlarmUnshelved(alarm=alarm.id)
        for alarm in state.alarms.values()
        if alarm.shelf is not None and alarm.shelf.until_at <= now
    ]
    events += [
        RoundMissed(round=round_.id)
        for round_ in state.rounds.values()
        if round_.due_at is not None and round_.due_at <= now and not round_.missed
    ]
    events += [
        TicketOverdue(
            ticket=ticket.id,
            title=ticket.title,
            camera=ticket.camera,
            repairer=ticket.repairer,
            estimate_at=ticket.overdue_at,
        )
        for ticket in state.tickets.values()
        if ticket.overdue_at is not None and ticket.overdue_at <= now
    ]
    events += [
        RuleResumed(rule=rule, why="time")
        for rule, pause in state.paused.items()
        if pause.until_at is not None and pause.until_at <= now
    ]
    return events


def next_due(state: State) -> datetime | None:
    """When `due` will next have something to say."""
    ends = [alarm.shelf.until_at for alarm in state.alarms.values() if alarm.shelf is not None]
    ends += [r.due_at for r in state.rounds.values() if r.due_at is not None and not r.missed]
    ends += [ticket.overdue_at for ticket in state.tickets.values() if ticket.overdue_at is not None]
    ends += [pause.until_at for pause in state.paused.values() if pause.until_at is not None]
    return min(ends, default=None)


def _alarm(state: State, alarm_id: str) -> Alarm:
    alarm = state.alarms.get(alarm_id)
    if alarm is None:
        raise NotFound(f"No alarm {alarm_id} stands.", hint="It may have been cleared: see `hub events`.")
    return alarm


def _ticket(state: State, ticket_id: str) -> Ticket:
    ticket = state.tickets.get(ticket_id)
    if ticket is None:
        raise NotFound(f"No ticket {ticket_id} is open.")
    return ticket


def _camera(state: State, camera_id: str) -> None:
    if state.site.camera(camera_id) is None:
        raise NotFound(f"No camera {camera_id} in hub.toml.")


def _references(state: State, camera_id: str) -> References:
    _camera(state, camera_id)
    known = state.cameras.get(camera_id)
    return known.references if known is not None else {}


def _acknowledge(state: State, command: AcknowledgeAlarm) -> list[Event]:
    alarm = _alarm(state, command.alarm)
    if alarm.acknowledged_by is not None:
        return []
    return [AlarmAcknowledged(alarm=alarm.id, note=command.note)]


def _shelve(state: State, command: ShelveAlarm, now: datetime) -> list[Event]:
    alarm = _alarm(state, command.alarm)
    if command.until_at <= now:
        raise WrongState("The shelving would end in the past.", hint="Choose a later time.")
    if command.until_at - now > LONGEST_SHELF:
        raise WrongState("An alarm is shelved for 12 hours at most.", hint="Choose an earlier time.")
    return [AlarmShelved(alarm=alarm.id, reason=command.reason, until_at=command.until_at)]


def _pause(state: State, command: PauseRule, now: datetime) -> list[Event]:
    known = {rule.id for rules in state.rule_files.values() for rule in rules}
    if command.rule not in known:
        raise NotFound(f"There is no rule {command.rule}.", hint="See `hub rules` for those in force.")
    if command.until_at is not None and command.until_at <= now:
        raise WrongState("The rule would be off until a time in the past.", hint="Choose a later time.")
    return [RulePaused(rule=command.rule, reason=command.reason, until_at=command.until_at)]


def _set(state: State, variable: str, value: VariableValue, rule: str | None) -> list[Event]:
    known = state.variables.get(variable)
    if type(known) is type(value) and known == value:  # 1 and true are equal in Python
        return []
    return [VariableSet(variable=variable, value=value, rule=rule)]


def _close(state: State, command: CloseTicket) -> list[Event]:
    ticket = _ticket(state, command.ticket)
    camera = state.cameras.get(ticket.camera) if ticket.camera else None
    if camera is not None and camera.findings:
        raise WrongState(
            f"{ticket.id} cannot be closed: the watch still sees {', '.join(sorted(camera.findings))}.",
            hint="It can be closed when the picture is verified good again.",
        )
    if camera is not None and camera.not_judged is not None:
        raise WrongState(
            f"{ticket.id} cannot be closed: the camera is not judged at the moment ({camera.not_judged}).",
            hint="Wait until the watch judges it again.",
        )
    return [TicketClosed(ticket=ticket.id, cause=command.cause, note=command.note)]


def _round_due(state: State, order: MakeRoundDue, now: datetime) -> RoundDue:
    """What the rule leaves unsaid is as `rules/rounds.toml` has it for this kind of round."""
    kind = state.round_kinds.get(order.kind) or RoundKind(id=order.kind, name=order.title)
    due_in_s = order.due_in_s if order.due_in_s is not None else kind.due_in_s
    return RoundDue(
        round=f"R-{state.round_count + 1}",
        kind=order.kind,
        title=order.title,
        team=order.team or kind.team,
        due_at=now + timedelta(seconds=due_in_s) if due_in_s is not None else None,
        rule=order.rule,
        clause=order.clause or kind.clause,
    )


def _raise(state: State, order: RaiseAlarm) -> list[Event]:
    standing = state.alarm_about(order.rule, order.subject)
    if standing is not None and standing.active and standing.lasting:
        return []
    alarm_id = standing.id if standing is not None else f"A-{state.alarm_count + 1}"
    raised = AlarmRaised(
        alarm=alarm_id,
        rule=order.rule,
        kind=order.kind,
        subject=order.subject,
        camera=order.camera,
        priority=order.priority,
        title=order.title,
        response=order.response,
        clause=order.clause,
        evidence=order.evidence,
        lasting=order.lasting,
    )
    return [raised, *_relapsed(state, order)]


def _return(state: State, order: ReturnAlarm) -> list[Event]:
    standing = state.alarm_about(order.rule, order.subject)
    events: list[Event] = []
    if standing is not None and standing.active and standing.lasting:
        events.append(AlarmReturned(alarm=standing.id))
    events += [
        TicketRestored(ticket=ticket.id)
        for ticket in _tickets_about(state, order.rule, order.subject)
        if ticket.restored_at is None
    ]
    return events


def _open(state: State, order: OpenTicket) -> list[Event]:
    if _tickets_about(state, order.rule, order.subject):
        return _relapsed(state, order)
    standing = state.alarm_about(order.rule, order.subject)
    return [
        TicketOpened(
            ticket=f"T-{state.ticket_count + 1}",
            title=order.title,
            subject=order.subject,
            camera=order.camera,
            alarm=standing.id if standing is not None else None,
            rule=order.rule,
            clause=order.clause,
        )
    ]


def _tickets_about(state: State, rule: str, subject: str) -> list[Ticket]:
    return [ticket for ticket in state.tickets.values() if ticket.rule == rule and ticket.subject == subject]


def _relapsed(state: State, order: RaiseAlarm | OpenTicket) -> list[Event]:
    return [
        TicketRelapsed(ticket=ticket.id)
        for ticket in _tickets_about(state, order.rule, order.subject)
        if ticket.restored_at is not None
    ]
