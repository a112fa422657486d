"""What is asked of a plugin before it is accepted, and the tier that the answers make. Nothing here runs its code."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from hub.locale import N_

Tier = Literal["none", "bronze", "silver", "gold"]
TIERS: tuple[Tier, ...] = ("none", "bronze", "silver", "gold")
CONTRACT_KINDS = frozenset({"camera", "notifier", "storage", "store", "vendor"})
"""Kinds of which there is a contract."""
_MOST_FILES = 500
_LARGEST_FILE = 2_000_000


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One question, and what came of it."""

    name: str
    """English, and a key of the translation."""
    tier: Tier
    """The tier that is not reached without it."""
    outcome: Literal["passed", "failed", "not run"]
    detail: str = ""


class Ran(msgspec.Struct, frozen=True):
    """One test of the plugin, as `hub.testing.acceptance` tells it."""

    name: str
    outcome: str
    seconds: float
    contract: str = ""
    kind: str = ""
    replaced: bool = False
    why: str = ""


def tier_of(checks: Sequence[Check]) -> Tier:
    """The highest tier of which no check, and none below it, is open.

    >>> tier_of([Check(name="a", tier="bronze", outcome="passed"), Check(name="b", tier="gold", outcome="not run")])
    'silver'
    """
    open_at = min((TIERS.index(check.tier) for check in checks if check.outcome != "passed"), default=len(TIERS))
    return TIERS[open_at - 1]


def made(name: str, tier: Tier, problems: Sequence[str], *, good: str = "") -> Check:
    """Passed where there is no problem."""
    shown = "; ".join(problems[:3]) + (f"; … {len(problems) - 3} more" if len(problems) > 3 else "")
    return Check(name=name, tier=tier, outcome="failed" if problems else "passed", detail=shown or good)


# --- its files --------------------------------------------------------------------------------------------------


def foreign_imports(root: Path, package: str) -> Iterator[str]:
    """Imports of the hub's other modules, or of other plugins: `file:line: what`."""
    for file in _modules(root):
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError, RecursionError) as error:
            yield f"{file.name}: it cannot be read: {error}"
            continue
        for node in ast.walk(tree):
            for module in _imported(node):
                top = module.partition(".")[0]
                ours = top == "hub" and module != "hub.api"
                if ours or (top.startswith("hub_") and top != package):
                    yield f"{file.name}:{getattr(node, 'lineno', 0)}: it imports {module}"


def _modules(root: Path) -> list[Path]:
    if not root.is_dir():
        return [root]
    found = sorted(file for file in root.rglob("*.py") if file.stat().st_size <= _LARGEST_FILE)
    return found[:_MOST_FILES]


def _imported(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [name.name for name in names]
        case ast.ImportFrom(module="hub", names=names, level=0):
            return [f"hub.{name.name}" for name in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
    return []


# --- what it registers ------------------------------------------------------------------------------------------


def option_problems(models: Sequence[Any]) -> Iterator[str]:
    """Options without a description, and models that take any key."""
    for model in models:
        if model.model_config.get("extra") != "forbid":
            yield f"{model.__name__} takes unknown keys"
        for key, field in model.model_fields.items():
            if not field.description:
                yield f"{model.__name__}.{key} has no description"


# --- its tests --------------------------------------------------------------------------------------------------


def contract_check(ran: Sequence[Ran], package: str, kinds: Sequence[str]) -> Check:
    """Whether each kind that it brings has been proven by its contract, wholly."""
    proven = [test for test in ran if test.contract == package]
    problems = [f"{test.name}: {test.why or test.outcome}" for test in proven if test.outcome != "passed"]
    problems += sorted({f"{test.name.partition('[')[0]} replaces the contract's" for test in proven if test.replaced})
    wanted = CONTRACT_KINDS & set(kinds)
    missing = sorted(wanted - {test.kind for test in proven})
    problems += [f"no contract was run for the {kind}" for kind in missing]
    return made(N_("keeps the contract of its kind"), "silver", problems, good=f"{len(proven)} tests")


def own_check(ran: Sequence[Ran]) -> Check:
    """Whether it has tests besides its contract, and all pass."""
    own = [test for test in ran if not test.contract]
    problems = [f"{test.name}: {test.why or test.outcome}" for test in own if test.outcome != "passed"]
    return made(
        N_("has tests of its own"), "gold", problems or ([] if own else ["there are none"]), good=f"{len(own)} tests"
    )


def time_check(ran: Sequence[Ran], *, at_most_s: float) -> Check:
    """Whether its tests are quick enough to be run at every change."""
    took_s = sum(test.seconds for test in ran)
    slowest = max(ran, key=lambda test: test.seconds, default=None)
    problems = [f"{took_s:.0f} s; the slowest is {slowest.name}"] if slowest and took_s > at_most_s else []
    return made(N_("tests take little time"), "silver", problems, good=f"{took_s:.1f} s")
