"""Figures of the control room: each a numerator over a denominator, with both shown and what it is counted over said.

A figure never stands alone. What was excused (by a permit) is shown beside it and not taken away, and it is not called
good or low before there is enough to judge by: as long as the period is not over, or less of it was watched than
`LEAST_COVERAGE`, it is *collecting*.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from hub.core.kpi.definitions import FIGURES, Definition, Unit
from hub.core.kpi.targets import Target
from hub.core.text import Text

By = Literal["site", "domain", "department", "camera"]
Verdict = Literal["good", "low", "collecting", "none"]
"""`none`: nothing was counted, or the site has no target for it."""

LEAST_COVERAGE = 0.95
"""At least this share of the period must have been watched before a figure of it is judged."""

__all__ = ["FIGURES", "By", "Definition", "Figure", "GroupFigures", "Ratio", "Unit", "Verdict", "judged"]


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted for one figure. Without a denominator there is nothing to say."""

    figure: str
    numerator: float
    denominator: float
    excused: float = 0.0
    about: str = ""

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator > 0 else None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of one group over the period. What it means, and in which unit, says its definition."""

    id: str
    value: float | None
    """`numerator` / `denominator`; None where nothing was counted."""
    numerator: float
    denominator: float
    excused: float = 0.0
    """How much of what speaks against it a permit covers, in the unit of the denominator. It counts all the same."""
    verdict: Verdict = "none"
    good_from: float | None = None
    good_to: float | None = None
    about: str = ""
    """The camera that it is about, where it is the worst one of the group."""


class GroupFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of the site, a domain, a department or a camera."""

    id: str
    """Of the domain, department or camera; empty for the whole site."""
    name: Text
    cameras: int
    watched_s: float
    """Seconds of all cameras together in which anybody could have seen whether there is a signal."""
    expected_s: float
    """Seconds of all cameras together up to the end of the period, or now."""
    figures: tuple[Figure, ...]

    @property
    def coverage(self) -> float:
        """The share of the time that was watched; 0 where there is none."""
        return self.watched_s / self.expected_s if self.expected_s > 0 else 0.0

    def figure(self, figure_id: str) -> Figure | None:
        return next((each for each in self.figures if each.id == figure_id), None)


class FiguresView(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a period, which is whole days of the site from `from_at` to `to_at`."""

    from_at: datetime
    to_at: datetime
    counted_to_at: datetime
    """Up to when was counted: the end of the period, or now."""
    over: bool
    """Whether the period is over."""
    timezone: str
    """IANA name of the site's zone."""
    by: By
    least_coverage: float
    definitions: tuple[Definition, ...]
    """Of the figures that occur, in the order in which they are shown."""
    groups: tuple[GroupFigures, ...]
    camera_names: dict[str, Text] = {}
    """Of the cameras that figures are about."""

    def definition(self, figure_id: str) -> Definition | None:
        return next((each for each in self.definitions if each.id == figure_id), None)


def judged(
    ratios: Iterable[Ratio],
    targets: Mapping[str, Target],
    *,
    over: bool,
    coverage: float,
    least_coverage: float = LEAST_COVERAGE,
) -> tuple[Figure, ...]:
    """The figures with their verdicts, in the order of `FIGURES`."""
    found = {ratio.figure: ratio for ratio in ratios}
    return tuple(
        _judged(found[each.id], each, targets.get(each.id), over=over, covered=coverage >= least_coverage)
        for each in FIGURES
        if each.id in found
    )


def _judged(ratio: Ratio, definition: Definition, target: Target | None, *, over: bool, covered: bool) -> Figure:
    waits = {"coverage": not (over and covered), "period": not over, "now": False}[definition.judged_by]
    value = ratio.value
    verdict: Verdict = "none"
    if waits:
        verdict = "collecting"
    elif value is not None and target is not None:
        verdict = "good" if target.reached(value) else "low"
    return Figure(
        id=ratio.figure,
        value=value,
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        excused=ratio.excused,
        verdict=verdict,
        good_from=target.good_from if target is not None else None,
        good_to=target.good_to if target is not None else None,
        about=ratio.about,
    )
