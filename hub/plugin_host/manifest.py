"""`plugin.toml`: what a plugin says about itself, read without importing it.

So a plugin whose vendor library is broken, or missing, can still be listed, with its owner and the reason.
A plugin that is one single file carries the same text in a comment block at its top:

    # /// watchroom
    # id = "acme"
    # …
    # ///
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hub.core.text import Text
from hub.errors import PluginError

LONGEST_MANIFEST = 64 * 1024
"""Characters. A manifest is a dozen lines; of a single-file plugin only so much is searched for the block."""

Kind = Literal["camera", "notifier", "store", "service", "vendor", "finder", "storage"]

_BLOCK = re.compile(r"(?m)^# /// watchroom[ \t]*\r?$\n(?P<lines>(?:^#(?:[ \t].*)?\r?$\n)+?)^# ///[ \t]*\r?$")
_Line = Annotated[str, Meta(min_length=1, max_length=200)]
_Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_Target = Annotated[str, Meta(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", max_length=200)]


class PluginToml(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a `plugin.toml`."""

    id: Annotated[_Name, Meta(description="Unique on a site: small letters, digits, `_` and `-`.")]
    title: Annotated[_Line | Text, Meta(description="For staff: a text, or `{ en = …, zh = … }`.")]
    version: Annotated[_Line, Meta(description="The plugin's own version.")]
    api: Annotated[int, Meta(ge=1, description="The version of `hub.api` that it was written for.")]
    kinds: Annotated[tuple[Kind, ...], Meta(min_length=1, description="What it offers.")]
    owner: Annotated[_Line, Meta(description="Who to ask: a person, a team or a company.")]
    docs: Annotated[str, Meta(max_length=500, description="Where to read on: an address or a file.")] = ""
    commands: Annotated[
        dict[_Name, _Target],
        Meta(max_length=10, description='Additions to the `hub` command: `NAME = "module:typer_app"`.'),
    ] = {}


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One plugin that is there, whether or not it can be used: its `plugin.toml`, and where it was found."""

    id: str
    title: Text
    entry: str
    """What to import: `module`, or `module:attribute`."""
    source: str
    """Where it comes from, in words: a distribution with its version, or a path."""
    root: Path | None = None
    """Its folder or file."""
    dropped_in: bool = False
    """It lies in the site's plugin folder and is imported from there."""
    version: str = ""
    api: int = 0
    """0: its manifest could not be read, and `problem` says why."""
    kinds: tuple[Kind, ...] = ()
    owner: str = ""
    docs: str = ""
    commands: dict[str, str] = {}
    problem: str = ""
    """Why it cannot be used."""
    off: str = ""
    """Why it is not to be used: somebody said so."""

    @property
    def package(self) -> str:
        """The module to import."""
        return self.entry.partition(":")[0].strip()


def parse_plugin_toml(text: str, file: str) -> PluginToml:
    """The manifest in `text`. Raises `PluginError`, naming `file`, the key and what was expected."""
    try:
        return msgspec.convert(tomllib.loads(text), PluginToml)
    except RecursionError:
        raise PluginError(f"{file}: it is nested too deeply.") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PluginError(f"{file}: {error}.", hint="docs/plugins/index.md lists the keys of plugin.toml.") from error


def parse_block(source: str, file: str) -> PluginToml:
    """The manifest in the comment block of a single-file plugin. Raises `PluginError`."""
    found = _BLOCK.search(source)
    if found is None:
        raise PluginError(
            f"{file}: there is no `# /// watchroom` block.",
            hint="A plugin in one file says what it is in a comment block; docs/plugins/index.md shows one.",
        )
    lines = (line.removeprefix("#").removeprefix(" ") for line in found["lines"].splitlines())
    return parse_plugin_toml("\n".join(lines), file)
