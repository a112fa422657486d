"""What follows from commands and orders about rules and their variables."""

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from typing import get_args

from hub.core.event import Event
from hub.core.rules.commands import (
    ChangeVariable,
    PauseRule,
    ReportLoop,
    ResumeRule,
    RuleCommand,
    RuleOrder,
    SetVariable,
    StartRule,
)
from hub.core.rules.events import RulePaused, RuleResumed, RulesLooped, RuleStarted, VariableSet, VariableValue
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotFound, WrongState


def decide(state: State, command: RuleCommand | RuleOrder, actor: str, now: datetime) -> list[Event]:
    match command:
        case PauseRule():
            return _pause(state, command, now)
        case ResumeRule():
            if command.rule not in state.paused:
                _check_known(state, command.rule)
                raise WrongState(f"The rule {command.rule} is not turned off.")
            return [RuleResumed(rule=command.rule, why="person")]
        case ChangeVariable():
            return _set(state, command.variable, command.value, None)
        case SetVariable():
            return _set(state, command.variable, command.value, command.rule)
        case StartRule():
            return [RuleStarted(rule=command.start, started_by=command.rule, camera=command.camera)]
        case ReportLoop():
            return [RulesLooped(rule=command.rule, records=command.records)]


def due(state: State, now: datetime) -> list[Event]:
    """Pauses that end."""
    return [
        RuleResumed(rule=rule, why="time")
        for rule, pause in state.paused.items()
        if pause.until_at is not None and pause.until_at <= now
    ]


def next_due(state: State) -> Iterable[datetime]:
    return (pause.until_at for pause in state.paused.values() if pause.until_at is not None)


def _pause(state: State, command: PauseRule, now: datetime) -> list[Event]:
    _check_known(state, command.rule)
    if command.until_at is not None and command.until_at <= now:
        raise WrongState("The rule would be off until a time in the past.", hint="Choose a later time.")
    return [RulePaused(rule=command.rule, reason=command.reason, until_at=command.until_at)]


def _check_known(state: State, name: str) -> None:
    known = {rule.id for rules in state.rule_files.values() for rule in rules}
    if name not in known:
        near = get_close_matches(name, sorted(known), n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "See `hub rules` for those in force."
        raise NotFound(f"There is no rule {name}.", hint=hint)


def _set(state: State, variable: str, value: VariableValue, rule: str | None) -> list[Event]:
    known = state.variables.get(variable)
    if type(known) is type(value) and known == value:  # 1 and true are equal in Python
        return []
    return [VariableSet(variable=variable, value=value, rule=rule)]


SUBJECT = Subject(commands=get_args(RuleCommand | RuleOrder), decide=decide, due=due, next_due=next_due)
