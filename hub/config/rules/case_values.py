"""Values in case files: what kind they are of, and which fields of an event take a text in two languages."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from hub.automation.language import fields
from hub.config.tables import has_chinese
from hub.core.event import Event
from hub.core.saying import Saying, saying, verbatim
from hub.core.text import Text

SORTS: dict[type, Saying] = {bool: saying("true or false"), float: saying("a number"), str: saying("a text")}
"""The kinds of values in words."""


def kind_of(value: Any) -> type:
    """`bool`, `float` or `str`."""
    return bool if isinstance(value, bool) else float if isinstance(value, int | float) else str


def holds_text(cls: type[Event], key: str) -> bool:
    """Whether the field `key` of an event is a text in both languages, or a list of them."""
    return any(field.name == key and fields.holds_text(field.type) for field in msgspec.structs.fields(cls))


def quoted(names: Sequence[str]) -> tuple[str, ...]:
    """Names for a sentence: `` `camera`, `rule` ``."""
    return tuple(f"`{name}`" for name in names)


def as_text(value: str) -> Text:
    """A text that is written in one language."""
    return Text(en="", zh=value) if has_chinese(value) else Text(en=value)


def unfit(message: str) -> Saying:
    """What msgspec says of a value."""
    found = re.fullmatch(r"Expected `([^`]*)`, got `([^`]*)`", message)
    if found is not None:
        return saying("expected `{wanted}`, got `{given}`", wanted=found[1], given=found[2])
    return verbatim(message)
