"""Makes a report: has everything counted that stands in it, for the eyes of one person."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from hub.config.clauses import CLAUSES
from hub.core.assets.sight import sees_asset
from hub.core.catalogue import CATALOGUE
from hub.core.event import wire_name
from hub.core.kpi.figures import By, FiguresView
from hub.core.people.account import Account
from hub.core.people.rights import sight, visible
from hub.core.recorded import Span
from hub.core.reports import tables
from hub.core.reports.compose import Counts, by_clause, by_subject, compose
from hub.core.reports.model import Column, Report, Table
from hub.core.reports.period import Days, Kind, before
from hub.core.reports.sections import PLANS, expanded
from hub.core.reports.subjects import subject_name
from hub.core.reviews.events import PersonReviewed
from hub.core.rounds.ledger import counts as round_counts
from hub.core.served import RECORDS
from hub.core.state import State
from hub.core.text import Text
from hub.errors import NotFound
from hub.server.backend import Backend
from hub.server.books.alarms import AlarmBook
from hub.server.books.book import LONGEST_S, last_before
from hub.server.books.figures import FigureBook
from hub.server.books.past import PastBook
from hub.server.books.rounds import RoundBook
from hub.server.books.tickets import TicketBook
from hub.server.concerns import Concerns
from hub.server.reports.records import count_records, in_period
from hub.server.reports.unknown import unknown_of
from hub.server.views.state import sees_everything

MOST_DAYS_BACK = 366
"""Figures are counted over 400 days, and a report looks at the month before as well."""
_DAY = timedelta(days=1)
_TREND_S = 4.0
"""How long counting day by day may take; a report without its curves is better than none."""
_TREND_DAYS = 14
"""A report of one day shows how it went in the days before."""
_NO_TREND = Text(
    en="The days were not counted one by one: it would have taken too long. Ask again in a moment.",
    zh="逐日统计耗时过长，本次未列出每日变化，请稍后重试。",
)


class ReportMaker:
    """Makes one report at a time. It reads the journal: call it from a thread other than the event loop's."""

    def __init__(
        self,
        backend: Backend,
        concerns: Concerns,
        *,
        figures: FigureBook,
        alarms: AlarmBook,
        tickets: TicketBook,
        rounds: RoundBook,
    ) -> None:
        self._backend = backend
        self._concerns = concerns
        self._figures = figures
        self._alarms = alarms
        self._tickets = tickets
        self._rounds = rounds
        self._past = PastBook(backend)

    def make(
        self,
        account: Account,
        state: State,
        kind: Kind,
        days: Days,
        *,
        clause: str = "",
        unbroken_since: Mapping[str, datetime | None],
    ) -> Report:
        """The report of these days as the account may see it.

        Raises `NotFound` for a clause that there is not, and `SiteError` while the past is still being counted.
        """
        if clause and clause not in CLAUSES:
            raise NotFound(f"There is no clause {clause[:20]}.", hint=f"There are: {', '.join(CLAUSES)}.")
        clock = self._backend.clock

        def figures(first: date, last: date, by: By = "site") -> FiguresView:
            return self._figures.figures(account, state, first=first, last=last, by=by, unbroken_since=unbroken_since)

        view = figures(days.first, days.last)
        then = self._past.state(state, last_before(self._backend, view.to_at, state.position))
        earlier = before(kind, days)
        trend: dict[date, FiguresView] = {}
        remarks: dict[str, list[Text]] = {}
        ends_s = clock.monotonic() + _TREND_S
        today = clock.now().astimezone(ZoneInfo(view.timezone)).date()
        for day in _trend_days(kind, days, today, clause=clause):
            trend[day] = figures(day, day)
            if clock.monotonic() > ends_s:
                trend.clear()
                remarks["unknown"] = [_NO_TREND]
                break
        span = Span(view.from_at, view.to_at)
        counted = count_records(self._backend, self._concerns, account, state, span, _types(kind, clause))
        counts = Counts(
            site=state.site.name,
            days=days,
            figures=view,
            before=figures(earlier.first, earlier.last),
            by_day=trend,
            records={name: counted[name] for name in CATALOGUE if counted[name]},
            remarks=remarks,
            made_at=clock.now(),
            position=state.position,
            made_for="" if account.role == "reader" else account.name,
            domains=tuple(account.domains),
            limited=not sees_everything(account),
        )
        if kind == "clause" and not clause:
            counts = replace(counts, tables=self._rule_tables())
            return compose(kind, counts, by_clause(counts, CLAUSES, RECORDS))
        groups = {by: figures(days.first, days.last, by) for by in _BY}
        found = self._tables(account, then, view, groups)
        if kind == "clause":
            serving = [table for plan in PLANS if clause in plan.clauses for table in found.get(plan.id, ())]
            counts = replace(counts, tables={clause: [*serving, *self._rule_tables().get(clause, ())]})
            return compose(kind, counts, by_clause(counts, CLAUSES, RECORDS, only=clause), clause=clause)
        counts = replace(counts, tables=found)
        return compose(kind, counts, by_subject(counts))

    def _tables(
        self, account: Account, state: State, view: FiguresView, groups: Mapping[By, FiguresView]
    ) -> dict[str, Sequence[Table]]:
        """`state`: as it was when the period was over."""
        sees, seen = sight(account, state.site), visible(account, state)
        names = {camera.id: camera.name for camera in state.site.cameras if sees(camera.id)}
        until_s = self._backend.clock.monotonic() + LONGEST_S
        end = max(view.from_at, min(view.to_at, view.counted_to_at))
        told = [each for each in self._rounds.history(state, until_s=until_s) if sees(each.camera)]
        alarms = self._alarms.figures(account, state, from_at=view.from_at, to_at=end)
        titles = {rule.id: rule.title for rule in self._backend.rules()}
        standing = [each for each in state.assets.proposals.values() if sees_asset(account, each.asset, state)]
        mine = [each for each in (*state.permits.past, *state.permits.permits.values()) if all(map(sees, each.cameras))]

        def called(camera: str | None, subject: str) -> Text:
            return subject_name(camera, subject, names, state)

        found: dict[str, Sequence[Table]] = {
            "availability": [tables.groups(groups[by], title) for by, title in _BY.items() if groups[by].groups],
            "alarms": tables.frequent_alarms(alarms, titles, called),
            "repairs": tables.open_tickets(seen.tickets.values(), called, over=view.over),
            "rounds": tables.rounds(round_counts(told, view.from_at, end, view.counted_to_at)),
            "permits": tables.permits(mine, names, view.from_at, view.to_at),
            "releases": tables.releases(state.releases, names, sees, view.from_at, view.to_at),
            "assets": tables.proposals(standing, over=view.over),
            "unknown": unknown_of(self._backend, seen, view, groups["camera"]),
        }
        if account.role == "reader" or account.rights & {"lead", "administer"}:
            reviewed = in_period(self._backend, state, Span(view.from_at, end), (wire_name(PersonReviewed),))
            points = tables.points(each.event for each in reviewed if isinstance(each.event, PersonReviewed))
            found["assessment"] = [*tables.reviews(state.reviews), *points]
        return found

    def _rule_tables(self) -> Mapping[str, Sequence[Table]]:
        """The rules in force, by the clause that they serve."""
        found: dict[str, list[tuple[Text, str]]] = {}
        for rule in self._backend.rules():
            if rule.clause:
                found.setdefault(rule.clause, []).append((rule.title, rule.id))
        columns = (
            Column(title=Text(en="Rule in force", zh="生效规则")),
            Column(title=Text(en="Id", zh="标识")),
        )
        title = Text(en="Rules that serve it", zh="对应规则")
        return {
            clause: [Table(id=f"rules-{clause}", title=title, columns=columns, rows=tuple(rows))]
            for clause, rows in found.items()
        }


_BY: dict[By, Text] = {
    "domain": Text(en="By domain", zh="按业务域"),
    "department": Text(en="By department", zh="按部门"),
    "camera": Text(en="By camera, the worst first", zh="按摄像机（由差到好）"),
}


def _trend_days(kind: Kind, days: Days, today: date, *, clause: str) -> list[date]:
    """The days whose curve a report shows: its own up to today; of a report of one day, those before it as well."""
    if kind == "clause" and not clause:
        return []
    shown = Days(days.last - (_TREND_DAYS - 1) * _DAY, days.last) if kind == "daily" else days
    return [day for day in shown.each() if day <= today]


def _types(kind: Kind, clause: str) -> tuple[str, ...]:
    if kind == "clause":
        patterns = [name for of, names in RECORDS.items() if clause in ("", of) for name in names]
    else:
        patterns = [name for plan in PLANS for name in plan.records]
    return expanded(patterns, CATALOGUE)
