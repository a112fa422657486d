"""What `/metrics` costs for a large site: the page as it is put together for one question."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bench.report import Row
from hub.client.devices import DeviceNow
from hub.client.views import HealthView, JournalHealth, RecordingNow, WorkerPace
from hub.core.catalogue import SiteConfigured
from hub.core.devices.events import ConfiguredDevice, DevicesConfigured
from hub.core.event import Event, Record
from hub.core.findings import CameraJudged, ViewObstructed
from hub.core.fold import fold
from hub.core.site import Area, Camera, Site
from hub.core.state import State, WorkerHealth
from hub.core.status import CameraStatus
from hub.core.text import Text
from hub.server.metrics.page import render
from hub.server.metrics.samples import Look, samples

CAMERAS = 300
DEVICES = 40
PAGE_MS = 100.0
"""At most, of processor time: asked every 15 s that is less than a hundredth of one core."""
_TIMES = 20
_AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def run() -> list[Row]:
    """Measure the page, and a floor: as many bare values written out by the same library."""
    look = _look()
    page = render(samples(look))
    series = sum(not line.startswith(b"#") for line in page.splitlines())
    counted_ms = _ms(lambda: sum(1 for _ in samples(look)))
    page_ms, floor_ms = _ms(lambda: render(samples(look))), _floor_ms(series)
    subject = f"{CAMERAS} cameras, {DEVICES} devices, {series:,} series"
    return [
        Row(
            bench="metrics, one page",
            subject=subject,
            figure=f"{page_ms:.0f} ms",
            note=f"of processor time; {len(page) / 1024:.0f} KiB; at most {PAGE_MS:g} ms",
            failed=page_ms > PAGE_MS,
        ),
        Row(
            bench="of that, counting",
            subject=subject,
            figure=f"{counted_ms:.0f} ms",
            note="the rest is the library writing it out",
        ),
        Row(
            bench="floor: the library alone",
            subject=f"{series:,} series of one metric",
            figure=f"{floor_ms:.0f} ms",
            note=f"the page takes {page_ms / floor_ms:.1f} times as long",
        ),
    ]


def _ms(work: Callable[[], object]) -> float:
    work()
    begun_s = time.process_time()
    for _ in range(_TIMES):
        work()
    return (time.process_time() - begun_s) / _TIMES * 1e3


def _floor_ms(series: int) -> float:
    registry = CollectorRegistry()
    gauge = Gauge("floor", "As many values.", ["camera"], registry=registry)
    for number in range(series):
        gauge.labels(f"camera-{number}").set(number)
    return _ms(lambda: generate_latest(registry))


def _look() -> Look:
    names = [f"camera-{number}" for number in range(CAMERAS)]
    devices = [f"nvr-{number}" for number in range(DEVICES)]
    events: list[Event] = [
        SiteConfigured(
            site=Site(
                areas=[Area(id="hall", name=Text(en="Hall"))],
                cameras=[Camera(id=name, name=Text(en=name), area="hall", domain="production") for name in names],
            )
        ),
        *(CameraJudged(camera=name) for name in names),
        *(ViewObstructed(camera=name, since_at=_AT, share=0.5) for name in names[::10]),
        DevicesConfigured(devices=[ConfiguredDevice(id=name, name=Text(en=name), driver="acme") for name in devices]),
    ]
    state = State()
    for seq, event in enumerate(events, 1):
        state = fold(state, Record(seq, _AT, _AT, "hub", None, event, None, b""))
    status = {
        name: CameraStatus(camera=name, at=_AT, signal="live", fps=25.0, kbps=2000.0, last_picture_at=_AT)
        for name in names
    }
    return Look(
        now=_AT,
        state=state,
        statuses=status,
        recorded={name: RecordingNow(stream="main", state="recording") for name in names},
        devices={name: DeviceNow(contact="reached", drift_s=0.4, hottest_c=41.0) for name in devices},
        health=HealthView(
            version="1",
            started_at=_AT,
            journal=JournalHealth(seq=1, hash="", store="sqlite", outbox={"pending": 0, "done": 9}),
            plugins={},
            workers={f"w{number}": WorkerHealth(running=True) for number in range(4)},
            config_problems={},
            paces={f"w{number}": WorkerPace(asked_every_s=2.0, picture_every_s=2.0) for number in range(4)},
        ),
    )
