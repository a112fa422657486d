"""The figures of the control room as a table, from their definitions."""

from hub.core.kpi.definitions import FIGURES, Definition

_UNITS = {"share": "share", "s": "time", "days": "days", "count": "number"}


def figures() -> str:
    """A row for each figure, in the order in which they are shown."""
    lines = ["| figure | id | | counted | over | entries |", "|---|---|---|---|---|---|"]
    return "\n".join([*lines, *(_row(each) for each in FIGURES)])


def _row(definition: Definition) -> str:
    over = definition.denominator.en + (f". {definition.note.en}" if definition.note else "")
    cells = [
        *(definition.name.en, f"`{definition.id}`", _UNITS[definition.unit]),
        *(definition.numerator.en, over, f"`{definition.entries}`"),
    ]
    return f"| {' | '.join(cells)} |"
