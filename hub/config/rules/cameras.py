"""Which cameras of the site the `where` of a rule lets through."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.automation.language.fields import CAMERA_FIELDS
from hub.core.matching import Match, fits

_IDS = ("camera", "camera.id")


class Cameras:
    """The cameras of a site by their facts. It remembers what it was asked, for the rules of a folder ask alike."""

    __slots__ = ("_all", "_asked", "_values")

    def __init__(self, facts: Mapping[str, Mapping[str, Any]]) -> None:
        self._all = {camera: {"camera": camera, **own} for camera, own in facts.items()}
        self._values: dict[tuple[Match, ...], Mapping[str, frozenset[str]]] = {}
        self._asked: dict[tuple[Match, ...], Sequence[Mapping[str, Any]]] = {}

    def fitting(self, where: Sequence[Match]) -> Sequence[Mapping[str, Any]]:
        """The facts of the cameras that fit those lines which are about cameras."""
        lines = tuple(match for match in where if is_of_camera(match))
        if lines not in self._asked:
            self._asked[lines] = [
                facts for facts in self._named(lines) if all(fits(match, facts.get(match.path)) for match in lines)
            ]
        return self._asked[lines]

    def values(self, where: Sequence[Match]) -> Mapping[str, frozenset[str]]:
        """What the facts of those cameras are among them, by their names; the items of lists one by one."""
        lines = tuple(match for match in where if is_of_camera(match))
        if lines not in self._values:
            found: dict[str, set[str]] = {}
            for facts in self.fitting(lines):
                for name, value in facts.items():
                    found.setdefault(name, set()).update(value if isinstance(value, list) else (value,))
            self._values[lines] = {name: frozenset(values) for name, values in found.items()}
        return self._values[lines]

    def _named(self, lines: Sequence[Match]) -> Sequence[Mapping[str, Any]]:
        """Those that a line names one by one, or all."""
        for match in lines:
            if match.path in _IDS and match.one_of and not match.like:
                return [self._all[each] for each in match.one_of if isinstance(each, str) and each in self._all]
        return list(self._all.values())

    def __bool__(self) -> bool:
        return bool(self._all)


def is_of_camera(match: Match) -> bool:
    """Whether a line of a `where` is about the camera."""
    return match.path == "camera" or match.path in CAMERA_FIELDS
