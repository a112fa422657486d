"""A rule as it is written: its table, the defaults that hold for it, and where each key stands."""

from collections.abc import Container, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from hub.automation.language.fields import SCHEDULED, choices_of, fields_of, lacking
from hub.automation.language.grammar import ConditionProblem, Scope
from hub.config.problems import Problem
from hub.config.rules.cameras import Cameras
from hub.config.rules.events import expanded
from hub.config.rules.known import Known
from hub.config.toml import Document, Path
from hub.core.rules.events import VariableValue
from hub.core.saying import NOTHING, Saying, after, saying

STARTED = ("rule.started",)
"""The event that a rule is about which only other rules start."""


class Default(msgspec.Struct, frozen=True):
    """One key of a table `[defaults]`: the file, and the value as it was understood."""

    document: Document
    value: Any

    @property
    def file(self) -> str:
        return self.document.file


class RuleScope(msgspec.Struct, frozen=True):
    """What the conditions and texts of one rule may name."""

    events: tuple[str, ...]
    names: Scope


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a file. `scope` is None when its events are not understood: nothing can be said of its names."""

    document: Document
    path: Path
    item: Mapping[str, Any]
    defaults: Mapping[str, Default]
    """Those that hold for it, by key."""
    known: Known
    scope: RuleScope | None
    cameras: Cameras = msgspec.field(default_factory=lambda: Cameras({}))
    """Those of the site; none: not known."""

    @property
    def id(self) -> str:
        name = self.item.get("id")
        return name if isinstance(name, str) else ""

    def raw(self, key: str) -> Any:
        """The value of a key as it is written in the rule, or in the defaults that hold for it; None: in neither."""
        if key in self.item or key not in self.defaults:
            return self.item.get(key)
        return self.defaults[key].document.data["defaults"][key]

    def place(self, at: Path) -> tuple[Document, Path]:
        """The file and the place in it of what stands at `at` within the rule."""
        default = self.defaults.get(str(at[0])) if at and at[0] not in self.item else None
        if default is not None:
            return default.document, ("defaults", *at)
        return self.document, (*self.path, *at)

    def problem(self, at: Path, message: Saying, hint: Saying = NOTHING, **more: Any) -> Problem:
        """A problem at `at` within the rule."""
        document, path = self.place(at)
        return document.problem(path, message, self._for(document, hint), **more)

    def inside(self, at: Path, found: ConditionProblem) -> Problem:
        """A problem within the text at `at`, at its own place."""
        document, path = self.place(at)
        place = document.position_in(path, found.column - 1)
        problem = document.problem(path, found.message, self._for(document, found.hint))
        return replace(problem, line=place.line, column=place.column)

    def _for(self, document: Document, hint: Saying) -> Saying:
        """In the defaults: for which rule it is a problem."""
        if document is self.document:
            return hint
        whose = saying("It is so for the rule {rule!r} in {file}.", rule=self.id[:63], file=self.document.file)
        return after(hint, whose)


def scope_of(
    item: Mapping[str, Any], known: Known, variables: Mapping[str, VariableValue], started: Container[str]
) -> RuleScope | None:
    """The scope of a rule; None when its events are not understood. `started` are the rules that others start."""
    events: tuple[str, ...] = ()
    if "on" in item:
        events = tuple(dict.fromkeys(name for _, names in expanded(item["on"]) for name in names))
    elif "every" in item:
        events = SCHEDULED
    elif isinstance(item.get("id"), str) and item["id"] in started:
        events = STARTED
    if not events:
        return None
    fields = fields_of(events)
    ids = ids_of(known)
    choices = choices_of(events) | {name: found for name, (_, found) in ids.items() if name in fields}
    names = Scope(
        fields=fields, choices=choices, variables=variables, known=known.of_functions, lacking=lacking(events)
    )
    return RuleScope(events, names)


def ids_of(known: Known) -> dict[str, tuple[str, frozenset[str]]]:
    """The names whose values are ids of the site: of what, and which there are."""
    found = {
        "camera": ("camera", known.cameras),
        "camera.id": ("camera", known.cameras),
        "camera.area": ("area", known.areas),
        "camera.domain": ("domain", known.domains),
    }
    if known.departments is not None:
        found["camera.department"] = ("department", known.departments)
    if known.facts:
        found["camera.name"] = ("camera named", known.names)
    return found
