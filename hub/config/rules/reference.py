"""The page docs/rules/reference.md: every key of a rule file and every action, made from the models.

What stands above the marker is written by hand; functions, placeholders and events follow from `hub.automation`.
"""

from collections.abc import Iterator

from pydantic import BaseModel

from hub.automation.language import reference
from hub.config.rules.action_tables import ACTIONS, ActionTable
from hub.config.rules.events import beginnings
from hub.config.rules.tables import DefaultsTable, EscalateTable, EveryTable, FileTable, GroupTable, RuleTable

_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("Top of a file", FileTable),
    ("`[[rule]]`", RuleTable),
    ("`every`", EveryTable),
    ("`group`", GroupTable),
    ("`[[rule.escalate]]`", EscalateTable),
    ("`[defaults]`", DefaultsTable),
)
_FIRST = ("id", "title", "clause", "on", "where", "if_", "for_", "unless", "every", "missed", "do")
"""The order in which the keys of a rule are told; the others come after them."""


def page(written: str) -> str:
    """The page with everything below the marker made anew."""
    return written.partition(reference.MARKER)[0] + tables()


def tables() -> str:
    """Everything below the marker, in Markdown."""
    lines = [reference.MARKER, "", "## Keys", "", *(line for title, model in _TABLES for line in _keys(title, model))]
    return "\n".join([*lines, *_actions(), *_wildcards(), reference.tables()])


def _keys(title: str, model: type[BaseModel]) -> Iterator[str]:
    yield from (f"### {title}", "", " ".join((model.__doc__ or "").split()), "")
    yield from ("| key | | what it says |", "|---|---|---|")
    fields = list(model.model_fields)
    if model is RuleTable:
        fields = [*_FIRST, *(name for name in fields if name not in _FIRST)]
    yield from (_row(name, model) for name in fields)
    yield ""


def _row(name: str, model: type[BaseModel]) -> str:
    field = model.model_fields[name]
    needed = "needed" if field.is_required() else ""
    return f"| `{field.alias or name}` | {needed} | {field.description or ''} |"


def _actions() -> Iterator[str]:
    yield from ("## Actions", "", "An item of `do` is one of these tables. Each may also have `after`:", "")
    yield from ("| key | | what it says |", "|---|---|---|", _row("after", ActionTable), "")
    for name, model in ACTIONS.items():
        yield from (f"### `{name}`", "", " ".join((model.__doc__ or "").split()), "")
        yield from ("| key | | what it says |", "|---|---|---|")
        yield from (_row(key, model) for key in model.model_fields if key not in ActionTable.model_fields)
        yield ""


def _wildcards() -> Iterator[str]:
    yield from ("## Wildcards", "", "| written | stands for |", "|---|---|")
    for area, events in beginnings().items():
        yield f"| `{area}.*` | {', '.join(f'`{event}`' for event in events)} |"
    yield ""
