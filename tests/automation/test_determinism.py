"""The same records give the same effects under the same keys: live, cut in two by a restart, and in a replay."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.automation.engine import RuleIndex, adopt, build_index, next_due, step
from hub.automation.model import Effect, EngineState, Every, Group, Match, Rule, Trace
from hub.automation.trials.replay import Follower
from hub.core.alarms.events import (
    AlarmAcknowledged,
    AlarmCalmed,
    AlarmChattering,
    AlarmRaised,
    AlarmShelved,
    AlarmSuppressed,
    AlarmUnshelved,
    AlarmUnsuppressed,
)
from hub.core.catalogue import ClockStepped, ScheduleDue, SiteConfigured
from hub.core.delivery import EffectDone
from hub.core.event import Event, Record
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from tests.automation.story import (
    NOTIFY,
    SITE,
    START,
    at,
    clear,
    lost,
    moved,
    obstructed,
    record_of,
    restored,
    returned,
    rule_of,
    stage,
)

RULES: tuple[Rule, ...] = (
    rule_of("at-once", on=("signal.lost",)),
    rule_of("waits", on=("signal.lost",), for_s=20.0, unless="ticket_open(camera)"),
    rule_of("either", on=("view.obstructed", "view.moved"), for_s=7.5),
    rule_of("some", on=("view.obstructed",), condition="share > 0.5", for_s=3.0, do=(NOTIFY,)),
    rule_of("gates", on=("signal.lost",), where=(Match(path="camera.tags", one_of=("gate",)),), do=(NOTIFY,)),
    rule_of("planned", every=Every(interval_s=60)),
    rule_of("echo", on=("effect.done",), for_s=1.0, do=(NOTIFY,)),
    rule_of("chain", on=("signal.lost",), escalate=(stage(3, repeat_s=2.5, times=3), stage(15))),
    rule_of("together", on=("signal.lost",), escalate=(stage(2),), group=Group(wait_s=2.5)),
)
INDEX = build_index(RULES)

CAMERAS = st.sampled_from(["gate-1", "press-1", "ghost"])
ALARMS: dict[str, dict[str, Any]] = {
    f"A-{number}": {
        "rule": rule,
        "kind": "signal",
        "subject": "camera:gate-1",
        "camera": "gate-1",
        "priority": "high",
        "title": Text(en="Signal lost"),
    }
    for number, rule in enumerate(("chain", "together"), 1)
}
EVENTS: st.SearchStrategy[Event] = st.one_of(
    CAMERAS.map(lost),
    CAMERAS.map(restored),
    st.builds(obstructed, CAMERAS, st.sampled_from([0.2, 0.8])),
    CAMERAS.map(clear),
    CAMERAS.map(moved),
    CAMERAS.map(returned),
    st.just(EffectDone(key="k", kind="mail")),
    st.sampled_from(["planned", "gone"]).map(lambda rule: ScheduleDue(rule=rule, due_at=START)),
    CAMERAS.map(lambda camera: TicketOpened(ticket=f"T-{camera}", title=Text(en="x"), camera=camera)),
    st.just(SiteConfigured(site=SITE)),
    st.just(SiteConfigured(site=type(SITE)(cameras=[SITE.cameras[0]]))),
    st.sampled_from([-300.0, -5.0, 5.0, 300.0]).map(lambda by_s: ClockStepped(by_s=by_s)),
    *(st.just(AlarmRaised(alarm=alarm, **what)) for alarm, what in ALARMS.items()),
    *(
        st.sampled_from(sorted(ALARMS)).map(each)
        for each in (
            lambda alarm: AlarmShelved(alarm=alarm, reason="r", until_at=at(9000)),
            lambda alarm: AlarmUnshelved(alarm=alarm),
            lambda alarm: AlarmSuppressed(alarm=alarm, by="P-1"),
            lambda alarm: AlarmUnsuppressed(alarm=alarm),
            lambda alarm: AlarmAcknowledged(alarm=alarm),
            lambda alarm: AlarmChattering(
                alarm=alarm, rule=ALARMS[alarm]["rule"], about="camera:gate-1", times=3, within_s=60.0
            ),
            lambda alarm: AlarmCalmed(alarm=alarm, rule=ALARMS[alarm]["rule"], about="camera:gate-1"),
        )
    ),
)
GAPS = st.sampled_from([0.0, 0.001, 0.5, 1.0, 2.5, 5.0, 7.5, 20.0, 61.0])


@st.composite
def journals(draw: st.DrawFn) -> list[Record]:
    """Records in order; the clock jumps only where a record says so."""
    records = [record_of(1, 0, SiteConfigured(site=SITE))]
    seconds = 0.0
    for event in draw(st.lists(EVENTS, max_size=40)):
        seconds += draw(GAPS) + (event.by_s if isinstance(event, ClockStepped) else 0.0)
        records.append(record_of(len(records) + 1, seconds, event))
    return records


def begin(index: RuleIndex = INDEX) -> EngineState:
    return adopt(index, EngineState(), START)


def replay(records: list[Record], state: EngineState) -> tuple[EngineState, list[Effect], list[Trace]]:
    effects: list[Effect] = []
    trace: list[Trace] = []
    for record in records:
        done = step(INDEX, state, record, record.seen_at)
        state = done.state
        effects += done.effects
        trace += done.trace
    return state, effects, trace


def restarted(state: EngineState) -> EngineState:
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=EngineState)
    assert kept == state
    assert list(kept.pending.values()) == list(state.pending.values()), "timers keep the order in which they fire"
    return adopt(build_index(RULES), kept, START + timedelta(days=1))


@settings(max_examples=150, deadline=None)
@given(journals())
def test_the_same_records_give_the_same_effects_traces_and_state(records: list[Record]) -> None:
    assert replay(records, begin()) == replay(records, begin())


@settings(max_examples=150, deadline=None)
@given(journals())
def test_what_a_replay_leaves_out_of_the_state_no_rule_asks_for(records: list[Record]) -> None:
    """A replay is as the hub lived through it, each timer at its instant, but for the lives of assets."""
    records = [each for each in records if not isinstance(each.event, ScheduleDue) or each.event.rule in INDEX.rules]
    state, steps = begin(), []
    for record in records:
        set_by = record.event.by_s if isinstance(record.event, ClockStepped) else 0.0
        while (due := next_due(state)) is not None and due <= record.seen_at - timedelta(seconds=set_by):
            steps.append(step(INDEX, state, None, due))
            state = steps[-1].state
        steps.append(step(INDEX, state, record, record.seen_at))
        state = steps[-1].state
    follower = Follower(INDEX, START)
    followed = [moment.step for record in records for moment in follower.take(record)]
    assert [(each.effects, each.trace) for each in followed] == [(each.effects, each.trace) for each in steps]
    assert replace(follower.state, site=replace(follower.state.site, assets=state.site.assets)) == state


@settings(max_examples=150, deadline=None)
@given(journals(), st.integers(0, 41))
def test_a_restart_between_any_two_records_changes_nothing(records: list[Record], cut: int) -> None:
    state, effects, trace = replay(records[:cut], begin())
    rest = replay(records[cut:], restarted(state))
    assert (rest[0], effects + rest[1], trace + rest[2]) == replay(records, begin())


@settings(max_examples=150, deadline=None)
@given(journals(), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_ticks_of_the_clock_between_records_change_nothing_but_how_soon(
    records: list[Record], parts: list[float]
) -> None:
    state, effects, trace = begin(), list[Effect](), list[Trace]()
    for number, record in enumerate(records):
        if number and not isinstance(record.event, ClockStepped):
            before = records[number - 1].seen_at
            now = before + (record.seen_at - before) * parts[number % len(parts)]
            done = step(INDEX, state, None, now)
            state = done.state
            effects += done.effects
            trace += done.trace
        done = step(INDEX, state, record, record.seen_at)
        state = done.state
        effects += done.effects
        trace += done.trace
    assert (state, effects, trace) == replay(records, begin())


@settings(max_examples=150, deadline=None)
@given(journals())
def test_timers_are_kept_in_due_order_and_keys_are_never_used_twice(records: list[Record]) -> None:
    state, effects = begin(), list[Effect]()
    for record in records:
        done = step(INDEX, state, record, record.seen_at)
        state = done.state
        effects += done.effects
        dues = [pending.due_at for pending in state.pending.values() if not pending.held]
        assert dues == sorted(dues)
        assert all(due > record.seen_at for due in dues), "nothing overdue is left waiting"
        assert next_due(state) == min(dues, default=None)
        assert not [
            pending
            for pending in state.pending.values()
            if pending.held
            and f"{pending.rule}|{pending.subject}" not in state.site.arrivals.chattering
            and not any(a.quiet for a in state.site.alarms.values() if a.rule == pending.rule)
        ], "nothing is held about an alarm that is not silenced"
        assert {key for key, _ in state.held.items()} >= {
            f"{type(p.began.event).__struct_config__.tag}|{p.subject}"
            for p in state.pending.values()
            if p.rule not in ("echo", "planned") and p.kind != "group"
        }, "a timer about a condition runs only while the condition holds"
    keys = [effect.key for effect in effects]
    assert len(keys) == len(set(keys))


@settings(max_examples=100, deadline=None)
@given(journals(), st.sampled_from([-7200.0, 7200.0]))
def test_a_journal_moved_in_time_gives_the_same_keys_in_the_same_order(records: list[Record], by_s: float) -> None:
    def later(moment: datetime) -> datetime:
        return moment + timedelta(seconds=by_s)

    moved_records = [msgspec.structs.replace(r, at=later(r.at), seen_at=later(r.seen_at)) for r in records]
    ours, theirs = replay(records, begin())[1], replay(moved_records, begin())[1]
    assert [effect.key for effect in ours] == [effect.key for effect in theirs]


def test_the_state_can_be_kept_as_json_too() -> None:
    records = [record_of(1, 0, SiteConfigured(site=SITE)), record_of(2, 1, lost()), record_of(3, 2, obstructed())]
    state = replay(records, begin())[0]
    assert state.pending
    assert msgspec.json.decode(msgspec.json.encode(state), type=EngineState) == state
    assert next_due(state) == at(3)
