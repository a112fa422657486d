"""The search file: it follows the journal, finds Chinese and English, and is made anew whenever it does not fit."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.clock import SystemClock
from hub.core.alarms.events import AlarmAcknowledged, AlarmRaised
from hub.core.catalogue import SiteConfigured
from hub.core.deeds import SnapshotTaken
from hub.core.dutylog.events import LogEntered
from hub.core.event import Draft, Event
from hub.core.findings import Evidence, Picture, SignalLost
from hub.core.people.events import AccountCreated
from hub.core.site import Area, Camera, Site
from hub.core.text import Text
from hub.core.tickets.events import TicketAssigned, TicketClosed, TicketOpened
from hub.journal import projection
from hub.journal.codec import to_us
from hub.journal.log import Journal
from hub.journal.projection import FILE, Projection
from hub.journal.search import SearchFile, Wanted, number_of, reading, words_of
from hub.testing.clock import START, FakeClock
from tests.journal.making import store_in

SITE = Site(
    name=Text(en="Plant"),
    areas=[Area(id="yard", name=Text(en="Yard"))],
    cameras=[
        Camera(id="gate-1", name=Text(en="Main gate", zh="大门"), area="yard", domain="security"),
        Camera(id="press-1", name=Text(en="Press", zh="冲压线"), area="yard", domain="production"),
    ],
)


class Kept:
    """A journal and its search file."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self.journal = journal
        self.path = folder / FILE
        self.projection = self._projection()
        self.projection.start()

    def _projection(self) -> Projection:
        return Projection(self.path, self.journal.stored, lambda: self.journal.head, SystemClock())

    async def write(self, *events: Event, actor: str = "person:zhang", cause: int | None = None) -> int:
        """The number of the last record, when it can be found."""
        records = await self.journal.append([Draft(event, actor, cause=cause) for event in events])
        self.projection.poke()
        assert self.projection.wait_for(records[-1].seq, 20), self.projection.fault
        return records[-1].seq

    def again(self) -> None:
        """End, and start as after a restart of the hub."""
        self.projection.stop()
        self.projection = self._projection()
        self.projection.start()
        assert self.projection.wait_for(self.journal.head.seq, 20), self.projection.fault

    @contextmanager
    def opened(self) -> Any:
        with reading(self.path, SystemClock()) as index:
            yield index

    def find(self, query: str, **wanted: Any) -> list[int]:
        with self.opened() as index:
            return [place.seq for place in index.find(Wanted(words=words_of(query), **wanted), 50).found]

    def ask(self, question: Callable[[SearchFile], Any]) -> Any:
        with self.opened() as index:
            return question(index)


@pytest.fixture
async def kept(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Kept]:
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    kept = Kept(journal, tmp_path)
    yield kept
    kept.projection.stop()
    await journal.stop()


def entry(number: int, text: str, **changes: Any) -> LogEntered:
    return LogEntered(**{"entry": f"L-{number}", "kind": "note", "text": text, "happened_at": START, **changes})


def alarm(number: int, camera: str = "gate-1") -> AlarmRaised:
    title = Text(en="Camera obstructed", zh="摄像机被遮挡")
    about = f"camera:{camera}"
    return AlarmRaised(
        alarm=f"A-{number}", rule="r", kind="k", subject=about, camera=camera, priority="high", title=title
    )


@pytest.mark.parametrize(
    "query", ["翻", "翻越", "翻越围", "翻越围栏", "东门", "FENCE", "fen", "climbed fence", "围栏 climbed", "ce"]
)
async def test_words_of_any_length_are_found_in_chinese_and_english(kept: Kept, query: str) -> None:
    await kept.write(entry(1, "无事"))
    seq = await kept.write(entry(2, "东门有人翻越围栏。Somebody climbed the fence"))
    await kept.write(entry(3, "nothing"))
    assert kept.find(query) == [seq]


@pytest.mark.parametrize("query", ["鲸", "鲸鱼", "抹香鲸", "whale", "climbed whale", "翻越 鲸"])
async def test_all_words_must_stand_in_the_record(kept: Kept, query: str) -> None:
    await kept.write(entry(1, "东门有人翻越围栏。Somebody climbed the fence"))
    assert kept.find(query) == []


@pytest.mark.parametrize(
    "query", ["100%", "a_b", '"quoted"', "it's", "a*b", "NEAR(a", "-x", "(", "%", "_", "\\", "AND"]
)
async def test_signs_mean_themselves(kept: Kept, query: str) -> None:
    await kept.write(entry(1, "plain words: fx"))
    seq = await kept.write(entry(2, f"there it is {query} indeed"))
    assert kept.find(query) == [seq]


async def test_wide_letters_and_digits_are_the_plain_ones(kept: Kept) -> None:
    seq = await kept.write(entry(1, "车牌ＡＢ１２３，已登记"))
    assert kept.find("ab123") == kept.find("ＡＢ１２３") == kept.find("，已登记") == [seq]


async def test_records_are_found_by_the_names_of_their_cameras_and_of_who_wrote_them(kept: Kept) -> None:
    created = AccountCreated(account="zhang", name="张伟", role="watch_officer", domains=["security"])
    await kept.write(SiteConfigured(site=SITE), created, actor="hub")
    seq = await kept.write(entry(1, "x", cameras=["gate-1"]))
    other = await kept.write(entry(2, "x", cameras=["press-1"]), actor="person:li")
    assert kept.find("大门") == kept.find("main GATE") == kept.find("gate-1") == [seq]
    assert kept.find("冲压线") == [other]
    assert seq in kept.find("张伟")
    assert other not in kept.find("张伟")
    kept.again()
    third = await kept.write(entry(3, "x", cameras=["gate-1"]))
    assert kept.find("大门") == [third, seq]


async def test_titles_reasons_and_causes_are_found_in_both_languages(kept: Kept) -> None:
    raised = await kept.write(alarm(1))
    opened = await kept.write(TicketOpened(ticket="T-7", title=Text(en="Repair it", zh="请修理"), camera="gate-1"))
    closed = await kept.write(TicketClosed(ticket="T-7", cause="蜘蛛网", note="lens wiped"))
    assert kept.find("被遮挡") == kept.find("obstructed") == [raised]
    assert kept.find("请修理") == [opened]
    assert kept.find("蜘蛛网") == kept.find("wiped") == [closed]


async def test_what_the_machine_says_of_itself_is_not_looked_through(kept: Kept) -> None:
    lost = SignalLost(camera="gate-1", since_at=START, detail=Text(en="No packet for 6 s"))
    await kept.write(lost, SiteConfigured(site=SITE))
    assert kept.find("packet") == kept.find("Main gate") == []
    assert kept.projection.position == kept.journal.head.seq


async def test_a_thing_is_found_by_its_number_and_not_by_a_longer_one(kept: Kept) -> None:
    opened = await kept.write(TicketOpened(ticket="T-7", title=Text(en="a")))
    await kept.write(TicketOpened(ticket="T-70", title=Text(en="b")))
    assigned = await kept.write(TicketAssigned(ticket="T-7", repairer="Li"))
    assert number_of(words_of("t-7")) == "T-7"
    assert number_of(words_of("ｔ－７")) == "T-7"
    assert number_of(words_of("T-7 b")) == number_of(words_of("T-07")) == ""
    found = kept.ask(lambda index: index.find_numbered("T-7", Wanted(), 10))
    assert [place.seq for place in found.found] == [assigned, opened]


async def test_what_is_found_can_be_cut_to_areas_cameras_and_times(kept: Kept, clock: FakeClock) -> None:
    raised = await kept.write(alarm(1))
    acknowledged = await kept.write(AlarmAcknowledged(alarm="A-1", note="lorry obstructed it"))
    clock.advance(3600)
    noted = await kept.write(entry(1, "obstructed", cameras=["press-1"]))
    assert kept.find("obstructed") == [noted, acknowledged, raised]
    assert kept.find("obstructed", areas=("alarm",)) == [acknowledged, raised]
    assert kept.find("obstructed", camera="gate-1") == [acknowledged, raised]
    assert kept.find("obstructed", from_us=to_us(clock.now())) == [noted]
    assert kept.find("obstructed", to_us=to_us(clock.now())) == [acknowledged, raised]
    assert kept.find("obstructed", before=noted) == [acknowledged, raised]


async def test_nothing_about_a_camera_out_of_sight_is_found(kept: Kept) -> None:
    await kept.write(alarm(1, "gate-1"))
    await kept.write(AlarmAcknowledged(alarm="A-1", note="secret words"))
    both = await kept.write(entry(1, "secret words", cameras=["gate-1", "press-1"]))
    own = await kept.write(entry(2, "secret words", cameras=["press-1"]))
    none = await kept.write(entry(3, "secret words"))
    assert both in kept.find("secret")
    assert kept.find("secret", seen=("press-1",)) == [none, own]
    assert kept.find("se", seen=()) == [none]


async def test_the_duty_log_is_read_by_kind_camera_day_and_words(kept: Kept) -> None:
    day = timedelta(days=1)
    await kept.write(entry(1, "fence", kind="incident", cameras=["gate-1"], happened_at=START - day))
    await kept.write(entry(2, "guard sent", kind="measure", about="L-1", cameras=["gate-1"]))
    await kept.write(entry(3, "", kind="visitor", visitor="王芳", unit="消防支队", purpose="年检"))
    await kept.write(alarm(1))

    def ids(**wanted: Any) -> list[str]:
        return [found.id for found in kept.ask(lambda index: index.find_entries(Wanted(**wanted), 50))]

    assert ids() == ["L-3", "L-2", "L-1"]
    assert ids(kinds=("incident", "visitor")) == ["L-3", "L-1"]
    assert ids(camera="gate-1") == ["L-2", "L-1"]
    assert ids(to_us=to_us(START)) == ["L-1"]
    assert ids(words=("消防支队",)) == ids(words=("消防",)) == ids(words=("消",)) == ["L-3"]
    assert ids(words=("guard",), kinds=("incident",)) == []
    assert ids(seen=("press-1",)) == ["L-3"]
    assert ids(before=3) == ["L-2", "L-1"]


async def test_later_entries_and_pictures_are_told_with_the_entry_they_are_about(kept: Kept) -> None:
    first = await kept.write(entry(1, "wrong", kind="incident", cameras=["gate-1"], pictures=["gate-1"]))
    evidence = Evidence(after=Picture(path="gate-1/x.jpg", sha256="0" * 64))
    await kept.write(SnapshotTaken(camera="gate-1", rule="", evidence=evidence), actor="hub", cause=first)
    await kept.write(entry(2, "right", kind="incident", corrects="L-1", reason="typing"))
    await kept.write(entry(3, "", kind="visitor", visitor="Smith"))
    await kept.write(entry(4, "", kind="visitor", visitor="Smith", about="L-3", leaving=True))
    with kept.opened() as index:
        wrong = index.line(index.entry("L-1"))
        assert (wrong.corrected_by, [picture.path for picture in wrong.pictures]) == ("L-2", ["gate-1/x.jpg"])
        arrival = index.line(index.entry("L-3"))
        assert arrival.left is not None
        assert arrival.left.id == "L-4"
        assert [each.id for each in index.following("L-3")] == ["L-4"]
        assert index.entry("L-9") is None


async def test_it_goes_on_where_it_stopped(kept: Kept) -> None:
    await kept.write(*(entry(number, f"word{number}") for number in range(1, 30)))
    before = kept.path.stat().st_ino
    kept.projection.stop()
    await kept.journal.append([Draft(entry(30, "word30"), "person:zhang")])
    kept.again()
    assert kept.path.stat().st_ino == before
    assert kept.find("word30") == [30]
    assert kept.find("word7") == [7]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:12288] = b"\xff" * 8192
    path.write_bytes(data)


def _older(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE fact SET value = '0' WHERE name = 'version'")
    db.close()


def _of_another_journal(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE fact SET value = 'ffff' WHERE name = 'hash'")
    db.close()


def _beyond(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE fact SET value = '999999' WHERE name = 'position'")
    db.close()


@pytest.mark.parametrize(
    "harm",
    [
        Path.unlink,
        _cut,
        _garble,
        _older,
        _of_another_journal,
        _beyond,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("no database at all" * 1000),
    ],
)
async def test_it_is_made_anew_when_it_does_not_fit(kept: Kept, harm: Callable[[Path], object]) -> None:
    await kept.write(SiteConfigured(site=SITE), *(entry(n, f"word{n}", cameras=["gate-1"]) for n in range(1, 60)))
    kept.projection.stop()
    harm(kept.path)
    kept.again()
    assert kept.find("word33") == [34]
    assert len(kept.find("大门", before=12)) == 10
    assert len(kept.ask(lambda index: index.find_entries(Wanted(), 500))) == 59


async def test_a_file_that_breaks_while_it_is_in_use_is_made_anew(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "WAIT_S", 0.05)
    await kept.write(*(entry(n, f"word{n}") for n in range(1, 400)))
    with kept.path.open("r+b") as opened:
        for page in range(1, kept.path.stat().st_size // 4096):
            opened.seek(page * 4096)
            opened.write(b"\xff" * 4096)
    await kept.write(*(entry(n, f"word{n}") for n in range(400, 420)))
    assert kept.find("word399") == [399]
    assert kept.find("word419") == [419]


async def test_a_folder_that_cannot_be_written_is_said_and_tried_again(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "WAIT_S", 0.05)
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    await journal.append([Draft(entry(1, "word"), "person:zhang")])
    missing = tmp_path / "missing"
    following = Projection(missing / FILE, journal.stored, lambda: journal.head, SystemClock())
    following.start()
    try:
        assert not following.wait_for(1, 0.3)
        assert following.fault
        assert following.behind == 1
        missing.mkdir()
        assert following.wait_for(1, 20)
        assert following.fault == ""
    finally:
        following.stop()
        await journal.stop()


async def test_a_question_that_takes_too_long_gives_what_was_found_by_then(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept.write(*(entry(n, f"text {n} " + "x" * 2000) for n in range(1, 3000)))

    class Hurried(FakeClock):
        def monotonic(self) -> float:
            self.advance(1.0)
            return super().monotonic()

    with reading(kept.path, Hurried()) as index:
        page = index.find(Wanted(words=("鲸",)), 50)
    assert not page.complete
    assert page.found == []


async def test_a_record_that_cannot_be_read_is_passed_over(kept: Kept) -> None:
    await kept.write(entry(1, "before"))
    with sqlite3.connect(kept.path.with_name("journal.db")) as db:
        db.execute("DROP TRIGGER record_no_update")
        db.execute('UPDATE record SET body = \'{"type":"log.entered"}\' WHERE seq = 1')
    db.close()
    await kept.write(entry(2, "after"))
    kept.projection.stop()
    kept.path.unlink()
    kept.again()
    assert kept.find("after") == [2]
    assert kept.find("before") == []
