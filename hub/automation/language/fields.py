"""The names that a rule on given events may use, their types, and their values for one event.

Made from the event catalogue: a field of an event is a name when it is a text, a number, yes or no, a time or a list
of texts. `measures.*` stands for every measure that the watch gives. An event about a camera also has the camera's
own facts. A name whose value an event lacks is absent, which is neither true nor false nor zero.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from math import inf
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import inspect

from hub.core.catalogue import CATALOGUE
from hub.core.event import Event
from hub.core.people.account import DOMAINS
from hub.core.site import Area, Camera, Site
from hub.core.text import Text

SCHEDULED = ("schedule.due",)
"""The event that an `every` rule is about; use it where other rules have their `on`."""

CAMERA_FIELDS: dict[str, tuple[type, str, Callable[[Camera, Area | None], Any]]] = {
    "camera.id": (str, "The same as `camera`.", lambda camera, area: camera.id),
    "camera.name": (
        str,
        "Its English name, or its Chinese one where it has no other.",
        lambda camera, area: camera.name.in_("en"),
    ),
    "camera.area": (str, "The id of its area.", lambda camera, area: camera.area),
    "camera.department": (
        str,
        "The id of the department that its area belongs to.",
        lambda camera, area: area.department or None if area is not None else None,
    ),
    "camera.domain": (str, "`production` or `security`.", lambda camera, area: camera.domain),
    "camera.tags": (list, "Its tags.", lambda camera, area: camera.tags),
}
"""What a rule may ask about the camera of an event: type, meaning, how it is read. None: it has none."""

STANDING_FIELDS: dict[str, str] = {
    "alarm.acknowledged": "Somebody took note of the rule's alarm about the subject.",
    "alarm.active": "The rule's alarm about the subject has not returned to normal.",
    "alarm.shelved": "The rule's alarm about the subject is shelved.",
    "ticket.assigned": "Somebody repairs what the rule's ticket about the subject is about.",
    "ticket.open": "The rule's ticket about the subject is not closed yet.",
}
"""What the `unless` of an escalation may also ask, all yes or no: about what the rule itself made."""

_KINDS: dict[type[inspect.Type], type] = {
    inspect.StrType: str,
    inspect.IntType: float,
    inspect.FloatType: float,
    inspect.BoolType: bool,
    inspect.DateTimeType: datetime,
}


class Field(msgspec.Struct, frozen=True):
    """One name: its type, what it means, and the only texts it can have (empty: any)."""

    kind: type
    says: str = ""
    choices: frozenset[str] = frozenset()
    least: float = -inf
    """Of a number: the smallest that it can be."""
    most: float = inf


def fields_of(event_names: Iterable[str]) -> dict[str, type]:
    """Names and types that a `where`, `if` or `unless` of a rule on these events may use: those that all have.

    Names of unknown events are passed over; they are a problem of their own.
    """
    return {name: field.kind for name, field in _common(tuple(event_names)).items()}


@lru_cache(maxsize=1000)
def lacking(event_names: tuple[str, ...]) -> Mapping[str, str]:
    """The names that some of these events give and others lack, each with the first event that lacks it."""
    known = [name for name in event_names if name in CATALOGUE]
    every = {field for name in known for field in event_fields(name)}
    missing = {field: next((name for name in known if field not in event_fields(name)), "") for field in every}
    return {field: name for field, name in missing.items() if name}


def choices_of(event_names: Iterable[str]) -> dict[str, frozenset[str]]:
    """The names among `fields_of` that can only have certain texts, and which."""
    return {name: field.choices for name, field in _common(tuple(event_names)).items() if field.choices}


def ranges_of(event_names: Iterable[str]) -> dict[str, tuple[float, float]]:
    """The numbers among `fields_of` that have bounds: the smallest and the largest that they can be."""
    return {
        name: (field.least, field.most)
        for name, field in _common(tuple(event_names)).items()
        if (field.least, field.most) != (-inf, inf)
    }


@cache
def event_fields(event_name: str) -> dict[str, Field]:
    """Every name that one event of the catalogue gives. Raises `KeyError` for an unknown event."""
    described = inspect.type_info(CATALOGUE[event_name])
    assert isinstance(described, inspect.StructType)
    fields: dict[str, Field] = {}
    for field in described.fields:
        says, plain = _unwrapped(field.type)
        if isinstance(plain, inspect.DictType) and _kind(plain.value_type) is float:
            fields[f"{field.name}.*"] = Field(float, says)
        elif (kind := _kind(plain)) is not None:
            choices = plain.values if isinstance(plain, inspect.LiteralType) else ()
            least, most = _bounds(plain)
            fields[field.name] = Field(kind, says, frozenset(str(choice) for choice in choices), least, most)
    if "camera" in fields:
        for name, (kind, says, _) in CAMERA_FIELDS.items():
            fields[name] = Field(kind, says, frozenset(DOMAINS) if name == "camera.domain" else frozenset())
    return fields


class Places:
    """Finds cameras and areas of a site by id, in the same time for a site of any size.

    It remembers the last site that it was asked about, which changes only with hub.toml.
    """

    __slots__ = ("_areas", "_cameras", "_facts", "_site")

    def __init__(self) -> None:
        self._site: Site | None = None
        self._facts: dict[str, dict[str, Any]] = {}
        self._cameras: dict[str, Camera] = {}
        self._areas: dict[str, Area] = {}

    def camera(self, site: Site, camera_id: str) -> Camera | None:
        return self._of(site)._cameras.get(camera_id)

    def area(self, site: Site, area_id: str) -> Area | None:
        return self._of(site)._areas.get(area_id)

    def facts(self, site: Site, camera_id: str) -> Mapping[str, Any]:
        """The values of `CAMERA_FIELDS` for a camera; nothing for one that the site does not have."""
        known = self._of(site)._facts.get(camera_id)
        if known is None:
            camera = self.camera(site, camera_id)
            known = facts_of(camera, self.area(site, camera.area)) if camera is not None else {}
            if camera is not None:
                self._facts[camera_id] = known
        return known

    def _of(self, site: Site) -> "Places":
        if site is not self._site:
            self._site = site
            self._facts = {}
            self._cameras = {camera.id: camera for camera in site.cameras}
            self._areas = {area.id: area for area in site.areas}
        return self


def camera_of(event: Event, site: Site, places: Places) -> Camera | None:
    """The camera that an event is about; None where there is none, or hub.toml no longer has it."""
    camera_id = getattr(event, "camera", None)
    return places.camera(site, camera_id) if camera_id is not None else None


def texts_of(event_names: Iterable[str]) -> frozenset[str]:
    """The common fields of these events that are texts in both languages, or lists of them: for `$placeholders`, not
    for conditions."""
    fields = [
        {field.name for field in msgspec.structs.fields(CATALOGUE[name]) if holds_text(field.type)}
        for name in event_names
        if name in CATALOGUE
    ]
    return frozenset[str].intersection(*map(frozenset, fields)) if fields else frozenset()


def holds_text(described: Any) -> bool:
    """Whether a field of this type is a text in both languages, or a list of them."""
    plain = get_args(described)[0] if get_origin(described) is Annotated else described
    return Text in (plain, *get_args(plain))


def facts_of(camera: Camera, area: Area | None) -> dict[str, Any]:
    """The values of `CAMERA_FIELDS` for a camera in an area; those that it lacks are left out."""
    facts = ((name, read(camera, area)) for name, (_, _, read) in CAMERA_FIELDS.items())
    return {name: value for name, value in facts if value is not None}


def names_of(event: Event, site: Site, places: Places) -> dict[str, Any]:
    """The values of the names of an event of the site; those that it lacks are left out."""
    names = {name: value for name, value in msgspec.structs.asdict(event).items() if value is not None}
    for field in _measured(type(event)):
        for name, value in names.pop(field, {}).items():
            names[f"{field}.{name}"] = value
    camera_id = names.get("camera")
    if camera_id is not None:
        names |= places.facts(site, camera_id)
    return names


@cache
def _measured(event: type[Event]) -> tuple[str, ...]:
    """The fields of an event that hold measures by their names."""
    described = inspect.type_info(event)
    assert isinstance(described, inspect.StructType)
    plain = ((field.name, _unwrapped(field.type)[1]) for field in described.fields)
    return tuple(n for n, kind in plain if isinstance(kind, inspect.DictType) and _kind(kind.value_type) is float)


@lru_cache(maxsize=1000)
def _common(event_names: tuple[str, ...]) -> Mapping[str, Field]:
    maps = [event_fields(name) for name in event_names if name in CATALOGUE]
    if not maps:
        return {}
    common: dict[str, Field] = {}
    for name, field in maps[0].items():
        same = [other[name] for other in maps if name in other and other[name].kind is field.kind]
        if len(same) == len(maps):
            free = any(not each.choices for each in same)
            choices = frozenset[str]() if free else frozenset[str]().union(*(each.choices for each in same))
            least, most = min(each.least for each in same), max(each.most for each in same)
            common[name] = Field(field.kind, field.says, choices, least, most)
    return common


def _unwrapped(described: inspect.Type) -> tuple[str, inspect.Type]:
    """The description and the type itself, without annotations and without `None`."""
    says = ""
    while True:
        if isinstance(described, inspect.Metadata):
            says = says or str((described.extra_json_schema or {}).get("description", ""))
            described = described.type
            continue
        if isinstance(described, inspect.UnionType):
            rest = [each for each in described.types if not isinstance(each, inspect.NoneType)]
            if len(rest) == 1:
                described = rest[0]
                continue
        return says, described


def _bounds(described: inspect.Type) -> tuple[float, float]:
    if not isinstance(described, inspect.IntType | inspect.FloatType):
        return -inf, inf
    lowest = [bound for bound in (described.ge, described.gt) if bound is not None]
    highest = [bound for bound in (described.le, described.lt) if bound is not None]
    return max(lowest, default=-inf), min(highest, default=inf)


def _kind(described: inspect.Type) -> type | None:
    if isinstance(described, inspect.ListType):
        return list if isinstance(_unwrapped(described.item_type)[1], inspect.StrType) else None
    if isinstance(described, inspect.LiteralType):
        return str if all(isinstance(value, str) for value in described.values) else None
    return _KINDS.get(type(described))
