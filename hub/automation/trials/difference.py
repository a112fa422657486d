"""Two rule sets over the same time: what only the one would have done, what only the other, and what both."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from hub.automation.model import Deed, Effect, ReportWanted, Rule, SendMessage, TakeSnapshot, TurnToPreset
from hub.automation.trials.replay import Moment
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.cameras.commands import ProtectRecording
from hub.core.commands import AnyOrder
from hub.core.rounds.commands import MakeRoundDue
from hub.core.rules.commands import SetVariable, StartRule
from hub.core.tickets.commands import OpenTicket

MOST_HELD = 200_000
"""How many effects of one side may wait for their like on the other."""
MOST_EXAMPLES = 10


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One effect: when, and in a few words. `other_at` is when the other side does it."""

    at: datetime
    says: str
    subject: str = ""
    other_at: datetime | None = None


class RuleDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of one rule comes to. `then` is the rule set compared with, `now` the one of the files."""

    rule: str
    change: str
    """added, removed or changed."""
    only_then: int = 0
    only_now: int = 0
    both: int = 0
    otherwise: int = 0
    """How many both do, but at another time or in other words."""
    then_examples: list[Example] = []
    now_examples: list[Example] = []
    otherwise_examples: list[Example] = []


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that say something else, each with what that comes to."""

    since_at: datetime
    until_at: datetime
    records: int
    rules: list[RuleDifference]
    unchanged: int
    """How many rules say the same in both."""
    cut: bool = False
    """Whether there were too many effects to compare them all."""


class _Identity(NamedTuple):
    rule: str
    cause: int
    says: str


class _Held(NamedTuple):
    at: datetime
    do: AnyOrder | Deed


def changed_rules(then: Mapping[str, Rule], now: Mapping[str, Rule]) -> dict[str, str]:
    """The rules that say something else, and how: added, removed or changed."""
    found = {rule: "removed" for rule in then if rule not in now}
    found |= {rule: "added" for rule in now if rule not in then}
    return found | {rule: "changed" for rule in now if rule in then and then[rule].digest != now[rule].digest}


class Comparing:
    """Gathers the effects of both sides. Mutable."""

    def __init__(self, changes: Mapping[str, str], since: datetime) -> None:
        self._changes = changes
        self._since = since
        self._held: tuple[dict[_Identity, _Held], dict[_Identity, _Held]] = ({}, {})
        self._both = dict.fromkeys(changes, 0)
        self._otherwise: dict[str, list[Example]] = {rule: [] for rule in changes}
        self._others = dict.fromkeys(changes, 0)
        self._cut = False

    def then(self, moments: Iterable[Moment]) -> None:
        self._hear(moments, 0)

    def now(self, moments: Iterable[Moment]) -> None:
        self._hear(moments, 1)

    def _hear(self, moments: Iterable[Moment], side: int) -> None:
        own, other = self._held[side], self._held[1 - side]
        for moment in moments:
            if moment.at < self._since:
                continue
            for effect in moment.step.effects:
                if effect.rule not in self._changes:
                    continue
                identity = _Identity(effect.rule, effect.cause, says(effect))
                known = other.pop(identity, None)
                if known is not None:
                    self._match(effect, moment.at, known, now=side == 1)
                elif len(own) < MOST_HELD:
                    own[identity] = _Held(moment.at, effect.do)
                else:
                    self._cut = True

    def _match(self, effect: Effect, at: datetime, known: _Held, *, now: bool) -> None:
        if known.at == at and known.do == effect.do:
            self._both[effect.rule] += 1
            return
        self._others[effect.rule] += 1
        examples = self._otherwise[effect.rule]
        if len(examples) < MOST_EXAMPLES:
            first, second = (known.at, at) if now else (at, known.at)
            examples.append(Example(at=first, says=says(effect), subject=subject(effect), other_at=second))

    def difference(self, until: datetime, *, records: int, unchanged: int) -> Difference:
        then, now = (_by_rule(held) for held in self._held)
        return Difference(
            since_at=self._since,
            until_at=until,
            records=records,
            unchanged=unchanged,
            cut=self._cut,
            rules=[
                RuleDifference(
                    rule=rule,
                    change=change,
                    only_then=len(then.get(rule, [])),
                    only_now=len(now.get(rule, [])),
                    both=self._both[rule],
                    otherwise=self._others[rule],
                    then_examples=then.get(rule, [])[:MOST_EXAMPLES],
                    now_examples=now.get(rule, [])[:MOST_EXAMPLES],
                    otherwise_examples=self._otherwise[rule],
                )
                for rule, change in sorted(self._changes.items())
            ],
        )


def _by_rule(held: Mapping[_Identity, _Held]) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {}
    for identity, each in held.items():
        example = Example(at=each.at, says=identity.says, subject=_about(each.do))
        found.setdefault(identity.rule, []).append(example)
    return found


def says(effect: Effect) -> str:
    """What an effect does, in a few words: `alarm obstruction (high)`, `notify duty`."""
    match effect.do:
        case RaiseAlarm(kind=kind, priority=priority):
            return f"alarm {kind} ({priority})"
        case ReturnAlarm():
            return "return the alarm"
        case OpenTicket():
            return "ticket"
        case MakeRoundDue(kind=kind):
            return f"round {kind}"
        case SetVariable(variable=variable, value=value):
            return f"set {variable} to {str(value).lower() if isinstance(value, bool) else value}"
        case StartRule(start=start):
            return f"start {start}"
        case ProtectRecording(camera=camera):
            return f"protect the recording of {camera}"
        case SendMessage(to=to, report=ReportWanted(kind=kind)):
            return f"send the {kind} report to {to}"
        case SendMessage(to=to):
            return f"notify {to}"
        case TakeSnapshot(camera=camera):
            return f"snapshot of {camera}"
        case TurnToPreset(camera=camera, preset=preset):
            return f"turn {camera} to {preset}"
        case other:
            return type(other).__name__


def subject(effect: Effect) -> str:
    """What an effect is about: `camera:gate-1`; empty where nothing is named."""
    return _about(effect.do)


def _about(do: AnyOrder | Deed) -> str:
    about = getattr(do, "subject", "")
    camera = getattr(do, "camera", None)
    return str(about or (f"camera:{camera}" if camera else ""))
