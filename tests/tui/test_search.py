"""Search everywhere: found as one types, and Enter leads to the thing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.dutylog.events import LogEntered
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.logentry import EntryScreen
from hub.tui.screens.search import SearchScreen
from tests.tui.conftest import NOW, Watch, Watching
from tests.tui.fake_hub import FakeHub, troubled_plant
from tests.tui.searched import searched


@pytest.fixture
def hub(hub: FakeHub, tmp_path: Path) -> Iterator[FakeHub]:
    hub = troubled_plant(hub.clock)
    hub.happen(
        LogEntered(
            entry="L-1", kind="incident", text="东门有人翻越围栏 fence climbed", happened_at=NOW, cameras=["gate-1"]
        ),
        actor="person:zhang",
    )
    with searched(hub, tmp_path):
        yield hub


async def look_for(w: Watching, words: str) -> SearchScreen:
    await w.press("ctrl+f")
    await w.until(lambda: isinstance(w.app.screen, SearchScreen), "the search")
    await w.press(*words)
    screen = w.app.screen
    assert isinstance(screen, SearchScreen)
    await w.until(lambda: screen._query == words and screen._said != "searching", "the answer")
    return screen


@pytest.mark.parametrize("words", ["翻越", "翻越围栏", "fence", "L-1"])
async def test_an_entry_is_found_as_one_types_and_opened(watch: Watch, hub: FakeHub, words: str) -> None:
    async with watch(hub, size=(140, 40)) as w:
        await look_for(w, words)
        await w.until_seen("Duty log L-1, Incident", f"[{words}]" if words != "L-1" else "[L-1]")
        await w.press("down")
        table = w.app.screen.query_one("#search-table")
        table.choose(next(key for key in table.row_keys if not key.startswith("camera:")))
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, EntryScreen), "the entry")
        await w.until_seen("Duty log L-1")
        await w.press("escape", "escape", "escape")
        assert w.app.screen is w.room


async def test_a_ticket_is_found_by_its_number_and_shown_on_its_panel(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        screen = await look_for(w, "t-2")
        assert screen._hits[0].event.event["ticket"] == "T-2"
        await w.press("enter")
        await w.until(lambda: w.app.screen is w.room and w.room.where == "tickets", "the tickets")
        await w.until(lambda: w.table("tickets").chosen == "T-2", "the ticket")


async def test_a_camera_is_found_by_its_name_in_either_language(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await look_for(w, "炉口")
        await w.until_seen("Furnace mouth (furnace)")
        await w.press("enter")
        await w.until(lambda: w.room.where == "wall" and w.table("wall").chosen == "furnace", "the camera")


async def test_what_is_over_is_shown_as_its_record(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        screen = await look_for(w, "refused")
        assert screen._hits
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, Closeup), "the record")


async def test_nothing_found_is_said(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await look_for(w, "鲸鱼")
        await w.until_seen("Nothing holds these words.")
        await w.press("down", "enter")
        assert isinstance(w.app.screen, SearchScreen)
        await w.press("escape")
        assert w.app.screen is w.room


async def test_more_is_fetched_when_asked_for(watch: Watch, hub: FakeHub) -> None:
    hub.happen(
        *(LogEntered(entry=f"L-{n}", kind="note", text=f"lorry {n}", happened_at=NOW) for n in range(2, 82)),
        actor="person:zhang",
    )
    async with watch(hub) as w:
        screen = await look_for(w, "lorry")
        assert len(screen._hits) == 50
        await w.press("down", "o")
        await w.until(lambda: len(screen._hits) == 80, "all of them")
        assert screen._before is None


async def test_a_person_of_one_domain_finds_nothing_of_another(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="li") as w:
        screen = await look_for(w, "fence")
        assert screen._hits == []
        assert screen._cameras == []


async def test_a_lost_hub_is_said_and_the_search_stays(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        hub.lose()
        await w.press("ctrl+f", *"fence")
        await w.until_seen("Connection refused")
        hub.recover()
        await w.press("backspace")
        await w.until_seen("Duty log L-1")


async def test_searching_is_not_offered_before_somebody_signed_in(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="") as w:
        await w.press("ctrl+f")
        await w.pilot.pause()
        assert not isinstance(w.app.screen, SearchScreen)
