"""`hub rounds` against a running hub: a round from the day it is due to its signature, by hand and by sheet."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.rounds.events import RoundDue
from tests.e2e.hubs import PASSWORD, Site

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
RULES = """
[[rule]]
id = "check-the-room"
title = { en = "Check of the room", zh = "监控室检查" }
on = "hub.started"
do = [{ round = "room", team = "technical" }]

[[rule]]
id = "look-at-all"
title = { en = "Technical round", zh = "技术维护" }
on = "hub.started"
do = [{ round = "technical" }]
"""
JPEG = b"\xff\xd8\xff\xe0picture"


@pytest.fixture(scope="module")
def due(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running hub on which a check of the room and a technical round have just become due."""
    home = tmp_path_factory.mktemp("rounds")
    site = Site(home / "plant", home).init()
    site.add_rules(RULES)
    try:
        site.start()
        site.recorded(RoundDue, count=2)
        yield site
    finally:
        site.end()


def rounds_of(site: Site) -> dict[str, str]:
    return {each["round"]["kind"]: each["round"]["id"] for each in site.json("rounds", "list")}


def test_a_round_is_made_by_hand_and_by_sheet_and_signed(due: Site, tmp_path: Path) -> None:
    room = rounds_of(due)["room"]
    assert "Check of the room" in due.hub("rounds").stdout
    assert "not begun" in due.hub("rounds", "show", room).stderr
    refused = due.hub("rounds", "answer", room, "room", "clean", "yes", code=4, env=ADMIN)
    assert "hub rounds start" in refused.stderr
    due.hub("rounds", "start", room, env=ADMIN)
    due.hub("rounds", "answer", room, "room", "clean", "yes", "--remark", "swept", env=ADMIN)
    shown = due.hub("rounds", "show", room, "--open").stdout
    assert "Dry and ventilated" in shown
    assert "Clean and tidy" not in shown

    sheet = tmp_path / "sheet.csv"
    due.hub("rounds", "export", room, "--out", str(sheet), "--language", "zh")
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"), newline="")))
    said = {"dry": "是", "flammable": "是", "warmth": "warm"}
    for row in rows:
        row["结果"] = said.get(row["项目"], row["结果"])
    _save(sheet, rows)
    wrong = due.hub("rounds", "import", room, str(sheet), code=2, env=ADMIN)
    assert f"{sheet}:5:9: 'warm' is no number" in wrong.stderr
    for row in rows:
        row["结果"] = {"warmth": "21"}.get(row["项目"], row["结果"])
        row["照片"] = {"flammable": "box.jpg"}.get(row["项目"], "")
    _save(sheet, rows)
    assert "box.jpg cannot be read" in due.hub("rounds", "import", room, str(sheet), code=4, env=ADMIN).stderr
    (tmp_path / "box.jpg").write_bytes(JPEG)
    due.hub("rounds", "import", room, str(sheet), "--check", env=ADMIN)
    due.hub("rounds", "import", room, str(sheet), env=ADMIN)
    assert "it is so already" in due.hub("rounds", "import", room, str(sheet), env=ADMIN).stderr
    due.hub("rounds", "sign", room, "--note", "a box of rags taken away", env=ADMIN)

    (past,) = due.json("rounds", "history", "--kind", "room")
    assert (past["outcome"], past["bad"], past["makers"]) == ("done", 1, ["person:admin"])
    lines = {line["item"]: line for line in due.json("rounds", "show", room)["lines"]}
    assert (lines["warmth"]["value"], lines["clean"]["remark"]) == (21.0, "swept")
    assert lines["flammable"]["photos"]
    assert "a box of rags" in json.dumps(due.json("rounds", "history"))


def test_the_sheet_is_printed_in_both_languages(due: Site, tmp_path: Path) -> None:
    technical = rounds_of(due)["technical"]
    text = due.hub("rounds", "print", technical).stdout
    assert f"Sheet of round {technical}" in text
    page = tmp_path / "sheet.html"
    due.hub("rounds", "print", technical, "--as", "html", "--language", "zh", "-o", str(page))
    assert "巡检单" in page.read_text(encoding="utf-8")


def test_who_is_not_signed_in_makes_no_round(due: Site) -> None:
    assert "sign-in" in due.hub("rounds", "start", rounds_of(due)["technical"], code=4).stderr


def test_figures_and_a_cancelled_round(due: Site) -> None:
    technical = rounds_of(due)["technical"]
    due.hub("rounds", "cancel", technical, "--reason", "shutdown of the plant", env=ADMIN)
    assert technical not in due.hub("rounds", "list").stdout
    assert "There is no round R-99" in due.hub("rounds", "show", "R-99", code=4).stderr
    counts = {each["kind"]: each for each in due.json("rounds", "figures")}
    assert counts["technical"]["cancelled"] == 1
    assert "share in time" in due.hub("rounds", "figures").stdout
    assert due.json("rounds", "history", "--outcome", "cancelled")[0]["note"] == "shutdown of the plant"


def _save(sheet: Path, rows: list[dict[str, str]]) -> None:
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
