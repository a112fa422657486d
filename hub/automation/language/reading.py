"""From the text of a condition to its tree, or why it cannot be read: other languages' signs, brackets left open."""

import ast
import re
import warnings

from msgspec.structs import replace

from hub.automation.language.grammar import ALLOWED, FOREIGN_SIGNS, ConditionProblem
from hub.core.saying import Saying, saying, verbatim


def read(text: str) -> ast.Expression | ConditionProblem:
    """The tree of `text`, which is one line, or the one thing that keeps it from being read; columns count from 1."""
    if not text.strip():
        return _at(0, saying("The condition is empty."), saying("Leave the key out, or write a condition."))
    if "\\" in text:
        said = saying("A condition has no backslashes.")
        return _at(text.index("\\"), said, saying("Write texts as they are."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice on its own style, such as on `1and`
            return ast.parse(text, mode="eval")
    except SyntaxError as error:
        offset = min(max((error.offset or 1) - 1, 0), len(text))
        return _at(offset, saying("This cannot be read: {reason}.", reason=plain(error.msg)), sign_hint(text))
    except (ValueError, RecursionError, MemoryError):
        return _at(0, saying("This cannot be read: it has characters or nesting that no condition has."), ALLOWED)


def comment_in(text: str, tree: ast.Expression) -> ConditionProblem | None:
    """The first comment; a `#` within a text is none."""
    if "#" not in text:
        return None
    texts = [
        (start_of(text, node), end_of(text, node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    signs = (found.start() for found in re.finditer("#", text))
    at = next((at for at in signs if not any(start <= at < end for start, end in texts)), None)
    if at is None:
        return None
    return _at(at, saying("A condition has no comments."), saying("Write the comment above the key."))


def start_of(text: str, node: ast.expr) -> int:
    """Where the node begins, in characters; Python counts bytes."""
    return len(text.encode()[: node.col_offset].decode())


def end_of(text: str, node: ast.expr) -> int:
    """Where the node ends, in characters."""
    return len(text.encode()[: node.end_col_offset].decode())


def _at(offset: int, message: Saying, hint: Saying) -> ConditionProblem:
    return ConditionProblem(offset + 1, message, hint)


def sign_hint(text: str) -> Saying:
    """What to write for a sign of another language or of a Chinese keyboard; else what a condition may have."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    if not bare.isascii():
        return saying('Outside of texts use half-width signs: " ( ) , = < >')
    if re.search(r"\d\s*%", bare):
        return saying("Write a share as a number from 0 to 1: `0.5` for 50 %.")
    bare = re.sub(r"[!=<>]=", "", bare)
    fitting = ((sign, ours) for sign, ours in FOREIGN_SIGNS if sign in bare)
    return next((saying("Write `{ours}` for `{sign}`.", ours=ours, sign=sign) for sign, ours in fitting), ALLOWED)


def plain(message: str) -> Saying:
    """Python's words for a syntax error without its advice, which is about Python."""
    first = message.partition(". ")[0].rstrip(".")
    for words, said in _OF_PYTHON:
        found = re.fullmatch(words, first)
        if found is not None:
            return replace(said, parts=tuple(found.groupdict().items()))
    return verbatim(first)


_OF_PYTHON = (
    ("invalid syntax", saying("a sign or word stands where it cannot")),
    ("'(?P<sign>.)' was never closed", saying("'{sign}' was never closed")),
    ("unmatched '(?P<sign>.)'", saying("unmatched '{sign}'")),
    (
        "closing parenthesis '(?P<sign>.)' does not match opening parenthesis '(?P<first>.)'",
        saying("closing parenthesis '{sign}' does not match opening parenthesis '{first}'"),
    ),
    (r"unterminated string literal \(detected at line 1\)", saying("unterminated string literal (detected at line 1)")),
    ("invalid decimal literal", saying("invalid decimal literal")),
)
"""What Python says of a line, and how staff are told."""
