"""Looking at recordings on the screen: why first, then the day, its gaps and alarms, pictures, and the player."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from hub.client.viewings import OVER
from hub.core.recorded import Gap, Span
from hub.errors import NotAllowed, NotFound
from hub.tui.rows import timeline
from hub.tui.screens.playback import PlaybackScreen
from hub.tui.widgets.picture import PictureView
from tests.tui.conftest import NOW, Watch, Watching
from tests.tui.fake_hub import FakeHub
from tests.tui.playback_plant import ZONE, footage

BEGIN = datetime(2026, 11, 22, 16, tzinfo=UTC)
DAY = Span(BEGIN, BEGIN + timedelta(hours=24))


async def looking(w: Watching, reason: str = "theft") -> PlaybackScreen:
    w.room.panel.choose("gate-1")
    await w.press("v")
    await w.until_seen("Who looks at recordings says why")
    await w.press(*reason, "enter")
    screen = w.app.screen
    assert isinstance(screen, PlaybackScreen)
    await w.until(lambda: picture(w) is not None, "the picture")
    return screen


def picture(w: Watching) -> str | None:
    view = w.app.screen.query_one(PictureView)
    return view.caption if view.has_picture and not view.drawn_grey else None


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A player of this machine that writes down what it was given and is closed at once."""
    told = tmp_path / "told"
    program = tmp_path / "mpv"
    program.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$1" > {told}\ncat "${{last#--playlist=}}" >> {told}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":9")
    return told


async def test_nothing_is_shown_and_nothing_asked_before_the_reason_is_given(watch: Watch, hub: FakeHub) -> None:
    asked = footage(hub)
    async with watch(hub, account="zhang") as w:
        w.room.panel.choose("gate-1")
        await w.press("v")
        await w.until_seen("Who looks at recordings says why", "why you look at it")
        await w.press("enter", "enter")
        await w.tick()
        assert asked["begun"] == asked["stills"] == []
        await w.press("escape")
        await w.until(lambda: w.app.screen is w.room, "the room")
    assert asked["ended"] == []


async def test_the_day_is_shown_with_gaps_and_alarms_and_a_picture_of_the_moment(watch: Watch, hub: FakeHub) -> None:
    asked = footage(hub)
    async with watch(hub, account="zhang") as w:
        await looking(w, "theft")
        [begun] = asked["begun"]
        assert (begun["camera"], begun["reason"]) == ("gate-1", "theft")
        assert (begun["from_at"], begun["to_at"]) == (DAY.from_at, DAY.to_at)
        assert w.sees("Main gate, recordings of 2026-11-23", "10:29:00  recorded", "00:00", "21:00")
        assert picture(w) == "2026-11-23 10:29:00"
        await w.press("p")
        await w.until_seen("09:30:00", "! 09:30:00 Camera obstructed")
        await w.until(lambda: picture(w) == "2026-11-23 09:30:00", "the picture of the alarm")
        await w.press("pageup", "left", "left")
        await w.until_seen("08:20:00", "not recorded: network", "no picture")
        assert len(asked["begun"]) == 1


async def test_who_scrubs_on_sees_the_last_picture_until_the_next_comes(watch: Watch, hub: FakeHub) -> None:
    asked = footage(hub)
    async with watch(hub, account="zhang") as w:
        await looking(w)
        await w.press("plus", "plus", "left", "left", "left")
        await w.until(lambda: picture(w) == "2026-11-23 10:28:30", "the picture")
        assert len(asked["stills"]) <= 3, "what one only passes is not fetched"
        assert w.sees("10 s", "2 min")


async def test_it_is_opened_in_the_local_player_from_there(watch: Watch, hub: FakeHub, player: Path) -> None:
    asked = footage(hub)
    async with watch(hub, account="zhang") as w:
        await looking(w)
        await w.press("enter")
        await w.until(lambda: player.exists() and "http" in player.read_text(), "the player")
        [wish] = asked["links"]
        assert (wish.from_at, wish.to_at) == (NOW - timedelta(minutes=1), NOW + timedelta(minutes=9))
        told = player.read_text().splitlines()
        assert told[0] == "--title=Main gate 2026-11-23 10:29:00"
        assert told[-1] == "http://127.0.0.1:9/api/viewings/open/ticket/gate-1.mp4"
        await w.press("l")
        await w.until(lambda: asked["ended"] == ["bb"], "the live viewing is closed with its player")
        [live] = asked["live"]
        assert (live.camera, live.reason) == ("gate-1", "theft")
        await w.press("escape")
        await w.until(lambda: asked["ended"] == ["bb", "aa"], "the viewing is closed with the screen")


async def test_without_a_player_the_screen_says_so(watch: Watch, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    footage(hub)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    async with watch(hub, account="zhang") as w:
        await looking(w)
        await w.press("enter")
        await w.until_seen("There is no player here")


async def test_another_day_a_typed_time_and_another_camera(watch: Watch, hub: FakeHub) -> None:
    asked = footage(hub)
    async with watch(hub, account="zhang") as w:
        await looking(w)
        await w.press("up")
        await w.until_seen("recordings of 2026-11-22", "Nothing was recorded on this day.")
        assert len(asked["begun"]) == 1, "nothing is looked at where there is nothing"
        await w.press("t", *"09:15", "enter")
        await w.until_seen("recordings of 2026-11-23", "09:15:00")
        await w.press("t", *"later", "enter")
        await w.until_seen("Write 14:30")
        await w.press("escape", "tab")
        await w.until_seen("Goods gate, recordings of 2026-11-23", "Nothing was recorded on this day.")


async def test_who_may_not_look_is_told_so(watch: Watch, hub: FakeHub) -> None:
    footage(hub)
    async with watch(hub, account="guo") as w:
        await w.press("v")
        await w.until_seen("You may not look at recordings.")


async def test_the_close_up_leads_there_too_in_both_languages(watch: Watch, hub: FakeHub) -> None:
    footage(hub)
    async with watch(hub, account="zhang", size=(140, 40)) as w:
        w.room.panel.choose("gate-1")
        await w.press("enter")
        await w.until_seen("v: recordings")
        await w.press("v", *"theft", "enter")
        await w.until(lambda: picture(w) is not None, "the picture")
        await w.press("L")
        await w.until_seen("大门")


async def test_what_the_hub_refuses_is_said(watch: Watch, hub: FakeHub) -> None:
    asked: dict[str, Any] = footage(hub)
    hub.answers["POST viewings"] = NotAllowed("gate-1 belongs to a domain or department that Zhang has no rights in.")
    async with watch(hub, account="zhang") as w:
        w.room.panel.choose("gate-1")
        await w.press("v")
        await w.until_seen("Who looks at recordings")
        await w.press(*"curious", "enter")
        await w.until_seen("! gate-1 belongs to a domain")
    assert asked["stills"] == []


async def test_who_comes_back_after_long_looks_anew_which_is_on_record_again(watch: Watch, hub: FakeHub) -> None:
    asked = footage(hub)
    shown = hub.answers["viewings/aa/still"]

    def over(parameters: dict[str, Any]) -> bytes:
        hub.answers["viewings/aa/still"] = shown
        raise NotFound(OVER, hint="Begin another one.")

    async with watch(hub, account="zhang") as w:
        await looking(w)
        hub.answers["viewings/aa/still"] = over
        await w.press("left")
        await w.until(lambda: picture(w) == "2026-11-23 10:24:00", "the picture")
        assert [each["reason"] for each in asked["begun"]] == ["theft", "theft"]


async def test_what_is_recorded_meanwhile_is_found(watch: Watch, hub: FakeHub) -> None:
    footage(hub)
    async with watch(hub, account="zhang") as w:
        await looking(w)
        await w.tick(300)
        last = hub.footage[-1]
        hub.footage[-1] = replace(last, end_at=hub.clock.now())
        await w.press("right")
        await w.until(lambda: picture(w) == "2026-11-23 10:34:00", "the picture of a moment ago")
        assert w.sees("10:34:00  recorded")


def day(*recorded: Span, gaps: tuple[Gap, ...] = ()) -> timeline.Day:
    return timeline.Day(camera="gate-1", span=DAY, recorded=list(recorded), gaps=list(gaps), alarms=[])


def drawn(one: timeline.Day, at: datetime, width: int = 48, zoom: int = 0) -> list[str]:
    shown = timeline.window(one.span, at, timeline.ZOOMS[zoom])
    lines = timeline.lines(one, shown, at, ZONE, width, DAY.to_at)
    return ["".join(cell.text for cell in cells) for cells in lines]


def test_the_line_is_as_wide_as_it_may_be_and_says_what_is_missing() -> None:
    six = Span(BEGIN, BEGIN + timedelta(hours=6))
    gap = Gap(BEGIN + timedelta(hours=6), BEGIN + timedelta(hours=12), "hub")
    for width in (10, 48, 76, 132):
        lines = drawn(day(six, gaps=(gap,)), BEGIN, width)
        assert {len(line) for line in lines} == {width}
    marks, line, hours = drawn(day(six, gaps=(gap,)), BEGIN + timedelta(hours=3))
    assert line == "█" * 12 + "░" * 12 + "·" * 24
    assert marks.index("▼") == 6
    assert hours.startswith("00:00")
    assert drawn(day(six), BEGIN, 5) == []


def test_closer_the_line_turns_over_like_a_page() -> None:
    at = BEGIN + timedelta(hours=7, minutes=20)
    assert timeline.window(DAY, at, timeline.ZOOMS[1]) == Span(BEGIN + timedelta(hours=6), BEGIN + timedelta(hours=12))
    assert timeline.window(DAY, at, timeline.ZOOMS[2]) == Span(BEGIN + timedelta(hours=7), BEGIN + timedelta(hours=8))
    assert timeline.window(DAY, at, timeline.ZOOMS[0]) == DAY


def test_the_day_is_opened_as_close_as_shows_all_of_its_recordings() -> None:
    def spanned(first_h: float, last_h: float) -> timeline.Day:
        return day(Span(BEGIN + timedelta(hours=first_h), BEGIN + timedelta(hours=last_h)))

    at = BEGIN + timedelta(hours=7, minutes=20)
    assert timeline.closest(spanned(7.1, 7.4), at) == 2
    assert timeline.closest(spanned(6.5, 7.4), at) == 1
    assert timeline.closest(spanned(0, 7.4), at) == 0
    assert timeline.closest(spanned(3, 3.5), at) == 0, "another page than that of the cursor"
    assert timeline.closest(day(), at) == 0
