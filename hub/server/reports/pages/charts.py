"""Charts as SVG within a page: no scripts, no styles of their own, readable on paper and by screen readers."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import floor, log10
from typing import NamedTuple

from markupsafe import Markup, escape

INK, MUTED, GRID, BLUE, GREEN, RED = "#1f2933", "#52606d", "#d9dee4", "#2b5f8a", "#2f7d4f", "#b3372b"
_WIDTH, _HEIGHT = 400, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 12, 24
_LEAST_BAR = 2.0
_LABELS = 5
"""So many days are named below a chart at most."""


class Share(NamedTuple):
    """One part of a whole."""

    label: str
    value: float
    colour: str
    shown: str


def curve(
    values: Sequence[float | None],
    labels: Sequence[str],
    *,
    title: str,
    said: Callable[[float], str],
    bars: bool = False,
    bound: float | None = None,
    share: bool = False,
) -> Markup:
    """How a figure went from day to day; a day without a value is a gap, never a zero.

    `said` gives a value in words. `bound` is the target, drawn as a broken line where it is near. A `share`
    never goes above 1.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    # A target far above what was counted would press everything else flat.
    near = bound is not None and bound <= 3 * max(known)
    low, high = _range([*known, *([bound] if bound is not None and near else [])], share=share, from_zero=bars)
    plot_width, plot_height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    step = plot_width / len(values)

    def x(place: int) -> float:
        return _LEFT + step * (place + 0.5)

    def y(value: float) -> float:
        return _TOP + plot_height * (1 - (value - low) / (high - low))

    parts = [_line(_LEFT, y(value), _WIDTH - _RIGHT, y(value), GRID) for value in (low, (low + high) / 2, high)]
    parts += [_text(_LEFT - 5, y(value) + 4, said(value), "end") for value in (low, high)]
    if bound is not None and low <= bound <= high:
        parts.append(_line(_LEFT, y(bound), _WIDTH - _RIGHT, y(bound), RED, dash="5 3"))
    if bars:
        width = max(1.5, step * 0.62)
        # A day with none has a thin line; only one of which nothing is known has nothing.
        heights = [max(_LEAST_BAR, y(low) - y(value)) if value is not None else 0.0 for value in values]
        parts += [
            _box(x(place) - width / 2, y(low) - height, width, height, BLUE)
            for place, height in enumerate(heights)
            if height
        ]
    else:
        points = [(x(place), y(value)) if value is not None else None for place, value in enumerate(values)]
        parts += [
            _line(one[0], one[1], other[0], other[1], BLUE, width=2.0)
            for one, other in pairwise(points)
            if one is not None and other is not None
        ]
        parts += [
            Markup('<circle cx="{:.1f}" cy="{:.1f}" r="2.6" fill="{}"/>').format(point[0], point[1], BLUE)
            for point in points
            if point is not None
        ]
    every = max(1, -(-len(labels) // _LABELS))
    parts += [_text(x(place), _HEIGHT - 7, label, "middle") for place, label in enumerate(labels) if place % every == 0]
    return _svg(_WIDTH, _HEIGHT, title, Markup("").join(parts))


def stacked(shares: Sequence[Share], *, title: str) -> Markup:
    """Parts of a whole beside each other, to scale; those that are too narrow to be seen get one point."""
    whole = sum(share.value for share in shares)
    if whole <= 0:
        return Markup("")
    parts: list[Markup] = []
    place = 0.0
    for share in shares:
        width = share.value / whole * 1000
        if share.value > 0:
            parts.append(
                Markup('<rect x="{:.2f}" y="0" width="{:.2f}" height="26" fill="{}"><title>{}</title></rect>').format(
                    place, max(1.0, width), share.colour, f"{share.label}: {share.shown}"
                )
            )
        place += width
    return _svg(1000, 26, title, Markup("").join(parts), stretch=True)


def bar(share: float, *, good: bool | None = None) -> Markup:
    """A small bar beside a share; `good` None: nobody judges it."""
    colour = BLUE if good is None else GREEN if good else RED
    length = min(1.0, max(0.0, share)) * 60
    return Markup(
        '<svg class="bar" viewBox="0 0 60 7" aria-hidden="true"><rect width="60" height="7" fill="{}"/>'
        '<rect width="{:.1f}" height="7" fill="{}"/></svg>'
    ).format(GRID, length, colour)


def _range(values: Sequence[float], *, share: bool, from_zero: bool) -> tuple[float, float]:
    """The ends of the axis: round numbers around the values.

    >>> _range([0.972, 0.998], share=True, from_zero=False)
    (0.97, 1.0)
    >>> _range([3.2, 7.9], share=False, from_zero=True)
    (0.0, 8.0)
    """
    least, most = (0.0 if from_zero else min(values)), max(values)
    if most - least < 1e-9:
        # All the same: an axis that says so.
        least, most = max(0.0, least - 0.01), (min(1.0, most + 0.01) if share else most + 1.0)
    size = 10.0 ** floor(log10(most - least))
    unit = size if (most - least) / size >= 2 else size / 5
    low = floor(least / unit + 1e-9) * unit
    high = -floor(-most / unit + 1e-9) * unit
    if share:
        high = 1.0 if most > 0.5 else min(1.0, high)
    return round(max(0.0, low), 9), round(high, 9)


def _svg(width: int, height: int, title: str, inner: Markup, *, stretch: bool = False) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img"{} xmlns="http://www.w3.org/2000/svg">'
        "<title>{}</title>{}</svg>"
    ).format(width, height, Markup(' preserveAspectRatio="none"') if stretch else "", title, inner)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1.0, dash: str = "") -> Markup:
    dashed = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{}"{}/>').format(
        x1, y1, x2, y2, colour, width, dashed
    )


def _box(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
        x, y, width, height, colour
    )


def _text(x: float, y: float, text: str, anchor: str, colour: str = MUTED) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="11" fill="{}">{}</text>').format(
        x, y, anchor, colour, escape(text)
    )
