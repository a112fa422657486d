"""Cases run in a simulation: what comes of what is given, and how a failure is told."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from hub.automation.engine import build_index
from hub.automation.happenings import Happening
from hub.automation.language.condition import compile_condition
from hub.automation.language.fields import fields_of
from hub.automation.model import (
    AlarmAction,
    Escalation,
    Every,
    Match,
    NotifyAction,
    PresetAction,
    PublishAction,
    RoundAction,
    Rule,
    SetAction,
    SnapshotAction,
    StartAction,
    TicketAction,
)
from hub.automation.trials.branches import branches_of, coverage
from hub.automation.trials.cases import Case, Expected, Given, Outcome, Surroundings, run
from hub.core.alarms.events import AlarmAcknowledged
from hub.core.catalogue import HubStopped
from hub.core.event import Event
from hub.core.rounds.events import RoundDone
from hub.core.rounds.kinds import RoundKind
from hub.core.text import Text
from tests.automation.story import SITE, clear, lost, obstructed, restored, rule_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
AROUND = Surroundings(site=SITE, zone=SHANGHAI)
START = datetime(2026, 3, 2, 8, 0, tzinfo=SHANGHAI)
"""A Monday."""


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def given(*pairs: tuple[float, Event | None]) -> tuple[Given, ...]:
    return tuple(Given(at=at(seconds), event=event) for seconds, event in pairs)


def expected(kind: str, name: str = "", seconds: float | None = None, **more: Any) -> Expected:
    return Expected(kind=kind, name=name, at=at(seconds) if seconds is not None else None, **more)


def outcome(known: tuple[Rule, ...], *what: Expected, until: float = 600, **more: Any) -> Outcome:
    case = Case(name="n", file="rules/cases/x.toml", line=1, start=START, until=at(until), expected=what, **more)
    return run(case, build_index(known, zone=SHANGHAI), AROUND)


OBSTRUCTED = rule_of(
    "view-obstructed",
    on=("view.obstructed",),
    where=(Match(path="camera.domain", one_of=("security",)),),
    for_s=20.0,
    do=(
        AlarmAction(kind="obstruction", priority="high"),
        TicketAction(title=Text(en="View obstructed", zh="画面被遮挡")),
        NotifyAction(to="duty"),
    ),
)


def test_an_alarm_raised_in_a_case_is_state_and_returns() -> None:
    done = outcome(
        (OBSTRUCTED,),
        expected("alarm", "obstruction", 20, fields={"priority": "high", "camera": "gate-1"}),
        expected("ticket", "View obstructed", 20),
        expected("ticket", "画面*", 20),
        expected("notify", "duty", 20),
        expected("returned", "obstruction", 300, fields={"camera": "gate-*"}),
        expected("event", "ticket.restored", 300),
        expected("fired", "view-obstructed", 20),
        given=given((0, obstructed()), (300, clear())),
    )
    ticket = done.failures[0]
    assert len(done.failures) == 1, "one ticket cannot fulfil two expectations"
    assert ticket.expected.endswith("ticket 画面*")


def test_a_case_knows_what_the_site_says_of_its_kinds_of_rounds() -> None:
    rule = rule_of("look", on=("view.obstructed",), do=(RoundAction(kind="walk"),))
    kind = RoundKind(id="walk", name=Text(en="Walk"), team="technical", due_in_s=120.0, clause="2.4")
    case = Case(
        name="n",
        file="rules/cases/x.toml",
        line=1,
        start=START,
        until=at(600),
        expected=(
            expected("round", "walk", 0, fields={"team": "technical", "clause": "2.4"}),
            expected("event", "round.missed", 120),
        ),
        given=given((0, obstructed())),
    )
    around = replace(AROUND, rounds=(kind,))
    assert run(case, build_index((rule,), zone=SHANGHAI), around).failures == []


def test_what_ended_in_time_is_nothing_and_the_trace_says_why() -> None:
    done = outcome((OBSTRUCTED,), expected("alarm", "obstruction"), given=given((0, obstructed()), (10, clear())))
    (failure,) = done.failures
    assert failure.happened == ["nothing of the kind"]
    assert any("stopped at `for`: view.clear came before the time was over" in why for why in failure.why)


def test_the_first_condition_that_failed_is_named_with_what_was_found() -> None:
    done = outcome((OBSTRUCTED,), expected("alarm", "obstruction"), given=given((0, obstructed("press-1"))))
    (failure,) = done.failures
    assert failure.why == [
        "view-obstructed at 08:00:00 (+0s): not matched at `where.camera.domain`: "
        "camera.domain is 'production'; wanted is 'security'"
    ]


def test_what_happened_at_another_time_or_otherwise_is_told_beside_what_was_expected() -> None:
    done = outcome(
        (OBSTRUCTED,),
        expected("alarm", "obstruction", 30, fields={"priority": "low"}),
        given=given((0, obstructed())),
    )
    (failure,) = done.failures
    assert failure.expected == "08:00:30 (+30s) alarm obstruction, priority low"
    assert failure.happened == ["08:00:20 (+20s) alarm obstruction, priority high, camera gate-1, rule view-obstructed"]


def test_never_times_and_exactly_are_kept_to() -> None:
    rules = (OBSTRUCTED,)
    happened = given((0, obstructed()), (100, clear()), (200, obstructed()))
    twice = outcome(rules, expected("alarm", "obstruction", times=2), given=happened)
    assert twice.holds
    thrice = outcome(rules, expected("alarm", "obstruction", times=3), given=happened)
    assert thrice.failures[0].happened[0] == "2 times"
    never = outcome(rules, expected("notify", "*", never=True), given=happened)
    assert [failure.expected for failure in never.failures] == ["never notify *"]
    by = outcome(rules, Expected(kind="alarm", by=at(20)), expected("alarm", "obstruction", 220), given=happened)
    assert by.holds
    exactly = outcome(rules, expected("alarm", "obstruction", times=2), given=happened, exactly=True)
    assert len(exactly.failures) == 3, "the ticket, which is still open, and two messages"
    assert all("exactly" in failure.expected for failure in exactly.failures)


def test_only_the_rules_in_play_do_anything() -> None:
    other = rule_of("other", on=("view.obstructed",), do=(NotifyAction(to="leader"),))
    done = outcome(
        (OBSTRUCTED, other),
        expected("notify", "leader", never=True),
        given=given((0, obstructed())),
        rules=("view-obstructed",),
    )
    assert done.holds


def test_an_alarm_is_acknowledged_by_its_kind_and_the_escalation_ends() -> None:
    chain = rule_of(
        "lost",
        on=("signal.lost",),
        do=(AlarmAction(kind="signal", priority="critical"),),
        escalate=(Escalation(after_s=300, do=(NotifyAction(to="leader"),), repeat_s=60, times=3),),
    )
    alone = outcome((chain,), expected("notify", "leader", times=3), given=given((0, lost())), until=900)
    assert alone.holds, alone.failures
    assert [each.at for each in alone.happenings if "notify" in each.kinds] == [at(300), at(360), at(420)]
    seen = outcome(
        (chain,),
        expected("notify", "leader", never=True),
        given=given((0, lost()), (60, AlarmAcknowledged(alarm="signal"))),
        until=900,
    )
    assert seen.holds, seen.failures
    nobody = outcome((chain,), expected("alarm"), given=given((60, AlarmAcknowledged(alarm="signal"))))
    assert any("There is no alarm 'signal' at this moment" in each for f in nobody.failures for each in f.happened)


def test_schedules_come_due_at_their_planned_times_from_the_beginning_on() -> None:
    weekly = rule_of(
        "weekly",
        every=Every(at=(time(8),), weekdays=("mon",)),
        do=(RoundAction(kind="technical", team="technical", due_in_s=3600), NotifyAction(to="duty")),
    )
    done = outcome(
        (weekly,),
        expected("round", "technical", 0, fields={"team": "technical"}),
        expected("round", "technical", 7 * 86400),
        expected("event", "round.missed", 3600),
        until=8 * 86400,
    )
    assert done.holds, done.failures
    made = outcome(
        (weekly,),
        expected("event", "round.missed", never=True),
        given=given((60, RoundDone(round="technical"))),
        until=7200,
    )
    assert made.holds, made.failures


def test_everything_that_a_rule_can_do_has_its_word() -> None:
    every = rule_of(
        "every",
        on=("view.obstructed",),
        do=(
            SnapshotAction(),
            PresetAction(preset="door", camera="gate-1"),
            PublishAction(kind="mqtt", to="plant", topic="alarms/$camera", payload={"share": "$share"}),
            SetAction(variable="line_stopped", value=True),
            StartAction(rule="other"),
        ),
    )
    other = rule_of("other", do=(NotifyAction(to="leader"),))
    done = outcome(
        (every, other),
        expected("snapshot", "gate-1", 0),
        expected("preset", "door", 0, fields={"camera": "gate-1"}),
        expected("mqtt", "plant", 0, fields={"topic": "alarms/gate-1", "payload": "80%"}),
        expected("set", "line_stopped", 0, fields={"value": True}),
        expected("start", "other", 0, fields={"rule": "every"}),
        expected("notify", "leader", 0, fields={"rule": "other"}),
        given=given((0, obstructed())),
        exactly=True,
    )
    assert done.holds, done.failures


def test_a_variable_of_the_case_is_what_conditions_see() -> None:
    source = "not var.line_stopped"
    condition = compile_condition(source, fields_of(["view.obstructed"]), variables={"line_stopped": False})
    quiet = rule_of("quiet", on=("view.obstructed",), condition=condition, do=(NotifyAction(to="duty"),))
    assert outcome((quiet,), expected("notify", "duty"), given=given((0, obstructed()))).holds
    stopped = outcome(
        (quiet,),
        expected("notify", never=True),
        given=given((0, obstructed())),
        variables={"line_stopped": True},
    )
    assert stopped.holds


def test_rules_that_feed_on_each_other_end() -> None:
    ping = rule_of("ping", on=("rule.started",), do=(StartAction(rule="ping"),))
    start = rule_of("start", on=("hub.stopped",), do=(StartAction(rule="ping"),))
    done = outcome((ping, start), expected("event", "rules.looped"), given=given((0, HubStopped(reason="r"))))
    assert done.holds, done.failures


def test_a_case_is_the_same_however_often_it_is_run() -> None:
    happened = given((0, obstructed()), (100, clear()), (150, lost()), (170, restored()))
    first, second = (outcome((OBSTRUCTED,), expected("alarm"), given=happened) for _ in range(2))
    assert first == second


def test_coverage_names_what_no_case_has_gone_through() -> None:
    rule = rule_of(
        "r",
        on=("view.obstructed",),
        where=(Match(path="share", at_least=0.3),),
        condition=compile_condition("share < 2", fields_of(["view.obstructed"])),
        unless=compile_condition("ticket_open(camera)", fields_of(["view.obstructed"])),
        for_s=20.0,
        cooldown_s=60.0,
        do=(AlarmAction(kind="k", priority="low"), NotifyAction(to="duty", after_s=30)),
        escalate=(Escalation(after_s=300, do=(NotifyAction(to="leader"), NotifyAction(to="chief"))),),
    )
    steps = [branch.step for branch in branches_of(rule)]
    assert steps == [
        *("where.share", "if", "unless", "for", "cooldown", "fired", "do.1", "do.2"),
        *("escalate.1.unless", "escalate.1.do.1", "escalate.1.do.2"),
    ]
    fired = outcome((rule,), expected("alarm"), given=given((0, obstructed())), until=400)
    untouched = {branch.step for branch in coverage((rule,), [fired]) if not branch.cases}
    assert untouched == {"where.share", "if", "unless", "for", "cooldown", "escalate.1.unless"}
    small = outcome((rule,), expected("alarm", never=True), given=given((0, obstructed(share=0.1))))
    short = outcome((rule,), expected("alarm", never=True), given=given((0, obstructed()), (5, clear())))
    seen = outcome((rule,), expected("alarm"), given=given((0, obstructed()), (60, AlarmAcknowledged(alarm="k"))))
    untouched = {branch.step for branch in coverage((rule,), [fired, small, short, seen]) if not branch.cases}
    assert untouched == {"if", "unless", "cooldown"}
    (touched,) = [branch for branch in coverage((rule,), [fired, fired]) if branch.step == "do.2"]
    assert touched.cases == 2


def test_the_clock_of_the_site_is_that_of_the_case() -> None:
    condition = compile_condition('between("22:00", "06:00")', fields_of(["view.obstructed"]))
    night = rule_of("night", on=("view.obstructed",), condition=condition, do=(NotifyAction(to="duty"),))
    by_day = outcome((night,), expected("notify", never=True), given=given((0, obstructed())))
    assert by_day.holds
    late = (Given(at=START.replace(hour=23), event=obstructed()),)
    assert outcome((night,), expected("notify", "duty"), given=late, until=86400).holds
    assert START.astimezone(UTC).hour == 0


@pytest.mark.parametrize("seconds", [0, 59, 3661, 90061])
def test_moments_are_told_by_the_clock_and_from_the_beginning(seconds: float) -> None:
    from hub.automation.trials.cases import moment

    case = Case(name="n", file="f", line=1, start=START, until=at(0))
    told = {0: "(+0s)", 59: "(+59s)", 3661: "(+1h1m1s)", 90061: "(+1d1h1m1s)"}[int(seconds)]
    assert moment(at(seconds), case).endswith(told)


JITTERED = rule_of("attention", every=Every(at=(time(8, 30),), jitter_s=1200.0), do=(NotifyAction(to="duty"),), on=())
HALF_PAST, TEN_TO = at(1800), at(3000)


def test_what_comes_between_a_planned_instant_and_the_end_of_its_jitter_is_expected_wherever_it_comes() -> None:
    whole = outcome((JITTERED,), expected("notify", "duty", since=HALF_PAST, by=TEN_TO), until=7200)
    assert whole.holds
    assert [each.at for each in whole.happenings if each.deed] == [HALF_PAST]


def test_a_span_that_is_shorter_than_the_jitter_fails_and_says_so() -> None:
    short = outcome((JITTERED,), expected("notify", "duty", since=HALF_PAST, by=at(2400)), until=7200)
    (failure,) = short.failures
    assert failure.expected == "between 08:30:00 (+30m) and 08:40:00 (+40m) notify duty"
    assert failure.happened[0].startswith("08:49:59 (+49m59s)")
    assert "put off" in failure.why[0]


def test_what_follows_a_put_off_instant_is_put_off_with_it() -> None:
    late = replace(JITTERED, do=(NotifyAction(to="duty", after_s=60.0),))
    whole = outcome((late,), expected("notify", "duty", since=at(1860), by=at(3060)), until=7200)
    assert whole.holds
    too_soon = outcome((late,), expected("notify", "duty", since=at(1860), by=at(3000)), until=7200)
    assert not too_soon.holds


def test_nothing_is_put_off_where_no_span_is_expected() -> None:
    assert outcome((JITTERED,), expected("notify", "duty", 1800), until=7200).holds


def test_a_span_without_jitter_is_only_a_span() -> None:
    plain = replace(JITTERED, every=Every(at=(time(8, 30),)))
    assert outcome((plain,), expected("notify", since=at(1700), by=at(1800)), until=7200).holds
    assert not outcome((plain,), expected("notify", since=at(1801), by=at(1900)), until=7200).holds


def test_what_happened_is_told_as_an_author_would_write_it() -> None:
    done = Happening(at=START, kinds=("set",), name="line_stopped", fields={"value": True, "rule": "r"})
    assert done.told == "set line_stopped, value true, rule r"
