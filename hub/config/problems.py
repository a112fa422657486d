"""A problem in a file that a person wrote, and how it is said."""

import difflib
from collections.abc import Iterable
from typing import Literal

import msgspec

Level = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, with the place and the way out.

    `line` and `column` count from 1, in characters; `line` 0 means the file as a whole. `key` is the dotted path,
    with the items of lists counted from 1: `cameras.2.url`. `message` and `hint` never hold a secret. A `warning`
    does not keep the file from being used. `plugin` names the driver, notifier, service or store that no loaded
    plugin offers: the hub can run without it, and does when a plugin failed.
    """

    file: str
    line: int = 0
    column: int = 0
    key: str = ""
    message: str
    hint: str = ""
    level: Level = "error"
    plugin: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        parts = [place, *(["warning"] if self.level == "warning" else []), *([self.key] if self.key else [])]
        sentence = self.message if self.message.endswith((".", "?", "!")) else f"{self.message}."
        return f"{': '.join(parts)}: {sentence} {self.hint}".rstrip()


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, line and column, each problem once."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda problem: (problem.file, problem.line, problem.column, problem.key))


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Those that keep the file from being used."""
    return [problem for problem in problems if problem.level == "error"]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "Did you mean `area`?" for the closest of `known`, or nothing when none is close.

    >>> did_you_mean("aera", ["area", "domain"])
    'Did you mean `area`?'
    """
    exact = {name.lower(): name for name in sorted(known)}
    lower = word[:100].lower()
    part = next((name for name in exact if name.endswith(f".{lower}")), None)
    if part is not None and lower not in exact:
        return f"Did you mean `{exact[part]}`?"
    close = difflib.get_close_matches(lower, exact, n=1, cutoff=0.6)
    if not close and len(lower) >= 3:
        close = [name for name in exact if len(name) >= 2 and (name.startswith(lower) or lower.startswith(name))]
    return f"Did you mean `{exact[close[0]]}`?" if close else ""


def suggestion(word: str, known: Iterable[str], *, of: str) -> str:
    """The closest of `known`, or else a list of what there is: `The areas are: gate, yard.`"""
    names = sorted(known)
    if not names:
        return f"There are no {of} yet."
    shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return did_you_mean(word, names) or f"The {of} are: {shown}."
