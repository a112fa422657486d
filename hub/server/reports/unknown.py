"""What the record says about the times and pictures that nobody could judge."""

from collections import defaultdict
from collections.abc import Iterator

from hub.core.catalogue import HubStarted, HubStopped
from hub.core.event import wire_name
from hub.core.findings import CameraNotJudged
from hub.core.kpi.figures import FiguresView
from hub.core.recorded import Span
from hub.core.reports import unknown
from hub.core.reports.model import Table
from hub.core.reports.unknown import Outage
from hub.core.state import State
from hub.server.books.book import Records, last_before
from hub.server.reports.records import in_period

_MOST_STARTS = 500
_NOT_JUDGED = (wire_name(CameraNotJudged),)


def unknown_of(records: Records, seen: State, view: FiguresView, by_camera: FiguresView) -> list[Table]:
    """The tables of what could not be judged. `seen`: what the reader may see, as it was when the period was over.

    Reads the journal: call it from a thread other than the event loop's. Raises `SiteError` when it takes too long.
    """
    span = Span(view.from_at, max(view.from_at, min(view.to_at, view.counted_to_at)))
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for record in in_period(records, seen, span, _NOT_JUDGED):
        if isinstance(record.event, CameraNotJudged):
            reasons[record.event.camera].append(record.event.reason)
    before = last_before(records, span.from_at, seen.position) + 1
    for group in by_camera.groups:
        figure = group.figure("not_judged")
        if figure is not None and figure.numerator > 0 and group.id not in reasons:
            earlier = records.read_last(1, types=_NOT_JUDGED, subject=f"camera:{group.id}", before=before)
            reasons[group.id] += [each.event.reason for each in earlier if isinstance(each.event, CameraNotJudged)]
    now = {camera.id: camera.not_judged for camera in seen.cameras.values() if camera.not_judged is not None}
    return [
        *unknown.outages(_outages(records, seen, span), span),
        *unknown.not_judged(by_camera, reasons, now, over=view.over),
        *unknown.undecided(view),
    ]


def _outages(records: Records, state: State, span: Span) -> Iterator[Outage]:
    """When the hub did not run, with a part in the period: each ends with the record of a start."""
    first = records.read(0, 1)
    if not first or first[0].seen_at > span.from_at:
        yield Outage(span.from_at, first[0].seen_at if first else span.to_at, unknown.BEFORE)
    began = last_before(records, span.from_at, state.position)
    for record in records.read(began, _MOST_STARTS, types=(wire_name(HubStarted),)):
        led_to_it = records.read_last(1, before=record.seq)
        if not led_to_it or not isinstance(record.event, HubStarted) or record.event.last_stop == "first":
            continue
        last = led_to_it[-1]
        ended_at = max(last.seen_at, record.event.alive_until or last.seen_at)
        if ended_at >= span.to_at:
            return
        stopped = isinstance(last.event, HubStopped)
        yield Outage(ended_at, record.seen_at, unknown.STOPPED if stopped else unknown.BROKE_OFF)
