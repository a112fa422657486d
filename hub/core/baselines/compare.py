"""How the settings of a device differ from those that were approved. Pure."""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from hub.core.baselines.events import SettingChange

MOST_TOLD = 50
"""So many changes an event names; the kept snapshots have them all."""


def canonical(settings: Mapping[str, str]) -> bytes:
    """The form in which settings are kept: JSON, sorted by name. The same settings give the same bytes."""
    return msgspec.json.encode(dict(sorted(settings.items())))


def digest_of(settings: Mapping[str, str]) -> str:
    """SHA-256 of the canonical form, hexadecimal.

    >>> digest_of({"b": "2", "a": "1"}) == digest_of({"a": "1", "b": "2"})
    True
    """
    return hashlib.sha256(canonical(settings)).hexdigest()


def changes(was: Mapping[str, str], now: Mapping[str, str]) -> list[SettingChange]:
    """Every setting that is new, gone or another, sorted by name.

    >>> [(each.setting, each.was, each.now) for each in changes({"a": "1", "b": "2"}, {"b": "3", "c": "4"})]
    [('a', '1', None), ('b', '2', '3'), ('c', None, '4')]
    """
    return [
        SettingChange(setting=name, was=was.get(name), now=now.get(name))
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name)
    ]


def back(found: Iterable[SettingChange], only: Iterable[str] = ()) -> dict[str, str]:
    """What to write so that the settings are as they were; with `only`, just these names.

    A setting that came in addition cannot be written away: it is left out, and stays a difference.
    """
    chosen = set(only)
    return {
        change.setting: change.was
        for change in found
        if change.was is not None and (not chosen or change.setting in chosen)
    }
