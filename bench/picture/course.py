"""What counts during an event. Pure.

Only a finding of an accepted kind that rises after the onset counts: one that stood before and goes on standing proves
nothing, one that ended and comes again does.
"""

from collections.abc import Set
from typing import NamedTuple

from bench.picture.classes import Class


class Course(NamedTuple):
    """An event so far. `standing` are the kinds that stand now, `rose` those that rose since the onset, in order;
    `delay_s` the seconds from full effect to the first accepted one, 0 when that came before full effect."""

    standing: frozenset[str]
    rose: tuple[str, ...] = ()
    delay_s: float | None = None
    pictures: int = 0
    decided: int = 0

    @property
    def judged(self) -> float:
        """Share of the pictures for which something could be said of the accepted kinds."""
        return self.decided / self.pictures if self.pictures else 1.0


def follow(
    course: Course, klass: Class, standing: Set[str], undecided: Set[str], judged: bool, passed_s: float, onset_s: float
) -> Course:
    """The course after one more picture, `passed_s` after the onset of a disturbance that grows for `onset_s`."""
    risen = standing - course.standing
    # Of several that rise in one picture the right one is what a person is told first.
    told = sorted(risen - set(course.rose), key=lambda kind: (kind not in klass.right, kind))
    delay_s = course.delay_s
    if delay_s is None and risen & klass.accepted:
        delay_s = max(0.0, passed_s - onset_s)
    return Course(
        standing=frozenset(standing),
        rose=(*course.rose, *told),
        delay_s=delay_s,
        pictures=course.pictures + 1,
        decided=course.decided + (judged and not klass.accepted <= undecided),
    )
