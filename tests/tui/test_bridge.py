"""The bridge alone: what it posts, how often it reads, and how it comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from textual.message import Message

from hub.client import SiteView
from hub.errors import HubUnreachable, ProtocolError
from hub.testing.clock import FakeClock
from hub.tui import bridge as bridge_module
from hub.tui.bridge import Bridge
from hub.tui.messages import AlarmRaised, Happened, LinkBack, LinkLost, SessionEnded, SiteChanged
from tests.tui.fake_hub import ACCOUNTS, FakeHub, plant


class Followed:
    def __init__(self, hub: FakeHub, clock: FakeClock, *, refetch_s: float = 0.01) -> None:
        self.posted: list[Message] = []
        self.bridge = Bridge(hub, self.posted.append, clock, refetch_s=refetch_s, back_off_s=(0.01, 0.04))

    def of(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.posted if isinstance(message, kind)]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)


@pytest.fixture
def hub(clock: FakeClock) -> FakeHub:
    hub = plant(clock)
    hub.account = ACCOUNTS["wang"]
    return hub


@pytest.fixture
async def followed(hub: FakeHub, clock: FakeClock) -> AsyncIterator[Followed]:
    followed = Followed(hub, clock)
    following = asyncio.create_task(followed.bridge.follow())
    await followed.until(lambda: followed.of(SiteChanged))
    yield followed
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_records_arrive_in_order_and_alarms_by_themselves(followed: Followed, hub: FakeHub) -> None:
    start = len(hub.records)
    hub.find("gate-1", "signal.lost", priority="critical", evidence=False)
    hub.find("gate-2", "view.moved", evidence=False)
    await followed.until(lambda: len(followed.of(AlarmRaised)) == 2)
    seqs = [view.seq for message in followed.of(Happened) for view in message.events]  # type: ignore[attr-defined]
    assert seqs == list(range(start + 1, len(hub.records) + 1))
    assert [m.priority for m in followed.of(AlarmRaised)] == ["critical", "high"]  # type: ignore[attr-defined]


async def test_a_storm_of_changes_is_read_only_a_few_times(hub: FakeHub, clock: FakeClock) -> None:
    followed = Followed(hub, clock, refetch_s=0.3)
    following = asyncio.create_task(followed.bridge.follow())
    await followed.until(lambda: followed.of(SiteChanged))
    before = hub.site_reads
    for _ in range(60):
        hub.status("gate-1")
        hub.pulse()
        await asyncio.sleep(0.01)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert 1 <= hub.site_reads - before <= 4


async def test_the_last_change_of_a_storm_is_never_missed(followed: Followed, hub: FakeHub) -> None:
    for number in range(30):
        hub.find("gate-1", "view.moved", evidence=False)
        hub.clear("gate-1", "view.moved")
        if number % 7 == 0:
            await asyncio.sleep(0.005)
    await followed.until(lambda: followed.of(SiteChanged)[-1].site.position == len(hub.records))  # type: ignore[attr-defined]


async def test_a_lost_hub_is_tried_again_until_it_is_back_and_nothing_is_missed(
    followed: Followed, hub: FakeHub
) -> None:
    hub.lose()
    await followed.until(lambda: len(followed.of(LinkLost)) >= 3)
    alarm = hub.find("gate-1", "signal.lost", evidence=False)
    hub.recover()
    await followed.until(lambda: len(followed.of(LinkBack)) == 2)
    await followed.until(lambda: followed.of(AlarmRaised))
    assert followed.of(AlarmRaised)[0].event.event["alarm"] == alarm  # type: ignore[attr-defined]


async def test_a_silent_line_counts_as_lost(hub: FakeHub, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_module, "SILENCE_S", 0.05)
    followed = Followed(hub, clock)
    following = asyncio.create_task(followed.bridge.follow())
    await followed.until(lambda: followed.of(LinkLost))
    assert "Nothing came from the hub" in followed.of(LinkLost)[0].reason  # type: ignore[attr-defined]
    await followed.until(lambda: len(followed.of(LinkBack)) >= 2)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_a_question_without_an_answer_is_given_up(hub: FakeHub, clock: FakeClock) -> None:
    async def never(_hub: object) -> None:
        await asyncio.Event().wait()

    with pytest.raises(HubUnreachable, match="did not answer"):
        await Followed(hub, clock).bridge.ask(never, within_s=0.05)


async def test_an_answer_of_another_version_is_shown_and_does_not_end_the_following(
    followed: Followed, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = hub.site

    async def wrong() -> SiteView:
        raise TypeError("Object missing required field `me`")

    monkeypatch.setattr(hub, "site", wrong)
    hub.pulse()
    await followed.until(lambda: followed.of(LinkLost))
    assert "missing required field" in followed.of(LinkLost)[0].reason  # type: ignore[attr-defined]
    monkeypatch.setattr(hub, "site", right)
    await followed.until(lambda: len(followed.of(LinkBack)) == 2)


async def test_the_end_of_a_sign_in_ends_the_following(hub: FakeHub, clock: FakeClock) -> None:
    followed = Followed(hub, clock)
    following = asyncio.create_task(followed.bridge.follow())
    await followed.until(lambda: followed.of(SiteChanged))
    hub.account = None
    hub.pulse()
    async with asyncio.timeout(10):
        await following
    assert len(followed.of(SessionEnded)) == 1


async def test_evidence_is_fetched_once_and_bad_pictures_are_told(hub: FakeHub, clock: FakeClock) -> None:
    bridge = Followed(hub, clock).bridge
    evidence = hub.evidence_of("gate-1")
    assert evidence.before is not None
    first = await bridge.evidence(evidence.before.path)
    hub.pictures.clear()
    assert await bridge.evidence(evidence.before.path) is first
    hub.pictures["bad"] = b"not a picture"
    with pytest.raises(ProtocolError):
        await bridge.evidence("bad")


async def test_no_task_is_left_behind(hub: FakeHub, clock: FakeClock) -> None:
    before = asyncio.all_tasks()
    followed = Followed(hub, clock)
    following = asyncio.create_task(followed.bridge.follow())
    await followed.until(lambda: followed.of(SiteChanged))
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() - before == set()
