"""The names that rules may use, from the event catalogue."""

from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from hub.automation.language.fields import SCHEDULED, Places, choices_of, event_fields, fields_of, names_of, ranges_of
from hub.automation.language.wording import CAMERA_PLACEHOLDERS, PLACEHOLDERS
from hub.core.alarms.events import AlarmRaised
from hub.core.catalogue import CATALOGUE, Event
from hub.core.findings import CameraNotJudged, NotJudged, ViewObstructed
from hub.core.people.account import Domain
from hub.core.site import Site
from hub.core.text import Text
from tests.automation.story import SITE

_KINDS: dict[type, type | tuple[type, ...]] = {
    str: str,
    float: (int, float),
    bool: bool,
    datetime: datetime,
    list: list,
}

PLANT = msgspec.structs.replace(SITE, areas=[msgspec.structs.replace(area, department="works") for area in SITE.areas])
"""With departments, so that every fact of a camera is there."""


def values_of(event: Event, site: Site) -> dict[str, Any]:
    return names_of(event, site, Places())


def sample(name: str) -> Event:
    """An event of that name with every scalar field set, made from its declared types."""
    fields = event_fields(name)
    values: dict[str, Any] = {}
    for field, described in fields.items():
        if "." not in field:
            plain: dict[type, Any] = {
                str: min(described.choices, default="gate-1"),
                float: 1,
                bool: True,
                datetime: datetime(2026, 1, 1, tzinfo=UTC),
                list: ["a"],
            }
            values[field] = plain[described.kind]
    values |= {field[:-2]: {"sharpness": 2.0} for field in fields if field.endswith(".*")}
    described = inspect.type_info(CATALOGUE[name])
    assert isinstance(described, inspect.StructType)
    for field in described.fields:
        if field.name not in values and field.required:
            values[field.name] = plain_value(field.type)
    return CATALOGUE[name](**values)


def plain_value(described: inspect.Type) -> Any:
    """Some value of a type that no condition can name."""
    match described:
        case inspect.Metadata(type=inner):
            return plain_value(inner)
        case inspect.UnionType(types=types):
            return None if any(isinstance(each, inspect.NoneType) for each in types) else True
        case inspect.StructType(cls=cls, fields=fields):
            return cls(**{field.name: plain_value(field.type) for field in fields if field.required})
        case inspect.ListType() | inspect.DictType() | inspect.VarTupleType():
            return {inspect.ListType: [], inspect.DictType: {}}.get(type(described), ())
        case _:
            return "x"


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_declared_name_has_a_value_of_its_type(name: str) -> None:
    names = values_of(sample(name), PLANT)
    for field, kind in fields_of([name]).items():
        if field.endswith(".*"):  # its names are those of the measures
            assert names[field.replace("*", "sharpness")] == 2.0
        else:
            assert isinstance(names[field], _KINDS[kind]), field


def test_a_finding_offers_its_fields_its_measures_and_its_camera() -> None:
    assert fields_of(["view.obstructed"]) == {
        "camera": str,
        "since_at": datetime,
        "measures.*": float,
        "share": float,
        "camera.id": str,
        "camera.name": str,
        "camera.area": str,
        "camera.department": str,
        "camera.domain": str,
        "camera.tags": list,
    }


def test_of_several_events_only_the_common_names_count() -> None:
    common = fields_of(["view.obstructed", "signal.lost"])
    assert "share" not in common
    assert common["since_at"] is datetime
    assert "camera" not in fields_of(["signal.lost", "effect.failed"])


def test_unknown_events_are_passed_over() -> None:
    assert fields_of(["no.such"]) == {}
    assert fields_of(["no.such", "schedule.due"]) == fields_of(SCHEDULED)


def test_texts_that_can_only_be_some_are_known() -> None:
    assert choices_of(["camera.not_judged"])["reason"] == set(get_args(NotJudged))
    assert choices_of(["signal.lost"]) == {"camera.domain": frozenset(get_args(Domain))}


def test_common_choices_are_those_of_all_events() -> None:
    both = choices_of(["camera.not_judged", "person.sign_in_refused"])["reason"]
    assert {"starting", "unknown", "password"} <= both
    assert "reason" not in choices_of(["camera.not_judged", "plugin.failed"]), "any text may be the reason of the other"


def test_absent_values_are_left_out() -> None:
    event = AlarmRaised(alarm="A-1", rule="r", kind="k", subject="hub", priority="low", title=Text(en="x"))
    names = values_of(event, SITE)
    assert "camera" not in names
    assert "camera.domain" not in names
    assert names["priority"] == "low"


def test_a_camera_that_the_site_does_not_know_has_no_facts() -> None:
    names = values_of(CameraNotJudged(camera="ghost", reason="worker"), Site())
    assert names == {"camera": "ghost", "reason": "worker"}


def test_measures_become_names_of_their_own() -> None:
    event = ViewObstructed(camera="gate-1", since_at=datetime(2026, 1, 1, tzinfo=UTC), measures={"cells": 0.5})
    assert values_of(event, SITE)["measures.cells"] == 0.5
    assert "measures" not in values_of(event, SITE)


def test_placeholders_take_no_name_away_from_an_event() -> None:
    for name in CATALOGUE:
        assert not set(event_fields(name)) & {*PLACEHOLDERS, *CAMERA_PLACEHOLDERS}


def test_places_follow_the_site_when_it_changes() -> None:
    places = Places()
    assert places.camera(SITE, "gate-1") is SITE.cameras[0]
    assert places.area(SITE, "hall") is SITE.areas[1]
    smaller = Site(cameras=[SITE.cameras[1]])
    assert places.camera(smaller, "gate-1") is None
    assert places.camera(smaller, "press-1") is SITE.cameras[1]
    assert places.area(smaller, "hall") is None
    assert places.camera(SITE, "gate-1") is SITE.cameras[0]


def test_a_camera_has_the_department_of_its_area_where_that_has_one() -> None:
    assert values_of(sample("view.clear"), PLANT)["camera.department"] == "works"
    assert "camera.department" not in values_of(sample("view.clear"), SITE)


def test_the_bounds_of_a_number_are_known_and_common_ones_are_the_widest() -> None:
    assert ranges_of(["view.obstructed"]) == {"share": (0, 1)}
    assert ranges_of(["view.obstructed", "lens.soiled"]) == {}
    assert ranges_of(["view.moved"]) == {}
