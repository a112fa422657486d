"""Adds tables to a hub.toml as it was written: nothing else in the text changes, not a comment and not a blank. Pure.

Theory: what is added is rendered by itself and put into the text as text, after the last table of its kind. Whether
the file then says what it said before and the new tables besides is not believed but read.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import tomlkit
from tomlkit.items import Item

from hub.config.toml import parse_toml
from hub.errors import ConfigError, Refused

Kind = Literal["devices", "cameras"]


class Addition(NamedTuple):
    """One new table `[[devices]]` or `[[cameras]]`."""

    kind: Kind
    table: Mapping[str, Any]


def add_tables(text: str, additions: Sequence[Addition], file: str) -> str:
    """`text` with the tables added, each after the last of its kind, or at the end.

    Raises `ConfigError` when the text is not TOML, and `Refused` when the tables cannot be added as tables: where
    somebody wrote `cameras = [ … ]`.
    """
    for addition in additions:
        wanted = _data(text, file)
        of_kind = wanted.setdefault(addition.kind, [])
        if not isinstance(of_kind, list):
            raise _not_tables(addition.kind, file)
        of_kind.append(_plain(addition.table))
        text = next(
            (candidate for candidate in _candidates(text, addition) if _says(candidate, wanted)),
            "",
        )
        if not text:
            raise _not_tables(addition.kind, file)
    return text


def rendered(additions: Sequence[Addition]) -> str:
    """The tables as they are written."""
    return "\n".join(_block(addition) for addition in additions)


def _not_tables(kind: Kind, file: str) -> Refused:
    return Refused(
        f"Nothing can be added to {file}: {kind} is not written as tables.",
        hint=f"Write each as a table of its own, under [[{kind}]].",
    )


def _data(text: str, file: str) -> dict[str, Any]:
    document, problems = parse_toml(text, file)
    if document is None:
        raise ConfigError(problems)
    return dict(document.data)


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return False
    return data.keys() == wanted.keys() and all(repr(data[key]) == repr(wanted[key]) for key in data)


def _candidates(text: str, addition: Addition) -> Iterator[str]:
    """The text with the table where it belongs; and at the end, where it is always read right."""
    newline = "\r\n" if "\r\n" in text else "\n"
    block = _block(addition).replace("\n", newline)
    lines = text.splitlines(keepends=True) if "\r" not in text.replace("\r\n", "") else [text]
    place = _place(lines, addition.kind)
    if place is not None:
        yield "".join([*lines[:place], newline, block, *lines[place:]])
    gap = "" if not text.strip() else newline if text.endswith("\n") else newline * 2
    yield text + gap + block


def _place(lines: Sequence[str], kind: Kind) -> int | None:
    """The line before which a table of this kind goes: behind the last of its kind and what belongs to it. None where
    there is none, or it is the last of the file.

    What looks like a heading inside a text of several lines leads to a place that is tried and not taken.
    """
    headings = [number for number, line in enumerate(lines) if line.lstrip().startswith("[")]
    own = [number for number in headings if _names(lines[number], kind)]
    if not own:
        return None
    following = next((number for number in headings if number > own[-1]), None)
    if following is None:
        return None
    # Comments right above the next heading belong to it.
    while lines[following - 1].lstrip().startswith("#"):
        following -= 1
    while not lines[following - 1].strip():
        following -= 1
    return following


def _names(line: str, kind: Kind) -> bool:
    """Whether a heading is of a table of this kind, or of one below it."""
    name = line.strip().lstrip("[").lstrip()
    return name.startswith(kind) and name[len(kind) :].lstrip()[:1] in (".", "]")


def _block(addition: Addition) -> str:
    table = tomlkit.table()
    for key, value in addition.table.items():
        table.append(tomlkit.key(key), _item(value))
    tables = tomlkit.aot()
    tables.append(table)
    document = tomlkit.document()
    document.append(addition.kind, tables)
    return tomlkit.dumps(document)


def _item(value: Any) -> Item:
    if isinstance(value, Mapping):
        # Spaced as everywhere in hub.toml, which the library does not do by itself.
        parts = (f"{tomlkit.key(key).as_string()} = {_item(part).as_string()}" for key, part in value.items())
        inline: Item = tomlkit.value(f"{{ {', '.join(parts)} }}")
        return inline
    item: Item = tomlkit.item(value)
    return item


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
