"""A problem in a file that a person wrote, and how it is said."""

import difflib
from collections.abc import Iterable
from functools import reduce
from typing import Any, Literal

import msgspec

from hub.core.saying import NOTHING, Saying, saying, verbatim
from hub.core.text import Language, Text
from hub.locale import language, told

Level = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, with the place and the way out.

    `line` and `column` count from 1, in characters; `line` 0 means the file as a whole. `key` is the dotted path,
    with the items of lists counted from 1: `cameras.2.url`. `message` and `hint` never hold a secret. A `warning`
    does not keep the file from being used. `plugin` names the driver, notifier, service or store that no loaded
    plugin offers: the hub can run without it, and does when a plugin failed.

    `str()` says it in the language in force where it is printed, `said_in` in one that is named.
    """

    file: str
    line: int = 0
    column: int = 0
    key: str = ""
    message: Saying
    hint: Saying = NOTHING
    level: Level = "error"
    plugin: str = ""

    def __str__(self) -> str:
        return self.said_in(language())

    def said_in(self, language: Language) -> str:
        """`rules/watch.toml:3:1: rule.1.on: there is no event 'view.cover'. Did you mean `view.covered`?`"""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        level = told(_WARNING, language) if self.level == "warning" else ""
        parts = [part for part in (place, level, self.key) if part]
        return f"{': '.join(parts)}: {self._sentences(language)}"

    def _sentences(self, language: Language) -> str:
        message, hint = self._message(language), told(self.hint, language)
        if language == "en":
            return f"{message if message.endswith(('.', '?', '!')) else f'{message}.'} {hint}".rstrip()
        return f"{message if message.endswith(_ENDS) else f'{message}。'}{hint}"

    def _message(self, language: Language) -> str:
        """In the middle of a line: what a condition or a schedule says of itself begins a sentence of its own."""
        message = told(self.message, language)
        return message[:1].lower() + message[1:]

    def as_data(self) -> dict[str, Any]:
        """For programs: message and hint in the language in force."""
        return {
            **msgspec.structs.asdict(self),
            "message": self._message(language()),
            "hint": told(self.hint, language()),
        }


_WARNING = saying("warning")
_ENDS = ("。", "？", "！", ".", "?", "!")


def in_both(problem: object) -> Text:
    """What is on record of a problem, in both languages."""
    if isinstance(problem, Problem):
        return Text(en=problem.said_in("en"), zh=problem.said_in("zh_CN"))
    return Text(en=str(problem))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, line and column, each problem once."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda problem: (problem.file, problem.line, problem.column, problem.key))


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Those that keep the file from being used."""
    return [problem for problem in problems if problem.level == "error"]


def did_you_mean(word: str, known: Iterable[str]) -> Saying:
    """ "Did you mean `area`?" for the closest of `known`, or nothing when none is close.

    >>> str(did_you_mean("aera", ["area", "domain"]))
    'Did you mean `area`?'
    """
    exact = {name.lower(): name for name in sorted(known)}
    lower = word[:100].lower()
    part = next((name for name in exact if name.endswith(f".{lower}")), None)
    if part is not None and lower not in exact:
        return saying("Did you mean `{word}`?", word=exact[part])
    close = difflib.get_close_matches(lower, exact, n=1, cutoff=0.6)
    if not close and len(lower) >= 3:
        close = [name for name in exact if len(name) >= 2 and (name.startswith(lower) or lower.startswith(name))]
    return saying("Did you mean `{word}`?", word=exact[close[0]]) if close else NOTHING


def suggestion(word: str, known: Iterable[str], *, of: Saying) -> Saying:
    """The closest of `known`, or else a list of what there is: `The areas are: gate, yard.`"""
    names = sorted(known)
    if not names:
        return saying("There are no {things} yet.", things=of)
    return did_you_mean(word, names) or saying("The {things} are: {names}.", things=of, names=_dozen(names))


def all_of(names: Iterable[str]) -> Saying:
    """`alarm and notify`."""
    return reduce(lambda first, last: saying("{first} and {last}", first=first, last=last), map(verbatim, names))


def any_of(names: Iterable[str]) -> Saying:
    """`'number' or 'measured'`."""
    return reduce(lambda first, last: saying("{first} or {last}", first=first, last=last), map(verbatim, names))


def on_line(line: int) -> Saying:
    """Where the other one is."""
    return saying("It is on line {line}.", line=line)


def _dozen(names: list[str]) -> tuple[str, ...]:
    """The first dozen, for a sentence."""
    return (*names[:11], f"{names[11]} …") if len(names) > 12 else tuple(names)
