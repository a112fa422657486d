"""The history and the figures of alarms over the real API."""

from datetime import timedelta

import pytest

from hub.client.alarms import alarm_figures, alarm_history
from hub.core.alarms.commands import AcknowledgeAlarm, JudgeAlarm, RaiseAlarm, ReturnAlarm
from hub.core.decisions import decide
from hub.core.event import Event
from hub.core.text import Text
from hub.errors import NotSignedIn, Refused, SiteError
from hub.server.books.alarms import AlarmBook, number_of
from tests.server.conftest import Plant


def lose(plant: Plant, camera: str, *, rule: str = "frozen", kind: str = "frozen") -> list[Event]:
    order = RaiseAlarm(
        rule=rule,
        kind=kind,
        subject=f"camera:{camera}",
        camera=camera,
        priority="medium",
        title=Text(en="Frozen", zh="冻结"),
        response=Text(en=""),
        clause="",
        evidence=None,
        lasting=True,
    )
    events = list(decide(plant.backend.state(), order, f"rule:{rule}", plant.clock.now()))
    plant.backend.write(*events, actor=f"rule:{rule}")
    return events


def restore(plant: Plant, camera: str) -> None:
    order = ReturnAlarm(rule="frozen", subject=f"camera:{camera}")
    plant.backend.write(*decide(plant.backend.state(), order, "rule:frozen", plant.clock.now()), actor="rule:frozen")


async def test_the_figures_count_what_happened(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    lose(plant, "press-1")
    plant.clock.advance(60)
    await client.send(AcknowledgeAlarm(alarm="A-3"))
    await client.send(JudgeAlarm(alarm="A-3", verdict="false", cause="a still scene"))
    found = await alarm_figures(client)
    assert [desk.desk for desk in found.desks] == ["production", "security"]
    assert found.verdicts.false_share == 1.0
    assert found.acknowledge_median_s == 60.0
    before = found.alarms
    lose(plant, "gate-1")
    plant.clock.advance(1)
    assert (await alarm_figures(client)).alarms == before + 1


async def test_the_figures_of_a_young_hub_are_over_its_life_only(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    (first,) = plant.backend.read(0, 1)
    plant.clock.advance(23 * 60)
    found = await alarm_figures(client)
    assert found.collecting
    assert found.counted_from_at == first.seen_at
    assert {desk.slots for desk in found.desks} == {3}
    plant.clock.advance(48 * 3600)
    found = await alarm_figures(await plant.signed_in("leader.ps"))
    assert (found.collecting, found.counted_from_at) == (False, found.from_at)


async def test_everybody_gets_the_figures_and_the_history_of_the_own_domains_only(plant: Plant) -> None:
    lose(plant, "press-1")
    lose(plant, "gate-1")
    plant.clock.advance(60)
    for account, camera, desk in (
        ("watch_officer.p", "press-1", "production"),
        ("watch_officer.s", "gate-1", "security"),
    ):
        client = await plant.signed_in(account)
        figures, history = await alarm_figures(client), await alarm_history(client)
        assert [each.desk for each in figures.desks] == [desk]
        assert {each.camera for each in figures.top} <= {camera, None}
        assert {past.life.camera for past in history} == {camera}


async def test_the_history_is_newest_first_and_page_by_page(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    for camera in ("press-1", "gate-1"):
        lose(plant, camera)
        restore(plant, camera)
    history = await alarm_history(client)
    numbers = [past.life.alarm for past in history]
    assert numbers == sorted(numbers, key=number_of, reverse=True)
    (one,) = await alarm_history(client, limit=1, before=numbers[0])
    assert one.life.alarm == numbers[1]
    assert {str(past.camera_name and past.camera_name.en) for past in history} == {"Press", "Gate"}


async def test_the_history_can_be_searched(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    lose(plant, "press-1")
    lose(plant, "gate-1")
    number = plant.backend.state().alarm_ids["frozen|camera:press-1"]
    await client.send(AcknowledgeAlarm(alarm=number))
    restore(plant, "press-1")
    await client.send(JudgeAlarm(alarm=number, verdict="nuisance", cause="they test it"))
    (past,) = await alarm_history(client, cleared=True)
    assert (past.life.alarm, past.life.cause) == (number, "they test it")
    assert [p.life.alarm for p in await alarm_history(client, find={"verdict": "nuisance"})] == [number]
    frozen = await alarm_history(client, find={"rule": "frozen", "camera": "gate-1"})
    assert [p.life.camera for p in frozen] == ["gate-1"]
    assert number not in [p.life.alarm for p in await alarm_history(client, find={"verdict": "none"})]


@pytest.mark.parametrize(
    "parameters",
    [
        {"from_at": "2026-01-05T09:00:00"},
        {"from_at": "1000-01-05T09:00:00Z"},
        {"from_at": "2199-01-05T09:00:00Z"},
        {"from_at": "2001-01-05T09:00:00Z"},
        {"from_at": "now"},
    ],
)
async def test_a_period_that_makes_no_sense_is_refused(plant: Plant, parameters: dict[str, str]) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(Refused):
        await client.read("alarms/figures", dict, parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize("parameters", [{"before": "x"}, {"verdict": "maybe"}, {"limit": 0}, {"limit": 1001}])
async def test_a_question_that_makes_no_sense_is_refused(plant: Plant, parameters: dict[str, str | int]) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(Refused):
        await client.read("alarms/history", list, parameters)  # type: ignore[arg-type]


async def test_nobody_gets_figures_without_signing_in(plant: Plant) -> None:
    with pytest.raises(NotSignedIn):
        await alarm_figures(plant.client())


async def test_the_site_says_what_alarms_have_in_common_and_where_a_flood_is(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.p")
    for number in range(12):
        lose(plant, "press-1", rule=f"rule-{number}", kind=f"kind-{number}")
    site = await client.site()
    assert [flood.desk for flood in site.floods] == ["production"]
    other = await plant.signed_in("watch_officer.s")
    assert (await other.site()).floods == []


async def test_what_takes_too_long_is_said_and_goes_on_with_the_next_question(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(30):
        lose(plant, "press-1")
        restore(plant, "press-1")
    monkeypatch.setattr("hub.server.books.book._PAGE", 10)
    account, state = await _account(plant), plant.backend.state()

    class Slow:
        clock = plant.clock
        read_pages = 0

        def read(self, after: int, limit: int, *, types: object = ()) -> list[object]:
            if types:
                self.read_pages += 1
                plant.clock.advance(5)
            return plant.backend.read(after, limit, types=types)  # type: ignore[arg-type,return-value]

    slow = Slow()
    book = AlarmBook(slow)  # type: ignore[arg-type]
    now = plant.clock.now()
    asked, hints = 0, set[str]()
    while asked < 20:
        asked += 1
        try:
            found = book.figures(account, state, from_at=now - timedelta(hours=1), to_at=now + timedelta(hours=1))
            break
        except SiteError as error:
            hints.add(error.hint)
    assert 1 < asked < 20
    assert hints == {"Ask again in a moment."}
    whole = AlarmBook(plant.backend).figures(
        account, state, from_at=now - timedelta(hours=1), to_at=now + timedelta(hours=1)
    )
    assert found.alarms == whole.alarms > 0
    assert slow.read_pages < 15


async def test_figures_of_an_earlier_time_are_counted_from_there(plant: Plant) -> None:
    lose(plant, "press-1")
    restore(plant, "press-1")
    early = plant.clock.now()
    plant.clock.advance(30 * 24 * 3600)
    lose(plant, "gate-1")
    plant.clock.advance(60)
    client = await plant.signed_in("leader.ps")
    last_hour = await alarm_figures(client, from_at=plant.clock.now() - timedelta(hours=1))
    assert last_hour.alarms == 1
    then = await alarm_figures(client, from_at=early, to_at=early + timedelta(hours=1))
    assert then.alarms >= 1
    assert then.to_at <= early + timedelta(hours=2)


async def _account(plant: Plant):  # type: ignore[no-untyped-def]
    return (await (await plant.signed_in("leader.ps")).site()).me
