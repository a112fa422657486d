"""Rule files: from TOML to rules in force, or to every problem at once."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

import msgspec
from pydantic import ValidationError

from hub.automation.condition import Condition
from hub.automation.model import (
    Action,
    AlarmAction,
    Every,
    Match,
    NotifyAction,
    RoundAction,
    Rule,
    TicketAction,
)
from hub.automation.schedule import validate
from hub.config.durations import parse_duration
from hub.config.explain import explain, unknown_key
from hub.config.problems import Problem, did_you_mean, errors_of, in_order, suggestion
from hub.config.read import read_text
from hub.config.rule_checks import (
    Known,
    check_condition,
    check_events,
    check_shape,
    check_texts,
    check_where,
    scope_of,
)
from hub.config.rule_tables import ACTIONS, AlarmTable, EveryTable, NotifyTable, RoundTable, RuleTable, TicketTable
from hub.config.site import SiteConfig
from hub.config.tables import DOMAINS, Words
from hub.config.toml import Document, Path, parse_toml
from hub.core.text import Text

__all__ = ["Known", "RuleSet", "known_of", "load_rules", "parse_rules"]

_MOST_FILES = 200
_MOST_RULES = 1000


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """The rule files of a site. File names are relative to the site: `rules/watch.toml`."""

    files: dict[str, tuple[Rule, ...]] = {}
    """The rules of each file without an error."""
    problems: dict[str, tuple[Problem, ...]] = {}
    """The problems of each file that has any, warnings included; "rules" for the folder itself."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rules in self.files.values() for rule in rules)

    @property
    def broken(self) -> tuple[str, ...]:
        """The files whose rules cannot be used."""
        return tuple(file for file, problems in self.problems.items() if errors_of(problems))


def known_of(config: SiteConfig) -> Known:
    """What rules may name in this site."""
    return Known(
        cameras=frozenset(camera.id for camera in config.cameras),
        areas=frozenset(area.id for area in config.areas),
        domains=frozenset(DOMAINS),
        routes=frozenset(route.id for route in config.routes),
    )


def load_rules(folder: FilePath, known: Known) -> RuleSet:
    """The rules of the site in `folder`, from every `rules/*.toml` that does not begin with a dot.

    Never raises: a file that cannot be read or is broken is named in `problems`, and the others are used.
    """
    try:
        paths = sorted(path for path in (folder / "rules").glob("*.toml") if not path.name.startswith("."))
    except OSError as error:
        problem = Problem(file="rules", message=f"the folder cannot be read: {error.strerror}")
        return RuleSet(problems={"rules": (problem,)})
    files: dict[str, tuple[Rule, ...]] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    if len(paths) > _MOST_FILES:
        many = Problem(file="rules", message=f"there are more than {_MOST_FILES} files; only the first ones are used")
        problems["rules"] = (many,)
    owners: dict[str, str] = {}
    for path in paths[:_MOST_FILES]:
        file = f"rules/{path.name}"
        text, found = read_text(path, file)
        if not found:
            rules, found = _parse(text, file, known, owners)
            if not errors_of(found):
                files[file] = tuple(rules)
                owners |= {rule.id: file for rule in rules}
        if found:
            problems[file] = tuple(found)
    return RuleSet(files=files, problems=problems)


def parse_rules(text: str, file: str, *, known: Known) -> tuple[list[Rule], list[Problem]]:
    """The rules that are free of errors, and every problem of the file in its order. Never raises."""
    return _parse(text, file, known, {})


def _parse(text: str, file: str, known: Known, owners: Mapping[str, str]) -> tuple[list[Rule], list[Problem]]:
    document, problems = parse_toml(text, file)
    if document is None:
        return [], in_order(problems)
    for key in document.data:
        if key != "rule":
            problems.append(unknown_key(document, (key,), ["rule"]))
    items = document.data.get("rule", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        problems.append(document.problem(("rule",), "rules are written as [[rule]]", of_key=True))
        return [], in_order(problems)
    if len(items) > _MOST_RULES:
        problems.append(document.problem(("rule", _MOST_RULES), f"a file holds at most {_MOST_RULES} rules"))
        return [], in_order(problems)
    problems += _used_twice(document, items, owners)
    rules = []
    for index, item in enumerate(items):
        rule, found = _rule(document, ("rule", index), item, known)
        problems += found
        if rule is not None:
            rules.append(rule)
    return rules, in_order(problems)


def _used_twice(document: Document, items: Sequence[Mapping[str, Any]], owners: Mapping[str, str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        name = item.get("id")
        if not isinstance(name, str):
            continue
        if name in first or name in owners:
            line = document.position(("rule", first[name], "id")).line if name in first else None
            where = f"on line {line}" if line else f"in {owners[name]}"
            yield document.problem(
                ("rule", index, "id"), f"there is another rule with the id {name[:63]!r}", f"It is {where}."
            )
        first.setdefault(name, index)


def _rule(document: Document, path: Path, item: dict[str, Any], known: Known) -> tuple[Rule | None, list[Problem]]:
    problems = [*check_shape(document, path, item), *check_events(document, path, item)]
    scope = scope_of(item, known)
    problems += check_texts(document, path, item, scope)
    where: tuple[Match, ...] = ()
    condition = unless = None
    if scope is not None:
        where = check_where(document, (*path, "where"), item.get("where"), scope, problems)
        condition = check_condition(document, (*path, "if"), item.get("if"), scope, problems)
        unless = check_condition(document, (*path, "unless"), item.get("unless"), scope, problems)
    every = _every(document, (*path, "every"), item.get("every"), problems)
    do = _actions(document, (*path, "do"), item.get("do"), known, problems)
    try:
        table = RuleTable.model_validate(item)
    except ValidationError as error:
        problems += explain(error, document, path, RuleTable)
        return None, problems
    if errors_of(problems):
        return None, problems
    rule = _built(document.file, table, where, condition, unless, every, do)
    return msgspec.structs.replace(rule, digest=_digest(rule)), problems


def _built(
    file: str,
    table: RuleTable,
    where: tuple[Match, ...],
    condition: Condition | None,
    unless: Condition | None,
    every: Every | None,
    do: tuple[Action, ...],
) -> Rule:
    return Rule(
        id=table.id,
        title=table.title.text(),
        file=file,
        digest="",
        clause=table.clause,
        on=tuple(table.on or ()),
        where=where,
        condition=condition,
        for_s=table.for_ or 0.0,
        unless=unless,
        every=every,
        missed=table.missed or "run-once",
        do=do,
    )


def _digest(rule: Rule) -> str:
    """SHA-256 over canonical JSON of everything the rule says; where it is written does not count."""
    said = {field: getattr(rule, field) for field in rule.__struct_fields__ if field not in ("file", "digest")}
    said |= {field: said[field] and said[field].source for field in ("condition", "unless")}
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


def _every(document: Document, path: Path, value: Any, problems: list[Problem]) -> Every | None:
    every: Every | None = None
    match value:
        case None:
            return None
        case str():
            try:
                every = Every(interval_s=parse_duration(value))
            except ValueError as error:
                problems.append(document.problem(path, str(error)))
        case dict():
            try:
                table = EveryTable.model_validate(value)
            except ValidationError as error:
                problems += explain(error, document, path, EveryTable)
            else:
                every = Every(at=tuple(sorted(table.at)), weekdays=tuple(table.weekday), days=tuple(table.day))
        case _:
            message = 'expected a length of time such as \'6h\', or { weekday = "mon", at = "08:30" }'
            problems.append(document.problem(path, message))
    if every is None:
        return None
    keys: dict[str, Path] = {"at": ("at",), "weekdays": ("weekday",), "days": ("day",)}
    for found in validate(every):
        message = found.message[:1].lower() + found.message[1:]
        problems.append(document.problem((*path, *keys.get(found.key, ())), message, found.hint))
    return every


def _actions(document: Document, path: Path, value: Any, known: Known, problems: list[Problem]) -> tuple[Action, ...]:
    found: list[Action] = []
    for index, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, dict):
            action = _action(document, (*path, index), item, known, problems)
            if action is None:
                continue
            if isinstance(action, AlarmAction | TicketAction) and any(type(other) is type(action) for other in found):
                message = "a rule has one alarm and one ticket at most: this one would never come"
                problems.append(document.problem((*path, index), message, "Make two rules of it."))
            found.append(action)
    return tuple(found)


def _action(
    document: Document, path: Path, item: dict[str, Any], known: Known, problems: list[Problem]
) -> Action | None:
    kinds = [key for key in item if key in ACTIONS]
    if len(kinds) != 1:
        if kinds:
            message, hint = f"one action does one thing, found {' and '.join(kinds)}", "Write a table for each."
        else:
            message = "expected an action: alarm, ticket, round or notify"
            hint = next((hint for key in item if (hint := did_you_mean(key, ACTIONS))), "")
        problems.append(document.problem(path, message, hint))
        return None
    try:
        table = ACTIONS[kinds[0]].model_validate(item)
    except ValidationError as error:
        problems += explain(error, document, path, ACTIONS[kinds[0]])
        return None
    match table:
        case AlarmTable():
            return AlarmAction(
                kind=table.alarm,
                priority=table.priority,
                title=_text(table.title),
                response=_text(table.response) or Text(en=""),
            )
        case TicketTable():
            return TicketAction(title=table.ticket.text())
        case RoundTable():
            return RoundAction(kind=table.round, title=_text(table.title), due_in_s=table.due, team=table.team)
        case NotifyTable():
            if table.notify not in known.routes:
                message = f"there is no route {table.notify[:63]!r} in hub.toml"
                hint = suggestion(table.notify, known.routes, of="routes")
                problems.append(document.problem((*path, "notify"), message, hint))
            return NotifyAction(to=table.notify, text=_text(table.text))


def _text(words: Words | None) -> Text | None:
    return words.text() if words is not None else None
