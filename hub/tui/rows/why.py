"""Why a camera is judged as it is: findings, readings and measures, for the close-up and for the command line."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hub.core.explanation import Course, Explanation, KindNow, MeasureNow, ReadingNow, State
from hub.locale import N_, _, say
from hub.tui.colours import tone
from hub.tui.words import LIGHTS, clauses, word
from hub.vision.names import shown

STATES: dict[State, tuple[str, str, str]] = {
    "found": ("!", N_("found"), "fault"),
    "suspected": ("~", N_("suspected"), "medium"),
    "hidden": ("?", N_("hidden"), "not_judged"),
    "unknown": ("?", N_("unknown"), "not_judged"),
    "off": ("-", N_("switched off"), "muted"),
    "not_seen": ("✓", N_("not seen"), "good"),
}
"""Shape, word and tone of every state, the gravest first."""

_BLOCKS = "▁▂▃▄▅▆▇█"
_FIXED = 54
_FAR = 10.0
"""How far from its limit a measure is not worth a number any more."""
_LEAST, _MOST = 6, 60


def sparkline(values: Sequence[float | None], width: int) -> str:
    """Values as blocks of rising height between their least and their greatest, a gap where none is.

    >>> sparkline([0, 1, 2, 3, None, 7], 6)
    '▁▂▃▄ █'
    >>> sparkline([5, 5], 2)
    '▄▄'
    """
    merged = _merged(values, width)
    known = [value for value in merged if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    if high - low <= 1e-9 + 1e-3 * abs(high):
        return "".join(" " if value is None else _BLOCKS[3] for value in merged)
    scale = (len(_BLOCKS) - 1) / (high - low)
    return "".join(" " if value is None else _BLOCKS[round((value - low) * scale)] for value in merged)


def _merged(values: Sequence[float | None], width: int) -> list[float | None]:
    """Means of as many groups as there is room for."""
    width = max(1, min(width, len(values)))
    merged: list[float | None] = []
    for index in range(width):
        part = values[index * len(values) // width : (index + 1) * len(values) // width]
        known = [value for value in part if value is not None]
        merged.append(sum(known) / len(known) if known else None)
    return merged


def render(explanation: Explanation, width: int) -> RenderableType:
    """The whole explanation, to be drawn `width` cells wide; it is as long as it is."""
    return Group(
        Text(say(explanation.why), style=tone("strong")),
        Text(_reference(explanation), style=tone("muted")),
        Text(),
        _findings(explanation),
        Text(),
        _measures(explanation, width),
    )


def _reference(explanation: Explanation) -> str:
    parts = []
    if explanation.light is not None:
        parts.append(_("light: {light}").format(light=word(LIGHTS, explanation.light)))
    if explanation.reference:
        approved = _("approved") if explanation.approved else _("not approved yet")
        parts.append(_("reference view {id}, {approved}").format(id=explanation.reference, approved=approved))
    else:
        parts.append(_("no reference view"))
    if explanation.preset:
        parts.append(_("preset {preset}").format(preset=explanation.preset))
    if explanation.learning is not None:
        parts.append(_("learned {share}").format(share=f"{100 * explanation.learning:.0f} %"))
    return clauses(parts)


def _findings(explanation: Explanation) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(min_width=8, max_width=18, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    order = list(STATES)
    for kind in sorted(explanation.kinds, key=lambda kind: order.index(kind.state)):
        shape, name, style = STATES[kind.state]
        table.add_row(
            Text(f"{shape} {_(name)}", style=tone(style)), Text(say(kind.name), style=tone("strong")), _why(kind)
        )
    return table


def _why(kind: KindNow) -> Text:
    text = Text(say(kind.why), style=tone("" if kind.state in ("found", "suspected") else "muted"))
    for reading in kind.readings:
        text.append("\n")
        text.append(_reading(reading), style=tone("fault" if reading.beyond else "muted"))
    return text


def _reading(reading: ReadingNow) -> str:
    value, limit = shown(reading.value, reading.unit), shown(reading.limit, reading.unit)
    words = _("{name} {value}, limit below {limit}") if reading.below else _("{name} {value}, limit above {limit}")
    said = words.format(name=say(reading.name), value=value, limit=limit)
    if reading.beyond:
        return said + _(" (beyond)")
    if reading.room is None:
        return said
    share = f"{100 * reading.room:.0f} %" if reading.room < _FAR else f"> {100 * _FAR:.0f} %"
    return said + _(" ({share} away)").format(share=share)


def _measures(explanation: Explanation, width: int) -> Table:
    sparks = max(_LEAST, min(_MOST, (width - _FIXED) // 3))
    table = Table(box=None, pad_edge=False, header_style=tone("group"), expand=False)
    table.add_column(_("measure"), min_width=10, max_width=18, overflow="fold")
    table.add_column(_("value"), justify="right", no_wrap=True)
    table.add_column(_("usual"), justify="right", no_wrap=True)
    table.add_column(_("limit"), justify="right", overflow="fold", max_width=12)
    for name in (_("1 h"), _("24 h"), _("30 d")):
        table.add_column(name, no_wrap=True, width=sparks)
    for measure in explanation.measures:
        table.add_row(*_measure(measure, sparks))
    return table


def _measure(measure: MeasureNow, sparks: int) -> list[Text]:
    unit = measure.unit
    usual = measure.usual
    return [
        Text(say(measure.name), style=tone("")),
        Text("-" if measure.value is None else shown(measure.value, unit), style=tone("strong")),
        Text("" if usual is None else f"{shown(usual[0], unit)}..{shown(usual[1], unit)}", style=tone("muted")),
        Text(" ".join(shown(limit, unit) for limit in measure.limits), style=tone("muted")),
        *(_spark(course, sparks) for course in (measure.hour, measure.day, measure.month)),
    ]


def _spark(course: Course | None, width: int) -> Text:
    return Text("" if course is None else sparkline(course.values, width), style=tone("group"))
