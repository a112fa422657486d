"""Whether a value is one that a line of a `where` table wants."""

from collections.abc import Sequence
from typing import Any

import msgspec

Value = str | int | float | bool


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a `where` table; `path` is a field of the event, or a fact about its camera.

    It matches when the value is one of `one_of` or like one of `like` (where there are any), none of `none_of` and
    like none of `unlike`, and lies within `at_least` and `at_most`. Of a value that is a list any item will do for
    the former, and no item may be among the latter. A value that is absent matches nothing.
    """

    path: str
    one_of: tuple[Value, ...] = ()
    like: tuple[str, ...] = ()
    """Patterns in which `*` stands for any characters or none: `line-*`."""
    none_of: tuple[Value, ...] = ()
    unlike: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


def fits(match: Match, value: Any) -> bool:
    """Whether a value is one that a line of a `where` wants; None, which stands for an absent one, never is."""
    if value is None:
        return False
    items = value if isinstance(value, list) else (value,)
    if (match.one_of or match.like) and not any(item in match.one_of or _like(item, match.like) for item in items):
        return False
    if (match.none_of or match.unlike) and any(item in match.none_of or _like(item, match.unlike) for item in items):
        return False
    if match.at_least is None and match.at_most is None:
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (match.at_least is None or value >= match.at_least) and (match.at_most is None or value <= match.at_most)


def _like(item: Any, patterns: Sequence[str]) -> bool:
    return isinstance(item, str) and any(fits_pattern(item, pattern) for pattern in patterns)


def fits_pattern(text: str, pattern: str) -> bool:
    """Whether `text` is like `pattern`, in which every `*` stands for any characters or none.

    >>> fits_pattern("line-2-gate", "line-*-gate"), fits_pattern("line-2", "line-*-gate")
    (True, False)
    """
    first, *middle = pattern.split("*")
    if not middle:
        return text == pattern
    last = middle.pop()
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
