"""Rules over the API: one in whole, its account, its cases, the files and the variables, each cut to who asks."""

import pytest

from hub.automation.trials.account import Told
from hub.client.rules import RuleTrace, VariableView
from hub.core.findings import SignalLost
from hub.core.rules.commands import PauseRule, ResumeRule
from hub.core.text import Text
from hub.errors import ClientError, NotAllowed, NotFound, NotSignedIn, Refused
from hub.testing.clock import START
from tests.server.conftest import Plant


def lose(plant: Plant, camera: str) -> int:
    return plant.backend.write(SignalLost(camera=camera, since_at=START), actor="watch:w1")[0].seq


def trace(seq: int) -> RuleTrace:
    return RuleTrace(at=START, seq=seq, outcome="fired", step="do", detail="alarm signal (high)")


async def test_one_rule_is_told_in_whole_and_one_that_does_not_exist_is_said(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    assert (await client.rule("signal")).rule.file == "rules/watch.toml"
    with pytest.raises(NotFound, match="no rule signal-lots"):
        await client.rule("signal-lots")
    with pytest.raises(NotSignedIn):
        await plant.client().rule("signal")


async def test_decisions_about_cameras_of_another_domain_are_left_out(plant: Plant) -> None:
    gate, press = lose(plant, "gate-1"), lose(plant, "press-1")
    plant.backend.traces = [trace(gate), trace(press)]
    seen = (await (await plant.signed_in("watch_officer.s")).rule("signal")).traces
    assert [each.seq for each in seen] == [gate]
    everything = (await (await plant.signed_in("leader.ps")).rule("signal")).traces
    assert [each.seq for each in everything] == [gate, press]


async def test_an_account_tells_a_person_only_of_their_own_cameras_and_of_the_hub(plant: Plant) -> None:
    subjects = ["camera:gate-1", "camera:press-1", "alarm:A-1", "plugin:mail", "camera:gone"]
    plant.backend.firings = [Told(at=START, seq=1, subject=subject, detail="") for subject in subjects]
    told = await (await plant.signed_in("watch_officer.s")).rule_account("signal", hours=2)
    assert [each.subject for each in told.firings] == ["camera:gate-1", "plugin:mail"]
    assert (told.until_at - told.since_at).total_seconds() == 7200
    everything = await (await plant.signed_in("leader.ps")).rule_account("signal")
    assert [each.subject for each in everything.firings] == subjects
    assert (everything.until_at - everything.since_at).total_seconds() == 86400


async def test_no_more_than_a_week_is_asked_for(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises((Refused, ClientError)):
        await client.rule_account("signal", hours=169)


async def test_cases_files_and_variables_are_told(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    (case,) = await client.rule_cases("signal")
    assert (case.ok, case.failures) == (False, ["line 3: no"])
    files = await client.rule_files()
    assert (files.rules, files.broken, files.problems) == (2, ["rules/x.toml"], [Text(en="rules/x.toml:1:1: no.")])
    assert await client.variables() == [VariableView(name="line_stopped", value=True, declared=False)]


async def test_only_leaders_and_administrators_turn_rules_off(plant: Plant) -> None:
    with pytest.raises(NotAllowed, match="administrator"):
        await (await plant.signed_in("watch_officer.ps")).send(PauseRule(rule="signal", reason="noise"))
    assert plant.backend.submitted == []
    with pytest.raises(NotFound, match="no rule signal"):  # the state of this hub has no rule file on record
        await (await plant.signed_in("leader.ps")).send(PauseRule(rule="signal", reason="noise"))
    with pytest.raises(NotFound, match="no rule signal"):
        await (await plant.signed_in("leader.ps")).send(ResumeRule(rule="signal"))
