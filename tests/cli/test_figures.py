"""`hub figures` on a running hub: for people, for programs and for spreadsheets."""

import csv
import io
from itertools import pairwise
from typing import Any

import pytest
from typer.main import get_command

from hub.cli.main import app
from hub.core.catalogue import CATALOGUE
from hub.core.kpi.definitions import FIGURES
from tests.e2e.hubs import Site


def test_the_figures_of_this_month_are_shown_and_judged_later(plant: Site) -> None:
    shown = plant.hub("figures")
    assert "Online, by time" in shown.stdout
    assert "not over" in shown.stderr
    found = plant.json("figures")
    (site,) = found["groups"]
    online = next(each for each in site["figures"] if each["id"] == "online_time")
    assert online["verdict"] == "collecting"
    assert 0 <= online["numerator"] < online["denominator"], "both cameras have no signal"
    assert site["watched_s"] > 0


def test_cameras_are_compared_and_one_is_shown_whole(plant: Site) -> None:
    compared = plant.hub("figures", "--by", "camera").stdout
    assert "gate" in compared
    assert "Press" in compared
    whole = plant.hub("figures", "gate", "--by", "camera").stdout
    assert "Good picture, of judged time" in whole
    assert "Press" not in whole
    assert [group["id"] for group in plant.json("figures", "--by", "domain")["groups"]] == ["production", "security"]


def test_the_table_for_spreadsheets_has_every_figure_with_its_denominator(plant: Site) -> None:
    written = plant.hub("figures", "--by", "camera", "--csv").stdout
    assert written.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    assert {line["group id"] for line in lines} == {"gate", "press"}
    assert {line["figure id"] for line in lines} <= {each.id for each in FIGURES}
    online = next(line for line in lines if (line["group id"], line["figure id"]) == ("gate", "online_time"))
    assert float(online["denominator"]) > 0
    assert online["counted over"] == "time that was watched"
    assert online["verdict"] == "collecting"


def test_any_period_can_be_asked_for(plant: Site) -> None:
    found = plant.json("figures", "--from", "2026-01-05", "--to", "2026-01-06")
    assert found["over"]
    assert found["groups"][0]["watched_s"] == 0.0
    assert {each["verdict"] for each in found["groups"][0]["figures"]} <= {"collecting", "none", "low"}
    month = plant.json("figures", "--month", "2026-02")
    assert month["from_at"] < month["to_at"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--month", "2026-13"),
        ("--month", "2026-01", "--from", "2026-01-01"),
        ("--to", "2026-01-01"),
        ("--from", "yesterday"),
        ("--by", "person"),
    ],
)
def test_a_period_that_makes_no_sense_is_an_error_of_use(plant: Site, arguments: tuple[str, ...]) -> None:
    plant.hub("figures", *arguments, code=2)


def test_a_group_that_is_not_there_is_refused_with_those_that_are(plant: Site) -> None:
    assert "gate, press" in plant.hub("figures", "nowhere", "--by", "camera", code=4).stderr


@pytest.mark.parametrize("entries", sorted({each.entries for each in FIGURES}))
def test_where_the_entries_of_a_figure_are_is_a_command_that_exists(entries: str) -> None:
    words = entries.split()[1:]
    command: Any = get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    assert f" {command.name}" in entries
    assert {word for word in words if word.startswith("--")} <= {
        name for parameter in command.params for name in parameter.opts
    }
    assert all(name in CATALOGUE for option, name in pairwise(words) if option == "--type")
