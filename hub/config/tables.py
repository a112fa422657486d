"""What the tables of hub.toml and of rule files are made of: strict tables, ids, texts in both languages, spans."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from hub.config.explain import ID_PATTERN, TAG_PATTERN
from hub.config.mistakes import mistake
from hub.core.saying import saying
from hub.core.text import Text

Domain = Literal["production", "security"]
DOMAINS: tuple[Domain, ...] = ("production", "security")

_CHINESE = re.compile(r"[\u3400-\u9fff]")

Id = Annotated[
    str,
    Field(
        pattern=ID_PATTERN,
        description="Lower-case letters, digits, `-` and `_`; at most 63.",
    ),
]

Tag = Annotated[
    str,
    Field(
        pattern=TAG_PATTERN,
        description="A word, or a kind and an id: lower-case letters, digits, `-` and `_`; at most 63 each.",
    ),
]

Folder = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
"""The path of a folder, as it is written."""


def seconds(title: str, description: str, least: float, most: float) -> FieldInfo:
    """A key that holds a span of time from `least` to `most` seconds."""
    info: FieldInfo = Field(title=title, description=description, ge=least, le=most, allow_inf_nan=False)
    return info


class Table(BaseModel):
    """A table of the file: unknown keys are mistakes, and values have the type they are written with."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OpenTable(BaseModel):
    """A table whose other keys belong to a plugin and are checked against the plugin's own model."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    @property
    def rest(self) -> dict[str, Any]:
        """The keys that are not ours, as they were written."""
        return dict(self.__pydantic_extra__ or {})


def has_chinese(text: str) -> bool:
    return bool(_CHINESE.search(text))


class Words(Table):
    """A text in both languages: `{ en = "Workshop", zh = "车间" }`, or one string where one language is enough."""

    en: str = Field(default="", title="English", description="The text in English.", max_length=2000)
    zh: str = Field(default="", title="Chinese", description="The text in Chinese (简体中文).", max_length=2000)

    @model_validator(mode="before")
    @classmethod
    def _one_string(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"zh" if has_chinese(value) else "en": value}
        if isinstance(value, dict | Words):
            return value
        raise mistake(saying('expected a text in quotes, or { en = "…", zh = "…" }'))

    @model_validator(mode="after")
    def _not_empty(self) -> "Words":
        if not (self.en.strip() or self.zh.strip()):
            raise mistake(saying("the text is empty"))
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        table = handler.resolve_ref_schema(handler(schema))
        text = {"type": "string", "minLength": 1, "maxLength": 2000}
        return {"anyOf": [text, {**table, "minProperties": 1}], "description": table.pop("description", "")}

    def text(self) -> Text:
        return Text(en=self.en, zh=self.zh)
