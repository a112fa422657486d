"""What a form is, and a field of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from hub.core.command import Command

Values = Mapping[str, str]

Problems = dict[str, str]
"""What is wrong with which field, in words."""

LONGEST_TEXT = 2000
LONGEST_NAME = 200


class Choice(msgspec.Struct, frozen=True):
    """One thing that can be chosen. `value` goes into the command, `label` is what the person reads."""

    value: str
    label: str


class Field(msgspec.Struct, frozen=True):
    """One thing to fill in.

    `line`: one line of text, `limit` characters at most. `text`: several lines. `secret`: a line that is not shown
    and never kept as a draft. `choice`: one of `choices`. `several`: any of them; its value is theirs, separated by
    commas. `file`: the path of a file on the reader's machine, which is sent to the hub and becomes the id of the
    attachment before `Form.read` sees it.
    """

    name: str
    label: str
    hint: str = ""
    initial: str = ""
    limit: int = LONGEST_TEXT
    kind: Literal["line", "text", "secret", "choice", "several", "file"] = "line"
    choices: tuple[Choice, ...] = ()


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a form shows and what becomes of it. `key` names the draft kept for it; `read` is pure."""

    key: str
    title: str
    about: list[str]
    fields: list[Field]
    submit: str
    done: str
    read: Callable[[Values, datetime], Command | Problems]
    dangerous: bool = False


def missing(values: Values, name: str, message: str) -> Problems:
    return {} if values.get(name, "").strip() else {name: message}
