"""`hub report` on a running hub: figures on the terminal, a page, paper, and sheets."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.core.kpi.definitions import FIGURES
from tests.e2e.hubs import Site

TODAY = f"{datetime.now(ZoneInfo('Asia/Shanghai')).date()}"


def test_the_figures_of_a_period_are_shown_by_section(plant: Site) -> None:
    shown = plant.hub("report", "weekly", "--day", TODAY)
    assert "Availability" in shown.stderr
    assert "Online, by time" in shown.stdout
    assert "Not over" in shown.stderr
    found = plant.json("report", "monthly", "--day", TODAY)
    lines = {line["figure"]["id"] for section in found["sections"] for line in section["lines"]}
    assert lines <= {each.id for each in FIGURES}
    assert found["cameras"] == 2


def test_in_chinese_it_is_chinese(plant: Site) -> None:
    shown = plant.hub("report", "daily", "--day", TODAY, env={"LANG": "zh_CN.UTF-8"})
    assert "在线率" in shown.stdout
    page = plant.hub("report", "daily", "--day", TODAY, "--format", "html", "--language", "zh_CN", "--out", "-").stdout
    assert "日报" in page
    assert '<html lang="zh-CN">' in page


def test_one_clause_is_shown_alone(plant: Site) -> None:
    found = plant.json("report", "clause", "3.1", "--day", TODAY)
    assert [section["clauses"] for section in found["sections"]] == [["3.1"]]
    assert "signal.lost" in [each["type"] for each in found["sections"][0]["counted"]]
    assert found["sections"][0]["tables"][0]["rows"], "the rules that serve it"
    refused = plant.hub("report", "clause", "9.9", code=4)
    assert "no clause 9.9" in refused.stderr


def test_it_is_written_where_it_is_wanted(plant: Site, tmp_path: Path) -> None:
    for wanted, first in (("html", b"<!doctype"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF-")):
        path = tmp_path / f"r.{wanted}"
        done = plant.hub("report", "daily", "--day", TODAY, "--format", wanted, "--out", f"{path}")
        assert path.read_bytes().startswith(first), wanted
        assert f"{path}" in done.stderr
        assert done.stdout == ""
    table = csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8-sig")))
    assert "online_time" in [row["figure id"] for row in table]


def test_the_name_of_the_file_says_what_is_written(plant: Site, tmp_path: Path) -> None:
    plant.hub("report", "daily", "--day", TODAY, "--out", f"{tmp_path}/r.XLSX")
    assert (tmp_path / "r.XLSX").read_bytes().startswith(b"PK")


def test_without_a_browser_a_pdf_is_refused_with_the_way_out(plant: Site, tmp_path: Path) -> None:
    env = {"PATH": f"{tmp_path}"}
    refused = plant.hub("report", "daily", "--day", TODAY, "-f", "pdf", "-o", f"{tmp_path}/r.pdf", code=2, env=env)
    assert "no Chromium" in refused.stderr
    assert "html" in refused.stderr
    assert not (tmp_path / "r.pdf").exists()


def test_a_period_too_long_ago_is_refused_with_the_oldest_one(plant: Site) -> None:
    refused = plant.hub("report", "daily", "--day", "2020-01-01", code=4)
    assert f"{datetime.now(ZoneInfo('Asia/Shanghai')).date() - timedelta(days=366)}" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("daily", "--day", "yesterday"), 2),
        (("daily", "--day", "2199-01-01"), 4),
        (("daily", "--format", "doc"), 2),
        (("daily", "--day", TODAY, "--format", "csv", "--out", "/nowhere/at/all.csv"), 2),
        (("daily", "--day", TODAY, "--out", "report"), 2),
        (("daily", "--day", TODAY, "--json", "--format", "pdf"), 2),
        (("daily", "--day", TODAY, "--json", "--out", "r.json"), 2),
    ],
)
def test_what_makes_no_sense_is_refused(plant: Site, arguments: tuple[str, ...], code: int) -> None:
    refused = plant.hub("report", *arguments, code=code)
    assert refused.stderr
    assert "Traceback" not in refused.stderr
