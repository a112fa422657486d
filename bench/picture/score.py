"""From outcomes to figures. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from bench.picture.classes import (
    CLASSES,
    FALSE_ALARMS_A_WEEK,
    FALSE_ALARMS_A_WEEK_CHANGING,
    LIGHTS,
    Class,
    Goal,
)
from bench.picture.records import Day, FalseAlarm, Outcome
from bench.picture.statistics import poisson_upper, quantile, wilson

WITHIN_S = (30.0, 60.0, 120.0, 180.0, 300.0)
CLEARED_WITHIN_S = 60.0


class Recall(NamedTuple):
    """Found of `total` events within a time, with Wilson's bounds at 95 %."""

    hits: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        return self.hits / self.total if self.total else None


class ClassScore(NamedTuple):
    """The figures of one class. Delays and times to clear in seconds. `right_first` is the share of the events with
    any finding whose first finding names the class itself."""

    klass: Class
    total: int
    within: dict[float, Recall]
    """By seconds, over all light."""
    lights: dict[str, Recall]
    """By light, within the goal's time (the horizon without a goal)."""
    delay_median_s: float | None
    delay_p95_s: float | None
    clear_median_s: float | None
    clear_p95_s: float | None
    cleared: float | None
    """Share of the ended findings that cleared within a minute."""
    right_first: float | None
    first: dict[str, int]
    """Confusion: events by the first kind that rose, "nothing" included."""
    standing: int
    """Events at whose onset an accepted finding already stood, so that it could hardly rise."""
    judged: float


def recall_of(outcomes: Sequence[Outcome], within_s: float) -> Recall:
    """How many were found within `within_s` of full effect."""
    hits = sum(outcome.delay_s is not None and outcome.delay_s <= within_s for outcome in outcomes)
    return Recall(hits, len(outcomes), *wilson(hits, len(outcomes)))


def score_class(klass: Class, outcomes: Sequence[Outcome]) -> ClassScore:
    """The figures of the outcomes of one class."""
    within_s = klass.goal.within_s if klass.goal else klass.horizon_s
    delays = [outcome.delay_s for outcome in outcomes if outcome.delay_s is not None]
    found = [outcome for outcome in outcomes if outcome.delay_s is not None and not klass.daily]
    cleared = [outcome.clear_s for outcome in found if outcome.clear_s is not None]
    told = [outcome for outcome in outcomes if outcome.first]
    limits = (*WITHIN_S, 3600.0, 86400.0) if klass.daily else WITHIN_S
    return ClassScore(
        klass=klass,
        total=len(outcomes),
        within={limit_s: recall_of(outcomes, limit_s) for limit_s in limits},
        lights={light: recall_of([o for o in outcomes if o.light == light], within_s) for light in LIGHTS},
        delay_median_s=quantile(delays, 0.5),
        delay_p95_s=quantile(delays, 0.95),
        clear_median_s=quantile(cleared, 0.5),
        clear_p95_s=quantile(cleared, 0.95),
        cleared=sum(time_s <= CLEARED_WITHIN_S for time_s in cleared) / len(found) if found else None,
        right_first=sum(outcome.first in klass.right for outcome in told) / len(told) if told else None,
        first=dict(Counter(outcome.first or "nothing" for outcome in outcomes).most_common()),
        standing=sum(bool(set(outcome.pre) & klass.accepted) for outcome in outcomes),
        judged=sum(outcome.judged for outcome in outcomes) / len(outcomes) if outcomes else 1.0,
    )


def score_classes(outcomes: Sequence[Outcome]) -> list[ClassScore]:
    """Every class that was tried, in the order of the table of classes."""
    scores = []
    for klass in CLASSES.values():
        mine = [outcome for outcome in outcomes if outcome.klass == klass.name]
        if mine:
            scores.append(score_class(klass, mine))
    return scores


def by_disturbance(outcomes: Sequence[Outcome]) -> dict[str, dict[str, list[Outcome]]]:
    """Outcomes by disturbance, then by light; names of both sources side by side."""
    found: dict[str, dict[str, list[Outcome]]] = {}
    for outcome in outcomes:
        lights = found.setdefault(f"{outcome.source}: {outcome.disturbance}", {light: [] for light in LIGHTS})
        lights[outcome.light].append(outcome)
    return found


class FalseScore(NamedTuple):
    """False findings of one level over some cameras. Rates per camera and day; `upper` is the bound at 95 %."""

    label: str
    cameras: int
    days: float
    total: int
    rate: float
    upper: float
    kinds: dict[str, int]
    active: dict[str, int]

    @property
    def a_week(self) -> float:
        return self.rate * 7


def score_days(label: str, days: Sequence[Day], daily: bool) -> FalseScore:
    """False alarms (or, `daily`, false findings of the daily list) of these days."""
    alarms: list[FalseAlarm] = [a for day in days for a in day.alarms if a.daily == daily and not a.merged]
    total = sum(day.days for day in days)
    return FalseScore(
        label=label,
        cameras=len({(day.source, day.camera, day.seed) for day in days}),
        days=total,
        total=len(alarms),
        rate=len(alarms) / total if total else 0.0,
        upper=poisson_upper(len(alarms)) / total if total else 0.0,
        kinds=dict(Counter(alarm.kind for alarm in alarms).most_common()),
        active=dict(Counter(cause for alarm in alarms for cause in alarm.active or ["nothing"]).most_common()),
    )


def false_scores(days: Sequence[Day]) -> list[FalseScore]:
    """Alarms and daily findings: of ordinary cameras, of changing sites, and by source."""
    scores = []
    sources = dict.fromkeys(day.source for day in days)
    groups = [("ordinary", [day for day in days if not day.changing]), ("changing", [d for d in days if d.changing])]
    groups += [(source, [day for day in days if day.source == source]) for source in sources]
    for label, group in groups:
        if group:
            scores += [score_days(f"{label}: alarms", group, False), score_days(f"{label}: daily list", group, True)]
    return scores


class Verdict(NamedTuple):
    """One goal of the product against what was measured."""

    name: str
    goal: str
    measured: str
    met: bool


def check_goals(outcomes: Sequence[Outcome], days: Sequence[Day]) -> list[Verdict]:
    """Every goal that this run can speak to."""
    verdicts = []
    for score in score_classes(outcomes):
        if score.klass.goal is not None:
            verdicts += _recall_goals(score, score.klass.goal)
    ordinary = [day for day in days if not day.changing]
    changing = [day for day in days if day.changing]
    for label, group, limit in (
        ("false alarms", ordinary, FALSE_ALARMS_A_WEEK),
        ("false alarms, changing site", changing, FALSE_ALARMS_A_WEEK_CHANGING),
    ):
        if group:
            found = score_days(label, group, False)
            measured = (
                f"{found.a_week:.1f} a camera-week ({found.total} in {found.days:g} days; ≤ {found.upper * 7:.1f})"
            )
            verdicts.append(Verdict(label, f"< {limit:g} a camera-week", measured, found.a_week < limit))
    return verdicts


def _recall_goals(score: ClassScore, goal: Goal) -> list[Verdict]:
    verdicts = []
    for light in LIGHTS:
        recall = score.lights[light]
        if recall.share is not None:
            verdicts.append(
                Verdict(
                    f"{score.klass.name}, {light}",
                    f"≥ {goal.recall(light):.2f} in {duration(goal.within_s)}",
                    f"{recall.share:.2f} ({recall.hits} of {recall.total}; {recall.low:.2f}–{recall.high:.2f})",
                    recall.share >= goal.recall(light),
                )
            )
    return verdicts


def duration(seconds: float) -> str:
    """In seconds, or in hours from one on."""
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds:g} s"
