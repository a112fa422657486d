"""The `where` of a rule: from its table to `Match`es, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hub.config.problems import Problem, suggestion
from hub.config.rules.values import listed
from hub.config.rules.written import RuleScope, Written, ids_of
from hub.config.toml import Path
from hub.core.matching import Match, Value, fits_pattern

_SIGNS = {"at_least", "at_most", "not"}
_BOUND = re.compile(r"\s*([<>])=?\s*(\d+(?:\.\d+)?)\s*")
_COMPARED = {">": "at_least", "<": "at_most"}
_WORDS = {str: "a text in quotes", list: "a text in quotes", float: "a number", bool: "true or false"}


def where_of(rule: Written, problems: list[Problem]) -> tuple[Match, ...]:
    """The lines of the rule's `where`; `camera.domain = "x"` and `camera = { domain = "x" }` are the same.

    What is wrong with it is added to `problems`.
    """
    where, scope = rule.item.get("where"), rule.scope
    if not isinstance(where, dict) or scope is None:
        return ()
    found: list[Match] = []
    for at, name, value in _flat(("where",), "", where):
        kind = scope.names.fields.get(name) or scope.names.fields.get(f"{name.partition('.')[0]}.*")
        mistakes = [*_check_line(rule, at, name, value, kind, scope)]
        problems += mistakes
        if not any(problem.level == "error" for problem in mistakes):
            found.append(_match(name, value))
    return tuple(sorted(found, key=lambda match: match.path))


def _flat(path: Path, prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[Path, str, Any]]:
    for key, value in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict) and value and not set(value) <= _SIGNS:
            yield from _flat((*path, key), name, value)
        else:
            yield (*path, key), name, value


def _match(name: str, value: Any) -> Match:
    wanted, unwanted = (None, value.get("not")) if isinstance(value, dict) else (value, None)
    one_of, like = _sorted_out(wanted)
    none_of, unlike = _sorted_out(unwanted)
    bounds = value if isinstance(value, dict) else {}
    least, most = (None if bounds.get(key) is None else float(bounds[key]) for key in ("at_least", "at_most"))
    return Match(path=name, one_of=one_of, like=like, none_of=none_of, unlike=unlike, at_least=least, at_most=most)


def _sorted_out(value: Any) -> tuple[tuple[Value, ...], tuple[str, ...]]:
    """The values as they are, and the patterns."""
    items = [] if value is None else listed(value)
    like = [item for item in items if isinstance(item, str) and "*" in item]
    return tuple(item for item in items if item not in like), tuple(like)


def _check_line(
    rule: Written, at: Path, name: str, value: Any, kind: type | None, scope: RuleScope
) -> Iterator[Problem]:
    if kind is None:
        yield from _check_name(rule, at, name, scope)
    elif kind is datetime:
        yield rule.problem(at, f"`{name}` is a time, which `where` cannot match", "Use `if`.", of_key=True)
    elif isinstance(value, dict):
        if not value:
            yield rule.problem(at, "the table is empty", 'Write what it must be, such as { not = "x" }.')
        elif set(value) - {"not"}:
            yield from _check_range(rule, at, name, value, kind)
        if "not" in value:
            yield from _check_values(rule, (*at, "not"), name, value["not"], kind, scope)
    else:
        yield from _check_values(rule, at, name, value, kind, scope)


def _check_name(rule: Written, at: Path, name: str, scope: RuleScope) -> Iterator[Problem]:
    field, _, word = name.rpartition(".")
    if field in scope.names.fields and not any(known.startswith(f"{field}.") for known in scope.names.fields):
        hint = "Beside a number or a text there are `at_least`, `at_most` and `not`."
        yield rule.problem(at, f"{word[:100]!r} says nothing of `{field}`", hint, of_key=True)
        return
    without = scope.names.lacking.get(name)
    event, hint = "the event", suggestion(name, scope.names.fields, of="fields")
    if without is not None:
        event, hint = f"the event {without!r}", "Make a rule of its own for the events that have it."
    yield rule.problem(at, f"{event} has no field {name[:100]!r}", hint, of_key=True)


def _check_values(rule: Written, at: Path, name: str, value: Any, kind: type, scope: RuleScope) -> Iterator[Problem]:
    if value == []:
        nothing = "so nothing would match" if at[-1] != "not" else "so it says nothing"
        yield rule.problem(at, f"the list is empty, {nothing}")
    for index, item in enumerate(listed(value)):
        place = (*at, index) if isinstance(value, list) else at
        if not _fits(item, kind):
            bound = _BOUND.fullmatch(item) if kind is float and isinstance(item, str) else None
            hint = f"Write `{{ {_COMPARED[bound[1]]} = {bound[2]} }}`." if bound is not None else ""
            yield rule.problem(place, f"`{name}` is compared with {_WORDS[kind]}, found {item!r}"[:200], hint)
        elif isinstance(item, str):
            yield from _check_text(rule, place, name, item, scope)
    if at[-1] == "not" and (choices := scope.names.choices.get(name)) and not choices - set(listed(value)):
        yield rule.problem(at, "nothing is left that would match")


def _check_text(rule: Written, at: Path, name: str, item: str, scope: RuleScope) -> Iterator[Problem]:
    choices = scope.names.choices.get(name)
    tags = rule.known.tags
    if name == "camera.tags" and tags is not None and not _is_among(item, tags):
        message = f"no camera has a tag {'like ' if '*' in item else ''}{item[:63]!r}"
        yield rule.problem(at, message, suggestion(item, tags, of="tags"), level="warning")
    elif choices is not None and not _is_among(item, choices):
        what = ids_of(rule.known).get(name, ("",))[0]
        pattern = "like " if "*" in item else ""
        message = f"there is no {what} {pattern}{item[:63]!r}" if what else f"`{name}` is never {pattern}{item[:63]!r}"
        plural = "camera names" if what == "camera named" else f"{what}s" if what else "values"
        yield rule.problem(at, message, suggestion(item, choices, of=plural))


def _is_among(item: str, choices: frozenset[str]) -> bool:
    return any(fits_pattern(choice, item) for choice in choices) if "*" in item else item in choices


def _check_range(rule: Written, at: Path, name: str, value: Mapping[str, Any], kind: type) -> Iterator[Problem]:
    if kind is not float:
        yield rule.problem(at, f"`{name}` is not a number", "Only numbers have `at_least` and `at_most`.")
        return
    bounds = {key: bound for key, bound in value.items() if key != "not"}
    for key, bound in bounds.items():
        if not _fits(bound, float) or bound != bound:
            yield rule.problem((*at, key), f"expected a number, found {bound!r}"[:200])
            return
    if len(bounds) == 2 and bounds["at_least"] > bounds["at_most"]:
        yield rule.problem(at, "`at_least` is above `at_most`, so nothing would match")


def _fits(item: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(item, int | float) and not isinstance(item, bool)
    return isinstance(item, bool if kind is bool else str)
