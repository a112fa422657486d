"""What the files of a folder share: `[defaults]`, `include` and `[variables]`."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from pydantic import ValidationError

from hub.automation.language.fields import event_fields
from hub.config.explain import explain, keys_of, unknown_key
from hub.config.problems import Problem, suggestion
from hub.config.rules.tables import DefaultsTable, FileTable, RuleTable
from hub.config.rules.values import listed
from hub.config.rules.written import Default
from hub.config.toml import Document
from hub.core.catalogue import CATALOGUE
from hub.core.rules.events import VariableValue
from hub.core.saying import saying

DEFAULTS_FILE = "rules/defaults.toml"
"""Its defaults hold for every rule of the folder."""
MOST_INCLUDED = 20
"""How many files may lead to one another by `include`."""

_KEYS = ("include", "variables", "defaults", "rule")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the folder that is TOML, with what of it is not a rule."""

    document: Document
    defaults: DefaultsTable | None = None
    """Of its table `[defaults]`; None where there is none or it is broken."""
    include: tuple[str, ...] = ()
    """The files it includes, by their names in the folder."""
    variables: dict[str, VariableValue] = {}

    @property
    def file(self) -> str:
        return self.document.file

    @property
    def has_rules(self) -> bool:
        return "rule" in self.document.data


def source_of(document: Document, problems: list[Problem]) -> Source:
    """What a file shares; what is wrong with it is added to `problems`."""
    data = document.data
    problems += [_stray(document, key) for key in data if key not in _KEYS]
    top = FileTable()
    try:
        top = FileTable.model_validate({key: data[key] for key in ("include", "variables") if key in data})
    except ValidationError as error:
        problems += explain(error, document, (), FileTable)
    defaults: DefaultsTable | None = None
    if "defaults" in data:
        if "rule" in data:
            message = saying("a file has either rules or `[defaults]`")
            hint = saying(
                'Put them into defaults.toml for all files, or into one that this file names: include = ["x.toml"].'
            )
            problems.append(document.problem(("defaults",), message, hint, of_key=True))
        try:
            defaults = DefaultsTable.model_validate(data["defaults"])
        except ValidationError as error:
            problems += explain(error, document, ("defaults",), DefaultsTable)
        problems += _check_names(document, data["defaults"])
    return Source(document=document, defaults=defaults, include=tuple(top.include), variables=top.variables)


def _stray(document: Document, key: str) -> Problem:
    """A key at the top of a file that is none there: often one of a rule, whose heading is not where it should be."""
    if key == "escalate":
        return document.problem(
            (key,), saying("unknown key"), saying("Write [[rule.escalate]], below its rule."), of_key=True
        )
    if key in keys_of(RuleTable):
        return document.problem(
            (key,), saying("unknown key"), saying("It belongs to a rule: write it below [[rule]]."), of_key=True
        )
    return unknown_key(document, (key,), _KEYS)


def _check_names(document: Document, defaults: Any) -> Iterator[Problem]:
    """Names in `per` that no event has: for single rules they are passed over."""
    per = defaults.get("per") if isinstance(defaults, dict) else None
    known = {"rule", *(name for event in CATALOGUE for name in event_fields(event))}
    for index, name in enumerate(listed(per)):
        if isinstance(name, str) and name not in known:
            at = ("defaults", "per", index) if isinstance(per, list) else ("defaults", "per")
            yield document.problem(
                at,
                saying("no event has a field {name!r}", name=name[:100]),
                suggestion(name, known, of=saying("names")),
            )


def declared(sources: Mapping[str, Source], problems: list[Problem]) -> dict[str, VariableValue]:
    """The variables of all files; one that is declared twice is added to `problems`."""
    found: dict[str, VariableValue] = {}
    owners: dict[str, str] = {}
    for file, source in sources.items():
        for name, value in source.variables.items():
            if name in owners:
                message = saying("the variable {name!r} is declared twice", name=name)
                hint = saying("It is in {file} already, and holds for all files.", file=owners[name])
                problems.append(source.document.problem(("variables", name), message, hint, of_key=True))
                continue
            found[name], owners[name] = value, file
    return found


def check_includes(sources: Mapping[str, Source], files: frozenset[str]) -> Iterator[Problem]:
    """Files that are included and cannot be, or lead back to themselves; `files` are all of the folder."""
    included: set[str] = set()
    for file, source in sources.items():
        for index, name in enumerate(source.include):
            at = ("include", index)
            target = f"rules/{name}"
            included.add(target)
            if "/" in name or "\\" in name:
                yield source.document.problem(
                    at, saying("a file of the same folder is included"), saying("Write its name only.")
                )
            elif target not in files:
                others = [each.removeprefix("rules/") for each in files - {file}]
                hint = suggestion(name, others, of=saying("rule files"))
                yield source.document.problem(
                    at, saying("there is no file {name!r} in the folder", name=name[:100]), hint
                )
            elif target in sources and sources[target].has_rules:
                message = saying("{name!r} has rules of its own", name=name)
                yield source.document.problem(at, message, saying("Only [defaults] and [variables] can be included."))
            elif target == DEFAULTS_FILE:
                message = saying("defaults.toml holds for every file of the folder")
                yield source.document.problem(at, message, saying("Leave it out."), level="warning")
            elif file in _reached(sources, target):
                yield source.document.problem(
                    at, saying("{name!r} leads back to this file", name=name), saying("Leave one of the two out.")
                )
    for file, source in sources.items():
        if "defaults" in source.document.data and not source.has_rules and file not in {DEFAULTS_FILE, *included}:
            message = saying("nothing goes by these defaults")
            hint = saying('Name the file in another one: include = ["{file}"].', file=file.removeprefix("rules/"))
            yield source.document.problem(("defaults",), message, hint, level="warning", of_key=True)


def _reached(sources: Mapping[str, Source], file: str) -> list[str]:
    """The file and all that it includes, each before what includes it; circles are cut."""
    order: list[str] = []
    open_: set[str] = set()

    def visit(name: str) -> None:
        if name in open_ or len(open_) > MOST_INCLUDED:
            return
        open_.add(name)
        for included in sources[name].include if name in sources else ():
            visit(f"rules/{included}")
        order.append(name)

    visit(file)
    return order


def goes_by(sources: Mapping[str, Source], file: str) -> list[str]:
    """The files whose defaults hold for the rules of `file`, each before those that go before it."""
    first = _reached(sources, DEFAULTS_FILE) if file != DEFAULTS_FILE else []
    return [*first, *(name for name in _reached(sources, file)[:-1] if name not in first)]


def defaults_for(sources: Mapping[str, Source], file: str) -> dict[str, Default]:
    """The defaults in force for a file, by key."""
    found: dict[str, Default] = {}
    for name in goes_by(sources, file):
        source = sources.get(name)
        if source is None or source.defaults is None:
            continue
        for key in source.defaults.model_fields_set:
            found[key] = Default(source.document, getattr(source.defaults, key))
    return found


def applying(
    defaults: Mapping[str, Default], item: Mapping[str, Any], fields: Mapping[str, type] | None
) -> dict[str, Default]:
    """Those of `defaults` that hold for one rule: the keys that it has not itself and with which it can go."""
    return {key: default for key, default in defaults.items() if key not in item and _fits(key, default, item, fields)}


def _fits(key: str, default: Default, item: Mapping[str, Any], fields: Mapping[str, type] | None) -> bool:
    do = item.get("do")
    actions = [action for action in do if isinstance(action, dict)] if isinstance(do, list) else []
    match key:
        case "missed":
            return "every" in item
        case "group":
            by = default.value.by
            return any("notify" in action for action in actions) and all(name in (fields or {}) for name in by)
        case "escalate":
            return any("alarm" in action for action in actions)
        case "per":
            return all(name == "rule" or name in (fields or {}) for name in default.value)
        case _:
            return True
