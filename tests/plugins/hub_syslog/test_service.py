"""Records reach a real log server over UDP, TCP and TLS, once each in order; one that is away delays nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hub_syslog import line, service
from hub_syslog.options import SyslogOptions
from hub_syslog.service import Syslog

from hub.api import Follower, PluginContext
from hub.testing.clock import FakeClock
from tests.plugins.conftest import Certificate
from tests.plugins.following_stage import Stage
from tests.servers.syslog import LogServer, parse_cef, parse_syslog


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(service, "_LONGEST_PAUSE_S", 0.2)


def options(server: LogServer, transport: str = "tcp", **more: Any) -> SyslogOptions:
    return SyslogOptions(host="127.0.0.1", port=server.port, transport=transport, **more)


@asynccontextmanager
async def following(wanted: SyslogOptions, context: PluginContext, stage: Stage) -> AsyncIterator[None]:
    """The service as the hub runs it."""
    syslog = Syslog(wanted, context)
    assert isinstance(syslog, Follower)
    await syslog.start()
    task = asyncio.create_task(syslog.follow(stage))
    await asyncio.sleep(0)
    try:
        yield
        assert not task.done(), task
    finally:
        task.cancel()
        await asyncio.wait({task})
        await syslog.stop()


def write(stage: Stage, clock: FakeClock, count: int = 1, type_: str = "permit.approved") -> None:
    for _ in range(count):
        stage.write(type_, clock.now(), actor="person:wang", permit=f"P-{stage.head + 1}")


def numbers(server: LogServer) -> list[int]:
    return [int(parse_syslog(each).data["watchroom@32473"]["seq"]) for each in server.messages]


async def sees(stage: Stage, word: str) -> None:
    async with asyncio.timeout(10):
        while not any(word in each for each in stage.troubles[-1:]):
            await asyncio.sleep(0.01)


async def begun(stage: Stage) -> None:
    """Wait until the service knows from where it sends."""
    async with asyncio.timeout(10):
        while not stage.troubles:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
async def test_records_come_in_order_once_each(
    transport: Any, hub_context: PluginContext, hub_clock: FakeClock
) -> None:
    stage = Stage()
    async with LogServer(transport) as server, following(options(server, transport), hub_context, stage):
        await begun(stage)
        write(stage, hub_clock, 250)
        found = await server.until(250)
        assert numbers(server) == list(range(1, 251))
        assert {each.name for each in found} == {"permit.approved"}
        assert stage.troubles == [""]


async def test_over_tls_the_server_is_checked(
    hub_context: PluginContext, hub_clock: FakeClock, certificate: Certificate
) -> None:
    stage = Stage()
    async with LogServer("tls", trust=certificate.server_side()) as server:
        async with following(options(server, "tls"), hub_context, stage):
            await sees(stage, "not trusted")
            assert server.messages == []
        own = Stage()
        async with following(options(server, "tls", ca=certificate.file), hub_context, own):
            await begun(own)
            write(own, hub_clock, 3)
            assert [each.name for each in await server.until(3)] == ["permit.approved"] * 3


async def test_only_what_is_for_the_audit_is_sent_unless_everything_is_asked_for(
    hub_context: PluginContext, hub_clock: FakeClock, tmp_path: Path
) -> None:
    for what, wanted in (("audit", ["config.rejected"]), ("everything", ["signal.lost", "config.rejected"])):
        stage = Stage()
        context = PluginContext("syslog", tmp_path / what, hub_context.site, hub_clock, "en")
        context.data.mkdir()
        async with LogServer("tcp") as server, following(options(server, what=what), context, stage):
            await begun(stage)
            stage.write("signal.lost", hub_clock.now(), camera="gate-1", actor="watch:w1")
            stage.write("config.rejected", hub_clock.now(), file="hub.toml")
            assert [each.name for each in await server.until(len(wanted))] == wanted


async def test_what_is_written_while_the_server_is_away_comes_when_it_is_back(
    hub_context: PluginContext, hub_clock: FakeClock
) -> None:
    stage = Stage()
    async with LogServer("tcp") as server, following(options(server), hub_context, stage):
        await begun(stage)
        write(stage, hub_clock, 5)
        await server.until(5)
        await server.stop()
        await sees(stage, "log server 127.0.0.1")
        write(stage, hub_clock, 300)
        await server.start()
        await server.until(305)
        assert numbers(server) == list(range(1, 306))
        await sees(stage, "")


async def test_after_a_restart_it_goes_on_where_it_was(hub_context: PluginContext, hub_clock: FakeClock) -> None:
    stage = Stage()
    write(stage, hub_clock, 7)  # from before it was ever switched on
    async with LogServer("tcp") as server:
        async with following(options(server), hub_context, stage):
            await begun(stage)
            write(stage, hub_clock, 2)
            await server.until(2)
            await noted(hub_context, 9)
        write(stage, hub_clock, 3)
        async with following(options(server), hub_context, stage):
            await server.until(5)
            assert numbers(server) == [8, 9, 10, 11, 12]


async def test_a_note_from_another_journal_holds_nothing_back(hub_context: PluginContext, hub_clock: FakeClock) -> None:
    (hub_context.data / "position.json").write_text('{"seq": 4000}')
    stage = Stage()
    write(stage, hub_clock, 5)
    async with LogServer("tcp") as server, following(options(server), hub_context, stage):
        await begun(stage)
        write(stage, hub_clock)
        await server.until(1)
        assert numbers(server) == [6]


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"seq": -1}', '{"seq": "x"}', "null"])
async def test_a_damaged_note_is_none(damaged: str, hub_context: PluginContext, hub_clock: FakeClock) -> None:
    (hub_context.data / "position.json").write_text(damaged)
    stage = Stage()
    write(stage, hub_clock, 2)
    async with LogServer("tcp") as server, following(options(server), hub_context, stage):
        await begun(stage)
        write(stage, hub_clock)
        await server.until(1)
        assert numbers(server) == [3]


@pytest.mark.parametrize("format_", ["rfc5424", "cef"])
async def test_too_large_a_backlog_is_skipped_and_the_server_is_told_what(
    format_: Any, hub_context: PluginContext, hub_clock: FakeClock
) -> None:
    (hub_context.data / "position.json").write_text('{"seq": 10}')
    stage = Stage()
    write(stage, hub_clock, 1500)
    async with (
        LogServer("tcp") as server,
        following(options(server, backlog=1000, format=format_), hub_context, stage),
    ):
        found = await server.until(1001)
        assert found[0].name == "records.skipped"
        text = parse_cef(found[0].text).fields["msg"] if format_ == "cef" else found[0].text
        assert '"first":11,"last":500' in text
        assert [each.name for each in found[1:3]] == ["permit.approved"] * 2
        if format_ == "rfc5424":
            assert numbers(server)[1:] == list(range(501, 1501))


async def test_a_server_that_reads_nothing_is_left_in_time_and_nothing_counts_as_sent(
    hub_context: PluginContext, hub_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "_TAKEN_S", 0.3)
    stage = Stage()
    async with LogServer("tcp") as server, following(options(server), hub_context, stage):
        await begun(stage)
        server.reading.clear()
        for _ in range(600):
            stage.write("log.entered", hub_clock.now(), actor="person:wang", text="x" * 8000)
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0.01)

        beside = asyncio.create_task(others())
        await sees(stage, "did not answer in time")
        beside.cancel()
        assert turns > 10  # nobody else waited
        server.reading.set()
        # What the far machine may not have had is sent again; nothing is missing.
        async with asyncio.timeout(10):
            while set(numbers(server)) != set(range(1, 601)):
                await asyncio.sleep(0.05)


async def test_nobody_at_the_port_is_trouble_and_over_when_somebody_is(
    hub_context: PluginContext, hub_clock: FakeClock
) -> None:
    server, stage = LogServer("tcp"), Stage()
    async with following(options(server), hub_context, stage):
        await sees(stage, "cannot be reached")
        async with server:
            write(stage, hub_clock)
            await server.until(1)
            await sees(stage, "")


async def noted(context: PluginContext, seq: int) -> None:
    async with asyncio.timeout(10):
        while (context.data / "position.json").read_text() != f'{{"seq": {seq}}}':
            await asyncio.sleep(0.01)
