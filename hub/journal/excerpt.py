"""The part of a record's words that is shown with a find, and where the words of the question stand in it. Pure."""

import re
from collections.abc import Sequence

WIDTH = 160
_BEFORE = 40
_BETWEEN = "  "


def excerpt(text: str, words: Sequence[str], *, width: int = WIDTH) -> tuple[str, list[tuple[int, int]]]:
    """At most `width` characters of `text` on one line, around the first of the words; the places (from, to) of all.

    >>> excerpt("East gate\\nlorry without papers", ["papers", "EAST"])
    ('East gate  lorry without papers', [(0, 4), (25, 31)])
    """
    line = text.replace("\n", _BETWEEN)
    found = _places(line, words)
    if len(line) > width:
        start = max(0, min((found[0][0] if found else 0) - _BEFORE, len(line) - width))
        line = ("…" if start else "") + line[start + bool(start) : start + width - 1] + "…"
        found = _places(line, words)
    return line, found


def _places(line: str, words: Sequence[str]) -> list[tuple[int, int]]:
    if not words:
        return []
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(word) for word in longest_first), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(line)]
