"""Whatever happens in a control room, and wherever the hub is killed: the engine keeps its promises.

A story is drawn: findings come and go, people acknowledge and shelve, rules are turned off, the clock is set. It is
lived through as the runtime does it, with what the rules order put on record, and then looked at.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.automation.effects import LASTING
from hub.automation.engine import adopt, build_index, next_due, step
from hub.automation.model import (
    Effect,
    EngineState,
    Group,
    Match,
    NotifyAction,
    Rule,
    SendMessage,
    SetAction,
    StartAction,
    TicketAction,
    Trace,
)
from hub.core.alarms.events import AlarmAcknowledged, AlarmCalmed, AlarmShelved, AlarmUnshelved
from hub.core.catalogue import ClockStepped, SiteConfigured
from hub.core.command import Order
from hub.core.decisions import decide
from hub.core.delivery import EffectFailed
from hub.core.event import Event, Record
from hub.core.findings import SignalLost, SignalRestored, ViewClear, ViewMoved, ViewObstructed, ViewReturned
from hub.core.rules.events import RulePaused, RuleResumed
from hub.core.site import Camera, Site
from hub.core.text import Text
from tests.automation.story import ALARM, LEADER, NOTIFY, START, at, record_of, rule_of, stage

NAMES = ("gate", "press", "yard", "dock")
SITE = Site(
    cameras=[Camera(id=name, name=Text(en=name.title()), area=f"a-{name[0]}", domain="security") for name in NAMES]
)
LATER = NotifyAction(to="later", after_s=7.0)
WAIT_S = 5.0
RULES: tuple[Rule, ...] = (
    rule_of("plain", on=("signal.lost",), do=(ALARM, NOTIFY), escalate=(stage(10, repeat_s=6, times=3), stage(25))),
    rule_of("lasts", on=("view.obstructed",), for_s=4.0, do=(ALARM, TicketAction(), LATER)),
    rule_of("either", on=("view.obstructed", "view.moved"), do=(ALARM, LATER), mode="restart", escalate=(stage(9),)),
    rule_of("grouped", on=("signal.lost",), do=(NOTIFY,), group=Group(wait_s=WAIT_S)),
    rule_of("lines", on=("signal.lost",), do=(NOTIFY, LATER), mode="queued", most=2, per=("rule",)),
    rule_of("cool", on=("view.moved",), do=(ALARM,), cooldown_s=30.0),
    rule_of("fails", on=("effect.failed",), do=(ALARM, LATER), mode="parallel", most=2, escalate=(stage(8),)),
    rule_of("starts", on=("view.obstructed",), do=(StartAction(rule="started"),)),
    rule_of("started", do=(NOTIFY, LATER, SetAction(variable="x", value=True)), group=Group(wait_s=3.0)),
    rule_of("one", on=("signal.lost",), where=(Match(path="camera", one_of=("gate",)),), for_s=2.0, do=(LEADER,)),
    rule_of("often", on=("view.moved",), condition='count("1m") >= 2', do=(NOTIFY,)),
)
GROUPED = RULES[3]


class Person(NamedTuple):
    """Somebody does something about one of the alarms that stand."""

    does: str
    number: int


CAMERA = st.sampled_from(NAMES)
HAPPENS: st.SearchStrategy[Event | Person] = st.one_of(
    st.builds(SignalLost, camera=CAMERA, since_at=st.just(START)),
    st.builds(SignalLost, camera=CAMERA, since_at=st.just(START)),
    st.builds(SignalRestored, camera=CAMERA),
    st.builds(ViewObstructed, camera=CAMERA, since_at=st.just(START)),
    st.builds(ViewClear, camera=CAMERA),
    st.builds(ViewMoved, camera=CAMERA, since_at=st.just(START)),
    st.builds(ViewReturned, camera=CAMERA),
    st.just(EffectFailed(key="k", kind="mail", reason="x")),
    st.builds(Person, st.sampled_from(["acknowledges", "shelves", "unshelves"]), st.integers(0, 5)),
)
CHANGES: st.SearchStrategy[Event] = st.one_of(
    st.builds(ClockStepped, by_s=st.sampled_from([-300.0, -2.0, 2.0, 300.0])),
    st.builds(RulePaused, rule=st.sampled_from(["plain", "grouped"]), reason=st.just("x"), until_at=st.none()),
    st.builds(RuleResumed, rule=st.sampled_from(["plain", "grouped"]), why=st.just("person")),
    st.just(SiteConfigured(site=Site(cameras=SITE.cameras[1:]))),
    st.just(SiteConfigured(site=SITE)),
)
GAPS = st.sampled_from([0.0, 0.1, 1.0, 2.0, 4.9, 5.0, 8.0, 30.0])
QUIET = st.lists(st.tuples(GAPS, HAPPENS), max_size=25)
ROUGH = st.lists(st.tuples(GAPS, st.one_of(HAPPENS, HAPPENS, CHANGES)), max_size=25)


class Done(NamedTuple):
    """What one step gave. `waited` are the subjects of the grouped message that waited before it."""

    record: Record | None
    now: datetime
    before: EngineState
    after: EngineState
    effects: tuple[Effect, ...]
    trace: tuple[Trace, ...]


class Life:
    """A hub that lives through a story; `steps` is what its engine was asked, and answered."""

    def __init__(self) -> None:
        self.index = build_index(RULES)
        self.state = adopt(self.index, EngineState(), START)
        self.steps: list[Done] = []
        self.keys: set[str] = set()
        self.seq = 0

    def live(self, story: list[tuple[float, Event | Person]]) -> "Life":
        seconds = 0.0
        self.happens(at(0), SiteConfigured(site=SITE))
        for gap, event in story:
            self.passes(at(seconds + gap))
            seconds += gap + (event.by_s if isinstance(event, ClockStepped) else 0.0)
            said = self.meant(event) if isinstance(event, Person) else event
            if said is not None:
                self.happens(at(seconds), said)
        self.passes(at(seconds + 3600))
        return self

    def meant(self, person: Person) -> Event | None:
        alarms = list(self.state.site.alarms.values())
        if not alarms:
            return None
        alarm = alarms[person.number % len(alarms)]
        match person.does:
            case "shelves":
                return AlarmShelved(alarm=alarm.id, reason="x", until_at=at(9000))
            case "unshelves":
                return AlarmUnshelved(alarm=alarm.id)
            case _:
                return AlarmAcknowledged(alarm=alarm.id)

    def passes(self, now: datetime) -> None:
        while (due := next_due(self.state)) is not None and due <= now:
            self.take(None, due)

    def happens(self, now: datetime, event: Event, cause: int | None = None) -> None:
        self.seq += 1
        self.take(record_of(self.seq, (now - START).total_seconds(), event, cause), now)

    def take(self, record: Record | None, now: datetime) -> None:
        before = self.state
        done = step(self.index, before, record, now)
        self.state = done.state
        self.steps.append(Done(record, now, before, done.state, done.effects, done.trace))
        for effect in done.effects:
            if isinstance(effect.do, Order) and effect.key not in self.keys:
                self.keys.add(effect.key)
                for event in decide(self.state.site, effect.do, "person:wang", now):
                    self.happens(now, event, effect.cause)


@settings(max_examples=120, deadline=None)
@given(ROUGH, st.integers(0, 200))
def test_a_hub_killed_anywhere_goes_on_as_if_nothing_had_been(
    story: list[tuple[float, Event | Person]], cut: int
) -> None:
    steps = Life().live(story).steps
    if cut >= len(steps):
        return
    state = steps[cut].before
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=EngineState)
    index = build_index(RULES)
    again = adopt(index, kept, START + timedelta(days=1))
    assert again == state
    for lived in steps[cut:]:
        done = step(index, again, lived.record, lived.now)
        assert (done.effects, done.trace) == (lived.effects, lived.trace)
        again = done.state
    assert again == steps[-1].after


@settings(max_examples=120, deadline=None)
@given(ROUGH)
def test_the_journal_alone_gives_the_same_effects_whenever_the_clock_ticked(
    story: list[tuple[float, Event | Person]],
) -> None:
    steps = Life().live(story).steps
    index = build_index(RULES)
    state = adopt(index, EngineState(), START)
    keys: list[str] = []
    for lived in steps:
        if lived.record is not None:
            done = step(index, state, lived.record, lived.now)
            keys += [effect.key for effect in done.effects]
            state = done.state
    done = step(index, state, None, steps[-1].now)
    keys += [effect.key for effect in done.effects]
    assert sorted(keys) == sorted(effect.key for lived in steps for effect in lived.effects)


@settings(max_examples=120, deadline=None)
@given(QUIET)
def test_no_effect_is_wanted_twice(story: list[tuple[float, Event | Person]]) -> None:
    keys = [effect.key for lived in Life().live(story).steps for effect in lived.effects]
    assert len(keys) == len(set(keys))


@settings(max_examples=120, deadline=None)
@given(QUIET)
def test_nothing_is_done_before_its_time_and_nothing_is_left_behind(
    story: list[tuple[float, Event | Person]],
) -> None:
    life = Life().live(story)
    taken_in = {lived.record.seq: lived.record.seen_at for lived in life.steps if lived.record is not None}
    for lived in life.steps:
        assert all(trace.at <= lived.now for trace in lived.trace)
        due = next_due(lived.after)
        assert due is None or due > lived.now
        for effect in lived.effects:
            rule, seq, rest = effect.key.split(":", 2)
            waits = 0.0
            if rest.startswith("escalate.1."):
                first = {"plain": 10.0, "either": 9.0, "fails": 8.0}[rule]
                waits = first + 6.0 * (int(rest.split(".")[2]) - 1)
            elif isinstance(effect.do, SendMessage) and effect.do.to == "later":
                waits = 7.0
            assert lived.now - taken_in[int(seq)] >= timedelta(seconds=waits)
            if waits and isinstance(effect.do, SendMessage) and effect.do.event in LASTING:
                assert f"{effect.do.event}|camera:{effect.do.camera}" in lived.before.held, "it is over"
    silent = {(alarm.rule, alarm.subject) for alarm in life.state.site.alarms.values() if alarm.quiet}
    left = list(life.state.pending.values())
    assert all(each.held and (each.rule, each.subject) in silent for each in left), "only what disturbs nobody is held"
    assert not life.state.tracks
    assert not life.state.groups
    end = life.steps[-1].now
    for alarm in list(life.state.site.alarms):
        life.happens(end, AlarmUnshelved(alarm=alarm))
    for chatter in list(life.state.site.arrivals.chattering.values()):
        life.happens(end, AlarmCalmed(alarm=chatter.alarm, rule=chatter.rule, about=chatter.subject))
    life.passes(end + timedelta(hours=1))
    assert not life.state.pending
    assert not life.state.tracks


@settings(max_examples=120, deadline=None)
@given(ROUGH)
def test_an_acknowledged_or_shelved_alarm_never_escalates(story: list[tuple[float, Event | Person]]) -> None:
    for lived in Life().live(story).steps:
        for trace in lived.trace:
            if trace.outcome != "fired" or not trace.step.startswith("escalate"):
                continue
            subjects = {
                effect.do.camera and f"camera:{effect.do.camera}"
                for effect in lived.effects
                if effect.rule == trace.rule and isinstance(effect.do, SendMessage)
            }
            for alarm in lived.before.site.alarms.values():
                if alarm.rule == trace.rule and alarm.subject in subjects:
                    assert alarm.acknowledged_by is None or not alarm.active
                    assert alarm.shelf is None or _takes_off_the_shelf(lived.record, alarm.id)


@settings(max_examples=200, deadline=None)
@given(QUIET)
def test_a_group_loses_no_camera(story: list[tuple[float, Event | Person]]) -> None:
    waiting: set[str] = set()
    for lived in Life().live(story).steps:
        for trace in lived.trace:
            if trace.rule != "grouped":
                continue
            if trace.step == "group" and trace.outcome != "waiting":
                told = {name for message in _messages(lived) for name in NAMES if name.title() in _words(message)}
                lost = {name for name in waiting if _is_lost(lived.before, name)}
                assert told == lost
                waiting.clear()
            elif trace.step == "group":
                assert lived.record is not None
                waiting.add(lived.record.event.camera)
    assert not waiting


def _messages(lived: Done) -> list[SendMessage]:
    return [effect.do for effect in lived.effects if effect.rule == "grouped" and isinstance(effect.do, SendMessage)]


def _words(message: SendMessage) -> str:
    return f"{message.title.en}\n{message.body.en}"


def _takes_off_the_shelf(record: Record | None, alarm: str) -> bool:
    return record is not None and isinstance(record.event, AlarmUnshelved) and record.event.alarm == alarm


def _is_lost(state: EngineState, camera: str) -> bool:
    known = state.site.cameras.get(camera)
    return known is not None and "signal.lost" in known.findings
