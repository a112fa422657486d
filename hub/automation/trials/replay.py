"""Rules over records of the past: what they would have done, and why not. Nothing is carried out.

What rules of then brought about is on record too (their alarms, and who acknowledged them); a replay takes it as it
is, so a rule that is new looks at the alarms of that time, not at those that it would have raised itself.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from hub.automation import engine
from hub.automation.engine import RuleIndex
from hub.automation.model import (
    Action,
    AlarmAction,
    EngineState,
    NotifyAction,
    ReportAction,
    RoundAction,
    Rule,
    Step,
    TicketAction,
)
from hub.automation.trials.simulation import Planned
from hub.core.catalogue import ClockStepped, ScheduleDue
from hub.core.event import Record
from hub.core.fold import fold_for_rules
from hub.core.state import State
from hub.core.text import Text

_SILENCE = Text(en="-")


class Moment(NamedTuple):
    """What the rules made of one record or planned instant."""

    at: datetime
    step: Step
    record: Record | None = None


class Follower:
    """Steps rules over records as they are handed in. Mutable; one for each rule set."""

    def __init__(
        self,
        index: RuleIndex,
        start: datetime,
        *,
        planned: Iterable[Planned] | None = None,
        site: State = State(),
    ) -> None:
        """`planned` are the instants of the scheduled rules, in place of those on record; None: those on record.
        `site` is what is known of the site before the first record."""
        self._index = replace(index, follow=fold_for_rules)
        self._from_record = planned is None
        self._planned = sorted(planned or (), reverse=True)
        self.state: EngineState = engine.adopt(self._index, EngineState(site=site), start)

    def take(self, record: Record) -> Iterator[Moment]:
        """One record, and whatever came due before it: where the clock was set, before it was set."""
        stepped_s = record.event.by_s if isinstance(record.event, ClockStepped) else 0.0
        yield from self.passes(record.seen_at - timedelta(seconds=stepped_s))
        if isinstance(record.event, ScheduleDue) and not self._concerns(record.event):
            return
        yield self._moment(record.seen_at, record)

    def passes(self, until: datetime) -> Iterator[Moment]:
        """What comes due until then, and the instant itself."""
        while (due := self._next_due()) is not None and due <= until:
            if self._planned and self._planned[-1].due_at <= due:
                yield self._moment(due, _as_on_record(self._planned.pop()))
            else:
                yield self._moment(due, None)

    def _next_due(self) -> datetime | None:
        due = engine.next_due(self.state)
        if self._planned and (due is None or self._planned[-1].due_at < due):
            return self._planned[-1].due_at
        return due

    def _concerns(self, event: ScheduleDue) -> bool:
        return self._from_record and event.rule in self._index.scheduled

    def _moment(self, at: datetime, record: Record | None) -> Moment:
        step = engine.step(self._index, self.state, record, at)
        self.state = step.state
        return Moment(at, step, record)


def wordless(rule: Rule) -> Rule:
    """The rule without its texts: it fires and waits as it does with them, and nobody reads them in an account."""
    return replace(
        rule,
        do=tuple(map(_silent, rule.do)),
        escalate=tuple(replace(stage, do=tuple(map(_silent, stage.do))) for stage in rule.escalate),
    )


def _silent(action: Action) -> Action:
    match action:
        case AlarmAction():
            return replace(action, title=_SILENCE, response=_SILENCE, cause=_SILENCE, consequence=_SILENCE)
        case TicketAction() | RoundAction():
            return replace(action, title=_SILENCE)
        case NotifyAction() | ReportAction():
            return replace(action, text=_SILENCE)
        case _:
            return action


def _as_on_record(planned: Planned) -> Record:
    """The record of an instant that was never due; its number is below all others, and the same for the same one."""
    event = ScheduleDue(rule=planned.rule, due_at=planned.due_at)
    seq = -int(planned.due_at.timestamp())
    return Record(seq, planned.due_at, planned.due_at, "hub", None, event, None, b"")
