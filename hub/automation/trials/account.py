"""One rule's account of a time: each time it fired, and each time it did not and why, counted and grouped."""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from datetime import datetime

import msgspec

from hub.automation.model import Trace
from hub.automation.trials.replay import Moment
from hub.core.catalogue import subject_of
from hub.core.rules.events import RulePaused

MOST_FIRINGS = 1000
"""How many of the newest firings are listed; all are counted."""
MOST_DETAILS = 200
"""How many different findings at one key are told apart; the rest are counted together."""
_KEPT_RECORDS = 20_000


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One moment of the rule: when, about what, because of which record, and what was found."""

    at: datetime
    seq: int
    subject: str
    detail: str


class Found(msgspec.Struct, frozen=True):
    """What was found so often."""

    detail: str
    count: int


class WhyNot(msgspec.Struct, frozen=True, kw_only=True):
    """The key of the rule that kept it from firing, how often, and what was found there, most frequent first."""

    step: str
    count: int
    found: list[Found]
    newest: Told


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a step after the firing, an escalation, delayed items or a message with others: how often it was
    done, and how often it was not needed any more."""

    step: str
    done: int = 0
    ended: int = 0


class RuleAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one rule. `fired` and `not_fired` count all; lists are newest (or most frequent) first."""

    rule: str
    since_at: datetime
    until_at: datetime
    records: int = 0
    """How many records were looked through."""
    fired: int = 0
    firings: list[Told] = []
    not_fired: int = 0
    reasons: list[WhyNot] = []
    stages: list[Stage] = []
    returned: int = 0
    """How often what it had raised was over."""
    waiting: list[Told] = []
    """What it still waits for at the end."""
    held: list[Told] = []
    """Escalations that are held at the end, since when, and why nobody is to be disturbed."""
    last_at: datetime | None = None
    """When the newest record was taken in."""


class Telling:
    """Gathers an account from the moments of a replay, of what concerns the cameras that are `told` (`camera:gate-1`;
    what names no camera: the subject). What is before `since` is not."""

    def __init__(self, rule: str, since: datetime, *, told: Callable[[str], bool] = lambda subject: True) -> None:
        self._rule = rule
        self._since = since
        self._told = told
        self._stages: dict[str, Stage] = {}
        self._fired = self._not_fired = self._returned = 0
        self._firings: deque[Told] = deque(maxlen=MOST_FIRINGS)
        self._details: dict[str, Counter[str]] = {}
        self._newest: dict[str, Told] = {}
        self._waiting: dict[str, Told] = {}
        self._held: dict[str, Told] = {}
        # A plain dictionary looks for its first key among all that were deleted.
        self._records: OrderedDict[int, tuple[str, str]] = OrderedDict()

    def hear(self, moment: Moment) -> None:
        """Take in what one step said."""
        traces = moment.step.trace
        if not traces:
            return
        if moment.record is not None:
            subject, camera = subject_of(moment.record.event), getattr(moment.record.event, "camera", None)
            self._records[moment.record.seq] = (subject, f"camera:{camera}" if camera is not None else subject)
            if len(self._records) > _KEPT_RECORDS:
                self._records.popitem(last=False)
            if isinstance(moment.record.event, RulePaused) and moment.record.event.rule == self._rule:
                self._waiting.clear()
                self._held.clear()
        for trace in traces:
            if trace.rule == self._rule:
                self._note(trace)

    def _note(self, trace: Trace) -> None:
        subject, concerns = self._records.get(trace.seq, ("", ""))
        if not self._told(concerns):
            return
        told = Told(at=trace.at, seq=trace.seq, subject=subject, detail=trace.detail)
        if trace.step in ("after", "group") or trace.step.startswith("escalate."):
            self._go_on(trace, told)
            return
        if trace.outcome == "waiting":
            self._waiting[subject] = told
            return
        if trace.outcome != "not_matched":
            self._waiting.pop(subject, None)
        if trace.at < self._since:
            return
        if trace.outcome == "fired":
            self._fired += 1
            self._firings.append(told)
        elif trace.step == "on":
            self._returned += 1
        else:
            self._not_fired += 1
            details = self._details.setdefault(trace.step, Counter())
            known = trace.detail in details or len(details) < MOST_DETAILS
            details[trace.detail if known else "…"] += 1
            self._newest[trace.step] = told

    def _go_on(self, trace: Trace, told: Told) -> None:
        if trace.outcome == "held":
            self._held[told.subject] = told
        elif trace.outcome != "waiting":
            self._held.pop(told.subject, None)
        if trace.outcome in ("waiting", "held") or trace.at < self._since:
            return
        known = self._stages.get(trace.step) or Stage(step=trace.step)
        done = trace.outcome == "fired"
        self._stages[trace.step] = Stage(step=trace.step, done=known.done + done, ended=known.ended + (not done))

    def account(self, until: datetime, *, records: int, last_at: datetime | None) -> RuleAccount:
        reasons = [
            WhyNot(step=step, count=details.total(), found=_most_first(details), newest=self._newest[step])
            for step, details in self._details.items()
        ]
        return RuleAccount(
            rule=self._rule,
            since_at=self._since,
            until_at=until,
            records=records,
            fired=self._fired,
            firings=list(reversed(self._firings)),
            not_fired=self._not_fired,
            reasons=sorted(reasons, key=lambda each: -each.count),
            stages=sorted(self._stages.values(), key=lambda stage: stage.step),
            returned=self._returned,
            waiting=list(self._waiting.values())[-MOST_FIRINGS:],
            held=list(self._held.values())[-MOST_FIRINGS:],
            last_at=last_at,
        )


def _most_first(details: Counter[str]) -> list[Found]:
    return [Found(detail, count) for detail, count in details.most_common()]
