"""What was deleted by a rule, so that nobody is told of it as missing: the runs of `recordings.removed`, folded."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import datetime
from itertools import accumulate

from hub.core.recordings import SAME_RUN_S, RemovedRun, Stream, us_of

_SAME_RUN_US = round(SAME_RUN_S * 1_000_000)
_HOUR_US = 3_600_000_000


class Removals:
    """Accumulates runs. What follows one another is one span, so that years of deletions take little room."""

    def __init__(self) -> None:
        self._begins: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._ends: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_hour: dict[int, int] = defaultdict(int)
        self.count = 0
        """How many segments, in all."""

    def add(self, run: RemovedRun) -> None:
        """One run. One that ends before it begins explains nothing."""
        begin, end = us_of(run.from_at), us_of(run.to_at)
        if end <= begin:
            return
        self.count += run.count
        self._by_hour[begin // _HOUR_US] += run.count
        begins, ends = self._begins[run.camera, run.stream], self._ends[run.camera, run.stream]
        first = bisect_left(ends, begin - _SAME_RUN_US)
        last = bisect_right(begins, end + _SAME_RUN_US)
        if first < last:
            begin, end = min(begin, begins[first]), max(end, ends[last - 1])
        begins[first:last], ends[first:last] = [begin], [end]

    def explains(self, camera: str, stream: Stream, begin_at: datetime) -> bool:
        """Whether a segment that began then was deleted by a rule."""
        begin = us_of(begin_at)
        at = bisect_right(self._begins.get((camera, stream), ()), begin) - 1
        return at >= 0 and begin < self._ends[camera, stream][at]

    def begun_by(self, at: datetime) -> int:
        """How many of the deleted segments began by then; by the hour, in which it rather counts too many."""
        hours = sorted(self._by_hour)
        sums = [0, *accumulate(self._by_hour[hour] for hour in hours)]
        return sums[bisect_right(hours, us_of(at) // _HOUR_US)]
