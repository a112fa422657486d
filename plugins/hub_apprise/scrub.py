"""Keeps what an Apprise address holds out of texts: in most of them even the host is a key. Pure."""

import re
from urllib.parse import unquote

from hub.api import redact

_SHORTEST = 4
"""Characters. Shorter pieces are ordinary words or ports; to blank them would blank half of the text."""

_NOT_SECRET = frozenset({"localhost", "json", "http", "https"})


def scrub(text: str, url: str) -> str:
    """`text` without any piece of `url` but its scheme, and without credentials of other addresses in it.

    >>> scrub("no answer from 5e6f7a8b", "wecombot://5e6f7a8b")
    'no answer from ***'
    """
    _, _, rest = url.partition("://")
    pieces = {part for piece in re.split(r"[/:@?&=#,\s]", rest) for part in (piece, unquote(piece))}
    for piece in sorted(pieces - _NOT_SECRET, key=len, reverse=True):
        if len(piece) >= _SHORTEST:
            text = text.replace(piece, "***")
    return redact(text)
