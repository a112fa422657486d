"""`hub clauses`: what serves each clause of the regulation, and what does not yet."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from hub.cli.main import app
from hub.cli.reports.clauses import COMMANDS
from hub.config.clauses import CLAUSES, LACKING
from hub.config.init import write_site
from hub.core.catalogue import CATALOGUE
from hub.core.served import RECORDS
from hub.locale import set_language
from hub.tui.actions import PANELS
from hub.tui.served import SCREENS

BY_PERMITS = [
    "permit-waiting",
    "view-obstructed-under-permit",
    "permit-ends-soon",
    "permit-ended-obstructed",
    "permit-ended-unalarmed",
]
"""Rules of `rules/permits.toml` that serve 3.6b."""


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    write_site(tmp_path / "plant", demo=True)
    return tmp_path / "plant"


@pytest.fixture
def chinese() -> Iterator[None]:
    set_language("zh_CN")
    yield
    set_language("en")


def clauses(plant: Path, *arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["clauses", *arguments, "--site", str(plant)])
    assert done.exit_code == code, done.output
    return done


def lines_of(done: Result) -> list[str]:
    """The lines of a table, with one space between its columns."""
    return [" ".join(line.split()) for line in done.stdout.splitlines()]


def test_every_clause_is_there_with_what_serves_it_or_that_nothing_does_yet(plant: Path) -> None:
    told = json.loads(clauses(plant, "--json").stdout)
    by_clause = {each["clause"]: each for each in told["clauses"]}
    assert list(by_clause) == list(CLAUSES)
    assert by_clause["2.4"]["rounds"] == ["technical"]
    assert "weekly-technical-round" in by_clause["2.4"]["rules"]
    assert by_clause["3.6b"]["rules"] == [*BY_PERMITS, "view-obstructed"]
    assert by_clause["4.1"]["commands"] == ["hub verify", "hub recordings"]
    empty = [
        clause for clause, each in by_clause.items() if not any(each[key] for key in ("rules", "screens", "records"))
    ]
    assert empty == []
    assert by_clause["4.2"]["screens"] == ["releases"]
    assert by_clause["4.2"]["records"] == ["release.*", "recording.held", "recording.hold_ended"]
    assert by_clause["5.1"]["screens"] == ["reviews"]
    assert by_clause["5.1"]["commands"] == list(COMMANDS["5.1"])
    assert by_clause["5.1"]["records"] == list(RECORDS["5.1"])
    assert not by_clause["5.1"]["lacking"]["en"]
    assert not by_clause["4.2"]["lacking"]["en"]
    assert "replacement.*" in by_clause["3.8"]["records"]
    assert [clause for clause, each in by_clause.items() if each["lacking"]["en"]] == ["3.4"]
    assert [clause for clause, each in by_clause.items() if not each["commands"]] == []


def test_people_get_a_table(plant: Path) -> None:
    lines = lines_of(clauses(plant, "3.6b", "4.2"))
    begins = lines.index("3.6b Nobody obstructs a camera")
    assert lines[begins + 1 : begins + 5] == [
        f"rules {', '.join(BY_PERMITS)}, view-obstructed",
        "screens Wall, Alarms, Permits",
        "commands hub permits",
        "records view.obstructed, view.clear, permit.*",
    ]
    assert lines[begins + 5] == "4.2 Retrieval of recordings"
    assert "commands hub releases" in lines
    assert not any(line.startswith("2.4") for line in lines)


@pytest.mark.usefixtures("chinese")
def test_the_table_is_in_the_language_in_force(plant: Path) -> None:
    assert lines_of(clauses(plant, "3.6b")) == [
        "条款",
        "3.6b 不得遮挡摄像机",
        f"规则 {', '.join(BY_PERMITS)}, view-obstructed",
        "界面 画面墙, 报警, 许可",
        "命令 hub permits",
        "记录 view.obstructed, view.clear, permit.*",
    ]


def test_it_is_the_rules_of_the_site_that_count(plant: Path) -> None:
    own = '[[rule]]\nid = "own"\ntitle = "Own"\nclause = "4.2"\non = "hub.started"\ndo = [{ notify = "duty" }]\n'
    (plant / "rules" / "own.toml").write_text(own, encoding="utf-8")
    (served,) = json.loads(clauses(plant, "4.2", "--json").stdout)["clauses"]
    assert served["rules"][0] == "own"


def test_a_broken_file_is_named_because_its_rules_are_not_counted(plant: Path) -> None:
    (plant / "rules" / "watch.toml").write_text("[[rule]\n", encoding="utf-8")
    done = clauses(plant, "3.6b", code=2)
    assert "rules/watch.toml" in done.stderr
    assert f"rules {', '.join(BY_PERMITS)}" in lines_of(done)


def test_a_clause_that_does_not_exist_is_a_mistake(plant: Path) -> None:
    assert "Did you mean `3.6b`?" in clauses(plant, "3.6", code=2).stderr


def test_the_tables_name_only_what_there_is() -> None:
    for table in (RECORDS, SCREENS, COMMANDS, LACKING):
        assert set(table) <= set(CLAUSES)
    areas = {f"{name.partition('.')[0]}.*" for name in CATALOGUE}
    assert {name for names in RECORDS.values() for name in names} <= set(CATALOGUE) | areas
    assert {name for names in SCREENS.values() for name in names} <= {panel for panel, _title, _key in PANELS}
    tree = typer.main.get_command(app)
    for command in {name for names in COMMANDS.values() for name in names}:
        found = tree
        for word in command.split()[1:]:
            found = found.commands[word]  # type: ignore[attr-defined]
