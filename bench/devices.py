"""What 300 devices cost that are asked every 30 s and listened to all the time, and whom a device that hangs delays.

`python -m bench devices --minutes 4`. The devices are small HTTP servers in a process of their own (`devices_peer`)
that want digest sign-ins. A look is four requests whose XML is read with lxml; events are a stream without end, each in
a thread. In the second half one device takes requests and answers none, another one's session hangs in its own code,
and ten ports are closed. Beside it one more line asks a trivial thing ten times a second: how long that takes is what
the others wait.
"""

import asyncio
import logging
import os
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import lxml.etree
import structlog

from bench.report import Row
from bench.watch_subjects import allow_many_files
from hub.clock import SystemClock
from hub.core.devices.look import Look
from hub.devices.access import build_access
from hub.devices.calls import Calls, Line
from hub.devices.fleet import DeviceSpec, Fleet
from hub.devices.trust import TlsTrust
from hub.vendor.access import Address, Credentials, DeviceAccess
from hub.vendor.session import Session
from hub.vendor.values import Capability, DeviceEvent, DeviceInfo, Health, Reading, Support, Volume

ONLY_BY_NAME = True
"""It takes minutes: not part of `python -m bench` without a name."""
DEVICES = 300
POLL_S = 30.0
GONE = 10
_SETTLE_S = 45.0
"""The fleet spreads the first looks over half a minute."""
_MOST_DELAY_S = 0.5
"""What a trivial call may take at most, 99 of 100 times, whatever hangs beside it."""
_PROBE_EVERY_S = 0.1


class _Session:
    """As much of a vendor's session as costs what one costs."""

    def __init__(self, access: DeviceAccess, hangs: threading.Event) -> None:
        self._access = access
        self._hangs = hangs

    def describe(self) -> DeviceInfo:
        return DeviceInfo(maker="Bench", model="B-1", serial=self._access.id, firmware="1")

    def capabilities(self) -> dict[Capability, Support]:
        return {"events": "yes", "storage": "yes"}

    def health(self) -> Health:
        if self._hangs.is_set():
            time.sleep(3600)
        pages = [self._read(f"/page/{number}?x[0]=1") for number in range(4)]
        items = [item for page in pages for item in page.iterfind("item")]
        volumes = tuple(
            Volume(id=item.findtext("id") or "", state="ok", size_bytes=int(item.findtext("capacity") or 0))
            for item in items
        )
        return Health(volumes=Reading(status="ok", value=volumes))

    def events(self) -> Iterator[DeviceEvent | None]:
        with self._access.stream("GET", "/events", idle_s=60.0) as flow:
            rest = b""
            for piece in flow:
                *parts, rest = (rest + piece).split(b"--b\r\n")
                for _ in parts:
                    yield None

    def close(self) -> None:
        pass

    def _read(self, path: str) -> lxml.etree._Element:
        parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        return lxml.etree.fromstring(self._access.request("GET", path).body, parser)


class _Window(NamedTuple):
    """What was seen in one half of the run."""

    seconds: float
    cpu_s: float
    looks: int
    failed: int
    latest_s: float
    """The longest time between two looks at a device that was well, beyond the time that is meant."""
    delays_s: Sequence[float]
    threads: int
    rss_bytes: int


class _Seen:
    """Looks at devices, as they come."""

    def __init__(self, well: Sequence[str]) -> None:
        self._well = frozenset(well)
        self._last_s: dict[str, float] = {}
        self.reset()

    def reset(self) -> None:
        self.looks, self.failed, self.latest_s = 0, 0, 0.0

    def look(self, device_id: str, look: Look) -> None:
        now_s = time.monotonic()
        self.looks += 1
        self.failed += look.contact != "reached"
        last_s = self._last_s.get(device_id)
        if last_s is not None and device_id in self._well:
            self.latest_s = max(self.latest_s, now_s - last_s - POLL_S)
        self._last_s[device_id] = now_s


def run(minutes: float = 30.0) -> list[Row]:
    """Attend to the devices for so many minutes; a row for each half, failed when somebody was delayed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    allow_many_files()
    with ExitStack() as stack:
        peer = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "bench.devices_peer", str(DEVICES)], stdout=subprocess.PIPE, text=True
            )
        )
        stack.callback(peer.kill)
        assert peer.stdout
        ports = [int(port) for port in peer.stdout.readline().split()]
        if len(ports) != DEVICES:
            return [Row(bench="devices", subject="the servers", note="they did not start", failed=True)]
        return asyncio.run(_measure(ports, minutes))


async def _measure(ports: Sequence[int], minutes: float) -> list[Row]:
    clock, calls, hangs = SystemClock(), Calls(), threading.Event()
    well = [f"device-{number}" for number in range(2, DEVICES)]
    seen = _Seen(well)
    heard: list[str] = []
    fleet = Fleet(calls, clock, on_look=seen.look, on_news=heard.append, on_fault=lambda *_: None)
    before_rss, before_threads = _rss_bytes(), threading.active_count()
    specs = {f"device-{number}": _spec(number, port, hangs) for number, port in enumerate(ports)}
    await fleet.use(specs)
    await asyncio.sleep(_SETTLE_S)
    window_s = max(POLL_S * 1.5, (minutes * 60 - _SETTLE_S) / 2)
    good = await _window(calls, seen, window_s)
    listening = sum(listener.state == "listening" for listener in fleet.listeners().values())

    hangs.set()
    await asyncio.to_thread(_make_hang, ports[0])
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = closed.getsockname()[1]
    gone = {f"gone-{number}": _spec(DEVICES + number, nowhere, threading.Event()) for number in range(GONE)}
    await fleet.use(specs | gone)
    bad = await _window(calls, seen, window_s)
    leaked = calls.leaked
    began_s = time.monotonic()
    await fleet.stop()
    stopped_s = time.monotonic() - began_s

    grew = (good.rss_bytes - before_rss) / DEVICES / 1024
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    return [
        _row(
            "all well",
            good,
            f"{listening} streams of events; {good.threads - before_threads} threads; {grew:.0f} KB a device; {load}",
            failed=good.failed > 0 or listening < DEVICES,
        ),
        _row(
            f"one hangs, one plugin hangs, {GONE} are gone",
            bad,
            f"{leaked} threads written off; {bad.threads - before_threads} threads; ended in {stopped_s:.1f} s; {load}",
            failed=leaked > 1 or stopped_s > 10.0,
        ),
    ]


def _row(subject: str, window: _Window, note: str, *, failed: bool) -> Row:
    delays = sorted(window.delays_s)
    p50, p99 = statistics.median(delays), delays[int(len(delays) * 0.99)]
    probe = f"{1000 * p50:.1f} / {1000 * p99:.0f} / {1000 * delays[-1]:.0f} ms"
    late = f"one came {window.latest_s:.1f} s late at most"
    return Row(
        bench=f"{DEVICES} devices, asked every {POLL_S:.0f} s",
        subject=subject,
        figure=f"{100 * window.cpu_s / window.seconds:.1f} % of a core",
        cpu=f"{1000 * window.cpu_s / max(window.looks, 1):.1f} ms a look",
        note=f"{window.looks} looks, {window.failed} failed; {late}; a trivial call (p50, p99, most): {probe}; {note}",
        failed=failed or p99 > _MOST_DELAY_S or window.looks < DEVICES,
    )


async def _window(calls: Calls, seen: _Seen, seconds: float) -> _Window:
    access = build_access("probe", Address(host="127.0.0.1", port=9), lambda: None, TlsTrust(), SystemClock())
    line, delays = Line("probe", access, "probe"), list[float]()
    seen.reset()
    began_s, cpu_s = time.monotonic(), _cpu_s()
    while time.monotonic() - began_s < seconds:
        asked_s = time.monotonic()
        await calls.call(line, int)
        delays.append(time.monotonic() - asked_s)
        await asyncio.sleep(_PROBE_EVERY_S)
    return _Window(
        seconds=time.monotonic() - began_s,
        cpu_s=_cpu_s() - cpu_s,
        looks=seen.looks,
        failed=seen.failed,
        latest_s=seen.latest_s,
        delays_s=delays,
        threads=threading.active_count(),
        rss_bytes=_rss_bytes(),
    )


def _spec(number: int, port: int, hangs: threading.Event) -> DeviceSpec:
    stuck = hangs if number == 1 else threading.Event()

    def open_session(access: DeviceAccess) -> Session:
        return _Session(access, stuck)

    return DeviceSpec(
        id=f"device-{number}" if number < DEVICES else f"gone-{number - DEVICES}",
        plugin="hanging" if number == 1 else "bench",
        settings=port,
        address=Address(host="127.0.0.1", port=port),
        credentials=lambda: Credentials("hub", "secret"),
        trust=TlsTrust(),
        poll_s=POLL_S,
        open=open_session,
    )


def _make_hang(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"POST /hang HTTP/1.1\r\n\r\n")
        line.recv(100)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _rss_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
