"""What is wrong with a file that is not TOML, in plain words, and more than the first mistake of it."""

import re
import tomllib
from collections.abc import Sequence

from hub.config.problems import Problem
from hub.core.saying import NOTHING, Saying, saying, verbatim

_MOST_ERRORS = 20

_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_STATEMENT = re.compile(r"""\s*(?:\[\[?[A-Za-z_][\w."' -]*(?:\]|$)|[\w."'-]+\s*=|[A-Za-z_][\w.-]*(?!\s*[\w,\]}.-]))""")

_THERE = saying("this key is there already")
_PLAIN: dict[str, Saying] = {
    "Invalid value": saying(
        "expected a value: a text in quotes, a number, true or false, a [list] or an { inline table }"
    ),
    "Invalid statement": saying("expected `key = value`, `[table]` or `[[list of tables]]`"),
    "Expected '=' after a key in a key/value pair": saying("expected `=` after the key"),
    "Expected newline or end of document after a statement": saying("expected the end of the line here"),
    "Expected ']' at the end of a table declaration": saying("expected `]` at the end of the table's name"),
    "Expected ']]' at the end of an array declaration": saying("expected `]]` at the end of the table's name"),
    "Invalid initial character for a key part": saying("expected a key"),
    "Unclosed array": saying("expected `,` or `]`: the list is not closed"),
    "Unclosed inline table": saying("expected `,` or `}`: the table is not closed"),
    "Unterminated string": saying("the text is not closed: a quote is missing"),
    'Expected \'"""\'': saying("the text is not closed: the three quotes at its end are missing"),
    "Expected \"'''\"": saying("the text is not closed: the three quotes at its end are missing"),
    'Expected "\'"': saying("the text is not closed: a quote is missing"),
    "Cannot overwrite a value": _THERE,
    "Unescaped '\\' in a string": saying("a backslash in a text is doubled, or the text put in 'single quotes'"),
    "Invalid hex value": saying("a backslash in a text is doubled, or the text put in 'single quotes'"),
    "Escaped character is not a Unicode scalar value": saying("there is no such character"),
    "Invalid date or datetime": saying("there is no such date or time"),
}
_HALF_WIDTH = {
    **dict(zip("＝，：；｛｝［］（）＃．＂＇　", "=,:;{}[]()#.\"' ", strict=True)),
    **dict(zip("“”„‘’【】《》、。", '"""\'\'[]<>,.', strict=True)),
}
"""What a Chinese keyboard writes in place of a sign of TOML."""
_INVISIBLE = frozenset("\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\ufeff")
"""Blanks and marks that look like nothing, as they come along with text that was copied from elsewhere."""
_PARTS = saying("Where a key has parts it cannot have a value itself: `camera.id` beside `camera.area`, not `camera`.")
_PART_OF = re.compile(r"(?<![\w.])([\w-]+)\s*=.*(?<![\w.])\1\s*\.")
"""A line on which a key gets a value and then a part: `camera = "a", camera.area = "b"`."""
_ONE_LINE = saying("An inline table is written on one line, without a comma at the end.")
_HINTS: dict[str, Saying] = {
    "Invalid value": saying("Is a text without its quotes, or a list above not closed?"),
    "Unclosed inline table": _ONE_LINE,
    "Invalid initial character for a key part": _ONE_LINE,
}


def syntax_errors(
    text: str, file: str, error: tomllib.TOMLDecodeError, unfinished: Sequence[tuple[int, int]]
) -> list[Problem]:
    """The mistakes in `text`; `error` is what tomllib said of the whole of it.

    After each mistake reading goes on at the next line that begins a statement. `unfinished` are the places (line,
    column) where something begins that never ends, for the mistakes that show only at the end of the file.
    """
    lines = text.split("\n")
    found: list[Problem] = []
    start = 0
    told: tomllib.TOMLDecodeError | None = error
    while told is not None and len(found) < _MOST_ERRORS:
        message, hint, place = _told(told)
        if place is None:
            later = [begun for begun in unfinished if begun[0] > start]
            line, column = later[-1] if later else (len(lines), 1)
            resume = len(lines)
        else:
            line, column = place[0] + start, place[1]
            if message.words.endswith("already"):  # tomllib notices at the end of the statement
                column = len(lines[line - 1]) - len(lines[line - 1].lstrip()) + 1
            resume = next((at for at in range(line, len(lines)) if _STATEMENT.match(lines[at])), len(lines))
        if message == _THERE and _PART_OF.search(lines[line - 1]):
            hint = _PARTS
        sign = lines[line - 1][column - 1 : column]
        if sign in _HALF_WIDTH:
            hint = saying("Write the half-width `{ours}` for `{sign}`.", ours=_HALF_WIDTH[sign], sign=sign)
        elif sign in _INVISIBLE:
            hint = saying("An invisible sign stands here: delete it, and write an ordinary blank.")
        found.append(Problem(file=file, line=line, column=column, message=message, hint=hint))
        start = resume
        told = _error_in("\n".join(lines[start:]))
    return found


def _error_in(text: str) -> tomllib.TOMLDecodeError | None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return error
    except RecursionError:
        return None
    return None


def _told(error: tomllib.TOMLDecodeError) -> tuple[Saying, Saying, tuple[int, int] | None]:
    where = _WHERE.search(str(error))
    message = _WHERE.sub("", str(error))
    place = (int(where[1]), int(where[2])) if where is not None and where[1] else None
    declared = re.match(r"Cannot declare \((.*)\) twice$", message)
    if declared:
        name = ".".join(re.findall(r"'([^']*)'", declared[1]))
        return (
            saying("the table [{name}] is there already", name=name),
            saying("For several of a kind, write [[…]] each time."),
            place,
        )
    repeated = re.match(r"Duplicate inline table key (.*)$", message)
    if repeated:
        return saying("the key {key} is there already", key=repeated[1]), NOTHING, place
    mutated = re.match(r"Cannot mutate immutable namespace \((.*)\)$", message)
    if mutated:
        name = ".".join(re.findall(r"'([^']*)'", mutated[1]))
        said = saying("`{key}` cannot be said here: what it is a part of has a value already", key=name)
        return said, _PARTS, place
    if message == "Illegal character '\\n'":
        message = "Unterminated string"
    if place is None and message == "Invalid value":
        return saying("what begins here is not finished at the end of the file"), NOTHING, None
    said = _PLAIN.get(message) or verbatim(message[:1].lower() + message[1:])
    return said, _HINTS.get(message, NOTHING), place
