"""Conditions in rules: `if = "…"` and `unless = "…"`, a small typed language compiled from a whitelist of Python's."""

from collections.abc import Mapping
from typing import Any


class Condition:
    """A compiled condition. Equal and hashed by its source."""

    __slots__ = ("_code", "source")

    def __init__(self, source: str, code: Any) -> None:
        self.source = source
        self._code = code

    def holds(self, names: Mapping[str, Any]) -> bool:
        """Whether it holds for these values. Never raises for values of the declared types."""
        raise AssertionError
