"""The alarm cycle over random histories: what holds whatever happens, in whatever order."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.alarms.commands import (
    AcknowledgeAlarm,
    ConfirmResponse,
    JudgeAlarm,
    PrioritiseAlarm,
    RaiseAlarm,
    ReturnAlarm,
    ReturnToService,
    ShelveAlarm,
    TakeOutOfService,
    UnshelveAlarm,
)
from hub.core.alarms.decisions import LONGEST_SHELF
from hub.core.alarms.events import PRIORITIES, AlarmPrioritised, AlarmRaised, AlarmSuppressed, AlarmUnsuppressed
from hub.core.alarms.model import TRANSITIONS, Alarm, key_of
from hub.core.catalogue import SiteConfigured
from hub.core.decisions import decide, due, next_due
from hub.core.event import Event, Record, wire_name
from hub.core.fold import fold
from hub.core.state import State
from hub.core.text import Text
from hub.errors import Refused

from .conftest import SITE, START

PERMITS = ("permit:P-1", "permit:P-2")
CAMERAS = ("press-1", "gate-1")
STEPS = (
    *("raise", "raise more", "return", "raise passing"),
    *("acknowledge", "respond", "judge", "lower", "lift"),
    *("shelve", "shelve once", "unshelve", "take out", "put back"),
    *("suppress 0", "suppress 1", "unsuppress 0", "unsuppress 1"),
    *("minutes", "hours", "days"),
)
WAITS = {"minutes": timedelta(minutes=7), "hours": timedelta(hours=5), "days": timedelta(days=1, hours=1)}

walks = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(CAMERAS)), max_size=40)


class Walk:
    """A history in which time passes, and everything that was seen on the way."""

    def __init__(self) -> None:
        self.now = START
        self.state = State()
        self.moves: set[tuple[str, str, str]] = set()
        self.broken: list[str] = []
        self.permits: dict[str, set[str]] = {}
        self.numbers: list[str] = []
        self._seq = 0
        self.happen([SiteConfigured(site=SITE)], "hub")

    def happen(self, events: list[Event], actor: str) -> None:
        for event in events:
            self._seq += 1
            record = Record(self._seq, self.now, self.now, actor, None, event, None, b"")
            before = self.state
            self.state = fold(before, record)
            self._watch(before, record)

    def step(self, name: str, camera: str) -> None:
        self.now += timedelta(seconds=11)
        if name in WAITS:
            self._let_pass(WAITS[name])
            return
        rule = "passing" if name == "raise passing" else "lost"
        standing = self.state.alarm_about("lost", f"camera:{camera}") or self.state.alarm_about(
            "passing", f"camera:{camera}"
        )
        number = standing.id if standing is not None else "A-1"
        priority = "critical" if name == "raise more" else "medium"
        if name.startswith(("suppress", "unsuppress")):
            if standing is not None:
                self._permit(name, standing)
            return
        command = {
            "raise": raising(rule, camera, priority),
            "raise more": raising(rule, camera, priority),
            "raise passing": raising(rule, camera, "low"),
            "return": ReturnAlarm(rule="lost", subject=f"camera:{camera}"),
            "acknowledge": AcknowledgeAlarm(alarm=number),
            "respond": ConfirmResponse(alarm=number),
            "judge": JudgeAlarm(alarm=number, verdict="false"),
            "lower": PrioritiseAlarm(alarm=number, priority="low", reason="r"),
            "lift": PrioritiseAlarm(alarm=number, priority="high", reason="r"),
            "shelve": ShelveAlarm(alarm=number, reason="r", until_at=self.now + timedelta(hours=1)),
            "shelve once": ShelveAlarm(alarm=number, reason="r", once=True),
            "unshelve": UnshelveAlarm(alarm=number),
            "take out": TakeOutOfService(alarm=number, reason="r", until_at=self.now + timedelta(hours=30)),
            "put back": ReturnToService(alarm=number),
        }[name]
        actor = "rule:lost" if name.startswith(("raise", "return")) else "person:wang"
        try:
            self.happen(list(decide(self.state, command, actor, self.now)), actor)
        except Refused:
            return

    def _permit(self, name: str, standing: Alarm) -> None:
        word, permit = name.split()[0], PERMITS[int(name[-1])]
        if word == "suppress":
            self.happen([AlarmSuppressed(alarm=standing.id, by=permit)], "hub")
        elif permit in standing.suppressors:
            self.happen([AlarmUnsuppressed(alarm=standing.id, by=permit)], "hub")

    def _let_pass(self, span: timedelta) -> None:
        end = self.now + span
        for _ in range(200):
            at = next_due(self.state)
            if at is None or at > end:
                break
            self.now = max(self.now, at)
            said = list(due(self.state, self.now))
            assert said, f"due at {at} and nothing to say"
            self.happen(said, "hub")
        self.now = end
        assert due(self.state, self.now) == []

    def _watch(self, before: State, record: Record) -> None:
        event = record.event
        number = getattr(event, "alarm", None)
        if number is None:
            return
        was, now = before.alarms.get(number), self.state.alarms.get(number)
        if isinstance(event, AlarmRaised) and was is None:
            self.numbers.append(number)
        if isinstance(event, AlarmSuppressed):
            self.permits.setdefault(number, set()).add(event.by)
        if isinstance(event, AlarmUnsuppressed):
            self.permits.setdefault(number, set()).discard(event.by)
        known = "[*]" if was is None and isinstance(event, AlarmRaised) else was.state if was is not None else "gone"
        after = now.state if now is not None else "cleared"
        if known != "gone" and (known != after or wire_name(event) in _MOVING):
            self.moves.add((known, wire_name(event), after))
        if was is not None:
            self._check(was, now, record)

    def _check(self, was: Alarm, now: Alarm | None, record: Record) -> None:
        event = record.event
        if now is None:
            taken_note = was.acknowledged_by is not None or wire_name(event) == "alarm.acknowledged"
            if not taken_note and not was.excused:
                self.broken.append(f"{was.id} was cleared by {event}, and nobody took note")
            if was.active and was.lasting and wire_name(event) != "alarm.returned":
                self.broken.append(f"{was.id} was cleared by {event} while its cause holds")
            if self.permits.get(was.id):
                self.broken.append(f"{was.id} was cleared while {self.permits[was.id]} suppress it")
            return
        fell = PRIORITIES.index(now.priority) > PRIORITIES.index(was.priority)
        if fell and not (isinstance(event, AlarmPrioritised) and record.actor.startswith("person:")):
            self.broken.append(f"the priority of {was.id} fell by {event}")
        if was.shelf is not None and now.shelf is None and wire_name(event) != "alarm.unshelved":
            self.broken.append(f"the shelving of {was.id} was lost by {event}")
        if was.out is not None and now.out is None and wire_name(event) != "alarm.returned_to_service":
            self.broken.append(f"{was.id} came back to service by {event}")
        if set(now.suppressors) != self.permits.get(now.id, set()):
            self.broken.append(f"{was.id} is suppressed by {now.suppressors} and not by {self.permits.get(now.id)}")


_MOVING = {event for _, event, _ in TRANSITIONS}


def raising(rule: str, camera: str, priority: str) -> RaiseAlarm:
    return RaiseAlarm(
        rule=rule,
        kind="signal",
        subject=f"camera:{camera}",
        camera=camera,
        priority=priority,  # type: ignore[arg-type]
        title=Text(en="Signal lost"),
        response=Text(en=""),
        clause="",
        evidence=None,
        lasting=rule == "lost",
    )


def walked(steps: list[tuple[str, str]]) -> Walk:
    walk = Walk()
    for name, camera in steps:
        walk.step(name, camera)
    return walk


@settings(max_examples=300, deadline=None)
@given(walks)
def test_nothing_is_cleared_unseen_no_shelving_is_lost_and_no_priority_falls_by_itself(
    steps: list[tuple[str, str]],
) -> None:
    assert walked(steps).broken == []


@settings(max_examples=200, deadline=None)
@given(walks)
def test_every_move_is_in_the_table(steps: list[tuple[str, str]]) -> None:
    assert walked(steps).moves <= set(TRANSITIONS)


@settings(max_examples=200, deadline=None)
@given(walks)
def test_numbers_are_unique_and_one_alarm_stands_for_each_rule_and_subject(steps: list[tuple[str, str]]) -> None:
    walk = walked(steps)
    assert len(set(walk.numbers)) == len(walk.numbers) == walk.state.alarm_count
    standing = walk.state.alarms
    assert {key_of(each.rule, each.subject): number for number, each in standing.items()} == walk.state.alarm_ids
    assert not any(each.cleared for each in standing.values())
    assert not set(standing) & set(walk.state.past_alarms)


@settings(max_examples=100, deadline=None)
@given(walks)
def test_suppressed_is_what_a_permit_suppresses_and_it_rings_again_where_its_cause_holds(
    steps: list[tuple[str, str]],
) -> None:
    walk = walked(steps)
    for alarm in list(walk.state.alarms.values()):
        for permit in alarm.suppressors:
            walk.happen([AlarmUnsuppressed(alarm=alarm.id, by=permit)], "hub")
        now = walk.state.alarms.get(alarm.id)
        if alarm.active:
            assert now is not None
            assert now.state != "suppressed"
        if now is not None and not now.laid_aside:
            assert now.state in ("unacknowledged", "acknowledged") if now.active else now.state == "returned"
    assert walk.broken == []


@settings(max_examples=100, deadline=None)
@given(walks)
def test_after_a_month_nothing_is_shelved_or_out_of_service(steps: list[tuple[str, str]]) -> None:
    walk = walked(steps)
    walk._let_pass(LONGEST_SHELF + timedelta(days=31))
    assert all(each.shelf is None and each.out is None for each in walk.state.alarms.values())
    assert all(each.stale or not each.active or each.suppressors for each in walk.state.alarms.values())
    assert walk.state.arrivals.chattering == {}
    assert walk.state.arrivals.floods == {}


def test_every_line_of_the_table_can_happen() -> None:
    """Each line is reached by a history that is built for it."""
    lay = {"shelved": "shelve", "suppressed": "suppress 0", "out_of_service": "take out"}
    lift = {"shelved": "unshelve", "suppressed": "unsuppress 0", "out_of_service": "put back"}
    plain = {
        "unacknowledged": ["raise"],
        "acknowledged": ["raise", "acknowledge"],
        "returned": ["raise", "return"],
    }
    overs = list(lay)
    under = ["raise", "raise more", "return", "acknowledge", "lift", "lower"]
    histories = [
        *([*begin, last] for begin in plain.values() for last in [*under, *lay.values()]),
        ["raise passing", "raise passing"],
        ["raise passing", "acknowledge"],
        *([*begin, lay[over], lift[over]] for begin in plain.values() for over in overs),
        *(["raise", lay[over], "return", "acknowledge", lift[over]] for over in overs),
        *(["raise", lay[over], *some] for over in overs for some in (["return", "raise"], ["acknowledge"], ["lift"])),
        *(["raise", lay[one], lay[two], lift[other]] for one in overs for two in overs for other in (one, two)),
        *(["raise", "suppress 0", "suppress 1", last] for last in ("unsuppress 1", "return")),
        *(["raise", lay[over], lay[over]] for over in overs),
        *(["raise", lay[one], lay[two]] for one in overs for two in overs),
    ]
    seen: set[tuple[str, str, str]] = set()
    for history in histories:
        walk = walked([(step, "press-1") for step in history])
        assert walk.broken == []
        seen |= walk.moves
    assert set(TRANSITIONS) - seen == set()


def test_the_table_says_nothing_twice() -> None:
    assert len(set(TRANSITIONS)) == len(TRANSITIONS)


def test_a_clock_that_is_set_back_loses_nothing() -> None:
    walk = walked([("raise", "press-1"), ("return", "press-1"), ("raise", "press-1"), ("return", "press-1")])
    walk.step("raise", "press-1")
    assert walk.state.alarms["A-1"].chattering
    walk.now -= timedelta(hours=1)
    back: datetime = walk.now
    for _ in range(3):
        for event in due(walk.state, back):
            walk.happen([event], "hub")
    assert not walk.state.alarms["A-1"].chattering
    assert due(walk.state, back) == []
    assert walk.broken == []
