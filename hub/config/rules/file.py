"""Rule files: from TOML to rules in force, or to every problem at once."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

import msgspec
from pydantic import ValidationError

from hub.automation.language.condition import Condition
from hub.automation.model import Escalation, Group, Rule
from hub.config.explain import explain
from hub.config.problems import Problem, errors_of, in_order, on_line
from hub.config.read import read_text
from hub.config.rules.actions import actions_in
from hub.config.rules.cameras import Cameras
from hub.config.rules.checks import check_rule, condition_at
from hub.config.rules.defaults import (
    DEFAULTS_FILE,
    Source,
    applying,
    check_includes,
    declared,
    defaults_for,
    goes_by,
    source_of,
)
from hub.config.rules.doubts import doubts
from hub.config.rules.every import every_of
from hub.config.rules.folder import Built, Folder, check_folder
from hub.config.rules.known import Known, known_of
from hub.config.rules.tables import RuleTable
from hub.config.rules.texts import started_by
from hub.config.rules.where import where_of
from hub.config.rules.written import Default, RuleScope, Written, scope_of
from hub.config.toml import Document, Path, parse_toml
from hub.core.rules.events import VariableValue
from hub.core.saying import saying

__all__ = [
    "NO_RULES",
    "Known",
    "RuleSet",
    "is_rule_file",
    "known_of",
    "load_rules",
    "parse_folder",
    "parse_rules",
    "read_folder",
]

NO_RULES = ("roster.toml", "rounds.toml", "calendar.toml", "replacement.toml", "assessment.toml")
"""Files of the folder rules/ that are about something else."""

_MOST_FILES = 200
_MOST_RULES = 1000


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """The rule files of a site. File names are relative to the site: `rules/watch.toml`."""

    files: dict[str, tuple[Rule, ...]] = {}
    """The rules of each file that can be used."""
    problems: dict[str, tuple[Problem, ...]] = {}
    """The problems of each file that has any, warnings included; "rules" for the folder itself."""
    waiting: tuple[str, ...] = ()
    """The files that have no error themselves and go by one that has: their last good version goes on."""
    variables: dict[str, VariableValue] = {}
    """The variables that the files declare, with what they hold until one is set."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rules in self.files.values() for rule in rules)

    @property
    def broken(self) -> tuple[str, ...]:
        """The files with an error of their own."""
        return tuple(file for file, problems in self.problems.items() if errors_of(problems))


def is_rule_file(name: str) -> bool:
    """Whether a file in rules/ of this name holds rules, or what rules share."""
    return name.endswith(".toml") and not name.startswith(".") and name not in NO_RULES


def load_rules(folder: FilePath, known: Known) -> RuleSet:
    """The rules of the site in `folder`, from every rule file in its folder rules/.

    Never raises: a file that cannot be read or is broken is named in `problems`, and the others are used.
    """
    texts, problems = read_folder(folder)
    return parse_folder(texts, known, problems)


def read_folder(folder: FilePath) -> tuple[dict[str, str], list[Problem]]:
    """The texts of the rule files of the site in `folder`, and what kept others from being read. Never raises."""
    try:
        paths = sorted(path for path in (folder / "rules").glob("*.toml") if is_rule_file(path.name))
    except OSError as error:
        return {}, [Problem(file="rules", message=saying("the folder cannot be read: {reason}", reason=error.strerror))]
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    if len(paths) > _MOST_FILES:
        message = saying("there are more than {most} files; only the first ones are used", most=_MOST_FILES)
        problems.append(Problem(file="rules", message=message))
    for path in paths[:_MOST_FILES]:
        file = f"rules/{path.name}"
        text, found = read_text(path, file)
        problems += found
        if not found:
            texts[file] = text
    return texts, problems


def parse_rules(text: str, file: str, *, known: Known) -> tuple[list[Rule], list[Problem]]:
    """The rules of one file by itself, none where it has an error, and every problem in its order. Never raises."""
    found = parse_folder({file: text}, known)
    return list(found.files.get(file, ())), list(found.problems.get(file, ()))


def parse_folder(texts: Mapping[str, str], known: Known, problems: Sequence[Problem] = ()) -> RuleSet:
    """The rules of a folder from the texts of its files by their names (`rules/watch.toml`).

    `problems` are those of files that could not be read. Reads nothing, never raises.
    """
    found = [*problems]
    documents: dict[str, Document] = {}
    for file, text in texts.items():
        document, mistakes = parse_toml(text, file)
        found += mistakes
        if document is not None:
            documents[file] = document
    sources = {file: source_of(document, found) for file, document in documents.items()}
    everything = frozenset({*texts, *(problem.file for problem in problems)})
    found += check_includes(sources, everything)
    variables = declared(sources, found)
    items = {file: _items(source.document, found) for file, source in sources.items()}
    cameras = Cameras(known.facts)
    tables = [table for document in documents.values() if isinstance(table := document.data.get("defaults"), dict)]
    started = started_by([*tables, *(item for of_file in items.values() for item in of_file)])
    written = [
        _written(document, index, item, defaults, known, scope_of(item, known, variables, started), cameras)
        for file, of_file in items.items()
        for document, defaults in [(documents[file], defaults_for(sources, file))]
        for index, item in enumerate(of_file)
    ]
    found += _used_twice(written)
    built = [built for rule in written if (built := _built(rule, found)) is not None]
    found += check_folder(Folder(built=built, written=written, whole=len(documents) == len(everything)))
    return _sorted_out(texts, sources, written, built, in_order(found), variables)


def _sorted_out(
    texts: Mapping[str, str],
    sources: Mapping[str, Source],
    written: Sequence[Written],
    built: Sequence[Built],
    problems: Sequence[Problem],
    variables: Mapping[str, VariableValue],
) -> RuleSet:
    """The files that can be used, those that are broken and those that wait for another."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    broken = {file for file, mistakes in by_file.items() if errors_of(mistakes)}
    with_rules = {rule.document.file for rule in written}
    waiting = [
        file
        for file in texts
        if file in with_rules and file not in broken and broken & {DEFAULTS_FILE, *goes_by(sources, file)}
    ]
    files: dict[str, list[Rule]] = {file: [] for file in texts if file not in broken and file not in waiting}
    for each in built:
        if each.written.document.file in files:
            files[each.written.document.file].append(each.rule)
    return RuleSet(
        files={file: tuple(rules) for file, rules in files.items()},
        problems={file: tuple(mistakes) for file, mistakes in by_file.items()},
        waiting=tuple(waiting),
        variables=dict(variables),
    )


def _items(document: Document, problems: list[Problem]) -> list[dict[str, Any]]:
    """The tables [[rule]] of a file."""
    items = document.data.get("rule", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        problems.append(document.problem(("rule",), saying("rules are written as [[rule]]"), of_key=True))
        return []
    if len(items) > _MOST_RULES:
        problems.append(
            document.problem(("rule", _MOST_RULES), saying("a file holds at most {most} rules", most=_MOST_RULES))
        )
        return []
    return items


def _written(
    document: Document,
    index: int,
    item: Mapping[str, Any],
    defaults: Mapping[str, Default],
    known: Known,
    scope: RuleScope | None,
    cameras: Cameras,
) -> Written:
    return Written(
        document=document,
        path=("rule", index),
        item=item,
        defaults=applying(defaults, item, scope.names.fields if scope is not None else None),
        known=known,
        scope=scope,
        cameras=cameras,
    )


def _used_twice(rules: Sequence[Written]) -> Iterator[Problem]:
    first: dict[str, Written] = {}
    for rule in rules:
        if not rule.id or first.setdefault(rule.id, rule) is rule:
            continue
        other = first[rule.id]
        same_file = other.document.file == rule.document.file
        line = other.document.position((*other.path, "id")).line
        where = on_line(line) if same_file else saying("It is in {file}.", file=other.document.file)
        message = saying("there is another rule with the id {id!r}", id=rule.id[:63])
        yield rule.problem(("id",), message, where)


def _built(rule: Written, problems: list[Problem]) -> Built | None:
    """The rule that is written; what is wrong with it is added to `problems`."""
    mine = [*check_rule(rule)]
    where = where_of(rule, mine)
    condition = condition_at(rule, ("if",), rule.item.get("if"), mine)
    unless = condition_at(rule, ("unless",), rule.raw("unless"), mine)
    every = every_of(rule, mine)
    do = actions_in(rule, ("do",), rule.item.get("do"), mine)
    table: RuleTable | None = None
    try:
        table = RuleTable.model_validate(rule.item)
    except ValidationError as error:
        mine += explain(error, rule.document, rule.path, RuleTable)
    stages = _stages(rule, table, mine)
    if table is None or errors_of(mine):
        problems += mine
        return None
    value = _values(table, rule)
    group = value.get("group")
    made = Rule(
        id=table.id,
        title=table.title.text(),
        file=rule.document.file,
        digest="",
        clause=value.get("clause") or "",
        on=rule.scope.events if rule.scope is not None and "on" in rule.item else (),
        where=where,
        condition=condition,
        for_s=table.for_ or 0.0,
        unless=unless,
        every=every,
        missed=value.get("missed") or "run-once",
        mode=value.get("mode") or "single",
        most=table.most or 10,
        per=tuple(value.get("per") or ()),
        cooldown_s=value.get("cooldown") or 0.0,
        group=Group(wait_s=group.wait, by=tuple(group.by)) if group is not None else None,
        do=do,
        escalate=stages,
    )
    built = Built(msgspec.structs.replace(made, digest=_digest(made)), rule)
    problems += [*mine, *doubts(built.rule, rule)]
    return built


def _values(table: RuleTable, rule: Written) -> dict[str, Any]:
    """The keys that can have a default: the rule's own value, else that of the default."""
    own = {key: getattr(table, key) for key in _SHARED}
    return own | {key: default.value for key, default in rule.defaults.items()}


_SHARED = ("clause", "missed", "mode", "per", "cooldown", "group")


def _stages(rule: Written, table: RuleTable | None, problems: list[Problem]) -> tuple[Escalation, ...]:
    default = rule.defaults.get("escalate")
    stages = default.value if default is not None else table.escalate if table is not None else None
    found = []
    for index, stage in enumerate(stages or ()):
        at: Path = ("escalate", index)
        found.append(
            Escalation(
                after_s=stage.after,
                unless=condition_at(rule, (*at, "unless"), stage.unless, problems, standing=True),
                repeat_s=stage.repeat,
                times=stage.times or 1,
                do=actions_in(rule, (*at, "do"), stage.do, problems),
            )
        )
    return tuple(found)


def _digest(rule: Rule) -> str:
    """SHA-256 over canonical JSON of everything the rule says; where it is written does not count."""
    said = {field: getattr(rule, field) for field in rule.__struct_fields__ if field not in ("file", "digest")}
    said = {field: value for field, value in said.items() if value != _PLAIN[field]}
    encoded = msgspec.json.encode(said, enc_hook=_condition_said, order="sorted")
    return hashlib.sha256(encoded).hexdigest()


def _condition_said(value: object) -> Any:
    if isinstance(value, Condition):
        return [value.source, value.variables]
    raise NotImplementedError(type(value).__name__)


_PLAIN: dict[str, Any] = {
    field.name: field.default for field in msgspec.structs.fields(Rule) if field.default is not msgspec.NODEFAULT
} | dict.fromkeys(field.name for field in msgspec.structs.fields(Rule) if field.default is msgspec.NODEFAULT)
"""What is not said: a key that a later version brings leaves the digests of rules without it as they are."""
