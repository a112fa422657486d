import json
import re
from pathlib import Path

import pytest

from hub.core.alarms.events import AlarmAcknowledged
from hub.core.people.events import SignedOut
from tests.cli.conftest import ADMIN, FIRST, OWN
from tests.e2e.hubs import PASSWORD, Site


@pytest.fixture
def another_home(plant: Site, tmp_path: Path) -> dict[str, str]:
    """Somebody else at the same hub, so that nobody's saved session is in the way."""
    return {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}


def test_signing_in_is_kept_for_the_next_commands_and_ended_by_signing_out(
    people: Site, another_home: dict[str, str]
) -> None:
    people.hub("sign-in", "li", env={**another_home, **OWN})
    (saved,) = [p for p in Path(another_home["XDG_STATE_HOME"]).rglob("*") if p.is_file()]
    assert oct(saved.stat().st_mode)[-3:] == "600"
    token = saved.read_text()
    assert json.loads(people.hub("status", "--json", env=another_home).stdout)["me"]["id"] == "li"
    people.hub("sign-out", env=another_home)
    assert not saved.exists()
    people.recorded(SignedOut, account="li")
    done = people.hub("status", code=4, env={**another_home, "HUB_TOKEN": token})
    assert "sign" in done.stderr.lower()
    assert json.loads(people.hub("status", "--json", env=another_home).stdout)["me"]["role"] == "reader"


def test_a_command_in_the_name_of_the_environment_leaves_no_sign_in_behind(
    people: Site, another_home: dict[str, str]
) -> None:
    before = len(people.records(SignedOut, account="li"))
    people.hub("alarms", env={**another_home, "HUB_ACCOUNT": "li", **OWN})
    assert len(people.records(SignedOut, account="li")) == before + 1


def test_a_wrong_password_is_refused(people: Site, another_home: dict[str, str]) -> None:
    done = people.hub("sign-in", "wu", code=4, env={**another_home, "HUB_PASSWORD": "not-the-password"})
    assert "not-the-password" not in done.stderr
    assert not list(Path(another_home["XDG_STATE_HOME"]).rglob("*"))


def test_a_person_sees_and_acts_in_their_own_domain_only(people: Site, another_home: dict[str, str]) -> None:
    li = {**another_home, "HUB_ACCOUNT": "li", **OWN}
    seen = json.loads(people.hub("alarms", "--json", env=li).stdout)
    # An alarm of the hub itself has no camera and is everybody's.
    assert {item["alarm"]["camera"] for item in seen} - {None} == {"gate"}
    everything = json.loads(people.hub("alarms", "--json", env={**another_home, **ADMIN}).stdout)
    about = {item["alarm"]["camera"]: item["alarm"]["id"] for item in everything if item["alarm"]["kind"] == "signal"}
    people.hub("alarms", "ack", about["press"], code=4, env=li)
    people.hub("alarms", "ack", about["gate"], "--note", "called the technician", env=li)
    acknowledged = people.recorded(AlarmAcknowledged, alarm=about["gate"])
    assert (acknowledged.actor, acknowledged.event.note) == ("person:li", "called the technician")
    again = people.hub("alarms", "ack", about["gate"], env=li)
    assert "already" in again.stderr or "so already" in again.stderr
    assert len(people.records(AlarmAcknowledged, alarm=about["gate"])) == 1


def test_what_is_not_possible_or_not_allowed_is_refused_with_the_reason(
    people: Site, another_home: dict[str, str]
) -> None:
    li, wu = ({**another_home, "HUB_ACCOUNT": name, **OWN} for name in ("li", "wu"))
    assert "A-99" in people.hub("alarms", "ack", "A-99", code=4, env=li).stderr
    assert "repairer" in people.hub("alarms", "ack", "A-1", code=4, env=wu).stderr
    standing = [item["ticket"] for item in json.loads(people.hub("tickets", "--json", env=wu).stdout)]
    (name,) = [ticket["id"] for ticket in standing if (ticket["camera"], ticket["rule"]) == ("gate", "signal-lost")]
    people.hub("tickets", "assign", name, "--repairer", "Wu Min", "--cause", "cable", env=wu)
    refused = people.hub("tickets", "close", name, "--cause", "cable", code=4, env=wu)
    assert re.search("signal.lost", refused.stderr, re.IGNORECASE), "in words, or by its wire name"
    people.hub("stop", "--reason", "because I can", code=4, env=wu)
    shelve = ("alarms", "shelve", "A-1", "--reason", "being repaired")
    assert "720" in people.hub(*shelve, "--minutes", "5000", code=2, env=li).stderr


def test_accounts_are_made_by_administrators_and_listed_without_passwords(
    people: Site, another_home: dict[str, str]
) -> None:
    wu = {**another_home, "HUB_ACCOUNT": "wu", **OWN, "HUB_NEW_PASSWORD": "whatever-it-is"}
    arguments = ("accounts", "add", "x1", "--name", "X", "--role", "leader", "--domain", "security")
    people.hub(*arguments, code=4, env=wu)
    people.hub(*arguments[:-2], "--domain", "nowhere", code=2, env={**ADMIN, "HUB_NEW_PASSWORD": "whatever-it-is"})
    listed = people.json("accounts", "list")
    assert {account["id"] for account in listed} >= {"admin", "li", "wu"}
    assert "x1" not in {account["id"] for account in listed}
    assert all("password" not in account for account in listed)


def test_a_person_is_trained_shown_and_dismissed_with_the_work_handed_over(
    people: Site, another_home: dict[str, str]
) -> None:
    admin = another_home
    people.hub("sign-in", "admin", env={**another_home, "HUB_PASSWORD": PASSWORD})
    first = {**admin, "HUB_NEW_PASSWORD": FIRST}
    people.hub("people", "add", "zhou", "--name", "Zhou Li", "--role", "repairer", "--domain", "security", env=first)
    people.hub("people", "train", "zhou", "--course", "Repairs", "--day", "2026-01-05", env=admin)
    people.hub("people", "train", "zhou", "--confidentiality", "--day", "2026-01-05", env=admin)
    shown = json.loads(people.hub("people", "show", "zhou", "--json", env=admin).stdout)
    assert (shown["qualified"], shown["must_change"], shown["state"]) == (True, "first", "enabled")
    people.hub("people", "change", "zhou", "--withdraw", "ptz", env=admin)
    people.hub("people", "disable", "zhou", "--reason", "on leave", env=admin)
    people.hub("people", "enable", "zhou", env=admin)
    people.hub("people", "dismiss", "zhou", "--successor", "wu", env=admin)
    listed = json.loads(people.hub("people", "list", "--json", env=admin).stdout)
    assert {view["account"]["id"]: view["state"] for view in listed}["zhou"] == "left"
    assert "has left" in people.hub("people", "enable", "zhou", code=4, env=admin).stderr
    sessions = json.loads(people.hub("people", "sessions", "admin", "--json", env=admin).stdout)
    assert any(session["mine"] for session in sessions)
