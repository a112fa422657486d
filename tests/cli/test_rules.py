"""`hub rules` as its user runs it: on files alone, on a real journal, and on a running hub."""

import json
from pathlib import Path

from hub.core.rules.events import RulePaused, RuleResumed, VariableSet
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import Site

RULE = """
[[rule]]
id = "own"
title = { en = "Own", zh = "自定" }
clause = "3.3"
on = "signal.lost"
for = "10s"
do = [{ alarm = "own", priority = "low", response = { en = "Look.", zh = "查看。" } }]
"""
CASES = """
[[case]]
name = "a signal that stays lost"
rule = "own"
given = [{ at = "08:00:00", event = "signal.lost", camera = "gate" }]
then = [{ at = "+10s", alarm = "own", camera = "gate" }]

[[case]]
name = "a signal that comes back"
rule = "own"
given = [
  { at = "08:00:00", event = "signal.lost", camera = "gate" },
  { at = "+5s", event = "signal.restored", camera = "gate" },
]
until = "+1m"
then = [{ not = { alarm = "own" } }]
"""


def with_cases(site: Site, cases: str = CASES, rule: str = RULE) -> Site:
    site.add_camera("gate", "rtsp://127.0.0.1:9/gate")
    site.add_rules(rule)
    folder = site.folder / "rules" / "cases"
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(cases, encoding="utf-8")
    return site


# --- cases ----------------------------------------------------------------------------------------------------------


def test_cases_that_hold_are_listed_and_counted(idle: Site) -> None:
    done = with_cases(idle).hub("rules", "test", "own")
    assert "rules/cases/own.toml:2: a signal that stays lost" in done.stdout
    assert "rules/cases/own.toml:8: a signal that comes back" in done.stdout
    assert "2 cases, 0 failed" in done.stderr


def test_a_case_that_fails_says_what_was_expected_what_happened_and_why(idle: Site) -> None:
    cases = CASES.replace('"+10s"', '"+30s"')
    done = with_cases(idle, cases).hub("rules", "test", "own.toml", code=1)
    assert "FAIL rules/cases/own.toml:2: a signal that stays lost" in done.stdout
    assert "08:00:30 (+30s) alarm own, camera gate" in done.stdout
    assert "08:00:10 (+10s) alarm own, priority low, camera gate, rule own" in done.stdout
    assert "own at 08:00:00 (+0s): waiting at `for`" in done.stdout
    told = idle.json("rules", "test", "own", code=1)
    assert [case["ok"] for case in told["cases"]] == [False, True]
    assert told["cases"][0]["failures"][0]["line"] == 6


def test_branches_without_a_case_are_named(idle: Site) -> None:
    one = CASES[: CASES.index("[[case]]", 5)]
    told = with_cases(idle, one).json("rules", "test", "own")
    own = {branch["step"]: branch["cases"] for branch in told["coverage"] if branch["rule"] == "own"}
    assert {step: own[step] for step in ("for", "fired", "do.1")} == {"for": 0, "fired": 1, "do.1": 1}
    shown = idle.hub("rules", "test", "own", "--coverage").stdout
    assert any(line.split()[:2] == ["own", "for"] for line in shown.splitlines())
    assert not any(line.split()[:2] == ["own", "fired"] for line in shown.splitlines())


def test_broken_cases_and_rules_are_named_with_exit_code_2(idle: Site) -> None:
    cases = CASES.replace('camera = "gate"', 'camera = "gaet"', 1)
    done = with_cases(idle, cases).hub("rules", "test", code=2)
    assert "rules/cases/own.toml:5:61: case.1.given.1.camera: there is no camera 'gaet'" in done.stdout
    assert "`gate`" in done.stdout
    idle.add_rules(RULE.replace("signal.lost", "signal.lots"))
    assert "rules/own.toml:6:6" in idle.hub("rules", "test", code=2).stdout


def test_a_name_that_no_case_has_is_an_error(idle: Site) -> None:
    assert "nothing-such" in with_cases(idle).hub("rules", "test", "nothing-such", code=2).stderr


# --- what was -------------------------------------------------------------------------------------------------------


def test_explain_replays_the_journal_beside_the_running_hub(plant: Site) -> None:
    shown = plant.hub("rules", "explain", "signal-lost", "--since", "1h").stdout
    assert "signal-lost  Signal lost  (rules/watch.toml)" in shown
    assert "Fired 2 times" in shown
    account = plant.json("rules", "explain", "signal-lost", "--since", "1h")
    assert {told["subject"] for told in account["firings"]} == {"camera:gate", "camera:press"}
    gate = plant.json("rules", "explain", "signal-lost", "--camera", "gate")
    assert [told["subject"] for told in gate["firings"]] == ["camera:gate"]
    assert gate["records"] > 10


def test_explain_names_what_it_does_not_know(plant: Site) -> None:
    assert "Did you mean `signal-lost`?" in plant.hub("rules", "explain", "signal-lots", code=4).stderr
    assert "gaet" in plant.hub("rules", "explain", "signal-lost", "--camera", "gaet", code=2).stderr
    assert "--since" in plant.hub("rules", "explain", "signal-lost", "--since", "soon", code=2).stderr


def test_a_changed_file_is_compared_with_what_is_in_force(plant: Site, tmp_path: Path) -> None:
    kept = plant.data / "rules-in-force" / "rules" / "watch.toml"
    plant.until(kept.is_file, 10, "the rules in force are kept")
    assert kept.read_bytes() == (plant.folder / "rules" / "watch.toml").read_bytes()
    assert "rules say the same" in plant.hub("rules", "diff").stdout
    # The files of another folder, in which the alarm is a lesser one.
    other = tmp_path / "site" / "rules"
    other.mkdir(parents=True)
    for file in (plant.folder / "rules").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        (other / file.name).write_text(text.replace('"signal", priority = "critical"', '"signal", priority = "low"'))
    found = plant.json("rules", "diff", "--since", "1h", "--against", str(other.parent))
    (changed,) = found["rules"]
    assert (changed["rule"], changed["change"]) == ("signal-lost", "changed")
    assert {each["says"] for each in changed["now_examples"]} == {"alarm signal (critical)"}
    assert {each["says"] for each in changed["then_examples"]} == {"alarm signal (low)"}
    assert (changed["only_now"], changed["only_then"]) == (2, 2)
    shown = plant.hub("rules", "diff", "--since", "1h", "--against", str(other)).stdout
    assert "alarm signal (critical)  gate" in shown


def test_diff_without_anything_in_force_says_the_way_out(idle: Site) -> None:
    assert "--against" in idle.hub("rules", "diff", code=2).stderr


# --- off and on -----------------------------------------------------------------------------------------------------


def test_a_rule_is_turned_off_and_on_by_a_person_and_that_is_on_record(plant: Site) -> None:
    refused = plant.hub("rules", "off", "view-moved", "--reason", "painting", code=4)
    assert "sign-in" in refused.stderr
    done = plant.hub("rules", "off", "view-moved", "--reason", "painting", "--for", "2h", env=ADMIN)
    assert "view-moved is off until " in done.stderr
    (paused,) = [record for record in plant.records(RulePaused) if record.event.rule == "view-moved"]
    assert (paused.actor, paused.event.reason) == ("person:admin", "painting")
    listed = {rule["id"]: rule for rule in plant.json("rules")}
    assert listed["view-moved"]["paused"]["by"] == "person:admin"
    assert listed["signal-lost"]["paused"] is None
    row = next(line for line in plant.hub("rules").stdout.splitlines() if line.startswith("view-moved"))
    assert "by admin" in row
    assert "view-moved is on." in plant.hub("rules", "on", "view-moved", env=ADMIN).stderr
    assert [record.event.why for record in plant.records(RuleResumed)] == ["person"]
    assert "not turned off" in plant.hub("rules", "on", "view-moved", code=4, env=ADMIN).stderr


def test_a_rule_that_is_not_there_or_a_time_that_is_none_is_refused(plant: Site) -> None:
    off = ("rules", "off", "view-moved", "--reason", "x")
    assert "soon" in plant.hub(*off, "--until", "soon", code=2, env=ADMIN).stderr
    assert "--until" in plant.hub(*off, "--for", "2h", "--until", "14:00", code=2, env=ADMIN).stderr
    assert "past" in plant.hub(*off, "--until", "2020-01-01 08:00", code=4, env=ADMIN).stderr
    assert "no rule nothing" in plant.hub("rules", "off", "nothing", "--reason", "x", code=4, env=ADMIN).stderr
    near = plant.hub("rules", "off", "view-move", "--reason", "x", code=4, env=ADMIN).stderr
    assert "Did you mean `view-moved`?" in near
    assert "--reason" in plant.hub("rules", "off", "view-moved", code=2, env=ADMIN).stderr


def test_a_rule_is_shown_in_words_with_what_its_event_means(plant: Site) -> None:
    shown = plant.hub("rules", "show", "signal-lost").stdout
    assert "When signal.lost (No picture data arrives from the camera) " in shown
    assert "rules/watch.toml:" in shown
    chinese = plant.hub("rules", "show", "signal-lost", env={"LC_ALL": "zh_CN.UTF-8"}).stdout
    assert "发生 signal.lost（收不到摄像机的画面数据）" in chinese
    told = plant.json("rules", "show", "signal-lost")
    assert told["rule"]["id"] == "signal-lost"
    assert told["says"][0]["zh"].startswith("发生 signal.lost")
    assert "no rule nowhere" in plant.hub("rules", "show", "nowhere", code=4).stderr
    assert "Did you mean `signal-lost`?" in plant.hub("rules", "show", "signal-los", code=4).stderr


def test_variables_are_set_as_they_are_declared(plant: Site) -> None:
    plant.add_rules("[variables]\nline_stopped = false\nmost = 3.0\n")
    plant.until(lambda: plant.json("rules", "variables"), 10, "the variables are declared")
    assert plant.json("rules", "variables") == [
        {"name": "line_stopped", "value": False, "declared": False},
        {"name": "most", "value": 3.0, "declared": 3.0},
    ]
    assert "line_stopped is true now" in plant.hub("rules", "set", "line_stopped", "true", env=ADMIN).stderr
    assert "Nothing to do" in plant.hub("rules", "set", "line_stopped", "yes", env=ADMIN).stderr
    plant.hub("rules", "set", "most", "5", env=ADMIN)
    assert [(record.event.variable, record.event.value) for record in plant.records(VariableSet)] == [
        ("line_stopped", True),
        ("most", 5.0),
    ]
    assert "a number" in plant.hub("rules", "set", "most", "many", code=2, env=ADMIN).stderr
    assert "`most`" in plant.hub("rules", "set", "mots", "1", code=2, env=ADMIN).stderr


def test_the_list_keeps_its_shape_for_programs(plant: Site) -> None:
    rules = json.loads(plant.hub("rules", "--json").stdout)
    keys = {"id", "title", "clause", "file", "when", "schedule", "next_due_at", "last_fired_at", "waiting", "why"}
    assert all(keys <= rule.keys() for rule in rules)
    assert next(rule for rule in rules if rule["id"] == "signal-lost")["on"] == ["signal.lost"]
