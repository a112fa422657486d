"""Texts that staff read, in English and 简体中文, switchable while running.

Mark every such text with `_("…")` (or `N_("…")` where it is only looked up later, `saying("…")` where the sentence is
only put together later), in English; `make messages` collects them into `hub/locale/zh_CN/LC_MESSAGES/hub.po`, which a
test keeps complete. The language is a context variable: each TUI, request or task may have its own.
"""

import gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from hub.core.saying import Saying
from hub.core.text import Language, Text


class Voice:
    """A language shared by every task that was started under it.

    A task started earlier has a context of its own that `set_language` elsewhere cannot reach; when all of them
    share one voice, changing its `language` changes what all of them say from then on.
    """

    def __init__(self, language: Language = "en") -> None:
        self.language: Language = language


_voice: ContextVar[Voice | None] = ContextVar("voice", default=None)


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    return gettext.translation("hub", Path(__file__).parent, languages=[language], fallback=True)


def language() -> Language:
    """The language in force here."""
    voice = _voice.get()
    return voice.language if voice is not None else "en"


def set_language(language: Language) -> None:
    """Put a language in force for this context and those started from it."""
    _voice.set(Voice(language))


def share_voice(voice: Voice) -> None:
    """Let this context, and those started from it, speak with `voice`, whatever language it is given later."""
    _voice.set(voice)


def _(text: str) -> str:
    """`text` in the language in force."""
    return _catalogue(language()).gettext(text) if text else ""


def ngettext(one: str, many: str, n: float) -> str:
    """`one` where `n` is 1, else `many`, in the language in force. Both are texts of their own to a translator."""
    return _(one if n == 1 else many)


def N_(text: str) -> str:
    """Mark `text` for translation without translating it now."""
    return text


def say(text: Text) -> str:
    """A text that comes in both languages, in the language in force."""
    return text.in_(language())


def told(saying: Saying, in_: Language | None = None) -> str:
    """A sentence in a language, else in the one in force."""
    spoken = in_ or language()
    return saying.put(_catalogue(spoken).gettext, spoken)


def from_environment(value: str) -> Language:
    """The language that a value of `LANG` or of an option means: `zh…` is Chinese, everything else English."""
    return "zh_CN" if value.lower().startswith("zh") else "en"
