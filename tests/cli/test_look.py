import json
import os
import re
import select
import subprocess
import time

import pytest

from tests.cli.conftest import ADMIN
from tests.e2e.hubs import HUB, PASSWORD, Site


def test_status_says_how_the_hub_is(plant: Site) -> None:
    plant.until(lambda: plant.json("status")["health"]["journal"]["outbox"].get("done", 0) >= 2, 10, "it was counted")
    view = plant.json("status")
    assert view["me"]["role"] == "reader"
    assert {camera["id"]: camera["condition"] for camera in view["cameras"]} == {"gate": "lost", "press": "lost"}
    assert view["health"]["journal"]["seq"] >= view["position"] > 10
    assert all(plugin["ready"] for plugin in view["health"]["plugins"].values())
    shown = plant.hub("status").stdout
    assert "2 lost" in shown
    (record,) = re.findall(r"record (\d+)", shown)
    assert int(record) >= view["health"]["journal"]["seq"]


@pytest.mark.parametrize(
    ("command", "column"), [("cameras", "signal"), ("alarms", "priority"), ("tickets", "repairer"), ("rules", "why")]
)
def test_lists_are_tables_for_people_and_json_for_programs(plant: Site, command: str, column: str) -> None:
    items = plant.json(command)
    assert len(items) >= 2
    shown = plant.hub(command).stdout.splitlines()
    assert column in shown[0]
    assert len(shown) >= len(items) + 1


def test_the_local_reader_only_reads(plant: Site) -> None:
    before = {item["alarm"]["id"]: item["state"] for item in plant.json("alarms")}
    done = plant.hub("alarms", "ack", "A-1", code=4)
    assert "sign-in" in done.stderr
    assert {item["alarm"]["id"]: item["state"] for item in plant.json("alarms")} == before


def test_events_by_number_and_by_type(plant: Site) -> None:
    lines = plant.hub("events", "--json", "--limit", "5").stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["seq"] for record in records] == sorted(record["seq"] for record in records)
    assert len(records) == 5
    raised = [json.loads(line) for line in plant.hub("events", "--json", "--type", "alarm.raised").stdout.splitlines()]
    assert {record["type"] for record in raised} == {"alarm.raised"}
    # The hub may have something of its own to say, such as a machine that is too slow: that alarm has no camera.
    assert {record["event"]["camera"] for record in raised} - {None} == {"gate", "press"}
    assert "alarm.raised" in plant.hub("events", "--type", "alarm.raised").stdout


def test_events_are_followed_as_they_happen_until_whoever_reads_goes_away(plant: Site) -> None:
    follower = subprocess.Popen(
        [*HUB, "events", "--follow", "--json", "--limit", "0", "--site", str(plant.folder)],
        env=plant.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert follower.stdout is not None
    shown = follower.stdout.fileno()
    try:
        said = b""
        deadline = time.monotonic() + 60
        while b'"camera.retried"' not in said:
            assert time.monotonic() < deadline
            # What happened before it began to follow is not shown: so again, until it does.
            plant.hub("cameras", "retry", "gate", env=ADMIN)
            while select.select([shown], [], [], 2.0)[0] and b'"camera.retried"' not in said:
                said += os.read(shown, 65_536)
        while not said.endswith(b"\n"):
            said += os.read(shown, 65_536)
        retried = [record for record in map(json.loads, said.splitlines()) if record["type"] == "camera.retried"]
        assert {record["actor"] for record in retried} == {"person:admin"}
        # Like `hub events --follow | head`: the pipe is closed, and that is no error.
        follower.stdout.close()
        plant.hub("cameras", "retry", "gate", env=ADMIN)
        assert follower.wait(15) == 0, follower.stderr.read() if follower.stderr else ""
    finally:
        follower.kill()
        follower.wait()
        assert follower.stderr is not None
        follower.stderr.close()


def test_the_same_over_tcp_is_refused_without_a_person(plant: Site) -> None:
    done = plant.hub("status", "--url", "http://127.0.0.1:9", code=4)
    assert "sign-in" in done.stderr


@pytest.mark.parametrize(
    "command", ["status", "cameras", "alarms", "tickets", "rules", "events", "events --follow", "sign-in x"]
)
def test_without_a_running_hub_every_question_says_so(idle: Site, command: str) -> None:
    done = idle.hub(*command.split(), code=3, env={"HUB_PASSWORD": PASSWORD})
    assert "hub run" in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_site_is_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    done = Site(folder, folder).hub("status", code=None)
    assert done.returncode == 3
    assert str(folder) in done.stderr


def test_check_is_for_programs_too(idle: Site) -> None:
    checked = idle.json("check")
    # Late in a year the make-up days of the next one are not announced yet, and the calendar says so.
    assert checked["ok"]
    assert {problem["file"] for problem in checked["problems"]} <= {"rules/calendar.toml"}
    idle.append("\n[wach]\nworkers = 1\n")
    checked = idle.json("check", code=2)
    assert checked["ok"] is False
    (problem,) = checked["problems"]
    assert (problem["file"], problem["column"]) == ("hub.toml", 2)
    assert "watch" in problem["hint"]
    shown = idle.hub("check", code=2)
    assert f"hub.toml:{problem['line']}:2: " in shown.stdout


def test_a_misspelt_command_is_an_error_of_use(idle: Site) -> None:
    done = idle.hub("statsu", code=2)
    assert "statsu" in done.stderr
