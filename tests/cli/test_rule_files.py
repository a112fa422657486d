"""`hub rules check` and `hub rules new`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub.cli.rules.rules import rules_app
from hub.config.init import write_site
from hub.config.load import load_site
from hub.config.rules.file import load_rules
from hub.config.rules.known import known_of
from hub.config.rules.templates import templates
from tests.e2e.hubs import Site

RULE = """\
[[rule]]
id = "own"
title = { en = "Own", zh = "自定" }
on = "view.obstructed"
do = [{ notify = "duty" }]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site with one rule of its own and nothing else in rules/."""
    write_site(tmp_path / "plant", demo=False)
    shutil.rmtree(tmp_path / "plant" / "rules")
    (tmp_path / "plant" / "rules").mkdir()
    (tmp_path / "plant" / "rules" / "own.toml").write_text(RULE, encoding="utf-8")
    return tmp_path / "plant"


def rules(*arguments: object, code: int = 0) -> Result:
    done = CliRunner().invoke(rules_app, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done


def test_every_problem_is_printed_by_file_and_an_error_ends_with_code_2(folder: Path) -> None:
    (folder / "rules" / "a.toml").write_text(RULE.replace('"own"', '"a"').replace("duty", "dutty"), encoding="utf-8")
    (folder / "rules" / "b.toml").write_text(RULE.replace('"own"', '"b"').replace("view.", "vew."), encoding="utf-8")
    done = rules("check", folder, code=2)
    assert done.stdout.splitlines() == [
        "rules/a.toml:5:18: rule.1.do.1.notify: there is no route 'dutty' in hub.toml. Did you mean `duty`?",
        "",
        "rules/b.toml:4:6: rule.1.on: there is no event 'vew.obstructed'. Did you mean `view.obstructed`?",
    ]
    assert "Checked rules: 1, in files: 3. Errors: 2, warnings: 0." in done.stderr


def test_a_chinese_author_reads_it_in_chinese(folder: Path) -> None:
    (folder / "rules" / "b.toml").write_text(RULE.replace('"own"', '"b"').replace("view.", "vew."), encoding="utf-8")
    command = [sys.executable, "-m", "hub", "rules", "check", str(folder)]
    spoken = {**os.environ, "LC_ALL": "zh_CN.UTF-8"}
    done = subprocess.run(command, env=spoken, capture_output=True, encoding="utf-8")
    wrong = "rules/b.toml:4:6: rule.1.on: 没有事件 'vew.obstructed'。是否应为 `view.obstructed`？"
    assert (done.returncode, done.stdout.splitlines()) == (2, [wrong]), done.stderr
    done = subprocess.run([*command, "--json"], env=spoken, capture_output=True, encoding="utf-8")
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["message"], problem["hint"]) == ("没有事件 'vew.obstructed'", "是否应为 `view.obstructed`？")


def test_warnings_alone_are_no_failure(folder: Path) -> None:
    done = rules("check", folder)
    assert "no rule uses the route 'leader'" in done.stdout
    assert done.stdout.startswith("hub.toml:")
    assert "Errors: 0, warnings: 1." in done.stderr


def test_one_file_is_checked_by_itself_against_its_site_and_the_rest_of_the_folder(folder: Path) -> None:
    (folder / "rules" / "broken.toml").write_text("[[rule]\n", encoding="utf-8")
    own = folder / "rules" / "own.toml"
    assert "Checked rules: 1, in files: 1." in rules("check", own).stderr
    draft = folder.parent / "draft.toml"
    draft.write_text(RULE.replace("duty", "nobody"), encoding="utf-8")
    done = rules("check", draft, "--site", folder, code=2)
    assert [line.split(": ", 2)[2] for line in done.stdout.splitlines()] == [
        "there is another rule with the id 'own'. It is in rules/own.toml.",
        "there is no route 'nobody' in hub.toml. The routes are: duty, leader.",
    ]


def test_programs_get_json(folder: Path) -> None:
    (folder / "rules" / "own.toml").write_text(RULE.replace('"own"', '"Own"'), encoding="utf-8")
    told = json.loads(rules("check", folder, "--json", code=2).stdout)
    assert (told["ok"], told["rules"], told["files"]) == (False, 0, 1)
    (problem,) = told["problems"]
    assert (problem["file"], problem["line"], problem["column"], problem["level"]) == ("rules/own.toml", 2, 6, "error")


def test_mistakes_in_roster_rounds_and_calendar_are_told_as_well(folder: Path) -> None:
    (folder / "rules" / "calendar.toml").write_text('countri = "CN"\n', encoding="utf-8")
    done = rules("check", folder, code=2)
    assert "rules/calendar.toml:1:1: countri: unknown key." in done.stdout
    only = rules("check", folder / "rules" / "calendar.toml", code=2)
    assert only.stdout.splitlines() == [line for line in done.stdout.splitlines() if "calendar.toml" in line]


def test_what_is_not_there_is_told(folder: Path) -> None:
    assert "There is no file or folder nowhere.toml." in rules("check", "nowhere.toml", code=2).stderr
    assert "There is no hub.toml in" in rules("check", folder.parent, "--site", folder.parent, code=2).stderr


@pytest.mark.parametrize("template", templates())
def test_every_template_gives_a_rule_that_check_accepts(folder: Path, template: str) -> None:
    done = rules("new", template, "--id", "brand-new", "--site", folder)
    written = folder / "rules" / "brand-new.toml"
    assert f"wrote {written}" in done.stderr
    rules("check", folder)
    found = load_rules(folder, known_of(load_site(folder)))
    assert found.problems == {}
    assert "brand-new" in {rule.id for rule in found.rules}
    assert "@" not in written.read_text(encoding="utf-8")


def test_a_new_rule_is_about_the_cameras_that_are_named(folder: Path) -> None:
    with (folder / "hub.toml").open("a", encoding="utf-8") as file:
        for camera in ("gate-1", "gate-2"):
            file.write(
                f'\n[[cameras]]\nid = "{camera}"\nname = "{camera}"\narea = "gates"\ndomain = "security"\n'
                'driver = "rtsp"\nurl = "rtsp://127.0.0.1/"\n'
            )
    out = folder.parent / "gates.toml"
    arguments = ("--id", "gates", "--camera", "gate-1", "--camera", "gate-2", "--out", out, "--site", folder)
    rules("new", "camera-fault", *arguments)
    assert 'where = { camera = ["gate-1", "gate-2"] }\n' in out.read_text(encoding="utf-8")
    refused = rules("new", "camera-fault", "--id", "x", "--camera", "gate-3", "--site", folder, code=2)
    assert "there is no camera 'gate-3'. Did you mean `gate-" in refused.stderr
    assert not (folder / "rules" / "x.toml").exists()


def test_nothing_is_ever_written_over(folder: Path) -> None:
    other = folder / "rules" / "other.toml"
    other.write_text("# mine\n", encoding="utf-8")
    assert "There is a file" in rules("new", "storm-group", "--id", "other", "--site", folder, code=2).stderr
    assert other.read_text(encoding="utf-8") == "# mine\n"
    refused = rules("new", "storm-group", "--id", "own", "--out", other.with_name("new.toml"), "--site", folder, code=2)
    assert "there is another rule with the id 'own'. It is in rules/own.toml." in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("storm-grup", "--id", "x"), "There is no template storm-grup. Did you mean `storm-group`?"),
        (("storm-group",), "The rule needs an id"),
        (("storm-group", "--id", "Über"), "The rule needs an id"),
        (("daily-message", "--id", "x", "--camera", "gate-1"), "is about no single cameras"),
        (("daily-message", "--id", "x", "--area", "gates"), "is about no area"),
        (("quiet-area", "--id", "x", "--area", "gats"), "there is no area 'gats'. Did you mean `gates`?"),
    ],
)
def test_what_a_template_cannot_be_filled_with_is_told(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    assert says in rules("new", *arguments, "--site", folder, code=2).stderr
    assert [path.name for path in (folder / "rules").iterdir()] == ["own.toml"]


def test_the_templates_are_listed_in_both_languages(folder: Path) -> None:
    told = json.loads(rules("new", "--list", "--json").stdout)
    assert {each["template"] for each in told} == set(templates())
    assert all(each["title"]["en"] and each["title"]["zh"] for each in told)
    assert "storm-group" in rules("new", "--list").stdout


def test_the_real_command_asks_nothing_without_a_terminal(tmp_path: Path) -> None:
    site = Site(tmp_path / "plant", tmp_path / "home").init()
    site.hub("rules", "new", "escalating-alarm", code=2)
    site.hub("rules", "new", "escalating-alarm", "--id", "covered")
    assert site.json("rules", "check")["ok"] is True
