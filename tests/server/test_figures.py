"""The figures over the real API: of what the reader may see, each with its denominator, and judged when it is time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from hub.client.figures import By, Figure, FiguresView, figures
from hub.core.alarms.commands import AcknowledgeAlarm, JudgeAlarm
from hub.core.catalogue import HubStarted, HubStopped, SiteConfigured
from hub.core.event import Record
from hub.core.findings import CameraJudged, SignalLost, SignalRestored
from hub.core.kpi.targets import Target
from hub.core.people.account import Account
from hub.core.recordings import RecordingGap, RecordingPlanned
from hub.core.reviews.events import AssessmentLoaded
from hub.core.reviews.scheme import Scheme
from hub.core.rounds.events import RoundDue
from hub.core.text import Text
from hub.errors import NotSignedIn, Refused, SiteError
from hub.server.books.alarms import AlarmBook
from hub.server.books.book import Book, last_before
from hub.server.books.figures import FigureBook
from hub.server.books.rounds import RoundBook
from hub.server.books.tickets import TicketBook
from hub.testing.clock import START
from tests.server.conftest import MemoryBackend, Plant

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = 3600.0
LEADER = Account("leader.ps", "Leader", "leader", ["production", "security"])


def day(number: int, hours: float = 0) -> datetime:
    """A time of the plant, counted from the beginning of the day on which the tests begin."""
    begin = START.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin + timedelta(days=number, hours=hours)


def go_to(plant: Plant, at: datetime) -> None:
    plant.clock.advance((at - plant.clock.now()).total_seconds())


def tomorrow(plant: Plant) -> None:
    """A whole day of the plant: the gate is lost for six hours; nothing else happens."""
    plant.backend.write(CameraJudged(camera="press-1"), CameraJudged(camera="gate-1"))
    plant.backend.write(*(RecordingPlanned(camera=camera, stream="watched") for camera in ("press-1", "gate-1")))
    plant.backend.write(SignalRestored(camera="press-1"), SignalRestored(camera="gate-1"))
    go_to(plant, day(1, 6))
    plant.backend.write(SignalLost(camera="gate-1", since_at=plant.clock.now()))
    go_to(plant, day(1, 12))
    plant.backend.write(SignalRestored(camera="gate-1"))
    plant.backend.write(RecordingGap(camera="gate-1", from_at=day(1, 6), to_at=day(1, 12), cause="camera"))
    go_to(plant, day(2))


def one(view: FiguresView, figure: str, group: str = "") -> Figure:
    found = next(each for each in view.groups if each.id == group).figure(figure)
    assert found is not None, figure
    return found


async def test_a_day_is_added_up_for_the_site_its_domains_departments_and_cameras(plant: Plant) -> None:
    tomorrow(plant)
    client = await plant.signed_in("leader.ps")

    async def period(by: By) -> FiguresView:
        return await figures(client, from_at=day(1), to_at=day(2), by=by)

    site = await period("site")
    assert (site.from_at, site.to_at, site.over) == (day(1), day(2), True)
    online = one(site, "online_time")
    assert (online.numerator, online.denominator, online.verdict) == (42 * HOUR, 48 * HOUR, "low")
    assert one(site, "online_probes").value == 42 / 48
    assert (one(site, "online_worst").about, one(site, "online_worst").value) == ("gate-1", 0.75)
    assert (one(site, "recording").numerator, one(site, "recording").denominator) == (42 * HOUR, 48 * HOUR)
    domains = await period("domain")
    assert [group.id for group in domains.groups] == ["production", "security"]
    assert one(domains, "online_time", "production").verdict == "good"
    departments = await period("department")
    assert one(departments, "online_time", "guards").value == 0.75
    cameras = await period("camera")
    assert one(cameras, "online_time", "press-1").value == 1.0
    assert one(cameras, "recording", "gate-1").value == 0.75
    assert {each.id for each in site.definitions} == {figure.id for figure in site.groups[0].figures}


async def test_a_period_that_goes_on_is_collecting_and_says_up_to_when_it_is_counted(plant: Plant) -> None:
    tomorrow(plant)
    view = await figures(await plant.signed_in("leader.ps"), from_at=day(1), to_at=day(4))
    assert (view.over, view.counted_to_at) == (False, plant.clock.now())
    assert one(view, "online_time").value == 42 / 48
    assert one(view, "online_time").verdict == "collecting"


async def test_without_a_period_it_is_this_month(plant: Plant) -> None:
    view = await figures(await plant.signed_in("leader.ps"))
    assert (view.from_at, view.to_at) == (
        datetime(2026, 1, 1, tzinfo=ZONE),
        datetime(2026, 2, 1, tzinfo=ZONE),
    )
    assert view.groups[0].coverage < 0.5, "before the first record nobody watched"


async def test_a_period_within_days_is_those_days(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    view = await figures(client, from_at=day(1, 5), to_at=day(2, 3))
    assert (view.from_at, view.to_at) == (day(1), day(3))


async def test_everybody_gets_the_figures_of_what_they_may_see(plant: Plant) -> None:
    tomorrow(plant)
    for account, camera, value in (("watch_officer.p", "press-1", 1.0), ("watch_officer.s", "gate-1", 0.75)):
        client = await plant.signed_in(account)
        view = await figures(client, from_at=day(1), to_at=day(2))
        assert one(view, "online_time").value == value
        view = await figures(client, from_at=day(1), to_at=day(2), by="camera")
        assert [group.id for group in view.groups] == [camera]


async def test_a_dead_camera_that_is_taken_out_counts_for_the_site_as_long_as_it_was_there(plant: Plant) -> None:
    tomorrow(plant)
    site = plant.backend.state().site
    left = [camera for camera in site.cameras if camera.id != "gate-1"]
    plant.backend.write(SiteConfigured(site=replace(site, cameras=left)))
    leader = await figures(await plant.signed_in("leader.ps"), from_at=day(1), to_at=day(2))
    assert (one(leader, "online_time").value, leader.groups[0].cameras) == (42 / 48, 2)
    officer = await figures(await plant.signed_in("watch_officer.p"), from_at=day(1), to_at=day(2))
    assert one(officer, "online_time").value == 1.0, "what is gone is for those who see everything"


async def test_that_the_hub_was_down_is_shown_and_counts_neither_way(plant: Plant) -> None:
    tomorrow(plant)
    plant.backend.write(HubStopped(reason="update"))
    go_to(plant, day(2, 12))
    plant.backend.write(HubStarted(version="1", last_stop="clean"))
    go_to(plant, day(3))
    view = await figures(await plant.signed_in("leader.ps"), from_at=day(2), to_at=day(3))
    assert (one(view, "unwatched").value, one(view, "unwatched").verdict) == (0.5, "low")
    assert (one(view, "online_time").value, one(view, "online_time").verdict) == (1.0, "collecting")


async def test_a_run_that_nobody_ended_lasted_until_its_last_record_of_any_kind(plant: Plant) -> None:
    tomorrow(plant)
    go_to(plant, day(2, 20))
    client = await plant.signed_in("leader.ps")
    go_to(plant, day(2, 22))
    plant.backend.write(RoundDue(round="R-9", kind="technical", title=Text(en="Overdue since the hub was down")))
    plant.clock.advance(5)
    plant.backend.write(HubStarted(version="1", last_stop="unclean"))
    go_to(plant, day(3))
    view = await figures(client, from_at=day(2), to_at=day(3))
    assert one(view, "unwatched").value == pytest.approx(2 / 24, abs=1e-3)


async def test_a_quiet_night_before_a_crash_was_watched_where_the_hub_noted_that_it_was_alive(plant: Plant) -> None:
    tomorrow(plant)
    go_to(plant, day(2, 20))
    started = HubStarted(version="1", last_stop="unclean", alive_until=day(2, 19))
    plant.backend.write(started)
    go_to(plant, day(3))
    view = await figures(await plant.signed_in("leader.ps"), from_at=day(2), to_at=day(3))
    assert one(view, "unwatched").value == pytest.approx(1 / 24, abs=1e-3)


async def test_alarms_that_are_dealt_with_are_in_the_figures(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    alarm = next(iter(plant.backend.state().alarms))
    plant.clock.advance(60)
    await client.send(AcknowledgeAlarm(alarm=alarm))
    await client.send(JudgeAlarm(alarm=alarm, verdict="false", cause="a spider"))
    view = await figures(client)
    assert (one(view, "acknowledge").value, one(view, "acknowledge").denominator) == (60.0, 1)
    assert one(view, "false_share").value == 1.0


async def test_the_site_says_what_its_figures_should_reach_and_from_when_they_are_judged(plant: Plant) -> None:
    tomorrow(plant)
    client = await plant.signed_in("leader.ps")
    assert one(await figures(client, from_at=day(1), to_at=day(2)), "online_time").good_from == 0.98, "what is usual"
    scheme = Scheme(targets=(Target(figure="online_time", good_from=0.8),), watched_share=0.5)
    plant.backend.write(AssessmentLoaded(scheme=scheme))
    view = await figures(client, from_at=day(1), to_at=day(2))
    assert (one(view, "online_time").good_from, one(view, "online_time").verdict) == (0.8, "good")
    assert one(view, "recording").good_from is None, "the site asks nothing of it"
    assert view.least_coverage == 0.5
    assert view.camera_names == {"gate-1": Text(en="Gate", zh="大门")}


@pytest.mark.parametrize(
    "parameters",
    [
        {"from_at": "2026-01-05T09:00:00"},
        {"from_at": "1000-01-05T09:00:00Z"},
        {"from_at": "2026-01-05T09:00:00Z", "to_at": "2026-01-01T09:00:00Z"},
        {"from_at": "2024-01-05T09:00:00Z", "to_at": "2026-01-01T09:00:00Z"},
        {"by": "person"},
        {"to_at": "never"},
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(plant: Plant, parameters: dict[str, str]) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(Refused):
        await client.read("figures", FiguresView, {**parameters})


async def test_nobody_gets_figures_without_signing_in(plant: Plant) -> None:
    with pytest.raises(NotSignedIn):
        await figures(plant.client())


class Reading:
    """The backend's records, with a clock that goes on while they are read, and a count of the pages."""

    def __init__(self, backend: MemoryBackend, page_s: float = 0.0) -> None:
        self.backend, self.clock, self.page_s = backend, backend.clock, page_s
        self.pages = 0

    def read(self, after: int, limit: int, *, types: Sequence[str] = ()) -> list[Record]:
        self.pages += 1
        self.clock.advance(self.page_s)
        return self.backend.read(after, limit, types=types)

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        return self.backend.read_last(limit, types=types, subject=subject, before=before)


def book_of(records: Reading, zone: str = "Asia/Shanghai") -> FigureBook:
    return FigureBook(records, lambda: zone, AlarmBook(records), TicketBook(records), RoundBook(records))


async def test_what_was_counted_is_carried_on_and_equals_what_is_counted_anew(plant: Plant) -> None:
    records = Reading(plant.backend)
    book, today = book_of(records), START.astimezone(ZONE).date()

    def asked(book: FigureBook) -> FiguresView:
        return book.figures(LEADER, plant.backend.state(), first=today, last=today + timedelta(days=3))

    for hours in (1, 5, 9):
        plant.clock.advance(hours * HOUR)
        plant.backend.write(SignalLost(camera="press-1", since_at=plant.clock.now()))
        asked(book)
        plant.clock.advance(HOUR)
        plant.backend.write(SignalRestored(camera="press-1"))
    assert asked(book) == asked(book_of(records))
    pages = records.pages
    asked(book)
    assert records.pages == pages, "nothing new: nothing is read"


async def test_when_the_site_moves_to_another_zone_its_days_are_counted_anew(plant: Plant) -> None:
    tomorrow(plant)
    records, zone = Reading(plant.backend), ["Asia/Shanghai"]
    book = FigureBook(records, lambda: zone[0], AlarmBook(records), TicketBook(records), RoundBook(records))
    date = day(1).date()
    before = book.figures(LEADER, plant.backend.state(), first=date, last=date)
    zone[0] = "Europe/Berlin"
    after = book.figures(LEADER, plant.backend.state(), first=date, last=date)
    assert after.from_at - before.from_at == timedelta(hours=7)
    assert one(after, "online_time").numerator == (24 - 7) * 2 * HOUR - 5 * HOUR


async def test_what_takes_too_long_is_said_and_goes_on_with_the_next_question(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(40):
        plant.backend.write(SignalLost(camera="press-1", since_at=plant.clock.now()))
        plant.backend.write(SignalRestored(camera="press-1"))
    monkeypatch.setattr("hub.server.books.book._PAGE", 10)
    book, date = book_of(Reading(plant.backend, page_s=5.0)), START.astimezone(ZONE).date()
    state, asked, hints = plant.backend.state(), 0, set[str]()
    while asked < 30:
        asked += 1
        try:
            found = book.figures(LEADER, state, first=date, last=date)
            break
        except SiteError as error:
            hints.add(error.hint)
    assert 1 < asked < 30
    assert hints == {"Ask again in a moment."}
    assert one(found, "online_time").denominator > 0


async def test_only_one_question_is_answered_at_a_time(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.server.books.book._WAIT_S", 0.01)
    book = Book(Reading(plant.backend), ["nothing.of_the_sort"], lambda record: None)
    with book.alone(), pytest.raises(SiteError), book.followed(1):
        pass
    with book.followed(3):
        assert book.position == 3


async def test_what_fails_in_the_middle_of_a_page_is_neither_lost_nor_counted_twice(plant: Plant) -> None:
    taken: list[int] = []

    def take(record: Record) -> None:
        if record.seq == 5 and taken.count(4) == 1 and not failed:
            failed.append(record.seq)
            raise OSError("the disk is away")
        taken.append(record.seq)

    failed: list[int] = []
    book, last = Book(Reading(plant.backend), [], take), plant.backend.state().position
    with pytest.raises(OSError, match="away"), book.followed(last):
        pass
    with book.followed(last):
        assert taken == list(range(1, last + 1))
    assert failed == [5]


async def test_the_last_record_before_an_instant_is_found(plant: Plant) -> None:
    go_to(plant, day(1))
    before = plant.backend.state().position
    (first, *_rest) = plant.backend.write(CameraJudged(camera="press-1"), CameraJudged(camera="gate-1"))
    records, last = Reading(plant.backend), plant.backend.state().position
    assert last_before(records, first.seen_at, last) == before
    assert last_before(records, first.seen_at + timedelta(seconds=1), last) == last
    assert last_before(records, START - timedelta(days=1), last) == 0
