"""Why a rule acted or did not, in Chinese as well: whatever the engine says of the shipped rules is known."""

import re
from datetime import date
from pathlib import Path

import pytest

from hub.automation.trials.cases import run
from hub.locale import _, set_language
from hub.runtime.rules.site import load_rule_site
from hub.tui.traces import SAYINGS, in_words

ROOT = Path(__file__).parents[2]


def test_all_that_the_engine_says_of_the_shipped_rules_and_cases_is_said_in_chinese() -> None:
    files = load_rule_site(ROOT, date(2026, 11, 23))
    said = {
        trace.detail
        for case in files.cases().cases
        for trace in run(case, files.index, files.around).traces
        if trace.detail
    }
    assert len(said) > 50
    set_language("zh_CN")
    assert [detail for detail in sorted(said) if in_words(detail) == detail] == []


@pytest.mark.parametrize("saying", SAYINGS)
def test_every_saying_is_recognised_and_translated(saying: str) -> None:
    filled = re.sub(r"\{(\w+)\}", "7", saying)
    set_language("zh_CN")
    assert _(saying) != saying
    assert in_words(filled) != filled


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("waiting at for: fires when it has lasted 1 h 30 min", "等待中（for）：持续 1小时30分钟 后执行"),
        ("notify duty, alarm lost (high) (after 5 min)", "通知 duty、报警 lost（high）（5分钟后）"),
        ("A-3 is acknowledged: nobody is disturbed", "A-3 已确认：不打扰任何人"),
        ("ticket about 3; 2 were over before", "故障单：共 3 条；另有 2 条此前已结束"),
        ("`share > 0.3` does not hold: share is 0.1", "条件 `share > 0.3` 不成立：share is 0.1"),
        ("something that nobody knows", "something that nobody knows"),
    ],
)
def test_sayings_within_sayings_are_translated_as_well(english: str, chinese: str) -> None:
    set_language("zh_CN")
    assert in_words(english) == chinese
    set_language("en")
    assert in_words(english) == english
