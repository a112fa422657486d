"""Rules that are well written and cannot do what they say, and rules of a folder that do not go together."""

# Whole messages are easier to compare on one line.
# ruff: noqa: E501

import msgspec
import pytest

from hub.config.load import parse_site
from hub.config.rules.file import known_of, parse_folder
from hub.config.rules.folder import unused_routes
from tests.config.rule_texts import ALARM, KNOWN, folder, places, rule, said

NEVER = "so the rule can never fire."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('where = { camera.id = "gate-1", camera.area = "hall" }', f"where: no camera fits all of this together, {NEVER}"),
        ('where = { camera.id = "line-*", camera.domain = "security" }', f"where: no camera fits all of this together, {NEVER}"),
        ('where = { camera.department = "works", camera.area = { not = "hall" } }', f"where: no camera fits all of this together, {NEVER}"),
        ("where = { share = { at_least = 2 } }", f"where.share: `share` is between 0 and 1, {NEVER}"),
        ("where = { share = 3 }", f"where.share: `share` is between 0 and 1, {NEVER}"),
        ('if = "share > 2"', f"if: it can never hold, {NEVER} `share` is between 0 and 1."),
        ("if = \"camera == 'gate-1' and camera == 'line-1'\"", f"if: it can never hold, {NEVER}"),
        ("where = { camera.area = \"hall\" }\nif = \"camera.domain == 'security'\"", f"if: it can never hold together with `where`, {NEVER}"),
        ("where = { share = { at_most = 0.5 } }\nif = \"share > 0.6\"", f"if: it can never hold together with `where`, {NEVER}"),
        ("where = { camera = { not = \"gate-1\" } }\nif = \"camera == 'gate-1'\"", f"if: it can never hold together with `where`, {NEVER}"),
        ('unless = "share >= 0"', f"unless: it always holds, {NEVER}"),
        ('if = "share > 0.5"\nunless = "share > 0.2"', f"unless: it always holds, {NEVER}"),
        ("where = { camera.area = \"gates\" }\nunless = \"camera.domain == 'security'\"", f"unless: it always holds, {NEVER}"),
        ('every = "6h"\nif = "late and not late"', f"if: it can never hold, {NEVER}"),
        ("if = \"weekday() == 'sat' and weekday() == 'sun'\"", f"if: it can never hold, {NEVER}"),
    ],
)  # fmt: skip
def test_a_rule_that_can_never_fire_is_an_error(text, expected):
    assert said(x=rule(text)) == [f"rule.1.{expected}"]
    assert folder(x=rule(text)).broken == ("rules/x.toml",)


@pytest.mark.parametrize(
    "text",
    [
        'where = { camera.id = ["gate-1", "line-1"], camera.area = "hall" }',
        'where = { camera.area = "hall" }\nif = "camera != \'line-1\'"',
        'where = { share = { at_least = 0.5 } }\nif = "share > 0.9"',
        'unless = "measures.x >= 0"',
        'on = "lens.soiled"\nif = "share > 2"',
        'on = ["view.obstructed", "view.overgrown"]\nif = "camera.domain == \'security\'"',
    ],
)
def test_a_rule_that_may_fire_is_left_alone(text):
    assert said(x=rule(text)) == []


def test_without_cameras_nothing_is_said_of_where_they_are():
    known = msgspec.structs.replace(KNOWN, facts={})
    assert said(known, x=rule('where = { camera.id = "gate-1", camera.area = "hall" }')) == []


@pytest.mark.parametrize(
    ("text", "feeds"),
    [
        (f'on = "alarm.raised"\n{ALARM}', True),
        (f'on = "alarm.raised"\nwhere = {{ kind = "signal" }}\n{ALARM}', False),
        (f'on = "alarm.raised"\nwhere = {{ rule = {{ not = "r" }} }}\n{ALARM}', False),
        (f'on = "alarm.raised"\nif = "kind != \'a\'"\n{ALARM}', False),
        (f'on = "alarm.raised"\nwhere = {{ camera = "gate-1" }}\n{ALARM}', True),
        ('on = "round.due"\ndo = [{ round = "weekly" }]', True),
        ('on = "ticket.opened"\ndo = [{ ticket = { en = "T", zh = "单" } }]', True),
        ('on = "alarm.raised"\ndo = [{ notify = "duty" }]', False),
    ],
)
def test_an_action_that_sets_its_own_rule_off_is_a_warning(text, feeds):
    found = said(x=rule(text))
    assert bool(found) is feeds
    assert all("which sets the same rule off again" in line and line.startswith("warning: ") for line in found)


# --- between rules ---


def test_a_rule_that_nobody_starts_is_told_and_one_that_is_started_from_another_file_is_not():
    lonely = rule("# started", "then")
    assert said(x=lonely) == [
        'rule.1: neither `on` nor `every` says when the rule acts. Add one of the two, or let another rule start it: { start = "then" }.'
    ]
    assert said(x=lonely, y=rule('do = [{ start = "then" }]')) == []
    escalating = rule(f'{ALARM}\n[[rule.escalate]]\nafter = "5m"\ndo = [{{ start = "then" }}]')
    assert said(x=lonely, y=escalating) == []


def test_rules_that_start_one_another_in_a_circle_are_told_once():
    text = rule('do = [{ start = "b" }]', "a") + rule('# started\ndo = [{ start = "c" }]', "b")
    text += rule('# started\ndo = [{ notify = "duty" }, { start = "a" }]', "c")
    assert said(x=text) == [
        "rule.1.do.1.start: the rule starts itself in a circle: a → b → c → a. The hub would cut it after ten steps; for something that comes again and again use `every`."
    ]
    assert said(x=rule('do = [{ start = "r" }]'))[0].startswith(
        "rule.1.do.1.start: the rule starts itself in a circle: r → r."
    )


def test_rules_that_may_stand_in_a_file_that_cannot_be_read_are_not_missed():
    assert said(x=rule('do = [{ start = "then" }]'), y="[[rule]\n") == ["expected `]]` at the end of the table's name."]


@pytest.mark.parametrize(
    ("one", "other", "twice"),
    [
        ("", "", True),
        ('where = { camera = "gate-1" }', "", True),
        ('where = { camera = "gate-1" }', 'where = { camera = "line-1" }', False),
        ('where = { camera = "gate-1" }', 'where = { camera = "line-*" }', False),
        ('where = { camera = "line-1" }', 'where = { camera = "line-*" }', True),
        ("where = { share = { at_most = 0.4 } }", "where = { share = { at_least = 0.5 } }", False),
        ('if = "share > 0.5"', "", False),
        ('for = "10s"', 'for = "20s"', False),
        ('on = "view.moved"', "", False),
        ('on = "view.*"', "", True),
    ],
)
def test_two_rules_that_raise_the_same_alarm_are_a_warning(one, other, twice):
    found = said(a=rule(f"{one}\n{ALARM}", "one"), b=rule(f"{other}\n{ALARM}", "two"))
    expected = "warning: rule.1.id: the rule 'one' raises the same alarm about the same thing. It is in rules/a.toml; tell them apart with `where` or `if`, or leave one out."
    assert found == ([expected] if twice else [])


def test_a_condition_about_an_alarm_that_no_rule_raises_is_a_warning_at_its_column():
    text = rule("unless = \"alarm_active(camera, 'aa') or open_alarms('a') > 1\"") + rule(ALARM, "s")
    assert said(x=text) == ["warning: rule.1.unless: no rule raises an alarm `aa`. Did you mean `a`?"]
    assert places(x=text) == ["rules/x.toml:6:32"]


def test_routes_that_no_rule_uses_are_named_in_hub_toml():
    config, _ = parse_site(
        '[site]\nname = "X"\ntimezone = "UTC"\n'
        + "".join(
            f'[[routes]]\nid = "{route}"\nname = "{route}"\nsend = [{{ via = "mail" }}]\n' for route in ("a", "b", "c")
        )
    )
    assert config is not None
    escalating = 'do = [{ alarm = "x", priority = "low" }, { notify = "a" }, { notify = "role:leader" }]\n[[rule.escalate]]\nafter = "5m"\ndo = [{ notify = "b" }]'
    rules = parse_folder({"rules/x.toml": rule(f'on = "signal.lost"\n{escalating}')}, known_of(config)).rules
    assert [str(problem) for problem in unused_routes(rules, config)] == [
        "hub.toml:13:6: warning: routes.3.id: no rule uses the route 'c'. Use it in a rule, `{ notify = \"c\" }`, or take it out."
    ]
