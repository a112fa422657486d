"""What a report could not judge, and why: it is told of the period, and never left out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from hub.core.kpi.figures import FiguresView
from hub.core.recorded import Span
from hub.core.reports.model import Cell, Table
from hub.core.reports.tables import CAMERA, MOST_ROWS, REASON, column, some
from hub.core.reports.words import NOT_JUDGED
from hub.core.text import Text


class Outage(NamedTuple):
    """A time in which the hub did not run."""

    from_at: datetime
    to_at: datetime
    why: Text


BEFORE = Text(en="the record had not begun", zh="尚无记录")
STOPPED = Text(en="the hub was stopped", zh="系统被停止")
BROKE_OFF = Text(en="the hub broke off", zh="系统意外中断")


def outages(found: Iterable[Outage], span: Span) -> list[Table]:
    """When nothing was watched at all, oldest first."""
    rows: list[tuple[Cell, ...]] = []
    for each in found:
        begin, end = max(each.from_at, span.from_at), min(each.to_at, span.to_at)
        if begin < end:
            rows.append((begin.isoformat(), end.isoformat(), (end - begin).total_seconds(), each.why))
    columns = (
        column(Text(en="From", zh="自"), "at"),
        column(Text(en="To", zh="至"), "at"),
        column(Text(en="Time", zh="时长"), "s"),
        column(REASON),
    )
    return some("not-watched", Text(en="When nothing was watched", zh="未监视的时段"), columns, rows[:MOST_ROWS])


def not_judged(
    by_camera: FiguresView, reasons: Mapping[str, Collection[str]], now: Mapping[str, str], *, over: bool
) -> list[Table]:
    """The cameras with a signal whose picture was not judged, the longest first.

    `reasons`: of each camera, why it was not judged, once for each time. `now`: why it is not judged at the end; none
    where it is.
    """
    found: list[tuple[float, tuple[Cell, ...]]] = []
    for group in by_camera.groups:
        figure = group.figure("not_judged")
        seconds = figure.numerator if figure is not None else 0.0
        if seconds > 0 or group.id in now:
            why = Counter([*reasons.get(group.id, ()), *([] if reasons.get(group.id) else [now.get(group.id, "")])])
            last = now.get(group.id)
            share = figure.value if figure is not None else None
            ends = _reason(last) if last is not None else Text(en="judged", zh="已诊断")
            found.append((-seconds, (group.name, seconds, share, _together(why), ends)))
    columns = (
        column(CAMERA),
        column(Text(en="Not judged for", zh="未诊断时长"), "s"),
        column(Text(en="Of its watched time", zh="占被监视时间"), "share"),
        column(REASON),
        column(Text(en="At the end", zh="期末") if over else Text(en="Now", zh="当前")),
    )
    rows = [row for _, row in sorted(found, key=lambda each: each[0])]
    return some("cameras-not-judged", Text(en="Pictures not judged", zh="未诊断的摄像机"), columns, rows)


def undecided(view: FiguresView) -> list[Table]:
    """The figures that cannot be judged: nothing was counted, or not enough was watched."""
    rows: list[tuple[Cell, ...]] = []
    for figure in view.groups[0].figures:
        known = view.definition(figure.id)
        if known is None or (figure.value is not None and figure.verdict != "collecting"):
            continue
        if figure.value is None:
            why = Text(en="nothing was counted", zh="无可统计的数据")
        elif view.over:
            why = Text(en="too little of the period was watched", zh="监视时间不足")
        else:
            why = Text(en="the period is not over", zh="统计期未结束")
        rows.append((known.name, why))
    columns = (column(Text(en="Figure", zh="指标")), column(REASON))
    return some("figures-not-judged", Text(en="Figures that cannot be judged", zh="无法判定的指标"), columns, rows)


def _together(why: Counter[str]) -> Text:
    said = [(_reason(name), times) for name, times in why.most_common() if name]
    return Text(
        en=", ".join(f"{each.en}{f' ({times} times)' if times > 1 else ''}" for each, times in said),
        zh="、".join(f"{each.in_('zh_CN')}{f'（{times} 次）' if times > 1 else ''}" for each, times in said),
    )


def _reason(name: str) -> Text:
    return NOT_JUDGED.get(name, Text(en=name))
