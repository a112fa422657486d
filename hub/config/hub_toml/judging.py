"""What hub.toml says of how pictures are judged: how easily each fault is found, and which parts of a view are left
out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from hub.config.mistakes import mistake
from hub.config.problems import Problem, did_you_mean, suggestion
from hub.config.toml import Document, Path
from hub.core.saying import saying
from hub.core.status import WATCHED

Step = Literal["off", "low", "normal", "high"]
STEPS: Mapping[Step, float] = {"off": 0.0, "low": 0.7, "normal": 1.0, "high": 1.4}
"""By how much limits are divided: `high` finds what is 1/1.4 of the limit, and `low` takes as much more."""

KINDS = tuple(sorted(kind for kind in WATCHED if kind.partition(".")[0] not in ("signal", "access")))
"""The findings that are judged from pictures, by wire name."""

Point = tuple[float, float]
"""Percent of the picture's width and height, from the top left."""

_MOST_CORNERS = 64
_EXPECTED = saying("expected [x, y, width, height], or three corners [x, y] and more, in percent of the picture")


def _sensitivity_schema() -> dict[str, Any]:
    groups: dict[str, Any] = {}
    for kind in KINDS:
        group, _, name = kind.partition(".")
        properties = groups.setdefault(group, {"type": "object", "additionalProperties": False, "properties": {}})
        properties["properties"][name] = {"enum": list(get_args(Step)), "description": f"How easily {kind} is found."}
    return {"type": "object", "additionalProperties": False, "properties": groups}


Sensitivity = Annotated[
    dict[str, dict[str, Step]],
    WithJsonSchema(_sensitivity_schema()),
    Field(
        title="Sensitivity",
        description='How easily each finding is made, by its name: `picture.blurred = "low"`. '
        "`off` never, `low` needs 1.4 times as much, `high` needs 0.7 times as much.",
    ),
]
"""By the two parts of a finding's name, which is how TOML reads `picture.blurred = …`."""


def sensitivity_of(*tables: Mapping[str, Mapping[str, Step]]) -> dict[str, float]:
    """The numbers by kind of finding, without those that are as usual; a later table goes before an earlier one.

    >>> sensitivity_of({"picture": {"blurred": "low", "black": "off"}}, {"picture": {"black": "normal"}})
    {'picture.blurred': 0.7}
    """
    steps = {
        f"{group}.{name}": step for table in tables for group, part in table.items() for name, step in part.items()
    }
    return {kind: STEPS[step] for kind, step in sorted(steps.items()) if step != "normal"}


def _as_polygon(value: Any) -> tuple[Point, ...]:
    """A rectangle or a polygon as it is written, as corners."""
    if not isinstance(value, list):
        raise mistake(_EXPECTED)
    if len(value) == 4 and all(_is_number(item) for item in value):
        x, y, width, height = value
        corners: tuple[Point, ...] = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        if value[2] <= 0 or value[3] <= 0:
            raise mistake(saying("the width and the height must be more than 0"))
    elif 3 <= len(value) <= _MOST_CORNERS and all(_is_corner(item) for item in value):
        corners = tuple((item[0], item[1]) for item in value)
    else:
        raise mistake(saying("{expected}; at most {most} corners", expected=_EXPECTED, most=_MOST_CORNERS))
    if not all(0 <= number <= 100 for corner in corners for number in corner):
        raise mistake(
            saying("it reaches out of the picture"),
            saying("Numbers are percent of the picture's width and height, from the top left: 0 to 100."),
        )
    return corners


def _is_number(item: Any) -> bool:
    return isinstance(item, int | float) and not isinstance(item, bool)


def _is_corner(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and all(_is_number(number) for number in item)


def _leaves_something(regions: Sequence[tuple[Point, ...]]) -> Sequence[tuple[Point, ...]]:
    if regions and _all_ignored(cells_of(regions)):
        raise mistake(saying("nothing of the view would be left to judge"), saying("Leave out only what disturbs."))
    return regions


def cells_of(regions: Sequence[Sequence[Point]]) -> list[int]:
    """The cells that the regions leave out, packed as in `hub.core.findings.Finding.cells`; empty for none."""
    if not regions:
        return []
    # Imported here: nearly every command reads hub.toml, and few sites ignore anything.
    from hub.vision.masks import ignored_cells
    from hub.vision.regions import pack_cells

    return pack_cells(ignored_cells(regions))


def _all_ignored(cells: Sequence[int]) -> bool:
    return bool(cells) and all(row == 0xFFFF for row in cells)


_NUMBER = {"type": "number", "minimum": 0, "maximum": 100}
Region = Annotated[
    tuple[Point, ...],
    BeforeValidator(_as_polygon),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": _NUMBER, "minItems": 4, "maxItems": 4},
                {
                    "type": "array",
                    "items": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
                    "minItems": 3,
                    "maxItems": _MOST_CORNERS,
                },
            ]
        }
    ),
]
Ignore = Annotated[
    list[Region],
    AfterValidator(_leaves_something),
    Field(
        title="Ignored parts",
        description="Parts of the view that are not judged, such as a road or a flag: rectangles "
        "`[x, y, width, height]`, or polygons `[[x, y], [x, y], [x, y], …]`, in percent of the picture.",
        max_length=32,
    ),
]


def check_kinds(document: Document) -> Iterator[Problem]:
    """Findings in tables of sensitivity that there are not. Works on the raw data."""
    watch = document.data.get("watch")
    if isinstance(watch, dict):
        yield from _unknown_kinds(document, ("watch", "sensitivity"), watch.get("sensitivity"))
    cameras = document.data.get("cameras")
    for index, camera in enumerate(cameras if isinstance(cameras, list) else ()):
        own = camera.get("watch") if isinstance(camera, dict) else None
        if isinstance(own, dict):
            yield from _unknown_kinds(document, ("cameras", index, "watch", "sensitivity"), own.get("sensitivity"))


def _unknown_kinds(document: Document, at: Path, table: Any) -> Iterator[Problem]:
    if not isinstance(table, dict):
        return
    for group, part in table.items():
        if group in KINDS:
            hint = saying("Write it without quotes: {group} = …", group=group)
            yield document.problem(
                (*at, group), saying("the name of a finding is written as two keys"), hint, of_key=True
            )
            continue
        for name in part if isinstance(part, dict) else ():
            kind = f"{group}.{name}"
            if kind not in KINDS:
                hint = did_you_mean(kind, KINDS) or suggestion(kind, KINDS, of=saying("findings of the picture"))
                yield document.problem(
                    (*at, group, name), saying("there is no finding {name!r}", name=kind[:80]), hint, of_key=True
                )
