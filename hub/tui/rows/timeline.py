"""A stretch of a camera's day on a few lines: what was recorded, what is missing, where the alarms were. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

import msgspec

from hub.client.alarms import PastAlarm
from hub.core.recorded import Gap, Span, cut
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.rows.row import Cell

ZOOMS = (timedelta(hours=24), timedelta(hours=6), timedelta(hours=1))
"""How much of the day is on the line, the widest first."""
STEPS = (timedelta(minutes=5), timedelta(minutes=1), timedelta(seconds=10))
"""How far one key leads at each of them."""
LEAPS = (timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=2))
_HOURS = (timedelta(hours=6), timedelta(hours=3), timedelta(hours=1), timedelta(minutes=30), timedelta(minutes=10))
_LABEL = 7


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one camera on one day. `recorded` neither touch nor overlap and are in order."""

    camera: str
    span: Span
    recorded: list[Span]
    gaps: list[Gap]
    alarms: list[PastAlarm]
    """In the order of time."""

    def has(self, at: datetime) -> bool:
        """Whether anything was recorded at that time."""
        found = bisect_right(self.recorded, at, key=lambda span: span.from_at)
        return found > 0 and at < self.recorded[found - 1].to_at

    def next_alarm(self, at: datetime) -> PastAlarm | None:
        return next((each for each in self.alarms if each.life.raised_at > at), None)

    def last_alarm(self, at: datetime) -> PastAlarm | None:
        return next((each for each in reversed(self.alarms) if each.life.raised_at < at), None)


def window(day: Span, at: datetime, zoom: timedelta) -> Span:
    """The stretch of the day that is on the line: it turns over like a page when the cursor leaves it."""
    if zoom >= day.to_at - day.from_at:
        return day
    page = (at - day.from_at) // zoom
    begin = day.from_at + page * zoom
    return Span(begin, min(begin + zoom, day.to_at))


def closest(day: Day, at: datetime) -> int:
    """The closest zoom that shows all of the day's recordings on one page with `at`; the widest where none does."""
    if not day.recorded:
        return 0
    begin, end = day.recorded[0].from_at, day.recorded[-1].to_at
    pages = [window(day.span, at, zoom) for zoom in ZOOMS]
    return max((zoom for zoom, page in enumerate(pages) if page.from_at <= begin and end <= page.to_at), default=0)


def lines(day: Day, shown: Span, at: datetime, zone: tzinfo, width: int, now: datetime) -> list[list[Cell]]:
    """Three lines, `width` cells each: cursor and alarms, what was recorded, and the hours."""
    if width < 10:
        return []
    share = (shown.to_at - shown.from_at) / width
    columns = [Span(shown.from_at + number * share, shown.from_at + (number + 1) * share) for number in range(width)]
    alarms = {_column(each.life.raised_at, shown, width) for each in day.alarms}
    cursor = _column(at, shown, width)
    marks = [
        Cell("▼", "strong") if number == cursor else Cell("!", "fault") if number in alarms else Cell(" ")
        for number in range(width)
    ]
    return [_joined(marks), _joined([_recorded(day, column, now) for column in columns]), _hours(shown, zone, width)]


def said(day: Day, at: datetime, zone: tzinfo, now: datetime) -> list[Cell]:
    """What is known of the moment under the cursor."""
    cells = [Cell(f"{at.astimezone(zone):%H:%M:%S}  ", "strong")]
    gap = next((each for each in day.gaps if each.from_at <= at < each.to_at), None)
    if day.has(at):
        cells.append(Cell(_("recorded"), "good"))
    elif at > now:
        cells.append(Cell(_("still to come"), "muted"))
    elif gap is not None:
        cause = words.word(words.GAP_CAUSES, gap.permit or gap.cause)
        cells.append(Cell(_("not recorded: {cause}").format(cause=cause), "lost"))
    else:
        cells.append(Cell(_("nothing recorded"), "muted"))
    near = [each for each in day.alarms if abs(each.life.raised_at - at) <= timedelta(minutes=1)]
    for each in near[:1]:
        clock = moments.clock(each.life.raised_at, zone, now=at)
        cells.append(Cell(f"   ! {clock} {say(each.life.title)}", "fault"))
    return cells


def _column(at: datetime, shown: Span, width: int) -> int:
    return int((at - shown.from_at) / (shown.to_at - shown.from_at) * width)


def _recorded(day: Day, column: Span, now: datetime) -> Cell:
    inside = sum(span.seconds for span in cut(_near(day.recorded, column), column))
    missing = any(gap.from_at < column.to_at and gap.to_at > column.from_at for gap in day.gaps)
    if missing:
        return Cell("▒" if inside else "░", "lost")
    if inside:
        return Cell("█", "good")
    return Cell("·" if column.from_at <= now else " ", "muted")


def _near(spans: Sequence[Span], column: Span) -> Sequence[Span]:
    """Those that can have a part in it: a day may have hundreds."""
    first = max(0, bisect_right(spans, column.from_at, key=lambda span: span.from_at) - 1)
    return spans[first : bisect_right(spans, column.to_at, key=lambda span: span.from_at)]


def _hours(shown: Span, zone: tzinfo, width: int) -> list[Cell]:
    """Times below the line, as many as have room."""
    length = shown.to_at - shown.from_at
    every = next((each for each in reversed(_HOURS) if length / each * _LABEL <= width), _HOURS[0])
    line = [" "] * width
    at = shown.from_at
    while at < shown.to_at:
        column = _column(at, shown, width)
        label = f"{at.astimezone(zone):%H:%M}"
        if column + len(label) <= width:
            line[column : column + len(label)] = label
        at += every
    return [Cell("".join(line), "muted")]


def _joined(cells: Sequence[Cell]) -> list[Cell]:
    """Neighbours that look the same as one."""
    joined: list[Cell] = []
    for cell in cells:
        if joined and joined[-1].tone == cell.tone:
            joined[-1] = Cell(joined[-1].text + cell.text, cell.tone)
        else:
            joined.append(cell)
    return joined
