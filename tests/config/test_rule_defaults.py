"""What files of a folder share: defaults, included files, and where their mistakes are told."""

# Whole messages are easier to compare on one line.
# ruff: noqa: E501

import pytest

from hub.automation.model import Group, NotifyAction
from hub.config.problems import errors_of
from tests.config.rule_texts import ALARM, folder, places, rule, said

DEFAULTS = """\
[defaults]
clause = "3.2"
mode = "restart"
cooldown = "10m"
per = "camera.area"
missed = "skip"
group = "30s"
unless = "weekday() == 'sun'"
[[defaults.escalate]]
after = "5m"
do = [{ notify = "leader" }]
"""
BOTH = 'do = [{ alarm = "a", priority = "low" }, { notify = "duty" }]'


def rules_of(**texts):
    found = folder(**texts)
    assert [str(problem) for each in found.problems.values() for problem in errors_of(each)] == []
    return {made.id: made for made in found.rules}


def test_defaults_hold_for_every_rule_of_the_folder():
    made = rules_of(defaults=DEFAULTS, a=rule(BOTH, "a"), b=rule(BOTH, "b"))
    for each in made.values():
        assert (each.clause, each.mode, each.cooldown_s, each.per) == ("3.2", "restart", 600, ("camera.area",))
        assert each.group == Group(wait_s=30)
        assert each.unless is not None
        assert each.unless.source == "weekday() == 'sun'"
        assert [stage.do for stage in each.escalate] == [(NotifyAction(to="leader"),)]


def test_a_rules_own_key_goes_before():
    own = f'{BOTH}\nclause = "3.3"\nmode = "single"\ncooldown = "1m"\nper = "rule"\ngroup = "5s"\nunless = "share < 0.1"\nescalate = []\n'
    made = rules_of(defaults=DEFAULTS, a=rule(own))["r"]
    assert (made.clause, made.mode, made.cooldown_s, made.per) == ("3.3", "single", 60, ("rule",))
    assert (made.group, made.escalate) == (Group(wait_s=5), ())
    assert made.unless is not None
    assert made.unless.source == "share < 0.1"


def test_a_default_is_passed_over_by_rules_that_it_cannot_go_with():
    scheduled = rule('every = "6h"\ndo = [{ round = "weekly" }]', "scheduled")
    silent = rule(f'on = "hub.started"\n{ALARM}', "silent")
    made = rules_of(defaults=DEFAULTS, a=scheduled, b=silent)
    assert (made["scheduled"].missed, made["scheduled"].group, made["scheduled"].escalate) == ("skip", None, ())
    assert (made["silent"].missed, made["silent"].group, made["silent"].per) == ("run-once", None, ())
    assert made["silent"].escalate != ()


def test_a_default_says_the_same_as_a_key_of_the_rule():
    default = rules_of(defaults='[defaults]\ncooldown = "10m"\n', a=rule(""))["r"]
    assert default.digest == rules_of(a=rule('cooldown = "10m"'))["r"].digest
    assert default.digest != rules_of(a=rule(""))["r"].digest


def test_an_included_file_goes_before_the_folders_own():
    night = '[defaults]\ncooldown = "1h"\n[variables]\nnight = true\n'
    text = 'include = ["night.toml"]\n' + rule("", "a")
    made = rules_of(defaults=DEFAULTS, night=night, a=text, b=rule("", "b"))
    assert (made["a"].cooldown_s, made["a"].clause) == (3600, "3.2")
    assert made["b"].cooldown_s == 600
    assert folder(night=night, a=text).variables == {"night": True}


def test_included_files_include_others_which_they_go_before():
    texts = {
        "a": 'include = ["one.toml"]\n' + rule(""),
        "one": 'include = ["two.toml"]\n[defaults]\ncooldown = "1m"\n',
        "two": '[defaults]\ncooldown = "2m"\nclause = "3.3"\n',
    }
    made = rules_of(**texts)["r"]
    assert (made.cooldown_s, made.clause) == (60, "3.3")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"a": 'include = ["nite.toml"]\n', "night": "[defaults]\n"}, ["include.1: there is no file 'nite.toml' in the folder. Did you mean `night.toml`?", "warning: defaults: nothing goes by these defaults. Name the file in another one: include = [\"night.toml\"]."]),
        ({"a": 'include = ["../night.toml"]\n'}, ["include.1: a file of the same folder is included. Write its name only."]),
        ({"a": 'include = ["b.toml"]\n', "b": rule("")}, ["include.1: 'b.toml' has rules of its own. Only [defaults] and [variables] can be included."]),
        ({"a": 'include = ["defaults.toml"]\n', "defaults": "[defaults]\n"}, ["warning: include.1: defaults.toml holds for every file of the folder. Leave it out."]),
        ({"a": 'include = ["b.toml"]\n[defaults]\n', "b": 'include = ["a.toml"]\n[defaults]\n'}, ["include.1: 'b.toml' leads back to this file. Leave one of the two out.", "include.1: 'a.toml' leads back to this file. Leave one of the two out."]),
        ({"a": "[defaults]\n" + rule("")}, ['defaults: a file has either rules or `[defaults]`. Put them into defaults.toml for all files, or into one that this file names: include = ["x.toml"].']),
        ({"defaults": '[defaults]\ncoolbown = "5m"\n'}, ["defaults.coolbown: unknown key. Did you mean `cooldown`?"]),
        ({"defaults": '[defaults]\nper = "camera.aera"\n'}, ["defaults.per: no event has a field 'camera.aera'. Did you mean `camera.area`?"]),
        ({"a": 'include = "night.toml"\n'}, ["include: expected a [list], found 'night.toml'."]),
    ],
)  # fmt: skip
def test_what_cannot_be_shared_is_told(texts, expected):
    assert said(**texts) == expected


@pytest.mark.parametrize(
    ("default", "place", "expected"),
    [
        ('clause = "9.9"', "2:10", "defaults.clause: the regulation has no clause '9.9'."),
        ('unless = "shar > 1"', "2:11", "defaults.unless: `shar` is not known here. Did you mean `share`? It is so for the rule 'r' in rules/a.toml."),
        ('[[defaults.escalate]]\nafter = "5m"\ndo = [{ notify = "boss" }]', "4:18", "defaults.escalate.1.do.1.notify: there is no route 'boss' in hub.toml."),
        ('[[defaults.escalate]]\nafter = "5m"\nrepeat = "1m"\ndo = [{ notify = "leader" }]', "4:10", "defaults.escalate.1.repeat: an escalation without an end."),
        ('cooldown = "soon"', "2:12", "defaults.cooldown: expected a length of time"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_default_is_told_at_its_own_place_and_the_files_that_go_by_it_wait(default, place, expected):
    texts = {"defaults": f"[defaults]\n{default}\n", "a": rule(ALARM)}
    (line,) = said(**texts)
    assert line.startswith(expected)
    assert places(**texts) == [f"rules/defaults.toml:{place}"]
    found = folder(**texts)
    assert found.broken == ("rules/defaults.toml",)
    assert found.waiting == ("rules/a.toml",)
    assert found.rules == ()


def test_only_the_files_that_include_a_broken_one_wait():
    found = folder(night="[defaults\n", a='include = ["night.toml"]\n' + rule("", "a"), b=rule("", "b"))
    assert (found.broken, found.waiting) == (("rules/night.toml",), ("rules/a.toml",))
    assert [made.id for made in found.rules] == ["b"]
