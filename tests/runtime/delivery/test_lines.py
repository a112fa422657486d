"""Which due messages go out alone, which as one list, and which wait."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.automation.model import ReportWanted, SendMessage
from hub.core.alarms.events import PRIORITIES, Priority
from hub.core.delivery import EffectDone, MessagesListed
from hub.core.event import Event, Record
from hub.core.text import Text
from hub.journal.codec import from_us, to_us
from hub.ports import OutboxEntry
from hub.runtime.delivery.lines import MOST_IN_LIST, Lines, Plan, Waiting
from hub.runtime.delivery.outbox import Parcel, held_back
from hub.runtime.delivery.quiet import Manners, Quiet, Rate

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def message(priority: Priority = "medium", **more: object) -> SendMessage:
    plain = SendMessage(
        to="duty",
        title=Text(en="Lost"),
        body=Text(en=""),
        priority=priority,
        camera="gate-1",
        clause="",
        event="signal.lost",
        evidence=None,
    )
    return msgspec.structs.replace(plain, **more)


def due(number: int, priority: Priority = "medium", *, attempts: int = 0, **more: object) -> Waiting:
    parcel = Parcel("duty", "paper", 0, message(priority, **more))
    entry = OutboxEntry(
        key=f"lost:{number}:0>{parcel.line}",
        kind="message",
        payload=msgspec.json.encode(parcel),
        cause=number,
        created_at_us=to_us(NOW),
        next_at_us=to_us(NOW),
        attempts=attempts,
    )
    return Waiting(entry, parcel)


def records(*events: Event, at: datetime = NOW) -> list[Record]:
    return [
        Record(seq=n, at=at, seen_at=at, actor="hub", cause=None, event=event, key=None, hash=b"")
        for n, event in enumerate(events)
    ]


def done(*keys: str) -> list[EffectDone]:
    return [EffectDone(key=key, kind="message") for key in keys]


def keys(waiting: Sequence[Waiting]) -> list[str]:
    return [each.entry.key for each in waiting]


class Line(NamedTuple):
    """One line, and the time that passes for it."""

    lines: Lines

    def plan(self, waiting: Sequence[Waiting], after_s: float = 0.0, *, busy: int = 0, listing: bool = False) -> Plan:
        return self.lines.plan(waiting, NOW + timedelta(seconds=after_s), after_s, busy=busy, listing=listing)

    def sent(self, *events: Event, after_s: float = 0.0) -> None:
        self.lines.follow(records(*events, at=NOW + timedelta(seconds=after_s)))


def line(manners: Manners = Manners()) -> Line:
    return Line(Lines(lambda to: manners, UTC))


def test_a_few_messages_go_out_each_by_itself() -> None:
    few = [due(number) for number in range(5)]
    assert line().plan(few) == Plan(few, [], [])


def test_beyond_five_in_ten_seconds_the_rest_goes_out_as_one_list() -> None:
    one, many = line(), [due(number) for number in range(30)]
    first = one.plan(many)
    assert first == Plan(many[:5], [], [])
    one.sent(*done(*keys(first.alone)))
    assert one.plan(many[5:], 9.0) == Plan([], [], [])
    assert one.plan(many[5:], 10.0) == Plan([], many[5:], [])


def test_those_that_come_while_others_gather_join_them() -> None:
    one, many = line(), [due(number) for number in range(8)]
    one.sent(*done(*keys(one.plan(many).alone)))
    later = [*many[5:], due(100)]
    assert one.plan(later, 4.0) == Plan([], [], [])
    assert one.plan(later, 10.0).together[:3] == many[5:]


def test_a_critical_one_makes_the_list_go_out_soon() -> None:
    one, many = line(), [due(number) for number in range(8)]
    one.sent(*done(*keys(one.plan(many).alone)))
    urgent = [*many[5:], due(100, "critical")]
    assert one.plan(urgent, 1.0) == Plan([], [], [])
    assert one.plan(urgent, 2.0).together == urgent


def test_one_list_at_a_time_and_not_without_bounds() -> None:
    one, many = line(), [due(number) for number in range(2 * MOST_IN_LIST)]
    one.plan(many, busy=5)
    assert one.plan(many, 10.0, busy=1, listing=True).together == []
    first = one.plan(many, 10.0)
    assert len(first.together) == MOST_IN_LIST


def test_messages_that_failed_in_a_storm_are_tried_again_together_and_at_once() -> None:
    one, many = line(), [due(number, attempts=1) for number in range(30)]
    plan = one.plan(many)
    assert (len(plan.alone), len(plan.together)) == (5, 25)


def test_what_is_held_in_a_quiet_time_goes_out_as_one_list_at_its_end() -> None:
    one = line(Manners(quiet=(Quiet(time(8), time(9), "high"),)))
    waiting = [due(1), due(2, "high"), due(3, "critical"), due(4, "low")]
    plan = one.plan(waiting)
    assert keys(plan.alone) == keys(waiting[1:3])
    assert [(each.entry.key, hold.why) for each, hold in plan.held] == [(k, "quiet") for k in keys([due(1), due(4)])]
    hold = plan.held[0][1]
    assert hold.until_at == NOW.replace(hour=9)
    released = [_held(each, hold.until_at) for each, _ in plan.held]
    assert one.plan(released, 3600.0) == Plan([], released, [])


def test_a_single_one_that_was_held_goes_out_as_it_is() -> None:
    one = line(Manners(quiet=(Quiet(time(8), time(9), "high"),)))
    released = _held(due(1), NOW.replace(hour=9))
    assert one.plan([released], 3600.0) == Plan([released], [], [])


def test_a_limit_lets_through_what_it_allows_and_holds_the_rest() -> None:
    one, many = line(Manners(rate=Rate(3, 3600))), [due(number) for number in range(5)]
    plan = one.plan(many)
    assert (plan.alone, [each for each, _ in plan.held]) == (many[:3], many[3:])
    one.sent(*done(*keys(many[:3])))
    assert one.plan([due(9, "critical")], 60.0).alone != []
    again = one.plan([due(10)], 60.0)
    assert again.held[0][1] == ("limit", NOW + timedelta(hours=1))


def test_a_list_counts_as_one_message() -> None:
    one = line(Manners(rate=Rate(2, 3600)))
    listed = keys([due(number) for number in range(20)])
    one.sent(MessagesListed(list="list:1", target="duty (paper)", keys=tuple(listed)), *done(*listed))
    assert one.plan([due(30)], 1.0).alone != []


def test_a_report_waits_for_the_end_of_a_quiet_time_and_is_never_put_into_a_list() -> None:
    report = ReportWanted(kind="weekly", day=date(2025, 12, 29))
    one = line(Manners(quiet=(Quiet(time(8), time(9), "high"),)))
    held = one.plan([due(1, "low", report=report), due(2, "low")]).held
    assert len(held) == 2
    back = [
        Waiting(entry, msgspec.json.decode(entry.payload, type=Parcel))
        for waiting, hold in held
        for entry in [held_back(waiting.entry, waiting.parcel, hold.until_at)]
    ]
    after = one.plan([*back, due(3, "low")], 3600.0)
    assert back[0] in after.alone
    assert back[0] not in after.together
    storm = line()
    many = [due(number) for number in range(30)]
    assert storm.plan([*many, due(99, report=report)]).alone[-1].parcel.message.report == report


def test_machines_get_every_message_by_itself() -> None:
    many = [due(number) for number in range(50)]
    assert line(Manners(one_by_one=True)).plan(many).alone == many
    data = [due(number, payload={"state": "on"}) for number in range(50)]
    assert line(Manners(rate=Rate(1, 3600))).plan(data).alone == data


def test_the_limit_moves_with_the_clock() -> None:
    one = line(Manners(rate=Rate(1, 60)))
    one.sent(*done(due(1).entry.key))
    one.lines.clock_stepped(-3600)
    back = NOW - timedelta(hours=1)
    plan = one.lines.plan([due(2)], back, 0.0, busy=0, listing=False)
    assert plan.held[0][1].until_at == back + timedelta(seconds=60)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PRIORITIES), st.integers(0, 1)), min_size=1, max_size=60),
    st.sampled_from([Manners(), Manners(rate=Rate(3, 60)), Manners(quiet=(Quiet(time(7), time(9), "high"),))]),
    st.integers(0, 20),
)
def test_in_the_end_every_message_goes_out_exactly_once(
    given_: list[tuple[Priority, int]], manners: Manners, step_s: int
) -> None:
    one = line(manners)
    left = {each.entry.key: each for n, (priority, tried) in enumerate(given_) for each in [due(n, priority)]}
    went: list[str] = []
    for look in range(400):
        after_s = look * (step_s + 1.0) * 10
        now = NOW + timedelta(seconds=after_s)
        waiting = [each for each in left.values() if from_us(each.entry.next_at_us) <= now]
        if not waiting:
            continue
        plan = one.plan(waiting, after_s)
        for group in ([plan.together] if plan.together else []) + [[each] for each in plan.alone]:
            went += keys(group)
            listed = [MessagesListed(list="x", target="", keys=tuple(keys(group)))] if len(group) > 1 else []
            one.sent(*listed, *done(*keys(group)), after_s=after_s)
            for each in group:
                del left[each.entry.key]
        for each, hold in plan.held:
            left[each.entry.key] = _held(each, hold.until_at)
    assert left == {}
    assert sorted(went) == sorted(keys([due(n, p) for n, (p, _) in enumerate(given_)]))


def _held(waiting: Waiting, until_at: datetime) -> Waiting:
    entry = held_back(waiting.entry, waiting.parcel, until_at)
    return Waiting(entry, msgspec.json.decode(entry.payload, type=Parcel))
