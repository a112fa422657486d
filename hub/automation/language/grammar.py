"""The signs and words of conditions, those of Python that they do not have, and what a condition may name."""

import ast
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from hub.core.rules.events import VariableValue
from hub.core.saying import NOTHING, Saying, saying, verbatim

WORDS: dict[type, Saying] = {
    str: saying("a text"),
    float: saying("a number"),
    bool: saying("yes or no"),
    datetime: saying("a time"),
    list: saying("a list"),
}
SIGNS: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
REFUSED: dict[type[ast.AST], Saying] = {
    ast.Lambda: verbatim("`lambda`"),
    ast.IfExp: verbatim("`… if … else …`"),
    ast.Subscript: saying("`[…]` after a name"),
    ast.ListComp: verbatim("`for`"),
    ast.SetComp: verbatim("`for`"),
    ast.DictComp: verbatim("`for`"),
    ast.GeneratorExp: verbatim("`for`"),
    ast.JoinedStr: saying('a text with `f"…"`'),
    ast.NamedExpr: verbatim("`:=`"),
    ast.Starred: verbatim("`*`"),
    ast.Dict: verbatim("`{…}`"),
    ast.Set: verbatim("`{…}`"),
    ast.Tuple: verbatim("`(…, …)`"),
    ast.Is: verbatim("`is`"),
    ast.IsNot: verbatim("`is not`"),
    ast.Pow: verbatim("`**`"),
    ast.FloorDiv: verbatim("`//`"),
    ast.Mod: verbatim("`%`"),
    ast.Invert: verbatim("`~`"),
}
ALLOWED = saying("A condition has comparisons, `and`, `or`, `not`, `in […]`, `+ - * /`, names and functions.")
DECLARE = saying("Declare it in a table [variables] of a rule file.")
THINGS: dict[str, Saying] = {
    "camera": saying("camera"),
    "kind of alarm": saying("kind of alarm"),
    "post": saying("post"),
    "round": saying("round"),
}
"""What functions may be given the id of, in words."""
FOREIGN_SIGNS = (("&&", "and"), ("||", "or"), ("!", "not"), ("<>", "!="), ("=", "=="))


Names = tuple[str, ...]


class ConditionProblem(msgspec.Struct, frozen=True):
    """One thing wrong with a text that a rules author wrote; `column` counts its characters from 1."""

    column: int
    message: Saying
    hint: Saying = NOTHING

    def __str__(self) -> str:
        return f"column {self.column}: {self.message} {self.hint}".strip()


class Member(NamedTuple):
    """A word that a condition looks for in a list of the event: `'gate' in camera.tags`. `column` counts from 1."""

    column: int
    word: str
    within: str


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a condition may name; see `hub.automation.language.condition.compile_condition`."""

    fields: Mapping[str, type]
    choices: Mapping[str, frozenset[str]] = {}
    variables: Mapping[str, VariableValue] = {}
    known: Mapping[str, frozenset[str]] = {}
    lacking: Mapping[str, str] = {}


def did_you_mean(word: str, known: Iterable[str], otherwise: Callable[[Names], Saying] | None = None) -> Saying:
    """A hint for a word that is not known: the most similar one, else what there is."""
    names = sorted(known)
    close = close_to(word, names)
    if close:
        return saying("Did you mean `{word}`?", word=close)
    if not names:
        return saying("There are none here.")
    shown = [f"`{name}`" for name in names[:12]]
    several = (*shown[:-1], f"{shown[-1]} …") if len(names) > 12 else tuple(shown)
    return otherwise(several) if otherwise is not None else saying("Known are {names}.", names=several)


def close_to(word: str, known: Iterable[str]) -> str:
    """The one of `known` that is most like `word`, or of which it is the last part; empty where none is."""
    names = sorted(known)
    part = next((name for name in names if name.endswith(f".{word}")), "")
    return part or next(iter(difflib.get_close_matches(word[:100], names, n=1, cutoff=0.6)), "")


def dotted(node: ast.expr) -> str | None:
    """`camera.domain` for the name that `node` is; None where it is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = dotted(value)
            return f"{base}.{attr}" if base is not None else None
        case _:
            return None


def one_line(text: str) -> str:
    """`text` with its line breaks and tabs as blanks, so that columns stay."""
    return re.sub(r"[\r\n\t\f]", " ", text)
