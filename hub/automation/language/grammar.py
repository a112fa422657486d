"""The signs and words of conditions, those of Python that they do not have, and what a condition may name."""

import ast
import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from hub.core.rules.events import VariableValue

WORDS: dict[type, str] = {
    str: "a text",
    float: "a number",
    bool: "yes or no",
    datetime: "a time",
    list: "a list",
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
REFUSED: dict[type[ast.AST], str] = {
    ast.Lambda: "`lambda`",
    ast.IfExp: "`… if … else …`",
    ast.Subscript: "`[…]` after a name",
    ast.ListComp: "`for`",
    ast.SetComp: "`for`",
    ast.DictComp: "`for`",
    ast.GeneratorExp: "`for`",
    ast.JoinedStr: 'a text with `f"…"`',
    ast.NamedExpr: "`:=`",
    ast.Starred: "`*`",
    ast.Dict: "`{…}`",
    ast.Set: "`{…}`",
    ast.Tuple: "`(…, …)`",
    ast.Is: "`is`",
    ast.IsNot: "`is not`",
    ast.Pow: "`**`",
    ast.FloorDiv: "`//`",
    ast.Mod: "`%`",
    ast.Invert: "`~`",
}
ALLOWED = "A condition has comparisons, `and`, `or`, `not`, `in […]`, `+ - * /`, names and functions."
FOREIGN_SIGNS = (("&&", "and"), ("||", "or"), ("!", "not"), ("<>", "!="), ("=", "=="))


class ConditionProblem(msgspec.Struct, frozen=True):
    """One thing wrong with a text that a rules author wrote; `column` counts its characters from 1."""

    column: int
    message: str
    hint: str = ""

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


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "Known are") -> str:
    """A hint for a word that is not known: the most similar one, else what there is."""
    names = sorted(known)
    close = close_to(word, names)
    if close:
        return f"Did you mean `{close}`?"
    shown = ", ".join(f"`{name}`" for name in names[:12])
    return f"{otherwise} {shown}{' …' if len(names) > 12 else ''}." if names else "There are none here."


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
