"""`hub permits`, `hub attention` and `hub patrol` on a running hub."""

import pytest

from hub.core.alarms.events import AlarmSuppressed, AlarmUnsuppressed
from hub.core.permits.events import PermitApplied, PermitEndedWhileObstructed
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import PASSWORD, Site

NEW = "Kalt3r-Winter-7"


def test_a_permit_from_the_application_to_its_end(plant: Site) -> None:
    assert plant.json("permits", "list") == []
    assert "No permit is in force or applied for." in plant.hub("permits", "list").stdout
    said = plant.hub("permits", "apply", "gate", "--until", "4h", "--reason", "painting", "--firm", "HD", env=ADMIN)
    permit = said.stderr.split()[0]
    assert f"{permit} waits for approval." in said.stderr
    assert plant.recorded(PermitApplied, permit=permit).event.kinds == ["obstruction"]
    refused = plant.hub("permits", "approve", permit, env=ADMIN, code=4)
    assert "your own application" in refused.stderr
    (view,) = plant.json("permits", "list")
    assert (view["permit"]["state"], view["permit"]["firm"]) == ("applied", "HD")
    shown = plant.hub("permits", "show", permit).stdout
    assert "painting" in shown
    assert f"Permit {permit} applied for: " in shown
    assert "permit.applied" not in shown
    assert plant.hub("permits").stdout == plant.hub("permits", "list").stdout
    assert permit in plant.hub("permits").stdout
    plant.hub("permits", "withdraw", permit, "--reason", "rain", env=ADMIN)
    assert plant.json("permits", "list") == []
    (view,) = [each for each in plant.json("permits", "list", "--all") if each["permit"]["id"] == permit]
    assert view["permit"]["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("apply", "nowhere", "--until", "4h", "--reason", "r"), "No camera nowhere in hub.toml."),
        (("apply", "gate", "--until", "soon", "--reason", "r"), "is no time"),
        (("apply", "gate", "--until", "4h", "--reason", "r", "--kind", "rain"), "There is no kind 'rain'."),
        (("apply", "gate", "--until", "30d", "--reason", "r"), "14 days at most"),
        (("approve", "P-9"), "There is no permit P-9."),
        (("extend", "P-9", "--until", "2h", "--reason", "r"), "There is no permit P-9."),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(plant: Site, arguments: tuple[str, ...], said: str) -> None:
    assert said in plant.hub("permits", *arguments, env=ADMIN, code=4).stderr


def test_the_local_reader_applies_for_nothing(plant: Site) -> None:
    assert "sign-in" in plant.hub("permits", "apply", "gate", "--until", "4h", "--reason", "r", code=4).stderr


def test_a_site_without_posts_asks_nobody_and_has_no_wall_to_walk(plant: Site) -> None:
    assert plant.json("attention", "list") == {"open": [], "past": [], "posts": []}
    assert "There is no check that you may see." in plant.hub("attention", "list").stdout
    assert plant.json("patrol", "list") == []
    assert "No post has a wall to be walked." in plant.hub("patrol", "list").stdout
    assert "rules/roster.toml" in plant.hub("attention", "check", "desk", env=ADMIN, code=4).stderr
    assert "There is no wall to walk at desk." in plant.hub("patrol", "begin", "desk", env=ADMIN, code=4).stderr
    assert "No walk is under way" in plant.hub("patrol", "confirm", "desk", "gate", env=ADMIN, code=4).stderr


def test_a_permit_in_force_silences_the_standing_alarm_and_its_end_brings_it_back(plant: Site) -> None:
    new = {**ADMIN, "HUB_NEW_PASSWORD": NEW}
    plant.hub("accounts", "add", "sun", "--name", "Sun Wei", "--role", "leader", "--domain", "security", env=new)
    plant.hub("people", "password", env={"HUB_ACCOUNT": "sun", "HUB_PASSWORD": NEW, "HUB_NEW_PASSWORD": PASSWORD})
    sun = {"HUB_ACCOUNT": "sun", "HUB_PASSWORD": PASSWORD}
    reason = ("--reason", "the mast is moved")
    said = plant.hub("permits", "apply", "gate", "--kind", "signal", "--until", "2h", *reason, env=ADMIN).stderr
    permit = said.split()[0]
    plant.hub("permits", "approve", permit, "--note", "leave the gate open", env=sun)
    assert "approved: leave the gate open (Sun Wei)" in plant.hub("permits", "show", permit).stdout
    suppressed = plant.recorded(AlarmSuppressed, by=f"permit:{permit}")
    alarm = suppressed.event.alarm
    assert {each["alarm"]["id"]: each["state"] for each in plant.json("alarms")}[alarm] == "suppressed"
    plant.hub("permits", "extend", permit, "--until", "1h", "--reason", "rain", env=ADMIN)
    (more,) = [each for each in plant.json("permits", "list") if each["permit"]["extends"] == permit]
    assert more["permit"]["state"] == "applied"
    plant.hub("permits", "refuse", more["permit"]["id"], "--reason", "enough", env=sun)
    plant.hub("permits", "end", permit, env=ADMIN)
    plant.recorded(AlarmUnsuppressed, alarm=alarm)
    plant.recorded(PermitEndedWhileObstructed, camera="gate", permit=permit, alarm=alarm)
    assert {each["alarm"]["id"]: each["state"] for each in plant.json("alarms")}[alarm] != "suppressed"
