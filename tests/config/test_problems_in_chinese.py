"""What is wrong with a file is said in Chinese as well: place, sentence and way out."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.config.beside.assessment_file import parse_assessment
from hub.config.beside.assets_file import parse_replacement
from hub.config.beside.calendar_file import parse_calendar
from hub.config.beside.roster_file import Places, parse_roster
from hub.config.beside.round_file import parse_rounds
from hub.config.load import parse_site
from hub.config.problems import Problem, in_both
from hub.config.rules.case_file import KnownToCases, parse_cases
from hub.config.rules.file import parse_rules
from hub.config.tables import has_chinese
from hub.core.saying import NOTHING, after, saying, verbatim
from hub.locale import set_language, told
from tests.config.rule_texts import KNOWN

RULES = """\
[[rule]]
id = "Gate Open"
title = { en = "Gate" }
on = ["view.obstruct", "signal.*", "*"]
where = { camera = "gate-99", share = ">0.5", zone = 1 }
if = "camera.domain == 'productoin' and share > '1' and foo() and between('8', '9')"
unless = "(x"
for = "5 min"
most = 3
cooldown = 5
do = [
  { alarm = "x", priority = "hihg" },
  { notify = "nobody", text = "hello ${camera name} $camra {share}" },
  { ticket = "" },
  { report = "daily" },
  { set = "v", value = 1 },
  { start = "nobody" },
]

[[rule.escalate]]
after = "1h"
repeat = "1s"
do = [{ mqtt = "duty", topic = "a/+" }]

[[rule]]
id = "night"
title = { en = "N", zh = "夜" }
every = { at = "25:00", weekday = "周一", jitter = "30h" }
mode = "single"
do = []
"""
ROSTER = """\
late = "10m"
absent = "5m"

[[person]]
id = "ann"
name = "Ann"
qualifications = [{ id = "none" }]

[[leave]]
person = "bob"
from = 2026-01-02
to = 2026-01-01

[[shift]]
id = "off"
name = "x"
"""
ROUNDS = """\
[[round]]
id = "weekly"
name = "Weekly"
clause = "9.9"
every = { at = "25:00" }

[[round.checklist]]
of = "camera"
areas = ["nowhere"]

[[round.checklist.item]]
id = "lens"
ask = "Clean?"
answer = "photo"
fault = "x"
"""
ASSESSMENT = """\
[[point]]
id = "late"
title = "Late"
points = "x"
on = "nothing"
who = "actor"

[[commendation]]
id = "late"
title = "x"
points = 1
without = ["early"]
"""
CASES = """\
[[case]]
rule = "nobody"
given = [{ at = "8 o'clock", event = "signal.lots" }]
then = [{ alram = "x" }, { alarm = "x", ticket = "y" }]
"""
SITE = """\
[site]
name = "Plant"
timezone = "Asia/Beijing"

[[areas]]
id = "gate"
name = "Gate"
department = "nobody"

[[routes]]
id = "duty"
"""
REPLACEMENT = 'propose_at = 60\n[points]\nage = 1\n[parties]\nusing = "nobody"\n'
CALENDAR = 'country = "XX"\nregion = "Y"\n[[holiday]]\nfrom = 2026-10-03\nto = 2026-10-01\n[[workday]]\ndate = "x"\n'
SYNTAX = ('[[rule]]\nid = "night\ntitle = ＂x＂\nx = [1,\n', "a = 1\na = 2\n", "a = {b = 1,}\n", "[a]\n[a]\n", "a b\n")


def problems_of(tmp_path: Path) -> list[Problem]:
    """Those of files that are wrong in many ways."""
    to_cases = KnownToCases(cameras=KNOWN.cameras, rules=frozenset({"own"}), zone=ZoneInfo("Asia/Shanghai"))
    found = [
        *parse_rules(RULES, "rules/a.toml", known=KNOWN)[1],
        *parse_roster(ROSTER, "rules/roster.toml", places=Places(), is_workday=lambda day: True)[1],
        *parse_rounds(ROUNDS, "rules/rounds.toml", known=KNOWN)[1],
        *parse_assessment(ASSESSMENT, "rules/assessment.toml", known=KNOWN)[1],
        *parse_replacement(REPLACEMENT, "rules/replacement.toml", departments=frozenset({"guard"}))[1],
        *parse_calendar(CALENDAR, "rules/calendar.toml", date(2026, 1, 1))[1],
        *parse_cases(CASES, "rules/cases/a.toml", known=to_cases)[1],
        *parse_site(SITE, tmp_path)[1],
    ]
    for text in SYNTAX:
        found += parse_rules(text, "rules/b.toml", known=KNOWN)[1]
    return found


def test_every_problem_of_every_kind_of_file_is_said_in_chinese(tmp_path: Path) -> None:
    problems = problems_of(tmp_path)
    assert len(problems) > 50
    assert {problem.file for problem in problems} >= {"hub.toml", "rules/a.toml", "rules/b.toml", "rules/cases/a.toml"}
    for problem in problems:
        assert has_chinese(told(problem.message, "zh_CN")), problem
        assert has_chinese(told(problem.hint, "zh_CN")) or not problem.hint, problem


def test_a_problem_is_printed_in_the_language_in_force() -> None:
    problem = Problem(
        file="rules/a.toml",
        line=3,
        column=6,
        key="rule.1.on",
        message=saying("there is no event {name!r}", name="view.cover"),
        hint=saying("Did you mean `{word}`?", word="view.covered"),
        level="warning",
    )
    english = "rules/a.toml:3:6: warning: rule.1.on: there is no event 'view.cover'. Did you mean `view.covered`?"
    chinese = "rules/a.toml:3:6: 警告: rule.1.on: 没有事件 'view.cover'。是否应为 `view.covered`？"
    assert str(problem) == english
    set_language("zh_CN")
    try:
        assert str(problem) == chinese
        assert problem.as_data()["message"] == "没有事件 'view.cover'"
    finally:
        set_language("en")
    assert (in_both(problem).en, in_both(problem).zh) == (english, chinese)


def test_sentences_within_sentences_and_lists_are_said_in_the_same_language() -> None:
    whole = saying("The {things} are: {names}.", things=saying("areas"), names=("gate", "yard"))
    problem = Problem(file="x", message=saying("the table is empty"), hint=after(whole, saying("Leave it out.")))
    assert problem.said_in("zh_CN") == "x: 表为空。可用的区域：gate、yard。请删去。"
    assert problem.said_in("en") == "x: the table is empty. The areas are: gate, yard. Leave it out."


@pytest.mark.parametrize("words", ["No such {file}", "", "100 %"])
def test_words_of_somebody_else_stand_as_they_are(words: str) -> None:
    assert str(verbatim(words)) == words
    assert after(NOTHING, verbatim(words)) == verbatim(words)
