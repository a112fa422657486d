"""Reports over the real API: of what the reader may see, kept once when they are sent, proven when read again."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from hub.client.reports import Report, report, report_file
from hub.core.catalogue import HubStarted, HubStopped, SiteConfigured
from hub.core.findings import CameraJudged, CameraNotJudged, ViewObstructed
from hub.core.permits.events import PermitApplied
from hub.core.reports.events import ReportMade
from hub.core.reports.model import Table
from hub.core.reports.period import Days
from hub.core.reviews.events import PersonReviewed, ReviewMade
from hub.core.reviews.points import Point
from hub.core.text import LANGUAGES, Text
from hub.core.tickets.events import TicketAssigned, TicketCancelled, TicketOpened
from hub.errors import HubError, NotFound, NotSignedIn, Refused, SiteError
from hub.server.accounts.sign_in import LOCAL_ACCOUNT
from hub.server.reports.desk import ReportDesk
from hub.server.reports.pages import pdf
from hub.server.reports.pages.page import report_page
from hub.server.reports.pages.words import WORDS
from tests.server.conftest import Plant, until
from tests.server.test_figures import day, go_to, tomorrow

TOMORROW = day(1).date()


def cells(found: Report) -> str:
    return json.dumps(msgspec.to_builtins(found), ensure_ascii=False)


def counted(found: Report) -> dict[str, int]:
    return {each.type: each.count for section in found.sections for each in section.counted}


def tables_of(found: Report) -> dict[str, Table]:
    return {table.id: table for section in found.sections for table in section.tables}


async def test_a_day_is_reported_with_its_figures_tables_and_records(plant: Plant) -> None:
    tomorrow(plant)
    found = await report(await plant.signed_in("leader.ps"), "daily", day=TOMORROW)
    online = found.line("online_time")
    assert online is not None
    assert (online.figure.value, online.figure.verdict) == (42 / 48, "low")
    assert (found.first, found.last, found.over, found.limited) == (TOMORROW, TOMORROW, True, False)
    assert found.trend_days[-1] == TOMORROW
    assert online.days[-1] == 42 / 48
    assert found.time.no_signal_s == 6 * 3600
    records = counted(found)
    assert (records["signal.lost"], records["recording.gap"]) == (1, 1)
    tables = tables_of(found)
    assert [row[0] for row in tables["by-camera"].rows] == [Text(en="Gate", zh="大门"), Text(en="Press")]
    assert [row[0] for row in tables["tickets-open"].rows] == ["T-1", "T-2"]
    assert found.position == plant.backend.state().position


async def test_without_a_day_it_is_the_newest_period_that_is_over(plant: Plant) -> None:
    tomorrow(plant)
    client = await plant.signed_in("leader.ps")
    today = day(2).date()
    assert (await report(client, "daily")).first == today - timedelta(days=1)
    assert (await report(client, "monthly")).last == today.replace(day=1) - timedelta(days=1)


async def test_a_period_that_goes_on_is_not_over_and_judges_nothing(plant: Plant) -> None:
    tomorrow(plant)
    found = await report(await plant.signed_in("leader.ps"), "weekly", day=TOMORROW)
    assert not found.over
    verdicts = {line.figure.verdict for section in found.sections for line in section.lines}
    assert verdicts & {"good"} == set() or found.line("recorded_days") is not None
    unknown = next(section for section in found.sections if section.id == "unknown")
    assert "figures-not-judged" in [table.id for table in unknown.tables]


async def test_everybody_gets_what_they_may_see_and_is_told_that_it_is_not_all(plant: Plant) -> None:
    tomorrow(plant)
    plant.backend.write(
        ViewObstructed(camera="gate-1", since_at=plant.clock.now(), detail=Text(en="x")),
        PermitApplied(
            permit="P-1",
            cameras=("gate-1",),
            kinds=("obstruction",),
            from_at=day(1),
            to_at=day(2),
            reason="painting the gate",
            work="painting",
            domain="security",
        ),
    )
    plant.clock.advance(3600)
    guard = await report(await plant.signed_in("watch_officer.s"), "daily", day=day(2).date())
    worker = await report(await plant.signed_in("watch_officer.p"), "daily", day=day(2).date())
    assert "gate-1" in cells(guard) or "Gate" in cells(guard)
    assert "painting the gate" not in cells(worker)
    assert "Gate" not in cells(worker)
    assert "view.obstructed" not in counted(worker)
    assert "view.obstructed" in counted(guard)
    assert (guard.limited, guard.cameras, worker.cameras) == (True, 1, 1)


async def test_the_review_of_people_is_for_leaders(plant: Plant) -> None:
    for account, told in (("leader.ps", True), ("watch_officer.ps", False)):
        found = await report(await plant.signed_in(account), "monthly", day=TOMORROW)
        section = next(each for each in found.sections if each.id == "assessment")
        assert bool(section.tables) is (told and bool(plant.backend.state().reviews.open))


async def test_a_past_report_shows_what_stood_open_when_it_was_over(plant: Plant) -> None:
    tomorrow(plant)
    plant.backend.write(TicketAssigned(ticket="T-1", repairer="Li", estimate_at=day(2, 6)), actor="person:leader.ps")
    plant.clock.advance(3600)
    plant.backend.write(
        TicketCancelled(ticket="T-1", reason="a double"),
        TicketOpened(ticket="T-3", title=Text(en="Later"), subject="asset:SW-1"),
        CameraNotJudged(camera="press-1", reason="view"),
        actor="person:leader.ps",
    )
    plant.clock.advance(24 * 3600)
    client = await plant.signed_in("leader.ps")
    then = tables_of(await report(client, "daily", day=TOMORROW))
    assert [(row[0], row[3]) for row in then["tickets-open"].rows] == [
        ("T-1", Text(en="open", zh="待受理")),
        ("T-2", Text(en="open", zh="待受理")),
    ]
    assert then["tickets-open"].title.en == "Open at its end"
    assert "cameras-not-judged" not in then
    now = tables_of(await report(client, "weekly", day=day(3).date()))
    assert [row[0] for row in now["tickets-open"].rows] == ["T-2", "T-3"]
    assert now["tickets-open"].title.en == "Open now"
    assert [row[2] for row in now["tickets-open"].rows][1] == Text(en="SW-1")
    (row,) = now["cameras-not-judged"].rows
    assert (row[0], row[1]) == (Text(en="Press"), 24 * 3600.0)
    again = tables_of(await report(client, "daily", day=TOMORROW))
    assert again["tickets-open"].rows == then["tickets-open"].rows, "whatever was asked for between"


async def test_why_a_picture_was_not_judged_is_told_also_where_that_began_before(plant: Plant) -> None:
    tomorrow(plant)
    plant.backend.write(CameraNotJudged(camera="gate-1", reason="light"))
    go_to(plant, day(3, 12))
    plant.backend.write(CameraJudged(camera="gate-1"))
    go_to(plant, day(4))
    found = tables_of(await report(await plant.signed_in("leader.ps"), "daily", day=day(3).date()))
    (row,) = found["cameras-not-judged"].rows
    assert row[:3] == (Text(en="Gate", zh="大门"), 12 * 3600.0, 0.5)
    assert [cell.en for cell in row[3:] if isinstance(cell, Text)] == ["it was never seen in this light", "judged"]


async def test_when_nothing_was_watched_is_told_with_the_reason(plant: Plant) -> None:
    tomorrow(plant)
    plant.backend.write(HubStopped(reason="repair"))
    go_to(plant, day(2, 1))
    plant.backend.write(HubStarted(version="1", last_stop="clean"))
    go_to(plant, day(2, 6))
    alive = plant.clock.now()
    go_to(plant, day(2, 8))
    plant.backend.write(HubStarted(version="1", last_stop="unclean", alive_until=alive))
    go_to(plant, day(3))
    client = await plant.signed_in("leader.ps")
    told = tables_of(await report(client, "daily", day=day(2).date()))["not-watched"]
    assert [(row[2], row[3].en) for row in told.rows if isinstance(row[3], Text)] == [
        (3600.0, "the hub was stopped"),
        (2 * 3600.0, "the hub broke off"),
    ]
    before = tables_of(await report(client, "daily", day=day(-1).date()))["not-watched"]
    assert [row[2:] for row in before.rows] == [(24 * 3600.0, Text(en="the record had not begun", zh="尚无记录"))]


async def test_the_points_of_a_review_are_told_by_rule_and_never_by_person(plant: Plant) -> None:
    tomorrow(plant)
    late = Point(number=1, rule="late", title=Text(en="Late"), points=-2.0, at=day(1), records=(3,), clause="2.5")
    plant.backend.write(
        ReviewMade(review="V-1", month="2026-10", scheme="", position=9, people=2, appeal_until_at=day(9)),
        PersonReviewed(review="V-1", month="2026-10", person="wang", name="Wang Fang", points=(late, late)),
        PersonReviewed(review="V-1", month="2026-10", person="li", name="Li Qiang", points=(late,)),
    )
    plant.clock.advance(3600)
    found = await report(await plant.signed_in("leader.ps"), "daily", day=day(2).date())
    assert tables_of(found)["review-points"].rows == ((Text(en="Late"), "2.5", 3, 2, -6.0),)
    assert [row[3] for row in tables_of(found)["reviews"].rows] == [2]
    assert "Wang Fang" not in cells(found)
    other = tables_of(await report(await plant.signed_in("watch_officer.ps"), "daily", day=day(2).date()))
    assert not other.keys() & {"reviews", "review-points"}


async def test_by_clause_there_is_one_or_all_of_them(plant: Plant) -> None:
    tomorrow(plant)
    client = await plant.signed_in("leader.ps")
    every = await report(client, "clause", day=TOMORROW)
    assert len(every.sections) == 18
    one = await report(client, "clause", day=TOMORROW, clause="4.1")
    assert [section.id for section in one.sections] == ["clause-4.1"]
    repairs = tables_of(await report(client, "clause", day=TOMORROW, clause="3.3"))
    assert [row[0] for row in repairs["tickets-open"].rows] == ["T-1", "T-2"]
    with pytest.raises(NotFound, match=r"no clause 9\.9"):
        await report(client, "clause", day=TOMORROW, clause="9.9")


@pytest.mark.parametrize("asked", [date(2030, 1, 1), date(2020, 1, 1)])
async def test_a_period_that_cannot_be_reported_is_refused(plant: Plant, asked: date) -> None:
    with pytest.raises(Refused, match=r"has not begun|go back"):
        await report(await plant.signed_in("leader.ps"), "daily", day=asked)


async def test_nobody_without_a_sign_in_gets_a_report(plant: Plant) -> None:
    with pytest.raises(NotSignedIn):
        await report(plant.client("made up"), "daily", day=TOMORROW)


async def test_as_csv_and_workbook_it_says_the_same_and_no_cell_is_a_formula(plant: Plant) -> None:
    tomorrow(plant)
    site = plant.backend.state().site
    evil = [replace(camera, name=Text(en="=HYPERLINK(1)", zh="=1+1")) for camera in site.cameras]
    plant.backend.write(SiteConfigured(site=replace(site, cameras=evil)))
    client = await plant.signed_in("leader.ps")
    text = (await report_file(client, "daily", "csv", day=TOMORROW, language="zh_CN")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    online = next(row for row in rows if row["指标标识"] == "online_time")
    assert (float(online["数值"]), online["判定"]) == (0.875, "未达标")
    book = load_workbook(io.BytesIO(await report_file(client, "daily", "xlsx", day=TOMORROW)))
    assert book.sheetnames[0] == "Figures"
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in found if cell.data_type == "f"] == []
    assert any(cell.value == "=HYPERLINK(1)" for cell in found), "it is there, as a text"
    with ZipFile(io.BytesIO(await report_file(client, "daily", "xlsx", day=TOMORROW))) as packed:
        assert packed.testzip() is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_brings_everything_with_it_and_runs_nothing(plant: Plant, language: str) -> None:
    tomorrow(plant)
    site = plant.backend.state().site
    evil = [replace(camera, name=Text(en="<script>alert(1)</script>")) for camera in site.cameras]
    plant.backend.write(SiteConfigured(site=replace(site, cameras=evil)))
    data = await report_file(
        await plant.signed_in("leader.ps"),
        "daily",
        "html",
        day=TOMORROW,
        language=language,  # type: ignore[arg-type]
    )
    page = data.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "src=" not in page
    assert "default-src 'none'" in page
    assert page.count("<svg") > 5
    assert ("在线情况" in page) is (language == "zh_CN")
    assert "<code>hub events --type signal.lost</code>" in page, "where no link can lead, the command is named"


def test_every_word_of_the_pages_is_in_both_languages() -> None:
    assert [key for key, text in WORDS.items() if not (text.en and text.zh)] == []


@pytest.fixture
def desk(plant: Plant) -> ReportDesk:
    tomorrow(plant)
    return plant.server.reports


async def test_a_report_that_is_sent_is_kept_once_and_put_on_record(plant: Plant, desk: ReportDesk) -> None:
    days = Days(TOMORROW, TOMORROW)
    kept = await desk.kept("daily", days, "zh_CN")
    again = await desk.kept("daily", days, "zh_CN")
    assert kept.files == again.files
    made = [record for record in plant.backend.records if isinstance(record.event, ReportMade)]
    assert len(made) == 1
    assert {path.suffix for path in kept.files} >= {".html", ".xlsx"}
    event = (await desk.made())[0]
    assert await desk.file(event.report, kept.files[0].name) == kept.files[0].read_bytes()


async def test_a_kept_report_that_was_changed_is_not_given_out_but_made_anew(plant: Plant, desk: ReportDesk) -> None:
    kept = await desk.kept("daily", Days(TOMORROW, TOMORROW), "en")
    kept.files[0].write_text("forged", encoding="utf-8")
    with pytest.raises(SiteError, match="was changed"):
        await desk.file(kept.id, kept.files[0].name)
    plant.clock.advance(60)
    await desk.kept("daily", Days(TOMORROW, TOMORROW), "en")
    assert b"forged" not in await desk.file(kept.id, kept.files[0].name)


async def test_a_browser_that_does_not_work_keeps_no_report_back(
    desk: ReportDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    kept = await desk.kept("daily", Days(TOMORROW, TOMORROW), "en")
    assert [path.suffix for path in kept.files] == [".html", ".xlsx"]


@pytest.mark.parametrize("name", ["../../accounts.db", "x.html", ""])
async def test_no_other_file_is_given_out_as_a_report(desk: ReportDesk, name: str) -> None:
    kept = await desk.kept("daily", Days(TOMORROW, TOMORROW), "en")
    with pytest.raises(HubError, match="no such report"):
        await desk.file(kept.id, name)


async def test_on_paper_it_is_a_pdf_made_by_a_browser(desk: ReportDesk) -> None:
    found = await desk.report(LOCAL_ACCOUNT, "daily", day=TOMORROW)
    data = await desk.rendered(found, "zh_CN", "pdf")
    assert data.startswith(b"%PDF-")
    assert len(data) > 20_000, "with the signs of the language in it"


def test_without_a_browser_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SiteError, match="no Chromium") as raised:
        pdf.as_pdf("<p>x</p>")
    assert "html" in raised.value.hint


async def test_a_browser_that_hangs_is_ended_with_all_its_processes(tmp_path: Path) -> None:
    hung = tmp_path / "chromium"
    hung.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nwait\n", encoding="utf-8")
    hung.chmod(0o755)
    with pytest.raises(SiteError, match="within 1 s"):
        pdf.as_pdf("<p>x</p>", program=str(hung), longest_s=1.0)
    child = int((tmp_path / "child").read_text())
    # It was told to end before this goes on; on a busy machine it takes a moment until it has.
    await until(lambda: not _runs(child))


def _runs(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().split(")")[1][:3]
    except OSError:
        return False


def test_a_browser_that_makes_nothing_is_quoted(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 7\n", encoding="utf-8")
    broken.chmod(0o755)
    with pytest.raises(SiteError, match="no display"):
        pdf.as_pdf("<p>x</p>", program=str(broken))


async def test_links_of_a_file_lead_to_where_people_reach_the_hub(desk: ReportDesk) -> None:
    found = await desk.report(LOCAL_ACCOUNT, "daily", day=TOMORROW)
    page = report_page(found, "en", base="https://hub.example")
    assert 'href="https://hub.example/reports/entries?type=signal.lost' in page
