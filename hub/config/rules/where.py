"""The `where` of a rule: from its table to `Match`es, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hub.config.nouns import NOUNS
from hub.config.problems import Problem, suggestion
from hub.config.rules.texts import no_field
from hub.config.rules.values import listed
from hub.config.rules.written import RuleScope, Written, ids_of
from hub.config.toml import Path
from hub.core.matching import Match, Value, fits_pattern
from hub.core.saying import NOTHING, saying

_SIGNS = {"at_least", "at_most", "not"}
_BOUND = re.compile(r"\s*([<>])=?\s*(\d+(?:\.\d+)?)\s*")
_COMPARED = {">": "at_least", "<": "at_most"}
_WORDS = {
    str: saying("a text in quotes"),
    list: saying("a text in quotes"),
    float: saying("a number"),
    bool: saying("true or false"),
}


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
        yield rule.problem(
            at, saying("`{name}` is a time, which `where` cannot match", name=name), saying("Use `if`."), of_key=True
        )
    elif isinstance(value, dict):
        if not value:
            yield rule.problem(
                at, saying("the table is empty"), saying('Write what it must be, such as { not = "x" }.')
            )
        elif set(value) - {"not"}:
            yield from _check_range(rule, at, name, value, kind)
        if "not" in value:
            yield from _check_values(rule, (*at, "not"), name, value["not"], kind, scope)
    else:
        yield from _check_values(rule, at, name, value, kind, scope)


def _check_name(rule: Written, at: Path, name: str, scope: RuleScope) -> Iterator[Problem]:
    field, _, word = name.rpartition(".")
    if field in scope.names.fields and not any(known.startswith(f"{field}.") for known in scope.names.fields):
        hint = saying("Beside a number or a text there are `at_least`, `at_most` and `not`.")
        yield rule.problem(
            at, saying("{word!r} says nothing of `{field}`", word=word[:100], field=field), hint, of_key=True
        )
        return
    without = scope.names.lacking.get(name)
    hint = (
        saying("Make a rule of its own for the events that have it.")
        if without is not None
        else suggestion(name, scope.names.fields, of=saying("fields"))
    )
    yield rule.problem(at, no_field(name, without), hint, of_key=True)


def _check_values(rule: Written, at: Path, name: str, value: Any, kind: type, scope: RuleScope) -> Iterator[Problem]:
    if value == []:
        empty = saying("the list is empty, so nothing would match")
        yield rule.problem(at, empty if at[-1] != "not" else saying("the list is empty, so it says nothing"))
    for index, item in enumerate(listed(value)):
        place = (*at, index) if isinstance(value, list) else at
        if not _fits(item, kind):
            bound = _BOUND.fullmatch(item) if kind is float and isinstance(item, str) else None
            hint = (
                saying("Write `{{ {key} = {bound} }}`.", key=_COMPARED[bound[1]], bound=bound[2])
                if bound is not None
                else NOTHING
            )
            yield rule.problem(
                place,
                saying(
                    "`{name}` is compared with {kind}, found {found}",
                    name=name,
                    kind=_WORDS[kind],
                    found=repr(item)[:150],
                ),
                hint,
            )
        elif isinstance(item, str):
            yield from _check_text(rule, place, name, item, scope)
    if at[-1] == "not" and (choices := scope.names.choices.get(name)) and not choices - set(listed(value)):
        yield rule.problem(at, saying("nothing is left that would match"))


def _check_text(rule: Written, at: Path, name: str, item: str, scope: RuleScope) -> Iterator[Problem]:
    choices = scope.names.choices.get(name)
    tags = rule.known.tags
    if name == "camera.tags" and tags is not None and not _is_among(item, tags):
        message = (
            saying("no camera has a tag like {name!r}", name=item[:63])
            if "*" in item
            else saying("no camera has a tag {word!r}", word=item[:63])
        )
        yield rule.problem(at, message, suggestion(item, tags, of=saying("tags")), level="warning")
    elif choices is not None and not _is_among(item, choices):
        what = ids_of(rule.known).get(name, ("",))[0]
        if what:
            noun = NOUNS[what]
            message = (
                saying("there is no {thing} like {name!r}", thing=noun.one, name=item[:63])
                if "*" in item
                else saying("there is no {thing} {name!r}", thing=noun.one, name=item[:63])
            )
        else:
            message = (
                saying("`{name}` is never like {value!r}", name=name, value=item[:63])
                if "*" in item
                else saying("`{name}` is never {value!r}", name=name, value=item[:63])
            )
        yield rule.problem(at, message, suggestion(item, choices, of=noun.many if what else saying("values")))


def _is_among(item: str, choices: frozenset[str]) -> bool:
    return any(fits_pattern(choice, item) for choice in choices) if "*" in item else item in choices


def _check_range(rule: Written, at: Path, name: str, value: Mapping[str, Any], kind: type) -> Iterator[Problem]:
    if kind is not float:
        yield rule.problem(
            at, saying("`{name}` is not a number", name=name), saying("Only numbers have `at_least` and `at_most`.")
        )
        return
    bounds = {key: bound for key, bound in value.items() if key != "not"}
    for key, bound in bounds.items():
        if not _fits(bound, float) or bound != bound:
            yield rule.problem((*at, key), saying("expected a number, found {found}", found=repr(bound)[:150]))
            return
    if len(bounds) == 2 and bounds["at_least"] > bounds["at_most"]:
        yield rule.problem(at, saying("`at_least` is above `at_most`, so nothing would match"))


def _fits(item: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(item, int | float) and not isinstance(item, bool)
    return isinstance(item, bool if kind is bool else str)
