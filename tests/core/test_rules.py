"""Rules on record: turned off for a reason and a time, variables, recordings kept."""

from datetime import timedelta

import pytest

from hub.core.cameras.commands import ProtectRecording
from hub.core.catalogue import RulePrint, RulesLoaded
from hub.core.decisions import decide, due, next_due
from hub.core.recordings import RecordingProtected
from hub.core.rules.commands import ChangeVariable, PauseRule, ResumeRule, SetVariable, StartRule
from hub.core.rules.events import RuleResumed, RuleStarted, VariableSet
from hub.errors import NotFound, WrongState

from .conftest import START, History


@pytest.fixture
def ruled(history: History) -> History:
    history.happen(RulesLoaded(file="rules/a.toml", rules=[RulePrint("lost", "1")]))
    return history


def test_a_rule_is_off_with_the_reason_and_the_person_on_record(ruled: History) -> None:
    ruled.decide(decide, PauseRule(rule="lost", reason="works on the switch"), actor="person:wang")
    pause = ruled.state.paused["lost"]
    assert (pause.by, pause.reason, pause.until_at) == ("person:wang", "works on the switch", None)
    assert next_due(ruled.state) is None


def test_a_pause_ends_by_itself_when_its_time_is_over_and_not_before(ruled: History) -> None:
    until_at = ruled.now + timedelta(hours=1)
    ruled.decide(decide, PauseRule(rule="lost", reason="r", until_at=until_at))
    assert next_due(ruled.state) == until_at
    assert due(ruled.state, until_at - timedelta(seconds=1)) == []
    assert due(ruled.state, until_at) == [RuleResumed(rule="lost", why="time")]
    ruled.happen(*due(ruled.state, until_at))
    assert ruled.state.paused == {}


@pytest.mark.parametrize(("rule", "hint"), [("lots", "Did you mean `lost`?"), ("x", "See `hub rules`")])
def test_a_rule_that_nobody_knows_cannot_be_turned_off_and_the_nearest_is_named(
    ruled: History, rule: str, hint: str
) -> None:
    with pytest.raises(NotFound, match=f"no rule {rule}") as refused:
        decide(ruled.state, PauseRule(rule=rule, reason="r"), "person:wang", ruled.now)
    assert hint in (refused.value.hint or "")


def test_a_rule_that_nobody_knows_cannot_be_turned_on_and_one_that_is_gone_can(ruled: History) -> None:
    with pytest.raises(NotFound, match="no rule lots"):
        decide(ruled.state, ResumeRule(rule="lots"), "person:wang", ruled.now)
    ruled.decide(decide, PauseRule(rule="lost", reason="r"))
    ruled.happen(RulesLoaded(file="rules/a.toml", rules=[]))
    assert ruled.decide(decide, ResumeRule(rule="lost")) == [RuleResumed(rule="lost", why="person")]


def test_a_pause_that_ends_in_the_past_is_refused(ruled: History) -> None:
    with pytest.raises(WrongState, match="past"):
        decide(ruled.state, PauseRule(rule="lost", reason="r", until_at=START), "person:wang", ruled.now)


def test_a_rule_that_is_on_cannot_be_turned_on(ruled: History) -> None:
    with pytest.raises(WrongState, match="not turned off"):
        decide(ruled.state, ResumeRule(rule="lost"), "person:wang", ruled.now)


def test_a_person_turns_a_rule_on_again(ruled: History) -> None:
    ruled.decide(decide, PauseRule(rule="lost", reason="r"))
    assert ruled.decide(decide, ResumeRule(rule="lost")) == [RuleResumed(rule="lost", why="person")]
    assert ruled.state.paused == {}


def test_a_variable_keeps_what_rules_and_people_set_and_setting_the_same_again_is_no_event(ruled: History) -> None:
    order = SetVariable(rule="lost", variable="line_stopped", value=True)
    assert ruled.decide(decide, order) == [VariableSet(variable="line_stopped", value=True, rule="lost")]
    assert ruled.decide(decide, order) == []
    ruled.decide(decide, ChangeVariable(variable="line_stopped", value=False))
    assert ruled.state.variables == {"line_stopped": False}


def test_true_is_another_value_than_one(ruled: History) -> None:
    ruled.decide(decide, ChangeVariable(variable="n", value=1.0))
    assert ruled.decide(decide, ChangeVariable(variable="n", value=True))


def test_a_rule_starts_another_about_the_same_camera(ruled: History) -> None:
    started = ruled.decide(decide, StartRule(rule="lost", start="look", camera="press-1"))
    assert started == [RuleStarted(rule="look", started_by="lost", camera="press-1")]


def test_a_rule_keeps_a_recording(ruled: History) -> None:
    end, until = START + timedelta(minutes=6), START + timedelta(days=30)
    order = ProtectRecording(
        rule="lost", camera="press-1", from_at=START, to_at=end, until_at=until, reason="Signal lost"
    )
    (kept,) = ruled.decide(decide, order)
    assert isinstance(kept, RecordingProtected)
    assert (kept.camera, kept.from_at, kept.to_at, kept.until_at) == ("press-1", START, end, until)
