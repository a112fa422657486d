"""`hub alarms` on a running hub: dealing with an alarm from the command line, its history and the figures."""

import pytest

from hub.core.alarms.events import AlarmJudged, AlarmResponded
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import Site


def number(plant: Site, camera: str) -> str:
    return str(next(item["alarm"]["id"] for item in plant.json("alarms") if item["alarm"]["camera"] == camera))


def state(plant: Site, alarm: str) -> str:
    return str(next(item["state"] for item in plant.json("alarms") if item["alarm"]["id"] == alarm))


def test_an_alarm_is_dealt_with_from_the_command_line(plant: Site) -> None:
    alarm = number(plant, "press")
    plant.hub("alarms", "ack", alarm, "--note", "seen", env=ADMIN)
    assert state(plant, alarm) == "acknowledged"
    assert "already" in plant.hub("alarms", "ack", alarm, env=ADMIN).stderr
    plant.hub("alarms", "done", alarm, "--note", "called the workshop", env=ADMIN)
    assert plant.records(AlarmResponded)[-1].event.note == "called the workshop"  # type: ignore[attr-defined]
    plant.hub("alarms", "judge", alarm, "false", "--cause", "a test", env=ADMIN)
    assert plant.records(AlarmJudged)[-1].event.cause == "a test"  # type: ignore[attr-defined]
    plant.hub("alarms", "priority", alarm, "low", "--reason", "only a test", env=ADMIN)
    plant.hub("alarms", "shelve", alarm, "--reason", "a test", "--once", env=ADMIN)
    assert state(plant, alarm) == "shelved"
    assert "it returns" in plant.hub("alarms", "list", "--aside").stdout
    plant.hub("alarms", "unshelve", alarm, env=ADMIN)
    plant.hub("alarms", "out", alarm, "--reason", "a test", "--hours", "2", env=ADMIN)
    aside = [item["alarm"] for item in plant.json("alarms", "list", "--aside")]
    assert [each["id"] for each in aside if each["camera"] == "press"] == [alarm]
    plant.hub("alarms", "back", alarm, env=ADMIN)
    assert state(plant, alarm) == "acknowledged"
    (past,) = plant.json("alarms", "history", "--verdict", "false")
    assert (past["life"]["alarm"], past["life"]["priority"], past["life"]["cause"]) == (alarm, "low", "a test")
    shown = plant.hub("alarms", "history", "--camera", "press").stdout
    assert alarm in shown
    assert "a test" in shown


def test_the_figures_are_for_people_and_for_programs(plant: Site) -> None:
    found = plant.json("alarms", "figures", "--hours", "2")
    assert found["alarms"] >= 2
    assert {desk["desk"] for desk in found["desks"]} == {"production", "security"}
    assert found["collecting"], "the hub is some minutes old"
    assert all(desk["slots"] < 12 for desk in found["desks"])
    shown = plant.hub("alarms", "figures", "--days", "1").stdout
    assert "share of time in flood" in shown
    assert "signal-lost" in shown
    assert "collecting: on record since" in shown


@pytest.mark.parametrize(
    "arguments",
    [("judge", "A-1", "perhaps"), ("shelve", "A-1"), ("figures", "--hours", "0"), ("priority", "A-1", "huge")],
)
def test_a_command_that_lacks_something_is_an_error_of_use(plant: Site, arguments: tuple[str, ...]) -> None:
    plant.hub("alarms", *arguments, code=2, env=ADMIN)


def test_an_alarm_that_does_not_stand_is_refused_with_the_way_out(plant: Site) -> None:
    assert "hub events" in plant.hub("alarms", "ack", "A-999", code=4, env=ADMIN).stderr
    assert "hub alarms history" in plant.hub("alarms", "judge", "A-999", "real", code=4, env=ADMIN).stderr
