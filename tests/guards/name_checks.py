"""Names of events, commands and Python objects that a page shows in code must exist."""

import pkgutil
import re
from collections.abc import Iterator
from typing import get_args

from hub.automation.language.fields import CAMERA_FIELDS, STANDING_FIELDS
from hub.core.catalogue import CATALOGUE
from hub.core.commands import PersonCommand
from tests.guards.page_checks import Pages, inline_code

_WIRE = re.compile(r"^(?P<area>[a-z]+)\.[a-z_]+$")
_PYTHON = re.compile(r"^hub(?:\.\w+)+$")
_FILES = (".toml", ".py", ".db", ".md", ".json", ".npz", ".jpg", ".log", ".sock", ".token")
_KNOWN = frozenset(
    {
        *CATALOGUE,
        *CAMERA_FIELDS,
        *STANDING_FIELDS,
        *(str(command.__struct_config__.tag) for command in get_args(PersonCommand)),
    }
)
_AREAS = frozenset(name.partition(".")[0] for name in CATALOGUE)


def unknown_names(pages: Pages) -> Iterator[str]:
    """Events and commands of the hub, and names below the package `hub`, that do not exist."""
    for page, text in pages.items():
        for line, code in inline_code(text):
            name = code.removesuffix("()")
            if name in _KNOWN or name.endswith(_FILES):
                continue
            wire = _WIRE.match(name)
            if _PYTHON.match(name):
                if not _resolves(name):
                    yield f"{page}:{line}: nothing is called {name}"
            elif wire and wire["area"] in _AREAS:
                yield f"{page}:{line}: there is no event or command {name}"


def _resolves(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError):
        return False
    return True
