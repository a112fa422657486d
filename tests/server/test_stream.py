"""The live stream: nothing twice, nothing missing, nothing kept for ever."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from hub.client.views import EventView
from hub.core.findings import SignalRestored
from hub.errors import HubUnreachable, NotSignedIn, WrongState
from tests.server.conftest import Plant, fresh_status, until

LEADER = "leader.ps"


async def collect(stream: AsyncIterator[list[EventView]], last: int) -> list[int]:
    """The numbers of the records that come, up to `last`."""
    found: list[int] = []
    async with asyncio.timeout(10):
        async for batch in stream:
            found += [event.seq for event in batch]
            if found and found[-1] >= last:
                return found
    raise AssertionError("the stream ended")


async def test_records_arrive_as_they_are_written(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)
    before = len(plant.backend.records)
    async with aclosing(client.follow()) as stream:
        assert await anext(stream) == []
        plant.backend.write(SignalRestored(camera="press-1"), SignalRestored(camera="gate-1"))
        assert await collect(stream, before + 2) == [before + 1, before + 2]


async def test_whoever_reads_the_site_and_follows_from_there_misses_nothing(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)
    position = (await client.site()).position
    plant.backend.write(*[SignalRestored(camera="press-1")] * 3)
    async with aclosing(client.follow(after=position)) as stream:
        assert await collect(stream, position + 3) == [position + 1, position + 2, position + 3]


async def test_a_follower_that_reconnects_again_and_again_sees_each_record_once(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)
    start = len(plant.backend.records)
    seen: list[int] = []

    async def write() -> None:
        for _ in range(60):
            plant.backend.write(*[SignalRestored(camera="press-1")] * 10)
            await asyncio.sleep(0.002)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        while not seen or seen[-1] < start + 600:
            async with aclosing(client.follow(after=seen[-1] if seen else start)) as stream:
                seen += await collect(stream, (seen[-1] if seen else start) + 7)
    assert seen == list(range(start + 1, start + 601))


async def test_last_event_id_goes_on_where_a_browser_stopped(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)
    last = len(plant.backend.records)
    headers = {**client._headers(), "last-event-id": str(last - 2)}
    async with client._http.stream("GET", "/api/stream", params={"after": 0}, headers=headers) as response:
        text = ""
        async for chunk in response.aiter_text():
            text += chunk
            if text.endswith("\n\n") and f"id: {last}\n" in text:
                break
    assert f'"seq":{last - 1},' in text
    assert f'"seq":{last},' in text
    assert f'"seq":{last - 2},' not in text


async def test_a_long_history_is_caught_up_with_in_messages_of_bounded_size(plant: Plant) -> None:
    for _ in range(40):
        plant.backend.write(*[SignalRestored(camera="press-1")] * 50)
    client = await plant.signed_in(LEADER)
    total = len(plant.backend.records)
    sizes: list[int] = []
    async with aclosing(client.follow(after=0)) as stream:
        async for batch in stream:
            sizes.append(len(batch))
            if sum(sizes) == total:
                break
    assert max(sizes) <= 200


async def test_hidden_records_move_the_place_to_go_on_from(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.p")
    hidden = plant.backend.write(SignalRestored(camera="gate-1"))[-1]
    parameters = {"after": hidden.seq - 1}
    async with client._http.stream("GET", "/api/stream", params=parameters, headers=client._headers()) as response:
        text = ""
        async for chunk in response.aiter_text():
            text += chunk
            if f"id: {hidden.seq}\n" in text and text.endswith("\n\n"):
                break
    assert "gate-1" not in text


async def test_a_changed_camera_status_is_a_pulse_at_once(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)
    async with aclosing(client.follow()) as stream:
        assert await anext(stream) == []
        await asyncio.sleep(0.6)
        loop = asyncio.get_running_loop()
        plant.backend.report(fresh_status(plant.clock, "press-1"))
        begun = loop.time()
        assert await anext(stream) == []
        assert loop.time() - begun < 1.0
    assert (await client.site()).cameras[0].signal == "live"


async def test_a_storm_of_statuses_makes_few_pulses(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)

    async def storm() -> None:
        while True:
            plant.backend.report(fresh_status(plant.clock, "press-1"))
            await asyncio.sleep(0.005)

    storming = asyncio.create_task(storm())
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with aclosing(client.follow()) as stream:
        pulses = [await anext(stream) for _ in range(4)]
    storming.cancel()
    assert pulses == [[]] * 4
    assert loop.time() - begun >= 1.5


async def test_a_quiet_stream_says_so_every_few_seconds(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.server.stream.KEEP_ALIVE_S", 0.1)
    client = await plant.signed_in(LEADER)
    async with aclosing(client.follow()) as stream, asyncio.timeout(2):
        assert [await anext(stream) for _ in range(5)] == [[]] * 5


async def test_following_from_beyond_the_journal_is_refused(plant: Plant) -> None:
    client = await plant.signed_in(LEADER)
    with pytest.raises(WrongState, match="records"):
        await anext(client.follow(after=10_000))


async def test_the_stream_ends_with_the_session(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.server.stream.KEEP_ALIVE_S", 0.1)
    client = await plant.signed_in(LEADER)
    async with aclosing(client.follow()) as stream:
        assert await anext(stream) == []
        plant.clock.advance(13 * 3600)
        with pytest.raises(NotSignedIn):
            await collect(stream, 10_000)


async def test_the_stream_says_that_the_hub_stops_and_stopping_is_quick(plant: Plant) -> None:
    streams = [(await plant.signed_in(LEADER)).follow() for _ in range(10)]
    for stream in streams:
        await anext(stream)
    begun = asyncio.get_running_loop().time()
    await plant.server.stop()
    assert asyncio.get_running_loop().time() - begun < 2.0
    for stream in streams:
        with pytest.raises(HubUnreachable, match="stopping"):
            await anext(stream)


async def test_a_subscription_is_closed_when_its_client_goes(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    subscribe = plant.backend.subscribe

    def remember(after: int | None) -> object:
        made.append(subscribe(after))
        return made[-1]

    monkeypatch.setattr(plant.backend, "subscribe", remember)
    client = await plant.signed_in(LEADER)
    async with aclosing(client.follow()) as stream:
        await anext(stream)
    await until(lambda: made[0].closed)
    assert plant.server._services.streams == 0


async def open_raw(plant: Plant, token: str) -> socket.socket:
    """A follower that asks for everything and then reads nothing."""
    raw = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, str(plant.address.socket))
    request = f"GET /api/stream?after=0 HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\n\r\n"
    await loop.sock_sendall(raw, request.encode())
    return raw


async def test_a_client_that_takes_nothing_delays_nobody_and_is_let_go(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.server.stream._STUCK_S", 0.5)
    for _ in range(200):
        plant.backend.write(*[SignalRestored(camera="press-1")] * 50)
    client = plant.client()
    session = await client.sign_in(LEADER, "correct horse 正确")
    stuck = await open_raw(plant, session.token)
    await until(lambda: plant.server._services.streams == 1)
    last = len(plant.backend.records)
    async with aclosing(client.follow(after=0)) as stream:
        assert await collect(stream, last) == list(range(1, last + 1))
    await until(lambda: plant.server._services.streams == 0)
    stuck.close()


async def test_stopping_is_quick_even_when_a_client_takes_nothing(plant: Plant) -> None:
    for _ in range(200):
        plant.backend.write(*[SignalRestored(camera="press-1")] * 50)
    session = await plant.client().sign_in(LEADER, "correct horse 正确")
    stuck = await open_raw(plant, session.token)
    await until(lambda: plant.server._services.streams == 1)
    begun = asyncio.get_running_loop().time()
    await plant.server.stop()
    assert asyncio.get_running_loop().time() - begun < 2.0
    stuck.close()


async def test_there_is_a_bound_on_open_streams(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.server.stream.STREAMS_AT_ONCE", 1)
    client = await plant.signed_in(LEADER)
    async with aclosing(client.follow()) as stream:
        await anext(stream)
        with pytest.raises(Exception, match="streams are open"):
            await anext(client.follow())
