"""The names that rules may use, from the event catalogue."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from hub.automation.fields import SCHEDULED, Places, camera_of, choices_of, event_fields, fields_of, names_of
from hub.automation.wording import CAMERA_PLACEHOLDERS, PLACEHOLDERS
from hub.core.catalogue import CATALOGUE, AlarmRaised, Event
from hub.core.findings import CameraNotJudged, NotJudged, ViewObstructed
from hub.core.people import Domain
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


def values_of(event: Event, site: Site) -> dict[str, Any]:
    return names_of(event, camera_of(event, site, Places()))


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
    cls = CATALOGUE[name]
    if "measures.*" in fields:
        values["measures"] = {"sharpness": 2.0}
    for field in cls.__struct_fields__:
        if field not in values and field in ("title", "response"):
            values[field] = Text(en="x")
        elif field == "site":
            values[field] = SITE
        elif field in ("rules", "runs"):
            values[field] = []
        elif field == "value":
            values[field] = True
    return cls(**values)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_declared_name_has_a_value_of_its_type(name: str) -> None:
    names = values_of(sample(name), SITE)
    for field, kind in fields_of([name]).items():
        if field == "measures.*":
            assert names["measures.sharpness"] == 2.0
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
