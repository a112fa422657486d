"""The client before hubs that are silent, gone, or not hubs at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.client.http import Address, HttpClient, find_hub
from hub.errors import ClientError, HubError, HubUnreachable, NotSignedIn
from tests.server.conftest import PASSWORD, Plant

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def stranger(answer: Answer) -> AsyncIterator[HttpClient]:
    """A client before a server that does as `answer` says."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    client = HttpClient(Address(url=f"http://{host}:{port}"), token="t")
    try:
        yield client
    finally:
        await client.close()
        server.close()


def saying(status: int, body: bytes, kind: str = "application/json", *, then_hang: bool = False) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        length = f"content-length: {len(body)}\r\n" if not then_hang else "transfer-encoding: chunked\r\n"
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{length}\r\n".encode())
        writer.write(b"%x\r\n%b\r\n" % (len(body), body) if then_hang else body)
        await writer.drain()
        if then_hang:
            await asyncio.sleep(30)
        writer.close()

    return answer


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def test_a_hub_that_is_not_there_is_reported_with_the_way_to_start_it() -> None:
    client = HttpClient(Address(url="http://127.0.0.1:1"))
    with pytest.raises(HubUnreachable, match=r"Connection refused\. Start it with `hub run`"):
        await client.site()
    await client.close()


async def test_a_socket_that_is_gone_is_named_without_the_numbers_of_the_operating_system(tmp_path: Path) -> None:
    client = HttpClient(Address(socket=tmp_path / "hub.sock"))
    with pytest.raises(HubUnreachable, match=r"hub\.sock: its socket is not there\."):
        await client.site()
    await client.close()


@pytest.mark.parametrize("url", ["nonsense", "ftp://x", "http://", "http://[::1"])
async def test_an_address_that_is_none_is_reported(url: str) -> None:
    with pytest.raises(HubUnreachable):
        await HttpClient(Address(url=url)).site()


async def test_a_server_that_never_answers_is_not_waited_for() -> None:
    async with stranger(silent) as client:
        with pytest.raises(HubUnreachable, match="does not answer"):
            await client.read_bytes("reports", within_s=0.3)


async def test_a_stream_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.client.http._SILENT_S", 0.3)
    pulse = b"id: 1\nevent: pulse\ndata: []\n\n"
    async with stranger(saying(200, pulse, "text/event-stream", then_hang=True)) as client:
        stream = client.follow()
        assert await anext(stream) == []
        with pytest.raises(HubUnreachable):
            await anext(stream)


async def test_a_stream_that_ends_is_a_lost_connection() -> None:
    pulse = b"id: 1\nevent: pulse\ndata: []\n\n"
    async with stranger(saying(200, pulse, "text/event-stream")) as client:
        stream = client.follow()
        assert await anext(stream) == []
        with pytest.raises(HubUnreachable):
            await anext(stream)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"name": 1}', b"\xff\xfe"])
async def test_an_answer_that_is_not_a_hubs_is_an_error_not_a_crash(body: bytes) -> None:
    async with stranger(saying(200, body)) as client:
        with pytest.raises(ClientError, match="same version"):
            await client.site()


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"error": 1}', b'{"error": {"kind": []}}', b"[]"])
async def test_an_error_that_is_not_a_hubs_is_an_error_too(body: bytes) -> None:
    async with stranger(saying(502, body)) as client:
        with pytest.raises(ClientError, match="502"):
            await client.site()


async def test_a_stream_that_is_no_stream_is_an_error() -> None:
    async with stranger(saying(200, b"[]")) as client:
        with pytest.raises(HubError):
            await anext(client.follow())


async def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.client.http._LARGEST_PICTURE", 1024 * 1024)

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async with stranger(flood) as client:
        with pytest.raises(ClientError, match="larger than 1 MB"):
            await client.picture("gate-1")


async def test_the_token_lasts_over_calls_and_is_dropped_by_signing_out(plant: Plant) -> None:
    client = plant.client()
    assert not client.signed_in
    with pytest.raises(NotSignedIn):
        await client.site()
    await client.sign_in("leader.ps", PASSWORD)
    assert client.signed_in
    assert len(await client.rules()) == 1
    await client.sign_out()
    assert not client.signed_in


async def test_all_pages_of_the_journal_can_be_turned(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    found: list[int] = []
    before: int | None = None
    while page := await client.events(limit=4, before=before):
        found = [event.seq for event in page] + found
        before = found[0]
    assert found == list(range(1, len(plant.backend.records) + 1))
    raised = await client.events(types=["alarm.raised"], subject="gate-1")
    assert [event.event["alarm"] for event in raised] == ["A-2"]


def test_a_site_where_no_hub_runs_is_named(tmp_path: Path) -> None:
    with pytest.raises(HubUnreachable, match="No hub runs on the site in"):
        find_hub(tmp_path)


async def test_the_hub_is_found_where_hub_toml_puts_its_data(plant: Plant) -> None:
    moved = plant.site / "elsewhere"
    (plant.site / "hub.toml").write_text('[site]\ndata = "elsewhere"\n')
    with pytest.raises(HubUnreachable):
        find_hub(plant.site)
    moved.symlink_to(plant.data)
    assert find_hub(plant.site).socket == moved / "run" / "hub.sock"


async def test_a_broken_hub_toml_does_not_hide_the_running_hub(plant: Plant) -> None:
    for text in ("not toml [", "[site]\ndata = 7", "site = 3", ""):
        (plant.site / "hub.toml").write_text(text)
        assert find_hub(plant.site).socket == plant.data / "run" / "hub.sock"
