"""The hub's pages in a real browser: signing in and out, wide and narrow screens, and the tricks of other sites."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from hub.core.catalogue import SiteConfigured
from hub.core.people import totp
from hub.core.people.commands import ResetPassword
from hub.core.people.events import SignedIn, SignedOut
from hub.core.recordings import RecordingViewed
from hub.core.reports.period import Days
from hub.core.text import Text
from hub.errors import SiteError
from hub.testing.clock import FakeClock
from tests.server.conftest import PASSWORD, Plant, furnished
from tests.server.test_accounts import enrolled as enrol
from tests.server.test_figures import day, tomorrow

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAPER = {"width": 703, "height": 1020}
"""What a sheet A4 has within its margins, in the points of a browser."""
_CUT = """[...document.querySelectorAll('td, th, .tile span')]
    .filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 1).map(each => each.textContent.trim())"""
_OVERLAPPING = """[...document.querySelectorAll('svg.chart')].flatMap(chart => {
    const texts = [...chart.querySelectorAll('text')].map(each => [each.textContent, each.getBoundingClientRect()]);
    return texts.flatMap(([one, a], at) => texts.slice(at + 1).filter(([, b]) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2
    ).map(([other]) => one + ' | ' + other));
})"""


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    """One Chromium for all: it takes longer to start than most of these tests; each gets a profile of its own."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def plant(site: Path, clock: FakeClock, enrolled: Path) -> AsyncIterator[Plant]:
    async with furnished(site, clock, enrolled) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Any) -> AsyncIterator[BrowserContext]:
    found = await browser.new_context(viewport=WIDE)
    found.set_default_timeout(10_000)
    yield found
    await found.close()


async def enter(
    page: Page, plant: Plant, path: str = "/", account: str = "leader.ps", password: str = PASSWORD
) -> None:
    await page.goto(f"{plant.server.urls[0]}{path}")
    await page.fill("[name=account]", account)
    await page.fill("[name=password]", password)
    async with page.expect_navigation():
        await page.click("main button")


async def test_who_signs_in_comes_to_the_page_they_asked_for(plant: Plant, context: BrowserContext) -> None:
    tomorrow(plant)
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    await enter(page, plant, f"/reports/daily?day={day(1).date()}")
    await expect(page.locator("h1")).to_contain_text(f"Daily report {day(1).date()}")
    await expect(page.locator("#online_time")).to_contain_text("87.5 %")
    await expect(page.locator("#online_time")).to_contain_text("1 d 18 h (time with a signal) of 2 d")
    assert faults == []
    (record,) = [record for record in plant.backend.records if isinstance(record.event, SignedIn)]
    assert (record.event.account, record.event.place) == ("leader.ps", ""), "it is never another place than the screen"
    (cookie,) = [each for each in await context.cookies() if each["name"] == "__Host-watchroom"]
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Strict")


async def test_a_figure_leads_to_its_entries_and_they_to_nothing_foreign(plant: Plant, context: BrowserContext) -> None:
    tomorrow(plant)
    page = await context.new_page()
    await enter(page, plant, f"/reports/daily?day={day(1).date()}", account="watch_officer.s")
    await page.click("#online_time a")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await expect(page.locator("tbody")).to_contain_text("Gate")
    await expect(page.locator("tbody")).not_to_contain_text("press-1")


async def test_a_wrong_password_and_a_code_are_asked_for_again(plant: Plant, context: BrowserContext) -> None:
    page = await context.new_page()
    await enter(page, plant, "/reports?language=zh_CN", password="wrong")
    await expect(page.locator("[role=alert]")).to_contain_text("账号或密码错误")
    assert await page.input_value("[name=account]") == "leader.ps"
    assert await page.input_value("[name=password]") == ""
    assert [each for each in await context.cookies() if each["name"] == "__Host-watchroom"] == []


async def test_an_account_with_a_code_is_asked_for_it(plant: Plant, context: BrowserContext) -> None:
    secret, _ = await enrol(plant, await plant.signed_in("leader.ps"))
    plant.clock.advance(30)
    page = await context.new_page()
    await enter(page, plant)
    await expect(page.locator("[role=alert]")).to_contain_text("asks for a code")
    await page.fill("[name=password]", PASSWORD)
    await page.fill("[name=code]", totp.code_at(secret, totp.step_of(plant.clock.now())))
    await page.click("main button")
    await expect(page.locator("h1")).to_have_text("Reports")


async def test_a_password_that_must_be_changed_first_opens_nothing(plant: Plant, context: BrowserContext) -> None:
    admin = await plant.signed_in("administrator.ps")
    await admin.send(ResetPassword(account="watch_officer.p", password="handed out 22"))
    page = await context.new_page()
    await enter(page, plant, account="watch_officer.p", password="handed out 22")
    await expect(page.locator("[role=alert]")).to_contain_text("must be changed")
    assert [each for each in await context.cookies() if each["name"] == "__Host-watchroom"] == []


async def test_while_the_past_is_counted_the_page_asks_again_by_itself(
    plant: Plant, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow(plant)
    page = await context.new_page()
    await enter(page, plant)
    made = plant.server.reports.report
    asked = 0

    async def late(*args: Any, **kwargs: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise SiteError("The past is still being counted.", hint="Ask again in a moment.")
        return await made(*args, **kwargs)

    monkeypatch.setattr(plant.server.reports, "report", late)
    response = await page.goto(f"{plant.server.urls[0]}/reports/daily?day={day(1).date()}")
    assert response is not None
    assert response.status == 503
    await expect(page.locator("#online_time")).to_be_visible(timeout=15_000)
    assert asked == 2


async def test_signing_out_ends_the_sign_in_for_whoever_kept_the_cookie(plant: Plant, context: BrowserContext) -> None:
    page = await context.new_page()
    await enter(page, plant)
    kept = await context.cookies()
    await page.click("nav form button")
    await expect(page).to_have_url(f"{plant.server.urls[0]}/sign-in")
    assert any(isinstance(record.event, SignedOut) for record in plant.backend.records)
    await context.add_cookies(kept)  # type: ignore[arg-type]
    await page.goto(f"{plant.server.urls[0]}/reports")
    await expect(page.locator("[name=password]")).to_be_visible()


async def test_a_form_of_another_site_signs_nobody_in_or_out(plant: Plant, context: BrowserContext) -> None:
    page = await context.new_page()
    await enter(page, plant)
    before = len(plant.backend.records)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        target = plant.server.urls[0]
        forms = "".join(f'<form method=post action="{target}{to}"><button>{to}</button></form>' for to in FORMS)
        body = f"<!doctype html>{forms}".encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as foreign:
        port = foreign.sockets[0].getsockname()[1]
        for to in FORMS:
            await page.goto(f"http://localhost:{port}/")
            await page.click(f"text={to}")
            await expect(page.locator("[role=alert]")).to_contain_text("not sent by the hub's own page")
    assert len(plant.backend.records) == before
    await page.goto(f"{plant.server.urls[0]}/reports")
    await expect(page.locator("nav form button")).to_be_visible()


FORMS = ("/sign-out", "/sign-in")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_nothing_runs_out_of_the_screen_and_nothing_is_left_untranslated(
    plant: Plant, browser: Any, size: dict[str, int], language: str
) -> None:
    tomorrow(plant)
    context = await browser.new_context(viewport=size)
    page = await context.new_page()
    await enter(page, plant, f"/reports?language={language}")
    asked = f"?day={day(1).date()}"
    for path in ("/reports", f"/reports/daily{asked}", f"/reports/weekly{asked}", f"/reports/clause{asked}"):
        await page.goto(f"{plant.server.urls[0]}{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") == size["width"], path
        text = await page.inner_text("body")
        assert ("下载" not in text and "报告" not in text) if language == "en" else "Report" not in text, path
        assert await page.get_attribute("html", "lang") == ("zh-CN" if language == "zh_CN" else "en")
    await context.close()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_on_paper_no_cell_is_cut_and_no_label_of_a_chart_lies_over_another(
    plant: Plant, browser: Any, language: str
) -> None:
    tomorrow(plant)
    context = await browser.new_context(viewport=PAPER)
    page = await context.new_page()
    await enter(page, plant, f"/reports?language={language}")
    await page.emulate_media(media="print")
    asked = f"?day={day(1).date()}"
    for path in (f"/reports/daily{asked}", f"/reports/monthly{asked}", f"/reports/clause{asked}"):
        await page.goto(f"{plant.server.urls[0]}{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") == PAPER["width"], path
        assert await page.evaluate(_CUT) == [], path
        assert await page.evaluate(_OVERLAPPING) == [], path
    await context.close()


async def test_charts_are_drawn_where_there_are_days_and_are_named_for_who_cannot_see_them(
    plant: Plant, context: BrowserContext
) -> None:
    tomorrow(plant)
    page = await context.new_page()
    await enter(page, plant, f"/reports/daily?day={day(1).date()}")
    charts = page.get_by_role("img")
    assert await charts.count() >= 4
    for number in range(await charts.count()):
        box = await charts.nth(number).bounding_box()
        assert box is not None
        assert box["width"] > 100
        assert await charts.nth(number).locator("title").first.text_content()


async def test_sheets_are_downloaded_under_the_name_of_the_period(plant: Plant, context: BrowserContext) -> None:
    tomorrow(plant)
    page = await context.new_page()
    await enter(page, plant, f"/reports/daily?day={day(1).date()}")
    for name in ("CSV", "XLSX", "PDF"):
        async with page.expect_download(timeout=30_000) as waiting:
            await page.click(f".around >> text={name}")
        download = await waiting.value
        assert download.suggested_filename == f"daily-{day(1).date()}.{name.lower()}"


async def test_a_name_that_is_a_script_is_shown_and_not_run(plant: Plant, context: BrowserContext) -> None:
    tomorrow(plant)
    site = plant.backend.state().site
    evil = Text(en="<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>")
    cameras = [replace(camera, name=evil) for camera in site.cameras]
    plant.backend.write(SiteConfigured(site=replace(site, cameras=cameras, name=evil)))
    page = await context.new_page()
    await enter(page, plant, f"/reports/daily?day={day(1).date()}")
    await expect(page.locator("body")).to_contain_text("<script>document.title='run'</script>")
    assert await page.title() != "run"
    assert await page.locator("img[src], script").count() == 0


@pytest.mark.parametrize(
    "path", ["/reports/yearly", "/reports/daily?day=x", "/reports/entries?type=nothing", "/reports/daily?format=exe"]
)
async def test_what_cannot_be_shown_is_said_on_a_page(plant: Plant, context: BrowserContext, path: str) -> None:
    page = await context.new_page()
    await enter(page, plant)
    response = await page.goto(f"{plant.server.urls[0]}{path}")
    assert response is not None
    assert response.status in (404, 422)
    await expect(page.locator("[role=alert]")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/reports/yearly", "没有这样的报告。"),
        ("/reports/daily?day=2030-01-01", "该统计期尚未开始"),
        ("/reports/clause?clause=9.9", "没有条款 9.9。"),
    ],
)
async def test_what_cannot_be_shown_is_said_in_the_readers_language(
    plant: Plant, context: BrowserContext, path: str, said: str
) -> None:
    page = await context.new_page()
    await enter(page, plant, "/reports?language=zh_CN")
    await page.goto(f"{plant.server.urls[0]}{path}")
    await expect(page.locator("[role=alert]")).to_contain_text(said)


async def test_entries_say_who_what_and_when_in_the_readers_language(plant: Plant, context: BrowserContext) -> None:
    plant.backend.write(RecordingViewed(camera="gate-1", from_at=day(0, 3), to_at=day(0, 4), reason="自行车"))
    on = day(0).date()
    page = await context.new_page()
    await enter(page, plant, f"/reports/entries?type=recording.viewed&first={on}&last={on}&language=zh_CN")
    row = page.locator("tbody tr").last
    await expect(row.locator(".details")).to_contain_text("原因: 自行车")
    await expect(row.locator(".details")).not_to_contain_text("from_at")
    await expect(row.locator(".who")).to_have_text("系统")


async def test_a_kept_report_is_for_those_who_see_everything(plant: Plant, context: BrowserContext) -> None:
    tomorrow(plant)
    kept = await plant.server.reports.kept("daily", Days(day(1).date(), day(1).date()), "en")
    page = await context.new_page()
    await enter(page, plant)
    async with page.expect_download() as waiting:
        await page.click("text=XLSX")
    assert (await waiting.value).suggested_filename == f"{kept.id}.xlsx"
    await page.click("nav form button")
    await enter(page, plant, account="watch_officer.p")
    await expect(page.locator("body")).not_to_contain_text("XLSX")
    response = await page.goto(f"{plant.server.urls[0]}/reports/made/{kept.id}/{kept.id}.html")
    assert response is not None
    assert response.status == 403
