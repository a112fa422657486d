"""Reading a file that a person wrote: bounded, and with a clear word when it cannot be done."""

import stat
from pathlib import Path

from hub.config.problems import Problem
from hub.config.toml import LONGEST_FILE, decode
from hub.core.saying import saying


def read_text(path: Path, name: str) -> tuple[str, list[Problem]]:
    """The text of a file, or the problem with it; `name` is how the file is called in problems."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "", [Problem(file=name, message=saying("is not a file"))]
        with path.open("rb") as file:
            content = file.read(LONGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return "", [
            Problem(
                file=name,
                message=saying("cannot be read: {reason}", reason=reason),
                hint=saying("Let the hub's user read it."),
            )
        ]
    return decode(content, name)
