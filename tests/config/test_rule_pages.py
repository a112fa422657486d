"""The pages for those who write rules: what they show is so."""

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub.cli.rules.rules import rules_app
from hub.config.beside.files import load_beside
from hub.config.init import write_site
from hub.config.load import load_site
from hub.config.rules.file import parse_rules
from hub.config.rules.known import Known
from tests.guards.page_checks import Block, blocks

PAGES = Path(__file__).parents[2] / "docs" / "rules"
COOKBOOK = (PAGES / "cookbook.md").read_text(encoding="utf-8")
TUTORIAL = (PAGES / "tutorial.md").read_text(encoding="utf-8")
RECIPES = [block for block in blocks(COOKBOOK) if block.kind == "toml"]


@pytest.fixture(scope="module")
def known() -> Known:
    site = PAGES.parents[1]
    return load_beside(site, load_site(site), date(2026, 1, 1)).known


def test_there_are_twenty_recipes_each_with_a_number_and_one_piece_to_copy() -> None:
    assert [int(number) for number in re.findall(r"^## (\d+)\. ", COOKBOOK, re.MULTILINE)] == list(range(1, 21))
    assert len(RECIPES) == 20


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda block: f"line {block.line}")
def test_each_recipe_is_a_file_that_the_demo_plant_takes(recipe: Block, known: Known) -> None:
    rules, problems = parse_rules(recipe.text, "rules/recipe.toml", known=known)
    # The demo plant has no tags; a rule may speak of them before there are any.
    assert [str(problem) for problem in problems if "There are no tags yet" not in str(problem.hint)] == []
    assert all(rule.title.en and rule.title.zh for rule in rules)


def test_the_recipes_can_all_stand_in_one_site(tmp_path: Path) -> None:
    write_site(tmp_path / "plant", demo=True)
    for recipe in RECIPES:
        (tmp_path / "plant" / "rules" / f"recipe-{recipe.line}.toml").write_text(recipe.text, encoding="utf-8")
    done = rules("check", tmp_path / "plant")
    assert "Errors: 0" in done.stderr


def test_the_tutorial_goes_as_it_says(tmp_path: Path) -> None:
    plant = tmp_path / "plant"
    write_site(plant, demo=True)
    own, cases = plant / "rules" / "yard-night.toml", plant / "rules" / "cases" / "yard-night.toml"
    (begun,) = re.findall(r"^hub rules (new .+)$", TUTORIAL, re.MULTILINE)
    rules(*begun.split(), "--site", plant)
    rules("check", plant)

    rule, case = (block.text for block in blocks(TUTORIAL) if block.kind == "toml")
    shown = [block.text for block in blocks(TUTORIAL) if block.kind == "text"]
    own.write_text(rule.replace("between", "betwen"), encoding="utf-8")
    assert shown[0] in rules("check", plant, code=2).stdout
    own.write_text(rule, encoding="utf-8")
    rules("check", plant)

    cases.parent.mkdir(exist_ok=True)
    cases.write_text(case, encoding="utf-8")
    failed = rules("test", "yard-night", "--site", plant, code=1).stdout
    for line in shown[1].splitlines():
        assert line in failed
    cases.write_text(case.replace('at = "03:00:05", notify', 'at = "03:00:10", notify'), encoding="utf-8")
    assert "2 cases, 0 failed." in rules("test", "yard-night", "--site", plant).stderr


def rules(*arguments: object, code: int = 0) -> Result:
    done = CliRunner().invoke(rules_app, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done
