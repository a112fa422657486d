"""Why a text cannot be read as a condition at all: signs of other languages, brackets that are not closed."""

import re

from msgspec.structs import replace

from hub.automation.language.grammar import ALLOWED, FOREIGN_SIGNS
from hub.core.saying import Saying, saying, verbatim


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
