"""What a record can be found by: the words in it that people wrote or know, and the things that it names. Pure.

What the machine reports by itself (findings, workers, deliveries …) is left out: it is found by its alarm.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from hub.core.catalogue import CATALOGUE
from hub.core.event import Event, Record, wire_name
from hub.core.findings import Finding, FindingCleared
from hub.core.text import Text

LONGEST = 20_000
"""Characters of one record that are kept."""

_MACHINE_AREAS = frozenset({"clock", "effect", "message", "messages", "recordings", "schedule", "storage", "worker"})
_MACHINE = frozenset(
    {
        *("camera.judged", "camera.not_judged", "calendar.loaded", "hub.started", "journal.blocked", "plugin.ready"),
        *("plugin.retired", "recording.gap", "recording.planned", "recording.recovered", "recording.unplanned"),
        *("rounds.loaded", "rules.loaded", "site.configured", "watch.overloaded", "watch.relieved"),
    }
)
"""`site.configured` names every camera, of every domain: it is read for its names only."""
_SILENT = frozenset({"attachment", "attachments", "digest", "evidence", "hash", "key", "media", "path", "sha256"})
"""Fields with what nobody looks for."""
_NUMBERED = re.compile(r"[A-Z]{1,2}-[1-9][0-9]{0,9}")
_WIDE = {
    wide: wide - 0xFEE0 for wide in (0xFF0D, *range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


class Names(NamedTuple):
    """How cameras and people are called, in all languages, by id."""

    cameras: Mapping[str, Sequence[str]]
    people: Mapping[str, Sequence[str]]


class Found(NamedTuple):
    """What one record is found by."""

    text: str
    """Its words, those of each field on a line."""
    ids: tuple[str, ...]
    """The numbered things that it is about, such as `T-7`."""
    cameras: tuple[str, ...]
    """The cameras that it names itself."""


def searched(cls: type[Event]) -> bool:
    """Whether records of an event are looked through."""
    name = wire_name(cls)
    if issubclass(cls, Finding | FindingCleared) or name in _MACHINE:
        return False
    return name.partition(".")[0] not in _MACHINE_AREAS


SEARCHED: frozenset[str] = frozenset(name for name, cls in CATALOGUE.items() if searched(cls))
"""Wire names of the events that are looked through."""


def folded(text: str) -> str:
    """`text` with the wide letters, digits and hyphens of Chinese keyboards as plain ones; it stays as long."""
    return text.translate(_WIDE)


def found_by(record: Record, names: Names) -> Found:
    """What a record is found by."""
    event = record.event
    cameras = tuple(dict.fromkeys(_cameras(event)))
    words = list(_words(event))
    for camera in cameras:
        words += [camera, *names.cameras.get(camera, ())]
    person = record.actor.removeprefix("person:") if record.actor.startswith("person:") else ""
    if person:
        words += [person, *names.people.get(person, ())]
    lines = dict.fromkeys(folded(_plain(word)) for word in words if word)
    return Found("\n".join(lines)[:LONGEST], tuple(dict.fromkeys(_ids(event))), cameras)


def _words(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Text(en=en, zh=zh):
            yield from (en, zh)
        case list() | tuple():
            for part in value:
                yield from _words(part)
        case dict():
            for name, part in value.items():
                yield str(name)
                yield from _words(part)
        case msgspec.Struct():
            for field in value.__struct_fields__:
                if field not in _SILENT:
                    yield from _words(getattr(value, field))


def _cameras(event: Event) -> Iterator[str]:
    one: Any = getattr(event, "camera", None)
    if isinstance(one, str) and one:
        yield one
    several: Any = getattr(event, "cameras", None)
    if isinstance(several, list | tuple):
        yield from (name for name in several if isinstance(name, str))


def _ids(event: Event) -> Iterator[str]:
    for field in event.__struct_fields__:
        value = getattr(event, field)
        if isinstance(value, str) and _NUMBERED.fullmatch(value):
            yield value


def _plain(text: str) -> str:
    """One line without characters that could move a cursor."""
    return "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text).strip()
