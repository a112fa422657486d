"""What every key of a rule becomes, and what is said of names and values that it cannot have."""

# Whole messages are easier to compare on one line.
# ruff: noqa: E501

from datetime import date, time

import msgspec
import pytest

from hub.automation.language.matching import elsewhere
from hub.automation.model import (
    Escalation,
    Every,
    Group,
    Match,
    NotifyAction,
    PresetAction,
    ProtectAction,
    PublishAction,
    SetAction,
    SnapshotAction,
    StartAction,
)
from hub.core.catalogue import CATALOGUE
from tests.config.rule_texts import ALARM, KNOWN, built, folder, places, rule, said

# --- on ---


def test_a_wildcard_stands_for_the_events_of_an_area_that_end_no_other():
    on = built(rule('on = "picture.*"')).on
    assert "picture.frozen" in on
    assert "picture.unfrozen" not in on
    assert set(on) == {name for name in CATALOGUE if name.startswith("picture.") and CATALOGUE[name].CLEARS is None}


def test_wildcards_and_names_stand_together_and_each_event_once():
    assert built(rule('on = ["signal.*", "view.clear"]')).on == ("signal.lost", "signal.stalled", "view.clear")
    assert said(x=rule('on = ["signal.*", "signal.lost"]')) == [
        "warning: rule.1.on.2: the event 'signal.lost' is named twice. Once is enough."
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ('"*"', "rule.1.on: `*` would be every event there is. Name an area, such as `picture.*`, or list the events."),
        ('"pictures.*"', "rule.1.on: there is no event like 'pictures.*'. Did you mean `picture.*`?"),
        ('["view.ob*"]', "rule.1.on.1: the wildcard 'view.ob*' cannot be read. It stands for a whole area: `view.*`."),
        ('"*.lost"', "rule.1.on: the wildcard '*.lost' cannot be read. It stands for a whole area: `view.*`."),
    ],
)
def test_a_wildcard_that_stands_for_nothing_is_a_problem(on, expected):
    assert said(x=rule(f"on = {on}")) == [expected]


def test_for_needs_every_event_of_a_wildcard_to_have_an_end():
    assert built(rule('on = "view.*"\nfor = "5s"')).for_s == 5
    (found,) = said(x=rule('on = "camera.*"\nfor = "5s"'))
    assert found.startswith("rule.1.for: no event ends 'camera.relearned', so nothing could stop the wait.")


# --- where ---


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('camera = "line-*"', Match(path="camera", like=("line-*",))),
        ('camera = ["gate-1", "line-*"]', Match(path="camera", one_of=("gate-1",), like=("line-*",))),
        ('camera = { not = "gate-1" }', Match(path="camera", none_of=("gate-1",))),
        ('camera.tags = { not = ["do*", "line"] }', Match(path="camera.tags", none_of=("line",), unlike=("do*",))),
        ('camera.department = "works"', Match(path="camera.department", one_of=("works",))),
        ('"camera.name" = "Line *"', Match(path="camera.name", like=("Line *",))),
        ("share = { at_least = 0.2, not = 0.5 }", Match(path="share", at_least=0.2, none_of=(0.5,))),
    ],
)
def test_where_has_patterns_and_exceptions(where, expected):
    assert built(rule(f"where = {{ {where} }}")).where == (expected,)


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ('camera = "line-*"', {"line-1", "line-2"}),
        ('camera = ["gate-*", "line-2"]', {"gate-1", "line-2"}),
        ('camera = { not = "line-*" }', {"gate-1"}),
        ('camera.tags = "dome"', {"gate-1", "line-2"}),
        ('camera.tags = { not = "dome" }', {"line-1"}),
        ('camera.tags = { not = "li*e" }', {"gate-1"}),
        ('camera.department = { not = ["guard"] }', {"line-1", "line-2"}),
        ('camera.name = "*1"', {"gate-1", "line-1"}),
    ],
)
def test_where_lets_those_cameras_through(where, fits):
    made = built(rule(f"where = {{ {where} }}"))
    cameras = {camera: {"camera": camera, **facts} for camera, facts in KNOWN.facts.items()}
    assert {camera for camera, names in cameras.items() if elsewhere(made, names) is None} == fits


def test_a_value_that_is_absent_fits_no_exception():
    reason = elsewhere(built(rule('where = { camera.department = { not = "guard" } }')), {"camera": "ghost"})
    assert reason is not None
    assert reason.detail == "camera.department is not known; wanted is not 'guard'"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (
            'camera = "door-*"',
            "rule.1.where.camera: there is no camera like 'door-*'. The cameras are: gate-1, line-1, line-2.",
        ),
        (
            'camera.area = { not = "yard" }',
            "rule.1.where.camera.area.not: there is no area 'yard'. The areas are: gates, hall.",
        ),
        (
            'camera.department = "work"',
            "rule.1.where.camera.department: there is no department 'work'. Did you mean `works`?",
        ),
        (
            'camera.name = "Gate 2"',
            "rule.1.where.camera.name: there is no camera named 'Gate 2'. Did you mean `Gate 1`?",
        ),
        (
            'camera.tags = "domes"',
            "warning: rule.1.where.camera.tags: no camera has a tag 'domes'. Did you mean `dome`?",
        ),
        (
            'camera.domain = { not = ["production", "security"] }',
            "rule.1.where.camera.domain.not: nothing is left that would match.",
        ),
        ("camera = { not = [] }", "rule.1.where.camera.not: the list is empty, so it says nothing."),
        ("camera = {}", 'rule.1.where.camera: the table is empty. Write what it must be, such as { not = "x" }.'),
        ("share = { not = true }", "rule.1.where.share.not: `share` is compared with a number, found True."),
    ],
)
def test_what_nothing_could_fit_is_a_problem(where, expected):
    assert said(x=rule(f"where = {{ {where} }}")) == [expected]


def test_a_tag_in_a_condition_that_no_camera_has_is_a_warning_at_its_place():
    text = rule("if = \"share > 0.2 and ('domes' in camera.tags or 'dome' not in camera.tags)\"")
    (problem,) = folder(x=text).problems["rules/x.toml"]
    assert (problem.level, str(problem.message)) == ("warning", "no camera has a tag 'domes'")
    assert str(problem.hint) == "Did you mean `dome`?"
    assert text.splitlines()[problem.line - 1][problem.column - 1 :].startswith("'domes'")


@pytest.mark.parametrize("key", ["if", "unless"])
def test_a_condition_with_an_unknown_tag_is_used_all_the_same(key):
    found = folder(x=rule(f"{key} = \"'domes' in camera.tags\""))
    assert [each.id for each in found.rules] == ["r"]


def test_a_list_that_is_not_of_tags_may_hold_any_word():
    assert said(x=rule("if = \"'security' in domains\"").replace("view.obstructed", "account.created")) == []


# --- every ---


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ('{ weekday = "first mon", at = "09:00" }', Every(at=(time(9),), nth=((1, "mon"),))),
        (
            '{ weekday = ["last fri", "tue"], at = "09:00" }',
            Every(at=(time(9),), weekdays=("tue",), nth=((-1, "fri"),)),
        ),
        ('{ month = ["jan", 7], day = 1, at = "09:00" }', Every(at=(time(9),), months=(1, 7), days=(1,))),
        ('{ at = "07:45", only = "workdays" }', Every(at=(time(7, 45),), only="workdays")),
        (
            '{ weekday = "fri", weeks = 2, from = 2026-01-05, at = "10:00" }',
            Every(at=(time(10),), weekdays=("fri",), weeks=2, since=date(2026, 1, 5)),
        ),
        (
            '{ every = "2h", between = ["22:00", "06:00"], jitter = "45m" }',
            Every(interval_s=7200, between=(time(22), time(6)), jitter_s=2700),
        ),
    ],
)
def test_a_schedule_has_places_in_the_month_months_weeks_parts_of_the_day_and_jitter(every, expected):
    assert built(rule(f"every = {every}")).every == expected


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (
            '{ weekday = "first monday", at = "09:00" }',
            "rule.1.every.weekday: expected 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun', or one by its place such as 'first mon'. Did you mean `first mon`?",
        ),
        ('{ month = "january", at = "09:00" }', "rule.1.every.month: expected a month: 1 to 12, or 'jan' to 'dec'."),
        (
            '{ only = "workday", at = "09:00" }',
            "rule.1.every.only: expected 'workdays' or 'holidays', found 'workday'. Did you mean `workdays`?",
        ),
        (
            '{ from = "2026-01-05", at = "09:00" }',
            "rule.1.every.from: expected a date, found '2026-01-05'. Without quotes: 2026-01-05.",
        ),
        ('{ every = "2h", between = ["22:00"] }', "rule.1.every.between: expected at least 2 items."),
        (
            '{ at = "09:00", jitter = "soon" }',
            "rule.1.every.jitter: expected a length of time such as '20s', '5m', '1h30m' or '3d'.",
        ),
    ],
)
def test_a_slip_in_a_schedule_is_told(every, expected):
    assert said(x=rule(f"every = {every}")) == [expected]


def test_what_never_comes_due_is_told_at_its_key():
    (found,) = said(x=rule('every = { day = 31, month = "feb", at = "09:00" }'))
    assert found.startswith("rule.1.every")


# --- do ---


def test_every_action_becomes_what_it_says():
    made = built(
        "[variables]\nstopped = false\n"
        + rule(
            """do = [
  { notify = "person:wang", after = "5m" },
  { snapshot = true },
  { snapshot = "line-1" },
  { protect = "5m", before = "30s", keep = "7d", camera = "line-1" },
  { protect = "5m" },
  { preset = "door", camera = "gate-1" },
  { webhook = "mes", payload = { camera = "$camera", what = "$event" } },
  { mqtt = "plant", topic = "alarms/$camera", payload = { share = "$share" }, retain = true },
  { set = "stopped", value = true },
]
"""
        )
    )
    assert made.do == (
        NotifyAction(to="person:wang", after_s=300),
        SnapshotAction(),
        SnapshotAction(camera="line-1"),
        ProtectAction(for_s=300, before_s=30, keep_s=7 * 86_400, camera="line-1"),
        ProtectAction(for_s=300),
        PresetAction(preset="door", camera="gate-1"),
        PublishAction(kind="webhook", to="mes", payload={"camera": "$camera", "what": "$event"}),
        PublishAction(kind="mqtt", to="plant", topic="alarms/$camera", payload={"share": "$share"}, retain=True),
        SetAction(variable="stopped", value=True),
    )


@pytest.mark.parametrize("to", ["duty", "person:wang", "role:repairer", "post:room", "department-leader"])
def test_a_message_goes_along_a_route_or_to_people(to):
    assert built(rule(f'do = [{{ notify = "{to}" }}]')).do == (NotifyAction(to=to),)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ('{ notify = "dutty" }', "notify: there is no route 'dutty' in hub.toml. Did you mean `duty`?"),
        (
            '{ notify = "person:wong" }',
            "notify: there is no account with contacts 'wong'. Did you mean `wang`?",
        ),
        ('{ notify = "role:leeder" }', "notify: there is no role 'leeder'. Did you mean `leader`?"),
        ('{ notify = "post:gate" }', "notify: there is no post 'gate'. The posts are: room."),
        (
            '{ notify = "user:wang" }',
            "notify: expected a route, `person:…`, `role:…`, `post:…` or `department-leader`.",
        ),
        ('{ round = "weakly", due = "3d" }', "round: there is no round 'weakly'. Did you mean `weekly`?"),
        ('{ round = "weekly", team = "night" }', "team: there is no team 'night'. The teams are: technical."),
        ('{ snapshot = "gate-2" }', "snapshot: there is no camera 'gate-2'. Did you mean `gate-1`?"),
        ('{ protect = "5m", camera = "gate-2" }', "camera: there is no camera 'gate-2'. Did you mean `gate-1`?"),
        ('{ preset = "dor", camera = "gate-1" }', "preset: there is no preset 'dor'. Did you mean `door`?"),
        (
            '{ mqtt = "mes", topic = "a" }',
            "mqtt: the route 'mes' does not go through 'mqtt'. The routes that do are: plant.",
        ),
        (
            '{ webhook = "duty" }',
            "webhook: the route 'duty' does not go through 'webhook'. The routes that do are: mes.",
        ),
        ('{ webhook = "mess" }', "webhook: there is no route 'mess' in hub.toml. Did you mean `mes`?"),
        (
            '{ mqtt = "plant", topic = "a/#" }',
            "topic: nothing can be published to the topic 'a/#'. Write words with `/` between, without `+` and `#`.",
        ),
        ('{ mqtt = "plant", topic = "a/$camra" }', "topic: `$camra` is not known here. Did you mean `camera`?"),
        (
            '{ webhook = "mes", payload = { x = "$shar" } }',
            "payload.x: `$shar` is not known here. Did you mean `share`?",
        ),
        ('{ set = "stoped", value = true }', "set: there is no variable 'stoped'. Did you mean `stopped`?"),
        ('{ set = "stopped", value = "yes" }', "value: `stopped` is true or false, not a text."),
        ('{ set = "limit", value = true }', "value: `limit` is a number, not true or false."),
        ('{ start = "q" }', "start: there is no rule 'q'. Did you mean"),
        (
            '{ notify = "duty", after = "soon" }',
            "after: expected a length of time such as '20s', '5m', '1h30m' or '3d'.",
        ),
    ],
)
def test_an_action_that_names_what_is_not_there_is_a_problem(action, expected):
    text = "[variables]\nstopped = false\nlimit = 3\n" + rule(f"do = [{action}]", "qq")
    (found,) = said(x=text)
    assert found.startswith(f"rule.1.do.1.{expected}")


def test_what_needs_a_camera_says_so_where_the_event_has_none():
    assert said(x=rule('on = "hub.started"\ndo = [{ snapshot = true }]')) == [
        "rule.1.do.1.snapshot: the event is about no camera. Name one, or leave the action out."
    ]
    assert built(rule('on = "hub.started"\ndo = [{ snapshot = "gate-1" }]')).do == (SnapshotAction(camera="gate-1"),)


def test_a_route_that_no_loaded_plugin_carries_is_a_warning_and_what_is_not_known_is_not_checked():
    known = msgspec.structs.replace(KNOWN, notifiers=frozenset({"pager"}))
    assert said(known, x=rule("")) == [
        "warning: rule.1.do.1.notify: nobody hears the route 'duty': no loaded plugin brings mail. `hub plugins list` shows them."
    ]
    unknown = msgspec.structs.replace(
        KNOWN, notifiers=None, contacts=None, posts=None, rounds=None, teams=None, presets=None, facts={}
    )
    assert (
        said(
            unknown, x=rule('do = [{ notify = "post:any" }, { round = "any", team = "any" }, { notify = "person:x" }]')
        )
        == []
    )


# --- escalate, group, mode ---


def test_escalations_repeat_and_end():
    made = built(
        rule(
            f"""{ALARM}
[[rule.escalate]]
after = "5m"
do = [{{ notify = "leader" }}]
[[rule.escalate]]
after = "15m"
unless = "alarm.acknowledged or share < 0.2"
repeat = "10m"
times = 3
do = [{{ notify = "person:wang", text = {{ en = "$camera", zh = "摄像机 $camera" }} }}]
"""
        )
    )
    first, second = made.escalate
    assert first == Escalation(after_s=300, do=(NotifyAction(to="leader"),))
    assert (second.after_s, second.repeat_s, second.times) == (900, 600, 3)
    assert second.unless is not None
    assert second.unless.holds({"alarm.acknowledged": True})
    assert not second.unless.holds({"alarm.acknowledged": False, "share": 0.5})


def stage(keys: str, do: str = ALARM) -> str:
    return rule(f'{do}\n[[rule.escalate]]\ndo = [{{ notify = "leader" }}]\n{keys}\n')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (stage('after = "5m"\nrepeat = "10m"'), "rule.1.escalate.1.repeat: an escalation without an end. Say how often at most, up to 100: `times = 3`."),
        (stage('after = "5m"\nrepeat = "10m"\ntimes = 101'), "rule.1.escalate.1.times: an escalation without an end. Say how often at most, up to 100: `times = 3`."),
        (stage('after = "5m"\nrepeat = "5s"\ntimes = 3'), "rule.1.escalate.1.repeat: it would be repeated more often than every 10 seconds. Give people the time to react."),
        (stage('after = "5m"\ntimes = 3'), 'rule.1.escalate.1.times: `times` goes with `repeat`. Say how long between: `repeat = "10m"`.'),
        (stage('after = "5m"', 'do = [{ notify = "duty" }]'), "rule.1.escalate.1: nothing could end this escalation: the rule raises no alarm that somebody could acknowledge. Say what ends it with `unless`, or raise an alarm."),
        (stage('after = "5m"\nunless = "ticket.open"'), "rule.1.escalate.1.unless: the rule opens no ticket that could be asked about."),
        (stage('after = "5m"\nunless = "alarm.acked"'), "rule.1.escalate.1.unless: `alarm.acked` is not known here. Did you mean `alarm.active`?"),
        (stage('after = "5m"\nunless = "true"'), "rule.1.escalate.1.unless: it always holds, so this step never comes."),
        (stage('unless = "alarm.active"'), "rule.1.escalate.1.after: is missing. How long after the rule fired, such as `5m`."),
        (stage('after = "5m"\n[[rule.escalate]]\nafter = "5m"\ndo = [{ notify = "leader" }]'), "rule.1.escalate.2.after: it comes no later than the one before it. `after` counts from the firing: put them in order, each later than the last."),
        (rule('group = { wait = "30s", by = "camera.aera" }'), "rule.1.group.by: the event has no field 'camera.aera'. Did you mean `camera.area`?"),
        (rule(f'group = "30s"\n{ALARM}'), "rule.1.group: `group` is about messages, and the rule sends none. Add a `notify`, or leave it out."),
        (rule('group = "2h"'), "rule.1.group: messages would wait longer than an hour. Seconds or a few minutes are enough to see what belongs together."),
        (rule("group = 30"), 'rule.1.group: expected a length of time such as "30s", or { wait = "30s", by = … }.'),
        (rule('per = "camera.aera"\ncooldown = "5m"'), "rule.1.per: the event has no field 'camera.aera'. Did you mean `camera.area`?"),
        (rule('per = ["rule", "camera"]\ncooldown = "5m"'), "rule.1.per: `rule` stands for the rule as a whole, so nothing can stand beside it."),
        (rule('per = "rule"'), "warning: rule.1.per: `per` goes with `mode` or `cooldown`. Without one of them it counts only for the limit of ten firings a minute."),
        (rule("most = 5"), 'rule.1.most: `most` goes with `mode = "queued"` or `"parallel"`. Leave it out here.'),
        (rule('mode = "restart"'), "warning: rule.1.mode: `mode` says nothing here: the rule is over as soon as it has fired. It is about rules with `after` or `escalate`."),
        (rule('mode = "twice"'), "rule.1.mode: expected 'single', 'restart', 'queued' or 'parallel', found 'twice'."),
        (rule('every = "6h"\ncooldown = "1h"'), "warning: rule.1.cooldown: the cooldown is shorter than the time between two firings, so it changes nothing. Leave it out, and change `every`."),
        (rule('every = "5m"\ncooldown = "1h"'), "warning: rule.1.cooldown: the cooldown is longer than the time between two firings, so it swallows some. Leave it out, and change `every`."),
        (rule('cooldown = "0s"'), "rule.1.cooldown: expected more than nothing and at most 366d."),
    ],
)  # fmt: skip
def test_runs_that_cannot_be_meant_are_told(text, expected):
    assert [line for line in said(x=text) if "`mode` says nothing" in expected or "`mode` says nothing" not in line][
        :1
    ] == [expected]


def test_mode_per_cooldown_and_group_become_what_they_say():
    made = built(
        rule(
            'mode = "queued"\nmost = 3\nper = ["camera.area", "camera.domain"]\ncooldown = "10m"\n'
            'group = { wait = "30s", by = ["camera.area"] }\ndo = [{ notify = "duty", after = "1m" }]'
        )
    )
    assert (made.mode, made.most, made.per, made.cooldown_s) == ("queued", 3, ("camera.area", "camera.domain"), 600)
    assert made.group == Group(wait_s=30, by=("camera.area",))
    assert built(rule('group = "30s"')).group == Group(wait_s=30)


# --- rules that others start ---


def test_a_rule_without_on_and_every_is_one_that_others_start():
    text = rule('do = [{ start = "then" }]') + rule(
        'if = "started_by == \'r\'"\nwhere = { camera = "gate-1" }\n# started', "then"
    )
    first, then = folder(x=text).rules
    assert first.do == (StartAction(rule="then"),)
    assert (then.on, then.every) == ((), None)
    assert said(x=text.replace('\nwhere = { camera = "gate-1" }', '\nfor = "5s"')) == [
        "rule.2.for: `for` goes with `on`. A rule that others start acts at once."
    ]


# --- variables ---


def test_variables_are_declared_once_and_hold_for_every_file():
    found = folder(
        a="[variables]\nstopped = false\nlimit = 3\n", b=rule('unless = "var.stopped or share * 10 < var.limit"')
    )
    assert found.problems == {}
    assert found.variables == {"stopped": False, "limit": 3.0}
    assert said(a="[variables]\nstopped = false\n", b="[variables]\nstopped = true\n") == [
        "variables.stopped: the variable 'stopped' is declared twice. It is in rules/a.toml already, and holds for all files."
    ]
    assert said(a='[variables]\n"Line 1" = true\nwhen = 2026-01-01\n')[0].startswith("variables.")


def test_the_digest_of_a_rule_changes_with_what_its_variables_are_declared_as():
    one, other = (
        built(f"[variables]\nstopped = {value}\n" + rule('unless = "var.stopped"')).digest
        for value in ("true", "false")
    )
    assert one != other


def test_problems_have_the_place_of_what_is_wrong():
    assert places(x=rule('do = [\n  { notify = "duty" },\n  { mqtt = "plant", topic = "a/$camra" },\n]')) == [
        "rules/x.toml:7:32"
    ]
