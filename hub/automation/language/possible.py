"""Whether a condition can hold at all, or can fail at all, given what its names can be. For checks of rules.

`narrowed` assumes that a condition holds (or fails) and says what its names can then be; None when that is a
contradiction. It may miss one and never sees one that is not there.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf, nextafter

import msgspec

from hub.automation.language.functions import FUNCTIONS
from hub.automation.language.grammar import dotted, one_line


class Numbers(msgspec.Struct, frozen=True):
    """The numbers from `least` to `most`."""

    least: float = -inf
    most: float = inf


class Words(msgspec.Struct, frozen=True):
    """The texts `one_of` (None: any) without `none_of`. Of a list: what its items can be."""

    one_of: frozenset[str] | None = None
    none_of: frozenset[str] = frozenset()


class Truth(msgspec.Struct, frozen=True):
    """Which of yes and no it can be."""

    of: frozenset[bool] = frozenset((True, False))


Possible = Numbers | Words | Truth
Names = Mapping[str, Possible]
"""What names can be; one that is missing can be anything."""

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def narrowed(source: str, names: Names, *, holds: bool) -> Names | None:
    """What the names can be where the condition `source`, which compiles, holds (or fails)."""
    return _narrow(ast.parse(one_line(source).strip(" "), mode="eval").body, names, wanted=holds)


def meet(one: Possible, other: Possible) -> Possible | None:
    """What is possible by both; None when nothing is."""
    match one, other:
        case Numbers(), Numbers():
            least, most = max(one.least, other.least), min(one.most, other.most)
            return Numbers(least, most) if least <= most else None
        case Words(), Words():
            none_of = one.none_of | other.none_of
            if one.one_of is None and other.one_of is None:
                return Words(None, none_of)
            left = [each for each in (one.one_of, other.one_of) if each is not None]
            one_of = frozenset[str].intersection(*left) - none_of
            return Words(one_of) if one_of else None
        case Truth(), Truth():
            both = one.of & other.of
            return Truth(both) if both else None
        case _:
            return one


def _narrow(node: ast.expr, names: Names, *, wanted: bool) -> Names | None:
    match node:
        case ast.BoolOp(op=op, values=values):
            if isinstance(op, ast.And) == wanted:
                return _all([partial(_narrow, value, wanted=wanted) for value in values], names)
            return _any([_narrow(value, names, wanted=wanted) for value in values], names)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _narrow(operand, names, wanted=not wanted)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            pairs = list(zip([left, *comparators], ops, comparators, strict=False))
            if wanted:
                return _all([partial(_compared, one, op, other) for one, op, other in pairs], names)
            return _any([_compared(one, _OPPOSITE[type(op)](), other, names) for one, op, other in pairs], names)
        case _:
            value, name = _truth(node), _term(node)
            if value is not None:
                return names if value == wanted else None
            return _with(names, name, Truth(frozenset((wanted,)))) if name else names


def _truth(node: ast.expr) -> bool | None:
    """Yes or no where `node` is one of them, in either way to write it; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return node.value
    return node.id.lower() == "true" if isinstance(node, ast.Name) and node.id.lower() in ("true", "false") else None


def _all(steps: Sequence[Callable[[Names], Names | None]], names: Names) -> Names | None:
    now: Names | None = names
    for step in steps:
        now = step(now) if now is not None else None
    return now


def _any(found: Sequence[Names | None], names: Names) -> Names | None:
    left = [each for each in found if each is not None]
    return left[0] if len(left) == 1 else names if left else None


def _with(names: Names, name: str, possible: Possible) -> Names | None:
    known = names.get(name) or _of_function(name)
    both = meet(known, possible) if known is not None else possible
    return {**names, name: both} if both is not None else None


def _of_function(name: str) -> Possible | None:
    function = FUNCTIONS.get(name.partition("(")[0]) if name.endswith(")") else None
    if function is None:
        return None
    if function.gives is float:
        return Numbers(0.0)
    return Words(function.choices) if function.choices else None


def _term(node: ast.expr) -> str:
    """What stands for one value throughout the condition: a name, or a call as it is written; "" for anything else."""
    if isinstance(node, ast.Call):
        return ast.unparse(node)
    return dotted(node) or ""


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, names: Names) -> Names | None:
    if isinstance(op, ast.In | ast.NotIn):
        return _contained(left, right, names, isinstance(op, ast.In))
    if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant):
        left, op, right = right, _TURNED[type(op)](), left
    if isinstance(right, ast.Constant) and isinstance(right.value, str):
        return _is_text(left, op, right.value, names)
    for one_side, other_side in ((left, right), (right, left)):
        value = _truth(other_side)
        if value is not None:
            return _narrow(one_side, names, wanted=value if isinstance(op, ast.Eq) else not value)
    one, other = _numbers(left, names), _numbers(right, names)
    if one is None or other is None:
        return names
    fits = _fits(op, other)
    if fits is None:
        return names if not (one.least == one.most == other.least == other.most) else None
    if meet(one, fits) is None:
        return None
    name = _term(left)
    return _with(names, name, fits) if name else names


def _fits(op: ast.cmpop, other: Numbers) -> Numbers | None:
    """The numbers that can stand in the relation `op` to one of `other`; None for `!=`."""
    match op:
        case ast.Lt():
            return Numbers(-inf, nextafter(other.most, -inf))
        case ast.LtE():
            return Numbers(-inf, other.most)
        case ast.Gt():
            return Numbers(nextafter(other.least, inf), inf)
        case ast.GtE():
            return Numbers(other.least, inf)
        case ast.Eq():
            return other
        case _:
            return None


def _is_text(left: ast.expr, op: ast.cmpop, text: str, names: Names) -> Names | None:
    same = isinstance(op, ast.Eq)
    if isinstance(left, ast.Constant):
        return names if (left.value == text) == same else None
    name = _term(left)
    words = Words(frozenset((text,))) if same else Words(None, frozenset((text,)))
    return _with(names, name, words) if name else names


def _contained(left: ast.expr, right: ast.expr, names: Names, wanted: bool) -> Names | None:
    if isinstance(right, ast.List):
        texts = [item.value for item in right.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        name = _term(left)
        if not name or len(texts) < len(right.elts):
            return names
        return _with(names, name, Words(frozenset(texts)) if wanted else Words(None, frozenset(texts)))
    items = names.get(_term(right))
    if wanted and isinstance(items, Words) and isinstance(left, ast.Constant) and isinstance(left.value, str):
        return names if items.one_of is None or left.value in items.one_of else None
    return names


def _numbers(node: ast.expr, names: Names) -> Numbers | None:
    """What a number can be; None when nothing is known of it, or it is none."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return Numbers(float(value), float(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _numbers(operand, names)
            return Numbers(-inner.most, -inner.least) if inner is not None else None
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _numbers(operand, names)
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _numbers(left, names), _numbers(right, names)
            return _reckoned(one, op, other) if one is not None and other is not None else None
        case _:
            name = _term(node)
            known = (names.get(name) or _of_function(name) or Numbers()) if name else None
            return known if isinstance(known, Numbers) else None


def _reckoned(one: Numbers, op: ast.operator, other: Numbers) -> Numbers | None:
    """The bounds of a sum or product; None where rounding or infinity leaves nothing certain."""
    match op:
        case ast.Add():
            ends = (one.least + other.least, one.most + other.most)
        case ast.Sub():
            ends = (one.least - other.most, one.most - other.least)
        case ast.Mult():
            every = [a * b for a in (one.least, one.most) for b in (other.least, other.most)]
            if any(each != each for each in every):
                return None
            ends = (min(every), max(every))
        case _:
            return None
    return Numbers(*ends) if ends[0] <= ends[1] else None


def texts_given(source: str, of: str) -> list[tuple[int, str]]:
    """The texts that the condition `source` gives to functions as the id of `of`, with their columns from 1."""
    found: list[tuple[int, str]] = []
    asking = [name for name, function in FUNCTIONS.items() if any(each.of == of for each in function.parameters)]
    if not any(name in source for name in asking):
        return found
    lead = len(source) - len(source.lstrip(" "))
    for node in ast.walk(ast.parse(one_line(source).strip(" "), mode="eval")):
        function = FUNCTIONS.get(dotted(node.func) or "") if isinstance(node, ast.Call) else None
        if function is None or not isinstance(node, ast.Call):
            continue
        for parameter, given in zip(function.parameters, node.args, strict=False):
            if parameter.of == of and isinstance(given, ast.Constant) and isinstance(given.value, str):
                found.append((lead + given.col_offset + 1, given.value))
    return found
