"""Every promise of `hub.api`, one a line: what tests/guards/api_1.txt keeps.

python -m tests.guards.api_lines     # writes it anew, after something was added
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import hub.api

FILE = Path(__file__).with_name(f"api_{hub.api.API_VERSION}.txt")


def api_lines() -> list[str]:
    """Names, their bases, fields and methods, and the words of each choice."""
    return sorted({line for name in hub.api.__all__ for line in _lines(name, getattr(hub.api, name))})


def _lines(name: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        yield f"{name}({', '.join(base.__name__ for base in value.__bases__ if base is not object)})"
        yield from (f"{name}.{line}" for line in _members(value))
    elif inspect.isfunction(value):
        yield f"{name}{inspect.signature(value)}"
    elif getattr(value, "__args__", None):
        yield from (f"{name}: {word!r}" for word in value.__args__)
    else:
        yield name


def _members(value: type) -> Iterator[str]:
    (node,) = ast.parse(dedent(inspect.getsource(value))).body
    assert isinstance(node, ast.ClassDef)
    for member in node.body:
        if isinstance(member, ast.AnnAssign) and not ast.unparse(member.target).startswith("_"):
            yield ast.unparse(member)
        elif isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and not member.name.startswith("_"):
            keyword = "async def" if isinstance(member, ast.AsyncFunctionDef) else "def"
            returns = ast.unparse(member.returns) if member.returns else "?"
            yield f"{keyword} {member.name}({ast.unparse(member.args)}) -> {returns}"


if __name__ == "__main__":
    FILE.write_text("\n".join(api_lines()) + "\n", encoding="utf-8")
