"""How four screens look, cell by cell, on a clock that stands still.

A screenshot of an app that failed to compose would pass for ever; each of these has its journey in test_journeys.py
(the wall and its areas, the alarms at any size, the lost hub) or test_references.py, and waits for what it must show
before it is taken.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from hub.core.findings import ReferenceApproved
from hub.testing.clock import FakeClock
from hub.tui.app import HubTui
from hub.tui.bridge import Bridge
from tests.tui.conftest import seen
from tests.tui.explanations import blurred
from tests.tui.fake_hub import ACCOUNTS, FakeHub, troubled_plant

Compare = Callable[..., bool]


def room(clock: FakeClock, language: Any) -> tuple[HubTui, FakeHub]:
    hub = troubled_plant(clock)
    hub.account = ACCOUNTS["wang"]
    app = HubTui(hub, signed_in=True, language=language, clock=clock, panel="wall")
    app.bridge = Bridge(hub, app.post_message, clock, refetch_s=0.01, back_off_s=(0.02, 0.05))
    return app, hub


def after(
    *keys: str, shows: tuple[str, ...], first: Callable[[], None] = lambda: None
) -> Callable[[Any], Awaitable[None]]:
    """Wait for the hub, press, and wait for what the picture must show."""

    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, HubTui)
        await _until(pilot, lambda: app.room.panel.situation.site is not None)
        await pilot.press(*keys)
        first()
        await _until(pilot, lambda: all(text in seen(app) for text in shows))
        await pilot.pause()

    return run


async def _until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        await pilot.pause(0.025)
    pytest.fail("the screen never showed what it must")


def test_the_wall_at_80_by_24(snap_compare: Compare, clock: FakeClock) -> None:
    app, _hub = room(clock, "en")
    shows = ("✗ Signal lost", "Yard and gates", "4 cameras, 1 with")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("up", shows=shows))


def test_the_alarms_in_chinese_at_200_by_60(snap_compare: Compare, clock: FakeClock) -> None:
    app, _hub = room(clock, "zh_CN")
    shows = ("! 未确认", "检查摄像机供电与网络", "编号")
    assert snap_compare(app, terminal_size=(200, 60), run_before=after("2", shows=shows))


def test_the_tickets_while_the_hub_is_lost(snap_compare: Compare, clock: FakeClock) -> None:
    app, hub = room(clock, "en")
    shows = ("The hub has not answered since 10:30:00.", "? Open", "✗ no hub")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("3", shows=shows, first=hub.lose))


def test_the_views_that_wait_for_approval(snap_compare: Compare, clock: FakeClock) -> None:
    app, hub = room(clock, "en")
    hub.learn("gate-1", "day-1")
    hub.happen(ReferenceApproved(camera="gate-1", reference="day-1"), actor="person:wang")
    hub.learn("gate-1", "day-2")
    hub.learn("press-1", "infrared-1", "infrared", preset="door")
    shows = (
        "Reference views that wait for approval",
        "live, 0 s old",
        "not approved: day-2 (day)",
        "B: approve beside",
    )
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("V", shows=shows))


def test_why_a_camera_is_judged_so_at_80_by_24(snap_compare: Compare, clock: FakeClock) -> None:
    app, hub = room(clock, "en")
    hub.explanations["press-1"] = blurred()
    shows = ("Found: blurred.", "softness 0.62")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("enter", "w", shows=shows))
