"""Home presets of steered cameras: learned, strayed from, returned to, approved elsewhere."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.catalogue import SiteConfigured
from hub.core.deeds import CameraTurned
from hub.core.event import Event, wire_name
from hub.core.homes.commands import ApproveHome, EndReturn, ReportPosition, ReturnHome
from hub.core.homes.decisions import decide
from hub.core.homes.events import CameraStrayed, HomeLearned
from hub.core.homes.position import AT_HOME, Position, apart
from hub.core.text import Text
from hub.errors import NotFound, WrongState

from .conftest import SITE, History

HOME = Position(
    pan=120.0, tilt=10.0, zoom=1.0, space="degrees", pan_span=360.0, tilt_span=90.0, zoom_span=30.0, wraps=True
)
AWAY = replace(HOME, pan=200.0, zoom=7.0)
NUMBERS = st.floats(-1000, 1000)
POSITIONS = st.builds(
    Position, pan=NUMBERS, tilt=NUMBERS, zoom=NUMBERS, pan_span=st.floats(1, 400), wraps=st.booleans()
)


@pytest.fixture
def plant(history: History) -> History:
    gate = next(camera for camera in SITE.cameras if camera.id == "gate-1")
    cameras = [replace(camera, home="1") if camera is gate else camera for camera in SITE.cameras]
    history.happen(SiteConfigured(site=replace(SITE, cameras=cameras)))
    return history


def report(plant: History, position: Position, *, turned: bool = False, preset: str = "1") -> list[Event]:
    order = ReportPosition(camera="gate-1", preset=preset, position=position, turned=turned)
    return plant.decide(decide, order)


def names(events: list[Event]) -> list[str]:
    return [wire_name(event) for event in events]


@pytest.fixture
def learned(plant: History) -> History:
    report(plant, HOME, turned=True)
    return plant


def test_nobody_knows_where_home_is_before_the_camera_was_sent_there(plant: History) -> None:
    assert report(plant, AWAY) == []
    assert report(plant, HOME, turned=True) == [HomeLearned(camera="gate-1", preset="1", position=HOME)]
    assert report(plant, HOME) == []


def test_a_camera_that_stands_elsewhere_is_found_once_and_over_when_it_is_back(learned: History) -> None:
    (strayed,) = report(learned, AWAY)
    assert isinstance(strayed, CameraStrayed)
    assert strayed.detail.en == "It stands at 200 to the side instead of 120, 7 in zoom instead of 1"
    assert report(learned, AWAY) == []
    (further,) = report(learned, replace(AWAY, tilt=60.0))
    assert isinstance(further, CameraStrayed)
    assert further.since_at == strayed.since_at
    assert names(report(learned, replace(HOME, pan=120.5))) == ["camera.home"]
    assert learned.state.homes.cameras["gate-1"].strayed is None


def test_one_key_sends_it_home_once_and_what_came_of_it_is_known(learned: History) -> None:
    report(learned, AWAY)
    send = ReturnHome(camera="gate-1")
    assert names(learned.decide(decide, send, "person:li")) == ["home.return_ordered"]
    assert learned.decide(decide, send, "person:li") == [], "it is on its way"
    learned.happen(CameraTurned(camera="gate-1", rule="", preset="1"))
    assert learned.state.homes.returning == {}
    assert names(report(learned, HOME, turned=True)) == ["camera.home"]


def test_a_preset_that_was_moved_on_the_device_shows_when_the_camera_is_sent_to_it(learned: History) -> None:
    assert names(report(learned, AWAY, turned=True)) == ["camera.strayed"]
    assert names(report(learned, AWAY, turned=True)) == ["camera.strayed"], "sent again, told again"


def test_why_it_could_not_be_sent_home_is_told_and_it_can_be_tried_again(learned: History) -> None:
    learned.decide(decide, ReturnHome(camera="gate-1"), "person:li")
    end = EndReturn(camera="gate-1", preset="1", problem=Text(en="No answer."))
    assert names(learned.decide(decide, end)) == ["home.return_failed"]
    assert learned.decide(decide, end) == []
    assert names(learned.decide(decide, ReturnHome(camera="gate-1"), "person:li")) == ["home.return_ordered"]


def test_another_place_is_approved_only_where_the_camera_was_seen_to_stand(learned: History) -> None:
    approve = ApproveHome(camera="gate-1", reason="the new gate")
    with pytest.raises(WrongState, match="not found away"):
        learned.decide(decide, approve, "person:wang")
    report(learned, AWAY)
    home, anew = learned.decide(decide, approve, "person:wang")
    assert wire_name(home) == "camera.home"
    assert isinstance(anew, HomeLearned)
    assert (anew.position, anew.how, anew.reason) == (AWAY, "approved", "the new gate")
    assert report(learned, AWAY) == []


def test_positions_in_other_units_are_learned_anew_and_never_compared(learned: History) -> None:
    other = replace(AWAY, space="steps")
    assert report(learned, other) == []
    (anew,) = report(learned, other, turned=True)
    assert isinstance(anew, HomeLearned)
    assert anew.how == "units"


def test_only_cameras_with_a_home_have_one(plant: History) -> None:
    with pytest.raises(NotFound, match="No home preset") as refused:
        plant.decide(decide, ReturnHome(camera="press-1"), "person:li")
    assert "hub.toml" in refused.value.hint or "`home" in refused.value.hint
    with pytest.raises(NotFound, match="No camera nowhere"):
        plant.decide(decide, ReturnHome(camera="nowhere"), "person:li")
    assert report(plant, HOME, turned=True, preset="2") == [], "it was another preset that it was sent to"


@given(POSITIONS, POSITIONS)
def test_how_far_two_places_are_apart_does_not_depend_on_which_comes_first(one: Position, other: Position) -> None:
    same = replace(other, pan_span=one.pan_span, wraps=one.wraps)
    there, back = apart(one, same), apart(same, one)
    assert there is not None
    assert back is not None
    assert math.isclose(there, back)
    assert apart(one, one) == 0


@given(st.floats(0, 360), st.floats(-3.5, 3.5))
def test_a_few_degrees_are_home_on_either_side_of_north(pan: float, by: float) -> None:
    turned = replace(HOME, pan=(pan + by) % 360)
    gap = apart(replace(HOME, pan=pan), turned)
    assert gap is not None
    assert gap <= AT_HOME


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_what_is_no_number_cannot_be_compared(wrong: float) -> None:
    assert apart(HOME, replace(HOME, tilt=wrong)) is None
