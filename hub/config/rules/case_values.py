"""Values in case files: what kind they are of, and which fields of an event take a text in two languages."""

from collections.abc import Sequence
from typing import Any

import msgspec

from hub.core.event import Event
from hub.core.text import Text

SORTS: dict[type, str] = {bool: "true or false", float: "a number", str: "a text"}
"""The kinds of values in words."""


def kind_of(value: Any) -> type:
    """`bool`, `float` or `str`."""
    return bool if isinstance(value, bool) else float if isinstance(value, int | float) else str


def holds_text(cls: type[Event], key: str) -> bool:
    """Whether the field `key` of an event is a text in both languages."""
    described = next((field.type for field in msgspec.structs.fields(cls) if field.name == key), None)
    return described is not None and Text in (described, *getattr(described, "__args__", ()))


def quoted(names: Sequence[str]) -> str:
    """Names in a sentence: `` `camera`, `rule` ``."""
    return ", ".join(f"`{name}`" for name in names)
