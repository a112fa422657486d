"""Puts a report together from what was counted. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from hub.core.kpi.definitions import FIGURES
from hub.core.kpi.figures import FiguresView, GroupFigures
from hub.core.reports.model import Counting, Line, Report, Section, Table, TimeShares
from hub.core.reports.period import Days, Kind
from hub.core.reports.sections import CLAUSE_FIGURES, ENTRIES, PLANS, expanded
from hub.core.text import Text


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted for a report."""

    site: Text
    days: Days
    figures: FiguresView
    """Of the whole site."""
    before: FiguresView | None = None
    by_day: Mapping[date, FiguresView] = {}
    """Empty where the days were not counted one by one."""
    records: Mapping[str, int] = {}
    """How many of each kind the period has, by wire name."""
    tables: Mapping[str, Sequence[Table]] = {}
    """By section."""
    remarks: Mapping[str, Sequence[Text]] = {}
    made_at: datetime
    position: int
    """The newest record that was taken into account."""
    made_for: str = ""
    domains: tuple[str, ...] = ()
    limited: bool = False


def compose(kind: Kind, counts: Counts, sections: tuple[Section, ...], *, clause: str = "") -> Report:
    """The report with these sections."""
    view = counts.figures
    group = view.groups[0]
    wanted = {line.figure.id for section in sections for line in section.lines}
    return Report(
        kind=kind,
        clause=clause,
        site=counts.site,
        timezone=view.timezone,
        first=counts.days.first,
        last=counts.days.last,
        from_at=view.from_at,
        to_at=view.to_at,
        counted_to_at=view.counted_to_at,
        over=view.over,
        made_at=counts.made_at,
        position=counts.position,
        made_for=counts.made_for,
        domains=counts.domains,
        limited=counts.limited,
        cameras=group.cameras,
        coverage=group.coverage,
        least_coverage=view.least_coverage,
        trend_days=tuple(counts.by_day),
        time=time_shares(group),
        sections=sections,
        definitions=tuple(each for each in FIGURES if each.id in wanted),
        camera_names=view.camera_names,
    )


def by_subject(counts: Counts) -> tuple[Section, ...]:
    """The parts of a report of a period."""
    return tuple(
        Section(
            id=plan.id,
            title=plan.title,
            clauses=plan.clauses,
            lines=_lines(plan.figures, counts),
            tables=tuple(counts.tables.get(plan.id, ())),
            counted=_counted(plan.records, counts.records),
            remarks=tuple(counts.remarks.get(plan.id, ())),
        )
        for plan in PLANS
    )


def by_clause(
    counts: Counts, clauses: Mapping[str, Text], records: Mapping[str, Sequence[str]], *, only: str = ""
) -> tuple[Section, ...]:
    """A part for each clause, or for one `only`. `records`: patterns of wire names by clause."""
    return tuple(
        Section(
            id=f"clause-{clause}",
            title=Text(en=f"{clause}  {says.en}", zh=f"{clause}　{says.in_('zh_CN')}"),
            clauses=(clause,),
            lines=_lines(CLAUSE_FIGURES.get(clause, ()), counts),
            tables=tuple(counts.tables.get(clause, ())),
            counted=_counted(records.get(clause, ()), counts.records),
            remarks=tuple(counts.remarks.get(clause, ())),
        )
        for clause, says in clauses.items()
        if only in ("", clause)
    )


def time_shares(group: GroupFigures) -> TimeShares:
    """What the time of a group's cameras was."""
    online, good = group.figure("online_time"), group.figure("picture_watched")
    not_judged, unwatched = group.figure("not_judged"), group.figure("unwatched")
    if online is None or good is None or not_judged is None or unwatched is None:
        return TimeShares()
    return TimeShares(
        good_s=good.numerator,
        faulty_s=max(0.0, online.numerator - good.numerator - not_judged.numerator),
        not_judged_s=not_judged.numerator,
        no_signal_s=online.denominator - online.numerator,
        unwatched_s=unwatched.numerator,
    )


def _lines(figures: Sequence[str], counts: Counts) -> tuple[Line, ...]:
    group = counts.figures.groups[0]
    return tuple(
        Line(
            figure=figure,
            before=_before(counts.before, name),
            days=tuple(_value(view, name) for view in counts.by_day.values()),
            entries=ENTRIES.get(name, ()),
        )
        for name in figures
        if (figure := group.figure(name)) is not None
    )


def _before(view: FiguresView | None, figure: str) -> float | None:
    """A figure of the period before; None where too little of that was watched, or it is never of a period."""
    known = view.definition(figure) if view is not None else None
    if view is None or known is None or known.judged_by == "now":
        return None
    little = known.judged_by == "coverage" and view.groups[0].coverage < view.least_coverage
    return None if little else _value(view, figure)


def _value(view: FiguresView | None, figure: str) -> float | None:
    found = view.groups[0].figure(figure) if view is not None and view.groups else None
    return found.value if found is not None else None


def _counted(patterns: Sequence[str], records: Mapping[str, int]) -> tuple[Counting, ...]:
    return tuple(Counting(name, records[name]) for name in expanded(patterns, records) if records[name])
