"""The figures of any period: what is counted from the record, added up for the site, its domains or its cameras.

Cameras' time, recordings, what is handed out of them, and work at posts are counted here; alarms, tickets and rounds by
the books of their own. A camera that was lost long ago is lost still, so the journal is read from its beginning, once
after a start. What was counted of the last `MOST_DAYS` days stays in memory, about a third of a kilobyte a camera and
day.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hub.core.assets.register import register
from hub.core.assets.sight import asset_sight
from hub.core.catalogue import HubStarted
from hub.core.event import Record
from hub.core.kpi import availability, footage, recording, work
from hub.core.kpi.availability import Availability
from hub.core.kpi.counted import Counted, alarms_of, archives_of, repairs_of, rounds_of
from hub.core.kpi.definitions import FIGURES, USUAL_TARGETS
from hub.core.kpi.figures import LEAST_COVERAGE, By, FiguresView
from hub.core.kpi.footage import Footage
from hub.core.kpi.groups import groups_of
from hub.core.kpi.ratios import figures_of
from hub.core.kpi.recording import Recorded
from hub.core.kpi.work import Work
from hub.core.people.account import Account
from hub.core.people.rights import sight
from hub.core.recorded import Span
from hub.core.state import State
from hub.core.walltime import midnight
from hub.server.books.alarms import AlarmBook
from hub.server.books.book import LONGEST_S, Book, Records
from hub.server.books.rounds import RoundBook
from hub.server.books.tickets import TicketBook

MOST_DAYS = 400
TYPES = tuple(sorted({*availability.TYPES, *recording.TYPES, *work.TYPES, *footage.TYPES}))
_DAY = timedelta(days=1)
_LOOK_BACK = 200
_START_UP = timedelta(seconds=60)


class FigureBook:
    """Answers one question at a time. It reads the journal: call it from a thread other than the event loop's."""

    def __init__(
        self, records: Records, timezone: Callable[[], str], alarms: AlarmBook, tickets: TicketBook, rounds: RoundBook
    ) -> None:
        self._records = records
        self._timezone = timezone
        self._alarms = alarms
        self._tickets = tickets
        self._rounds = rounds
        self._zone = ""
        self._book = Book(records, TYPES, self._take)
        self._availability = Availability(ZoneInfo("UTC"))
        self._recorded = Recorded()
        self._work = Work(ZoneInfo("UTC"))
        self._footage = Footage(ZoneInfo("UTC"))
        self._dropped_on = date.min

    def figures(
        self,
        account: Account,
        state: State,
        *,
        first: date,
        last: date,
        by: By = "site",
        unbroken_since: Mapping[str, datetime | None] | None = None,
    ) -> FiguresView:
        """The figures of the days from `first` to `last` of what the account may see.

        `unbroken_since`: since when each camera that is to be recorded now has been recorded without a gap. Raises
        `SiteError` while the past is still being counted.
        """
        timezone = self._timezone()
        zone = ZoneInfo(timezone)
        span = Span(midnight(first, zone), midnight(last + _DAY, zone))
        now = self._records.clock.now()
        counted = self._counted(account, state, _Period(first, last, timezone, span, now), unbroken_since or {})
        scheme = state.reviews.scheme
        targets = {target.figure: target for target in (scheme.targets if scheme is not None else ()) or USUAL_TARGETS}
        least = scheme.watched_share if scheme is not None else LEAST_COVERAGE
        sees = sight(account, state.site)
        groups = groups_of(
            state.site, state.duty.roster, by, sees=sees, domains=sorted(account.domains), counted=counted.cameras
        )
        over = span.to_at <= now
        found = tuple(figures_of(group, counted, targets, over=over, least_coverage=least) for group in groups)
        ids = {figure.id for group in found for figure in group.figures}
        about = {figure.about for group in found for figure in group.figures}
        return FiguresView(
            from_at=span.from_at,
            to_at=span.to_at,
            counted_to_at=counted.to_at,
            over=over,
            timezone=timezone,
            by=by,
            least_coverage=least,
            definitions=tuple(each for each in FIGURES if each.id in ids),
            groups=found,
            camera_names={camera.id: camera.name for camera in state.site.cameras if camera.id in about},
        )

    def _counted(
        self, account: Account, state: State, period: "_Period", unbroken_since: Mapping[str, datetime | None]
    ) -> Counted:
        until_s = self._records.clock.monotonic() + LONGEST_S
        span, now = period.span, period.now
        seen, shown = sight(account, state.site), asset_sight(account, state)
        end = max(span.from_at, min(span.to_at, now))
        with self._alarms.tallied(state, span.from_at, until_s=until_s) as tally:
            alarms = alarms_of(tally, span.from_at, end)
        runs = self._tickets.runs(seen, state, until_s=until_s)
        told = [each for each in self._rounds.history(state, until_s=until_s) if seen(each.camera)]
        with self._book.alone():
            self._follow(period.timezone, state.position, now, until_s)
            cameras = self._availability.between(period.first, period.last, now)
            recorded = self._recorded.between(span, now)
            work, permits = self._work.between(period.first, period.last), self._work.permits(period.first, period.last)
            handled = self._footage.between(period.first, period.last)
            began_at = self._availability.began_at
        return Counted(
            from_at=span.from_at,
            to_at=end,
            began_at=began_at,
            now=now,
            cameras=cameras,
            recorded=recorded,
            unbroken_since=unbroken_since,
            alarms=alarms,
            repairs=repairs_of(runs, span.from_at, end),
            rounds=rounds_of(told, span.from_at, end, now),
            work=work,
            permits=permits,
            footage=handled,
            archives=archives_of((asset for asset in register(state).values() if shown(asset)), state.cameras),
        )

    def _follow(self, timezone: str, position: int, now: datetime, until_s: float) -> None:
        zone = ZoneInfo(timezone)
        if timezone != self._zone:
            self._zone = timezone
            self._availability, self._recorded = Availability(zone), Recorded()
            self._work, self._footage = Work(zone), Footage(zone)
            self._book.position = 0
        self._book.follow(position, until_s=until_s)
        today = now.astimezone(zone).date()
        if today != self._dropped_on:
            self._dropped_on, oldest = today, today - MOST_DAYS * _DAY
            self._availability.drop_before(oldest)
            self._recorded.drop_before(midnight(oldest, zone))
            self._work.drop_before(oldest)
            self._footage.drop_before(oldest)

    def _take(self, record: Record) -> None:
        if isinstance(record.event, HubStarted) and record.event.last_stop == "unclean":
            # The hub ran at least until its last record, whatever that was about. What was written just before its
            # start is of the new run, which does what is overdue first.
            before = self._records.read_last(_LOOK_BACK, before=record.seq)
            for each in before:
                if record.seen_at - each.seen_at > _START_UP:
                    self._availability.seen(each.seen_at)
        self._availability.take([record])
        self._recorded.take(record)
        self._work.take(record)
        self._footage.take(record)


class _Period(NamedTuple):
    """Days of the site, and the time from the beginning of the first to the end of the last."""

    first: date
    last: date
    timezone: str
    span: Span
    now: datetime
