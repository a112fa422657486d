"""What must hold between the keys of a rule, and between a rule and the rest of the site.

Each check takes what was written, whatever it is, and says nothing about what has the wrong type: the models in
`hub.config.rule_tables` do. So one mistake does not hide another.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from hub.automation.condition import Condition, ConditionErrors, ConditionProblem, compile_condition
from hub.automation.fields import SCHEDULED, choices_of, fields_of
from hub.automation.model import Match, Value
from hub.automation.wording import check_placeholders
from hub.config.clauses import CLAUSES
from hub.config.problems import Problem, did_you_mean, suggestion
from hub.config.tables import has_chinese
from hub.config.toml import Document, Path
from hub.core.catalogue import CATALOGUE, FINDINGS, clearing_of


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What rules may name: the ids of the site."""

    cameras: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    routes: frozenset[str] = frozenset()


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What the conditions and texts of one rule may name."""

    events: tuple[str, ...]
    fields: dict[str, type]
    choices: dict[str, frozenset[str]]


_IDS = {"camera": "camera", "camera.id": "camera", "camera.area": "area", "camera.domain": "domain"}


def scope_of(rule: Mapping[str, Any], known: Known) -> Scope | None:
    """The scope of a rule; None when its events are not understood, so that nothing can be said of its names."""
    events = tuple(name for name in _listed(rule.get("on")) if isinstance(name, str) and name in CATALOGUE)
    if "every" in rule and "on" not in rule:
        events = SCHEDULED
    if not events:
        return None
    fields = fields_of(events)
    ids = {"camera": known.cameras, "area": known.areas, "domain": known.domains}
    choices = choices_of(events) | {name: ids[kind] for name, kind in _IDS.items() if name in fields}
    return Scope(events=events, fields=fields, choices=choices)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def check_events(document: Document, path: Path, rule: Mapping[str, Any]) -> Iterator[Problem]:
    """Event names that are not in the catalogue, and a `for` whose condition nothing ends."""
    on = rule.get("on")
    for index, name in enumerate(_listed(on)):
        at = (*path, "on", index) if isinstance(on, list) else (*path, "on")
        if not isinstance(name, str):
            continue
        if name not in CATALOGUE:
            hint = did_you_mean(name, CATALOGUE) or suggestion(name, FINDINGS, of="findings of the watch")
            yield document.problem(at, f"there is no event {name[:100]!r}", hint)
        elif "for" in rule and not clearing_of(name):
            yield document.problem(
                (*path, "for"),
                f"no event ends {name!r}, so nothing could stop the wait",
                "`for` is only for what begins and ends, such as 'view.obstructed'; leave it out here.",
                of_key=True,
            )


def check_shape(document: Document, path: Path, rule: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys that do not go together."""
    if "on" in rule and "every" in rule:
        yield document.problem(
            (*path, "every"),
            "a rule has either `on` or `every`",
            "Make two rules of it: one for the event and one for the schedule.",
            of_key=True,
        )
    elif "on" not in rule and "every" not in rule:
        yield document.problem(path, "neither `on` nor `every` says when the rule acts", "Add one of the two.")
    elif "every" in rule:
        for key in ("where", "for"):
            if key in rule:
                yield document.problem(
                    (*path, key), f"`{key}` goes with `on`", "A rule with `every` has no event to look at.", of_key=True
                )
    elif "missed" in rule:
        yield document.problem((*path, "missed"), "`missed` goes with `every`", "Leave it out here.", of_key=True)
    clause = rule.get("clause")
    if isinstance(clause, str) and clause and clause not in CLAUSES:
        yield document.problem(
            (*path, "clause"),
            f"the regulation has no clause {clause[:20]!r}",
            suggestion(clause, CLAUSES, of="clauses"),
        )


def check_condition(
    document: Document, path: Path, source: Any, scope: Scope, problems: list[Problem]
) -> Condition | None:
    """The condition written at `path`; what is wrong with it is added to `problems`."""
    if not isinstance(source, str):
        return None
    try:
        return compile_condition(source, scope.fields, scope.choices)
    except ConditionErrors as errors:
        problems += [_inside(document, path, found) for found in errors.problems]
        return None


def _inside(document: Document, path: Path, found: ConditionProblem) -> Problem:
    """A problem within a text of the file, at its own place."""
    place = document.position_in(path, found.column - 1)
    message = found.message[:1].lower() + found.message[1:]
    return replace(document.problem(path, message, found.hint), line=place.line, column=place.column)


# --- where --------------------------------------------------------------------------------------------------------


def check_where(document: Document, path: Path, where: Any, scope: Scope, problems: list[Problem]) -> tuple[Match, ...]:
    """The lines of a `where` table; `camera.domain = "x"` and `camera = { domain = "x" }` are the same."""
    if not isinstance(where, dict):
        return ()
    found: list[Match] = []
    for at, name, value in _flat(path, "", where):
        kind = _kind(name, scope)
        if kind is None:
            hint = suggestion(name, scope.fields, of="fields")
            problems.append(document.problem(at, f"the event has no field {name[:100]!r}", hint, of_key=True))
            continue
        mistakes = [*_check_match(document, at, name, value, kind, scope.choices.get(name))]
        problems += mistakes
        if not mistakes:
            found.append(_match(name, value))
    return tuple(sorted(found, key=lambda match: match.path))


_RANGE = {"at_least", "at_most"}
_WORDS = {str: "a text in quotes", list: "a text in quotes", float: "a number", bool: "true or false"}


def _flat(path: Path, prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[Path, str, Any]]:
    for key, value in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict) and not (value and set(value) <= _RANGE):
            yield from _flat((*path, key), name, value)
        else:
            yield (*path, key), name, value


def _kind(name: str, scope: Scope) -> type | None:
    return scope.fields.get(name) or scope.fields.get(f"{name.partition('.')[0]}.*")


def _match(name: str, value: Any) -> Match:
    if isinstance(value, dict):
        least, most = (None if value.get(key) is None else float(value[key]) for key in ("at_least", "at_most"))
        return Match(path=name, at_least=least, at_most=most)
    return Match(path=name, one_of=tuple[Value, ...](_listed(value)))


def _check_match(
    document: Document, path: Path, name: str, value: Any, kind: type, choices: frozenset[str] | None
) -> Iterator[Problem]:
    if kind is datetime:
        yield document.problem(path, f"`{name}` is a time, which `where` cannot match", "Use `if`.", of_key=True)
    elif isinstance(value, dict):
        yield from _check_range(document, path, name, value, kind)
    elif value == []:
        yield document.problem(path, "the list is empty, so nothing would match")
    else:
        for index, item in enumerate(_listed(value)):
            at = (*path, index) if isinstance(value, list) else path
            if not _fits(item, kind):
                yield document.problem(at, f"`{name}` is compared with {_WORDS[kind]}, found {item!r}"[:200])
            elif choices is not None and item not in choices:
                what = _IDS.get(name)
                message = f"there is no {what} {item[:63]!r}" if what else f"`{name}` is never {item[:63]!r}"
                yield document.problem(at, message, suggestion(item, choices, of=f"{what}s" if what else "values"))


def _check_range(document: Document, path: Path, name: str, value: Mapping[str, Any], kind: type) -> Iterator[Problem]:
    if kind is not float:
        yield document.problem(path, f"`{name}` is not a number", "Only numbers have `at_least` and `at_most`.")
        return
    for key, bound in value.items():
        if not _fits(bound, float) or bound != bound:
            yield document.problem((*path, key), f"expected a number, found {bound!r}"[:200])
            return
    if len(value) == 2 and value["at_least"] > value["at_most"]:
        yield document.problem(path, "`at_least` is above `at_most`, so nothing would match")


def _fits(item: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(item, int | float) and not isinstance(item, bool)
    return isinstance(item, bool if kind is bool else str)


# --- texts --------------------------------------------------------------------------------------------------------

_TEXT_KEYS = ("title", "response", "text", "ticket")


def check_texts(document: Document, path: Path, rule: Mapping[str, Any], scope: Scope | None) -> Iterator[Problem]:
    """Texts that lack a language, and placeholders that nothing fills."""
    yield from _check_text(document, (*path, "title"), rule.get("title"), scope)
    for index, action in enumerate(_listed(rule.get("do"))):
        for key in _TEXT_KEYS if isinstance(action, dict) else ():
            yield from _check_text(document, (*path, "do", index, key), action.get(key), scope)


def _check_text(document: Document, path: Path, value: Any, scope: Scope | None) -> Iterator[Problem]:
    texts: Sequence[tuple[Path, Any]] = [(path, value)]
    if isinstance(value, dict):
        texts = [((*path, key), value.get(key)) for key in ("en", "zh")]
    written = [(at, text) for at, text in texts if isinstance(text, str) and text.strip()]
    for at, text in written:
        yield from (_inside(document, at, found) for found in check_placeholders(text, scope.events)) if scope else ()
    if len(written) == 1:
        chinese = has_chinese(written[0][1]) if isinstance(value, str) else written[0][0][-1] == "zh"
        language, other = ("English", "Chinese") if chinese else ("Chinese", "English")
        yield document.problem(
            path,
            f"there is no {language} text",
            f'Staff who read {language} see the {other} one; write {{ en = "…", zh = "…" }}.',
            level="warning",
        )
