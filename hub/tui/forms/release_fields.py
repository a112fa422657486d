"""What people type about releases: officers with their cards, regions to blur."""

import re
from collections.abc import Iterable

from hub.core.releases.events import BlurRegion, Officer

_OFFICER = re.compile(r"(?P<name>\S.*?)[\s,，=:：;；]+(?P<card>\S+)")
_REGION_PARTS = 5
_WHOLE = 100.0
_LEAST_PERCENT = 1.0
"""Edges that are all smaller were meant as shares from 0 to 1, and would blur next to nothing."""


def parse_officers(text: str) -> tuple[list[Officer], str]:
    """The officers, one a line, name before card; and the first line that is none (empty: all are).

    >>> parse_officers("Chen Gang 110233")[0][0].identification
    '110233'
    """
    found: list[Officer] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = _OFFICER.fullmatch(line)
        if parts is None or len(parts["name"]) > 200 or len(parts["card"]) > 100:
            return found, line
        found.append(Officer(name=parts["name"].strip(), identification=parts["card"]))
    return found, ""


def parse_regions(text: str) -> tuple[list[BlurRegion], str]:
    """The regions, one a line: camera, then left, top, right and bottom edge in percent of the picture; and the first
    line that is none (empty: all are).

    >>> parse_regions("gate-1 10 20 40 50")[0][0].right
    0.4
    """
    found: list[BlurRegion] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = re.split(r"[\s,，:：]+", line)
        try:
            camera, edges = parts[0], [float(part.rstrip("%")) / _WHOLE for part in parts[1:]]
        except ValueError:
            return found, line
        if len(parts) != _REGION_PARTS or not all(0 <= edge <= 1 for edge in edges):
            return found, line
        left, top, right, bottom = edges
        if left >= right or top >= bottom or max(right, bottom) <= _LEAST_PERCENT / _WHOLE:
            return found, line
        found.append(BlurRegion(camera=camera, left=left, top=top, right=right, bottom=bottom))
    return found, ""


def officer_lines(officers: Iterable[Officer]) -> str:
    return "\n".join(f"{each.name} {each.identification}" for each in officers)


def region_lines(regions: Iterable[BlurRegion]) -> str:
    return "\n".join(
        f"{each.camera} {each.left * _WHOLE:g} {each.top * _WHOLE:g} {each.right * _WHOLE:g} {each.bottom * _WHOLE:g}"
        for each in regions
    )
