"""The check of one condition: from the text that an author wrote to a test that can be called, or its problems.

The test is compiled from a new tree, built node by node from whitelisted operations, look-ups in the mapping of names
and calls of the functions in `hub.automation.language.functions`. Nothing that the author wrote is evaluated as it
stands.
"""

import ast
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from hub.automation.language.context import Context
from hub.automation.language.functions import FUNCTIONS, Function, Parameter, value_of
from hub.automation.language.grammar import (
    ALLOWED,
    DECLARE,
    REFUSED,
    SIGNS,
    THINGS,
    WORDS,
    ConditionProblem,
    Member,
    Scope,
    did_you_mean,
    dotted,
    one_line,
)
from hub.automation.language.reading import comment_in, end_of, read, start_of
from hub.core.rules.events import VariableValue
from hub.core.saying import NOTHING, Saying, said_by, saying
from hub.core.state import State

DEEPEST = 24
"""How deep a condition may be nested."""
_TOO_DEEP = saying("Split it into two rules.")

Test = Callable[[Mapping[str, Any], State, Context], bool]
_Typed = tuple[type | None, ast.expr]


class Checked(msgspec.Struct, frozen=True):
    """The outcome: a test that is only of use where there are no problems, and the names it reads, in order."""

    test: Test
    names: tuple[str, ...]
    problems: list[ConditionProblem]
    variables: dict[str, VariableValue]
    """The variables of the rules that it reads, with what they are declared as."""
    counts_s: float
    members: tuple[Member, ...]


def check(text: str, scope: Scope) -> Checked:
    """Check `text`, which has at most a few hundred characters."""
    checking = _Check(one_line(text), scope)
    test = checking.compiled()
    return Checked(
        test,
        tuple(checking.names),
        sorted(checking.problems, key=lambda problem: problem.column),
        checking.variables,
        checking.counts_s,
        tuple(checking.members),
    )


class _Check:
    """One pass over one condition: gathers the problems and builds the tree that is compiled."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.lead = len(text) - len(text.lstrip(" "))
        self.text = text[self.lead :]
        self.scope = scope
        self.problems: list[ConditionProblem] = []
        self.names: dict[str, None] = {}
        self.variables: dict[str, VariableValue] = {}
        self.counts_s = 0.0
        self.members: list[Member] = []

    def compiled(self) -> Test:
        tree = read(self.text)
        if isinstance(tree, ConditionProblem):
            # Of a condition that is nothing but blanks its beginning is named.
            self._add(tree, self.lead if self.text else 0)
            return _never
        kind, checked = self._visit(tree.body, 0)
        self._expect(bool, kind, tree.body)
        if (comment := comment_in(self.text, tree)) is not None:
            self._add(comment, self.lead)
        if self.problems:
            return _never
        arguments = ast.arguments(
            posonlyargs=[ast.arg("n"), ast.arg("s"), ast.arg("c")], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]
        )
        code = compile(ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, checked))), "<condition>", "eval")
        functions: dict[str, Any] = {name: function.call for name, function in FUNCTIONS.items()}
        # The tree was built above, node by node, from whitelisted operations: nothing of the author's is evaluated.
        test: Test = eval(code, {"__builtins__": {}, "value_of": value_of} | functions)  # noqa: S307
        return test

    # --- positions and problems

    def _written(self, node: ast.expr) -> str:
        written = self.text[start_of(self.text, node) : end_of(self.text, node)]
        return written if len(written) <= 40 else f"{written[:39]}…"

    def _add(self, problem: ConditionProblem, lead: int) -> None:
        self.problems.append(replace(problem, column=lead + problem.column))

    def _problem(self, at: int | ast.expr, message: Saying, hint: Saying = NOTHING) -> None:
        start = at if isinstance(at, int) else start_of(self.text, at)
        self.problems.append(ConditionProblem(self.lead + start + 1, message, hint))

    def _refuse(self, node: ast.expr, what: ast.AST | None = None) -> _Typed:
        word = REFUSED.get(type(what or node), saying("this"))
        hint = saying("Write a list in square brackets.") if isinstance(node, ast.Tuple | ast.Set) else ALLOWED
        self._problem(node, saying("A condition cannot use {word}.", word=word), hint)
        return None, node

    def _expect(self, wanted: type, kind: type | None, node: ast.expr) -> None:
        if kind is not None and kind is not wanted:
            hint = saying("Compare it with something.") if wanted is bool else NOTHING
            self._problem(
                node,
                saying(
                    "`{text}` is {kind}; {wanted} is expected.",
                    text=self._written(node),
                    kind=WORDS[kind],
                    wanted=WORDS[wanted],
                ),
                hint,
            )

    # --- the language

    def _visit(self, node: ast.expr, depth: int) -> _Typed:
        if depth > DEEPEST:
            if not any(problem.hint == _TOO_DEEP for problem in self.problems):
                self._problem(
                    node,
                    saying("Nested too deep: more than {most} levels.", most=DEEPEST),
                    _TOO_DEEP,
                )
            return None, node
        match node:
            case ast.BoolOp(op=op, values=values):
                return bool, ast.BoolOp(op, [self._typed(bool, value, depth) for value in values])
            case ast.UnaryOp(op=ast.Not() as op, operand=operand):
                return bool, ast.UnaryOp(op, self._typed(bool, operand, depth))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                return float, ast.UnaryOp(sign, self._typed(float, operand, depth))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as op, right=right):
                return float, ast.BinOp(self._typed(float, left, depth), op, self._typed(float, right, depth))
            case ast.UnaryOp(op=other) | ast.BinOp(op=other):
                return self._refuse(node, other)
            case ast.Compare():
                return self._comparison(node, depth)
            case ast.Constant():
                return self._constant(node)
            case ast.Name() | ast.Attribute():
                return self._name(node)
            case ast.Call():
                return self._call(node, depth)
            case ast.List():
                self._problem(node, saying("A list can only stand after `in` or `not in`."))
                return None, node
            case _:
                return self._refuse(node)

    def _typed(self, wanted: type, node: ast.expr, depth: int) -> ast.expr:
        kind, checked = self._visit(node, depth + 1)
        self._expect(wanted, kind, node)
        return checked

    def _constant(self, node: ast.Constant) -> _Typed:
        match node.value:
            case bool() as value:
                return bool, ast.Constant(value)
            case int() | float() as number:
                try:
                    return float, ast.Constant(float(number))
                except OverflowError:
                    self._problem(node, saying("This number is too large."))
            case str() as text:
                return str, ast.Constant(text)
            case _:
                self._problem(
                    node,
                    saying("`{text}` is not possible here.", text=self._written(node)),
                    saying("Use numbers, texts, `true` or `false`."),
                )
        return None, node

    def _name(self, node: ast.Name | ast.Attribute) -> _Typed:
        name = dotted(node)
        if name is None:
            return self._refuse(node)
        if name.lower() in ("true", "false"):
            return bool, ast.Constant(name.lower() == "true")
        prefix, _, rest = name.rpartition(".")
        if prefix == "var" and rest in self.scope.variables:
            return self._variable(rest, self.scope.variables[rest])
        kind = self.scope.fields.get(name) or self.scope.fields.get(f"{prefix}.*")
        if kind is None:
            self._problem(node, saying("`{name}` is not known here.", name=name), self._known_hint(name))
            return None, node
        self.names[name] = None
        return kind, ast.Subscript(ast.Name("n", ast.Load()), ast.Constant(name), ast.Load())

    def _variable(self, name: str, declared: VariableValue) -> _Typed:
        self.variables[name] = declared
        arguments: list[ast.expr] = [ast.Name("s", ast.Load()), ast.Constant(name), ast.Constant(declared)]
        kind = bool if isinstance(declared, bool) else str if isinstance(declared, str) else float
        return kind, ast.Call(ast.Name("value_of", ast.Load()), arguments, [])

    def _known_hint(self, name: str) -> Saying:
        if name in FUNCTIONS:
            return saying("It is a function: write `{call}`.", call=FUNCTIONS[name].signature(name))
        if name in self.scope.lacking:
            return saying(
                "`{event}` has none: make a rule of its own for the events that have it.",
                event=self.scope.lacking[name],
            )
        if name.startswith("var."):
            declared = [f"var.{each}" for each in self.scope.variables]
            return did_you_mean(name, declared) if declared else DECLARE
        return did_you_mean(name, (*(field for field in self.scope.fields if not field.endswith(".*")), *FUNCTIONS))

    def _call(self, node: ast.Call, depth: int) -> _Typed:
        name = dotted(node.func)
        function = FUNCTIONS.get(name or "")
        if name is None or function is None:
            self._problem(
                node,
                saying("`{text}` is not a function.", text=self._written(node.func)),
                did_you_mean(name or "", FUNCTIONS),
            )
            return None, node
        signature = saying("Write `{call}`.", call=function.signature(name))
        if node.keywords or len(node.args) != len(function.parameters):
            count = len(node.args) + len(node.keywords)
            self._problem(
                node,
                saying(
                    "`{name}` takes {wanted} values in order, not {count}.",
                    name=name,
                    wanted=len(function.parameters),
                    count=count,
                ),
                signature,
            )
            return function.gives, node
        arguments = [
            self._argument(function, parameter, argument, depth)
            for parameter, argument in zip(function.parameters, node.args, strict=True)
        ]
        if function.apart and len({ast.dump(argument) for argument in arguments}) == 1:
            self._problem(
                node,
                saying("`{name}` ends when it begins, so it never holds.", name=name),
                saying("Leave it out for the whole day."),
            )
        looks_into = ast.Name("c" if function.timed else "s", ast.Load())
        return function.gives, ast.Call(ast.Name(name, ast.Load()), [looks_into, *arguments], [])

    def _argument(self, function: Function, parameter: Parameter, node: ast.expr, depth: int) -> ast.expr:
        if parameter.read is not None:
            return self._literal(function, parameter.read, node)
        self._check_choice(parameter.choices, node, parameter.name)
        self._check_known(parameter, node)
        return self._typed(parameter.kind, node, depth)

    def _literal(self, function: Function, read: Callable[[str], Any], node: ast.expr) -> ast.expr:
        """An argument that is read once, when the condition is checked."""
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            self._problem(
                node,
                saying("`{text}` is not possible here.", text=self._written(node)),
                saying("Write a text in quotes."),
            )
            return node
        try:
            value = read(node.value)
        except ValueError as error:
            self._problem(
                node, saying("`{text}` cannot be used: {reason}.", text=self._written(node), reason=said_by(error))
            )
            return node
        if function.counts:
            self.counts_s = max(self.counts_s, value)
        return ast.Constant(value)

    def _check_known(self, parameter: Parameter, node: ast.expr) -> None:
        known = self.scope.known.get(parameter.of)
        if known is None or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return
        if node.value not in known:
            hint = did_you_mean(node.value, known, lambda names: saying("There are {names}.", names=names))
            self._problem(
                node, saying("There is no {thing} `{name}`.", thing=THINGS[parameter.of], name=node.value[:40]), hint
            )

    def _comparison(self, node: ast.Compare, depth: int) -> _Typed:
        left, left_kind = node.left, None
        left_kind, first = self._visit(node.left, depth + 1)
        checked: list[ast.expr] = []
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                if isinstance(right, ast.List) and right is node.comparators[-1]:
                    checked.append(self._items(left, left_kind, right, depth))
                    break
                right_kind, tree = self._visit(right, depth + 1)
                self._expect(str, left_kind, left)
                if right_kind is list and isinstance(left, ast.Constant) and isinstance(left.value, str):
                    self.members.append(
                        Member(self.lead + start_of(self.text, left) + 1, left.value, dotted(right) or "")
                    )
                if right_kind is not None and right_kind not in (str, list):
                    self._problem(
                        right,
                        saying(
                            "Nothing can be in `{text}`: it is {kind}.",
                            text=self._written(right),
                            kind=_word(right_kind),
                        ),
                    )
            else:
                right_kind, tree = self._visit(right, depth + 1)
                self._check_pair(op, left, left_kind, right, right_kind)
            checked.append(tree)
            left, left_kind = right, right_kind
        return bool, ast.Compare(first, node.ops, checked)

    def _check_pair(
        self, op: ast.cmpop, left: ast.expr, left_kind: type | None, right: ast.expr, right_kind: type | None
    ) -> None:
        if type(op) not in SIGNS:
            self._refuse(right, op)
            return
        if left_kind is None or right_kind is None:
            return
        sign = SIGNS[type(op)]
        if left_kind is not right_kind:
            self._problem(
                right,
                saying(
                    "`{text}` is {kind}, but `{other}` is {other_kind}.",
                    text=self._written(left),
                    kind=WORDS[left_kind],
                    other=self._written(right),
                    other_kind=WORDS[right_kind],
                ),
                saying("`{sign}` needs the same on both sides.", sign=sign),
            )
        elif left_kind is list:
            self._problem(
                left, saying("A list cannot be compared with `{sign}`.", sign=sign), saying('Write `"word" in list`.')
            )
        elif sign not in ("==", "!=") and left_kind not in (float, datetime):
            self._problem(
                left, saying("`{sign}` needs numbers or times, not {kind}.", sign=sign, kind=WORDS[left_kind])
            )
        else:
            self._check_choice(self._choices_of(left), right, self._written(left))
            self._check_choice(self._choices_of(right), left, self._written(right))

    def _items(self, left: ast.expr, left_kind: type | None, node: ast.List, depth: int) -> ast.expr:
        if not node.elts:
            self._problem(node, saying("The list is empty: nothing is ever in it."))
        if left_kind is list:
            self._problem(left, saying("A list cannot be in a list."), saying('Write `"word" in list`.'))
            left_kind = None
        items = []
        for item in node.elts:
            kind, tree = self._visit(item, depth + 1)
            if left_kind is not None:
                self._expect(left_kind, kind, item)
            self._check_choice(self._choices_of(left), item, self._written(left))
            items.append(tree)
        return ast.Tuple(items, ast.Load())

    def _choices_of(self, node: ast.expr) -> frozenset[str]:
        if isinstance(node, ast.Call):
            function = FUNCTIONS.get(dotted(node.func) or "")
            return function.choices if function is not None else frozenset()
        return self.scope.choices.get(dotted(node) or "", frozenset())

    def _check_choice(self, choices: frozenset[str], node: ast.expr, what: str) -> None:
        if choices and isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in choices:
            hint = did_you_mean(node.value, choices, lambda names: saying("It can be {names}.", names=names))
            self._problem(node, saying("`{name}` is never `{value}`.", name=what, value=node.value[:40]), hint)


def _word(kind: type | None) -> Saying:
    return WORDS[kind] if kind is not None else saying("not known")


def _never(names: Mapping[str, Any], state: State, context: Context) -> bool:
    return False
