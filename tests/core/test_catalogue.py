"""The catalogue: every event can be written down and read back, and says what it is about."""

from typing import Union, get_args

import msgspec
import pytest

from hub.core.catalogue import CATALOGUE, FINDINGS, clearing_of, part_of, subject_of
from hub.core.commands import PersonCommand
from hub.core.event import Event, wire_name
from hub.core.findings import Evidence, Picture, ViewObstructed
from hub.core.fold import fold
from hub.core.people.events import TwoPlaces
from hub.core.rounds.events import CleaningNotProven
from hub.core.state import State
from hub.core.text import Text

from .conftest import START, History


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_event_is_documented_with_all_its_fields(name: str) -> None:
    cls = CATALOGUE[name]
    assert cls.__doc__
    assert cls.__doc__.strip().endswith(".")
    assert name.count(".") == 1
    assert name == name.lower()


@pytest.mark.parametrize("name", CATALOGUE)
def test_what_an_event_clears_is_in_the_catalogue(name: str) -> None:
    cleared = CATALOGUE[name].CLEARS
    assert cleared is None or CATALOGUE[wire_name(cleared)] is cleared


def test_every_finding_has_exactly_one_end() -> None:
    for kind in FINDINGS:
        assert len(clearing_of(kind)) == 1


def test_a_finding_and_its_end_have_the_same_subject() -> None:
    for found, cleared in FINDINGS.values():
        begin = found(camera="gate-1", since_at=START)
        assert subject_of(begin) == subject_of(cleared(camera="gate-1")) == "camera:gate-1"


def test_an_event_read_back_is_the_event_written() -> None:
    decoder = msgspec.json.Decoder(Union[tuple(CATALOGUE.values())])  # noqa: UP007
    evidence = Evidence(before=Picture(path="a.jpg", sha256="00"))
    for found, _ in FINDINGS.values():
        event = found(
            camera="gate-1",
            since_at=START,
            detail=Text(en="covered", zh="遮挡"),
            measures={"x": 1.5},
            evidence=evidence,
        )
        assert decoder.decode(msgspec.json.encode(event)) == event


def test_the_state_survives_being_written_down(history: History) -> None:
    encoded = msgspec.json.encode(history.state)
    assert msgspec.json.decode(encoded, type=State) == history.state


def test_folding_is_the_same_every_time(history: History) -> None:
    again = State()
    for record in history.records:
        again = fold(again, record)
    assert again == history.state


def test_every_command_of_people_has_a_name_of_its_own() -> None:
    tags = [cls.__struct_config__.tag for cls in get_args(PersonCommand)]
    assert len(set(tags)) == len(tags)


def test_an_event_about_nothing_in_particular_is_about_the_hub() -> None:
    class Sample(Event, tag="sample.event", frozen=True, kw_only=True):
        pass

    assert subject_of(Sample()) == "hub"


@pytest.mark.parametrize("name", [name for name, cls in CATALOGUE.items() if cls.CLEARS is not None])
def test_what_begins_and_what_ends_a_condition_are_about_the_same_thing(name: str) -> None:
    ends = CATALOGUE[name]
    assert ends.CLEARS is not None
    begins = CATALOGUE[wire_name(ends.CLEARS)]
    both = {field: "x" for field in begins.__struct_fields__ if field in ends.__struct_fields__}
    assert subject_of(_filled(begins, both)) == subject_of(_filled(ends, both))


def test_what_tells_conditions_of_one_thing_apart_is_in_their_beginning_and_in_each_end() -> None:
    apart = {name: cls.APART for name, cls in CATALOGUE.items() if cls.APART}
    assert apart == {
        "device.disk_failed": "disk",
        "device.reported": "report",
        "device.weak": "weakness",
        "permit.ended_while_obstructed": "kind",
        "recording.held": "release",
    }
    for name, field in apart.items():
        for each in (name, *clearing_of(name)):
            cls = CATALOGUE[each]
            assert part_of(_filled(cls, {field: "view"})) == "view"
    assert part_of(ViewObstructed(camera="gate-1", since_at=START)) == ""


_OF_CAMERAS = [name for name, cls in CATALOGUE.items() if "camera" in cls.__struct_fields__]


@pytest.mark.parametrize("name", [name for name in _OF_CAMERAS if name.startswith(("round.", "ticket."))])
def test_events_of_rounds_and_tickets_are_about_themselves_and_a_report_about_what_is_faulty(name: str) -> None:
    own = name.partition(".")[0]
    about = subject_of(_filled(CATALOGUE[name], {own: "X-1", "camera": "gate-1"}))
    assert about == ("camera:gate-1" if name == "ticket.opened" else f"{own}:X-1")


def test_a_job_in_vain_is_about_its_camera() -> None:
    assert subject_of(CleaningNotProven(round="R-1", camera="gate-1", finding="lens.soiled", why="still")) == (
        "camera:gate-1"
    )


def test_the_place_from_which_somebody_signed_in_is_not_what_the_event_is_about() -> None:
    assert subject_of(TwoPlaces(account="li", place="ops-1 tty1", other="gate pts/3")) == "account:li"


def _filled(cls: type[Event], values: dict[str, str]) -> Event:
    """An event with these fields and text in the others; only what it is about matters here."""
    return cls(**{**dict.fromkeys(cls.__struct_fields__, "other"), **values})
