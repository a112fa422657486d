"""Secrets: given by reference, never shown.

A reference is `env:NAME` (an environment variable) or `file:/path` (the file's first line, or a path relative to the
site). Anything else is the secret itself, which is allowed and pointed out by `hub check`.
"""

import os
import re
from pathlib import Path
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from hub.errors import SiteError

_LONGEST_FILE = 64 * 1024
_WORD = re.compile(r"\S+")
_SCHEME = re.compile(r"[a-zA-Z0-9+.-]://")
_QUERY = re.compile(r"(?i)(?P<name>(?:password|passwd|pwd|token|secret|access_token|apikey|key)=)[^&\s]+")


class Secret:
    """A reference to a secret, or the secret itself. Its text form is always `***`."""

    __slots__ = ("_reference",)

    def __init__(self, reference: str) -> None:
        self._reference = reference

    @property
    def by_reference(self) -> bool:
        return self._reference.startswith(("env:", "file:"))

    @property
    def where(self) -> str:
        """Where the secret comes from, fit to be shown."""
        return self._reference if self.by_reference else "written in the file"

    def reveal(self, base: Path | None = None) -> str:
        """The secret's value. Raises `SiteError`, naming the reference, when it cannot be read."""
        kind, _, rest = self._reference.partition(":")
        if kind == "env":
            value = os.environ.get(rest)
            if not value:
                raise SiteError(
                    f"The environment variable {rest} is not set.",
                    hint=f"It holds a secret that hub.toml asks for as env:{rest}.",
                )
            return value
        if kind == "file":
            path = (base or Path()) / rest
            try:
                with path.open(encoding="utf-8") as file:
                    return file.read(_LONGEST_FILE).splitlines()[0].strip()
            except (OSError, UnicodeDecodeError, IndexError) as error:
                raise SiteError(
                    f"The secret file {path} cannot be read: {str(error) or 'it is empty'}.",
                    hint="Put the secret on its first line and let only the hub's user read it.",
                ) from error
        return self._reference

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._reference == self._reference

    def __hash__(self) -> int:
        return hash(self._reference)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.str_schema(min_length=1, max_length=4096),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "minLength": 1, "description": "A secret: `env:NAME` or `file:/path`."}


def redact(text: str) -> str:
    """`text` without the user names, passwords and tokens that URLs in it carry.

    A password may itself hold `@` and `/`, so everything up to the last `@` of a word goes: rather too much than a
    piece of a password.

    >>> redact("cannot open rtsp://admin:p%40ss@10.0.0.8/live?token=abc")
    'cannot open rtsp://***@10.0.0.8/live?token=***'
    """
    return _QUERY.sub(r"\g<name>***", _WORD.sub(_without_userinfo, text))


def _without_userinfo(word: re.Match[str]) -> str:
    """Of an address in a word everything up to its last `@`. Words come from devices, and may be of any length."""
    whole, last = word[0], word[0].rfind("@")
    scheme = _SCHEME.search(whole, 0, max(last, 0))
    return f"{whole[: scheme.end()]}***{whole[last:]}" if scheme is not None else whole
