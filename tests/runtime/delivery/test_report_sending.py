"""Reports that go with messages: made once for everybody, tried again when that cannot be yet, told in a few lines."""

import asyncio
from datetime import date

import pytest

from hub.automation.model import ReportWanted
from hub.core.reports.events import ReportMade
from hub.errors import DeliveryFailed, SiteError
from hub.runtime.delivery.report_sending import attaching, summary
from hub.server.accounts.sign_in import LOCAL_ACCOUNT
from hub.server.reports.desk import ReportDesk
from tests.server.conftest import Plant, clock, enrolled, plant, site
from tests.server.test_figures import day, tomorrow

__all__ = ["clock", "enrolled", "plant", "site"]


@pytest.fixture
async def desk(plant: Plant) -> ReportDesk:
    tomorrow(plant)
    return plant.server.reports


def wanted(on: date | None = None) -> ReportWanted:
    return ReportWanted(kind="daily", day=on or day(1).date())


async def test_all_recipients_get_the_same_files_which_are_made_once(plant: Plant, desk: ReportDesk) -> None:
    attach = attaching(desk, "zh_CN")
    first, *others = await asyncio.gather(*(attach(wanted()) for _ in range(4)))
    assert {each.files for each in others} == {first.files}
    assert first.title.in_("zh_CN") == f"日报 {day(1).date()}"
    assert all(path.is_file() for path in first.files)
    assert len([record for record in plant.backend.records if isinstance(record.event, ReportMade)]) == 1


async def test_a_try_that_is_given_up_leaves_the_report_to_be_found_by_the_next(desk: ReportDesk) -> None:
    attach = attaching(desk, "en")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await attach(wanted())
    assert (await attach(wanted())).files


async def test_while_the_past_is_counted_it_is_tried_again(desk: ReportDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*args: object, **kwargs: object) -> None:
        raise SiteError("The past is still being counted.")

    monkeypatch.setattr(desk, "report", busy)
    with pytest.raises(DeliveryFailed, match="not made yet") as raised:
        await attaching(desk, "en")(wanted())
    assert raised.value.retry


async def test_what_can_never_be_made_is_given_up(desk: ReportDesk) -> None:
    with pytest.raises(DeliveryFailed, match="cannot be made") as raised:
        await attaching(desk, "en")(wanted(date(2020, 1, 1)))
    assert not raised.value.retry


async def test_the_message_names_what_matters_and_where_the_rest_is(desk: ReportDesk) -> None:
    found = await desk.report(LOCAL_ACCOUNT, "daily", day=day(1).date())
    told = summary(found, "https://hub.example")
    assert "Online, by time: 87.5 % (off target)" in told.en.splitlines()
    assert "在线率（按时长）：87.5 % (未达标)" in told.zh.splitlines()
    assert told.en.splitlines()[-1] == f"https://hub.example/reports/daily?day={day(1).date()}"
    assert summary(found, "").en.endswith(f"hub report daily --day {day(1).date()}")
    assert "False alarms:" not in told.en, "nothing was counted"
