"""Conditions in rules: `if = "…"` and `unless = "…"`, a small typed language compiled from a whitelist of Python's.

`compile_condition` checks names and types against what the rule's events carry and reports every problem at once.
No attribute of any object can be reached by a condition, and the work of an evaluation is bounded by its length.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.automation.language.context import NOWHEN, Context
from hub.automation.language.expression import Test, check
from hub.automation.language.grammar import ConditionProblem, Member, Scope, did_you_mean
from hub.core.rules.events import VariableValue
from hub.core.saying import saying
from hub.core.state import State
from hub.errors import ConfigError

__all__ = ["LONGEST", "Condition", "ConditionErrors", "ConditionProblem", "compile_condition", "did_you_mean"]

LONGEST = 500
"""Characters that a condition may have."""

_NOTHING = State()


class ConditionErrors(ConfigError):
    """A condition cannot be used; `problems` has every `ConditionProblem`, in the order of their columns."""

    problems: tuple[ConditionProblem, ...]

    def __init__(self, problems: Sequence[ConditionProblem]) -> None:
        super().__init__(problems)


class Condition:
    """A compiled condition. Equal and hashed by its source and by what the variables in it are declared as.

    `names` are the names of the event that it reads, in order; `variables` those of the rules with what they hold
    until something is set; `counts_s` is the longest time over which it counts (`count("1h")`: 3600), else 0;
    `members` are the words that it looks for in lists.
    """

    __slots__ = ("_test", "counts_s", "members", "names", "source", "variables")

    def __init__(
        self,
        source: str,
        names: tuple[str, ...],
        test: Test,
        variables: Mapping[str, VariableValue] = {},
        counts_s: float = 0.0,
        members: tuple[Member, ...] = (),
    ) -> None:
        self.source = source
        self.names = names
        self.variables = dict(variables)
        self.counts_s = counts_s
        self.members = members
        self._test = test

    def holds(self, names: Mapping[str, Any], state: State = _NOTHING, context: Context = NOWHEN) -> bool:
        """Whether it holds for these values; functions look into `state` and `context`.

        Never raises for values of the declared types. A condition that needs a value which is absent from `names`,
        or divides by zero, does not hold.
        """
        try:
            return self._test(names, state, context)
        except (KeyError, ArithmeticError):
            return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other.source == self.source and other.variables == self.variables

    def __hash__(self) -> int:
        return hash((self.source, *self.variables))

    def __repr__(self) -> str:
        return f"Condition({self.source!r})"


def compile_condition(
    source: str,
    fields: Mapping[str, type],
    choices: Mapping[str, Iterable[str]] = {},
    *,
    variables: Mapping[str, VariableValue] = {},
    known: Mapping[str, Iterable[str]] = {},
    lacking: Mapping[str, str] = {},
) -> Condition:
    """Check and compile `source`. Raises `ConditionErrors` with every problem.

    `fields` gives the names that may be used and their types: str, float, bool, datetime or list (of texts); a name
    `x.*` stands for every `x.NAME`. `choices` gives the only texts that some names can have, so that a comparison
    with any other text is a problem too. Both come from `hub.automation.language.fields`. `variables` are those of the
    rules (`var.NAME`) with what they are declared as. `known` has the ids of the site by what they are of (`camera`,
    `post`, `round` …), against which the texts that functions are given are checked; what it does not have is
    not checked. `lacking` has the names that only some of the rule's events give, each with one that does not.
    """
    if len(source) > LONGEST:
        hint = saying("Use at most {most}; two rules are easier to read than one long condition.", most=LONGEST)
        raise ConditionErrors(
            [ConditionProblem(LONGEST + 1, saying("The condition has {length} characters.", length=len(source)), hint)]
        )
    checked = check(
        source,
        Scope(
            fields=fields,
            choices={name: frozenset(texts) for name, texts in choices.items()},
            variables=variables,
            known={what: frozenset(ids) for what, ids in known.items()},
            lacking=lacking,
        ),
    )
    if checked.problems:
        raise ConditionErrors(checked.problems)
    return Condition(source, checked.names, checked.test, checked.variables, checked.counts_s, checked.members)
