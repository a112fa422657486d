"""How long a person waits from key to screen: the TUI itself, in a terminal of 140 columns and 40 lines, over a search
file of 100,000 entries. What the network and the hub's HTTP add is not in it.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from textual import events
from textual.pilot import Pilot

from bench.report import Row
from bench.search_subjects import RARE_EN
from hub.client import HubClient
from hub.client.log import EntryView
from hub.client.search import SearchAnswer, SearchHit
from hub.client.views import EventView
from hub.clock import SystemClock
from hub.journal.excerpt import excerpt
from hub.journal.search import Wanted, reading, words_of
from hub.tui.app import HubTui
from hub.tui.panels.dutylog import DutyLogView
from hub.tui.screens.search import SearchScreen
from hub.tui.widgets.table import RowTable
from tests.tui.fake_hub import ACCOUNTS, plant

TIMES = 7
LONGEST_MS = 100.0
_NO_END = 2**63 - 1


class Took(NamedTuple):
    """From a key to the screen."""

    wall_s: float
    cpu_s: float


async def screen_rows(file: Path) -> list[Row]:
    """Measure; about half a minute."""
    hub = plant(SystemClock(), cameras=500)
    hub.account = ACCOUNTS["wang"]
    hub.answers = {"log": lambda asked: _entries(file, asked), "search": lambda asked: _found(file, asked)}
    app = HubTui(cast(HubClient, hub), signed_in=True, panel="log")
    took: dict[str, list[Took]] = {}
    async with app.run_test(size=(140, 40)) as pilot:
        view = app.room.query_one(DutyLogView)
        await _until(lambda: app.room.panel.situation.site is not None)
        for turn in range(TIMES):
            await _measure(
                pilot, took, "the duty log comes in sight", "d", lambda: view.display and view.table.row_count
            )
            await _measure(pilot, took, "the page before", "o", lambda n=view.table.row_count: view.table.row_count > n)  # type: ignore[misc]
            await _measure(pilot, took, "up by a page", "pageup", lambda: True)
            await _measure(pilot, took, "only one kind", "f", lambda k=turn: _only(view, 1))  # type: ignore[misc]
            await pilot.press("f", "f", "f", "f")
            await _until(lambda: view._fetched and not view._kind)
            await pilot.press("slash")
            await _measure(pilot, took, "a letter of a word to find", "f", lambda: view._fetched and view._entries)
            await pilot.press("escape")
            await _until(lambda: view._fetched)
            await pilot.press("ctrl+f")
            await _until(lambda: isinstance(app.screen, SearchScreen))
            screen = app.screen
            assert isinstance(screen, SearchScreen)
            for letter in RARE_EN[:-1]:
                await pilot.press(letter)
            await _measure(pilot, took, "the last letter of a rare word", RARE_EN[-1], lambda s=screen: _shows(s))  # type: ignore[misc]
            await pilot.press("escape", "d")
            await pilot.pause()
    return [_row(name, values) for name, values in took.items()]


async def _measure(
    pilot: Pilot[None], took: dict[str, list[Took]], name: str, key: str, shown: Callable[[], object]
) -> None:
    """From the key to what was drawn last once the thing is there."""
    app = pilot.app
    await pilot.pause(0.05)
    drawn = _Drawn(app)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    app.post_message(events.Key(key, key if len(key) == 1 else None))
    await _until(shown)
    await _until(lambda: drawn.since(wall_s))
    await pilot.pause()
    took.setdefault(name, []).append(Took(drawn.at_s - wall_s, drawn.cpu_s - cpu_s))
    drawn.end()


class _Drawn:
    """Notes when the screen was last drawn. Without a terminal all is rendered and nothing written."""

    def __init__(self, app: Any) -> None:
        self.at_s = self.cpu_s = 0.0
        self._app = app
        self._display = app._display
        app._display = self._note

    def since(self, at_s: float) -> bool:
        return self.at_s > at_s

    def end(self) -> None:
        self._app._display = self._display

    def _note(self, screen: Any, drawing: Any) -> None:
        self._display(screen, drawing)
        self.at_s, self.cpu_s = time.perf_counter(), time.process_time()


async def _until(condition: Callable[[], object]) -> None:
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise TimeoutError("what was asked for did not come on the screen")


def _only(view: DutyLogView, kinds: int) -> bool:
    return view._fetched and len({each.entry.kind for each in view._entries}) == kinds and view.table.row_count > 0


def _shows(screen: SearchScreen) -> bool:
    return screen.query_one("#search-table", RowTable).row_count > 0 and screen._query == RARE_EN


def _row(name: str, took: list[Took]) -> Row:
    cpu_ms = statistics.median(each.cpu_s for each in took) * 1e3
    walls_ms = [each.wall_s * 1e3 for each in took]
    return Row(
        bench="key to screen, 100,000 entries",
        subject=name,
        figure=f"{statistics.median(walls_ms):.0f} ms",
        cpu=f"{cpu_ms:.0f} ms",
        note=f"longest of {len(took)}: {max(walls_ms):.0f} ms; {LONGEST_MS:.0f} ms of one processor at most",
        failed=cpu_ms > LONGEST_MS,
    )


def _wanted(asked: Mapping[str, Any]) -> Wanted:
    return Wanted(
        words=words_of(asked.get("q", "")), kinds=tuple(asked.get("kinds", ())), before=asked.get("before", _NO_END)
    )


def _entries(file: Path, asked: Mapping[str, Any]) -> list[EntryView]:
    with reading(file, SystemClock()) as index:
        found = [index.line(entry) for entry in index.find_entries(_wanted(asked), asked["limit"])]
    return [EntryView(entry=line.entry, corrected_by=line.corrected_by) for line in found]


def _found(file: Path, asked: Mapping[str, Any]) -> SearchAnswer:
    wanted = _wanted(asked)
    with reading(file, SystemClock()) as index:
        places = index.find(wanted, 50).found
    now = SystemClock().now()
    hits = []
    for place in places:
        text, marks = excerpt(place.text, wanted.words)
        event = EventView(
            seq=place.seq,
            at=now,
            seen_at=now,
            actor="person:zhang",
            cause=None,
            type="log.entered",
            event={"entry": "L-1", "kind": "note", "text": text, "happened_at": now},
            hash="",
        )
        hits.append(SearchHit(event=event, excerpt=text, marks=marks))
    return SearchAnswer(hits=hits)
