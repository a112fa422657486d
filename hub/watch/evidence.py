"""The pictures that go with a finding: asked for once when it appears, then part of its level."""

from concurrent.futures import Future
from datetime import datetime, timedelta

from hub.clock import Clock
from hub.core.findings import Evidence
from hub.core.status import FindingLevel
from hub.core.text import LANGUAGES, Text
from hub.vision.judge import PictureFinding
from hub.watch.pictures import Kept, Pictures, Still, not_kept

_PATIENCE_S = 2.0
"""How long a finding waits for its pictures; the alarm is worth more than they are."""


class _Entry:
    def __init__(self, since_at: datetime, asked_s: float, future: "Future[Kept] | None") -> None:
        self.since_at = since_at
        self.asked_s = asked_s
        self.future = future
        self.evidence: Evidence | None = None
        self.problem = Text(en="")


class EvidenceDesk:
    """The findings of one camera with their pictures. For one thread."""

    def __init__(self, camera: str, pictures: Pictures, clock: Clock) -> None:
        self._camera = camera
        self._pictures = pictures
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    def level(
        self, found: PictureFinding, *, before: Still | None, after: Still | None, reference: str = ""
    ) -> FindingLevel | None:
        """The finding with its evidence; None while its pictures are being written. Without a picture `before` it is
        that of the reference view of that id."""
        now_s = self._clock.monotonic()
        entry = self._entries.get(found.kind)
        if entry is None:
            now = self._clock.now()
            future = self._pictures.keep(self._camera, found.kind, now, before=before, after=after, reference=reference)
            entry = _Entry(now - timedelta(seconds=max(0.0, now_s - found.since_s)), now_s, future)
            self._entries[found.kind] = entry
        if entry.future is not None:
            late = now_s - entry.asked_s >= _PATIENCE_S
            if not entry.future.done() and not late:
                return None
            self._take(entry)
        return FindingLevel(
            kind=found.kind,
            since_at=entry.since_at,
            detail=_joined(found.detail, entry.problem),
            share=found.share,
            forecast_at=forecast_at(found, self._clock.now()),
            cells=found.cells,
            measures=found.measures,
            evidence=entry.evidence,
        )

    def keep_only(self, kinds: set[str] | frozenset[str]) -> None:
        """Forget the findings that are over."""
        self._entries = {kind: entry for kind, entry in self._entries.items() if kind in kinds}

    @staticmethod
    def _take(entry: _Entry) -> None:
        future, entry.future = entry.future, None
        assert future is not None
        if not future.done():
            entry.problem = not_kept("it took too long")
        elif future.exception() is not None:
            entry.problem = not_kept("a fault of the worker")
        else:
            entry.evidence, entry.problem = future.result()


def forecast_at(found: PictureFinding, now: datetime) -> datetime | None:
    """The day on which the picture will be of no use, to the hour, so that it does not change all the time."""
    if found.forecast_days is None:
        return None
    at = now + timedelta(days=min(found.forecast_days, 3650.0))
    return at.replace(minute=0, second=0, microsecond=0)


def _joined(first: Text, second: Text) -> Text:
    return Text(*(" ".join(filter(None, (first.in_(each), second.in_(each)))) for each in LANGUAGES))
