"""The figures of a period in words: each with its verdict, what it is divided by, and its target."""

import math
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hub.core.kpi.definitions import Definition, Measure, Unit
from hub.core.kpi.figures import Figure, FiguresView, GroupFigures, Verdict
from hub.core.text import Text
from hub.locale import N_, _, say
from hub.tui import moments
from hub.tui.rows.row import Cell, Column, Fact, Row

VERDICTS: Mapping[Verdict, tuple[str, str, str]] = MappingProxyType(
    {
        "good": ("+", N_("on target"), "good"),
        "low": ("!", N_("off target"), "lost"),
        "collecting": ("~", N_("collecting"), "not_judged"),
        "none": (" ", N_("not judged"), "muted"),
    }
)
"""Mark, word and tone."""

OVERVIEW: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "online_time": (N_("Online"), 0),
        "picture_watched": (N_("Picture"), 0),
        "not_judged": (N_("Not judged"), 0),
        "unwatched": (N_("Unwatched"), 0),
        "recording": (N_("Recording"), 84),
        "repair": (N_("MTTR"), 104),
        "false_camera_day": (N_("False/day"), 104),
    }
)
"""The figures by which groups are compared: heading, and from which width of the table on they are shown."""
_GROUPS: Mapping[str, str] = MappingProxyType(
    {"site": N_("Site"), "domain": N_("Domain"), "department": N_("Department"), "camera": N_("Camera")}
)
_MOMENT = timedelta.resolution
_NAMELESS = Text(en="")


def columns() -> list[Column]:
    """Of the table of one group's figures."""
    return [
        Column("verdict", "", 1),
        Column("figure", _("Figure"), 22, flex=2),
        Column("value", _("Value"), 11),
        Column("target", _("Target"), 16, from_width=100),
        Column("of", _("Counted"), 24, flex=3),
    ]


def rows(view: FiguresView, group: GroupFigures) -> list[Row]:
    """The figures of one group; the key of each is the figure's id."""
    return [
        Row(
            figure.id,
            (
                Cell(VERDICTS[figure.verdict][0], VERDICTS[figure.verdict][2]),
                Cell(say(definition.name)),
                Cell(
                    value(figure.value, definition.unit), VERDICTS[figure.verdict][2] if figure.verdict == "low" else ""
                ),
                Cell(target(figure, definition), "muted"),
                Cell(counted(view, figure, definition), "muted"),
            ),
        )
        for figure in group.figures
        if (definition := view.definition(figure.id)) is not None
    ]


def group_columns(view: FiguresView) -> list[Column]:
    """Of the table in which groups are compared."""
    return [
        Column("group", _(_GROUPS[view.by]), 14, flex=1),
        *(Column(name, _(label), 10, from_width=width) for name, (label, width) in OVERVIEW.items()),
    ]


def group_rows(view: FiguresView) -> list[Row]:
    """A row for each group, with the figures of `OVERVIEW`; the key of each is the group's id."""
    return [Row(group.id, (Cell(name_of(group)), *_compared(view, group))) for group in view.groups]


def heading(view: FiguresView, group: GroupFigures) -> list[Fact]:
    """The period, and how much of it was watched: what every verdict rests on."""
    return [
        Fact(_("Days counted"), period(view), "strong"),
        Fact(_("Watched"), coverage(view, group), "" if group.coverage >= view.least_coverage else "not_judged"),
    ]


def details(view: FiguresView, group: GroupFigures, figure_id: str) -> list[Fact]:
    """What one figure is, what was counted for it, and where its entries are."""
    figure, definition = group.figure(figure_id), view.definition(figure_id)
    if figure is None or definition is None:
        return []
    _mark, word, tone = VERDICTS[figure.verdict]
    found = [
        Fact(_("Figure"), say(definition.name), "strong"),
        Fact(_("Value"), value(figure.value, definition.unit)),
        Fact(_("Verdict"), _(word), tone),
        Fact(_("Target"), target(figure, definition) or "-"),
        Fact(_("Counted"), f"{measure(figure.numerator, definition.numerator_in)}: {say(definition.numerator)}"),
        Fact(
            _("Counted over"),
            f"{measure(figure.denominator, definition.denominator_in)}: {say(definition.denominator)}",
        ),
    ]
    if figure.excused:
        found.append(Fact(_("Excused"), excused(figure, definition)))
    if figure.about:
        found.append(Fact(_("Camera"), f"{camera_of(view, figure)} ({figure.about})"))
    if definition.note:
        found.append(Fact(_("Note"), say(definition.note), "muted"))
    return [*found, Fact(_("Entries"), definition.entries or "-", "muted")]


def facts(view: FiguresView, group: GroupFigures) -> list[Fact]:
    """All figures of one group, to scroll through."""
    lines = heading(view, group)
    for figure in group.figures:
        definition = view.definition(figure.id)
        if definition is not None:
            _mark, word, tone = VERDICTS[figure.verdict]
            wanted = target(figure, definition)
            said = [value(figure.value, definition.unit), _(word), *([wanted] if wanted else [])]
            of = counted(view, figure, definition)
            lines.append(Fact(say(definition.name), "  ".join([*said, *([f"({of})"] if of else [])]), tone))
    return lines


def name_of(group: GroupFigures) -> str:
    return say(group.name) or group.id or _("the site")


def period(view: FiguresView) -> str:
    """`2026-10-01 - 2026-10-31`, with how far it has got where it is not over."""
    zone = ZoneInfo(view.timezone)
    first = f"{view.from_at.astimezone(zone):%Y-%m-%d}"
    last = f"{(view.to_at - _MOMENT).astimezone(zone):%Y-%m-%d}"
    days = first if first == last else f"{first} - {last}"
    if view.over:
        return days
    return _("{days}, not over: counted up to {until}").format(
        days=days, until=moments.stamp(view.counted_to_at, zone)[:16]
    )


def coverage(view: FiguresView, group: GroupFigures) -> str:
    """`97.3 % of 43200 h, cameras: 60; judged from 95 %`."""
    return _("{share} of {time}, cameras: {n}; judged from {least}").format(
        share=percent(group.coverage),
        time=moments.span(group.expected_s),
        n=group.cameras,
        least=percent(view.least_coverage),
    )


def value(number: float | None, unit: Unit) -> str:
    """A figure in its unit; `-` where nothing was counted."""
    if number is None:
        return "-"
    match unit:
        case "share":
            return percent(number)
        case "s":
            return moments.span(number)
        case "days":
            return _("{n} d").format(n=f"{number:.1f}")
        case "count":
            return f"{number:.2f}"


def target(figure: Figure, definition: Definition) -> str:
    """`at least 98 %`; empty where there is none."""
    parts = []
    if figure.good_from is not None:
        parts.append(_("at least {n}").format(n=_bound(figure.good_from, definition.unit)))
    if figure.good_to is not None:
        parts.append(_("at most {n}").format(n=_bound(figure.good_to, definition.unit)))
    return ", ".join(parts)


def counted(view: FiguresView, figure: Figure, definition: Definition) -> str:
    """`716 h 3 min of 720 h`, with what is excused, and the camera that it is about."""
    if figure.denominator <= 0:
        return _("nothing was counted")
    text = _("{part} of {whole}") if definition.unit == "share" else _("{part} in {whole}")
    said = text.format(
        part=measure(figure.numerator, definition.numerator_in),
        whole=measure(figure.denominator, definition.denominator_in),
    )
    notes = [excused(figure, definition)] if figure.excused else []
    return ", ".join([*([camera_of(view, figure)] if figure.about else []), said, *notes])


def camera_of(view: FiguresView, figure: Figure) -> str:
    """The name of the camera that a figure is about."""
    return say(view.camera_names.get(figure.about, _NAMELESS)) or figure.about


def excused(figure: Figure, definition: Definition) -> str:
    return _("{n} excused, not taken away").format(n=measure(figure.excused, definition.denominator_in))


def measure(number: float, what: Measure) -> str:
    """A numerator or denominator; of what is no whole number, one place behind the point or its first two digits."""
    if what == "s":
        return moments.span(number)
    if number == int(number):
        return f"{number:.0f}"
    return f"{number:.1f}" if number >= 1 else f"{number:.2g}"


def percent(share: float) -> str:
    """To two places, and never rounded up to a hundred: what is not whole is not called so.

    >>> percent(1.0), percent(0.99999), percent(0.98214), percent(0.0)
    ('100 %', '99.99 %', '98.21 %', '0 %')
    """
    hundredths = math.floor(share * 10_000) if share < 1 and round(share * 10_000) >= 10_000 else round(share * 10_000)
    return f"{hundredths / 100:.4g} %"


def _bound(number: float, unit: Unit) -> str:
    return f"{number:g}" if unit == "count" else value(number, unit)


def _compared(view: FiguresView, group: GroupFigures) -> list[Cell]:
    cells = []
    for name in OVERVIEW:
        figure, definition = group.figure(name), view.definition(name)
        if figure is None or definition is None:
            cells.append(Cell("-", "muted"))
            continue
        mark, _word, tone = VERDICTS[figure.verdict]
        shown = tone if figure.verdict in ("low", "collecting") else ""
        cells.append(Cell(f"{mark}{value(figure.value, definition.unit)}", shown))
    return cells
