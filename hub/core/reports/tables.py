"""The tables of a report: cameras, groups, and what stands open at its end. What the reader may not see is left out
before."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from hub.core.alarms.figures import AlarmFigures
from hub.core.assets.model import Proposal
from hub.core.kpi.figures import FiguresView, GroupFigures
from hub.core.permits.model import Permit
from hub.core.releases.model import Releases
from hub.core.reports.model import Cell, CellKind, Column, Table
from hub.core.reports.words import DOMAINS, PERMITS, PROPOSALS, RELEASES, REVIEWS, TICKETS
from hub.core.reviews.events import PersonReviewed
from hub.core.reviews.model import Reviews
from hub.core.reviews.points import Point
from hub.core.rounds.ledger import RoundCount
from hub.core.text import Text
from hub.core.tickets.model import Ticket

Sees = Callable[[str | None], bool]
Called = Callable[[str | None, str], Text]
"""What a camera, or else a subject, is called."""
MOST_ROWS = 500
"""Of a table of what stands open; the newest are kept."""
_COMPARED = ("online_time", "picture_watched", "not_judged", "recording")
_ID = Text(en="No.", zh="编号")
CAMERA = Text(en="Camera", zh="摄像机")
_CAMERAS = Text(en="Cameras", zh="摄像机")
_STATE = Text(en="State", zh="状态")
_SINCE = Text(en="Since", zh="起始时间")
REASON = Text(en="Reason", zh="原因")


def groups(view: FiguresView, title: Text) -> Table:
    """Cameras, domains or departments beside each other, the worst first."""
    columns = [column(Text(en="Name", zh="名称")), *([column(_CAMERAS, "number")] if view.by != "camera" else [])]
    columns += [
        Column(title=known.name, kind="share") for name in _COMPARED if (known := view.definition(name)) is not None
    ]
    shown = [name for name in _COMPARED if view.definition(name) is not None]
    rows: list[tuple[Cell, ...]] = []
    for group in sorted(view.groups, key=_badness):
        count: tuple[Cell, ...] = (group.cameras,) if view.by != "camera" else ()
        values = (group.figure(name) for name in shown)
        rows.append((group.name, *count, *(figure.value if figure is not None else None for figure in values)))
    return Table(id=f"by-{view.by}", title=title, columns=tuple(columns), rows=tuple(rows))


def _badness(group: GroupFigures) -> tuple[float, float, str]:
    """Sorts the worst first: by signal, then by recording."""
    online, recorded = group.figure("online_time"), group.figure("recording")
    values = [2.0 if figure is None or figure.value is None else figure.value for figure in (online, recorded)]
    return values[0], values[1], group.id


def frequent_alarms(figures: AlarmFigures, titles: Mapping[str, Text], called: Called) -> list[Table]:
    """What raised alarms most often, and what of it people judged false. `titles`: by rule."""
    verdicts = {each.of: each for each in figures.by_rule}
    top = tuple(
        (
            titles.get(each.rule, Text(en=each.rule)),
            called(each.camera, each.subject),
            each.times,
            each.share,
        )
        for each in figures.top
    )
    judged = tuple(
        (titles.get(rule, Text(en=rule)), each.judged, each.false, each.nuisance, each.false_share)
        for rule, each in verdicts.items()
    )
    rule = column(Text(en="Rule", zh="规则"))
    found = [
        Table(
            id="alarms-top",
            title=Text(en="Most frequent", zh="最频繁的报警"),
            columns=(
                rule,
                column(Text(en="About", zh="对象")),
                column(Text(en="Times", zh="次数"), "number"),
                column(Text(en="Of all", zh="占比"), "share"),
            ),
            rows=top,
        ),
        Table(
            id="alarms-judged",
            title=Text(en="As judged by people", zh="人工判定"),
            columns=(
                rule,
                column(Text(en="Judged", zh="已判定"), "number"),
                column(Text(en="False", zh="误报"), "number"),
                column(Text(en="Nuisance", zh="扰报"), "number"),
                column(Text(en="False share", zh="误报率"), "share"),
            ),
            rows=judged,
            note=Text(
                en="Alarms without a verdict are neither right nor wrong.", zh="未判定的报警不计为属实，也不计为误报。"
            ),
        ),
    ]
    return [table for table in found if table.rows]


def open_tickets(tickets: Iterable[Ticket], called: Called, *, over: bool) -> list[Table]:
    """The faults that are not closed, oldest first; `over`: as it was when the period was."""
    rows = tuple(
        (
            ticket.id,
            ticket.title,
            called(ticket.camera, ticket.subject),
            TICKETS.get(ticket.state, Text(en=ticket.state)),
            _at(ticket.since_at),
            _at(ticket.estimate_at),
            Text(en="yes", zh="是") if ticket.overdue else None,
        )
        for ticket in sorted(tickets, key=lambda each: each.since_at)[:MOST_ROWS]
    )
    columns = (
        column(_ID, "id"),
        column(Text(en="Fault", zh="故障")),
        column(Text(en="About", zh="对象")),
        column(_STATE, "id"),
        column(_SINCE, "at"),
        column(Text(en="Estimate", zh="预计完成"), "at"),
        column(Text(en="Overdue", zh="超期")),
    )
    title = Text(en="Open at its end", zh="期末未关闭") if over else Text(en="Open now", zh="当前未关闭")
    return some("tickets-open", title, columns, rows)


def rounds(found: Iterable[RoundCount]) -> list[Table]:
    """How the rounds of each kind were kept."""
    rows = tuple(
        (each.title, each.team, each.in_time, each.late, each.missed, each.cancelled, each.bad, each.in_time_share)
        for each in found
    )
    columns = (
        column(Text(en="Round", zh="巡检")),
        column(Text(en="Team", zh="班组")),
        column(Text(en="In time", zh="按时"), "number"),
        column(Text(en="Late", zh="迟完成"), "number"),
        column(Text(en="Missed", zh="未做"), "number"),
        column(Text(en="Cancelled", zh="取消"), "number"),
        column(Text(en="Bad answers", zh="异常项"), "number"),
        column(Text(en="In time, share", zh="按时率"), "share"),
    )
    return some("rounds-by-kind", Text(en="By kind", zh="按种类"), columns, rows)


def permits(found: Iterable[Permit], names: Mapping[str, Text], from_at: datetime, to_at: datetime) -> list[Table]:
    """The permits with any part in the period, newest first."""
    mine = [each for each in found if each.from_at < to_at and each.to_at > from_at]
    rows = tuple(
        (
            each.id,
            _names(each.cameras, names),
            PERMITS.get(each.state, Text(en=each.state)),
            _at(each.from_at),
            _at(each.to_at),
            each.firm,
            each.reason,
        )
        for each in sorted(mine, key=lambda each: each.from_at, reverse=True)[:MOST_ROWS]
    )
    columns = (
        column(_ID, "id"),
        column(_CAMERAS),
        column(_STATE, "id"),
        column(Text(en="From", zh="自"), "at"),
        column(Text(en="To", zh="至"), "at"),
        column(Text(en="By", zh="单位")),
        column(REASON),
    )
    return some("permits-in-period", Text(en="In the period", zh="统计期内"), columns, rows)


def releases(book: Releases, names: Mapping[str, Text], sees: Sees, from_at: datetime, to_at: datetime) -> list[Table]:
    """The releases that were open or asked for in the period, newest first. To whom and why is for the register."""
    mine = [
        each
        for each in (*book.past, *book.releases.values())
        if all(sees(camera) for camera in each.cameras)
        and each.requested_at < to_at
        and (each.over_at is None or each.over_at >= from_at)
    ]
    rows = tuple(
        (
            each.id,
            RELEASES.get(each.kind, Text(en=each.kind)),
            _names(each.cameras, names),
            RELEASES.get(each.state, Text(en=each.state)),
            _at(each.requested_at),
            _at(each.over_at),
        )
        for each in sorted(mine, key=lambda each: each.requested_at, reverse=True)[:MOST_ROWS]
    )
    columns = (
        column(_ID, "id"),
        column(Text(en="For", zh="类别")),
        column(_CAMERAS),
        column(_STATE, "id"),
        column(Text(en="Requested", zh="申请时间"), "at"),
        column(Text(en="Over", zh="结束时间"), "at"),
    )
    return some("releases-in-period", Text(en="In the period", zh="统计期内"), columns, rows)


def reviews(found: Reviews) -> list[Table]:
    """The reviews that are known, newest first: how many people, never who got what."""
    rows: list[tuple[Cell, ...]] = [
        (each.id, each.month, REVIEWS.get(each.state, Text(en=each.state)), len(each.people), len(each.waiting))
        for each in found.open.values()
    ]
    rows += [
        (each.id, each.month, REVIEWS.get(each.state, Text(en=each.state)), None, None)
        for each in reversed(found.past[-12:])
    ]
    columns = (
        column(_ID, "id"),
        column(Text(en="Month", zh="月份")),
        column(_STATE, "id"),
        column(Text(en="People", zh="人数"), "number"),
        column(Text(en="Appeals waiting", zh="待处理申诉"), "number"),
    )
    return some("reviews", Text(en="Reviews", zh="考核"), columns, tuple(rows))


def points(found: Iterable[PersonReviewed]) -> list[Table]:
    """For what points were given in the reviews that were made, by rule: how often and to how many, never to whom."""
    given: defaultdict[str, list[tuple[str, Point]]] = defaultdict(list)
    for each in found:
        for point in each.points:
            given[point.rule].append((each.person, point))
    rows = tuple(
        (
            of_rule[0][1].title,
            of_rule[0][1].clause,
            len(of_rule),
            len({person for person, _ in of_rule}),
            sum(point.points for _, point in of_rule),
        )
        for of_rule in sorted(given.values(), key=lambda each: (-len(each), each[0][1].rule))
    )
    columns = (
        column(Text(en="For", zh="事由")),
        column(Text(en="Clause", zh="条款"), "id"),
        column(Text(en="Times", zh="次数"), "number"),
        column(Text(en="People", zh="人数"), "number"),
        column(Text(en="Points", zh="分值"), "count"),
    )
    note = Text(
        en="As the reviews were made in the period, before appeals. Who got which points is in the review.",
        zh="按统计期内生成的考核，申诉前的分值；个人得分见考核记录。",
    )
    return some("review-points", Text(en="What points were given for", zh="得分事由"), columns, rows, note)


def proposals(found: Iterable[Proposal], *, over: bool) -> list[Table]:
    """The replacements that are proposed and not over, the most worn first; `over`: as it was when the period was."""
    rows = tuple(
        (
            each.id,
            each.name or each.asset,
            PROPOSALS.get(each.state, Text(en=each.state)),
            each.score,
            _at(each.proposed_at),
            len(each.signatures),
            _at(each.due_at),
        )
        for each in sorted(found, key=lambda each: -each.score)[:MOST_ROWS]
    )
    columns = (
        column(_ID, "id"),
        column(Text(en="Equipment", zh="设备")),
        column(_STATE, "id"),
        column(Text(en="Score", zh="评分"), "count"),
        column(Text(en="Proposed", zh="提出时间"), "at"),
        column(Text(en="Signatures", zh="会签"), "number"),
        column(Text(en="Due", zh="期限"), "at"),
    )
    title = (
        Text(en="Proposals to replace at its end", zh="期末更换建议")
        if over
        else Text(en="Proposals to replace", zh="更换建议")
    )
    return some("replacements", title, columns, rows)


def domains(names: Iterable[str]) -> Text:
    """Domains in words."""
    words = [DOMAINS.get(name, Text(en=name)) for name in names]
    return Text(en=", ".join(each.en for each in words), zh="、".join(each.in_("zh_CN") for each in words))


def some(
    name: str, title: Text, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], note: Text = Text(en="")
) -> list[Table]:
    """A table; none where it has no rows."""
    return [Table(id=name, title=title, columns=tuple(columns), rows=tuple(rows), note=note)] if rows else []


def column(title: Text, kind: CellKind = "text") -> Column:
    """A column with this title."""
    return Column(title=title, kind=kind)


def _at(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _names(cameras: Sequence[str], names: Mapping[str, Text]) -> Text:
    found = [names.get(camera, Text(en=camera)) for camera in cameras]
    return Text(en=", ".join(each.in_("en") for each in found), zh="、".join(each.in_("zh_CN") for each in found))
