"""Texts that staff read, in English and 简体中文, switchable while running.

Mark every such text with `_("…")` (or `N_("…")` where it is only looked up later), in English; `make messages`
collects them into `hub/locale/zh_CN/LC_MESSAGES/hub.po`, which a test keeps complete. The language is a context
variable: each TUI, request or task may have its own.
"""

import gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from hub.core.text import Language, Text

_language: ContextVar[Language] = ContextVar("language", default="en")


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    return gettext.translation("hub", Path(__file__).parent, languages=[language], fallback=True)


def language() -> Language:
    """The language in force here."""
    return _language.get()


def set_language(language: Language) -> None:
    """Put a language in force for this context and those started from it."""
    _language.set(language)


def _(text: str) -> str:
    """`text` in the language in force."""
    return _catalogue(_language.get()).gettext(text) if text else ""


def N_(text: str) -> str:
    """Mark `text` for translation without translating it now."""
    return text


def say(text: Text) -> str:
    """A text that comes in both languages, in the language in force."""
    return text.in_(_language.get())


def from_environment(value: str) -> Language:
    """The language that a value of `LANG` or of an option means: `zh…` is Chinese, everything else English."""
    return "zh_CN" if value.lower().startswith("zh") else "en"
