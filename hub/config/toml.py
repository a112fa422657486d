"""TOML with positions: the data comes from tomllib, the place of every key and value from tree-sitter."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import msgspec
import tree_sitter_toml
from tree_sitter import Language, Node, Parser, Tree

from hub.config.problems import Problem
from hub.config.syntax import syntax_errors
from hub.core.saying import NOTHING, Saying, saying

LONGEST_FILE = 1024 * 1024
"""Bytes. A site of 5,000 cameras takes about half of it."""
DEEPEST = 24
"""Levels of tables and lists."""

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Line and column, from 1, in characters."""

    line: int
    column: int


class Span(NamedTuple):
    """Where a key is and where its value is; `raw` is the value as written, for strings only."""

    key: Place
    value: Place
    raw: str = ""


class Document(msgspec.Struct, frozen=True):
    """A TOML file that was understood. Paths are like pydantic's: `("cameras", 1, "url")`, lists from 0."""

    file: str
    data: dict[str, Any]
    spans: Mapping[Path, Span]

    def position(self, path: Sequence[str | int], *, of_key: bool = False) -> Place:
        """The place of the value at `path` (or of its key), or of the nearest thing that holds it."""
        inside = tuple(path)
        while inside:
            span = self.spans.get(inside)
            if span:
                return span.key if of_key or len(inside) < len(path) else span.value
            inside = inside[:-1]
        return Place(1, 1)

    def position_in(self, path: Sequence[str | int], offset: int) -> Place:
        """The place of character `offset` (from 0) of the string at `path`, escapes and line breaks reckoned in."""
        span = self.spans.get(tuple(path))
        if span is None or not span.raw:
            return self.position(path)
        before = _written(span.raw, offset)
        line = span.value.line + before.count("\n")
        if "\n" in before:
            return Place(line, len(before) - before.rindex("\n"))
        return Place(line, span.value.column + len(before))

    def problem(
        self, path: Sequence[str | int], message: Saying, hint: Saying = NOTHING, *, of_key: bool = False, **more: Any
    ) -> Problem:
        """A problem at `path`."""
        place = self.position(path, of_key=of_key)
        return Problem(
            file=self.file,
            line=place.line,
            column=place.column,
            key=key_of(path),
            message=message,
            hint=hint,
            **more,
        )


EMPTY = Document(file="", data={}, spans={})


def key_of(path: Sequence[str | int]) -> str:
    """`cameras.2.url` for `("cameras", 1, "url")`: people count from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def decode(content: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text of a file, or what keeps it from being read as text."""
    if len(content) > LONGEST_FILE:
        return "", [_too_large(file)]
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        return "", [
            Problem(
                file=file,
                line=line,
                column=column,
                message=saying("the file is not UTF-8: byte 0x{byte:02x} here is not text", byte=content[error.start]),
                hint=_other_encoding(content),
            )
        ]


def _other_encoding(content: bytes) -> Saying:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return saying("Save it as UTF-8 (it looks like {encoding}).", encoding="UTF-16")
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return saying("Save it as UTF-8.")
    return saying("Save it as UTF-8 (it looks like {encoding}).", encoding="GB 18030 / GBK")


def parse_toml(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    """The document, or every syntax error that can be told apart. Never raises."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        source = text.encode("utf-8")
    except UnicodeEncodeError as error:
        return None, [_at(text, error.start, file, saying("this character cannot be in a TOML file"))]
    if len(source) > LONGEST_FILE:
        return None, [_too_large(file)]
    tree = Parser(Language(tree_sitter_toml.language())).parse(source)
    columns = _Columns(source)
    deep = _too_deep(tree.root_node)
    if deep is not None:
        return None, [_nested(file, columns.place(deep))]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, syntax_errors(text, file, error, _broken(tree.root_node, columns))
    except RecursionError:
        return None, [_nested(file, Place(1, 1))]
    document = Document(file=file, data=data, spans=_Spans(tree, columns))
    path = _deepest(data)
    if len(path) > DEEPEST:
        return None, [_nested(file, document.position(path[: DEEPEST + 1], of_key=True))]
    return document, []


def _at(text: str, offset: int, file: str, message: Saying) -> Problem:
    line = text.count("\n", 0, offset) + 1
    return Problem(file=file, line=line, column=offset - text.rfind("\n", 0, offset), message=message)


def _too_large(file: str) -> Problem:
    return Problem(
        file=file,
        message=saying("the file is larger than {size} KiB", size=LONGEST_FILE // 1024),
        hint=saying("Is it the right file?"),
    )


def _nested(file: str, place: Place) -> Problem:
    return Problem(
        file=file,
        line=place.line,
        column=place.column,
        message=saying("tables and lists are nested more than {most} deep here", most=DEEPEST),
        hint=saying("Nothing that the hub reads needs that."),
    )


# --- nesting ----------------------------------------------------------------------------------------------------

_BRACKETS = {"[": 1, "{": 1, "[[": 2, "]": -1, "}": -1, "]]": -2}
_SAFE_BRACKETS = 100
"""tomllib calls itself for each; what is not balanced adds up, so this is far above DEEPEST."""


def _too_deep(root: Node) -> Node | None:
    """The place where the text nests so deep, or a key is so long, that reading it would cost too much."""
    brackets = parts = 0
    for leaf in _leaves(root):
        brackets = max(0, brackets + _BRACKETS.get(leaf.type, 0))
        if leaf.type == ".":
            parts += 1
        elif leaf.type not in ("bare_key", "quoted_key", '"', "'"):
            parts = 0
        if brackets > _SAFE_BRACKETS or parts >= DEEPEST:
            return leaf
    return None


def _leaves(root: Node) -> Iterator[Node]:
    cursor = root.walk()
    while True:
        if cursor.goto_first_child():
            continue
        node = cursor.node
        if node is not None:
            yield node
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _deepest(data: dict[str, Any]) -> Path:
    """The path to the innermost table or list."""
    longest: Path = ()
    waiting: list[tuple[Path, Any]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        longest = max(longest, path, key=len)
        items = value.items() if isinstance(value, dict) else enumerate(value)
        waiting += [((*path, key), item) for key, item in items if isinstance(item, dict | list)]
    return longest


# --- positions --------------------------------------------------------------------------------------------------


class _Columns:
    """Turns tree-sitter's byte columns into columns in characters."""

    def __init__(self, source: bytes) -> None:
        self._lines = source.split(b"\n")
        self._characters: dict[int, list[int]] = {}

    def place(self, node: Node) -> Place:
        row, column = node.start_point
        line = self._lines[row] if row < len(self._lines) else b""
        if not line.isascii():
            if row not in self._characters:
                starts = accumulate(byte & 0xC0 != 0x80 for byte in line)
                self._characters[row] = [0, *starts]
            column = self._characters[row][min(column, len(line))]
        return Place(row + 1, column + 1)


class _Spans(Mapping[Path, Span]):
    """The places of a file, found when the first of them is asked for: most files have no problem."""

    def __init__(self, tree: Tree, columns: _Columns) -> None:
        self._tree = tree
        self._columns = columns

    @cached_property
    def _found(self) -> dict[Path, Span]:
        return _spans(self._tree.root_node, self._columns)

    def __getitem__(self, path: Path) -> Span:
        return self._found[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _spans(root: Node, columns: _Columns) -> dict[Path, Span]:
    spans: dict[Path, Span] = {}
    lists: dict[Path, int] = {}
    for node in root.children:
        if node.type == "pair":
            _pair(node, (), columns, spans)
        elif node.type in ("table", "table_array_element"):
            name = next((child for child in node.named_children if child.type in _KEYS), None)
            if name is None:
                continue
            parts = [part for part, _ in _parts(name, columns)]
            at = columns.place(name)
            path: Path = ()
            for part in parts[:-1]:
                path = _in_list((*path, part), lists)
                spans.setdefault(path, Span(at, at))
            path = (*path, parts[-1])
            if node.type == "table_array_element":
                spans.setdefault(path, Span(at, at))
                lists[path] = lists.get(path, -1) + 1
                path = (*path, lists[path])
            else:
                path = _in_list(path, lists)
            spans[path] = Span(at, at)
            for child in node.children:
                if child.type == "pair":
                    _pair(child, path, columns, spans)
    return spans


_KEYS = ("bare_key", "quoted_key", "dotted_key")


def _in_list(path: Path, lists: Mapping[Path, int]) -> Path:
    return (*path, lists[path]) if path in lists else path


def _parts(node: Node, columns: _Columns) -> list[tuple[str, Place]]:
    """The parts of a key, each with its place."""
    if node.type == "dotted_key":
        return [part for child in node.named_children if child.type in _KEYS for part in _parts(child, columns)]
    text = (node.text or b"").decode()
    if node.type == "quoted_key":
        text = next(iter(tomllib.loads(f"{text} = 0")))
    return [(text, columns.place(node))]


def _pair(node: Node, base: Path, columns: _Columns, spans: dict[Path, Span]) -> None:
    named = [child for child in node.named_children if child.type != "comment"]
    if len(named) != 2:
        return
    path = base
    parts = _parts(named[0], columns)
    for part, place in parts[:-1]:
        path = (*path, part)
        spans.setdefault(path, Span(place, place))
    last, place = parts[-1]
    _value(named[1], (*path, last), place, columns, spans)


def _value(node: Node, path: Path, key: Place | None, columns: _Columns, spans: dict[Path, Span]) -> None:
    place = columns.place(node)
    raw = (node.text or b"").decode() if node.type == "string" else ""
    spans[path] = Span(key or place, place, raw)
    if node.type == "array":
        items = [child for child in node.named_children if child.type != "comment"]
        for index, child in enumerate(items):
            _value(child, (*path, index), None, columns, spans)
    elif node.type == "inline_table":
        for child in node.named_children:
            if child.type == "pair":
                _pair(child, path, columns, spans)


_LITERAL = re.compile(r"(?s).")
_BASIC = re.compile(r"(?s)\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\[ \t]*\n\s*|\\.|.")


def _written(raw: str, offset: int) -> str:
    """What stands in the quoted string `raw`, its opening quotes included, before its character `offset`."""
    quotes = raw[:3] if raw.startswith(('"""', "'''")) and len(raw) >= 6 else raw[:1]
    start = len(quotes)
    if len(quotes) == 3 and raw.startswith("\n", 3):
        start += 1
    end = len(raw) - len(quotes)
    for piece in (_BASIC if quotes[0] == '"' else _LITERAL).finditer(raw, start, end):
        continues = piece[0][0] == "\\" and "\n" in piece[0]
        if offset <= 0 and not continues:
            return raw[: piece.start()]
        offset -= not continues
    return raw[:end]


def _broken(root: Node, columns: _Columns) -> list[Place]:
    """Where tree-sitter finds the text broken."""
    found: list[Node] = []
    waiting = [root]
    while waiting and len(found) < 1000:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            found.append(node)
        if node.has_error:
            waiting += reversed(node.children)
    return sorted(columns.place(node) for node in found)
