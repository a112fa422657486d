"""Calls into plugins are bounded, apart from each other, and cannot hold up the hub."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent

import pytest

from hub.clock import SystemClock
from hub.devices import calls as calls_module
from hub.devices.access import build_access
from hub.devices.breaker import NotAsked
from hub.devices.calls import HANGS, Calls, Line
from hub.devices.trust import TlsTrust
from hub.errors import AuthRejected, DeviceBusy, DeviceError, DeviceUnreachable, PluginError, ProtocolError
from hub.testing.devices import Fault, ReplayServer, Reply
from hub.vendor.access import Address, Credentials

WORD = "very-secret"
_NOWHERE = Address(host="127.0.0.1", port=9)


def make_line(name: str = "gate-1", plugin: str = "acme", address: Address = _NOWHERE) -> Line:
    access = build_access(name, address, lambda: Credentials("hub", WORD), TlsTrust(), SystemClock())
    return Line(name, access, plugin)


@pytest.fixture
async def calls() -> AsyncIterator[Calls]:
    made = Calls(max_threads=8)
    yield made
    await made.close()


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """What a plugin's code hangs at; let go at the end, so that no thread is left."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls_module, "_GRACE_S", 0.05)


async def until(holds: Callable[[], bool], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.005)


async def test_a_call_gives_what_its_function_gives_in_a_thread_of_its_own(calls: Calls) -> None:
    line = make_line()
    assert await calls.call(line, divmod, 7, 3) == (2, 1)
    assert await calls.call(line, threading.current_thread) is not threading.main_thread()
    assert await calls.call(line, line.access.left_s, within_s=7.0) == pytest.approx(7.0, abs=0.5)


async def test_what_a_session_raises_of_the_taxonomy_arrives_as_it_is_but_for_secrets(calls: Calls) -> None:
    class Own(DeviceBusy):
        def __init__(self, code: int) -> None:
            super().__init__(f"busy with {WORD}, code {code}", hint="rtsp://hub:word@10.0.0.1/live")

    def fail() -> None:
        raise Own(3)

    def refuse() -> None:
        error = AuthRejected("no")
        error.body = b"<locked/>"
        raise error

    with pytest.raises(DeviceBusy) as caught:
        await calls.call(make_line(), fail)
    assert str(caught.value) == "busy with ***, code 3 rtsp://***@10.0.0.1/live"
    assert caught.value.__context__ is None
    with pytest.raises(AuthRejected) as refused:
        await calls.call(make_line(), refuse)
    assert refused.value.body == b"<locked/>"


@pytest.mark.parametrize(
    ("kind", "word"), [(ValueError, "ValueError"), (SystemExit, "SystemExit"), (StopIteration, "StopIteration")]
)
async def test_anything_else_is_a_fault_of_the_plugin_with_its_line(
    calls: Calls, kind: type[BaseException], word: str
) -> None:
    def fail() -> None:
        raise kind(f"at http://hub:x@10.0.0.1 with {WORD}")

    with pytest.raises(PluginError) as caught:
        await calls.call(make_line(), fail)
    text = str(caught.value)
    assert text.startswith(
        f"The plugin 'acme' failed at gate-1: {word}: at http://***@10.0.0.1 with *** (test_calls.py:"
    )
    assert caught.value.__context__ is None
    assert await calls.call(make_line(), int, "3") == 3


async def test_a_line_has_one_call_at_a_time_in_the_order_of_asking(calls: Calls) -> None:
    line, running, order = make_line(), [], []

    def work(number: int) -> None:
        running.append(number)
        assert len(running) == 1
        order.append(number)
        time.sleep(0.01)
        running.remove(number)

    await asyncio.gather(*(calls.call(line, work, number) for number in range(10)))
    assert order == list(range(10))


async def test_lines_run_beside_each_other(calls: Calls) -> None:
    together = threading.Barrier(6)
    lines = [make_line(f"camera-{number}") for number in range(6)]
    await asyncio.gather(*(calls.call(line, together.wait, 5.0) for line in lines))


async def test_a_device_that_hangs_is_given_up_at_the_deadline_and_leaves_no_thread(calls: Calls) -> None:
    with ReplayServer({("GET", "/x"): Fault("hang"), ("GET", "/y"): Reply(body=b"yes")}) as server:
        line = make_line(address=server.address)
        began = time.monotonic()
        with pytest.raises(DeviceUnreachable):
            await calls.call(line, line.access.request, "GET", "/x", within_s=0.3)
        assert time.monotonic() - began < 10.0
        assert calls.leaked == 0
        assert (await calls.call(line, line.access.request, "GET", "/y")).body == b"yes"
        line.access.shut()


async def test_a_plugin_that_hangs_costs_its_line_until_it_is_back(
    calls: Calls, stuck: threading.Event, soon: None
) -> None:
    line, other = make_line(), make_line("gate-2")
    waiting = asyncio.create_task(calls.call(line, stuck.wait, within_s=0.2))
    behind = asyncio.create_task(calls.call(line, int, "1", within_s=5.0))
    assert await calls.call(other, int, "2") == 2
    with pytest.raises(DeviceUnreachable, match="did not come back before its deadline"):
        await waiting
    with pytest.raises(NotAsked, match="has not come back"):
        await behind
    assert calls.leaked == 1
    with pytest.raises(NotAsked):
        await calls.call(line, int, "1")
    assert await calls.call(other, int, "2") == 2
    stuck.set()
    await until(lambda: calls.leaked == 0)
    assert await calls.call(line, int, "1") == 1


async def test_a_plugin_that_hangs_again_and_again_is_asked_nothing_more_until_somebody_says_so(
    calls: Calls, stuck: threading.Event, soon: None
) -> None:
    lines = [make_line(f"camera-{number}") for number in range(HANGS + 1)]
    hung = [calls.call(line, stuck.wait, within_s=0.1) for line in lines[:HANGS]]
    assert calls.quarantined("acme") == ""
    for outcome in await asyncio.gather(*hung, return_exceptions=True):
        assert isinstance(outcome, DeviceUnreachable)
    assert "3 calls of the plugin 'acme' did not come back" in calls.quarantined("acme")
    with pytest.raises(PluginError, match="asked nothing more"):
        await calls.call(lines[-1], int, "1")
    assert await calls.call(make_line("gate-9", plugin="other"), int, "1") == 1
    calls.release("acme")
    assert calls.quarantined("acme") == ""
    assert await calls.call(lines[-1], int, "1") == 1


async def test_waiting_for_the_network_beyond_the_deadline_is_no_fault_of_the_plugin(
    calls: Calls, soon: None, stuck: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver of the system takes no deadline, and a name server that is gone cannot be had in a test."""
    monkeypatch.setattr("hub.devices.http_sockets.socket.getaddrinfo", lambda *_, **__: stuck.wait() and [])
    lines = [make_line(f"camera-{n}", address=Address(host="nvr.example", port=80)) for n in range(HANGS + 1)]
    asked = [calls.call(line, line.access.request, "GET", "/x", within_s=0.1) for line in lines]
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(outcome, DeviceUnreachable)
    assert calls.leaked == HANGS + 1
    assert calls.quarantined("acme") == ""


async def test_one_plugin_cannot_take_all_threads(calls: Calls, stuck: threading.Event) -> None:
    greedy = [asyncio.create_task(calls.call(make_line(f"camera-{n}"), stuck.wait, within_s=30.0)) for n in range(20)]
    await asyncio.sleep(0)
    assert await calls.call(make_line("gate-9", plugin="other"), int, "1", within_s=1.0) == 1
    stuck.set()
    assert await asyncio.gather(*greedy) == [True] * 20
    assert calls.threads <= 8


async def test_lines_that_failed_leave_half_of_the_threads_to_the_others(calls: Calls, stuck: threading.Event) -> None:
    def gone() -> None:
        raise DeviceUnreachable("gone")

    doubtful = [make_line(f"camera-{n}") for n in range(12)]
    for line in doubtful:
        with pytest.raises(DeviceUnreachable):
            await calls.call(line, gone)
    entered: list[int] = []

    def enter() -> bool:
        entered.append(1)
        return stuck.wait()

    slow = [asyncio.create_task(calls.call(line, enter, within_s=30.0)) for line in doubtful]
    await until(lambda: len(entered) == 4)
    assert await calls.call(make_line("good"), int, "1", within_s=1.0) == 1
    assert len(entered) == 4
    stuck.set()
    await asyncio.gather(*slow)


async def test_a_call_that_gets_no_turn_says_nothing_about_the_device(calls: Calls, stuck: threading.Event) -> None:
    line = make_line()
    first = asyncio.create_task(calls.call(line, stuck.wait, within_s=30.0))
    await asyncio.sleep(0)
    with pytest.raises(NotAsked, match="others were asked before"):
        await calls.call(line, int, "1", within_s=0.05)
    stuck.set()
    await first


async def test_a_caller_who_goes_ends_the_call(calls: Calls) -> None:
    with ReplayServer({("GET", "/x"): Fault("hang"), ("GET", "/y"): Reply(body=b"yes")}) as server:
        line = make_line(address=server.address)
        asked = asyncio.create_task(calls.call(line, line.access.request, "GET", "/x", within_s=60.0))
        await until(lambda: len(server.requests) == 1)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (await calls.call(line, line.access.request, "GET", "/y", within_s=2.0)).body == b"yes"
        line.access.shut()


async def test_the_last_call_is_made_after_the_access_was_closed() -> None:
    calls = Calls()
    with ReplayServer({("GET", "/logout"): Reply(body=b"bye")}) as server:
        line = make_line(address=server.address)
        line.access.close()
        with pytest.raises(DeviceUnreachable):
            await calls.call(line, line.access.request, "GET", "/logout")
        last = await calls.call(line, line.access.request, "GET", "/logout", within_s=5.0, farewell=True)
        assert last.body == b"bye"
        with pytest.raises(DeviceUnreachable):
            await calls.call(line, line.access.request, "GET", "/logout")
    await calls.close()


async def test_closing_ends_what_waits_for_devices_and_leaves_what_hangs(stuck: threading.Event) -> None:
    calls = Calls(max_threads=3)
    with ReplayServer({("GET", "/x"): Fault("hang")}) as server:
        line = make_line(address=server.address)
        device = asyncio.create_task(calls.call(line, line.access.request, "GET", "/x", within_s=60.0))
        plugin = asyncio.create_task(calls.call(make_line("gate-2"), stuck.wait, within_s=60.0))
        queued = asyncio.create_task(calls.call(line, int, "1", within_s=60.0))
        await until(lambda: len(server.requests) == 1)
        began = time.monotonic()
        await calls.close()
        assert time.monotonic() - began < 10.0
        with pytest.raises(DeviceUnreachable, match="was closed"):
            await device
        with pytest.raises(NotAsked, match="closing"):
            await queued
        with pytest.raises(NotAsked, match="closing"):
            await calls.call(line, int, "1")
        plugin.cancel()


async def test_no_thread_of_asyncio_is_used(calls: Calls) -> None:
    pool = ThreadPoolExecutor(max_workers=1)
    pool.shutdown()
    asyncio.get_running_loop().set_default_executor(pool)
    assert await calls.call(make_line(), int, "1") == 1


async def test_threads_are_used_again_and_go_when_they_are_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, line = Calls(), make_line()
    for _ in range(20):
        await calls.call(line, int, "1")
    assert calls.threads == 1
    monkeypatch.setattr("hub.devices.calls_threads._IDLE_S", 0.05)
    await calls.call(line, int, "1")
    await until(lambda: calls.threads == 0)
    assert await calls.call(line, int, "1") == 1
    await calls.close()


def test_a_hung_plugin_does_not_keep_the_hub_from_ending() -> None:
    program = """
        import asyncio, time
        from hub.clock import SystemClock
        from hub.devices.access import build_access
        from hub.devices.calls import Calls, Line
        from hub.devices.trust import TlsTrust
        from hub.vendor.access import Address

        async def main():
            calls = Calls()
            access = build_access("a", Address(host="127.0.0.1", port=9), lambda: None, TlsTrust(), SystemClock())
            try:
                await calls.call(Line("a", access, "acme"), time.sleep, 600, within_s=0.1)
            except Exception as error:
                print(type(error).__name__, calls.leaked)
            await calls.close()
        asyncio.run(main())
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True, timeout=20
    )
    assert "DeviceUnreachable 1" in done.stdout.splitlines()


async def test_nothing_but_errors_of_the_hub_leaves_a_call(calls: Calls) -> None:
    for kind in (ProtocolError, DeviceError):

        def fail(kind: type[DeviceError] = kind) -> None:
            raise kind("what", hint="why")

        with pytest.raises(kind) as caught:
            await calls.call(make_line(), fail)
        assert type(caught.value) is kind
        assert caught.value.hint == "why"
