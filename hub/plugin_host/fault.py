"""Says what went wrong inside a plugin, fit for the eyes of staff: short, without secrets, with the line to look at."""

import traceback
from pathlib import Path

from hub.errors import HubError
from hub.secret import redact

_LONGEST = 300
"""Characters of a reason; a vendor library's message may hold a whole XML answer."""


def describe_fault(error: BaseException, root: Path | None) -> str:
    """`error` in one line, with `file:line` of the last step inside `root`, the plugin's folder or file."""
    words = str(error) if isinstance(error, HubError) else f"{type(error).__name__}: {error}"
    text = shorten(words.removesuffix(": "))
    place = _place(error, root) if root else ""
    return f"{text} ({place})" if place else text


def shorten(text: str) -> str:
    """`text` in one bounded line without secrets."""
    line = redact(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _place(error: BaseException, root: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename and _inside(error.filename, root):
        return f"{_shown(error.filename, root)}:{error.lineno}"
    steps = [step for step in traceback.extract_tb(error.__traceback__) if _inside(step.filename, root)]
    return f"{_shown(steps[-1].filename, root)}:{steps[-1].lineno}" if steps else ""


def _inside(file: str, root: Path) -> bool:
    return Path(file).is_relative_to(root)


def _shown(file: str, root: Path) -> str:
    return str(Path(file).relative_to(root.parent))
