"""The handover sheet: what whoever takes over a post must know.

A signature is about the digest of the sheet that was read. When something changes before it is given, the sheet is
another one, and what changed is shown. `hub.core.posts.sheet_lines` makes it from what stands.
"""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hub.core.text import Text

SectionId = Literal["alarms", "tickets", "permits", "cameras", "rounds", "releases", "log"]


class Line(msgspec.Struct, frozen=True):
    """One thing to know. `key` names it (`A-3`, `gate-1`); it stays the same while the text may change."""

    key: str
    text: Text
    bad: bool = False


class Section(msgspec.Struct, frozen=True):
    """The lines about one subject; none is worth saying, too."""

    id: SectionId
    title: Text
    lines: tuple[Line, ...] = ()


class Sheet(msgspec.Struct, frozen=True):
    """What is handed over with a post."""

    sections: tuple[Section, ...] = ()
    cameras: Annotated[tuple[str, ...], Meta(description="The cameras that it is about.")] = ()


class Change(msgspec.Struct, frozen=True):
    """One line that was not on the sheet before, is not any more, or says something else now."""

    section: SectionId
    key: str
    how: Literal["new", "gone", "changed"]
    text: Text


def digest_of(sheet: Sheet) -> str:
    """What a signature is about: SHA-256 of all that the sheet says."""
    return hashlib.sha256(msgspec.json.encode(sheet)).hexdigest()


def changes(before: Sheet, after: Sheet) -> list[Change]:
    """What is different, in the order of the sheet."""
    found: list[Change] = []
    for section in after.sections:
        old = {line.key: line for each in before.sections if each.id == section.id for line in each.lines}
        new = {line.key: line for line in section.lines}
        found += [Change(section.id, key, "new", line.text) for key, line in new.items() if key not in old]
        found += [
            Change(section.id, key, "changed", line.text)
            for key, line in new.items()
            if key in old and old[key] != line
        ]
        found += [Change(section.id, key, "gone", line.text) for key, line in old.items() if key not in new]
    return found
