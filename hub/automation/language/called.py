"""What ids in events are called: texts for people name people and cameras, programs get ids."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import inspect

from hub.automation.language.fields import Places
from hub.core.event import CAMERA, PERSON, Event
from hub.core.state import State
from hub.core.text import Text


def called(event: Event, state: State, places: Places) -> dict[str, Any]:
    """The names for the fields of an event that hold ids (`hub.core.event.PERSON`, `CAMERA`), by field: a text, or a
    list of texts. What nobody knows a name for is called by its id. The field `camera` is left out: rules know it as
    an id, with `camera_name` beside it."""
    found: dict[str, Any] = {}
    for field, whose in _ids(type(event)).items():
        value = getattr(event, field)
        if isinstance(value, list):
            found[field] = [_name(str(each), whose, state, places) for each in value]
        elif value:
            found[field] = _name(str(value), whose, state, places)
    return found


def _name(id_: str, whose: str, state: State, places: Places) -> Text:
    if whose == PERSON["names"]:
        return Text(en=state.staff.name(id_))
    camera = places.camera(state.site, id_)
    return camera.name if camera is not None else Text(en=id_)


@cache
def _ids(event: type[Event]) -> Mapping[str, str]:
    """The fields of an event that hold ids, and whose."""
    described = inspect.type_info(event)
    assert isinstance(described, inspect.StructType)
    found = {field.name: _whose(field.type) for field in described.fields if field.name != "camera"}
    return {name: whose for name, whose in found.items() if whose in (PERSON["names"], CAMERA["names"])}


def _whose(described: inspect.Type) -> str:
    match described:
        case inspect.Metadata(type=inner, extra=extra):
            return (extra or {}).get("names", "") or _whose(inner)
        case inspect.UnionType(types=types):
            return next(filter(None, map(_whose, types)), "")
        case inspect.ListType(item_type=item):
            return _whose(item)
        case _:
            return ""
