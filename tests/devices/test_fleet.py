"""Devices apart from each other: one that hangs, lies or floods costs itself, and nothing is left when it ends."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.clock import SystemClock
from hub.core.devices.look import Look
from hub.core.devices.reports import MOST_REPORTS
from hub.devices.calls import Calls
from hub.devices.fleet import DeviceSpec, Fleet
from hub.devices.trust import TlsTrust
from hub.errors import DeviceForbidden, DeviceUnreachable, PluginError, Unsupported
from hub.vendor.access import Address, DeviceAccess
from hub.vendor.session import Ptz
from hub.vendor.values import Capability, DeviceEvent, DeviceInfo, Health, Reading, Support, Volume


class Session:
    """A device without a network; `health_of` says how it is, `tells` what it tells."""

    def __init__(self, access: DeviceAccess, health_of: Callable[[], Health]) -> None:
        self.access = access
        self.health_of = health_of
        self.closed = 0
        self.asked = 0

    def describe(self) -> DeviceInfo:
        return DeviceInfo(model="M", serial=self.access.id, firmware="1")

    def capabilities(self) -> Mapping[Capability, Support]:
        return {"events": "yes", "ptz": "no"}

    def health(self) -> Health:
        self.asked += 1
        return self.health_of()

    def close(self) -> None:
        self.closed += 1


class Teller(Session):
    tells: Callable[[DeviceAccess], Iterator[DeviceEvent | None]]

    def events(self) -> Iterator[DeviceEvent | None]:
        return self.tells(self.access)


def good() -> Health:
    return Health(volumes=Reading(status="ok", value=(Volume(id="1", state="ok"),)))


class Bench:
    def __init__(self) -> None:
        self.looks: dict[str, list[Look]] = {}
        self.news: list[str] = []
        self.faults: list[tuple[str, Exception]] = []
        self.sessions: dict[str, Session] = {}
        self.fleet = Fleet(
            Calls(max_threads=4),
            SystemClock(),
            on_look=lambda name, look: self.looks.setdefault(name, []).append(look),
            on_news=self.news.append,
            on_fault=lambda part, plugin, error: self.faults.append((part, error)) if error is not None else None,
        )

    def spec(
        self, name: str, health_of: Callable[[], Health] = good, *, plugin: str = "acme", **more: Any
    ) -> DeviceSpec:
        tells = more.pop("tells", None)

        def open_session(access: DeviceAccess) -> Any:
            session = Session(access, health_of) if tells is None else Teller(access, health_of)
            if tells is not None:
                session.tells = tells  # type: ignore[attr-defined]
            self.sessions[name] = session
            return session

        given = {
            "id": name,
            "plugin": plugin,
            "settings": more.pop("settings", name),
            "address": Address(host="127.0.0.1", port=9),
            "credentials": lambda: None,
            "trust": TlsTrust(),
            "poll_s": 0.05,
            "open": open_session,
        }
        return DeviceSpec(**(given | more))  # type: ignore[arg-type]

    async def use(self, *specs: DeviceSpec) -> None:
        await self.fleet.use({spec.id: spec for spec in specs})

    async def until(self, condition: Callable[[], object], within_s: float = 10.0) -> None:
        async with asyncio.timeout(within_s):
            while not condition():
                await asyncio.sleep(0.01)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    await made.fleet.stop()


async def test_devices_are_asked_again_and_again_each_by_itself(bench: Bench):
    def hang() -> Health:
        raise DeviceUnreachable("It does not answer.")

    await bench.use(bench.spec("good"), bench.spec("bad", hang))
    await bench.until(lambda: len(bench.looks.get("good", [])) >= 5 and "bad" in bench.looks)
    assert {look.contact for look in bench.looks["good"]} == {"reached"}
    assert bench.looks["bad"][0].contact == "failed"
    now = bench.fleet.now()
    assert (now["good"].contact, now["bad"].contact, now["bad"].why) == ("reached", "failed", "It does not answer.")


async def test_a_device_that_fails_three_times_is_left_alone_until_a_person_says_so(bench: Bench):
    def fail() -> Health:
        raise DeviceUnreachable("It does not answer.")

    await bench.use(bench.spec("bad", fail))
    await bench.until(lambda: bench.fleet.now()["bad"].paused_until_at is not None)
    asked = bench.sessions["bad"].asked
    assert asked == 3
    with pytest.raises(DeviceUnreachable, match="asked again in"):
        await bench.fleet.ask("bad", object, lambda session: None)
    bench.fleet.retry("bad")
    await bench.until(lambda: bench.sessions["bad"].asked > asked)


async def test_an_account_that_may_not_ask_reaches_the_device_all_the_same(bench: Bench):
    def forbid() -> Health:
        raise DeviceForbidden("Not for this account.")

    await bench.use(bench.spec("strict", forbid))
    await bench.until(lambda: "strict" in bench.looks)
    assert bench.looks["strict"][0].contact == "reached"


async def test_a_plugin_that_breaks_says_so_and_says_nothing_about_its_device(bench: Bench):
    def broken() -> Health:
        raise ZeroDivisionError("a fault of the plugin")

    await bench.use(bench.spec("broken", broken), bench.spec("shapeless", lambda: "well"))  # type: ignore[arg-type,return-value]
    await bench.until(lambda: {"broken", "shapeless"} <= bench.looks.keys())
    assert bench.looks["broken"][0].contact == bench.looks["shapeless"][0].contact == "unknown"
    assert {part for part, _ in bench.faults} == {"device broken", "device shapeless"}


async def test_a_session_that_cannot_be_made_costs_itself(bench: Bench):
    def refuse(access: DeviceAccess) -> Any:
        raise PluginError("It cannot be made.")

    await bench.use(bench.spec("good"), bench.spec("none", open=refuse))
    await bench.until(lambda: "good" in bench.looks)
    assert bench.fleet.now()["none"].why == "It cannot be made."
    with pytest.raises(DeviceUnreachable, match="not attended to"):
        await bench.fleet.ask("none", object, lambda session: None)


async def test_what_is_told_without_end_is_bounded_and_the_thread_ends_with_the_device(bench: Bench):
    def flood(access: DeviceAccess) -> Iterator[DeviceEvent | None]:
        number = 0
        while not access.closed:
            number += 1
            yield DeviceEvent(kind="tamper", phase="start", code=f"made-up-{number}")
            if number % 1000 == 0:
                access.wait(0.001)

    await bench.use(bench.spec("loud", tells=flood), bench.spec("good"))
    await bench.until(lambda: bench.fleet.listeners().get("loud") is not None and "good" in bench.looks)
    listener = bench.fleet.listeners()["loud"]
    await bench.until(lambda: len(listener.heard.levels) == MOST_REPORTS)
    before = len(bench.looks["good"])
    await bench.until(lambda: len(bench.looks["good"]) > before + 3)
    assert len(listener.heard.levels) == MOST_REPORTS
    await bench.use()
    assert listener.ended()
    assert bench.sessions["loud"].closed == 1


async def test_a_line_that_breaks_is_opened_again_and_is_no_finding(bench: Bench):
    opened: list[datetime] = []

    def breaks(access: DeviceAccess) -> Iterator[DeviceEvent | None]:
        opened.append(datetime.now(UTC))
        yield DeviceEvent(kind="tamper", phase="start", code="x")
        if len(opened) < 3:
            raise DeviceUnreachable("The line broke.")
        while not access.wait(0.01):
            yield None

    await bench.use(bench.spec("d", tells=breaks))
    await bench.until(lambda: len(opened) == 3)
    await bench.until(lambda: bench.fleet.now()["d"].listening == "listening")
    assert {look.contact for look in bench.looks["d"]} == {"reached"}
    assert bench.fleet.listeners()["d"].heard.levels["x"].phase == "start"


async def test_a_device_that_tells_nothing_is_not_asked_for_it_again(bench: Bench):
    def nothing(access: DeviceAccess) -> Iterator[DeviceEvent | None]:
        raise Unsupported("It tells nothing.")
        yield

    await bench.use(bench.spec("d", tells=nothing))
    await bench.until(lambda: bench.fleet.now()["d"].listening == "unsupported")


async def test_only_what_changed_in_hub_toml_is_opened_anew(bench: Bench):
    await bench.use(bench.spec("a"), bench.spec("b"))
    await bench.until(lambda: {"a", "b"} <= bench.looks.keys())
    first = dict(bench.sessions)
    await bench.use(bench.spec("a"), bench.spec("b", settings="other"))
    assert bench.sessions["a"] is first["a"]
    assert bench.sessions["b"] is not first["b"]
    assert (first["a"].closed, first["b"].closed) == (0, 1)


async def test_what_a_device_cannot_do_is_said_at_once(bench: Bench):
    await bench.use(bench.spec("d"))
    await bench.until(lambda: "d" in bench.looks)
    assert bench.fleet.offering(Ptz, "ptz") == []
    with pytest.raises(Unsupported):
        await bench.fleet.obey("d", "clock")


async def test_a_plugin_that_hangs_is_quarantined_and_the_others_go_on():
    stuck = threading.Event()

    @asynccontextmanager
    async def made() -> AsyncIterator[Bench]:
        bench = Bench()
        try:
            yield bench
        finally:
            stuck.set()
            await bench.fleet.stop()

    def hang(session: object) -> None:
        stuck.wait(30)

    async with made() as bench:
        names = ["h1", "h2", "h3"]
        await bench.use(*(bench.spec(name, plugin="stuck") for name in names), bench.spec("good"))
        await bench.until(lambda: {*names, "good"} <= bench.looks.keys())
        began = time.monotonic()
        for name in names:
            with pytest.raises((DeviceUnreachable, PluginError)):
                await bench.fleet.ask(name, object, hang, within_s=0.2)
        assert "stuck" in bench.fleet.quarantined()
        assert time.monotonic() - began < 8
        before = len(bench.looks["good"])
        await bench.until(lambda: len(bench.looks["good"]) > before + 2)
        stuck.set()
        bench.fleet.retry("h1")
        assert bench.fleet.quarantined() == {}


async def test_the_end_does_not_wait_for_devices_that_do_not_say_goodbye(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hub.devices.fleet._STOP_S", 0.6)
    monkeypatch.setattr("hub.devices.calls._CLOSE_S", 0.3)
    bench = Bench()
    names = [f"d{number}" for number in range(8)]
    await bench.use(*(bench.spec(name) for name in names))
    await bench.until(lambda: set(names) <= bench.looks.keys())
    slow = threading.Event()
    for session in bench.sessions.values():
        session.close = lambda: slow.wait(60) and None  # type: ignore[method-assign]
    began = time.monotonic()
    await bench.fleet.stop()
    slow.set()
    assert time.monotonic() - began < 11
