"""Sentences that are put into words only when somebody reads them: in English as they are written, or in Chinese.

What finds a mistake does not know who will read of it, and must not wait for a catalogue: most of what is checked is
right. So a sentence travels as its English words with named places, and `hub.locale` says it.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from hub.core.text import Language

_BETWEEN: dict[Language, str] = {"en": ", ", "zh_CN": "、"}


class Saying(msgspec.Struct, frozen=True):
    """A sentence, or a part of one. `str()` says it in English."""

    words: str
    """In English, with `{name}` for what differs; where there are no parts, just as it stands."""
    parts: tuple[tuple[str, Any], ...] = ()
    """What goes there by its name: a value, another saying, or several of either as a tuple."""

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.put(lambda words: words, "en")

    def put(self, translated: Callable[[str], str], language: Language) -> str:
        """The sentence in `language`; `translated` gives the words of that language for the English ones."""
        if not self.words:
            return ""
        words = translated(self.words)
        if not self.parts:
            return words
        return words.format(**{name: _part(value, translated, language) for name, value in self.parts})


NOTHING = Saying("")


def saying(words: str, /, **parts: Any) -> Saying:
    """`words` with `parts`; the catalogues are made of what stands here as `words`.

    >>> str(saying("there is no camera {word!r}", word="gate"))
    "there is no camera 'gate'"
    """
    return Saying(words, tuple(parts.items()))


def after(first: Saying, then: Saying) -> Saying:
    """Two sentences, one after the other; either may be nothing."""
    return saying("{first} {then}", first=first, then=then) if first and then else first or then


def verbatim(words: str) -> Saying:
    """Words of somebody else's, which come in one language only: the operating system's, a library's, a plugin's."""
    return Saying("{words}", (("words", words),)) if words else NOTHING


def said_by(error: Exception) -> Saying:
    """What an error says that was raised with a saying; else its own words."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Saying) else verbatim(str(error))


def _part(value: Any, translated: Callable[[str], str], language: Language) -> Any:
    match value:
        case Saying():
            return value.put(translated, language)
        case tuple():
            return _BETWEEN[language].join(str(_part(item, translated, language)) for item in value)
        case _:
            return value
