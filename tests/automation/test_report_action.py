"""A rule that sends a report: what is written wrong is named, and what is sent is about the period that is over."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.automation.effects import effect_of, occasion_of, summary_of
from hub.automation.language.fields import Places
from hub.automation.language.wording import Scene
from hub.automation.model import Occurrence, ReportAction, SendMessage
from hub.automation.sentences import deed
from hub.config.rules.file import parse_rules
from hub.core.catalogue import ScheduleDue
from hub.core.state import State
from hub.core.text import Text
from tests.config.test_rulefile import KNOWN

RULE = """\
[[rule]]
id = "weekly-report"
title = { en = "Report", zh = "周报" }
every = { weekday = "mon", at = "07:30" }
do = [
  { report = "weekly", notify = "duty" },
]
"""


def said(action: str) -> list[str]:
    text = RULE.replace('{ report = "weekly", notify = "duty" }', action)
    return [str(problem) for problem in parse_rules(text, "x.toml", known=KNOWN)[1]]


def test_a_report_names_whom_it_is_for_and_may_say_something_above_it() -> None:
    text = RULE.replace(
        'notify = "duty" }', 'notify = "duty", text = { en = "Read it.", zh = "请阅。" }, after = "5m" }'
    )
    (rule,), problems = parse_rules(text, "x.toml", known=KNOWN)
    assert problems == []
    assert rule.do == (ReportAction(kind="weekly", to="duty", text=Text(en="Read it.", zh="请阅。"), after_s=300.0),)


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ('{ report = "weekly" }', "x.toml:6:3: rule.1.do.1.notify: is missing. Whom it is sent to"),
        ('{ report = "yearly", notify = "duty" }', "x.toml:6:14: rule.1.do.1.report: expected 'daily', 'weekly'"),
        ('{ report = "daily", notify = "dutty" }', "there is no route 'dutty' in hub.toml. Did you mean `duty`?"),
        ('{ report = "daily", notify = "duty", clause = "4.1" }', "a daily report is not about one clause"),
        ('{ report = "clause", notify = "duty", clause = "4.9" }', "there is no clause '4.9'"),
        ('{ report = "daily", notify = "duty", alarm = "x" }', "one action does one thing, found report and alarm"),
    ],
)
def test_what_is_written_wrong_is_named_with_the_way_out(action: str, problem: str) -> None:
    found = said(action)
    assert len(found) == 1
    assert problem in found[0]


def test_it_is_told_in_a_sentence_of_both_languages() -> None:
    action = ReportAction(kind="monthly", to="leader")
    assert deed(action) == Text(en="send the monthly report to leader", zh="将月报发送给 leader")
    assert summary_of(action) == "send the monthly report to leader"


@pytest.mark.parametrize(
    ("due_at", "kind", "day"),
    [
        (datetime(2026, 11, 2, 7, 30), "weekly", date(2026, 10, 26)),
        (datetime(2026, 11, 1, 0, 5), "daily", date(2026, 10, 31)),
        (datetime(2026, 3, 1, 7, 40), "monthly", date(2026, 2, 1)),
        (datetime(2026, 1, 1, 7, 40), "clause", date(2025, 12, 1)),
    ],
)
def test_it_is_about_the_period_before_the_time_it_was_planned_for(due_at: datetime, kind: str, day: date) -> None:
    # Made up for two days late: still about the period that was asked for.
    due_at = due_at.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    message = sent(RULE.replace('"weekly", notify', f'"{kind}", notify'), due_at)
    assert message.report is not None
    assert (message.report.kind, message.report.day, message.to) == (kind, day, "duty")
    assert message.priority == "low"


def sent(text: str, due_at: datetime) -> SendMessage:
    """The message of the rule that came due then and is made up for two days later."""
    (rule,), _ = parse_rules(text, "x.toml", known=KNOWN)
    fired_at = due_at + timedelta(days=2)
    event = ScheduleDue(rule=rule.id, due_at=due_at, late=True)
    began = Occurrence(seq=7, at=fired_at, hash=b"", event=event)
    occasion = occasion_of(began, {}, state=State(), places=Places(), zone=ZoneInfo("Asia/Shanghai"))
    effect = effect_of(rule, rule.do[0], "k", "hub", began, Scene(occasion, rule.title, fired_at))
    assert isinstance(effect.do, SendMessage)
    return effect.do
