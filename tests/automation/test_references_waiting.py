"""The shipped rule that tells the leader of reference views which wait for approval."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.automation.engine import adopt, build_index, step
from hub.automation.language.functions import FUNCTIONS
from hub.automation.model import Effect, EngineState, Rule, SendMessage
from hub.config.load import load_site
from hub.config.rules.file import known_of, load_rules
from hub.core.alarms.commands import RaiseAlarm
from hub.core.catalogue import ScheduleDue, SiteConfigured
from hub.core.event import Event, Record
from hub.core.findings import ReferenceApproved, ReferenceLearned
from hub.core.fold import fold
from hub.core.state import State
from tests.automation.story import SITE

REPOSITORY = Path(__file__).parents[2]
MORNING = datetime(2026, 3, 2, 0, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def rule() -> Rule:
    found = load_rules(REPOSITORY, known_of(load_site(REPOSITORY)))
    return next(each for rules in found.files.values() for each in rules if each.id == "references-waiting")


def morning(rule: Rule, *events: Event) -> list[Effect]:
    """What the rule wants done when it comes due after these events."""
    index = build_index([rule])
    state = adopt(index, EngineState(), MORNING)
    due = ScheduleDue(rule=rule.id, due_at=MORNING)
    effects: list[Effect] = []
    for seq, event in enumerate((SiteConfigured(site=SITE), *events, due), start=1):
        at = MORNING + timedelta(seconds=seq)
        outcome = step(index, state, Record(seq, at, at, "hub", None, event, None, b""), at)
        state, effects = outcome.state, [*effects, *outcome.effects]
    return effects


def test_nobody_is_told_while_nothing_waits(rule: Rule):
    assert morning(rule) == []
    learned = ReferenceLearned(camera="gate-1", reference="day-1")
    assert morning(rule, learned, ReferenceApproved(camera="gate-1", reference="day-1")) == []


def test_the_leader_is_told_once_of_all_that_waits(rule: Rule):
    effects = morning(
        rule,
        ReferenceLearned(camera="gate-1", reference="day-1"),
        ReferenceLearned(camera="gate-1", reference="infrared-2", light="infrared"),
        ReferenceLearned(camera="press-1", reference="day-1"),
    )
    [alarm, message] = [effect.do for effect in effects]
    assert isinstance(alarm, RaiseAlarm)
    assert (alarm.priority, alarm.lasting, alarm.clause) == ("low", False, "3.2")
    assert alarm.title.zh
    assert isinstance(message, SendMessage)
    assert message.to == "leader"


def test_it_comes_once_a_shift(rule: Rule):
    assert rule.every is not None
    assert len(rule.every.at) == 2


def test_whether_a_view_waits_is_known_to_conditions():
    waiting = FUNCTIONS["references_waiting"].call
    state = State()
    assert waiting(state) is False
    for seq, event in enumerate(
        (
            ReferenceLearned(camera="gate-1", reference="day-1"),
            ReferenceLearned(camera="gate-1", reference="day-2"),
            ReferenceApproved(camera="gate-1", reference="day-1"),
        ),
        start=1,
    ):
        state = fold(state, Record(seq, MORNING, MORNING, "watch", None, event, None, b""))
    assert waiting(state) is True
