"""What the TUI's tests share: a plant on a clock that stands still, the app on it, and what a person would see."""

import html
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import cell_len
from textual.message import Message
from textual.pilot import Pilot

from hub.core.text import Language
from hub.locale import set_language
from hub.testing.clock import FakeClock
from hub.tui.action import Where
from hub.tui.app import HubTui
from hub.tui.bridge import Bridge
from hub.tui.screens.room import RoomScreen
from hub.tui.widgets.table import RowTable
from tests.tui.fake_hub import ACCOUNTS, FakeHub, plant

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
"""A Monday, 10:30 in the plant."""

CELL = 12.2
"""Width of a terminal cell in Textual's screenshots."""


def seen(app: HubTui) -> str:
    """The text on the screen, line by line, as a person reads it."""
    lines: dict[int, list[tuple[int, str]]] = {}
    pattern = r'<text[^>]*? x="([\d.]+)"[^>]*?clip-path="url\(#[^"]*?-line-(\d+)\)"[^>]*>(.*?)</text>'
    for x, line, text in re.findall(pattern, app.export_screenshot(simplify=True), flags=re.DOTALL):
        lines.setdefault(int(line), []).append((round(float(x) / CELL), html.unescape(text).replace("\xa0", " ")))
    return "\n".join(_joined(sorted(lines.get(line, []))) for line in range(app.size.height))


def _joined(parts: list[tuple[int, str]]) -> str:
    line = ""
    for column, text in parts:
        line += " " * (column - cell_len(line)) + text.strip("\n")
    return line.rstrip()


class Watching:
    """One running TUI: the pilot, the app, the hub behind it, and every message of ours that went by."""

    def __init__(self, pilot: Pilot[None], app: "RingingTui", hub: FakeHub, clock: FakeClock) -> None:
        self.pilot = pilot
        self.app = app
        self.hub = hub
        self.clock = clock
        self.messages: list[Message] = []

    def sees(self, *texts: str) -> bool:
        screen = seen(self.app)
        return all(text in screen for text in texts)

    async def until(self, condition: Callable[[], object], said: str = "") -> None:
        """Wait until a condition holds; fail with what is on the screen when it does not within ten seconds."""
        for _ in range(400):
            if condition():
                return
            await self.pilot.pause(0.025)
        pytest.fail(f"not within ten seconds: {said}\n{seen(self.app)}")

    async def until_seen(self, *texts: str) -> None:
        await self.until(lambda: self.sees(*texts), " / ".join(texts))

    async def until_gone(self, text: str) -> None:
        await self.until(lambda: not self.sees(text), f"no {text}")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    @property
    def room(self) -> RoomScreen:
        return self.app.room

    def table(self, panel: str) -> RowTable:
        return self.room.query_one(f"#{panel}-table", RowTable)

    async def tick(self, seconds: float = 1.0) -> None:
        """Time passes, and the TUI notices as it does once a second."""
        self.clock.advance(seconds)
        self.app.tick()
        await self.pilot.pause()

    def of(self, kind: type[Any]) -> list[Any]:
        """The messages of one kind, each once however far it bubbled."""
        return list({id(message): message for message in self.messages if isinstance(message, kind)}.values())


class RingingTui(HubTui):
    """The app, counting how often it rings: a test has no ears."""

    rung = 0

    def bell(self) -> None:
        self.rung += 1


Watch = Callable[..., AbstractAsyncContextManager[Watching]]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def hub(clock: FakeClock) -> FakeHub:
    return plant(clock)


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


@pytest.fixture
def watch(clock: FakeClock) -> Watch:
    """`async with watch(hub, …) as w`: the TUI on a hub, by default signed in as the leader `wang`."""

    @asynccontextmanager
    async def run(
        hub: FakeHub,
        *,
        size: tuple[int, int] = (80, 24),
        account: str = "wang",
        language: Language = "en",
        panel: Where = "wall",
    ) -> AsyncIterator[Watching]:
        if account:
            hub.account = ACCOUNTS[account]
        app = RingingTui(hub, signed_in=bool(account), language=language, clock=clock, panel=panel)
        app.bridge = Bridge(hub, app.post_message, clock, refetch_s=0.01, back_off_s=(0.02, 0.05))
        messages: list[Message] = []
        async with app.run_test(size=size, message_hook=messages.append) as pilot:
            watching = Watching(pilot, app, hub, clock)
            watching.messages = messages
            if account:
                await watching.until(lambda: app.room.panel.situation.site is not None, "the site")
                await pilot.pause()
            yield watching

    return run
