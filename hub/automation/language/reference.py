"""The tables of docs/rules/reference.md on functions, placeholders and events, as the code has them."""

import inspect
from collections.abc import Iterator
from datetime import datetime

from hub.automation.language.fields import CAMERA_FIELDS, STANDING_FIELDS, Field, event_fields
from hub.automation.language.functions import FUNCTIONS
from hub.automation.language.wording import CAMERA_PLACEHOLDERS, PLACEHOLDERS
from hub.core.catalogue import CATALOGUE, clearing_of
from hub.core.event import wire_name

MARKER = "<!-- From here on made from the code by `python -m tests.guards.docs`. -->"
"""What stands above it is written by hand."""

_KINDS = {str: "text", float: "number", bool: "yes or no", datetime: "time", list: "list of texts"}


def tables() -> str:
    """The last part of the page, in Markdown."""
    return "\n".join([*_functions(), *_placeholders(), *_camera(), *_standing(), *_events()])


def _functions() -> Iterator[str]:
    yield from ("## Functions", "", "| function | gives | |", "|---|---|---|")
    for name, function in FUNCTIONS.items():
        yield f"| `{function.signature(name)}` | {_KINDS[function.gives]} | {function.says} |"
    yield ""


def _placeholders() -> Iterator[str]:
    yield from (
        "## Placeholders",
        "",
        "Beside the fields of the event:",
        "",
        "| placeholder | stands for |",
        "|---|---|",
    )
    for name, says in PLACEHOLDERS.items():
        yield f"| `${name}` | {says} |"
    for name, says in CAMERA_PLACEHOLDERS.items():
        yield f"| `${name}` | {says} Only where every event of the rule is about a camera. |"
    yield ""


def _camera() -> Iterator[str]:
    yield from ("## The camera of an event", "", "Where every event of the rule has a field `camera`:", "")
    yield from ("| name | type | what it is |", "|---|---|---|")
    for name, (kind, says, _) in CAMERA_FIELDS.items():
        yield f"| `{name}` | {_KINDS[kind]} | {says} |"
    yield ""


def _standing() -> Iterator[str]:
    yield from ("## What the rule itself made", "", "In the `unless` of an escalation:", "")
    yield from ("| name | holds when |", "|---|---|")
    for name, says in STANDING_FIELDS.items():
        yield f"| `{name}` | {says} |"
    yield ""


def _events() -> Iterator[str]:
    yield from ("## Events", "")
    area = ""
    for name, cls in CATALOGUE.items():
        if name.partition(".")[0] != area:
            area = name.partition(".")[0]
            yield from (f"### Area `{area}`", "")
        yield from (f"#### `{name}`", "", inspect.getdoc(cls) or "")
        if cls.CLEARS is not None:
            yield f"It ends `{wire_name(cls.CLEARS)}`."
        if endings := sorted(clearing_of(name)):
            yield f"It lasts until {' or '.join(f'`{ending}`' for ending in endings)}."
        yield ""
        own = [(field, described) for field, described in event_fields(name).items() if field not in CAMERA_FIELDS]
        if own:
            yield from (_line(field, described) for field, described in own)
            yield ""


def _line(name: str, field: Field) -> str:
    says = field.says.rstrip(".")
    choices = f" One of {', '.join(f'`{choice}`' for choice in sorted(field.choices))}." if field.choices else ""
    return f"* `{name}` ({_KINDS[field.kind]}){f': {says}' if says else ''}.{choices}"
