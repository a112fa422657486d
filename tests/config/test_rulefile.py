"""Rule files: what becomes a rule, and what is said of what does not."""

# The tables below hold whole messages, which are easier to compare on one line.
# ruff: noqa: E501

import re
from datetime import time
from pathlib import Path
from time import process_time as time_spent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.automation.model import (
    AlarmAction,
    Every,
    Match,
    NotifyAction,
    RoundAction,
    Rule,
    TicketAction,
)
from hub.config.load import load_site
from hub.config.rules.file import Known, known_of, load_rules, parse_rules
from hub.core.catalogue import FINDINGS
from hub.core.event import wire_name
from hub.core.text import Text

REPOSITORY = Path(__file__).parents[2]

KNOWN = Known(
    cameras=frozenset({"gate-1", "press-1"}),
    areas=frozenset({"gates", "workshop"}),
    domains=frozenset({"production", "security"}),
    routes=frozenset({"duty", "leader"}),
)

GOOD = """\
[[rule]]
id = "view-obstructed"
title = { en = "Camera obstructed", zh = "摄像机被遮挡" }
clause = "3.6b"
on = "view.obstructed"
where = { camera.domain = "security" }
if = "share > 0.2"
for = "10s"
unless = "ticket_open(camera)"
do = [
  { alarm = "obstruction", priority = "high", response = { en = "Clear it.", zh = "清除。" } },
  { ticket = { en = "View obstructed: $camera_name", zh = "遮挡：$camera_name" } },
  { notify = "duty" },
]
"""


def rules_of(text: str) -> list[Rule]:
    rules, problems = parse_rules(text, "rules/x.toml", known=KNOWN)
    assert [str(problem) for problem in problems] == []
    return rules


def said(text: str) -> list[str]:
    return [str(problem) for problem in parse_rules(text, "x.toml", known=KNOWN)[1]]


def test_a_rule_becomes_what_it_says():
    (rule,) = rules_of(GOOD)
    assert rule.id == "view-obstructed"
    assert rule.title == Text(en="Camera obstructed", zh="摄像机被遮挡")
    assert (rule.file, rule.clause, rule.on, rule.for_s) == ("rules/x.toml", "3.6b", ("view.obstructed",), 10.0)
    assert rule.where == (Match(path="camera.domain", one_of=("security",)),)
    assert rule.condition is not None
    assert rule.condition.holds({"share": 0.3})
    assert not rule.condition.holds({"share": 0.1})
    assert rule.unless is not None
    assert rule.unless.source == "ticket_open(camera)"
    assert rule.do == (
        AlarmAction(kind="obstruction", priority="high", response=Text(en="Clear it.", zh="清除。")),
        TicketAction(title=Text(en="View obstructed: $camera_name", zh="遮挡：$camera_name")),
        NotifyAction(to="duty"),
    )


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ('"6h"', Every(interval_s=21600.0)),
        ('{ at = "08:30" }', Every(at=(time(8, 30),))),
        ('{ weekday = "mon", at = "08:30" }', Every(at=(time(8, 30),), weekdays=("mon",))),
        (
            '{ weekday = ["mon", "thu"], at = ["20:00", "08:30"] }',
            Every(at=(time(8, 30), time(20, 0)), weekdays=("mon", "thu")),
        ),
        ('{ day = 1, at = "09:00" }', Every(at=(time(9, 0),), days=(1,))),
        ('{ day = [15, "last"], at = 09:00:00 }', Every(at=(time(9, 0),), days=(15, -1))),
    ],
)
def test_a_schedule_is_a_length_of_time_or_times_on_days(every, expected):
    title = '{ en = "Round", zh = "巡检" }'
    (rule,) = rules_of(
        f'[[rule]]\nid = "r"\ntitle = {title}\nevery = {every}\nmissed = "skip"\n'
        'do = [{ round = "technical", due = "3d", team = "technical" }]\n'
    )
    assert rule.every == expected
    assert rule.missed == "skip"
    assert rule.do == (RoundAction(kind="technical", due_in_s=259200.0, team="technical"),)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('{ camera = "gate-1" }', (Match(path="camera", one_of=("gate-1",)),)),
        ('{ "camera.area" = ["gates", "workshop"] }', (Match(path="camera.area", one_of=("gates", "workshop")),)),
        ("{ share = { at_least = 0.5 } }", (Match(path="share", at_least=0.5),)),
        (
            '{ share = { at_least = 0.5, at_most = 1 }, camera = { tags = "north" } }',
            (Match(path="camera.tags", one_of=("north",)), Match(path="share", at_least=0.5, at_most=1.0)),
        ),
        ("{ measures.sharpness = { at_most = 3 } }", (Match(path="measures.sharpness", at_most=3.0),)),
    ],
)
def test_where_matches_values_lists_and_ranges_by_dotted_or_nested_keys(where, expected):
    (rule,) = rules_of(GOOD.replace('{ camera.domain = "security" }', where))
    assert rule.where == expected


def test_the_digest_tells_what_a_rule_says_and_not_how_it_is_written():
    (rule,) = rules_of(GOOD)
    written_otherwise = "# a comment\n" + GOOD.replace('"10s"', '"0m10s"').replace(
        'clause = "3.6b"\non = "view.obstructed"', 'on = ["view.obstructed"]\nclause = "3.6b"'
    )
    assert rules_of(written_otherwise)[0].digest == rule.digest
    assert len(rule.digest) == 64
    digests = {rule.digest}
    for old, new in [
        ('"10s"', '"11s"'),
        ("0.2", "0.3"),
        ("ticket_open(camera)", "share > 1"),
        ('"security"', '"production"'),
        ("Clear it.", "Clear it!"),
        ('"high"', '"low"'),
        ('"duty"', '"leader"'),
        ('"3.6b"', '"3.2"'),
    ]:
        digests.add(rules_of(GOOD.replace(old, new))[0].digest)
    assert len(digests) == 9


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('id = "view-obstructed"', 'id = "View"'), ["2:6: rule.1.id: expected lower-case letters, digits, '-' and '_' (at most 63), found 'View'. Such as 'view'."]),
        (('title = {', 'titel = {'), ["1:3: rule.1.title: is missing. What the rule is about, as staff read it.", "3:1: rule.1.titel: unknown key. Did you mean `title`?"]),
        (('"3.6b"', '"3.6c"'), ["4:10: rule.1.clause: the regulation has no clause '3.6c'. Did you mean `3.6b`?"]),
        (('"view.obstructed"', '"view.obstructd"'), ["5:6: rule.1.on: there is no event 'view.obstructd'. Did you mean `view.obstructed`?"]),
        (('on = "view.obstructed"\n', ""), ["1:3: rule.1: neither `on` nor `every` says when the rule acts. Add one of the two, or let another rule start it: { start = \"view-obstructed\" }."]),
        (('camera.domain = "security"', 'camera.domain = "securty"'), ["6:27: rule.1.where.camera.domain: there is no domain 'securty'. Did you mean `security`?"]),
        (('camera.domain = "security"', 'camera.area = ["gates", "gats"]'), ["6:35: rule.1.where.camera.area.2: there is no area 'gats'. Did you mean `gates`?"]),
        (('camera.domain = "security"', 'camera = "gate-2"'), ["6:20: rule.1.where.camera: there is no camera 'gate-2'. Did you mean `gate-1`?"]),
        (('camera.domain = "security"', "camera.domein = 1"), ["6:18: rule.1.where.camera.domein: the event has no field 'camera.domein'. Did you mean `camera.domain`?"]),
        (('camera.domain = "security"', 'share = "high"'), ["6:19: rule.1.where.share: `share` is compared with a number, found 'high'."]),
        (('camera.domain = "security"', "camera = { at_least = 1 }"), ["6:20: rule.1.where.camera: `camera` is not a number. Only numbers have `at_least` and `at_most`."]),
        (('camera.domain = "security"', "share = { at_least = 1, at_most = 0 }"), ["6:19: rule.1.where.share: `at_least` is above `at_most`, so nothing would match."]),
        (('camera.domain = "security"', 'share = { at_least = "1" }'), ["6:32: rule.1.where.share.at_least: expected a number, found '1'."]),
        (('camera.domain = "security"', "share = []"), ["6:19: rule.1.where.share: the list is empty, so nothing would match."]),
        (('camera.domain = "security"', "since_at = 1"), ["6:11: rule.1.where.since_at: `since_at` is a time, which `where` cannot match. Use `if`."]),
        (('"share > 0.2"', '"shar > 0.2"'), ["7:7: rule.1.if: `shar` is not known here. Did you mean `share`?"]),
        (('"share > 0.2"', "'''\nshare > 0.2 and\n  camera.area == 'gats''''"), ["9:18: rule.1.if: `camera.area` is never `gats`. Did you mean `gates`?"]),
        (('"10s"', '"10 seconds"'), ["8:7: rule.1.for: expected a length of time such as '20s', '5m', '1h30m' or '3d'. Did you mean `10s`?"]),
        (('"10s"', "10"), ["8:7: rule.1.for: expected a length of time in quotes, such as '20s', '5m' or '3d'."]),
        (('"10s"', '"0s"'), ["8:7: rule.1.for: expected more than nothing and at most 366d."]),
        (('for = "10s"', 'missed = "skip"'), ["8:1: rule.1.missed: `missed` goes with `every`. Leave it out here."]),
        (('{ alarm = "obstruction", priority = "high",', '{ alarm = "obstruction",'), ["11:3: rule.1.do.1.priority: is missing. `low`, `medium`, `high` or `critical`."]),
        (('"high"', '"urgent"'), ["11:39: rule.1.do.1.priority: expected 'low', 'medium', 'high' or 'critical', found 'urgent'."]),
        (('{ notify = "duty" }', '{ notify = "dutty" }'), ["13:14: rule.1.do.3.notify: there is no route 'dutty' in hub.toml. Did you mean `duty`?"]),
        (('{ notify = "duty" }', '{ notfy = "duty" }'), ["13:3: rule.1.do.3: expected an action: alarm, ticket, round, notify, report, snapshot, protect, preset, webhook, mqtt, set or start. Did you mean `notify`?"]),
        (('{ notify = "duty" }', '{ notify = "duty", alarm = "x" }'), ["13:3: rule.1.do.3: one action does one thing, found notify and alarm. Write a table for each."]),
        (('{ notify = "duty" }', '{ notify = "duty", txt = "x" }'), ["13:22: rule.1.do.3.txt: unknown key. Did you mean `text`?"]),
        (("View obstructed: $camera_name", "View obstructed: $camra_name"), ["12:39: rule.1.do.2.ticket.en: `$camra_name` is not known here. Did you mean `camera_name`?"]),
        (("遮挡：$camera_name", "遮挡：$camra"), ["12:63: rule.1.do.2.ticket.zh: `$camra` is not known here. Did you mean `camera`?"]),
        (("[[rule]]", "[rule]"), ["1:2: rule: rules are written as [[rule]]."]),
        (("[[rule]]", 'title = "x"\n[[rule]]'), ["1:1: title: unknown key. It belongs to a rule: write it below [[rule]]."]),
    ],
    ids=lambda value: value[1][:40].replace("\n", " ") if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_what_was_expected_and_the_way_out(change, expected):
    assert change[0] in GOOD
    assert said(GOOD.replace(change[0], change[1], 1)) == [f"x.toml:{line}" for line in expected]


SCHEDULED = """\
[[rule]]
id = "round"
title = { en = "Round", zh = "巡检" }
every = { weekday = "mon", at = "08:30" }
do = [{ round = "technical", due = "3d" }]
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('"mon"', '"monday"'), ["4:21: rule.1.every.weekday: expected 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun', or one by its place such as 'first mon'. Did you mean `mon`?"]),
        (('"08:30"', '"8:30"'), ["4:33: rule.1.every.at: expected a time of day in quotes, such as '08:30'. Did you mean `08:30`?"]),
        ((', at = "08:30"', ""), ["4:1: rule.1.every.at: no time of day is given. Write `at = \"08:30\"`, or an interval."]),
        (('weekday = "mon"', "day = 32"), ["4:17: rule.1.every.day: expected a day of the month from 1 to 31, or 'last'."]),
        (('{ weekday = "mon", at = "08:30" }', '"weekly"'), ["4:9: rule.1.every: expected a length of time such as '20s', '5m', '1h30m' or '3d'. Days and times are a table: { weekday = \"mon\", at = \"08:30\" }."]),
        (('{ weekday = "mon", at = "08:30" }', '"5s"'), ["4:9: rule.1.every: the interval must be between 10 seconds and 366 days."]),
        (('weekday = "mon"', "day = [1, 1]"), ["4:17: rule.1.every.day: the same value stands there twice. Leave one out."]),
        (('{ weekday = "mon", at = "08:30" }', "7"), ["4:9: rule.1.every: expected a length of time such as '6h', or { weekday = \"mon\", at = \"08:30\" }."]),
        (("every =", 'on = "hub.started"\nevery ='), ["5:1: rule.1.every: a rule has either `on` or `every`. Make two rules of it: one for the event and one for the schedule."]),
        (("every =", 'for = "5s"\nevery ='), ["4:1: rule.1.for: `for` goes with `on`. A rule with `every` has no event to look at."]),
        (("every =", 'missed = "once"\nevery ='), ["4:10: rule.1.missed: expected 'run-once', 'skip' or 'run-all', found 'once'. Did you mean `run-once`?"]),
        (('"3d"', '"3w"'), ["5:36: rule.1.do.1.due: expected a length of time such as '20s', '5m', '1h30m' or '3d'. Did you mean `21d`?"]),
        (('every = { weekday = "mon", at = "08:30" }', 'on = ["signal.lost", "camera.relearned"]\nfor = "5s"'), ["5:1: rule.1.for: no event ends 'camera.relearned', so nothing could stop the wait. `for` is only for what begins and ends, such as 'view.obstructed'; leave it out here."]),
    ],
    ids=lambda value: value[1][:40] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_mistake_in_a_scheduled_rule_is_told_with_its_place(change, expected):
    assert change[0] in SCHEDULED
    assert said(SCHEDULED.replace(change[0], change[1], 1)) == [f"x.toml:{line}" for line in expected]


def test_ten_mistakes_of_a_file_are_told_at_once_in_the_order_of_the_file():
    text = """\
colour = "red"
[[rule]]
id = "A"
title = 5
clause = "9.9"
on = ["signal.loss", "view.moved"]
for = "ten"
if = "detale == 'x'"
where = { camera.area = "yard" }
do = [{ alarm = "x", priority = "huge" }, { notify = "nobody" }]
"""
    assert [line.split(": ")[0] for line in said(text)] == [
        "x.toml:1:1",
        "x.toml:3:6",
        "x.toml:4:9",
        "x.toml:5:10",
        "x.toml:6:7",
        "x.toml:7:7",
        "x.toml:8:7",
        "x.toml:9:25",
        "x.toml:10:33",
        "x.toml:10:54",
    ]


@pytest.mark.parametrize(
    "twice",
    ['{ alarm = "other", priority = "low" }', '{ ticket = { en = "Other", zh = "其他" } }'],
)
def test_an_alarm_or_ticket_that_would_never_come_is_a_mistake(twice):
    (mistake,) = said(GOOD.replace('  { notify = "duty" },\n', f"  {twice},\n"))
    assert mistake == (
        "x.toml:13:3: rule.1.do.3: a rule has one alarm and one ticket at most: this one would never come. "
        "Make two rules of it."
    )


def test_a_text_in_one_language_is_a_warning_and_the_rule_is_used():
    text = GOOD.replace('{ en = "Camera obstructed", zh = "摄像机被遮挡" }', '"遮挡"').replace(
        ', zh = "清除。"', ', zh = ""'
    )
    rules, problems = parse_rules(text, "x.toml", known=KNOWN)
    assert [rule.title for rule in rules] == [Text(en="", zh="遮挡")]
    assert [str(problem) for problem in problems] == [
        'x.toml:3:9: warning: rule.1.title: there is no English text. Staff who read English see the Chinese one; write { en = "…", zh = "…" }.',
        'x.toml:11:58: warning: rule.1.do.1.response: there is no Chinese text. Staff who read Chinese see the English one; write { en = "…", zh = "…" }.',
    ]


def site(folder: Path, **files: str) -> Path:
    (folder / "rules").mkdir()
    for name, text in files.items():
        (folder / "rules" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_one_broken_file_does_not_stop_the_others(tmp_path):
    found = load_rules(site(tmp_path, a=GOOD, b="[[rule]\n", c=SCHEDULED), KNOWN)
    assert list(found.files) == ["rules/a.toml", "rules/c.toml"]
    assert [rule.id for rule in found.rules] == ["view-obstructed", "round"]
    assert found.broken == ("rules/b.toml",)
    assert [str(problem) for problem in found.problems["rules/b.toml"]] == [
        "rules/b.toml:1:7: expected `]]` at the end of the table's name."
    ]


def test_an_id_used_twice_is_told_within_a_file_and_over_files(tmp_path):
    assert said(GOOD + GOOD) == [
        "x.toml:16:6: rule.2.id: there is another rule with the id 'view-obstructed'. It is on line 2."
    ]
    found = load_rules(site(tmp_path, a=GOOD, b=GOOD), KNOWN)
    assert [str(problem) for problem in found.problems["rules/b.toml"]] == [
        "rules/b.toml:2:6: rule.1.id: there is another rule with the id 'view-obstructed'. It is in rules/a.toml."
    ]
    assert found.broken == ("rules/b.toml",)


def test_what_cannot_be_read_is_a_problem_of_that_file(tmp_path):
    folder = site(tmp_path, a=GOOD, d=GOOD.replace("view-obstructed", "again").replace("obstruction", "other"))
    (folder / "rules" / "b.toml").mkdir()
    (folder / "rules" / "c.toml").write_bytes(GOOD.encode("gbk"))
    (folder / "rules" / "e.toml").symlink_to("nowhere")
    (folder / "rules" / ".hidden.toml").write_text("not read", encoding="utf-8")
    (folder / "rules" / "cases").mkdir()
    found = load_rules(folder, KNOWN)
    assert list(found.files) == ["rules/a.toml", "rules/d.toml"]
    assert [str(problems[0]) for problems in found.problems.values()] == [
        "rules/b.toml: is not a file.",
        "rules/c.toml:3:43: the file is not UTF-8: byte 0xc9 here is not text. Save it as UTF-8 (it looks like GB 18030 / GBK).",
        "rules/e.toml: cannot be read: No such file or directory. Let the hub's user read it.",
    ]


def test_a_site_without_rules_has_none(tmp_path):
    found = load_rules(tmp_path, KNOWN)
    assert (found.rules, found.problems, found.broken) == ((), {}, ())


def test_the_shipped_rules_have_no_problems_and_serve_their_clauses():
    found = load_rules(REPOSITORY, known_of(load_site(REPOSITORY)))
    assert found.problems == {}
    rules = {rule.id: rule for rule in found.rules}
    assert rules["view-obstructed"].for_s == 10.0
    assert rules["weekly-technical-round"].clause == "2.4"
    assert all(rule.clause for rule in found.rules)
    assert all(rule.title.en and rule.title.zh for rule in found.rules)


@pytest.mark.parametrize("event", ["effect.failed", "notifier.failing"])
def test_a_message_that_does_not_get_out_is_an_alarm_and_sends_no_message(event):
    found = load_rules(REPOSITORY, known_of(load_site(REPOSITORY)))
    (rule,) = (rule for rule in found.rules if event in rule.on)
    assert [type(action) for action in rule.do] == [AlarmAction]


@pytest.mark.parametrize("event", ["hub.started", "journal.blocked", "round.missed"])
def test_an_interruption_and_a_round_that_was_not_made_are_alarms_and_messages(event):
    found = load_rules(REPOSITORY, known_of(load_site(REPOSITORY)))
    (rule,) = (rule for rule in found.rules if event in rule.on)
    assert [type(action) for action in rule.do] == [AlarmAction, NotifyAction]


TUTORIAL = (REPOSITORY / "docs" / "rules" / "tutorial.md").read_text(encoding="utf-8")


def test_the_tutorial_names_every_finding_with_what_ends_it_and_every_way_to_write_a_schedule():
    rows = re.findall(r"^\| `([a-z_.]+)` \| `([a-z_.]+)` \|", TUTORIAL, re.MULTILINE)
    assert dict(rows) == {name: wire_name(cleared) for name, (_, cleared) in FINDINGS.items()}
    schedules = re.findall(r"^\| `(every = .+?)` \|", TUTORIAL, re.MULTILINE)
    assert len(schedules) == 4
    for schedule in schedules:
        rules_of(SCHEDULED.replace('every = { weekday = "mon", at = "08:30" }', schedule))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 20), st.text(max_size=6))
def test_a_damaged_file_never_raises_and_every_problem_has_a_place(start, length, put):
    text = GOOD[:start] + put + GOOD[start + length :]
    for problem in parse_rules(text, "x.toml", known=KNOWN)[1]:
        assert problem.line >= 1
        assert problem.message


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["id", "title", "on", "where", "if", "for", "unless", "every", "missed", "do", "clause"]),
        st.sampled_from(
            ["1", "true", '""', '"x"', "[]", "{}", "[1]", "[[]]", "[{}]", '"signal.lost"', "1.5", "07:32:00", "nan",
             '["signal.lost", 1]', '{ a.b.c = 1 }', '{ at = "x" }', '[{ alarm = 1 }]', '[{ notify = "duty" }]', '"5s"']
        ),
    )
)  # fmt: skip
def test_any_values_under_the_keys_of_a_rule_give_a_rule_or_problems(table):
    text = "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in table.items())
    rules, problems = parse_rules(text, "x.toml", known=KNOWN)
    assert bool(rules) != any(problem.level == "error" for problem in problems)


def test_a_thousand_rules_are_read_in_about_a_second(tmp_path):
    texts = {
        f"f{part}": "".join(GOOD.replace("view-obstructed", f"r-{part}-{number}") for number in range(100))
        for part in range(10)
    }
    folder = site(tmp_path, **texts)
    began = time_spent()
    found = load_rules(folder, KNOWN)
    assert time_spent() - began < 3.0, "0.7 s of processor time on a quiet machine"
    assert len(found.rules) == 1000
