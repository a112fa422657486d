"""Spare parts as people write them: `2 x M6 screw #A2-70; RJ45 plug`."""

import re

from hub.core.tickets.events import Part

MOST = 50
_PART = re.compile(r"(?:(?P<n>\d{1,5})\s*[x×*]\s*)?(?P<name>[^#]+?)\s*(?:#\s*(?P<number>\S.*))?")


def parse_parts(text: str) -> list[Part] | None:
    """The parts in a text, one a line or parted by semicolons; None where it cannot be understood.

    >>> parse_parts("2 x M6 screw #A2-70；RJ45 plug")
    [Part(name='M6 screw', number='A2-70', quantity=2), Part(name='RJ45 plug', number='', quantity=1)]
    """
    found: list[Part] = []
    for piece in re.split(r"[;；\n]", text):
        if not piece.strip():
            continue
        match = _PART.fullmatch(piece.strip())
        if match is None or len(match["name"]) > 200 or len(match["number"] or "") > 100 or len(found) == MOST:
            return None
        quantity = int(match["n"] or 1)
        if not 1 <= quantity <= 10_000:
            return None
        found.append(Part(name=match["name"], number=match["number"] or "", quantity=quantity))
    return found


def written(part: Part) -> str:
    """A part as people write it."""
    return f"{part.quantity} x {part.name}" + (f" #{part.number}" if part.number else "")
