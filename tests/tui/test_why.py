"""The page that says why a camera is judged as it is."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from hub.core.text import Language
from hub.locale import set_language
from hub.tui.rows import why
from hub.tui.screens.closeup import Closeup
from hub.tui.widgets.cameras import LivePicture
from hub.tui.widgets.why import WhyView
from tests.tui.conftest import Watch, seen
from tests.tui.explanations import blurred
from tests.tui.fake_hub import FakeHub

VALUES = st.lists(st.none() | st.floats(-1e6, 1e6), max_size=400)


def drawn(width: int, language: Language = "en") -> str:
    set_language(language)
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(why.render(blurred(), width))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@given(values=VALUES, width=st.integers(1, 80))
def test_a_sparkline_is_never_longer_than_its_room_and_has_a_gap_only_where_nothing_was(
    values: list[float | None], width: int
) -> None:
    line = why.sparkline(values, width)
    assert len(line) <= min(width, max(1, len(values)))
    if values and len(values) <= width and any(value is not None for value in values):
        assert [mark == " " for mark in line] == [value is None for value in values]


@given(low=st.floats(0, 10), step=st.floats(0.1, 10))
def test_a_sparkline_rises_where_the_values_rise(low: float, step: float) -> None:
    line = why.sparkline([low + index * step for index in range(8)], 8)
    assert list(line) == sorted(line)
    assert (line[0], line[-1]) == ("▁", "█")


def test_the_gravest_state_comes_first_and_every_reading_says_how_far_it_is_from_its_limit() -> None:
    text = drawn(100)
    order = [text.index(words) for words in ("! found", "? hidden", "- switched off", "✓ not seen")]
    assert order == sorted(order)
    assert "softness 0.62, limit above 0.30 (beyond)" in text
    assert "change 1.20, limit below 0.12 (900 % away)" in text
    assert "reference view day-1, not approved yet" in text
    assert "▁" in text
    assert "█" in text


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("width", [72, 190])
def test_no_line_is_wider_than_the_screen_and_the_columns_stand_in_line(width: int, language: Language) -> None:
    lines = drawn(width, language).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    ends = {cell_len(line[: line.index(" %") + 2]) for line in lines if re.search(r"measure \d|号测量", line)}
    assert len(ends) == 1, "the values end in one column"


async def test_w_turns_to_the_reasons_and_back_and_they_stay_fresh(watch: Watch, hub: FakeHub) -> None:
    hub.explanations["press-1"] = blurred()
    async with watch(hub, size=(80, 24)) as w:
        await w.press("enter")
        await w.until_seen("W: why it is judged so")
        assert hub.explained == [], "nobody has asked why yet"
        await w.press("w")
        await w.until_seen("Found: blurred.", "! found", "softness 0.62", "W: the picture")
        asked = len(hub.explained)
        await w.tick(1.0)
        assert len(hub.explained) == asked, "not more often than every two seconds"
        hub.explanations["press-1"] = blurred(0.44)
        await w.tick(1.5)
        await w.until_seen("softness 0.44")
        await w.press("w")
        await w.until_seen("W: why it is judged so")
        assert w.app.screen.query_one(LivePicture).display
        assert not w.app.screen.query_one(WhyView).display


async def test_what_does_not_fit_can_be_scrolled_to(watch: Watch, hub: FakeHub) -> None:
    hub.explanations["press-1"] = blurred()
    async with watch(hub, size=(80, 24)) as w:
        await w.press("enter", "w")
        await w.until_seen("Found: blurred.")
        assert not w.sees("measure 29")
        await w.press("end")
        await w.until_seen("measure 29")
        await w.press("home")
        await w.until_seen("Found: blurred.")


async def test_a_large_screen_in_chinese_shows_all_of_it(watch: Watch, hub: FakeHub) -> None:
    hub.explanations["press-1"] = blurred()
    async with watch(hub, size=(200, 60), language="zh_CN") as w:
        await w.press("enter", "w")
        await w.until_seen("已确认：画面模糊。", "虚化 0.62", "29 号测量")
        assert all(cell_len(line) <= 200 for line in seen(w.app).splitlines())


async def test_a_watch_that_says_nothing_is_told_in_words_and_what_it_said_last_stays(
    watch: Watch, hub: FakeHub
) -> None:
    async with watch(hub) as w:
        await w.press("enter", "w")
        await w.until_seen("says nothing at the moment")
        hub.explanations["press-1"] = blurred()
        await w.tick(2.5)
        await w.until_seen("Found: blurred.")
        del hub.explanations["press-1"]
        await w.tick(2.5)
        await w.until_seen("says nothing at the moment", "Found: blurred.")


async def test_an_alarms_closeup_has_no_such_page(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed", evidence=False)
    async with watch(hub) as w:
        await w.press("2", "enter", "w")
        await w.until(lambda: isinstance(w.app.screen, Closeup), "the close-up")
        await w.pilot.pause()
        assert not w.app.screen.query(WhyView)
        assert hub.explained == []


def test_an_explanation_without_a_reference_says_so() -> None:
    set_language("en")
    console = Console(file=io.StringIO(), width=80)
    console.print(why.render(replace(blurred(), reference="", light=None, learning=0.4), 80))
    assert isinstance(console.file, io.StringIO)
    assert "no reference view; learned 40 %" in console.file.getvalue()
