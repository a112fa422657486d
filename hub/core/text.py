"""Texts in the two languages that staff read."""

from typing import Annotated, Literal

import msgspec

Language = Literal["en", "zh_CN"]
LANGUAGES: tuple[Language, ...] = ("en", "zh_CN")


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages; `zh` falls back to `en` when it is empty."""

    en: Annotated[str, msgspec.Meta(description="English")]
    zh: Annotated[str, msgspec.Meta(description="简体中文")] = ""

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)

    def in_(self, language: Language) -> str:
        return (self.zh or self.en) if language == "zh_CN" else (self.en or self.zh)
