"""The metrics as Prometheus reads them, put together on a thread of its own and at most once a second."""

import asyncio
from collections.abc import Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector

from hub.server.backend import Backend
from hub.server.metrics.names import METRICS
from hub.server.metrics.samples import Look, Sample, samples

CONTENT_TYPE = CONTENT_TYPE_LATEST
KEPT_S = 1.0
"""Whoever asks again so soon gets the same page: asking often costs the hub nothing."""


class MetricsPage:
    """On the hub's event loop."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._one = asyncio.Lock()
        self._page = b""
        self._made_s: float | None = None

    async def read(self) -> bytes:
        """The page, at most a second old."""
        async with self._one:
            now_s = self._backend.clock.monotonic()
            if self._made_s is None or now_s - self._made_s >= KEPT_S:
                self._page = await asyncio.to_thread(render, samples(look_at(self._backend)))
                self._made_s = now_s
            return self._page


def look_at(backend: Backend) -> Look:
    """What is known of the hub now. On its event loop."""
    return Look(
        now=backend.clock.now(),
        state=backend.state(),
        statuses=backend.statuses(),
        recorded=backend.recorded_now(),
        devices=backend.devices(),
        health=backend.health(),
    )


def render(found: Iterable[Sample]) -> bytes:
    """Samples in Prometheus' text format, and what the hub's own process takes."""
    registry = CollectorRegistry()
    registry.register(_Families(found))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Families(Collector):
    def __init__(self, found: Iterable[Sample]) -> None:
        self._found = found

    def describe(self) -> Iterable[Family]:
        """Nothing: the registry would else collect once more to find out the names."""
        return ()

    def collect(self) -> Iterator[Family]:
        families = {}
        for metric in METRICS:
            name = metric.written.removesuffix("_total") if metric.kind == "counter" else metric.written
            families[metric.name] = (Family(name, metric.help, metric.kind), metric)
        for sample in self._found:
            family, metric = families[sample.name]
            family.add_sample(metric.written, dict(zip(metric.labels, sample.labels, strict=True)), float(sample.value))
        return (family for family, _ in families.values())
