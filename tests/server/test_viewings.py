"""Looking at cameras over the API: by right and domain, on record, over links that are good once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest

from hub.client.http import HttpClient
from hub.client.loopback import loopback
from hub.client.viewings import ViewingView, begin, begin_live, end, links, still
from hub.client.views import RecordingView
from hub.core.people.commands import DisableAccount
from hub.core.recorded import Span
from hub.core.recordings import RecordingViewed
from hub.core.viewings.events import LiveViewed, ViewingEnded
from hub.core.viewings.limits import ViewingLimits
from hub.core.viewings.reel import index_of
from hub.errors import ClientError, NotAllowed, NotFound, Refused
from tests.server.conftest import Plant, account_id, until
from tests.server.reels import BEGIN, HEAD, PIECES, MemoryReels

HOUR = timedelta(hours=1)
OFFICER = account_id("watch_officer", ["security"])
CAMERA = "gate-1"


@pytest.fixture
def shelf(plant: Plant) -> Plant:
    async def recordings(span: Span, *, camera: str | None = None, limit: int) -> list[RecordingView]:
        end_at = BEGIN + timedelta(minutes=30)
        one = RecordingView(camera=CAMERA, stream="main", begin_at=BEGIN, end_at=end_at, bytes=1, path="/srv/a")
        return [one] if camera in (None, CAMERA) and span.from_at < end_at and span.to_at > BEGIN else []

    plant.backend.recordings = recordings
    return plant


@pytest.fixture
async def player(shelf: Plant) -> AsyncIterator[httpx2.AsyncClient]:
    """A player: it has links and nothing else."""
    async with httpx2.AsyncClient(base_url=shelf.server.urls[0]) as raw:
        yield raw


def reels(plant: Plant) -> MemoryReels:
    return plant.backend.footage.viewing


def records(plant: Plant, kind: type) -> list:
    return [record for record in plant.backend.records if isinstance(record.event, kind)]


async def looking(plant: Plant, reason: str = "theft at the gate") -> tuple[HttpClient, ViewingView]:
    client = await plant.signed_in(OFFICER)
    return client, await begin(client, CAMERA, BEGIN, BEGIN + HOUR, reason)


async def opened(player: httpx2.AsyncClient, path: str) -> str:
    answer = await player.get(path)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def test_who_looks_at_what_and_why_is_on_record_before_anything_is_shown(shelf: Plant) -> None:
    client, viewing = await looking(shelf)
    [record] = records(shelf, RecordingViewed)
    assert record.actor == f"person:{OFFICER}"
    assert record.event == RecordingViewed(
        camera=CAMERA, from_at=BEGIN, to_at=BEGIN + HOUR, reason="theft at the gate", viewing=viewing.id
    )
    await end(client, viewing.id)
    [ended] = records(shelf, ViewingEnded)
    assert (ended.actor, ended.event.viewing, ended.event.ended) == (record.actor, viewing.id, "closed")
    with pytest.raises(NotFound):
        await begin(client, CAMERA, BEGIN + HOUR, BEGIN + 2 * HOUR, "nothing was recorded then")
    with pytest.raises(Refused):
        await begin(client, CAMERA, BEGIN, BEGIN + HOUR, "\x1b[2J")
    assert len(records(shelf, RecordingViewed)) == 1


async def test_a_link_plays_any_range_of_one_file_that_is_nowhere_on_disk(
    shelf: Plant, player: httpx2.AsyncClient
) -> None:
    _client, viewing = await looking(shelf)
    [link] = viewing.links
    assert (link.seconds, link.media) == (1800.0, "video/mp4")
    reel = await opened(player, link.path)
    [part] = await reels(shelf).parts(CAMERA, Span(BEGIN, BEGIN + HOUR))
    whole = HEAD + index_of(part) + b"".join(PIECES)
    answer = await player.get(reel)
    assert (answer.status_code, answer.content) == (200, whole)
    assert answer.headers["accept-ranges"] == "bytes"
    for asked, start, stop in (
        ("0-9", 0, 10),
        ("1000-", 1000, None),
        ("-50", len(whole) - 50, None),
        ("40-2000", 40, 2001),
    ):
        answer = await player.get(reel, headers={"range": f"bytes={asked}"})
        assert (answer.status_code, answer.content) == (206, whole[start:stop])
        assert answer.headers["content-range"].endswith(f"/{len(whole)}")
    assert (await player.get(reel, headers={"range": "bytes=99999-"})).status_code == 416


async def test_a_link_is_good_once_and_not_for_long(shelf: Plant, player: httpx2.AsyncClient) -> None:
    client, viewing = await looking(shelf)
    first = viewing.links[0].path
    reel = await opened(player, first)
    assert await opened(player, first) == reel, "players ask twice before they play"
    shelf.clock.advance(11)
    assert (await player.get(first)).status_code == 404
    assert (await player.get(reel)).status_code == 200, "what was opened plays on"
    second = (await links(client, viewing.id, BEGIN, BEGIN + timedelta(minutes=5))).links[0].path
    shelf.clock.advance(121)
    assert (await player.get(second)).status_code == 404, "nobody opened it in time"
    assert (await player.get("/api/viewings/open/guessed/a.mp4")).status_code == 404
    assert (await player.get("/api/viewings/reel/guessed/a.mp4")).status_code == 404


async def test_what_one_player_opened_is_not_shown_to_another(shelf: Plant, player: httpx2.AsyncClient) -> None:
    _client, viewing = await looking(shelf)
    reel = await opened(player, viewing.links[0].path)
    assert shelf.address.socket is not None
    elsewhere = httpx2.AsyncHTTPTransport(uds=str(shelf.address.socket))
    async with httpx2.AsyncClient(base_url="http://hub", transport=elsewhere) as other:
        assert (await other.get(reel)).status_code == 404
        assert (await other.get(viewing.links[0].path)).status_code == 404


async def test_it_ends_with_the_sign_in_and_with_the_right(shelf: Plant, player: httpx2.AsyncClient) -> None:
    client, viewing = await looking(shelf)
    reel = await opened(player, viewing.links[0].path)
    await client.sign_out()
    assert (await player.get(reel)).status_code == 404
    assert records(shelf, ViewingEnded)[-1].event.ended == "signed_out"

    _client, viewing = await looking(shelf)
    reel = await opened(player, viewing.links[0].path)
    boss = await shelf.signed_in(account_id("administrator", ["production", "security"]))
    await boss.send(DisableAccount(account=OFFICER, reason="left"))
    assert (await player.get(reel)).status_code == 404
    assert len(records(shelf, ViewingEnded)) == 2


async def test_what_nobody_looks_at_any_more_is_over(shelf: Plant, player: httpx2.AsyncClient) -> None:
    _client, viewing = await looking(shelf)
    reel = await opened(player, viewing.links[0].path)
    shelf.clock.advance(ViewingLimits().idle_s + 1)
    await until(lambda: bool(records(shelf, ViewingEnded)), within_s=8)
    assert records(shelf, ViewingEnded)[0].event.ended == "idle"
    assert (await player.get(reel)).status_code == 404


async def test_only_so_many_look_at_once(shelf: Plant) -> None:
    reels(shelf).limits = ViewingLimits(at_once=3, of_one_person=2)
    client, first = await looking(shelf)
    await begin(client, CAMERA, BEGIN, BEGIN + HOUR, "x")
    with pytest.raises(ClientError, match="Too many"):
        await begin(client, CAMERA, BEGIN, BEGIN + HOUR, "x")
    leader = await shelf.signed_in(account_id("leader", ["security"]))
    await begin(leader, CAMERA, BEGIN, BEGIN + HOUR, "x")
    with pytest.raises(ClientError, match="Too many"):
        await begin(leader, CAMERA, BEGIN, BEGIN + HOUR, "x")
    await end(client, first.id)
    await begin(leader, CAMERA, BEGIN, BEGIN + HOUR, "x")
    assert len(records(shelf, RecordingViewed)) == 4, "what was refused is not on record as looked at"


async def test_one_person_s_viewing_is_nobody_else_s(shelf: Plant) -> None:
    _client, viewing = await looking(shelf)
    other = await shelf.signed_in(account_id("leader", ["security"]))
    for ask in (
        lambda: links(other, viewing.id, BEGIN, BEGIN + HOUR),
        lambda: still(other, viewing.id, BEGIN),
        lambda: end(other, viewing.id),
    ):
        with pytest.raises(NotFound):
            await ask()


async def test_single_pictures_belong_to_the_period_that_is_on_record(shelf: Plant) -> None:
    client, viewing = await looking(shelf)
    at = BEGIN + timedelta(minutes=3)
    reels(shelf).pictures[at] = b"\xff\xd8picture"
    assert await still(client, viewing.id, at) == b"\xff\xd8picture"
    with pytest.raises(NotFound):
        await still(client, viewing.id, at + timedelta(minutes=1))
    with pytest.raises(Refused):
        await still(client, viewing.id, BEGIN + 2 * HOUR)
    with pytest.raises(Refused):
        await links(client, viewing.id, BEGIN - HOUR, BEGIN)
    await end(client, viewing.id)
    assert records(shelf, ViewingEnded)[0].event.thumbnails == 1


async def test_a_day_is_looked_at_and_a_part_of_it_played(shelf: Plant) -> None:
    client = await shelf.signed_in(OFFICER)
    viewing = await begin(client, CAMERA, BEGIN, BEGIN + 24 * HOUR, "x")
    assert viewing.links == []
    assert len((await links(client, viewing.id, BEGIN, BEGIN + HOUR)).links) == 1
    with pytest.raises(Refused):
        await links(client, viewing.id, BEGIN, BEGIN + 5 * HOUR)


async def test_rights_and_domains_say_who_looks(shelf: Plant) -> None:
    foreign = await shelf.signed_in(account_id("watch_officer", ["production"]))
    planner = await shelf.signed_in(account_id("planner", ["security"]))
    token = (shelf.data / "run" / "local.token").read_text(encoding="utf-8").strip()
    for client in (foreign, planner, shelf.client(token)):
        with pytest.raises(NotAllowed):
            await begin(client, CAMERA, BEGIN, BEGIN + HOUR, "curious")
    for client in (foreign, shelf.client(token)):
        with pytest.raises(NotAllowed):
            await begin_live(client, CAMERA, "curious")
    assert records(shelf, RecordingViewed) == records(shelf, LiveViewed) == []
    assert (await begin_live(planner, CAMERA, "to see the new place")).shown == "live"


async def test_a_live_picture_comes_until_the_player_leaves_or_the_viewing_ends(
    shelf: Plant, player: httpx2.AsyncClient
) -> None:
    client = await shelf.signed_in(OFFICER)
    viewing = await begin_live(client, CAMERA, "something moves there")
    [record] = records(shelf, LiveViewed)
    assert record.event == LiveViewed(
        viewing=viewing.id, camera=CAMERA, stream="watched", reason="something moves there"
    )
    reel = await opened(player, viewing.links[0].path)
    async with player.stream("GET", reel) as answer:
        assert answer.headers["content-type"] == "video/mp2t"
        coming = answer.aiter_bytes()
        assert (await anext(coming)).startswith(b"picture")
        assert reels(shelf).looking == 1
        await end(client, viewing.id)
        async with asyncio.timeout(5):
            async for _data in coming:
                pass
    await until(lambda: reels(shelf).looking == 0)
    assert records(shelf, ViewingEnded)[0].event.bytes > 0


async def test_no_more_goes_out_in_a_second_than_may(shelf: Plant, player: httpx2.AsyncClient) -> None:
    reels(shelf).limits = ViewingLimits(bytes_s=500.0)
    _client, viewing = await looking(shelf)
    reel = await opened(player, viewing.links[0].path)
    began_s = asyncio.get_running_loop().time()
    await player.get(reel, headers={"range": "bytes=0-2499"})
    # Two thousand bytes go at once, which is what four seconds are worth; the clock of the test stands still.
    assert 0.8 <= asyncio.get_running_loop().time() - began_s < 4


async def test_the_loopback_lets_links_pass_and_nothing_else(shelf: Plant) -> None:
    client, viewing = await looking(shelf)
    _url, socket = client.reach
    assert socket is not None
    async with loopback(socket) as door, httpx2.AsyncClient(base_url=door, follow_redirects=True) as raw:
        assert door.startswith("http://127.0.0.1:")
        played = await raw.get(viewing.links[0].path, headers={"range": "bytes=0-3"})
        assert (played.status_code, played.content) == (206, HEAD[:4])
        for path in ("/api/site", "/api/viewings/open/../../site", "/metrics", "/api/viewings"):
            token = {"authorization": f"Bearer {client._token}"}
            assert (await raw.get(path, headers=token)).status_code == 404
        assert (await raw.post(viewing.links[0].path)).status_code == 404


async def test_when_the_hub_stops_so_does_what_is_looked_at(shelf: Plant, player: httpx2.AsyncClient) -> None:
    await looking(shelf)
    await shelf.server.stop()
    assert records(shelf, ViewingEnded)[0].event.ended == "hub"


async def test_signing_out_ends_what_is_playing(shelf: Plant, player: httpx2.AsyncClient) -> None:
    reels(shelf).limits = ViewingLimits(bytes_s=200.0)
    client, viewing = await looking(shelf)
    reel = await opened(player, viewing.links[0].path)
    received = 0

    async def play() -> None:
        nonlocal received
        async with player.stream("GET", reel) as answer:
            await client.sign_out()
            async for data in answer.aiter_bytes():
                received += len(data)

    # The clock of the test stands still, so what comes after the first 800 bytes waits until the next look.
    with pytest.raises(httpx2.RemoteProtocolError):
        await play()
    assert received < sum(map(len, PIECES))
    assert records(shelf, ViewingEnded)[0].event.ended == "signed_out"
