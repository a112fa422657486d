"""The attention asker against a real core loop and journal: each instant once, nothing made up for."""

from collections.abc import AsyncIterator
from datetime import UTC, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.automation.engine import build_index
from hub.core.attention.plan import instants, plans_of
from hub.core.calendar import Calendar
from hub.core.catalogue import SiteConfigured
from hub.core.duty.roster import Asks, Post, Roster
from hub.core.event import Draft, wire_name
from hub.core.findings import CameraJudged
from hub.core.posts.events import PostSignedOn
from hub.core.site import Camera, Site
from hub.core.text import Text
from hub.journal.log import Journal
from hub.runtime.core_loop import CoreLoop
from hub.runtime.delivery.rostered import Rostered
from hub.runtime.duties.attention import AttentionAsker
from hub.testing.clock import FakeClock
from tests.runtime.test_core_loop import store_in

ROSTER = Roster(
    posts=(Post(id="desk", name=Text(en="Desk"), cameras=("a", "b", "c")),),
    attention=Asks(posts=("desk",), day_s=3600.0, night_s=3600.0, night=(time(22), time(6))),
)
SITE = Site(cameras=[Camera(id=name, name=Text(en=name), area="x", domain="security") for name in "abc"])
SECRET = b"s" * 32


class World:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.journal = Journal(store_in(folder), self.clock)
        self.core = CoreLoop(self.journal, self.clock, targets=lambda to: ())
        self.rostered = Rostered(ROSTER, ZoneInfo("UTC"), Calendar())
        self.asker = AttentionAsker(self.core, self.clock, self.rostered, SECRET)

    async def start(self) -> None:
        await self.journal.start()
        await self.core.start(build_index(()))
        here = PostSignedOn(post="desk", post_name=Text(en="Desk"), account="li", name=Text(en="Li"), how="in_time")
        events = [SiteConfigured(site=SITE), *(CameraJudged(camera=name) for name in "abc"), here]
        await self.core.propose(lambda state: [Draft(event, actor="hub") for event in events])

    async def stop(self) -> None:
        await self.core.stop()
        await self.journal.stop()

    def written(self) -> list[str]:
        return [wire_name(record.event) for record in self.journal.read(0, 1000)]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


async def to_the_next(world: World) -> None:
    """The clock goes on to the next instant, and somebody looks."""
    (plan,) = plans_of(ROSTER)
    now = world.clock.now()
    at = min(at for _, at in instants(plan, SECRET, UTC, now, now + timedelta(hours=3)))
    world.clock.advance((at - now).total_seconds() - 30.0)
    await world.asker.look()
    world.clock.advance(30.0)
    await world.asker.look()


async def test_what_the_roster_says_goes_on_record_once(world: World) -> None:
    await world.asker.look()
    await world.asker.look()
    assert world.written().count("attention.planned") == 1
    assert world.core.state.attention.plan["desk"].day_s == 3600.0


async def test_those_at_the_post_are_asked_once_when_the_instant_has_come(world: World) -> None:
    await world.asker.look()
    await to_the_next(world)
    await world.asker.look()
    assert world.written().count("attention.asked") == 1
    (check,) = world.core.state.attention.checks.values()
    assert (check.people, check.shown in check.choices, len(check.choices)) == (("li",), True, 3)


async def test_another_asker_after_a_restart_does_not_ask_for_the_same_instant_again(world: World) -> None:
    await world.asker.look()
    await to_the_next(world)
    again = AttentionAsker(world.core, world.clock, world.rostered, SECRET)
    world.clock.advance(20.0)
    await again.look()
    assert world.written().count("attention.asked") == 1


async def test_an_instant_at_which_the_hub_was_down_is_let_go(world: World) -> None:
    await world.asker.look()
    world.clock.advance(5 * 3600.0)
    await world.asker.look()
    assert world.written().count("attention.asked") <= 1
