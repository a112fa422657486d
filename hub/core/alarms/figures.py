"""The figures by which an alarm system is judged, as IEC 62682 / ISA-18.2 and EEMUA 191 define them.

An alarm counts each time it is raised, and where it disturbs somebody: not while it is shelved, suppressed, out of
service or chattering. A domain's operators are one post; what is about no camera comes to the operators of every domain
and counts at each. Every share is given with what it is a share of.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import ceil
from types import MappingProxyType

import msgspec

from hub.core.alarms.arrivals import FLOOD_ABOVE
from hub.core.alarms.events import PRIORITIES, Priority
from hub.core.alarms.model import Alarm
from hub.core.alarms.tally import HOUR, SLOT, SLOTS_AN_HOUR, Hour, Judged, Source, Tally
from hub.core.kpi.figures import LEAST_COVERAGE

MOST_LISTED = 10

TARGETS: Mapping[str, float] = MappingProxyType(
    {
        "average": 1.0,
        "manageable": 2.0,
        "peak": 10.0,
        "flood_share": 0.01,
        "top_share": 0.05,
        "chattering": 0.0,
        "stale": 5.0,
    }
)
"""At most so much. EEMUA 191 and ISA-18.2: one alarm in ten minutes on average is very likely acceptable, two are the
most that can be managed; at most ten in any ten minutes; less than 1 % of the time in flood; the ten most frequent make
up 5 % at most; nothing chatters; fewer than five are stale."""

PRIORITY_TARGETS: Mapping[Priority, float] = MappingProxyType(
    {"critical": 0.01, "high": 0.05, "medium": 0.15, "low": 0.80}
)
"""The distribution that ISA-18.2 recommends for four priorities."""


class DeskFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One post (a domain's operators) over the period."""

    desk: str
    alarms: int
    slots: int
    """Periods of ten minutes since `counted_from_at`: what `average` and `flood_share` are counted over."""
    average: float
    """Alarms in ten minutes: `alarms` / `slots`."""
    peak: int
    """The most alarms in one period of ten minutes."""
    peak_at: datetime | None
    """When the first such period began; None without alarms."""
    flooded: int
    """Periods of ten minutes with more than ten alarms."""
    flood_share: float
    """`flooded` / `slots`."""


class Frequent(msgspec.Struct, frozen=True, kw_only=True):
    """What raises alarms often. `share` is of all alarms of the period."""

    rule: str
    subject: str
    kind: str
    camera: str | None
    times: int
    share: float


class PriorityShare(msgspec.Struct, frozen=True, kw_only=True):
    priority: Priority
    alarms: int
    share: float
    """Of all alarms of the period."""
    target: float


class Verdicts(msgspec.Struct, frozen=True, kw_only=True):
    """What people said of the alarms that were first raised in the period. `false_share` is of those judged, None when
    none was: alarms without a verdict are neither right nor wrong."""

    of: str
    """A camera, a kind of alarm or a rule; empty: all."""
    judged: int
    real: int
    false: int
    nuisance: int
    false_share: float | None


class AlarmFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a period, in whole hours; `to_at` is now where the last hour is not over."""

    from_at: datetime
    to_at: datetime
    counted_from_at: datetime
    """From when it is counted: the beginning of the period, or of the records where these are younger."""
    collecting: bool
    """The records do not cover enough of the period to judge it by its averages and shares of time."""
    alarms: int
    """How many disturbed somebody; each once, however many desks it came to."""
    quiet: int
    """How many were raised while they were laid aside or chattered; not among `alarms`."""
    desks: list[DeskFigures]
    standing: int
    """Alarms whose cause holds now, without those laid aside."""
    laid_aside: int
    """Shelved, suppressed or out of service now."""
    stale: int
    """Of those that stand now, for more than a day."""
    chattering: int
    """Of all, chattering now."""
    top: list[Frequent]
    top_share: float
    """Share of the ten most frequent together."""
    chattered: list[Frequent]
    """What began to chatter in the period, and how often; `share` is of all such beginnings."""
    priorities: list[PriorityShare]
    acknowledged: int
    """Acknowledgements in the period by which `acknowledge_*` are counted."""
    acknowledge_median_s: float | None
    """From the moment from which the alarm waited (raised, made more urgent, back from the shelf) to its
    acknowledgement; None when none was acknowledged."""
    acknowledge_p95_s: float | None
    verdicts: Verdicts
    by_camera: list[Verdicts]
    by_kind: list[Verdicts]
    by_rule: list[Verdicts]


def figures(
    tally: Tally,
    *,
    from_at: datetime,
    to_at: datetime,
    now: datetime,
    desks: Sequence[str],
    standing: Iterable[Alarm],
    sees: Callable[[str | None], bool] = lambda camera: True,
    began_at: datetime | None = None,
) -> AlarmFigures:
    """The figures of these desks from `from_at` (the beginning of its hour) to `to_at` (the end of its hour, or now).

    `standing`: the alarms of these desks that stand now. `sees`: whether what is about a camera may be named; what may
    not is counted all the same. `began_at`: since when anything is on record, None for ever; no average is over a time
    before it.
    """
    begin = _hour(from_at)
    end = min(now, _hour(to_at) + HOUR if to_at != _hour(to_at) else to_at)
    wanted = {"", *desks}
    counted_from = begin if began_at is None else min(max(begin, began_at), end)
    hours = [
        (at, domain, hour)
        for (at, domain), hour in tally.hours.items()
        if domain in wanted and begin <= at and at < end
    ]
    sources: Counter[Source] = Counter()
    chattered: Counter[Source] = Counter()
    priorities: Counter[Priority] = Counter()
    judged: dict[str, Judged] = {}
    delays: list[float] = []
    for _, _, hour in hours:
        sources.update(hour.sources)
        chattered.update(hour.chattered)
        priorities.update(hour.priorities)
        judged.update(hour.judged)
        delays += hour.acknowledge_s
    delays.sort()
    alarms = sources.total()
    now_standing = list(standing)
    top = _frequent(sources, alarms, sees)
    named = [each for each in judged.values() if sees(each.source.camera)]
    return AlarmFigures(
        from_at=begin,
        to_at=end,
        counted_from_at=counted_from,
        collecting=end - counted_from < LEAST_COVERAGE * (end - begin),
        alarms=alarms,
        quiet=sum(hour.quiet for _, _, hour in hours),
        desks=[_desk(desk, counted_from, end, hours) for desk in desks],
        standing=sum(alarm.active and not alarm.laid_aside for alarm in now_standing),
        laid_aside=sum(alarm.laid_aside for alarm in now_standing),
        stale=sum(alarm.stale for alarm in now_standing),
        chattering=sum(alarm.chattering for alarm in now_standing),
        top=top,
        top_share=_share(sum(times for _, times in sources.most_common(MOST_LISTED)), alarms),
        chattered=_frequent(chattered, chattered.total(), sees),
        priorities=[
            PriorityShare(
                priority=priority,
                alarms=priorities[priority],
                share=_share(priorities[priority], alarms),
                target=PRIORITY_TARGETS[priority],
            )
            for priority in PRIORITIES
        ],
        acknowledged=len(delays),
        acknowledge_median_s=percentile(delays, 0.5),
        acknowledge_p95_s=percentile(delays, 0.95),
        verdicts=_verdicts("", judged.values()),
        by_camera=_verdicts_by(named, lambda source: source.camera or ""),
        by_kind=_verdicts_by(named, lambda source: source.kind),
        by_rule=_verdicts_by(named, lambda source: source.rule),
    )


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest of `ordered` values that is not exceeded by this share of them (nearest rank); None of none.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5), percentile([1.0, 2.0, 3.0, 4.0], 0.95), percentile([], 0.5)
    (2.0, 4.0, None)
    """
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def _desk(desk: str, begin: datetime, end: datetime, hours: Sequence[tuple[datetime, str, Hour]]) -> DeskFigures:
    slots = max(1, ceil((end - begin) / SLOT))
    counted: Counter[datetime] = Counter()
    for at, domain, hour in hours:
        if domain in ("", desk):
            for number in range(SLOTS_AN_HOUR):
                if hour.slots[number]:
                    counted[at + number * SLOT] += hour.slots[number]
    alarms, peak = counted.total(), max(counted.values(), default=0)
    flooded = sum(count > FLOOD_ABOVE for count in counted.values())
    return DeskFigures(
        desk=desk,
        alarms=alarms,
        slots=slots,
        average=alarms / slots,
        peak=peak,
        peak_at=min((at for at, count in counted.items() if count == peak), default=None),
        flooded=flooded,
        flood_share=flooded / slots,
    )


def _frequent(sources: Counter[Source], of: int, sees: Callable[[str | None], bool]) -> list[Frequent]:
    seen = [each for each in sources.items() if sees(each[0].camera)]
    listed = sorted(seen, key=lambda each: (-each[1], each[0].rule, each[0].subject))
    return [
        Frequent(
            rule=source.rule,
            subject=source.subject,
            kind=source.kind,
            camera=source.camera,
            times=times,
            share=_share(times, of),
        )
        for source, times in listed[:MOST_LISTED]
    ]


def _verdicts_by(judged: Iterable[Judged], of: Callable[[Source], str]) -> list[Verdicts]:
    """Those with the most wrong alarms first."""
    grouped: dict[str, list[Judged]] = {}
    for each in judged:
        if name := of(each.source):
            grouped.setdefault(name, []).append(each)
    found = [_verdicts(name, those) for name, those in grouped.items()]
    return sorted(found, key=lambda each: (-(each.false + each.nuisance), -each.judged, each.of))[:MOST_LISTED]


def _verdicts(of: str, judged: Iterable[Judged]) -> Verdicts:
    count = Counter(each.verdict for each in judged)
    return Verdicts(
        of=of,
        judged=count.total(),
        real=count["real"],
        false=count["false"],
        nuisance=count["nuisance"],
        false_share=_share(count["false"], count.total()) if count else None,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
